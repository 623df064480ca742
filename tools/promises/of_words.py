"""What the text of a chapter promises: its parts, numbers, sources and terms."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pybtex.database import parse_file
from pybtex.exceptions import PybtexError

from tools.promises.cells import arguments, called, figure_of
from tools.promises.pages import Block, Cell, Page, PageError, without
from tools.promises.promise import Faults, Promises, one_line
from tools.promises.reading import MOST, reading

PROMISES = Promises()
EXERCISES, QUESTIONS = 4, 4  # at least
PARTS = (
    *("When it fails", "Where this differs", "Check yourself"),
    *("Exercises", "Summary", "References"),
)
HEAD = re.compile(r"\*Lecture: [^*]+\. Needs: [^*]+\*")
NUMBER = re.compile(r"\d+\.\d+|\d+\s?(?:\\?%|per ?cent\b)")
QUOTATION = re.compile(r"^\s*>.*$|\"[^\"]*\"|“[^”]*”", re.MULTILINE)
HAN = "[\u4e00-\u9fff]"
IN_CHINESE = re.compile(rf"\s*[(\uff08][^()\uff08\uff09]*{HAN}")
VENUES = {"journal", "booktitle", "publisher", "institution", "school"}


@PROMISES.of_a_page
def every_exercise_has_one_solution(page: Page) -> Faults:
    """At least four exercises, each with a label and one folded solution."""
    exercises = [block for block in page.blocks if block.kind == "exercise"]
    solutions = [block for block in page.blocks if block.kind == "solution"]
    if len(exercises) < EXERCISES:
        yield f"{page.at(1)}: {len(exercises)} exercises: set {EXERCISES} or more"
    labels = [block.option("label") for block in exercises]
    solved = Counter(block.title for block in solutions)
    for block, label in zip(exercises, labels, strict=True):
        if not label:
            yield f"{page.at(block.first)}: an exercise without label: add :label:"
        elif solved[label] != 1:
            yield (
                f"{page.at(block.first)}: {label} has {solved[label]} solutions: "
                "give it one"
            )
    for block in solutions:
        if block.title not in labels:
            yield f"{page.at(block.first)}: it solves {block.title}, which is not there"
        if "dropdown" not in (block.option("class") or ""):
            yield f"{page.at(block.first)}: not folded: add :class: dropdown"


@PROMISES.of_a_page
def there_are_four_self_check_questions(page: Page) -> Faults:
    """Each is a folded answer below "Check yourself"."""
    first, last = page.below("Check yourself")
    asked = [b for b in page.blocks if is_folded(b) and first < b.first <= last]
    if len(asked) < QUESTIONS:
        yield f"{page.at(max(first, 1))}: {len(asked)} questions: ask {QUESTIONS}"


def is_folded(block: Block) -> bool:
    """Return whether a block shows its title until the reader opens it."""
    folded = "dropdown" in (block.option("class") or "")
    return block.kind == "dropdown" or (block.kind == "admonition" and folded)


@PROMISES.of_a_page
def the_parts_stand_in_their_order(page: Page) -> Faults:
    """Every part has a heading of the second level, once."""
    found = [
        (line, part)
        for line, level, text in page.headings
        for part in PARTS
        if level == 2 and text.startswith(part)
    ]
    names = [part for _, part in found]
    for part in PARTS:
        if names.count(part) != 1:
            yield f"{page.at(1)}: `## {part}` is there {names.count(part)} times, not 1"
    for (_, before), (line, after) in pairwise(found):
        if PARTS.index(before) > PARTS.index(after):
            yield f"{page.at(line)}: {after} stands below {before}: put it above"


@PROMISES.of_a_page
def a_page_is_one_sitting(page: Page) -> Faults:
    """At most 50 minutes before its exercises, as the build counts them."""
    found = reading(page)
    if found.minutes > MOST:
        yield (
            f"{page.at(1)}: {found.minutes} minutes before its exercises, {MOST} at "
            f"most ({found}): cut it, or make it two pages"
        )


@PROMISES.of_a_page
def symbols_are_explained(page: Page) -> Faults:
    """A table says what each symbol is called in the code, and its shape."""
    heads = (one_line(p.markdown).lower() for p in page.paragraphs)
    if not any(h.startswith("| symbol | name in code | shape |") for h in heads):
        yield f"{page.at(1)}: no table | symbol | name in code | shape |: add one"


@PROMISES.of_a_page
def the_head_says_what_the_page_costs(page: Page) -> Faults:
    """One title; below it, in italics, lecture and needs. The build adds minutes."""
    titles = [line for line, level, _ in page.headings if level == 1]
    if len(titles) != 1:
        yield f"{page.at(1)}: {len(titles)} titles (`# ...`), not 1"
        return
    below = (p for p in page.paragraphs if p.line > titles[0])
    head = next(below, None)
    if head is None or not HEAD.fullmatch(one_line(head.markdown)):
        yield (
            f"{page.at(titles[0])}: below the title write *Lecture: ... . "
            "Needs: ... .*; the build puts the minutes in front of it"
        )


@PROMISES.of_a_page
def measured_numbers_are_glued(page: Page) -> Faults:
    """No decimal and no percentage is typed, but for settings ($...$) and citations."""
    texts = [(p.line, p.markdown, p.words) for p in page.paragraphs]
    for cell in page.cells:
        caption = figure_of(cell).get("caption")
        if caption:
            said = Page(page.path, page.root, str(caption))
            texts.append((cell.line, said.markdown, said.words))
    for line, markdown, plain in texts:
        if {"exercise", "solution"} & page.around(line) or "{cite" in markdown:
            continue
        for found in NUMBER.finditer(without(QUOTATION, plain)):
            place = page.at(line + plain.count("\n", 0, found.start()))
            yield (
                f"{place}: {found[0]} "
                "is typed: glue what was measured, write a setting as $...$, cite what "
                "others found"
            )


@PROMISES.of_a_page
def glue_names_its_page(page: Page) -> Faults:
    """A glued number names page, key and format; a cell of that page glues the key."""
    for role in page.roles:
        if not role.name.startswith("glue"):
            continue
        name, _, rest = role.text.partition("::")
        key, _, style = rest.partition(":")
        source = page if name == page.path.name else other(page, name)
        if role.name != "glue:text" or not (key and style) or source is None:
            yield (
                f"{page.at(role.line)}: {role.text} names no page or no format: write "
                f"{{glue:text}}`{page.path.name}::key:.1f`"
            )
        elif not glues(source, key):
            yield f"{page.at(role.line)}: no cell of {name} glues {key}: glue it there"


def other(page: Page, name: str) -> Page | None:
    """Return another page of the same folder, or None if there is none."""
    path = page.path.with_name(Path(name).name)
    return Page(path, page.root) if name.endswith(".md") and path.exists() else None


def glues(page: Page, key: str) -> bool:
    """Return whether a cell of the page glues this key."""
    keys = (node for cell in page.cells for node in glued(cell))
    return any(re.fullmatch(pattern(node), key) for node in keys)


def glued(cell: Cell) -> Iterator[ast.expr]:
    """Yield what a cell glues: a text, an f-string, or for a variable all its texts."""
    calls = [node for node in ast.walk(cell.tree) if called(node) == "glue"]
    firsts = [argument for call in calls for argument in arguments(call)[:1]]
    yield from firsts
    if any(isinstance(first, ast.Name) for first in firsts):
        yield from (n for n in ast.walk(cell.tree) if isinstance(n, ast.Constant))


def pattern(node: ast.AST) -> str:
    """Return a pattern for what a string can be: anything stands for its {...}."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(pattern, node.values))
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    return ".+" if isinstance(node, ast.FormattedValue) else "(?!)"  # (?!): nothing


