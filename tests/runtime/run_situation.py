"""Runs one situation (or all) and compares every report with the expectation beside the situation.

By hand: tests/runtime/run_situation.py BUILD/bin/situations [NAME...]
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema

EXIT_CODE = 99  # of a run with reports; not 66, which is ThreadSanitizer's


SCHEMAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "schemas")


def validator(name):
    with open(os.path.join(SCHEMAS, name + ".schema.json")) as file:
        return jsonschema.Draft202012Validator(json.load(file))


def check_graph(graph):
    """A graph of a run: as its schema says, and what no schema can say: every number refers to something."""
    # Half a million edges alike take the validator a minute: then one in a hundred, beside the numbers of all below.
    few = 5000
    step = 100 if len(graph["edges"]) > few else 1
    validator("graph").validate(dict(graph, edges=graph["edges"][::step], held_sets=graph["held_sets"][::step]))
    assert graph["origin"] == "runtime"
    locks = {lock["id"] for lock in graph["locks"]}
    threads = {thread["id"] for thread in graph["threads"]}
    assert len(locks) == len(graph["locks"]) and len(threads) == len(graph["threads"])
    stacks = {0} | {stack["id"] for stack in graph["stacks"]}
    held_sets = {one["id"] for one in graph["held_sets"]}
    pairs = set()
    for edge in graph["edges"]:
        assert edge["from"] in locks and edge["to"] in locks, edge
        pairs.add((edge["from"], edge["to"]))
        for witness in edge["witnesses"]:
            assert witness["thread"] in threads
            assert witness["held"] in held_sets
            assert {witness["hold_stack"], witness["want_stack"]} <= stacks
    assert len(pairs) == len(graph["edges"]), "an edge is listed twice"
    for cycle in graph["cycles"]:
        ring = cycle["locks"]
        assert all((a, b) in pairs for a, b in zip(ring, ring[1:] + ring[:1])), cycle
    assert graph["modules"] and graph["lost"] == 0


def run(program, name, hangs, expected):
    with tempfile.TemporaryDirectory() as folder:
        graph_path, log = os.path.join(folder, "graph.json"), os.path.join(folder, "log")
        options = f"graph={graph_path}:log_path={log}:exitcode={EXIT_CODE}:deadlock_ms=200"
        if hangs:
            options += ":on_deadlock=exit"
        environment = dict(os.environ, RACECOURSE_OPTIONS=options)
        # ThreadSanitizer's own opinion on lock orders and thread leaks is not asked for here; data races are.
        environment["TSAN_OPTIONS"] = environment.get("TSAN_OPTIONS", "") + ":detect_deadlocks=0:report_mutex_bugs=0:report_thread_leaks=0:atexit_sleep_ms=0"
        result = subprocess.run([program, name], env=environment, timeout=60, capture_output=True, text=True)
        text = open(log).read() if os.path.exists(log) else ""
        problems = []
        if not os.path.exists(graph_path):
            return [f"no graph was written; status {result.returncode}", result.stderr]
        graph = json.load(open(graph_path))
        check_graph(graph)
    found = [
        " ".join([report["kind"], report["level"]] + ([",".join(report["rules"])] if report["rules"] else []))
        for report in graph["reports"]
    ]
    open_end = expected.endswith(" ...")
    wanted = [] if expected == "quiet" else expected.removesuffix(" ...").split(" + ")
    missing = list(wanted)
    for one in found:
        if one in missing:
            missing.remove(one)
        elif not (open_end and one.split()[1] == "order"):
            problems.append(f"unexpected: {one}")
    problems += [f"missing: {one}" for one in missing]
    loud = [one for one in found if one.split()[1] != "order"]
    told = re.findall(r"^racecourse: (\w+): ([\w-]+)", text, re.MULTILINE)
    if sorted(f"{kind} {level}" for level, kind in told) != sorted(" ".join(one.split()[:2]) for one in loud):
        problems.append(f"the log tells {told}, the graph has {loud}")
    # "destroy of a locked mutex" is true of two situations and not what is asked here.
    for sanitizer in ("ThreadSanitizer: data race", "ThreadSanitizer: heap-use", "DEADLYSIGNAL", "AddressSanitizer", "LeakSanitizer", "runtime error:"):
        if sanitizer in result.stderr:
            problems.append(f"a sanitizer complains: {sanitizer}")
    status = EXIT_CODE if loud else 0
    if result.returncode != status:
        problems.append(f"status {result.returncode}, expected {status}")
    if problems:
        problems += [result.stderr, text]
    return problems


def table(program):
    """Name → whether it hangs, and what is expected."""
    listed = subprocess.run([program, "--list"], capture_output=True, text=True, check=True,
                            env=dict(os.environ, RACECOURSE_OPTIONS="record=0"))
    found = {}
    for line in listed.stdout.splitlines():
        name, hangs, expected = line.split("\t")
        found[name] = (hangs == "1", expected)
    return found


def main():
    program, names = sys.argv[1], sys.argv[2:]
    known = table(program)
    failed = 0
    for name in names or sorted(known):
        if name not in known:
            print(f"{name}: no such situation")
            failed += 1
            continue
        problems = run(program, name, *known[name])
        print(f"{name}: {'ok' if not problems else 'WRONG'} ({known[name][1]})")
        for problem in problems:
            print(problem)
        failed += bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
