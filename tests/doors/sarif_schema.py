#!/usr/bin/env python3
"""Gets the JSON schema of SARIF 2.1.0. usage: sarif_schema.py FILE

It comes out of a package of the npm registry, by name, version and digest; a file that is there already and has the digest is
kept. Exit: 0 it is there, 77 it cannot be had here (no npm, or no network), 1 it is another file than it should be.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
SHA256 = "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8"


def is_it(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest() == SHA256
    except FileNotFoundError:
        return False


def main():
    target = sys.argv[1]
    if is_it(target):
        return 0
    npm = shutil.which("npm")
    if not npm:
        print("skipped: npm is not installed, so the schema cannot be had")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=scratch, capture_output=True, text=True, timeout=240)
        if run.returncode != 0:
            print(f"skipped: npm could not fetch {PACKAGE}: {run.stderr.strip()[:500]}")
            return 77
        archive = os.path.join(scratch, run.stdout.strip().splitlines()[-1])
        with tarfile.open(archive) as tar, open(target + ".new", "wb") as out:
            shutil.copyfileobj(tar.extractfile(MEMBER), out)
    if not is_it(target + ".new"):
        print(f"{MEMBER} of {PACKAGE} is not the file it was: its digest differs")
        return 1
    os.replace(target + ".new", target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
