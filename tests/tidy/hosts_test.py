"""Every clang-tidy of Debian 12 with every build of the plugin: what is said, and the status.

usage: hosts_test.py LIBRARIES [--write DOCS/HOST-TABLE.md | --table DOCS/HOST-TABLE.md]

LIBRARIES is the folder with RacecourseTidy.so and llvm-16/RacecourseTidy.so. A pair either works (the race is found) or ends
with a message and a status that is not 0; a host that finds nothing and is content is what this test is there for. Hosts that are
not installed are skipped and named. --table compares with the page, row by row; --write makes it, for which all must be there.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import unittest

from doors import CHECKS, findings, installed, run

HOSTS = (13, 14, 15, 16, 19, 22)
PROGRAM = """#include <thread>
int counter = 0;
int main() {
  std::thread other([] { ++counter; });
  ++counter;
  other.join();
}
"""
FLAGS = ["--", "-std=c++20", "-pthread"]
RULE = "racecourse-unguarded-shared-data"


def plugins(libraries):
    """{LLVM: path}, those that were built."""
    paths = {19: libraries / "RacecourseTidy.so", 16: libraries / "llvm-16" / "RacecourseTidy.so"}
    return {version: path for version, path in paths.items() if path.exists()}


def meet(host, plugin, folder):
    """What the host does with the plugin, as (status, what it said in one line)."""
    ran = run([f"clang-tidy-{host}", f"--load={plugin}", "--checks=-*,racecourse-*", "race.cpp", *FLAGS], cwd=folder)
    if found := findings(ran.both, folder):
        return ran.status, f"finds the race: {os.path.basename(found[0][1])}:{found[0][2]} [{found[0][0]}]"
    lines = [line for line in ran.err.splitlines() if "warnings generated" not in line]
    return ran.status, (lines[0] if lines else "(nothing)").replace(str(plugin), "RacecourseTidy.so")


def row(host, version, status, said):
    return f"| clang-tidy-{host} | LLVM {version} | {status} | {said} |"


HEAD = """# Which clang-tidy takes which plugin

A plugin for clang-tidy lives in the process of one LLVM version. Loaded into another one it would be listed, find nothing, and
end with success; so ours looks at its host first and stops it. This table is made by running every pair
(`tests/tidy/hosts_test.py`) with every clang-tidy that Debian 12 has, on a program with one race. `racecourse-tidy` has no such
question: it is its own host.

| host | plugin for | status | what it says |
|---|---|---|---|
"""


class Hosts(unittest.TestCase):
    libraries = table = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "race.cpp").write_text(PROGRAM)

    def pairs(self):
        for host in HOSTS:
            if not installed(f"clang-tidy-{host}"):
                continue
            for version, plugin in plugins(self.libraries).items():
                with self.subTest(host=host, plugin=version):
                    yield host, version, plugin

    def test_our_host_is_there(self):
        self.assertTrue(installed("clang-tidy-19"))
        self.assertIn(19, plugins(self.libraries))

    def test_finds_or_refuses(self):
        for host, version, plugin in self.pairs():
            status, said = meet(host, plugin, self.folder)
            if host == version:
                self.assertEqual(status, 0, said)
                self.assertIn(RULE, said)
            elif host < 14:  # knows no --load
                self.assertEqual(status, 1, said)
                self.assertIn("Unknown command line argument", said)
            else:
                self.assertEqual(status, 4, said)
                self.assertRegex(said, rf"^racecourse: this plugin is built for clang-tidy {version}\.\d, and the host is {host}\.\d: nothing was checked\.")

    def test_refusal_is_one_line_whatever_is_asked(self):
        for host, version, plugin in self.pairs():
            if host == version or host < 14:
                continue
            for question in (["--list-checks"], ["--dump-config"], ["--checks=-*,bugprone-*", "race.cpp", *FLAGS]):
                ran = run([f"clang-tidy-{host}", f"--load={plugin}", *question], cwd=self.folder)
                self.assertEqual((ran.status, ran.out, ran.err.count("\n")), (4, "", 1), ran.both[:500])

    def test_run_clang_tidy_fails_on_a_foreign_host(self):
        (self.folder / "compile_commands.json").write_text(
            f'[{{"directory": "{self.folder}", "file": "race.cpp", "command": "c++ -std=c++20 -pthread -c race.cpp"}}]')
        for host, version, plugin in self.pairs():
            # Before 16 the script has no -load; 15's is tried through the host itself above.
            if host not in (16, 19, 22) or not installed(f"run-clang-tidy-{host}"):
                continue
            ran = run([f"run-clang-tidy-{host}", "-clang-tidy-binary", f"clang-tidy-{host}", "-load", plugin, f"-checks={CHECKS}", "-p", self.folder], cwd=self.folder)
            if host == version:
                self.assertIn(RULE, ran.both)
            else:
                self.assertNotEqual(ran.status, 0, ran.both)

    def test_the_page_says_what_happens(self):
        if not self.table:
            self.skipTest("no --table")
        page = self.table.read_text()
        for host, version, plugin in self.pairs():
            self.assertIn(row(host, version, *meet(host, plugin, self.folder)), page)


def write(libraries, page):
    built = plugins(libraries)
    missing = [f"clang-tidy-{host}" for host in HOSTS if not installed(f"clang-tidy-{host}")] + [f"plugin {v}" for v in (16, 19) if v not in built]
    if missing:
        sys.exit(f"the table needs all of them; missing: {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "race.cpp").write_text(PROGRAM)
        rows = [row(host, version, *meet(host, plugin, folder)) for host in HOSTS for version, plugin in sorted(built.items())]
    page.write_text(HEAD + "\n".join(rows) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("libraries", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--table", type=pathlib.Path)
    arguments, rest = parser.parse_known_args()
    if arguments.write:
        write(arguments.libraries, arguments.write)
        return
    Hosts.libraries, Hosts.table = arguments.libraries, arguments.table
    for host in HOSTS:
        if not installed(f"clang-tidy-{host}"):
            print(f"skipped: clang-tidy-{host} is not installed", file=sys.stderr)
    for version in (16, 19):
        if version not in plugins(arguments.libraries):
            print(f"skipped: the plugin for LLVM {version} was not built", file=sys.stderr)
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
