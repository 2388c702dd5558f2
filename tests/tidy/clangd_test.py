"""racecourse-clangd as an editor meets it: open, read what it says, take the fix, see the finding gone.

usage: clangd_test.py BUILD [unittest arguments]
"""

import pathlib
import sys
import tempfile
import unittest

from lsp import Session, from_uri, with_edits

BUILD = pathlib.Path()
FLAGS = ["-std=c++20", "-pthread"]
LEAK = "racecourse-lock-leak"
HEADER = """#pragma once
#include <mutex>
struct Box {
  std::mutex mutex;
  int value = 0;
  void set(int v) { std::lock_guard<std::mutex> guard(mutex); value = v; }
};
"""
SOURCE = """#include "box.h"
#include <thread>
bool take(Box& box, int amount) {
  box.mutex.lock();
  if (box.value < amount) return false;
  box.value -= amount;
  box.mutex.unlock();
  return true;
}
"""
RACE = """#include <thread>
int counter = 0;
int main() {
  std::thread other([] { ++counter; });
  ++counter;
  other.join();
}
"""


class Clangd(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()
        (self.folder / "box.h").write_text(HEADER)
        self.path = self.folder / "box.cpp"

    def session(self, checks=("racecourse-*",), **more):
        return Session([str(BUILD / "bin" / "racecourse-clangd")], self.folder, FLAGS, checks, **more)

    def ours(self, diagnostics):
        return [d for d in diagnostics if str(d.get("code", "")).startswith(("racecourse-", "racestyle-"))]

    def test_say_fix_and_fall_silent(self):
        with self.session() as server:
            said = self.ours(server.open(self.path, SOURCE))  # the file exists in the editor only
            self.assertEqual([(d["code"], d["range"]["start"]["line"]) for d in said], [(LEAK, 4)])
            self.assertEqual(said[0]["source"], "clang-tidy")
            actions = [a for a in server.actions(self.path, said[0]) if a.get("kind") == "quickfix" and "edit" in a and "NOLINT" not in str(a)]
            self.assertTrue(actions, "no fix is offered")
            (uri, edits), = actions[0]["edit"]["changes"].items()
            self.assertEqual(from_uri(uri), str(self.path))
            repaired = with_edits(SOURCE, edits)
            self.assertIn("std::lock_guard", repaired)
            self.assertEqual(self.ours(server.change(self.path, repaired, 2)), [])

    def test_threads_are_told_apart(self):
        with self.session() as server:
            said = self.ours(server.open(self.path, RACE))
            self.assertEqual([d["code"] for d in said], ["racecourse-unguarded-shared-data"])
            notes = [info["message"] for info in said[0]["relatedInformation"]]
            self.assertTrue(any(note.startswith("Main thread: ") for note in notes), notes)

    def test_a_half_typed_line_is_no_crash(self):
        with self.session() as server:
            server.open(self.path, SOURCE)
            for version, text in enumerate((SOURCE + "void half(", SOURCE[:60], "", SOURCE), start=2):
                said = self.ours(server.change(self.path, text, version))
            self.assertEqual([d["code"] for d in said], [LEAK])

    def test_the_strict_filter_hides_us(self):
        # What the page about editors warns of. When this changes, the page can lose a line.
        with self.session(options=("Strict",)) as server:
            self.assertEqual(self.ours(server.open(self.path, SOURCE)), [])


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
