#!/usr/bin/env python3
"""Makes a new rule in all its rooms: check, tests, fixture, page. `./dev new-check NAME` calls it.

usage: new_check.py ROOT NAME       NAME: racecourse-… (a defect) or racestyle-… (a practice), in small letters and hyphens

What is made builds, and fails its own test until the check finds what its must_say test says. Nothing is written when the
name is bad or taken, or when a place to register it was not found.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pages  # noqa: E402

NAME = re.compile(r"(racecourse|racestyle)-[a-z]+(-[a-z]+)+")

CHECK = '''// {rule}: one sentence about what it finds.
//
// Say here by which facts it is decided, and what keeps innocent programs silent.
#include "checker/analysis/rules.h"

namespace racecourse::analysis {{

namespace {{

/// What makes an event one to speak of. Nothing yet: the must_say test fails until this knows.
bool isWrong(const model::Event&) {{
  return false;
}}

}} // namespace

void find{camel}(const Facts& facts, std::vector<Finding>& findings) {{
  for (const model::Function& function : facts.program().functions) {{
    for (const model::Event& event : function.events) {{
      if (!isWrong(event)) continue;
      Finding finding;
      finding.rule = "{rule}";
      finding.place = event.place;
      finding.message = "says what is wrong";
      finding.identity = finding.rule;
      findings.push_back(std::move(finding));
    }}
  }}
}}

}} // namespace racecourse::analysis
'''

# Races by intent: the body is where the program of the new rule goes.
PROGRAM = '''#include <thread>

int main() {{
  std::thread worker([] {{}});{verdict}
  worker.join();
}}
'''

MUST_SAY = '''// The plainest program that must be reported.
// CHECK: {{{{error|warning|note}}}}: {{{{.*}}}}[{rule}]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[race'
{program}'''

MUST_NOT_SAY = '''// The nearest innocent program.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[race'
{program}// CHECK: 0 findings{{{{$}}}}
'''

PAGE = '''---
severity: {severity}
fix: none
documents: []
---
# {rule}

{sentence}

## What it says

Which facts it is about, and what the finding shows.

## Why it matters

What goes wrong, and for whom.

## A program that warns

```cpp
{program}```

## The repaired program

```cpp
{program}```

## What it cannot see

- The limits, one by one.

## How ThreadSanitizer and the runtime see it

Which reports they give, and when.

## How to silence it

`// NOLINT({rule})` on the line that the finding marks, with the reason.

## Which document's rule it is

None of the five.
'''

FIXTURE_PAGE = '''# {short}

## What goes wrong

## Who sees it

## The repair

## Exercise
'''


def bad_name(root, name):
    """A sentence, or nothing."""
    if not NAME.fullmatch(name):
        return (f"'{name}' is no name for a rule: racecourse-… for a defect or racestyle-… for a practice, then at least two "
                "words in small letters with hyphens between, as in racecourse-lock-leak")
    short = name.split("-", 1)[1]
    taken = set(pages.page_ids(root)) | set(pages.rules_of_the_code(root))
    for other in sorted(taken):
        if other.split("-", 1)[1] == short:
            return f"there is a rule '{other}' already"
    return ""


def insert_after_last(text, pattern, addition):
    matches = list(re.finditer(pattern, text, re.MULTILINE))
    if not matches:
        return None
    at = matches[-1].end()
    return text[:at] + addition + text[at:]


def index_with(text, rule, sentence, severity):
    """The table with one more row, in order."""
    row = f"| [{rule}]({rule}.md) | {sentence} | {severity} | none |  |\n"
    lines = text.splitlines(keepends=True)
    rows = [i for i, line in enumerate(lines) if line.startswith("| [")]
    if not rows:
        return None
    lines[rows[0]: rows[-1] + 1] = sorted(lines[rows[0]: rows[-1] + 1] + [row])
    return "".join(lines)


def plan(root, rule):
    """Path → text of everything to write, or a sentence about what was not found."""
    prefix, short = rule.split("-", 1)
    words = short.split("-")
    camel = "".join(word.capitalize() for word in words)
    severity = "warning" if prefix == "racecourse" else "note"
    sentence = "One sentence about what it finds."

    def read(path):
        with open(os.path.join(root, path), encoding="utf-8") as stream:
            return stream.read()

    program = PROGRAM.format(verdict="")
    files = {
        f"checker/analysis/{'_'.join(words)}.cpp": CHECK.format(rule=rule, camel=camel),
        f"tests/lit/rules/{short}/must_say_plainest.cpp": MUST_SAY.format(rule=rule, program=program),
        f"tests/lit/rules/{short}/must_not_say_nearest.cpp": MUST_NOT_SAY.format(program=program),
        f"docs/rules/{rule}.md": PAGE.format(rule=rule, severity=severity, sentence=sentence, program=program),
        f"fixtures/misuse/{short}/buggy.cpp": f"// {short}: the program that is wrong.\n" + PROGRAM.format(verdict=f" // {short}: C"),
        f"fixtures/misuse/{short}/good.cpp": f"// {short}: the program that is right.\n" + program,
        f"fixtures/misuse/{short}/page.md": FIXTURE_PAGE.format(short=short),
    }
    for path in files:
        if os.path.exists(os.path.join(root, path)):
            return None, f"{path} exists already"
    registrations = {
        "checker/analysis/rules.h": lambda text: insert_after_last(
            text, r"^void find\w+\(const Facts& facts,\s+std::vector<Finding>& findings\);.*$",
            f"\nvoid find{camel}(const Facts& facts, std::vector<Finding>& findings); ///< {rule}"),
        "checker/analysis/solve.cpp": lambda text: insert_after_last(
            text, r"^  find\w+\(facts, result\.findings\);$", f"\n  find{camel}(facts, result.findings);"),
        "docs/rules/index.md": lambda text: index_with(text, rule, sentence, severity),
        "tests/fixtures/truths.py": lambda text: insert_after_last(
            text, r"^TRUTHS = \{$", f'\n    "{short}": Truth("{rule}", (), (), (), {{"R": NO_LOCK, "T": NO_RACE}}),'),
    }
    for path, register in registrations.items():
        text = register(read(path))
        if text is None:
            return None, f"found no place in {path} to register the rule"
        files[path] = text
    return files, ""


def main():
    if len(sys.argv) != 3:
        print("usage: ./dev new-check NAME", file=sys.stderr)
        return 2
    root, rule = sys.argv[1:]
    problem = bad_name(root, rule)
    files = {}
    if not problem:
        files, problem = plan(root, rule)
    if problem:
        print(f"new-check: {problem}.", file=sys.stderr)
        return 2
    for path, text in sorted(files.items()):
        whole = os.path.join(root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as stream:
            stream.write(text)
        print(path)
    short = rule.split("-", 1)[1]
    print(f"\nThe check does not find anything yet, and its tests say so:\n"
          f"  ./dev test -R 'rules.pages|^lit$'      build/release/lit tests/lit/rules/{short}\n"
          f"Write the programs in tests/lit/rules/{short} first, then the page, the fixture and the check.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
