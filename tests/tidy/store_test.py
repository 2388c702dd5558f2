#!/usr/bin/env python3
"""What clang-tidy's doors say when `racecourse check` has left its store above the file: the rest of the program is known.

usage: store_test.py RACECOURSE RACECOURSE_TIDY PLUGIN19 [PLUGIN16]
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

FILES = {
    ".racecourse.yaml": "",
    "shared.h": "#pragma once\nextern int counter;\nvoid work();\ninline void twice() { ++counter; ++counter; }\n",
    "main.cpp": '#include "shared.h"\n#include <thread>\nint counter;\nint main() {\n  std::thread other(work);\n'
    "  ++counter;\n  other.join();\n  return counter;\n}\n",
    "work.cpp": '#include "shared.h"\nvoid work() { ++counter; }\n',
    "alone.cpp": "#include <mutex>\nstatic std::mutex mutex;\nvoid alone() {\n  const std::lock_guard one(mutex);\n"
    "  const std::lock_guard two(mutex);\n}\n",
}
SOURCES = ["main.cpp", "work.cpp", "alone.cpp"]
RACE = "racecourse-unguarded-shared-data"


class Store(unittest.TestCase):
    racecourse = tidy = ""
    plugins = {}

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="racecourse-store-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name, text in FILES.items():
            self.write(name, text)
        self.write("compile_commands.json", json.dumps(
            [{"directory": self.folder, "file": f, "arguments": ["c++", "-std=c++20", f]} for f in SOURCES]))
        self.environment = {k: v for k, v in os.environ.items() if k != "RACECOURSE_STORE"}

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def check(self, *arguments):
        done = subprocess.run([self.racecourse, "check", "--exit-zero", *arguments], cwd=self.folder, env=self.environment,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def doors(self):
        yield "superset", [self.tidy]
        for host, plugin in self.plugins.items():
            yield host, [host, f"--load={plugin}"]

    def says(self, door, file, **variables):
        """(line, the rest of the line) of each finding."""
        done = subprocess.run([*door, "--checks=-*,racecourse-*,racestyle-suppression-hygiene", file], cwd=self.folder,
                              env=self.environment | variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return [(int(line), text) for line, text in
                re.findall(rf"^(?:.*/)?{re.escape(file)}:(\d+):\d+: warning: (.*)$", done.stdout, re.M)]

    def test_a_race_over_two_files_is_seen_with_the_store_alone(self):
        for name, door in self.doors():
            with self.subTest(door=name):
                shutil.rmtree(os.path.join(self.folder, ".racecourse"), ignore_errors=True)
                self.assertEqual(self.says(door, "main.cpp"), [])
                self.assertEqual(self.says(door, "work.cpp"), [])
                self.check()
                (line, text), = self.says(door, "main.cpp")
                self.assertEqual(line, 6)
                self.assertIn(RACE, text)
                # The finding's own place lies in the other unit: said where a thread passes through this one.
                (line, text), = self.says(door, "work.cpp")
                self.assertEqual(line, 2)
                self.assertIn(f"(at {os.path.join(self.folder, 'main.cpp')}:6)", text)
                # What one unit proves is no other unit's affair.
                self.assertEqual([line for line, _ in self.says(door, "alone.cpp")], [5])
                self.assertEqual(self.says(door, "main.cpp", RACECOURSE_STORE="off"), [])

    def test_an_edited_file_is_seen_as_it_is_now(self):
        self.check()
        # Before, the run's own findings are told; now the other units are linked with the new text.
        self.write("main.cpp", "\n\n" + FILES["main.cpp"])
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual([line for line, _ in self.says(door, "main.cpp")], [8])
        self.write("main.cpp", FILES["main.cpp"].replace("  ++counter;\n", ""))
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual(self.says(door, "main.cpp"), [], "one thread less that touches it")

    def test_what_is_known_of_an_edited_file_is_not_believed(self):
        self.check()
        self.write("work.cpp", FILES["work.cpp"] + "// looked at again\n")
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual(self.says(door, "main.cpp"), [], "work.cpp is not as it was: nothing is known of work()")
                self.assertEqual([line for line, _ in self.says(door, "work.cpp")], [2])
        self.check()
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual([line for line, _ in self.says(door, "main.cpp")], [6])

    def test_a_header_that_was_edited_makes_all_its_units_unknown(self):
        self.check()
        self.write("shared.h", "// new\n" + FILES["shared.h"])
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual(self.says(door, "main.cpp"), [])
                self.assertEqual([line for line, _ in self.says(door, "alone.cpp")], [5])

    def test_a_comment_in_the_other_file_silences(self):
        self.write("main.cpp", FILES["main.cpp"].replace("++counter;", f"++counter; // NOLINT({RACE})"))
        self.check()
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual(self.says(door, "work.cpp"), [])
                self.assertEqual(self.says(door, "main.cpp"), [])

    def test_options_count(self):
        self.check()
        self.write(".clang-tidy", "Checks: '-*,racecourse-*'\nCheckOptions: {RacecourseStore: 'off'}\n")
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual(self.says(door, "main.cpp"), [])
        self.write(".clang-tidy", f"CheckOptions: {{{RACE}.GuardMajority: 90}}\n")
        for name, door in self.doors():
            with self.subTest(door=name):
                self.assertEqual([line for line, _ in self.says(door, "main.cpp")], [6])

    def test_a_store_that_makes_no_sense_is_none(self):
        self.check()
        store = os.path.join(self.folder, ".racecourse")
        files = [os.path.join(at, f) for at, _, names in os.walk(store) for f in names]
        for damage in (b"", b"Rcstore\x1a", b"x" * 500):
            for path in files:
                with open(path, "wb") as file:
                    file.write(damage)
            for name, door in self.doors():
                with self.subTest(door=name, damage=damage):
                    self.assertEqual(self.says(door, "main.cpp"), [])
                    self.assertEqual([line for line, _ in self.says(door, "alone.cpp")], [5])


if __name__ == "__main__":
    Store.racecourse, Store.tidy, plugin = sys.argv[1:4]
    for host, path in zip(("clang-tidy-19", "clang-tidy-16"), [plugin, *sys.argv[4:]]):
        if shutil.which(host) and os.path.exists(path):
            Store.plugins[host] = path
    unittest.main(argv=sys.argv[:1])
