"""The pages of the rules, docs/rules/<id>.md, read for the tests in this folder. Independent of the checker's own reader."""

import os
import re

HEADINGS = [
    "What it says",
    "Why it matters",
    "A program that warns",
    "The repaired program",
    "What it cannot see",
    "How ThreadSanitizer and the runtime see it",
    "How to silence it",
    "Which document's rule it is",
]
SEVERITIES = ("error", "warning", "note")
FIXES = ("safe", "suggested", "none")
# What the machine-readable formats call a unit that could not be analysed: no rule, so it has no page.
NO_RULES = {"racecourse-not-analysed"}
RULE = re.compile(r'"((?:racecourse|racestyle)-[a-z]+(?:-[a-z]+)*)"')
PROGRAM = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def folder(root):
    return os.path.join(root, "docs", "rules")


def page_ids(root):
    """Every rule that has a page, sorted."""
    return sorted(name[:-3] for name in os.listdir(folder(root)) if name.startswith("race") and name.endswith(".md"))


def rules_of_the_code(root):
    """Every rule that the analysis or the report can give a finding, as they name it; sorted."""
    rules = set()
    for room in ("checker/analysis", "checker/report"):
        for name in sorted(os.listdir(os.path.join(root, room))):
            if not name.endswith(".cpp"):
                continue
            with open(os.path.join(root, room, name), encoding="utf-8") as stream:
                rules.update(RULE.findall(stream.read()))
    return sorted(rules - NO_RULES)


def read(root, rule):
    with open(os.path.join(folder(root), rule + ".md"), encoding="utf-8") as stream:
        return stream.read()


def sections(text):
    """Title → text, in the order written."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def front_matter(text):
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if not match:
        return {}
    return dict(line.split(": ", 1) for line in match.group(1).splitlines() if ": " in line)


def programs(text):
    """The program that warns and the repaired one; None where a section has not exactly one."""
    found = []
    for title in HEADINGS[2:4]:
        blocks = PROGRAM.findall(sections(text).get(title, ""))
        found.append(blocks[0] if len(blocks) == 1 else None)
    return found


def problems(root, rule):
    """The sentences that are wrong with the form of a rule's page and the presence of its tests."""
    if not os.path.exists(os.path.join(folder(root), rule + ".md")):
        yield f"{rule}: has no page docs/rules/{rule}.md"
        return
    text = read(root, rule)
    front = front_matter(text)
    if front.get("severity") not in SEVERITIES:
        yield f"{rule}: front matter needs severity: one of {', '.join(SEVERITIES)}"
    if front.get("fix") not in FIXES:
        yield f"{rule}: front matter needs fix: one of {', '.join(FIXES)}"
    if not re.fullmatch(r"\[([^\[\],]+(, [^\[\],]+)*)?\]", front.get("documents", "")):
        yield f"{rule}: front matter needs documents: [D2 3.3, …]"
    if not re.search(rf"^---\n+# {re.escape(rule)}\n\n[A-Z`].+?[.]\n\n## ", text, re.MULTILINE | re.DOTALL):
        yield f"{rule}: needs the heading '# {rule}' and one sentence after it"
    titles = list(sections(text))
    if titles[: len(HEADINGS)] != HEADINGS:
        yield f"{rule}: its headings are {titles}, they must be {HEADINGS}"
    for title in HEADINGS:
        if title in titles and not sections(text)[title].strip():
            yield f"{rule}: '## {title}' is empty"
    for title, program in zip(HEADINGS[2:4], programs(text)):
        if program is None:
            yield f"{rule}: '## {title}' needs exactly one ```cpp program"
    tests = os.path.join(root, "tests", "lit", "rules", rule.split("-", 1)[1])
    names = os.listdir(tests) if os.path.isdir(tests) else []
    for kind in ("must_say", "must_not_say"):
        if not any(re.match(kind + r"_.*\.(c|cpp|test)$", name) for name in names):
            yield f"{rule}: has no {kind}_* test in {os.path.relpath(tests, root)}"
