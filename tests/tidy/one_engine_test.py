"""One engine behind every door: each fixture through `racecourse check`, the plugin, racecourse-tidy and racecourse-clangd, finding
by finding.

usage: one_engine_test.py BUILD FIXTURES.JSON [--door NAME]… [--jobs N] [PROGRAM.cpp…]

Rule, file, line and sentence must be the same. A tidy door takes all programs with the same flags in one process, clangd takes all of
them; the command line takes one program at a time, since several would be one program to it. Doors: plugin, superset, clangd; without
any named: those that are built.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fixtures"))

from doors import CHECKS, SAID, run  # noqa: E402
from lsp import Session  # noqa: E402
from programs import all_paths, read_build, read_program  # noqa: E402


def by_command_line(build, program):
    """{(rule, file, line, sentence)}"""
    ran = run([build.racecourse, "check", "--exit-zero", "--format", "json", "--rules", "racecourse-*,racestyle-*", program.path, "--",
               *build.compile_flags(program)], cwd=build.root)
    if ran.status != 0:
        raise SystemExit(f"racecourse check {program.path}: status {ran.status}: {ran.err[:2000]}")
    return {(f["rule"], os.path.normpath(os.path.join(build.root, f["file"])), f["line"], f["message"]) for f in json.loads(ran.out)["findings"]}


def by_clang_tidy(command, build, programs, flags):
    # The configuration of our own sources is not the fixtures'.
    ran = run([*command, "--quiet", "--config={}", f"--checks={CHECKS}", *(p.path for p in programs), "--", *flags], cwd=build.root, limit=1500)
    if ran.status != 0:
        raise SystemExit(f"{command[0]}: status {ran.status}: {ran.both[-2000:]}")
    return {(m["rule"], os.path.normpath(m["file"]), int(m["line"]), m["text"]) for m in SAID.finditer(ran.out)}


def by_clangd(command, build, programs, jobs):
    with Session(command, build.root, {p.path: build.compile_flags(p) for p in programs}, CHECKS.split(",")[1:]) as session:
        return session.findings([p.path for p in programs], jobs)


def parts(programs, build, jobs):
    """[(programs, flags)]: the same flags together, split so that every core has some."""
    groups = {}
    for program in programs:
        groups.setdefault(tuple(build.compile_flags(program)), []).append(program)
    largest = max(1, -(-len(programs) // jobs))
    return [(group[i:i + largest], list(flags)) for flags, group in groups.items() for i in range(0, len(group), largest)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("fixtures")
    parser.add_argument("--door", action="append")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("programs", nargs="*")
    arguments = parser.parse_intermixed_args()
    build = read_build(arguments.fixtures)
    programs = [read_program(os.path.abspath(path)) for path in arguments.programs or all_paths(build.root)]
    folder = arguments.folder.resolve()
    doors = {
        "plugin": (by_clang_tidy, ["clang-tidy-19", f"--load={folder}/lib/RacecourseTidy.so"]),
        "superset": (by_clang_tidy, [str(folder / "bin" / "racecourse-tidy")]),
        "clangd": (by_clangd, [str(folder / "bin" / "racecourse-clangd")]),
    }
    os.environ["RACECOURSE_STORE"] = "off"  # each program alone
    differences = 0
    # clangd begins every sentence with a capital.
    spelled = {"clangd": lambda finding: (*finding[:3], finding[3][:1].upper() + finding[3][1:])}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        begin = time.monotonic()
        said = list(pool.map(lambda program: by_command_line(build, program), programs))
        total = len(set().union(*said))
        print(f"command line: {total} findings in {len(programs)} programs, {time.monotonic() - begin:.0f} s", flush=True)
        for name in arguments.door or [name for name in doors if name != "clangd" or os.path.exists(doors[name][1][0])]:
            begin = time.monotonic()
            look, command = doors[name]
            expected = set(map(spelled.get(name, tuple), set().union(*said)))
            if name == "clangd":  # one process, with threads of its own
                found = look(command, build, programs, arguments.jobs)
            else:
                found = set().union(*pool.map(lambda part: look(command, build, *part), parts(programs, build, arguments.jobs)))
            print(f"{name}: {len(found)} findings in {len(programs)} programs, {time.monotonic() - begin:.0f} s", flush=True)
            for which, those in (("only the command line", expected - found), (f"only {name}", found - expected)):
                for rule, file, line, text in sorted(those):
                    differences += 1
                    print(f"{which}: {os.path.relpath(file, build.root)}:{line}: {text} [{rule}]")
    if total < len(programs) // 2:
        raise SystemExit("too few findings for a comparison that means something")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