@PROMISES.of_a_page
def every_citation_is_in_the_bibliography(page: Page) -> Faults:
    """Each cites with the page's own prefix; each page lists what it cites."""
    lists = [block for block in page.blocks if block.kind == "bibliography"]
    prefix = f"{page.stem}-"
    if [block.option("keyprefix") for block in lists] != [prefix]:
        yield (
            f"{page.at(lists[0].first if lists else 1)}: the page needs one "
            f"{{bibliography}} with :keyprefix: {prefix}"
        )
    known = references(page.root)
    for role in page.roles:
        if role.name.split(":")[0] != "cite":
            continue
        for key in re.sub(r"\{[^}]*\}", "", role.text).split(","):
            name = key.strip().removeprefix(prefix)
            if name == key.strip() or name not in known:
                yield (
                    f"{page.at(role.line)}: {key.strip()} is not {prefix} and a key of "
                    "book/references.bib: mend or add it"
                )


@cache
def references(root: Path) -> dict[str, Any]:
    """Return the entries of the bibliography by their keys.

    Raises:
        PageError: If it cannot be read, or has one key twice.
    """
    path = root / "book" / "references.bib"
    if not path.exists():
        return {}
    try:
        return dict(parse_file(path).entries)
    except PybtexError as error:
        raise PageError(f"book/references.bib: {error}: mend it") from None


@PROMISES.of_the_book
def every_reference_is_complete(root: Path) -> Faults:
    """An entry has its authors, its year, and where it was published."""
    for key, entry in references(root).items():
        has = {name.lower() for name, text in entry.fields.items() if text.strip()}
        has |= {name.lower() for name in entry.persons}
        for needed in ({"author"}, {"year"}, VENUES):
            if not needed & has:
                names = " or ".join(sorted(needed))
                yield f"book/references.bib: {key} has no {names}: look it up"


@PROMISES.of_a_page
def every_term_is_in_the_glossary(page: Page) -> Faults:
    """A term links to the glossary, and stands with its Chinese name at first use."""
    known, seen = glossary(page.root), set()
    for role in page.roles:
        if role.name != "term":
            continue
        named = re.fullmatch(r".*<(.+)>", role.text)
        term = (named[1] if named else role.text).lower()
        if term not in known:
            yield f"{page.at(role.line)}: {term} is not in book/glossary.md: add it"
        if term not in seen and not IN_CHINESE.match(page.markdown, role.end):
            yield (
                f"{page.at(role.line)}: no Chinese name in parentheses after the first "
                f"{term}: add it"
            )
        seen.add(term)


@cache
def glossary(root: Path) -> dict[str, str]:
    """Return each term of the glossary, in lower case, with its definition."""
    path = root / "book" / "glossary.md"
    if not path.exists():
        return {}
    page = Page(path, root)
    blocks = (block for block in page.blocks if block.kind == "glossary")
    return {term: text for block in blocks for term, text in entries(page, block)}


def entries(page: Page, block: Block) -> Iterator[tuple[str, str]]:
    """Yield the terms of one glossary block; terms in a row share a definition."""
    terms: list[str] = []
    text = ""
    for line in [*page.lines[block.body - 1 : block.last - 1], "end"]:
        if line[:1].strip():
            if text:
                yield from ((term, text) for term in terms)
                terms, text = [], ""
            terms.append(line.split(" : ")[0].strip().lower())
        else:
            text += line


@PROMISES.of_the_book
def every_term_has_a_chinese_name(root: Path) -> Faults:
    """The definition in the glossary says it."""
    for term, text in glossary(root).items():
        if not re.search(HAN, text):
            yield f"book/glossary.md: {term} has no Chinese name: begin with it"
