"""docs/document-rules.md, read for its test: which rule of the documents is enforced by which check, and where that fires."""

import os
import re

# What the documents lay down as rules. A row for each, in this order; a document may say more, but has to be quoted here then.
DEMANDED = (
    [f"D0 rule {number}" for number in range(1, 9)]
    + [f"D1 check {number}" for number in range(1, 4)]
    + [f"D2 8.{number}" for number in range(1, 5)]
    + [f"D3 best practice {number}" for number in range(1, 7)]
)
COLUMNS = ["rule", "in short", "checks", "tests that make them speak", "fixtures"]
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
PAGE = os.path.join("docs", "document-rules.md")


def rows(text):
    """The rows of the page's tables that have these columns: rule → its cells by column."""
    found, columns = {}, None
    for line in text.splitlines():
        if not line.startswith("|"):
            columns = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if columns is None:
            columns = cells
        elif columns == COLUMNS and len(cells) == len(COLUMNS) and not set(cells[0]) <= set("-: "):
            if cells[0] in found:
                raise ValueError(f"two rows for {cells[0]}")
            found[cells[0]] = dict(zip(COLUMNS, cells))
    return found


def links(cell):
    """(text, path from the root of the repository) of each link of a cell."""
    return [(text, os.path.normpath(os.path.join("docs", target))) for text, target in LINK.findall(cell)]
