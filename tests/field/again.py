#!/usr/bin/env python3
"""What a second run costs: racecourse check without a store, with an empty one, with nothing changed, with one unit changed.

usage: again.py RACECOURSE DATABASE_FOLDER [TURNS]

CPU time, user and system, one job; the turns take turns and the median counts. Every report must be the same, byte for byte.
The changed unit is changed by a flag in a copy of the database, so the sources stay as they are.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time

from measure import run


def main():
    racecourse, database, turns = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 3
    scratch = tempfile.mkdtemp(prefix="racecourse-again-")
    with open(os.path.join(database, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    changed = json.loads(json.dumps(entries))
    middle = changed[len(changed) // 2]
    if "arguments" in middle:
        middle["arguments"].insert(1, "-DRACECOURSE_AGAIN")
    else:
        middle["command"] = middle["command"].replace(" ", " -DRACECOURSE_AGAIN ", 1)
    os.mkdir(os.path.join(scratch, "changed"))
    with open(os.path.join(scratch, "changed", "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(changed, file)

    store = os.path.join(scratch, "store")
    costs = {}
    expected = None
    for _ in range(turns):
        shutil.rmtree(store, ignore_errors=True)
        for what, folder, cache in (("without", database, ["--no-cache"]), ("first", database, ["--cache", store]),
                                    ("again", database, ["--cache", store]),
                                    ("one unit changed", os.path.join(scratch, "changed"), ["--cache", store])):
            report = os.path.join(scratch, "report")
            command = [racecourse, "check", "--exit-zero", "--allow-partial", "-j1", "-p", folder, "--format", "json", *cache]
            cost = run(command, os.path.dirname(entries[0]["directory"]), report, 3600)
            if cost.status != 0:
                sys.exit(f"{what}: status {cost.status}")
            with open(report, "rb") as file:
                bytes_now = file.read()
            expected = expected or bytes_now
            if bytes_now != expected:
                sys.exit(f"{what}: another report")
            costs.setdefault(what, []).append(cost.cpu_s)
            if what == "first":
                time.sleep(2.1)  # whatever was written just now is at rest
    base = statistics.median(costs["without"])
    for what, seconds in costs.items():
        median = statistics.median(seconds)
        print(f"{what:18} {median:8.3f} s CPU  {median / base:7.4f} x")
    size = sum(os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(store) for f in files)
    print(f"{len(entries)} commands, store {size / 1e6:.1f} MB")
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
