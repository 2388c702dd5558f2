#!/usr/bin/env python3
"""SARIF of every fixture fits the standard's schema and what code hosts want of it (sarif_check.py).

usage: sarif_test.py RACECOURSE SCHEMA FIXTURES
"""

import concurrent.futures
import glob
import json
import os
import subprocess
import sys
import tempfile
import unittest

from sarif_check import problems, validator_of

RACECOURSE, SCHEMA, FIXTURES = sys.argv[1:4]
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HTTPLIB = ["-DCPPHTTPLIB_OPENSSL_SUPPORT", "-DCPPHTTPLIB_ZLIB_SUPPORT", "-DCPPHTTPLIB_BROTLI_SUPPORT"]


def report(path):
    """What the checker says of one program, every rule and every confidence."""
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "out.sarif")
        run = subprocess.run(
            [RACECOURSE, "check", "--exit-zero", "--rules", "*", "--confidence", "low", "--format", f"sarif={out}", path, "--",
             "-std=c++20", "-pthread", "-isystem", os.path.join(os.path.dirname(TESTS), "runtime", "include"), *HTTPLIB],
            capture_output=True, text=True, timeout=300)
        if run.returncode not in (0, 3):
            raise AssertionError(f"{path}: status {run.returncode}: {run.stderr[:500]}")
        with open(out, encoding="utf-8") as file:
            return path, json.load(file)


class Sarif(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.validator = validator_of(SCHEMA)
        paths = sorted(glob.glob(os.path.join(FIXTURES, "*", "*", "*.cpp")))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.logs = dict(pool.map(report, paths))

    def test_every_fixture_is_valid(self):
        for path, log in self.logs.items():
            with self.subTest(os.path.relpath(path, FIXTURES)):
                self.assertEqual(problems(log, self.validator), [])

    def test_they_say_something(self):
        results = [result for log in self.logs.values() for result in log["runs"][0]["results"]]
        self.assertGreater(len(results), 50)
        self.assertTrue(any(len(result["codeFlows"][0]["threadFlows"]) > 1 for result in results if "codeFlows" in result))
        self.assertTrue(any("fixes" in result for result in results))

    def test_a_wrong_file_is_told(self):
        log = json.loads(json.dumps(next(log for log in self.logs.values() if log["runs"][0]["results"])))
        log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "/absolute.cpp"
        self.assertNotEqual(problems(log, self.validator), [])
        log["runs"][0]["results"][0]["severity"] = "high"
        self.assertIn("severity", problems(log, self.validator)[0])


if __name__ == "__main__":
    if not os.path.exists(SCHEMA):
        print("skipped: the schema is not there (sarif_schema.py says why)")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=1)
