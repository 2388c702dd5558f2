"""Every link of a built site leads somewhere: `python3 docs/site/check_links.py FOLDER`. Looks at files only, never at the network:
a link within the site must have its file and its anchor, and nothing may be loaded from elsewhere."""
import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors, self.links, self.loads = {""}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        for key in ("id", "name"):
            if values.get(key) and (key == "id" or tag == "a"):
                self.anchors.add(values[key])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag in ("script", "img", "iframe", "source") and values.get("src"):
            self.loads.append(values["src"])
        if tag == "link" and values.get("href") and values.get("rel") in ("stylesheet", "icon", "shortcut icon"):
            self.loads.append(values["href"])


def main(folder):
    folder = pathlib.Path(folder).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    problems, count = [], 0
    for path, page in sorted(pages.items()):
        for target in page.links + page.loads:
            parts = urllib.parse.urlsplit(target)
            if parts.scheme or parts.netloc:
                if target in page.loads and parts.scheme != "data":
                    problems.append(f"{path.relative_to(folder)} loads {target} from elsewhere")
                continue
            count += 1
            wanted = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            if wanted.is_dir():
                wanted = wanted / "index.html"
            if not wanted.is_file():
                problems.append(f"{path.relative_to(folder)}: {target} is not there")
            elif wanted in pages and urllib.parse.unquote(parts.fragment) not in pages[wanted].anchors:
                problems.append(f"{path.relative_to(folder)}: {target} has no such anchor")
    for problem in problems:
        print("docs: " + problem, file=sys.stderr)
    print(f"docs: {len(pages)} pages, {count} links within the site, {len(problems)} broken")
    return 1 if problems or not pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
