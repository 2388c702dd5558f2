"""A program's own build → one compile database that Clang can follow.

The same adjusted commands go to both tools of a measurement, so that a ratio compares tools and never flags. Adjusting
removes: what only names or writes outputs (-c, -o, dependency files), -Werror, flags which this Clang says it does not
know, compiler launchers, and doubles that differ only in being for a static or for a shared library.
"""

import concurrent.futures
import json
import os
import re
import shlex
import subprocess

CLANG = {"c": "clang-19", "c++": "clang++-19"}
SOURCE_ENDINGS = {".c": "c", ".cc": "c++", ".cpp": "c++", ".cxx": "c++", ".C": "c++"}

LAUNCHERS = {"ccache", "sccache", "distcc", "icecc"}
DROPPED = {"-c", "-M", "-MM", "-MD", "-MMD", "-MP", "-MG", "-pipe", "-Werror", "-pedantic-errors",
           "-fdiagnostics-color=always", "-fcolor-diagnostics"}  # fmt: skip
DROPPED_WITH_VALUE = {"-o", "-MF", "-MT", "-MQ"}
# What differs between the static and the shared build of one library.
LIBRARY_KIND = re.compile(r"-fPIC|-fpic|-fPIE|-fpie|-DPIC|-D\w+_EXPORTS|-DBUILDING_\w+_SHARED(=1)?")


def configure(program, source, objects, log, nice, jobs):
    """Runs the program's own build as far as its database needs. Returns None or a sentence."""
    os.makedirs(objects, exist_ok=True)
    start = os.path.normpath(os.path.join(source, program.subdirectory))
    prefix = ["nice", "-n", str(nice)]
    commands = []
    if program.cmake is not None:
        commands.append(["cmake", "-S", start, "-B", objects, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                         "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *program.cmake])  # fmt: skip
    elif program.meson is not None:
        if not os.path.exists(f"{objects}/build.ninja"):
            commands.append(["meson", "setup", objects, start, *program.meson])
    else:
        # Only what is compiled while Bear watches is recorded, so a second try starts from a clean tree.
        if os.path.exists(f"{start}/Makefile"):
            subprocess.run(["sh", "-c", "make distclean || make clean"], cwd=start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        script = " && ".join(program.bear)
        commands.append(["bear", "--output", f"{objects}/compile_commands.json", "--", "sh", "-ec",
                         f"export MAKEFLAGS=-j{jobs}; {script}"])  # fmt: skip
    if program.generate:
        commands.append(["ninja", "-C", objects, f"-j{jobs}", *program.generate])
    with open(log, "w") as out:
        for command in commands:
            out.write("$ " + shlex.join(command) + "\n")
            out.flush()
            if subprocess.run([*prefix, *command], cwd=start, stdout=out, stderr=subprocess.STDOUT).returncode != 0:
                return f"`{shlex.join(command)}` failed; see {log}"
    if not os.path.exists(f"{objects}/compile_commands.json"):
        return f"the build left no {objects}/compile_commands.json"
    return None


def adjust(database, target, clang_flags):
    """Writes the adjusted database to `target`, `clang_flags` added to each command, and returns its entries."""
    with open(database) as text:
        raw = json.load(text)
    entries = {}
    for entry in raw:
        arguments = entry.get("arguments") or shlex.split(entry["command"])
        while os.path.basename(arguments[0]) in LAUNCHERS:
            arguments = arguments[1:]
        file = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        language = SOURCE_ENDINGS.get(os.path.splitext(file)[1])
        # A configure script's probes are no part of the program.
        if language is None or not os.path.exists(file) or "conftest" in file or "CMakeFiles" in file or "meson-private" in file:
            continue
        kept = keptArguments(arguments[1:], file, entry["directory"])
        key = (file, tuple(a for a in kept if not LIBRARY_KIND.fullmatch(a)))
        entries.setdefault(key, {"directory": entry["directory"], "file": file, "arguments": [CLANG[language], *kept, *clang_flags, "-c", file]})
    adjusted = sorted(entries.values(), key=lambda e: (e["file"], e["arguments"]))
    dropUnknownFlags(adjusted)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "w") as out:
        json.dump(adjusted, out, indent=1)
        out.write("\n")
    return adjusted


def keptArguments(arguments, file, directory):
    kept = []
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in DROPPED_WITH_VALUE:
            skip = True
        elif argument in DROPPED or re.match(r"-Werror=|-MF.|-o.|-Wp,-M|-Wl,", argument):
            pass
        elif os.path.normpath(os.path.join(directory, argument)) == file:
            pass
        else:
            kept.append(argument)
    return kept


def dropUnknownFlags(entries):
    """Asks Clang once per distinct set of flags which of them it refuses or does not know, and removes those."""
    known = {}
    for entry in entries:
        flags = [a for a in entry["arguments"][1:-2] if a.startswith(("-f", "-m", "-W", "-s", "-p", "-O", "-g"))]
        key = (entry["arguments"][0], tuple(flags))
        if key not in known:
            known[key] = refusedFlags(*key)
        entry["arguments"] = [a for a in entry["arguments"] if a not in known[key]]


def refusedFlags(clang, flags):
    language = "c" if clang == CLANG["c"] else "c++"
    done = subprocess.run(
        [clang, *flags, "-x", language, "-fsyntax-only", "/dev/null"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    refused = set()
    for line in done.stdout.splitlines():
        match = re.search(
            r"(?:unknown argument:|unknown warning option|optimization flag|argument unused during compilation:|unsupported option|"
            r"unsupported argument|the clang compiler does not support) '([^']+)'", line
        )  # fmt: skip
        if match:
            refused.add(match[1].rstrip("="))
    return frozenset(f for f in flags if f in refused)


def verify(entries, folder, roots, jobs):
    """Parses every unit once with Clang. Returns the failed files with their first error, and the number of lines in scope:
    those that are not blank in the units and in what they include from below `roots`."""
    os.makedirs(folder, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(lambda pair: verifyUnit(pair[1], f"{folder}/{pair[0]}.d"), enumerate(entries)))
    failed = {file: error for file, error, _ in results if error}
    below = tuple(os.path.realpath(root) + os.sep for root in roots)
    files = {os.path.realpath(f) for _, _, included in results for f in included}
    lines = 0
    for file in files:
        if file.startswith(below) and os.path.exists(file):
            with open(file, "rb") as text:
                lines += sum(1 for line in text if line.strip())
    return failed, lines


def verifyUnit(entry, dependencies):
    done = subprocess.run(
        [*syntaxOnly(entry), "-w", "-MD", "-MF", dependencies], cwd=entry["directory"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    error = None
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        error = errors[0] if errors else f"clang ended with status {done.returncode}"
    included = [entry["file"]]
    if os.path.exists(dependencies):
        with open(dependencies) as text:
            names = text.read().split(":", 1)[-1].replace("\\\n", " ").split()
        included = [os.path.join(entry["directory"], name) for name in names]
    return entry["file"], error, included


def syntaxOnly(entry):
    return [entry["arguments"][0], "-fsyntax-only", *(a for a in entry["arguments"][1:] if a != "-c")]
