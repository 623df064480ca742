"""Read a page of the book: its cells, its blocks, its formulas and its prose.

Every tool and every test that looks into a page looks through this module, so all
agree on what a cell is. It reads lines and executes nothing. Line numbers start at 1.
"""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
NOT_LECTURES = {"data", "support"}
# What stands in these is not Markdown, so no block and no prose is sought there.
LITERAL = {"", "code-cell", "code-block", "code", "raw", "math", "eval-rst"}

FENCE = re.compile(
    r"^ *(?P<fence>`{3,}|~{3,}|:{3,}) *(?:\{(?P<kind>[^}\s]+)\})? *(?P<title>.*)$"
)
OPTION = re.compile(r"^\s*:(?=[\w-]+:)")
# Inline code, or a role: they differ by the braces in front.
TICKED = re.compile(
    r"(?:\{(?P<role>[\w:.+-]+)\})?(?<!`)(?P<ticks>`+)(?!`)"
    r"(?P<text>(?:(?!\n[ \t]*\n).)+?)(?<!`)(?P=ticks)(?!`)",
    re.DOTALL,
)
DISPLAYED = re.compile(
    r"(?<!\\)\$\$(?P<body>.+?)\$\$(?:[ \t]*\((?P<label>[^()\s]+)\))?", re.DOTALL
)
AMS = re.compile(
    r"^\\begin\{((?:equation|align|alignat|gather|multline|flalign|eqnarray)\*?)\}"
    r".*?^\\end\{\1\}",
    re.DOTALL | re.MULTILINE,
)
INLINE = re.compile(r"(?<![\\$])\$(?!\$)(?:(?!\n[ \t]*\n)(?:\\.|[^$\\]))+\$", re.DOTALL)
UNSEEN = re.compile(r"<!--.*?-->|^(?:%|\+\+\+).*?$", re.DOTALL | re.MULTILINE)
ADDRESS = re.compile(r"(?<=\])\([^()\s]*\)|<?https?://[^\s>)]+>?")
# A paragraph ends before one of these as it ends before a blank line.
STARTS = re.compile(r"\s*(?:[-*+] |\d+[.)] |[|>#])")
HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$")
HEADLINE = re.compile(r"# (ml2020/[\w/]+\.py): (\w+)$")


class PageError(ValueError):
    """A page that cannot be read. The message says where, what, and the remedy."""


@dataclass(frozen=True)
class Block:
    """A fenced block or a directive, or all from an `x-start` to its `x-end`.

    Attributes:
        kind: The directive's name, such as `dropdown`; empty for a plain fence.
        title: What follows the name on its line.
        head: Its options, as YAML.
        first: The line of the opening fence.
        body: The first line below the options.
        last: The line of the closing fence.
        depth: How many blocks it stands in.
    """

    kind: str
    title: str
    head: str
    first: int
    body: int
    last: int
    depth: int

    def option(self, name: str) -> str | None:
        """Return the text of an option, or None where there is none."""
        found = re.search(rf"^{name}:[ \t]*(.*)$", self.head, re.MULTILINE)
        return found[1].strip() if found else None


@dataclass(frozen=True)
class Cell:
    """A code cell of a page.

    Attributes:
        place: The page and the line of its first line of code, `book/gnn.md:57`.
        line: That line.
        last: The line of the closing fence.
        settings: Its options: tags, `mystnb` and what else there is.
        code: The code, with a newline at its end.
        nested: Whether it stands in another block, where nothing executes it.
    """

    place: str
    line: int
    last: int
    settings: dict[str, Any]
    code: str
    nested: bool

    @cached_property
    def tree(self) -> ast.Module:
        """The code, parsed.

        Raises:
            PageError: If it is not Python.
        """
        try:
            return ast.parse(self.code)
        except SyntaxError as error:
            raise PageError(
                f"{self.place}: the cell is not Python (line {error.lineno} of it: "
                f"{error.msg}): mend it; `!` and `%` lines are not allowed"
            ) from None

    @property
    def tags(self) -> set[str]:
        """Its tags."""
        return set(self.settings.get("tags") or [])

    @cached_property
    def shown(self) -> tuple[str, str] | None:
        """The module and the name that the cell shows, or None for a plain cell.

        Raises:
            PageError: If a line looks like the first line of a shown cell and is not.
        """
        first, *rest = self.code.splitlines() or [""]
        found = HEADLINE.match(first)
        looks = [line for line in rest if re.match(r"#+ *ml2020/", line)]
        if looks or (not found and re.match(r"#+ *ml2020/", first)):
            raise PageError(
                f"{self.place}: a shown cell begins with a line such as "
                f"`# ml2020/gnn/gcn.py: normalise`: mend `{(looks or [first])[0]}`"
            )
        return (found[1], found[2]) if found else None

    def defined(self) -> set[str]:
        """The names of the functions and classes that the cell defines."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        return {node.name for node in self.tree.body if isinstance(node, kinds)}

    def used(self) -> set[str]:
        """The names that the cell reads."""
        names = (n for n in ast.walk(self.tree) if isinstance(n, ast.Name))
        return {name.id for name in names if isinstance(name.ctx, ast.Load)}


@dataclass(frozen=True)
class Equation:
    """A displayed equation; its label is None where it has none."""

    line: int
    label: str | None


@dataclass(frozen=True)
class Role:
    """A role such as {term}`gradient`: its name, its text, and where it ends."""

    line: int
    name: str
    text: str
    end: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, a list item or a row of a table: as written, and its words alone."""

    line: int
    markdown: str
    words: str


