"""The doors into clang-tidy as people use them, on a small project and on small files: the plugin, and the clang-tidy with our
checks built in.

usage: doors_test.py BUILD [unittest arguments]

BUILD holds bin/racecourse, bin/racecourse-tidy and lib/RacecourseTidy.so. Tried: clang-tidy itself, run-clang-tidy,
clang-tidy-diff and CMAKE_CXX_CLANG_TIDY under gcc and clang; options, NOLINT, fixes and headers.
"""

import os
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

from doors import CHECKS, findings, installed, run

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = ["--", "-std=c++20", "-pthread"]
RACE = "racecourse-unguarded-shared-data"
LEAK = "racecourse-lock-leak"
BY_HAND = "racestyle-manual-lock"
BUILD = pathlib.Path()


def plugin():
    return BUILD / "lib" / "RacecourseTidy.so"


def doors():
    """{name: (program, arguments)}"""
    return {"plugin": ("clang-tidy-19", [f"--load={plugin()}"]), "superset": (str(BUILD / "bin" / "racecourse-tidy"), [])}


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def tidy(self, *arguments, checks=CHECKS, door="plugin", flags=FLAGS):
        program, load = doors()[door]
        return run([program, *load, *([f"--checks={checks}"] if checks else []), *arguments, *flags], cwd=self.folder)

    def found(self, ran):
        return [(rule, os.path.relpath(file, self.folder), line) for rule, file, line in findings(ran.out, self.folder)]


COUNTER = """#include <mutex>
#include <thread>
std::mutex mutex;
int counter = 0;
void add() {
  mutex.lock();
  ++counter;
  mutex.unlock();
}
int main() {
  std::thread other(add);
  ++counter;%s
  other.join();
}
"""


class Checks(Case):
    def test_every_rule_is_a_check_in_both_doors(self):
        listed = run([BUILD / "bin" / "racecourse", "rules", "--format", "json"]).out
        rules = sorted(re.findall(r'"id": "(rac[a-z-]+)"', listed))
        self.assertGreater(len(rules), 15)
        for door in doors():
            ran = self.tidy("--list-checks", door=door, flags=[])
            self.assertEqual(sorted(re.findall(r"^    (rac\S+)$", ran.out, re.M)), rules, door)

    def test_the_superset_still_has_clang_tidys_own(self):
        ran = self.tidy("--list-checks", checks="bugprone-*", door="superset", flags=[])
        self.assertIn("bugprone-use-after-move", ran.out)

    def test_says_each_step_of_each_thread(self):
        self.write("a.cpp", COUNTER % "")
        ran = self.tidy("a.cpp", checks="-*,racecourse-*")
        self.assertEqual(ran.status, 0)
        self.assertEqual(self.found(ran), [(RACE, "a.cpp", 12)])
        notes = re.findall(r"^\S+a\.cpp:(\d+):\d+: note: (.*)$", ran.out, re.M)
        self.assertIn(("7", True), [(line, "holding mutex" in text and "thread" in text) for line, text in notes])
        self.assertIn(("12", True), [(line, text.startswith("main thread: ") and "holding no lock" in text) for line, text in notes])

    def test_a_unit_with_errors_says_nothing_of_ours(self):
        self.write("a.cpp", COUNTER % " nonsense;")
        ran = self.tidy("a.cpp")
        self.assertEqual((ran.status, self.found(ran)), (1, []))

    def test_warnings_as_errors(self):
        self.write("a.cpp", COUNTER % "")
        ran = self.tidy("a.cpp", "--warnings-as-errors=racecourse-*", checks="-*,racecourse-*")
        self.assertEqual(ran.status, 1)
        self.assertIn(f"[{RACE},-warnings-as-errors]", ran.out)


