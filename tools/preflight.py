"""Find in a second what would stop a build after minutes, and say it in one line.

python -m tools.preflight      all pages, the table of contents and the bibliography

`make html` and `make pdf` begin with it; `jupyter-book build .` does without.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from tools.promises.cells import figure_of
from tools.promises.of_words import every_citation_is_in_the_bibliography, references
from tools.promises.pages import ROOT, Page, PageError, files, listed
from tools.promises.promise import Faults, broken
from tools.promises.sync_cells import expected

TARGET = re.compile(r"^ *\((?P<label>[^()\s]+)\)= *$", re.MULTILINE)
# What pybtex says, shortened, and what is most often wrong.
HINTS = {
    "'}' expected": "a comma is missing, or a brace of this entry or the one above",
    "premature end of file": "the last brace of an entry is missing",
    "entry key expected": "after `@article{` write a key such as kipf2017",
}


def table_of_contents(root: Path) -> Faults:
    """The table of contents is YAML, and names pages that are there, each once."""
    try:
        toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        yield f"_toc.yml:{line}: not YAML ({error.problem}): mend the indentation"
        return
    names = [toc.get("root", ""), *files(toc)]
    for name in dict.fromkeys(names):
        line = line_of(root / "_toc.yml", name)
        if names.count(name) > 1:
            yield f"_toc.yml:{line}: {name} is listed twice: keep one"
        if not (root / name).with_suffix(".md").is_file():
            yield f"_toc.yml:{line}: there is no {name}.md: write it, or mend the name"
    for page in pages_of_the_book(root):
        if page.name.removesuffix(".md") not in names and "{code-cell}" in page.text:
            yield (
                f"{page.at(1)}: not in _toc.yml, so nobody builds it: add there "
                f"`- file: {page.name.removesuffix('.md')}`"
            )


def line_of(path: Path, text: str) -> int:
    """Return the first line of a file that contains a text as a word, or 1."""
    word = re.compile(rf"(?<![\w/-]){re.escape(text)}(?![\w/-])")
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if word.search(line)), 1)


def pages_of_the_book(root: Path) -> list[Page]:
    """Return every page in book/, listed or not."""
    return [Page(path, root) for path in sorted((root / "book").glob("*.md"))]


def labels(page: Page) -> Iterator[tuple[str, int]]:
    """Yield what a reference can point to in a page, with its line."""
    for found in TARGET.finditer(page.markdown):
        yield found["label"], page.markdown.count("\n", 0, found.start("label")) + 1
    yield from ((e.label, e.line) for e in page.equations if e.label)
    for block in page.fenced:
        if block.kind not in ("math", "code-cell"):  # of which the rest speaks
            names = (block.option("label"), block.option("name"))
            yield from ((name, block.first) for name in names if name)
    for cell in page.cells:
        name = figure_of(cell).get("name")
        yield from [(str(name), cell.line)] if name else []


def labels_are_used_once(root: Path) -> Faults:
    """No two places of the book have the same label."""
    places: dict[str, list[str]] = defaultdict(list)
    for page in listed(root):
        for label, line in labels(page):
            places[label].append(page.at(line))
    for label, where in places.items():
        for place in where[1:]:
            yield f"{place}: {label} is already the label of {where[0]}: rename one"


def pages_can_be_read(root: Path) -> Faults:
    """Every page is well formed, and what it shows is in the package."""
    for page in pages_of_the_book(root):
        yield from broken(well_formed, page)


def well_formed(page: Page) -> Faults:
    """A page's blocks and formulas are closed, and its shown cells show something."""
    _ = page.blocks, page.equations  # reading them raises
    for cell in page.cells:
        try:
            expected(cell, page.root)
        except PageError as error:
            yield str(error)


def bibliography(root: Path) -> Faults:
    """The bibliography can be read, and has what the pages cite."""
    try:
        references(root)
    except PageError as error:
        yield in_the_bibliography(str(error), root / "book" / "references.bib")
        return
    for page in listed(root):
        if any(role.name.startswith("cite") for role in page.roles):
            yield from every_citation_is_in_the_bibliography(page)


def in_the_bibliography(said: str, path: Path) -> str:
    """Return an error of pybtex with its line and what is most often wrong."""
    line, hint = 1, "mend it"
    if found := re.search(r"syntax error in line (\d+): (.*): mend it$", said):
        line, said = int(found[1]), found[2]
        hint = HINTS.get(said, hint)
    elif found := re.search(r"repeated bibliography entry: (\S+): mend it$", said):
        entry = re.compile(rf"@\w+\s*{{\s*{re.escape(found[1])}\s*,")
        text = path.read_text(encoding="utf-8")
        start = [match.start() for match in entry.finditer(text)][-1]
        line, said = text.count("\n", 0, start) + 1, f"a second entry {found[1]}"
        hint = "rename it, or remove it"
    return f"book/references.bib:{line}: {said}: {hint}"


# Each relies on those before it, so the first that finds something is the last to run.
CHECKS = (table_of_contents, pages_can_be_read, labels_are_used_once, bibliography)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Print the faults of the first check that finds some; return 1 if one does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.parse_args(arguments)
    found = next(filter(None, (broken(check, root) for check in CHECKS)), [])
    print(*found, sep="\n", end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
