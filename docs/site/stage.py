"""Lays out the sources of the site for Sphinx: `python3 docs/site/stage.py ROOT RACECOURSE FOLDER`.

The pages live where the repository needs them (docs/, fixtures/*/*/page.md) and link to each other and to source files by
relative paths, so that they read well there too. Here they are copied to FOLDER under the same paths, and

  - a link to a source file becomes a link to a page that shows it, a link to a folder one to its list of files;
  - the start page is docs/site/index.md; in its tables of contents a line that ends in `?` may name a page that is not
    there yet;
  - the pages of the course and of the rules hang below their list, and pages that the start page does not name, in a
    list of their own;
  - pages that follow from something else are made: the command line from the program's own help, the runtime's types from
    its headers, the list of fixtures from their pages.

A link that leads to nothing ends the run with a sentence, status 1.
"""
import pathlib
import re
import shutil
import subprocess
import sys

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})")
LANGUAGES = {".cpp": "cpp", ".h": "cpp", ".c": "c", ".py": "python", ".json": "json", ".yaml": "yaml", ".yml": "yaml",
             ".cmake": "cmake", ".sh": "bash", ".js": "javascript", ".css": "css"}
TOPICS = {"races": "Races", "deadlocks": "Deadlocks", "misuse": "Misuse", "clean": "Clean programs",
          "limits": "Limits of the tools"}


