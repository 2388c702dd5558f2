"""usage: killed.py STORE RACECOURSE: kills runs at many moments, then lets four run at once; every report is the same."""

import shutil
import subprocess
import sys
import time

store, racecourse = sys.argv[1:3]
SOURCES = ["one.cpp", "two.cpp", "--", "-std=c++20"]


def start(folder):
    cache = ["--cache", folder] if folder else ["--no-cache"]
    return subprocess.Popen([racecourse, "check", "--exit-zero", *cache, *SOURCES], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


begin = time.monotonic()
expected = start(None).communicate()[0]
whole_s = time.monotonic() - begin
killed = 0
for index in range(1, 17):
    if index % 4 == 1:
        shutil.rmtree(store, ignore_errors=True)
    run = start(store)
    try:
        run.wait(whole_s * 1.3 * index / 16)
    except subprocess.TimeoutExpired:
        run.kill()
        killed += 1
    run.communicate()
    if index % 4 == 0:
        out, err = start(store).communicate()
        assert out == expected and not err, (out, err)
assert killed > 0, "none was killed: nothing was tried"

shutil.rmtree(store)
for runs in ([start(store) for _ in range(4)], [start(store) for _ in range(4)]):
    for run in runs:
        out, err = run.communicate()
        assert run.returncode == 0 and out == expected and not err, (run.returncode, out, err)
