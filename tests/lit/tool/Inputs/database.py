"""Prints a compile database with what real ones contain. usage: database.py FOLDER"""

import json
import sys

folder = sys.argv[1]


def entry(file, *arguments):
    return {"directory": folder, "file": file, "arguments": [*arguments, "-c", file]}


print(json.dumps([
    entry("race.cpp", "g++", "-fconserve-stack", "-fplugin=gcc_only.so", "-Werror", "-o", "race.o"),
    entry("race.cpp", "g++", "-DOTHER", "-MD", "-MF", "race.d"),
    entry("clean.cpp", "ccache", "g++", "-o", "one.o"),
    entry("clean.cpp", "ccache", "g++", "-o", "two.o"),
    entry("named.c", "gcc", "@flags.rsp"),
    entry("gone.cpp", "g++"),
    entry("start.s", "gcc"),
]))
