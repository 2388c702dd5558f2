#!/usr/bin/env python3
"""Every fix repairs: applied, built with warnings as errors, checked again (silent), run under ThreadSanitizer (silent).

usage: fixes_test.py ROOT RACECOURSE CLANG++ CLANG [NAME…]

A case is a file in fixes/ that says in its first lines what must happen:

    // rule: racecourse-lock-leak          the finding that goes
    // applies: safe | suggested | never   `--fix`, only `--fix=suggested`, or not at all
    // run: no                             the program is not run (it would hang on purpose or has nothing to run)

A case of `never` must come out byte for byte as it was.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT, RACECOURSE, CXX, CC = (os.path.abspath(argument) if os.sep in argument else argument for argument in sys.argv[1:5])
ONLY = sys.argv[5:]
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixes")


def call(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240)


def header(text, key, default=None):
    match = re.search(rf"^// {key}: (.+)$", text, re.MULTILINE)
    return match.group(1).strip() if match else default


class Fixes(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = self.scratch.name
        open(os.path.join(self.folder, ".racecourse.yaml"), "w", encoding="utf-8").close()

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as stream:
            return stream.read()

    def check(self, name, flags, *options):
        return call(RACECOURSE, "check", "--exit-zero", "--format", "json", *options, name, "--", *flags, cwd=self.folder)

    def findings(self, name, flags, *options):
        result = self.check(name, flags, *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)["findings"]

    def repairs(self, name):
        with open(os.path.join(CASES, name), encoding="utf-8") as stream:
            text = stream.read()
        rule, applies = header(text, "rule"), header(text, "applies")
        self.assertIn(applies, ("safe", "suggested", "never"))
        is_c = name.endswith(".c")
        flags = ["-std=c11", "-D_GNU_SOURCE", "-pthread"] if is_c else [header(text, "std", "-std=c++20"), "-pthread"]
        self.write(name, text)

        before = self.findings(name, flags, "--rules", rule)
        self.assertTrue(before, "the case has no finding of its rule")
        kinds = {fix["applicability"] for finding in before for fix in finding["fixes"]}
        self.assertEqual(kinds, set() if applies == "never" else {applies})

        self.findings(name, flags, "--rules", rule, "--fix")
        if applies != "safe":
            self.assertEqual(self.read(name), text, "--fix alone must not apply it")
        self.findings(name, flags, "--rules", rule, "--fix=suggested")
        fixed = self.read(name)
        if applies == "never":
            self.assertEqual(fixed, text)
            return
        self.assertNotEqual(fixed, text)

        built = call(CC if is_c else CXX, *flags, "-Wall", "-Werror", "-g", "-fsanitize=thread", name, "-o", "program", cwd=self.folder)
        self.assertEqual(built.returncode, 0, built.stderr + fixed)
        again = self.findings(name, flags)
        self.assertEqual([f"{finding['rule']}: {finding['message']}" for finding in again], [], fixed)
        if header(text, "run") != "no":
            ran = call("timeout", "60", "./program", cwd=self.folder)
            self.assertEqual((ran.returncode, ran.stderr), (0, ""), fixed)
        # Nothing more to do, and nothing done twice.
        self.findings(name, flags, "--fix=suggested")
        self.assertEqual(self.read(name), fixed)


for case in sorted(os.listdir(CASES)):
    if not ONLY or case in ONLY:
        setattr(Fixes, "test_" + case.replace(".", "_"), lambda self, case=case: self.repairs(case))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
