#!/usr/bin/env python3
"""The table of docs/document-rules.md is whole and true.

usage: document_rules_test.py ROOT RACECOURSE

Every rule of the documents has a row. Each check it names exists and names the rule on its own page, and the reverse. Each
test it names makes one of the row's checks speak, by a RUN line of this test suite, and no check of the row is without such
a test. Each fixture states, on some line, that the checker sees one of the row's rules, or that a run does. A row without a
check says why there is none.
"""

import os
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, os.pardir, "fixtures")]
import document_rules  # noqa: E402
import pages  # noqa: E402
from truths import TRUTHS  # noqa: E402

ROOT, RACECOURSE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
VERDICT = re.compile(r"\b([a-z]+(?:-[a-z]+)*): ((?:[CRTH] ?)+)")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as stream:
        return stream.read()


ROWS = document_rules.rows(read(document_rules.PAGE))


def checks(row):
    return [name for name, _ in document_rules.links(row["checks"])]


def expects(test):
    """Rules whose findings a lit test demands."""
    return {rule for line in read(test).splitlines()
            if re.search(r"(?://|/\*|#)\s*CHECK(?:-DAG|-NEXT|-SAME)?:", line)
            for rule in re.findall(r"\[((?:racecourse|racestyle)-[a-z-]+)\]", line)}


def stated(fixture):
    """(rule or truth, lamp) of a program's comments."""
    found = set()
    for truth, lamps in VERDICT.findall(read(fixture)):
        if truth in TRUTHS:
            found.update((TRUTHS[truth].rule or truth, lamp) for lamp in lamps.split())
    return found


class Table(unittest.TestCase):
    def test_is_whole(self):
        self.assertEqual(list(ROWS), document_rules.DEMANDED)

    def test_checks_exist_and_agree(self):
        known = set(re.findall(r'"id": "([a-z-]+)"', subprocess.run(
            [RACECOURSE, "rules", "--format", "json"], capture_output=True, text=True, check=True).stdout))
        for rule, row in ROWS.items():
            for name, target in document_rules.links(row["checks"]):
                self.assertIn(name, known, rule)
                self.assertEqual(target, os.path.join("docs", "rules", name + ".md"), rule)
        for name in pages.page_ids(ROOT):
            named = pages.front_matter(pages.read(ROOT, name))["documents"].strip("[]").split(", ")
            self.assertEqual([rule for rule in ROWS if name in checks(ROWS[rule])],
                             [rule for rule in ROWS if rule in named], f"{name}: its page and the table disagree")
            for document in named:
                if re.match(r"D[01] |D2 8|D3 best", document):
                    self.assertIn(document, ROWS, f"{name}: names a rule that no document has")

    def test_tests_make_them_speak(self):
        for rule, row in ROWS.items():
            unproved = set(checks(row))
            for _, test in document_rules.links(row["tests that make them speak"]):
                self.assertRegex(test, r"^tests/lit/rules/[a-z-]+/must_say_", rule)
                self.assertIn("RUN:", read(test), test)
                self.assertTrue(expects(test) & set(checks(row)), f"{rule}: {test} demands none of {checks(row)}")
                unproved -= expects(test)
            self.assertEqual(unproved, set(), f"{rule}: no test of the row makes these speak")

    def test_fixtures_show_them(self):
        for rule, row in ROWS.items():
            fixtures = document_rules.links(row["fixtures"])
            self.assertTrue(fixtures, f"{rule}: no fixture")
            for _, fixture in fixtures:
                self.assertRegex(fixture, r"^fixtures/[a-z]+/d[0-4]-[0-9a-z-]+/[a-z_]+\.cpp$", rule)
                seen = stated(fixture)
                if checks(row):
                    self.assertTrue({(name, "C") for name in checks(row)} & seen,
                                    f"{rule}: {fixture} states none of {checks(row)}")

    def test_a_row_without_check_says_why(self):
        for rule, row in ROWS.items():
            if not checks(row):
                self.assertRegex(row["checks"], r"^none: \w.{40,}", rule)
                self.assertEqual(row["tests that make them speak"], "", rule)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
