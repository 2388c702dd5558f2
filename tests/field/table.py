"""The kept results → docs/field.md. Nothing is measured here; the same results give the same page."""

import json
import os

LEVELS = ("high", "medium", "low")


def load(folder, programs):
    results = []
    for program in programs:
        path = f"{folder}/{program.name}.json"
        if os.path.exists(path):
            with open(path) as text:
                results.append((program, json.load(text)))
    return results


def render(results):
    lines = [
        "# Field runs",
        "",
        "Real programs from Debian's source packages, as their own builds compile them. Made by `tests/field/field table` from the",
        "results of `tests/field/field run`; not edited by hand.",
        "",
        "CPU is user + system time of `racecourse check` divided by that of `clang-19 -fsyntax-only` over the same adjusted commands, the",
        "two taking turns in one run, one job each, cold; the median of the turns. KLOC counts lines that are not blank in the units",
        "and in what they include from the program itself. Findings are those of the default settings. A ratio of one turn, taken on",
        "a machine that is busy with other things as well, is good to about a tenth.",
        "",
        "| program | version | language | units | not analysed | KLOC | findings | CPU ratio | turns | clang CPU s | peak MB | clang peak MB | link + solve ms |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for program, result in results:
        checker = result.get("checker") or {}
        lines.append(
            "| "
            + " | ".join(
                [
                    program.name,
                    result["version"],
                    program.language,
                    str(result["units"]),
                    shown(checker.get("units_failed")),
                    f"{result['lines'] / 1000:.1f}",
                    shown(checker.get("findings")),
                    shown(checker.get("cpu_ratio"), ".2f"),
                    shown(checker.get("turns")),
                    shown(result.get("clang_cpu_s"), ".1f"),
                    shown(checker.get("peak_mb"), ".0f"),
                    shown(result.get("clang_peak_mb"), ".0f"),
                    shown(checker.get("link_solve_ms"), ".0f"),
                ]
            )
            + " |"
        )
    lines += ["", "## Findings by rule and confidence", ""]
    counted = [(p, r["checker"]["by_rule"]) for p, r in results if r.get("checker")]
    rules = sorted({rule for _, by_rule in counted for rule in by_rule})
    if rules:
        lines.append("| program | " + " | ".join(rules) + " |")
        lines.append("|---|" + "---|" * len(rules))
        for program, by_rule in counted:
            cells = []
            for rule in rules:
                levels = by_rule.get(rule, {})
                cells.append(", ".join(f"{levels[level]} {level}" for level in LEVELS if levels.get(level)) or "–")
            lines.append(f"| {program.name} | " + " | ".join(cells) + " |")
    else:
        lines.append("None." if counted else "The checker has not been run yet.")
    lines += ["", "## What is in scope", ""]
    for program, result in results:
        lines.append(f"- **{program.name}** (`{program.source}` {result['version']}): {program.scope}.")
        for file, error in sorted(result.get("clang_failed", {}).items()):
            lines.append(f"  - `{file}` does not compile with Clang: {error}")
    machines = sorted({f"{r['machine']['cpu']}, {r['machine']['cores']} cores; {r['machine']['clang']}" for _, r in results})
    lines += ["", "## Machine", ""] + [f"- {m}" for m in machines]
    lines += ["", "Commands, all turns and exit codes are in `build/field/results/`.", ""]
    return "\n".join(lines)


def shown(value, form=""):
    return "–" if value is None else format(value, form)