def blanked(text: str, spans: Iterator[tuple[int, int]]) -> str:
    """Return the text with spaces in place of some spans, line for line the same."""
    for start, end in spans:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def without(pattern: re.Pattern[str], text: str) -> str:
    """Return the text with spaces in place of what the pattern finds."""
    return blanked(text, (found.span() for found in pattern.finditer(text)))


class Page:
    """One Markdown page. Errors in its form are raised when the part is asked for."""

    def __init__(self, path: Path, root: Path = ROOT, text: str | None = None) -> None:
        self.path, self.root = path, root
        self.text = path.read_text(encoding="utf-8") if text is None else text
        self.stem = path.stem
        self.name = path.relative_to(root).as_posix()
        self.lines = self.text.splitlines()

    def at(self, line: int) -> str:
        """Return the place as an editor understands it, `book/gnn.md:57`."""
        return f"{self.name}:{line}"

    @cached_property
    def lecture(self) -> str | None:
        """The lecture whose page this is: the longest folder name that it begins."""
        fits = [
            name
            for name in lectures(self.root)
            if self.stem == name or self.stem.startswith(f"{name}_")
        ]
        return max(fits, key=len, default=None)

    @cached_property
    def front(self) -> int:
        """The last line of the front matter, 0 where there is none."""
        if not self.lines or self.lines[0].rstrip() != "---":
            return 0
        ends = (n for n, line in enumerate(self.lines[1:], 2) if line.rstrip() == "---")
        return next(ends, 0)

    @cached_property
    def is_notebook(self) -> bool:
        """Whether its front matter makes MyST-NB execute its cells."""
        front = "\n".join(self.lines[1 : max(self.front - 1, 0)])
        return bool(re.search(r"format_name: *myst\b|file_format: *mystnb\b", front))

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks, outer before inner, and after them the gated ones.

        Raises:
            PageError: If a block is not closed, or an `x-start` has no `x-end`.
        """
        return [*self.fenced, *self._gated()]

    @cached_property
    def fenced(self) -> list[Block]:
        """The blocks between two fences, outer before inner."""
        return list(self._fenced(self.front + 1, len(self.lines), 0))

    def _fenced(self, first: int, last: int, depth: int) -> Iterator[Block]:
        line = first
        while line <= last:
            opening = self._opening(line)
            if opening:
                block = self._block(opening, line, last, depth)
                yield block
                if block.kind not in LITERAL:
                    yield from self._fenced(block.body, block.last - 1, depth + 1)
                line = block.last
            line += 1

    def _opening(self, line: int) -> re.Match[str] | None:
        """The fence that opens a block on this line, if there is one."""
        found = FENCE.match(self.lines[line - 1])
        if not found or found["fence"][0] != "`" or "`" not in found["title"]:
            return found
        if found["kind"]:
            raise PageError(
                f"{self.at(line)}: a backtick in the title undoes the fence ```: "
                "write :::, or leave the backtick out"
            )
        return None  # inline code that begins a line

    def _block(self, opening: re.Match[str], line: int, last: int, depth: int) -> Block:
        fence = opening["fence"]
        close = re.compile(rf"^ *{fence[0]}{{{len(fence)},}}\s*$")
        ends = (n for n in range(line + 1, last + 1) if close.match(self.lines[n - 1]))
        end = next(ends, None)
        if end is None:
            raise PageError(f"{self.at(line)}: the block is not closed: add {fence}")
        head, body = self._head(line + 1, end)
        kind, title = opening["kind"] or "", opening["title"].strip()
        return Block(kind, title, head, line, body, end, depth)

    def _head(self, first: int, end: int) -> tuple[str, int]:
        """The options that begin at a line, and the line below them."""
        inside = self.lines[first - 1 : end - 1]
        rules = [n for n, text in enumerate(inside) if text.startswith("---")]
        if rules and rules[0] == 0:
            stop = rules[1] if len(rules) > 1 else len(inside)
            return "\n".join(inside[1:stop]), min(first + stop + 1, end)
        count = 0
        while count < len(inside) and OPTION.match(inside[count]):
            count += 1
        head = [OPTION.sub("", text) for text in inside[:count]]
        return "\n".join(head), first + count

    def _gated(self) -> Iterator[Block]:
        opened: list[Block] = []
        for block in self.fenced:
            if block.kind.endswith("-start"):
                opened.append(block)
            elif block.kind.endswith("-end"):
                kind = block.kind.removesuffix("-end")
                if not opened or opened[-1].kind != f"{kind}-start":
                    raise PageError(
                        f"{self.at(block.first)}: {{{block.kind}}} closes nothing: "
                        f"put {{{kind}-start}} above it"
                    )
                start = opened.pop()
                yield Block(
                    *(kind, start.title, start.head, start.first),
                    *(start.last + 1, block.last, start.depth),
                )
        if opened:
            kind = opened[0].kind.removesuffix("-start")
            raise PageError(
                f"{self.at(opened[0].first)}: {{{kind}-start}} is not closed: "
                f"put {{{kind}-end}} below it"
            )

    def around(self, line: int) -> set[str]:
        """Return the kinds of the blocks in which a line stands."""
        return {b.kind for b in self.blocks if b.first <= line <= b.last}

    def below(self, heading: str) -> tuple[int, int]:
        """Return the first and the last line of the section with this heading."""
        starts = [
            (line, level)
            for line, level, text in self.headings
            if text.startswith(heading)
        ]
        if not starts:
            return 0, -1
        start, level = starts[0]
        ends = [n for n, other, _ in self.headings if n > start and other <= level]
        return start, min(ends, default=len(self.lines) + 1) - 1

    @cached_property
    def cells(self) -> list[Cell]:
        """The code cells, in order.

        Raises:
            PageError: If the options of one are not YAML.
        """
        return [self._cell(b) for b in self.blocks if b.kind == "code-cell"]

    def _cell(self, block: Block) -> Cell:
        line = block.body
        if line < block.last and not self.lines[line - 1].strip():
            line += 1  # MyST drops one blank line below the options
        code = "".join(f"{text}\n" for text in self.lines[line - 1 : block.last - 1])
        try:
            settings = yaml.safe_load(block.head) or {}
        except yaml.YAMLError:
            settings = None
        if not isinstance(settings, dict):
            raise PageError(
                f"{self.at(block.first)}: the cell's options are not YAML: write "
                "`:tags: [hide-input]`, or YAML between two lines of ---"
            )
        nested = block.depth > 0 or self.lines[block.first - 1].startswith(" ")
        return Cell(self.at(line), line, block.last, settings, code, nested)

    def replaced(self, changes: Sequence[tuple[Cell, str]]) -> str:
        """Return the page's text with other code in some of its cells."""
        lines = self.text.splitlines(keepends=True)
        for cell, code in sorted(changes, key=lambda change: -change[0].line):
            lines[cell.line - 1 : cell.last - 1] = [code]
        return "".join(lines)

    @cached_property
    def markdown(self) -> str:
        """The page without front matter, code, fences and options, line for line."""
        lines = list(self.lines)
        lines[: self.front] = [""] * self.front
        for block in self.fenced:
            literal = block.kind in LITERAL
            stop = block.last if literal else block.body
            lines[block.first - 1 : stop - 1] = [""] * (stop - block.first)
            lines[block.last - 1] = ""
            if not literal:
                lines[block.first - 1] = block.title  # it is prose too
        return without(UNSEEN, "\n".join(lines))

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """The headings outside of blocks: line, level, text."""
        lines = enumerate(self.markdown.split("\n"), 1)
        found = ((n, HEADING.match(text)) for n, text in lines)
        return [(n, len(h[1]), h[2]) for n, h in found if h and not self.around(n)]

    @cached_property
    def roles(self) -> list[Role]:
        """The roles in the prose, in order."""
        return [
            Role(
                self.markdown.count("\n", 0, found.start()) + 1,
                found["role"],
                " ".join(found["text"].split()),
                found.end(),
            )
            for found in TICKED.finditer(self.markdown)
            if found["role"]
        ]

    @cached_property
    def equations(self) -> list[Equation]:
        """The displayed equations, in order.

        Raises:
            PageError: If a `$$` has no partner.
        """
        text = without(TICKED, self.markdown)
        rest = without(DISPLAYED, text)
        if "$$" in rest.replace(r"\$", ""):
            line = rest.count("\n", 0, rest.index("$$")) + 1
            raise PageError(f"{self.at(line)}: `$$` has no partner: close the formula")
        found = [(m.start(), m["label"]) for m in DISPLAYED.finditer(text)]
        found += [(m.start(), None) for m in AMS.finditer(rest)]
        written = [Equation(text.count("\n", 0, at) + 1, label) for at, label in found]
        blocks = [b for b in self.blocks if b.kind == "math"]
        written += [Equation(b.first, b.option("label")) for b in blocks]
        return sorted(written, key=lambda equation: equation.line)

    @cached_property
    def words(self) -> str:
        """The page's prose: no code, no role, no formula, no address."""
        text = self.markdown
        for pattern in (TICKED, DISPLAYED, AMS, INLINE, ADDRESS):
            text = without(pattern, text)
        return text

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs, list items and rows of the page, in order."""
        edges = {n for b in self.blocks for n in (b.first, b.body, b.last)}
        words = self.words.split("\n")
        groups: list[list[int]] = [[]]
        for n, text in enumerate(self.markdown.split("\n"), 1):
            if not text.strip() or n in edges or STARTS.match(text):
                groups.append([])
            if text.strip():
                groups[-1].append(n)
        markdown = self.markdown.split("\n")
        return [
            Paragraph(
                group[0],
                "\n".join(markdown[n - 1] for n in group),
                "\n".join(words[n - 1] for n in group),
            )
            for group in groups
            if group
        ]


def lectures(root: Path = ROOT) -> list[str]:
    """Return the lectures that have code: all folders of the package but the shared."""
    modules = (root / "code" / "ml2020").glob("*/*.py")
    return sorted({module.parent.name for module in modules} - NOT_LECTURES)


def files(entry: Any) -> Iterator[str]:
    """Yield the files that a part of the table of contents names, in order."""
    if isinstance(entry, list):
        for part in entry:
            yield from files(part)
    elif isinstance(entry, dict):
        if "file" in entry:
            yield entry["file"]
        for key in ("parts", "chapters", "sections", "subtrees", "entries"):
            yield from files(entry.get(key))


def listed(root: Path = ROOT) -> list[Page]:
    """Return the pages that the table of contents names and that exist."""
    toc = root / "_toc.yml"
    if not toc.exists():
        return []
    names = files(yaml.safe_load(toc.read_text(encoding="utf-8")))
    paths = [(root / name).with_suffix(".md") for name in names]
    return [Page(path, root) for path in paths if path.exists()]


def chapters(root: Path = ROOT) -> list[Page]:
    """Return the content pages: listed, of a lecture, and with code cells."""
    return [page for page in listed(root) if page.lecture and has_cells(page)]


def landings(root: Path = ROOT) -> list[Page]:
    """Return the listed pages that lead to the content pages of their lecture."""
    pages = listed(root)
    parted = {page.lecture for page in pages if page.stem != page.lecture}
    return [p for p in pages if p.lecture == p.stem and p.lecture in parted]


def has_cells(page: Page) -> bool:
    """Return whether a page has code cells; a page that cannot be read may have."""
    try:
        return bool(page.cells)
    except PageError:
        return True


def chosen(names: Sequence[str], root: Path = ROOT) -> list[Page]:
    """Return the listed pages of these names (a page's or a lecture's), or all.

    Raises:
        PageError: If no page has one of the names.
    """
    pages = listed(root)
    known = {name for page in pages for name in (page.stem, page.lecture)}
    for name in names:
        if name not in known:
            raise PageError(
                f"{name}: no page of _toc.yml has this name: give one such as "
                f"{next((page.stem for page in pages), 'regression')}"
            )
    return [p for p in pages if not names or {p.stem, p.lecture} & set(names)]


def reported(run: Callable[[], int]) -> int:
    """Return what a tool returns, or print why a page cannot be read and return 2."""
    try:
        return run()
    except PageError as error:
        print(error)
        return 2
