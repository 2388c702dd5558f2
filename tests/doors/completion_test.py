#!/usr/bin/env python3
"""What the shells offer behind a tab. usage: completion_test.py ROOT RACECOURSE"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, RACECOURSE = map(os.path.abspath, sys.argv[1:3])


class Bash(unittest.TestCase):
    def offered(self, *words, folder="/"):
        """The words offered for the last one."""
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _racecourse; printf "%s\\n" "${COMPREPLY[@]}"')
        run = subprocess.run(
            ["bash", "-c", script, "bash", os.path.join(ROOT, "packaging", "completions", "racecourse"), RACECOURSE, *words],
            cwd=folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(run.stderr, "")
        return run.stdout.split()

    def test_verbs(self):
        self.assertEqual(self.offered("che"), ["check"])
        self.assertTrue({"check", "diff", "baseline", "explain", "init", "--help"} <= set(self.offered("")))

    def test_options_and_their_values(self):
        self.assertEqual(self.offered("check", "--base"), ["--baseline"])
        self.assertTrue({"--format", "--diff", "-p"} <= set(self.offered("check", "-")))
        self.assertEqual(self.offered("check", "--format", "sa"), ["sarif"])
        self.assertEqual(self.offered("check", "--fail-level", ""), ["error", "warning", "note"])
        self.assertIn("racecourse-lock-leak", self.offered("explain", "racecourse-lock"))
        self.assertEqual(self.offered("baseline", "c"), ["create"])
        self.assertIn("--baseline", self.offered("baseline", "create", "--ba"))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            open(os.path.join(folder, "bank.cpp"), "w", encoding="utf-8").close()
            self.assertEqual(self.offered("check", "ba", folder=folder), ["bank.cpp"])
            self.assertEqual(self.offered("run", "--", "ba", folder=folder), ["bank.cpp"])

    def test_every_format_is_offered(self):
        run = subprocess.run([RACECOURSE, "check", "--format", "?"], capture_output=True, text=True, timeout=60)
        names = run.stderr.split("is not one of ")[1].split(", each")[0].split(", ")
        self.assertEqual(self.offered("check", "--format", ""), names)
        with open(os.path.join(ROOT, "packaging", "completions", "_racecourse"), encoding="utf-8") as file:
            self.assertIn("--format) _values format " + " ".join(names) + ";", file.read())
        with open(os.path.join(ROOT, "packaging", "completions", "racecourse.fish"), encoding="utf-8") as file:
            self.assertIn("--format' -f -a '" + " ".join(names) + "'", file.read())


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class Zsh(unittest.TestCase):
    def test_it_is_a_function_that_zsh_takes(self):
        file = os.path.join(ROOT, "packaging", "completions")
        script = f'fpath=({file!r} $fpath); autoload -Uz compinit; compinit -u -D; [[ ${{_comps[racecourse]}} == _racecourse ]]'
        run = subprocess.run(["zsh", "-fc", script], capture_output=True, text=True, timeout=60)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        syntax = subprocess.run(["zsh", "-n", os.path.join(file, "_racecourse")], capture_output=True, text=True, timeout=60)
        self.assertEqual((syntax.returncode, syntax.stderr), (0, ""))


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class Fish(unittest.TestCase):
    def offered(self, line, folder="/"):
        file = os.path.join(ROOT, "packaging", "completions", "racecourse.fish")
        script = f"set -gx PATH {os.path.dirname(RACECOURSE)!r} $PATH; source {file!r}; complete -C {line!r}"
        with tempfile.TemporaryDirectory() as home:
            run = subprocess.run(["fish", "-N", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60,
                                 env={**os.environ, "HOME": home})
        self.assertEqual(run.stderr, "")
        return [offer.split("\t")[0] for offer in run.stdout.splitlines()]

    def test_verbs_options_and_values(self):
        self.assertEqual(self.offered("racecourse che"), ["check"])
        self.assertIn("--baseline", self.offered("racecourse check --base"))
        self.assertEqual(self.offered("racecourse check --format sa"), ["sarif"])
        self.assertEqual(sorted(self.offered("racecourse check --fail-level ")), ["error", "note", "warning"])
        self.assertIn("racecourse-lock-leak", self.offered("racecourse explain racecourse-lock"))
        self.assertEqual(self.offered("racecourse baseline c"), ["create"])
        self.assertIn("--baseline", self.offered("racecourse baseline create --ba"))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            open(os.path.join(folder, "bank.cpp"), "w", encoding="utf-8").close()
            self.assertEqual(self.offered("racecourse check ba", folder=folder), ["bank.cpp"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
