#!/usr/bin/env python3
"""Every rule has a page of the fixed form, tests that must and must not speak, and programs on its page that behave.

usage: rules_test.py ROOT RACECOURSE [RULE…]

Which rules there are is asked of three sources, and they must agree: the names in the analysis' code, the pages, and the
program (`racecourse rules`). The first program of a page must give findings of exactly this rule of its
kind (a defect may break a practice too, and the reverse), the second none at all.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pages  # noqa: E402

ROOT, RACECOURSE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ONLY = sys.argv[3:]
FLAGS = ["-std=c++20", "-pthread"]


def racecourse(*arguments, cwd=None):
    return subprocess.run([RACECOURSE, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120)


def check(program, *options):
    """The report on one program, by itself in a folder without any configuration."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, ".racecourse.yaml"), "w", encoding="utf-8"):
            pass
        with open(os.path.join(folder, "program.cpp"), "w", encoding="utf-8") as stream:
            stream.write(program)
        result = racecourse("check", "--exit-zero", "--format", "json", *options, "program.cpp", "--", *FLAGS, cwd=folder)
        if result.returncode != 0:
            raise AssertionError(f"exit {result.returncode}: {result.stderr}{result.stdout}")
        return json.loads(result.stdout)


class Sources(unittest.TestCase):
    def test_agree(self):
        listed = sorted(rule["id"] for rule in json.loads(racecourse("rules", "--format", "json").stdout)["rules"])
        self.assertGreaterEqual(len(listed), 5)
        self.assertEqual(listed, pages.page_ids(ROOT), "the program was built from other pages")
        named = pages.rules_of_the_code(ROOT)
        self.assertEqual([rule for rule in named if rule not in listed], [], "rules of the code without a page")
        self.assertEqual([rule for rule in listed if rule not in named], [], "pages of rules that nothing finds")

    def test_index(self):
        with open(os.path.join(pages.folder(ROOT), "index.md"), encoding="utf-8") as stream:
            self.assertEqual(stream.read(), racecourse("rules", "--format", "markdown").stdout,
                             "write it anew: racecourse rules --format markdown >docs/rules/index.md")


    def test_fixes(self):
        """What a page says of fixes is what the code can do, and a case in fixes/ shows it."""
        with open(os.path.join(ROOT, "checker", "frontend", "fixes.cpp"), encoding="utf-8") as stream:
            repaired = set(pages.RULE.findall(stream.read()))
        shown = set()
        cases = os.path.join(ROOT, "tests", "rules", "fixes")
        for name in os.listdir(cases):
            with open(os.path.join(cases, name), encoding="utf-8") as stream:
                shown.add(tuple(re.findall(r"^// (?:rule|applies): (.+)$", stream.read(), re.MULTILINE)))
        for rule in pages.page_ids(ROOT):
            fix = pages.front_matter(pages.read(ROOT, rule))["fix"]
            self.assertEqual(rule in repaired, fix != "none", f"{rule}: its page says fix: {fix}")
            if fix != "none":
                self.assertIn((rule, fix), shown, f"{rule}: no program in tests/rules/fixes shows it")


class Pages(unittest.TestCase):
    pass


def page_test(rule):
    def test(self):
        self.assertEqual(list(pages.problems(ROOT, rule)), [])
        warns, repaired = pages.programs(pages.read(ROOT, rule))
        report = check(warns, "--rules", rule.split("-", 1)[0] + "-*")
        self.assertEqual({finding["rule"] for finding in report["findings"]}, {rule}, "the program that warns")
        severity = pages.front_matter(pages.read(ROOT, rule))["severity"]
        for finding in report["findings"]:
            if finding["confidence"] == "high":
                self.assertEqual(finding["severity"], severity, "the front matter says otherwise")
        self.assertEqual([finding["message"] for finding in check(repaired)["findings"]], [], "the repaired program")
        explained = racecourse("explain", rule)
        self.assertEqual(explained.returncode, 0)
        for title in pages.HEADINGS:
            self.assertRegex(explained.stdout, rf"(?m)^{re.escape(title)}$")

    return test


for rule in sorted(set(pages.page_ids(ROOT)) | set(pages.rules_of_the_code(ROOT))):
    if not ONLY or rule in ONLY:
        setattr(Pages, "test_" + rule.replace("-", "_"), page_test(rule))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
