"""`./dev bench runtime`: what recording costs, beside what others cost, as ratios to std::mutex. Writes
docs/runtime-cost.md.

By hand: tests/bench/runtime/cost.py BUILD/bin [ROUNDS]
"""
import datetime
import os
import re
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OUTPUT = os.path.join(HERE, "..", "..", "..", "docs", "runtime-cost.md")
SECTIONS = {"recording (": "recorded", "recording switched off": "off", "std types under": "preloaded"}


def run_bench(programs, rounds):
    """Section → row → (ratio, quartiles, target); prints the program's own tables on the way."""
    found, section = {}, None
    process = subprocess.Popen([f"{programs}/runtime_bench", str(rounds)], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        print(line, end="", flush=True)
        for title, name in SECTIONS.items():
            if line.startswith(title):
                section = found.setdefault(name, {})
        row = re.match(r"  (\S.*?)\s{2,}.*?([\d.]+ \[[\d.]+-[\d.]+\])\s*([\d.]*)$", line.rstrip())
        if row and section is not None:
            section[row.group(1)] = (row.group(2), row.group(3))
    assert process.wait() == 0 and found.get("recorded"), "runtime_bench failed"
    return found


def plain(command, pairs):
    text = subprocess.run([*command, str(pairs)], check=True, capture_output=True, text=True,
                          env=dict(os.environ, TSAN_OPTIONS="detect_deadlocks=1")).stdout
    return {name: float(value) for name, value in (line.split("\t") for line in text.splitlines())}


def tools(programs, rounds):
    """Tool → row → median ratio; the tools and the plain program take turns."""
    commands = {"TSan": ([f"{programs}/plain_mutex_tsan"], 200000)}
    if shutil.which("valgrind"):
        for tool in ("helgrind", "drd"):
            commands[tool] = (["valgrind", f"--tool={tool}", "-q", f"{programs}/plain_mutex"], 4000)
    ratios = {}
    for _ in range(rounds):
        for tool, (command, pairs) in commands.items():
            before = plain([f"{programs}/plain_mutex"], 200000)
            with_tool = plain(command, pairs)
            after = plain([f"{programs}/plain_mutex"], 200000)
            for row, value in with_tool.items():
                ratios.setdefault(tool, {}).setdefault(row, []).append(value / ((before[row] + after[row]) / 2))
    return {tool: {row: statistics.median(values) for row, values in rows.items()} for tool, rows in ratios.items()}


def main():
    programs = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    found = run_bench(programs, rounds)
    others = tools(programs, max(3, rounds // 4))
    recorded, off, preloaded = (found.get(name, {}) for name in ("recorded", "off", "preloaded"))
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read()).group(1)
    lines = ["# What recording costs", "",
             f"Written by `./dev bench runtime` on {datetime.date.today()}, {os.cpu_count()} × {model}. Every figure is a ratio of CPU",
             "time to the standard's own lock, measured in turns in one run with a second thread parked; the median of the turns",
             "[and quartiles]. Preloaded is the standard's type in an unmodified program.", "",
             "| | recorded | target | switched off at run time | preloaded | absl::Mutex | absl::Mutex, detecting | std under TSan | "
             "Helgrind | DRD |", "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    absl = {"uncontended pair": ("absl, pair", "absl detecting, pair"),
            "nested, known": ("absl, nested", "absl detecting, nested"),
            "two threads, one lock": ("", "absl detecting, 2 threads")}
    for row, (ratio, target) in recorded.items():
        if row.startswith("absl"):
            continue
        cells = [ratio, target or "–", off.get(row, ("–",))[0], preloaded.get(row, ("–",))[0]]
        cells += [recorded.get(name, ("–",))[0] for name in absl.get(row, ("", ""))]
        cells += [f"{others[tool][row]:.1f}" if row in others.get(tool, {}) else "–" for tool in ("TSan", "helgrind", "drd")]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    missing = [name for name, there in (("Abseil", any(row.startswith("absl") for row in recorded)),
                                        ("Valgrind", "helgrind" in others)) if not there]
    if missing:
        lines += ["", f"Not installed when this was measured: {', '.join(missing)}."]
    lines += ["", "Targets: preloaded pair 1.65, switched off 1.10. With `RACECOURSE_OFF` the types are the standard's, down to the",
              "machine code: `tests/runtime/off_code.py` compares it."]
    with open(OUTPUT, "w") as file:
        file.write("\n".join(lines) + "\n")
    print("\n" + "\n".join(lines[6:]))


if __name__ == "__main__":
    main()
