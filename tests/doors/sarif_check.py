#!/usr/bin/env python3
"""Says what is wrong with SARIF files. usage: sarif_check.py SCHEMA FILE…

Beside the standard's schema it holds them to what code hosts want: relative paths, a one-line region with an end, links whose
targets exist, a fingerprint for each result, a help text for each rule, at most 10 000 steps. Exit 1 when something is wrong.
"""

import json
import re
import sys

import jsonschema


def problems(log, validator):
    """Sentences, each with where it is."""
    found = ["/".join(map(str, error.path)) + ": " + error.message[:300] for error in validator.iter_errors(log)]
    if found:
        return found
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        for rule in rules:
            name = rule["id"]
            if not rule["help"]["text"] or not rule["help"].get("markdown"):
                found.append(f"rule {name} has no help")
            for key in ("shortDescription", "fullDescription"):
                if not 0 < len(rule[key]["text"]) <= 1024:
                    found.append(f"rule {name}: {key} is empty or longer than 1024")
            if len(rule["properties"]["tags"]) > 20:
                found.append(f"rule {name} has more than 20 tags")
        for number, result in enumerate(run["results"]):
            found += [f"results/{number}: {problem}" for problem in result_problems(result, rules)]
    return found


def result_problems(result, rules):
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        yield "ruleIndex names another rule"
    if not result.get("partialFingerprints", {}).get("racecourse/v1"):
        yield "no fingerprint"
    if len(result["locations"]) != 1:
        yield "not exactly one location"
    region = result["locations"][0]["physicalLocation"].get("region", {})
    if region.get("startLine", 0) != region.get("endLine", 0):
        yield "the region is not one line"
    if "startColumn" in region and region["endColumn"] <= region["startColumn"]:
        yield "the region is empty"
    ids = {related["id"] for related in result.get("relatedLocations", [])}
    links = {int(link) for link in re.findall(r"(?<!\\)\]\((\d+)\)", result["message"]["text"])}
    if links != ids:
        yield f"the message links to {sorted(links)} and there are {sorted(ids)}"
    flows = [flow for code_flow in result.get("codeFlows", []) for flow in code_flow["threadFlows"]]
    if len({flow["id"] for flow in flows}) != len(flows):
        yield "two threads of one name"
    if sum(len(flow["locations"]) for flow in flows) > 10_000:
        yield "more steps than code hosts take"
    for artifact in artifacts(result):
        uri = artifact["uri"]
        if artifact.get("uriBaseId") == "%SRCROOT%" and (uri.startswith("/") or ":" in uri.split("/")[0] or ".." in uri.split("/")):
            yield f"{uri} is not relative to the root"
        if "uriBaseId" not in artifact and not uri.startswith("file:///"):
            yield f"{uri} is relative to nothing"


def artifacts(value):
    if isinstance(value, dict):
        if "artifactLocation" in value:
            yield value["artifactLocation"]
        for inner in value.values():
            yield from artifacts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from artifacts(inner)


def validator_of(path):
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def main():
    validator = validator_of(sys.argv[1])
    wrong = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            log = json.load(file)
        said = problems(log, validator)
        wrong += bool(said)
        results = [result for run in log["runs"] for result in run["results"]]
        print(f"{path}: {len(results)} results, " + (f"{len(said)} problems" if said else "valid"))
        for problem in said[:20]:
            print("  " + problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
