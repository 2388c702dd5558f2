#!/usr/bin/env python3
"""Runs the commands of action.yml, docs/ci/gitlab.yml and .pre-commit-hooks.yaml, as they stand there, in scratch projects.

usage: pipelines_test.py ROOT RACECOURSE
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import yaml

ROOT, RACECOURSE = map(os.path.abspath, sys.argv[1:3])

SAFE = """#include <mutex>
#include <thread>

int balance;
std::mutex mutex;

void deposit() {
  std::lock_guard lock(mutex);
  ++balance;
}

int main() {
  std::thread worker(deposit);
  deposit();
  worker.join();
}
"""
RACY = SAFE.replace("  std::lock_guard lock(mutex);\n", "")
CMAKE = """cmake_minimum_required(VERSION 3.20)
project(bank CXX)
set(CMAKE_CXX_STANDARD 20)
add_executable(bank bank.cpp)
"""


def load(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return yaml.safe_load(file)


class Project(unittest.TestCase):
    """A git repository with one program, and racecourse on the PATH."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = os.path.join(scratch.name, "bank")
        tools = os.path.join(scratch.name, "tools")
        os.makedirs(self.folder)
        os.makedirs(tools)
        os.symlink(RACECOURSE, os.path.join(tools, "racecourse"))
        self.tools = tools
        self.environment = {"PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin", "HOME": scratch.name, "LC_ALL": "C.UTF-8",
                            "GIT_CONFIG_NOSYSTEM": "1"}
        self.write("bank.cpp", SAFE)
        self.write("CMakeLists.txt", CMAKE)
        self.write(".gitignore", "build/\n")
        for words in (["init", "-q", "-b", "main"], ["config", "user.email", "a@b.c"], ["config", "user.name", "n"],
                      ["add", "."], ["commit", "-qm", "first"]):
            self.run_here(["git", *words], check=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def run_here(self, command, check=False, **environment):
        return subprocess.run(command, cwd=self.folder, env={**self.environment, **environment}, capture_output=True,
                              text=True, timeout=240, check=check)

    def make_database(self):
        self.write("build/compile_commands.json", json.dumps(
            [{"directory": self.folder, "file": "bank.cpp", "arguments": ["c++", "-std=c++20", "-c", "bank.cpp"]}]))


class GithubAction(Project):
    def step(self, **inputs):
        """The step that checks, with the expressions GitHub would have put in."""
        action = load("action.yml")
        values = {name: entry["default"] for name, entry in action["inputs"].items()}
        values.update({name.replace("_", "-"): value for name, value in inputs.items() if name != "base_ref"})
        expressions = {f"inputs.{name}": value for name, value in values.items()}
        expressions["inputs.diff-only == 'true' && github.base_ref || ''"] = (
            inputs.get("base_ref", "") if values["diff-only"] == "true" else "")
        steps = [step for step in action["runs"]["steps"] if step.get("id") == "check"]
        self.assertEqual([step["shell"] for step in steps], ["bash"])
        environment = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: expressions[match.group(1)], text)
            for name, text in steps[0]["env"].items()}
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            environment[name] = os.path.join(self.folder, name)
            self.write(name, "")
        # How GitHub starts a step of bash.
        return self.run_here(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps[0]["run"]], **environment)

    def test_a_race_is_annotated_and_fails(self):
        self.write("bank.cpp", RACY)
        self.make_database()
        run = self.step()
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertRegex(run.stdout, r"(?m)^::(error|warning) file=bank\.cpp,line=8")
        self.assertEqual(len(json.loads(self.read("racecourse.sarif"))["runs"][0]["results"]), 1)
        self.assertEqual(self.read("GITHUB_OUTPUT"), "exit-code=1\n")
        self.assertIn("findings", self.read("GITHUB_STEP_SUMMARY"))

    def test_nothing_found(self):
        self.make_database()
        run = self.step(sarif_file="other.sarif", args="--confidence low -j 1", build_dir="build")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(json.loads(self.read("other.sarif"))["runs"][0]["results"], [])
        self.assertIn("nothing found", self.read("GITHUB_STEP_SUMMARY"))

    def test_only_the_change_and_the_baseline(self):
        self.write("bank.cpp", RACY)
        self.run_here(["git", "commit", "-qam", "old race"], check=True)
        # The other side of a pull request.
        upstream = self.folder + ".git"
        self.run_here(["git", "clone", "-q", "--bare", ".", upstream], check=True)
        self.run_here(["git", "remote", "add", "origin", upstream], check=True)
        self.write("bank.cpp", RACY + "\nint unrelated;\n")
        self.make_database()
        self.assertEqual(self.step().returncode, 1)
        run = self.step(diff_only="true", base_ref="main")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.run_here(["racecourse", "baseline", "create"], check=True)
        run = self.step(baseline="racecourse-baseline.json")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_what_cannot_run_is_not_success(self):
        run = self.step()
        self.assertEqual(run.returncode, 2)
        self.assertIn("could not run", self.read("GITHUB_STEP_SUMMARY"))


