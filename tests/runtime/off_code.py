"""RACECOURSE_OFF is the standard's own lock: the same source with std's types and with ours switched off becomes the same
machine code, by every compiler that is here.

By hand: tests/runtime/off_code.py
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = os.path.join(HERE, "..", "..", "runtime", "include")


def code_of(compiler, level, folder, definition):
    """Instructions and relocations of every function, without addresses."""
    object_file = os.path.join(folder, definition + ".o")
    subprocess.run([compiler, "-std=c++17", level, "-D" + definition, "-I" + INCLUDE, "-c",
                    os.path.join(HERE, "off_code.cpp"), "-o", object_file], check=True)
    text = subprocess.run(["objdump", "-drw", "--no-show-raw-insn", object_file], check=True, capture_output=True,
                          text=True).stdout
    functions = {}
    for line in text.splitlines():
        begin = re.match(r"[0-9a-f]+ <(.+)>:$", line)
        if begin:
            function = functions.setdefault(begin.group(1), [])
        elif re.match(r"\s+[0-9a-f]+:", line):
            function.append(re.sub(r"^\s+[0-9a-f]+:\s*", "", line))
    return functions


def main():
    compilers = [one for one in ("g++", "clang++-19") if shutil.which(one)]
    assert compilers and shutil.which("objdump"), "no compiler or no objdump here"
    for compiler in compilers:
        for level in ("-O2", "-O0"):
            with tempfile.TemporaryDirectory() as folder:
                wanted = code_of(compiler, level, folder, "WITH_STD")
                ours = code_of(compiler, level, folder, "RACECOURSE_OFF")
                assert {"guarded", "tried", "nested", "limited", "both", "read_it", "own"} <= set(wanted), wanted.keys()
                assert wanted == ours, [name for name in wanted | ours if wanted.get(name) != ours.get(name)]
                # The comparison can fail: recording is other code.
                assert code_of(compiler, level, folder, "RACECOURSE_ON") != wanted
                print(f"{compiler} {level}: {len(wanted)} functions, {sum(map(len, wanted.values()))} lines, the same")


if __name__ == "__main__":
    sys.exit(main())