class Suppressions(Case):
    def test_every_form(self):
        forms = {
            "line": COUNTER % " // NOLINT",
            "named": COUNTER % f" // NOLINT({RACE})",
            "glob": COUNTER % " // NOLINT(racecourse-*)",
            "next": (COUNTER % "").replace("  ++counter;\n  other", f"  // NOLINTNEXTLINE({RACE})\n  ++counter;\n  other"),
            "block": (COUNTER % "").replace("int main", "// NOLINTBEGIN(racecourse-*)\nint main") + "// NOLINTEND(racecourse-*)\n",
        }
        for name, text in forms.items():
            self.write(f"{name}.cpp", text)
        self.write("other.cpp", COUNTER % f" // NOLINT({LEAK})")
        ran = self.tidy(*(f"{name}.cpp" for name in forms), "other.cpp", checks="-*,racecourse-*")
        self.assertEqual(self.found(ran), [(RACE, "other.cpp", 12)])

    def test_hygiene_names_what_is_misspelled(self):
        self.write("a.cpp", COUNTER % " // NOLINT(racecourse-unguarded-shared-dat)")
        ran = self.tidy("a.cpp", checks="-*,racestyle-suppression-hygiene")
        self.assertEqual(self.found(ran), [("racestyle-suppression-hygiene", "a.cpp", 12)])
        self.assertIn(f"did you mean `{RACE}`?", ran.out)

    def test_hygiene_sees_the_bare_comment_above_a_line(self):
        # One on the line itself silences clang-tidy's own saying so: racecourse check says it.
        self.write("a.cpp", (COUNTER % "").replace("  ++counter;\n  other", "  // NOLINTNEXTLINE\n  ++counter;\n  other"))
        ran = self.tidy("a.cpp", checks="-*,racecourse-*,racestyle-suppression-hygiene")
        self.assertEqual(self.found(ran), [("racestyle-suppression-hygiene", "a.cpp", 12)])
        # Where the rule is switched off, the comment is not for us to judge.
        ran = self.tidy("a.cpp", checks="-*,racestyle-suppression-hygiene")
        self.assertEqual(self.found(ran), [])


VOTED = """#include <mutex>
#include <thread>
std::mutex mutex;
int counter = 0;
void add() { std::lock_guard<std::mutex> guard(mutex); ++counter; }
void take() { std::lock_guard<std::mutex> guard(mutex); --counter; }
int look() { return counter; }
int main() {
  std::thread one(add), two(take), three(look);
  one.join();
  two.join();
  three.join();
}
"""


