"""What the tests of the clang-tidy doors share: running with a time limit, and reading what clang-tidy says."""

import dataclasses
import os
import re
import shutil
import subprocess

TIME_LIMIT = 300
CHECKS = "-*,racecourse-*,racestyle-*"
SAID = re.compile(r"^(?P<file>/[^:\n]+|[^:\s]+):(?P<line>\d+):(?P<column>\d+): (?P<level>warning|error): (?P<text>.*) "
                  r"\[(?P<rule>rac[a-z-]+)(?:,[^\]]*)?\]$", re.M)


@dataclasses.dataclass
class Ran:
    status: int
    out: str
    err: str

    @property
    def both(self):
        return self.out + self.err


def run(command, cwd=None, stdin="", environment=None, limit=TIME_LIMIT):
    result = subprocess.run([str(word) for word in command], cwd=cwd, input=stdin, capture_output=True, text=True, errors="replace",
                            timeout=limit, env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})})
    return Ran(result.returncode, result.stdout, result.stderr)


def findings(text, cwd="/"):
    """[(rule, absolute file, line)] of clang-tidy's output, sorted; the same finding in two units counts once, as there."""
    return sorted({(match["rule"], os.path.normpath(os.path.join(cwd, match["file"])), int(match["line"])) for match in SAID.finditer(text)})


def installed(name):
    return shutil.which(name)
