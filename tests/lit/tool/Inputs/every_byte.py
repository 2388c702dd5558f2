"""usage: every_byte.py STORE RACECOURSE: damages entries at many places, one after the other; the report stays as it is.

Bytes are cut off and flipped at places spread over each file. What is read afterwards must be refused or be the same: a run
that ends by a signal, or says something else, fails.
"""

import os
import shutil
import subprocess
import sys

store, racecourse = sys.argv[1:3]
SOURCES = ["one.cpp", "two.cpp", "--", "-std=c++20"]


def report(folder):
    command = [racecourse, "check", "--exit-zero", "--cache", folder, *SOURCES]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done
    return done.stdout


expected = report(store)
runs = [os.path.join(at, f) for at, _, files in os.walk(os.path.join(store, "runs")) for f in files]
# The newest: the analysis of what is there now.
path = max(runs, key=lambda f: (os.path.getsize(f), os.path.getmtime(f)))
whole = open(path, "rb").read()
for index in range(12):
    at = index * len(whole) // 12
    for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1:]):
        with open(path, "wb") as file:
            file.write(damaged)
        assert report(store) == expected, f"byte {at} of {len(whole)}"
        assert open(path, "rb").read() == whole, "it was not made again"