class GitlabJob(Project):
    def job(self, **environment):
        script = load("docs/ci/gitlab.yml")["racecourse"]["script"]
        return self.run_here(["bash", "-eo", "pipefail", "-c", "\n".join(script)], CXX="clang++-19", **environment)

    def test_a_race_is_in_every_report_and_fails(self):
        self.write("bank.cpp", RACY)
        run = self.job()
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("bank.cpp:8", run.stdout)
        artifacts = load("docs/ci/gitlab.yml")["racecourse"]["artifacts"]["reports"]
        issues = json.loads(self.read(artifacts["codequality"]))
        self.assertEqual([issue["location"]["path"] for issue in issues], ["bank.cpp"])
        self.assertEqual(len(xml.etree.ElementTree.fromstring(self.read(artifacts["junit"])).findall(".//failure")), 1)

    def test_a_merge_request_tells_its_own(self):
        self.write("bank.cpp", RACY)
        self.run_here(["git", "commit", "-qam", "old race"], check=True)
        self.write("other.cpp", "int unrelated;\n")
        self.run_here(["git", "add", "."], check=True)
        run = self.job(CI_MERGE_REQUEST_DIFF_BASE_SHA="HEAD")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)


class PreCommit(Project):
    def hook(self):
        hooks = [hook for hook in load(".pre-commit-hooks.yaml") if hook["id"] == "racecourse"]
        self.assertEqual([hook["language"] for hook in hooks], ["script"])
        self.run_here(["git", "add", "bank.cpp"], check=True)
        return self.run_here([os.path.join(ROOT, hooks[0]["entry"]), *hooks[0].get("args", [])])

    def test_skips_without_a_compile_database(self):
        self.write("bank.cpp", RACY)
        run = self.hook()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stderr, "skipped, this commit was not checked: there is no compile_commands.json")
        self.write(".racecourse.yaml", "compile-db: build\n")
        self.assertEqual(self.hook().returncode, 0)

    def test_a_staged_race_stops_the_commit(self):
        self.make_database()
        self.write("bank.cpp", SAFE + "// words\n")
        run = self.hook()
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.write("bank.cpp", RACY)
        run = self.hook()
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn("bank.cpp:8", run.stdout)

    def test_an_old_race_does_not(self):
        self.make_database()
        self.write("bank.cpp", RACY)
        self.run_here(["git", "commit", "-qam", "old race"], check=True)
        self.write("bank.cpp", RACY + "int unrelated;\n")
        run = self.hook()
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_mistakes_are_not_skipped(self):
        self.make_database()
        self.write(".racecourse.yaml", "fail-level: never\n")
        run = self.hook()
        self.assertEqual(run.returncode, 2)
        self.assertIn("the fail level is one of", run.stderr)
        os.remove(os.path.join(self.tools, "racecourse"))
        run = self.hook()
        self.assertEqual(run.returncode, 4)
        self.assertIn("racecourse is not installed", run.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
