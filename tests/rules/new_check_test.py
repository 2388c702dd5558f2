#!/usr/bin/env python3
"""`new-check` in a copy of the tree: what it makes is registered everywhere, compiles, and fails its own tests.

usage: new_check_test.py ROOT RACECOURSE

The whole copy is not built, that would take minutes: the new source and the source that calls it are compiled by
themselves, and the tests of the new rule are run with the program as it is, which does not find the rule, as the new one
would not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, RACECOURSE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PARTS = ["dev", "checker", "docs", "runtime/lockorder", "tests/rules", "tests/lit", "tests/fixtures", "fixtures/CMakeLists.txt"]
RULE = "racecourse-made-by-test"


def call(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def snapshot(folder):
    found = {}
    for here, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(here, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = stream.read()
    return found


class NewCheck(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.tree = os.path.join(scratch.name, "tree")
        for part in PARTS:
            source, target = os.path.join(ROOT, part), os.path.join(self.tree, part)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.isdir(source):
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)

    def new_check(self, name):
        # As ./dev does, without its installing of packages.
        return call(sys.executable, "-B", os.path.join(self.tree, "tests/rules/new_check.py"), self.tree, name)

    def test_refuses(self):
        before = snapshot(self.tree)
        for name in ("lock-leak", "racecourse-", "racecourse-one", "racecourse-Two-Words", "racecourse-two_words", "../racecourse-a-b",
                     "racecourse-lock-leak", "racestyle-lock-leak"):
            result = self.new_check(name)
            self.assertEqual(result.returncode, 2, name)
            self.assertIn("new-check: ", result.stderr)
        self.assertEqual(snapshot(self.tree), before, "a refusal writes nothing")

    def test_makes_what_builds_and_fails_its_own_test(self):
        result = self.new_check(RULE)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.new_check(RULE).returncode, 2, "the second time it exists")
        for path in ("checker/analysis/made_by_test.cpp", f"docs/rules/{RULE}.md", "fixtures/misuse/made-by-test/good.cpp",
                     "fixtures/misuse/made-by-test/buggy.cpp", "tests/lit/rules/made-by-test/must_say_plainest.cpp",
                     "tests/lit/rules/made-by-test/must_not_say_nearest.cpp"):
            self.assertTrue(os.path.exists(os.path.join(self.tree, path)), path)

        for source in ("checker/analysis/made_by_test.cpp", "checker/analysis/solve.cpp"):
            built = call("clang++-19", "-std=c++20", "-Wall", "-Wextra", "-Wno-unused-parameter",
                         "-Wno-deprecated-declarations", "-Werror", "-fsyntax-only",
                         "-I" + self.tree, os.path.join(self.tree, source))
            self.assertEqual(built.returncode, 0, built.stderr)
        with open(os.path.join(self.tree, "checker/analysis/solve.cpp"), encoding="utf-8") as stream:
            self.assertIn("findMadeByTest(facts, result.findings);", stream.read())

        # The form of its page is right; what it promises is not yet true.
        sys.path.insert(0, os.path.join(self.tree, "tests", "rules"))
        import pages
        self.assertEqual(list(pages.problems(self.tree, RULE)), [])
        self.assertIn(RULE, pages.rules_of_the_code(self.tree))
        own = call(sys.executable, "-B", os.path.join(self.tree, "tests/rules/rules_test.py"), self.tree, RACECOURSE, RULE)
        self.assertNotEqual(own.returncode, 0, "its page must fail until the check finds something")
        self.assertIn("the program that warns", own.stderr)
        must_say = os.path.join(self.tree, "tests/lit/rules/made-by-test/must_say_plainest.cpp")
        said = call(RACECOURSE, "check", "--exit-zero", must_say, "--", "-std=c++20", "-pthread")
        self.assertNotIn(f"[{RULE}]", said.stdout)
        with open(must_say, encoding="utf-8") as stream:
            self.assertIn(f"[{RULE}]", stream.read().split("CHECK: ", 1)[1].splitlines()[0])

    def test_dev_knows_the_verb(self):
        helped = call(os.path.join(ROOT, "dev"), "help")
        self.assertIn("new-check NAME", helped.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