class Options(Case):
    def config(self, options, checks="-*,racecourse-*,racestyle-*"):
        self.write(".clang-tidy", f"Checks: '{checks}'\nCheckOptions:\n" + "".join(f"  {key}: '{value}'\n" for key, value in options.items()))

    def test_shown_by_dump_config(self):
        self.config({"racestyle-thread-per-item.MaxThreads": 3, "RacecourseConfidence": "high"})
        ran = self.tidy("--dump-config", "a.cpp", checks=None)
        self.assertEqual(ran.status, 0)
        for line in (r"racestyle-thread-per-item.MaxThreads: *'?3'?", r"racestyle-thread-per-item.MaxPools: *'?8'?",
                     r"racecourse-unguarded-shared-data.GuardMajority: *'?75'?", "RacecourseConfidence: *'?high'?"):
            self.assertRegex(ran.out, line)

    def test_verified(self):
        listed = run([BUILD / "bin" / "racecourse", "rules"]).out
        names = re.findall(r"option (rac\S+):", listed)
        self.assertGreater(len(names), 4)
        self.config({**{name: 1 for name in names}, "RacecourseConfidence": "low"})
        for door in doors():
            ran = self.tidy("--verify-config", checks=None, door=door, flags=[])
            self.assertEqual((ran.status, ran.out.strip()), (0, "No config errors detected."), ran.both)
        self.config({"racestyle-thread-per-item.MaxThread": 3}, "-*,racecourse-locks-*")
        ran = self.tidy("--verify-config", checks=None, flags=[])
        self.assertEqual(ran.status, 1)
        self.assertIn("racestyle-thread-per-item.MaxThread", ran.both)
        self.assertIn("racecourse-locks-*", ran.both)

    def test_taken_and_refused(self):
        self.write("a.cpp", "#include <thread>\nvoid work();\nvoid all() {\n  std::thread threads[8];\n  for (std::thread& thread : threads)\n"
                            "    thread = std::thread(work);\n  for (std::thread& thread : threads)\n    thread.join();\n}\n")
        self.config({"racestyle-thread-per-item.MaxThreads": 100})
        quiet = self.found(self.tidy("a.cpp", checks=None))
        self.config({"racestyle-thread-per-item.MaxThreads": 4})
        loud = self.found(self.tidy("a.cpp", checks=None))
        self.assertEqual((quiet, loud), ([], [("racestyle-thread-per-item", "a.cpp", 6)]))
        self.config({"racestyle-thread-per-item.MaxThreads": "many"})
        self.assertRegex(self.tidy("a.cpp", checks=None).both, r"'racestyle-thread-per-item.MaxThreads' takes a number from 0, not 'many' \[clang-tidy-config")

    def test_confidence(self):
        self.write("a.cpp", VOTED)
        counts = {}
        for word in ("high", "medium", "low"):
            self.config({"RacecourseConfidence": word})
            counts[word] = set(self.found(self.tidy("a.cpp", checks=None)))
            cli = run([BUILD / "bin" / "racecourse", "check", "--exit-zero", "--rules", "racecourse-*,racestyle-*", "--confidence", word, "a.cpp", *FLAGS], cwd=self.folder)
            self.assertEqual({(rule, line) for rule, _, line in counts[word]}, {(rule, line) for rule, _, line in findings(cli.out, self.folder)}, word)
        self.assertLessEqual(counts["high"], counts["medium"])
        self.assertLessEqual(counts["medium"], counts["low"])
        self.config({"RacecourseConfidence": "sure"})
        self.assertIn("RacecourseConfidence takes high, medium or low, not 'sure'", self.tidy("a.cpp", checks=None).both)


OWN_LOCK = """#include <thread>
struct Latch {
  void close();
  void open();
};
Latch latch;
int counter = 0;
void add() {
  latch.close();
  ++counter;
  latch.open();
}
int main() {
  std::thread other(add);
  add();
  other.join();
}
"""


class ProjectSettings(Case):
    """What .racecourse.yaml says of locks and threads is known here too."""

    def test_locks(self):
        self.write("src/a.cpp", OWN_LOCK)
        race = [(RACE, "src/a.cpp", 10)]
        for door in doors():
            self.write(".racecourse.yaml", "exclude: [nothing/]\n")
            self.assertEqual(self.found(self.tidy("src/a.cpp", checks="-*,racecourse-*", door=door)), race)
            self.write(".racecourse.yaml", "locks: [{class: Latch, acquire: close, release: open}]\n")
            self.assertEqual(self.found(self.tidy("src/a.cpp", checks="-*,racecourse-*", door=door)), [])
            self.write("latch.yaml", "functions:\n  - {names: [Latch::close], role: acquire}\n  - {names: [Latch::open], role: release}\n"
                                     "types:\n  - {names: [Latch], class: lock, lock: mutex}\n")
            self.write(".racecourse.yaml", "models: [latch.yaml]\n")
            self.assertEqual(self.found(self.tidy("src/a.cpp", checks="-*,racecourse-*", door=door)), [])

    def test_thread_roots(self):
        self.write("a.cpp", "int requests;\nvoid onRequest() { ++requests; }\n")
        self.assertEqual(self.found(self.tidy("a.cpp")), [])
        self.write(".racecourse.yaml", "thread-roots: [onRequest]\n")
        self.assertEqual(self.found(self.tidy("a.cpp", checks="-*,racecourse-*")), [(RACE, "a.cpp", 2)])

    def test_a_mistake_is_loud(self):
        self.write("a.cpp", OWN_LOCK)
        self.write(".racecourse.yaml", "lokcs: []\n")
        ran = self.tidy("a.cpp")
        self.assertIn(f"nothing was checked: {self.folder}/.racecourse.yaml:1:1: unknown key 'lokcs'", ran.both)