class Stage:
    def __init__(self, root, racecourse, folder):
        self.root, self.racecourse, self.folder = root, racecourse, folder
        self.files = set(subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                                        check=True, capture_output=True, text=True).stdout.split("\0")) - {""}
        self.files = {name for name in self.files if (root / name).is_file()}
        self.folders = {str(parent) for name in self.files for parent in pathlib.PurePosixPath(name).parents}
        self.shown = {}  # repository path of a source or folder → its page
        self.problems = []

    def run(self):
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        shutil.copy(self.root / "docs/site/conf.py", self.folder / "conf.py")
        shutil.copytree(self.root / "docs/site/static", self.folder / "static")
        pages = [name for name in self.files if name.endswith(".md") and
                 (name == "README.md" or name.startswith("docs/") or name == "fixtures/README.md" or
                  re.fullmatch(r"fixtures/[^/]+/[^/]+/page\.md", name))]
        for name in self.files:
            if name.startswith("fixtures/") and not name.endswith(".md"):  # the course includes them
                self.put(name, (self.root / name).read_bytes())
        for name in sorted(pages):
            self.page(name, (self.root / name).read_text(encoding="utf-8"))
        self.page("docs/cli.md", self.command_line())
        self.page("docs/runtime-api.md", self.runtime_api())
        self.page("docs/fixtures.md", self.fixtures(sorted(pages)))
        for name, target in sorted(self.shown.items()):
            self.put(target, self.source_page(name).encode())
        for problem in self.problems:
            print("docs: " + problem, file=sys.stderr)
        return 1 if self.problems else 0

    def put(self, name, content):
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    @staticmethod
    def staged(name):
        return "index.md" if name == "docs/site/index.md" else name

    def page(self, name, text):
        here = pathlib.PurePosixPath(name).parent
        out = []
        fence = None
        contents = False
        for line in text.splitlines():
            mark = FENCE.match(line)
            if mark and fence is None:
                fence = mark[2]
                contents = "{toctree}" in line
            elif mark and line.strip().startswith(fence) and line.strip().strip("`~") == "":
                fence = None
            elif fence is None:
                line = LINK.sub(lambda match: self.link(name, here, match), line)
            elif contents and line.endswith("?"):
                line = line[:-1]
                if not any((self.root / (re.sub(r".*<(.*)>", r"\1", line).strip("/") + end)).is_file() for end in ("", ".md")):
                    continue
            out.append(line)
        if name in ("README.md", "fixtures/README.md"):
            out = ["---", "orphan: true", "---", *out]
        if name in ("docs/course/README.md", "docs/rules/index.md"):
            own = sorted(pathlib.PurePosixPath(file).stem for file in self.files
                         if pathlib.PurePosixPath(file).parent == here and file.endswith(".md") and file != name)
            out += ["", "```{toctree}", ":hidden:", "", *own, "```"]
        if name == "docs/site/index.md":
            named = {line.strip("/") for line in out}
            rest = sorted(file[:-3] for file in self.files if re.fullmatch(r"docs/(howto/)?[^/]+\.md", file) and file[:-3] not in named)
            if rest:
                out += ["", "```{toctree}", ":caption: More", ":maxdepth: 1", ":hidden:", "", *("/" + file for file in rest), "```"]
        self.put(self.staged(name), ("\n".join(out) + "\n").encode())

    def link(self, name, here, match):
        text, target = match[1], match[2]
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return match[0]
        path, _, anchor = target.partition("#")
        parts = []
        for part in (here / path).parts:
            if part == "..":
                parts = parts[:-1]
            elif part != ".":
                parts.append(part)
        wanted = "/".join(parts)
        if wanted.startswith("build/"):
            return text
        if wanted.endswith(".md") and wanted in self.files:
            there = self.staged(wanted)
        elif wanted in ("docs/cli.md", "docs/runtime-api.md", "docs/fixtures.md"):
            there = wanted
        elif wanted in self.files or wanted in self.folders:
            there = self.shown.setdefault(wanted, f"source/{wanted}.md" if wanted in self.files else f"source/{wanted}/folder.md")
            anchor = ""
        else:
            self.problems.append(f"{name}: the link to {target} leads to nothing.")
            return match[0]
        ups = len(pathlib.PurePosixPath(self.staged(name)).parts) - 1
        return f"[{text}]({'../' * ups}{there}{'#' + anchor if anchor else ''})"

    def source_page(self, name):
        if name in self.folders:
            inside = sorted(file for file in self.files if file.startswith(name + "/"))
            return f"---\norphan: true\n---\n# `{name}/`\n\n" + "\n".join(f"- `{file[len(name) + 1:]}`" for file in inside) + "\n"
        text = (self.root / name).read_text(encoding="utf-8", errors="replace")
        language = LANGUAGES.get(pathlib.PurePosixPath(name).suffix, "text")
        if name == "dev":
            language = "bash"
        ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
        return f"---\norphan: true\n---\n# `{name}`\n\n{ticks}{{code-block}} {language}\n:force:\n:linenos:\n\n{text.rstrip()}\n{ticks}\n"

    def help(self, *verb):
        return subprocess.run([self.racecourse, *verb, "--help"], check=True, capture_output=True, text=True).stdout.rstrip()

    def command_line(self):
        top = self.help()
        text = "# Command line\n\nWhat `racecourse VERB --help` says.\n\n```text\n" + top + "\n```\n"
        section = re.split(r"^(?:Subcommands|SUBCOMMANDS):\n", top, flags=re.M)[-1]
        for verb in re.findall(r"^  ([a-z]+)", section, flags=re.M):
            text += f"\n## racecourse {verb}\n\n```text\n{self.help(verb)}\n```\n"
        return text

    def runtime_api(self):
        text = ("# Runtime types\n\nThe public headers of the [runtime](runtime.md), each with what it says of itself. "
                "`#include \"racecourse/racecourse.h\"` takes all of them.\n")
        for name in sorted(file for file in self.files if re.fullmatch(r"runtime/include/racecourse/[^/]+\.h", file)):
            comment = []
            for line in (self.root / name).read_text(encoding="utf-8").splitlines():
                if not line.startswith("//"):
                    break
                comment.append(line[2:].strip())
            text += f"\n## {pathlib.PurePosixPath(name).name}\n\n{' '.join(comment).replace('<', '&lt;')}\n\n[{name}](../{name})\n"
        return text

    def fixtures(self, pages):
        text = ("# Fixtures\n\nSmall programs with a known truth, in twins: one that is wrong, one that is right, and repairs. Each is "
                "run under every tool, and the line comments in them say what each tool must see; a test holds the tools to "
                "it. [How they are made](../fixtures/README.md).\n")
        if "docs/detector-matrix.md" in self.files:
            text += "\nAll verdicts on one page: [the detector matrix](detector-matrix.md).\n"
        for topic, title in TOPICS.items():
            inside = [page for page in pages if page.startswith(f"fixtures/{topic}/")]
            if not inside:
                continue
            text += f"\n## {title}\n\n```{{toctree}}\n:maxdepth: 1\n\n" + "".join(f"/{page[:-3]}\n" for page in inside) + "```\n"
        return text


if __name__ == "__main__":
    sys.exit(Stage(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3])).run())
