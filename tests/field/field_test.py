"""What the field scripts decide by themselves: which commands both tools are given, and what the table says.

Run alone with `python3 tests/field/field_test.py`.
"""

import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import database
import programs
import table


class Adjusting(unittest.TestCase):
    def adjusted(self, *commands, flags=()):
        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            for name in ("a.c", "b.cpp"):
                open(f"{folder}/{name}", "w").close()
            raw = [{"directory": folder, "file": c[-1], "arguments": list(c)} for c in commands]
            with open(f"{folder}/raw.json", "w") as out:
                json.dump(raw, out)
            entries = database.adjust(f"{folder}/raw.json", f"{folder}/db/compile_commands.json", flags)
            return [[a.replace(folder + "/", "") for a in e["arguments"]] for e in entries]

    def testOutputsAndErrorsFromWarningsGo(self):
        command = ("gcc", "-O2", "-Wall", "-Werror", "-Werror=vla", "-MD", "-MF", "a.d", "-o", "a.o", "-c", "a.c")
        self.assertEqual(self.adjusted(command), [["clang-19", "-O2", "-Wall", "-c", "a.c"]])

    def testLaunchersGoAndTheLanguageNamesTheCompiler(self):
        self.assertEqual(self.adjusted(("ccache", "c++", "-c", "b.cpp")), [["clang++-19", "-c", "b.cpp"]])

    def testFlagsWhichOnlyGccKnowsGo(self):
        command = ("g++", "-fno-tree-vrp", "-flifetime-dse=1", "-fno-strict-aliasing", "-c", "b.cpp")
        self.assertEqual(self.adjusted(command), [["clang++-19", "-fno-strict-aliasing", "-c", "b.cpp"]])

    def testStaticAndSharedBuildsOfAUnitAreOne(self):
        self.assertEqual(len(self.adjusted(("gcc", "-c", "a.c"), ("gcc", "-fPIC", "-Dx_EXPORTS", "-c", "a.c"))), 1)

    def testAUnitBuiltWithAnotherMacroStaysTwo(self):
        self.assertEqual(len(self.adjusted(("gcc", "-c", "a.c"), ("gcc", "-DCLIENT", "-c", "a.c"))), 2)

    def testExtraFlagsComeBeforeTheFile(self):
        self.assertEqual(self.adjusted(("gcc", "-c", "a.c"), flags=("-Wno-multichar",))[0][-3:], ["-Wno-multichar", "-c", "a.c"])

    def testAFileThatDoesNotCompileIsNamed(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/a.c", "w") as out:
                out.write('#include "a.h"\n\nint x = y;\n')
            with open(f"{folder}/a.h", "w") as out:
                out.write("int z;\n\n")
            entry = {"directory": folder, "file": f"{folder}/a.c", "arguments": ["clang-19", "-c", f"{folder}/a.c"]}
            failed, lines = database.verify([entry], f"{folder}/included", [folder], 1)
            self.assertIn("undeclared identifier 'y'", failed[f"{folder}/a.c"])
            self.assertEqual(lines, 3)


class Table(unittest.TestCase):
    def testAProgramsRow(self):
        result = {
            "version": "1-2", "units": 3, "lines": 5100, "clang_cpu_s": 1.0, "clang_peak_mb": 100.4,
            "machine": {"cpu": "c", "cores": 2, "clang": "v"}, "clang_failed": {"x.c": "why"},
            "checker": {"units_failed": 1, "findings": 2, "cpu_ratio": 0.875, "turns": 3, "peak_mb": 50, "link_solve_ms": 7.2,
                        "by_rule": {"racecourse-lock-leak": {"high": 2}}},
        }  # fmt: skip
        text = table.render([(programs.byName("pbzip2"), result)])
        self.assertIn("| pbzip2 | 1-2 | C++ | 3 | 1 | 5.1 | 2 | 0.88 | 3 | 1.0 | 50 | 100 | 7 |", text)
        self.assertIn("| pbzip2 | 2 high |", text)
        self.assertIn("`x.c` does not compile with Clang: why", text)


if __name__ == "__main__":
    unittest.main()