class Headers(Case):
    def test_filter_and_system_headers(self):
        shared = "#include <mutex>\n#include <thread>\nstruct Box {\n  std::mutex mutex;\n  int value = 0;\n" \
                 "  void leak(bool early) {\n    mutex.lock();\n    if (early) return;\n    mutex.unlock();\n  }\n};\n"
        self.write("own/box.h", shared)
        self.write("a.cpp", '#include "box.h"\nvoid use(Box& box) { box.leak(true); }\n')
        own = [*FLAGS, "-Iown"]
        shown = lambda ran: [(rule, file) for rule, file, _ in self.found(ran)]
        self.assertEqual(shown(self.tidy("a.cpp", checks=f"-*,{LEAK}", flags=own)), [])
        self.assertEqual(shown(self.tidy("a.cpp", "--header-filter=own/", checks=f"-*,{LEAK}", flags=own)), [(LEAK, "own/box.h")])
        self.assertEqual(shown(self.tidy("a.cpp", "--header-filter=elsewhere/", checks=f"-*,{LEAK}", flags=own)), [])
        system = [*FLAGS, "-isystem", "own"]
        self.assertEqual(shown(self.tidy("a.cpp", "--header-filter=.*", checks=f"-*,{LEAK}", flags=system)), [])


class Fixes(Case):
    """The programs of tests/rules/fixes: what `racecourse check --fix` makes of them, clang-tidy makes too."""

    def setUp(self):
        super().setUp()
        self.names = []
        for path in sorted((HERE.parent / "rules" / "fixes").glob("*.cpp")):
            self.names.append(path.name)
            for folder in ("cli", "tidy"):
                self.write(f"{folder}/{path.name}", path.read_text())

    def compare(self, kinds, cli, tidy):
        changed = 0
        for name in self.names:
            original = (HERE.parent / "rules" / "fixes" / name).read_text()
            said = dict(re.findall(r"^// (rule|applies|std): (\S+)", original, re.M))
            if said["applies"] not in kinds:
                continue
            with self.subTest(name):
                flags = ["--", said.get("std", "-std=c++20"), "-pthread"]
                run([BUILD / "bin" / "racecourse", "check", cli, "--exit-zero", "--rules", said["rule"], f"cli/{name}", *flags], cwd=self.folder)
                self.tidy(tidy, f"tidy/{name}", checks=f"-*,{said['rule']}", flags=flags)
                ours, theirs = ((self.folder / folder / name).read_text() for folder in ("cli", "tidy"))
                self.assertEqual(theirs, ours)
                changed += theirs != original
        return changed

    def test_safe_ones_are_applied_by_fix(self):
        self.assertGreater(self.compare({"safe"}, "--fix", "--fix"), 2)

    def test_others_are_not(self):
        self.assertEqual(self.compare({"suggested", "never"}, "--fix", "--fix"), 0)

    def test_suggested_ones_by_fix_notes(self):
        self.assertGreater(self.compare({"suggested"}, "--fix=suggested", "--fix-notes"), 2)

    def test_exported(self):
        name = next(name for name in self.names if "applies: safe" in (self.folder / "tidy" / name).read_text())
        ran = self.tidy("--export-fixes=fixes.yaml", f"tidy/{name}")
        self.assertEqual(ran.status, 0)
        text = (self.folder / "fixes.yaml").read_text()
        self.assertIn("DiagnosticName:  ", text)
        self.assertIn("ReplacementText: ", text)
        if apply := installed("clang-apply-replacements-19"):
            before = (self.folder / "tidy" / name).read_text()
            self.assertEqual(run([apply, "."], cwd=self.folder).status, 0)
            self.assertNotEqual((self.folder / "tidy" / name).read_text(), before)


