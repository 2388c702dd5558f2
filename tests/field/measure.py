"""Costs of the checker beside `clang -fsyntax-only`, over the same commands, in the same run, taking turns.

CPU time is user + system time of the children as the kernel counts it (wait4), so that a busy machine disturbs it little; what
remains is shared by the turns, and the ratio is taken within each turn before the median. Peak memory is the
largest resident set: of the one checker process, and of the largest single compiler process.
"""

import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass

from database import syntaxOnly


@dataclass
class Cost:
    cpu_s: float
    wall_s: float
    peak_mb: float
    status: int  # the exit code, or minus the signal


def run(command, directory, output, limit_s):
    """Runs one process to its end and returns its cost. A process over its time limit is killed and has status -9."""
    begin = time.monotonic()
    with open(output, "wb") as out:
        child = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    deadline = begin + limit_s
    pause_s = 0.001
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > deadline:
            child.kill()
            _, status, usage = os.wait4(child.pid, 0)
            break
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, 0.02)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=time.monotonic() - begin,
        peak_mb=usage.ru_maxrss / 1024,
        status=child.returncode,
    )


def baseline(entries, scratch):
    """`clang -fsyntax-only` over every command, one after the other."""
    total = Cost(0, 0, 0, 0)
    for entry in entries:
        cost = run(syntaxOnly(entry), entry["directory"], f"{scratch}/clang.log", 600)
        total.cpu_s += cost.cpu_s
        total.wall_s += cost.wall_s
        total.peak_mb = max(total.peak_mb, cost.peak_mb)
        total.status += cost.status != 0
    return total


def checker(binary, database, source, report, profile, scratch, arguments, limit_s):
    """One cold `racecourse check` over the same commands. Returns its cost and the command; report and profile are files."""
    for stale in (report, profile):
        if os.path.exists(stale):
            os.remove(stale)
    known = subprocess.run([binary, "check", "--help"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    cold = ["--no-cache"] if "--no-cache" in known else []
    # Sources come from the database alone; -j1 because the baseline is serial too.
    command = [binary, "check", "-p", os.path.dirname(database), "-j1", *cold, f"--format=json={report}", *arguments]
    command.append(f"--profile={profile}")
    return run(command, source, f"{scratch}/racecourse.log", limit_s), command


def interleaved(entries, turns, check):
    """`turns` pairs of (baseline, checker); who goes first changes every turn. `check` runs the checker once."""
    pairs = []
    for turn in range(turns):
        if turn % 2 == 0:
            clang = baseline(entries[0], entries[1])
            ours = check()
        else:
            ours = check()
            clang = baseline(entries[0], entries[1])
        pairs.append((clang, ours))
    return pairs


def median(values):
    return statistics.median(values) if values else None


def phaseTimes(profile):
    """Milliseconds of wall clock by phase, from the checker's own profile; empty where there is none."""
    try:
        with open(profile) as text:
            document = json.load(text)
    except (OSError, ValueError):
        return {}
    return {phase["phase"]: phase["wall_s"] * 1000 for phase in document["phases"]}
