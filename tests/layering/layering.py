#!/usr/bin/env python3
"""Fails when an include crosses the rooms against the arrows.

usage: layering.py ROOT

The rules are the table below: for each room, which other rooms and which foreign headers its files may include. Also: our
own headers are named from the root ("checker/model/unit.h"), which makes an arrow visible in the line that draws it; every
header has `#pragma once`; and the source file that implements a header (same stem, same folder) includes it first, so that a
header which leans on what stands before it does not compile.
"""

import os
import re
import sys

ANY = object()

# room: (rooms it may include, foreign header prefixes it may include beyond the standard library and the platform)
ROOMS = {
    "runtime/lockorder": ((), ()),
    "runtime/include": ((), ()),
    "runtime/src": (("runtime/include", "runtime/lockorder"), ()),
    "runtime/preload": (("runtime/include", "runtime/src", "runtime/lockorder"), ()),
    "checker/model": ((), ()),
    "checker/frontend": (("checker/model",), ("clang/", "llvm/")),
    "checker/analysis": (("checker/model", "runtime/lockorder"), ()),
    "checker/report": (("checker/model", "checker/analysis/finding.h", "checker/analysis/order_graph.h"), ("llvm/",)),
    "checker/store": (("checker/model", "checker/analysis/finding.h", "checker/report/fix.h", "checker/frontend/extract.h",
                       "checker/frontend/file_answers.h"), ("llvm/",)),
    "checker/tidy": (("checker/",), ("clang/", "clang-tidy/", "llvm/")),
    "checker/tool": (("checker/",), ("clang/", "llvm/", "CLI/")),
}

FOREIGN = ("clang/", "clang-c/", "clang-tidy/", "llvm/", "llvm-c/", "CLI/", "gtest/", "gmock/", "benchmark/", "boost/", "absl/")
OURS = ("runtime/", "checker/", "fixtures/", "tests/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|import)[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
SOURCES = (".h", ".hpp", ".inc", ".def", ".c", ".cc", ".cpp")


def room_of(path):
    return max((room for room in ROOMS if path.startswith(room + "/")), key=len, default=None)


def may_include(room, target):
    rooms, _ = ROOMS[room]
    if target.startswith(room + "/"):
        return True
    return any(target == other or target.startswith(other.rstrip("/") + "/") for other in rooms)


def problems_of(root, path, text):
    """The sentences that are wrong with one file; empty when nothing is."""
    room = room_of(path)
    includes = [(m.group(1) or m.group(2), m.group(1) is not None, text.count("\n", 0, m.start()) + 1)
                for m in INCLUDE.finditer(text)]
    for name, quoted, line in includes:
        where = f"{path}:{line}: "
        if name.startswith("racecourse/"):  # the runtime's public headers, spelled as users spell them
            name = "runtime/include/" + name
        if name.startswith(OURS):
            if not os.path.exists(os.path.join(root, name)) and not name.endswith(".inc"):
                yield f"{where}includes {name}, which does not exist"
            elif not may_include(room, name):
                yield f"{where}{room} may not include {name}"
        elif name.startswith(FOREIGN):
            if not name.startswith(ROOMS[room][1] or ("\0",)):
                yield f"{where}{room} may not include <{name}>"
        elif quoted and os.path.exists(os.path.join(root, os.path.dirname(path), name)):
            yield f'{where}our own headers are named from the root: "{os.path.dirname(path)}/{name}"'
    stem, extension = os.path.splitext(path)
    if extension == ".h" and "#pragma once" not in text:
        yield f"{path}:1: a header needs #pragma once"
    own = stem + ".h"
    if extension in (".cpp", ".cc") and os.path.exists(os.path.join(root, own)):
        public = own.removeprefix("runtime/include/")
        if not includes or includes[0][0] not in (own, public):
            yield f"{path}:1: includes {own} first, so that the header stands on its own"


def check(root):
    count = 0
    problems = []
    for top in ("checker", "runtime"):
        for folder, _, files in os.walk(os.path.join(root, top)):
            for file in sorted(files):
                if not file.endswith(SOURCES):
                    continue
                path = os.path.relpath(os.path.join(folder, file), root)
                count += 1
                if room_of(path) is None:
                    problems.append(f"{path}:1: lies in no room: give {os.path.dirname(path)} a line in the table")
                    continue
                with open(os.path.join(root, path), encoding="utf-8") as stream:
                    problems += problems_of(root, path, stream.read())
    return count, sorted(problems)


def main():
    count, problems = check(sys.argv[1])
    for problem in problems:
        print(problem)
    if count == 0:
        print(f"no source file below {sys.argv[1]}")
    print(f"layering: {count} files, {len(problems)} problems")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