class Project(Case):
    """A project with a compile database, through the scripts that come with clang-tidy and through CMake."""

    # The one in the header is shown without a header filter, because steps of its threads lie in account.cpp.
    expected = [(LEAK, "account.cpp", 10), (RACE, "account.h", 9), (RACE, "main.cpp", 12)]

    def setUp(self):
        super().setUp()
        shutil.copytree(HERE / "project", self.folder, dirs_exist_ok=True)

    def configure(self, compiler="clang++-19", tidy="", build="build"):
        # The person's own choice of compilers is not what is tested.
        ran = run(["cmake", "-S", ".", "-B", build, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={compiler}", *([f"-DCMAKE_CXX_CLANG_TIDY={tidy}"] if tidy else [])],
                  cwd=self.folder)
        self.assertEqual(ran.status, 0, ran.both)

    def test_clang_tidy(self):
        self.configure()
        for door in doors():
            with self.subTest(door):
                ran = self.tidy("-p", "build", "main.cpp", "account.cpp", checks="-*,racecourse-*", door=door, flags=[])
                self.assertEqual((ran.status, self.found(ran)), (0, self.expected), ran.both)

    def test_run_clang_tidy(self):
        self.configure()
        for door, (program, load) in doors().items():
            with self.subTest(door):
                command = ["run-clang-tidy-19", "-quiet", "-p", "build", "-j", "2", "-checks=-*,racecourse-*", "-clang-tidy-binary", program]
                command += ["-load", str(plugin())] if load else []
                ran = run(command, cwd=self.folder)
                self.assertEqual((ran.status, self.found(ran)), (0, self.expected), ran.both)
                self.assertEqual(run([*command, "-warnings-as-errors=*"], cwd=self.folder).status, 1)

    def test_clang_tidy_diff(self):
        self.configure()
        run(["git", "init", "-q"], cwd=self.folder)
        run(["git", "add", "-A"], cwd=self.folder)
        run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "start"], cwd=self.folder)
        path = self.folder / "main.cpp"
        path.write_text(path.read_text().replace("  ++transfers;\n  other", "  transfers += 1;\n  other"))
        diff = run(["git", "diff", "-U0"], cwd=self.folder).out
        for door, (program, load) in doors().items():
            with self.subTest(door):
                ran = run(["clang-tidy-diff-19.py", "-p1", "-path", "build", "-checks=-*,racecourse-*", "-clang-tidy-binary", program,
                           *(["-load", str(plugin())] if load else [])], cwd=self.folder, stdin=diff)
                # Its primary line is not the changed one, a step of its threads is.
                self.assertEqual(self.found(ran), self.expected[2:], ran.both)

    def test_beside_the_compiler(self):
        for door, (program, load) in doors().items():
            for compiler in ("clang++-19", "g++"):
                if not installed(compiler):
                    print(f"skipped: {compiler} is not installed", file=sys.stderr)
                    continue
                with self.subTest(door=door, compiler=compiler):
                    build = f"build-{door}-{compiler}"
                    self.configure(compiler, ";".join([installed(program) or program, *load, "--checks=-*,racecourse-*"]), build)
                    ran = run(["cmake", "--build", build], cwd=self.folder)
                    self.assertEqual((ran.status, self.found(ran)), (0, self.expected), ran.both)

    def test_beside_the_compiler_a_finding_can_stop_the_build(self):
        program, load = doors()["plugin"]
        self.configure("clang++-19", ";".join([installed(program), *load, "--checks=-*,racecourse-*", "--warnings-as-errors=racecourse-*"]))
        ran = run(["cmake", "--build", "build"], cwd=self.folder)
        self.assertNotEqual(ran.status, 0)
        self.assertFalse((self.folder / "build" / "bank").exists())


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
