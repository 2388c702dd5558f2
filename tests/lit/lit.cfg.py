"""The suite's configuration. In RUN lines:

%racecourse   the checker under test
%check        `racecourse check --exit-zero`: for tests about what is said
%cxx %cc      flags that make a file with threads compile alone, for after `--`
%fixtures     the folder of the fixtures
%root         the project's root
%python       the interpreter
FileCheck, not, split-file, count: LLVM 19's

Files in folders named Inputs are no tests. A test writes only below %t.
"""

import os
import runpy
import sys

import lit.formats

site = lit_config.params.get("site")
if not site:
    lit_config.fatal("run this suite through build/release/lit, or ctest -R lit")
site = runpy.run_path(site)

config.name = "Racecourse"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".test", ".c", ".cpp"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.join(site["source_root"], "tests", "lit")
config.test_exec_root = os.path.join(site["binary_root"], "tests", "lit", "output")

racecourse = os.path.join(site["binary_root"], "bin", "racecourse")
if not os.access(racecourse, os.X_OK):
    lit_config.fatal(f"{racecourse} is not built")

# Only what the tests name: the person's own RACECOURSE_… must not change the result.
config.environment["PATH"] = os.pathsep.join([site["llvm_tools"], "/usr/local/bin", "/usr/bin", "/bin"])
config.environment["LC_ALL"] = "C.UTF-8"
# What one test finds out must not help another; the tests of the store name one.
config.environment["RACECOURSE_STORE"] = "off"

config.substitutions += [
    ("%racecourse", racecourse),
    ("%check", racecourse + " check --exit-zero"),
    ("%cxx", "-std=c++20 -pthread"),
    ("%cc", "-std=c11 -D_GNU_SOURCE -pthread"),
    ("%fixtures", os.path.join(site["source_root"], "fixtures")),
    ("%root", site["source_root"]),
    ("%python", sys.executable),
]
