#!/usr/bin/env python3
"""layering.py must object to each kind of wrong arrow, and only to those."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import layering


class LayeringTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = self.folder.name
        self.put("checker/model/unit.h", "#pragma once\n")
        self.put("checker/analysis/finding.h", '#pragma once\n#include "checker/model/unit.h"\n')
        self.put("checker/analysis/solve.h", "#pragma once\n")
        self.put("runtime/lockorder/graph.h", "#pragma once\n#include <vector>\n")

    def put(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as stream:
            stream.write(text)

    def problems(self):
        return layering.check(self.root)[1]

    def expect(self, part):
        found = self.problems()
        self.assertEqual(len(found), 1, found)
        self.assertIn(part, found[0])

    def test_clean(self):
        self.assertEqual(self.problems(), [])

    def test_clang_outside_the_frontend(self):
        self.put("checker/analysis/races.cpp", "#include <vector>\n#include <clang/AST/Decl.h>\n")
        self.expect("races.cpp:2: checker/analysis may not include <clang/AST/Decl.h>")

    def test_llvm_in_the_model(self):
        self.put("checker/model/text.cpp", '#include "llvm/ADT/StringRef.h"\n')
        self.expect("checker/model may not include <llvm/ADT/StringRef.h>")

    def test_report_may_use_llvm_and_not_clang(self):
        self.put("checker/report/json.cpp", "#include <llvm/Support/JSON.h>\n#include <clang/AST/Decl.h>\n")
        self.expect("checker/report may not include <clang/AST/Decl.h>")

    def test_report_sees_findings_only(self):
        self.put("checker/report/a.cpp", '#include "checker/analysis/finding.h"\n#include "checker/analysis/solve.h"\n')
        self.expect("checker/report may not include checker/analysis/solve.h")

    def test_runtime_sees_no_checker(self):
        self.put("runtime/src/hooks.cpp", '#include "runtime/lockorder/graph.h"\n#include "checker/model/unit.h"\n')
        self.expect("runtime/src may not include checker/model/unit.h")

    def test_lockorder_is_alone(self):
        self.put("runtime/include/racecourse/mutex.h", "#pragma once\n")
        self.put("runtime/lockorder/graph.cpp",
                 '#include "runtime/lockorder/graph.h"\n#include <racecourse/mutex.h>\n')
        self.expect("runtime/lockorder may not include runtime/include/racecourse/mutex.h")

    def test_relative_spelling(self):
        self.put("checker/model/text.cpp", '#include "unit.h"\n')
        self.expect("named from the root")

    def test_missing_header(self):
        self.put("checker/model/text.cpp", '#include "checker/model/gone.h"\n')
        self.expect("does not exist")

    def test_header_guard(self):
        self.put("checker/model/naked.h", "int x;\n")
        self.expect("#pragma once")

    def test_own_header_first(self):
        self.put("checker/model/unit.cpp", '#include <vector>\n#include "checker/model/unit.h"\n')
        self.expect("unit.cpp:1: includes checker/model/unit.h first")

    def test_every_folder_is_a_room(self):
        self.put("checker/cellar/wine.cpp", "#include <clang/AST/Decl.h>\n")
        self.expect("checker/cellar/wine.cpp:1: lies in no room")

    def test_empty_tree_is_no_success(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(layering.check(empty)[0], 0)


if __name__ == "__main__":
    unittest.main()
