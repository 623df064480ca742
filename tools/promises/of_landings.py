"""What a landing promises: the page that leads to the content pages of its lecture."""

from pathlib import Path
from typing import Any

import yaml

from tools.promises.pages import Page, landings, listed
from tools.promises.promise import Faults, Promises
from tools.promises.reading import words_above

PROMISES = Promises()
LONGEST = 300  # words


@PROMISES.of_the_book
def a_landing_only_leads(root: Path) -> Faults:
    """The question and what each page gives: no cell, no section, few words."""
    for page in landings(root):
        for cell in page.cells:
            yield f"{cell.place}: a landing has no cell: move it to a content page"
        for line, level, text in page.headings:
            if level > 1:
                yield f"{page.at(line)}: a landing has no section: move {text} away"
        count = len(words_above(page, len(page.lines) + 1).split())
        if count > LONGEST:
            yield f"{page.at(1)}: {count} words, a landing has {LONGEST} at most: cut"


@PROMISES.of_the_book
def a_landing_shows_one_picture_of_its_pages(root: Path) -> Faults:
    """As a glimpse, which nothing draws or stores twice."""
    for page in landings(root):
        seen = [block.title for block in page.blocks if block.kind == "glimpse"]
        own = [name for name in seen if name.startswith(f"fig-{page.lecture}_")]
        if len(seen) != 1 or not own:
            yield (
                f"{page.at(1)}: a landing shows one {{glimpse}} "
                f"fig-{page.lecture}_..., not {len(seen)}: mend it"
            )


@PROMISES.of_the_book
def a_landing_leads_to_each_page(root: Path) -> Faults:
    """It links each; all stand below it in the table of contents."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    for page in landings(root):
        links = [r.text.rstrip(">") for r in page.roles if r.name in {"doc", "ref"}]
        linked = {text.split("<")[-1].replace("-", "_") for text in links}
        below = sections(toc, f"book/{page.stem}")
        for other in pages_of(page, root):
            if other.stem not in linked:
                yield f"{page.at(1)}: no link to {other.stem}: say what it gives"
            if f"book/{other.stem}" not in below:
                yield f"_toc.yml: book/{other.stem} is no section of book/{page.stem}"


def pages_of(landing: Page, root: Path) -> list[Page]:
    """Return the content pages of a landing's lecture."""
    return [
        page
        for page in listed(root)
        if page.lecture == landing.lecture and page.stem != landing.stem
    ]


def sections(entry: Any, file: str) -> set[str]:
    """Return the files directly below a file in a table of contents."""
    if isinstance(entry, list):
        return set().union(*(sections(part, file) for part in entry))
    if not isinstance(entry, dict):
        return set()
    if entry.get("file") == file:
        return {part["file"] for part in entry.get("sections", ())}
    return set().union(*(sections(part, file) for part in entry.values()))
