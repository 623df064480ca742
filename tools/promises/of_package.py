"""What the chapters and the package promise each other: equations, tests, modules."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tools import trained
from tools.promises.pages import Page, chapters, lectures
from tools.promises.promise import Faults, Promises

PROMISES = Promises()
GROUNDS = {"dropdown", "admonition", "exercise", "solution"}  # for a derivation
DERIVES = ("Deriv", "Why", "Proof")


@PROMISES.of_a_page
def every_equation_has_its_label(page: Page) -> Faults:
    """Only inside a derivation, an exercise or a solution may one have none."""
    for equation in page.equations:
        start = f"eq-{page.lecture}-"
        if equation.label is None and not in_a_derivation(page, equation.line):
            yield (
                f"{page.at(equation.line)}: an equation without label: end it with "
                f"`$$ ({start}...)` and test it, or put it into a derivation"
            )
        elif equation.label is not None and not equation.label.startswith(start):
            yield f"{page.at(equation.line)}: {equation.label} is not {start}...: mend"


def in_a_derivation(page: Page, line: int) -> bool:
    """Return whether a line stands in a proof, an exercise, or below such a heading."""
    kinds = page.around(line)
    if kinds & GROUNDS or any(kind.startswith("prf:") for kind in kinds):
        return True
    over: dict[int, str] = {}
    for at, level, text in page.headings:
        if at < line and level > 1:  # a title may begin with Why
            over = {n: name for n, name in over.items() if n < level} | {level: text}
    return any(text.startswith(DERIVES) for text in over.values())


class Mark(NamedTuple):
    """A test that names an equation: where it stands, and the labels it names."""

    place: str
    test: str
    labels: list[str | None]


@cache
def marks(root: Path) -> list[Mark]:
    """Return every test with an equation mark."""
    found = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            labels = [
                label_of(mark)
                for mark in getattr(node, "decorator_list", [])
                if ast.unparse(mark).startswith("pytest.mark.equation")
            ]
            if labels:
                place = f"{path.relative_to(root).as_posix()}:{node.lineno}"
                found.append(Mark(place, node.name, labels))
    return found


def label_of(mark: ast.expr) -> str | None:
    """Return the one label of a mark, or None if it is anything else."""
    if not isinstance(mark, ast.Call) or len(mark.args) != 1 or mark.keywords:
        return None
    (label,) = mark.args
    return label.value if isinstance(label, ast.Constant) else None


@PROMISES.of_a_page
def every_labelled_equation_has_its_test(page: Page) -> Faults:
    """At least one test of the package is marked with its label."""
    tested = {label for mark in marks(page.root) for label in mark.labels}
    for equation in page.equations:
        if equation.label is not None and equation.label not in tested:
            yield (
                f"{page.at(equation.line)}: {equation.label} has no test: mark one "
                f'@pytest.mark.equation("{equation.label}")'
            )


@PROMISES.of_the_book
def every_mark_names_one_equation(root: Path) -> Faults:
    """A test checks one equation, and that equation is in its chapter."""
    pages = chapters(root)
    written = {equation.label for page in pages for equation in page.equations}
    present = tuple(f"eq-{page.lecture}-" for page in pages)
    known = tuple(f"eq-{name}-" for name in lectures(root))
    for mark in marks(root):
        if len(mark.labels) > 1:
            yield f"{mark.place}: {mark.test} has two marks: make it two tests"
        for label in mark.labels:
            if label is None or not label.startswith(known):
                yield f"{mark.place}: {label} is no eq-<lecture>-...: mend the mark"
            elif label.startswith(present) and label not in written:
                yield f"{mark.place}: no chapter has the equation {label}: mend it"


@PROMISES.of_the_book
def every_equation_label_is_used_once(root: Path) -> Faults:
    """Two equations of the book never share a label."""
    labels = [e.label for page in chapters(root) for e in page.equations if e.label]
    for label, count in Counter(labels).items():
        if count > 1:
            yield f"{label} labels {count} equations: rename all but one"


@PROMISES.of_the_book
def every_module_names_its_chapter_and_its_source(root: Path) -> Faults:
    """The docstring of a lecture's module has both lines, and the chapter is there."""
    pages = {page.name: page.lecture for page in chapters(root)}
    for module in algorithms(root):
        name, lecture = module.relative_to(root).as_posix(), module.parent.name
        doc = documentation(module)
        if not re.search(r"^Source: +\S", doc, re.MULTILINE):
            yield f"{name}:1: no `Source:  Author (year), ...` in its docstring: add it"
        chapter = re.search(r"^Chapter: (\S+)$", doc, re.MULTILINE)
        if not chapter or not chapter[1].startswith(f"book/{lecture}"):
            yield f"{name}:1: no `Chapter: book/{lecture}.md` in its docstring: add it"
        elif lecture in pages.values() and pages.get(chapter[1]) != lecture:
            yield f"{name}:1: {chapter[1]} is no chapter of {lecture}: mend the line"


@PROMISES.of_the_book
def every_lecture_has_a_chapter(root: Path) -> Faults:
    """Code without a page is code that nobody explains, once there is a chapter."""
    written = {page.lecture for page in chapters(root)}
    for lecture in sorted(set(lectures(root)) - written) if written else ():
        yield f"code/ml2020/{lecture}: no page in _toc.yml: write book/{lecture}.md"


@PROMISES.of_the_book
def every_module_is_used_by_its_chapter(root: Path) -> Faults:
    """The chapter that a module names shows something of it, or imports it."""
    pages = {page.name: page for page in chapters(root)}
    for module in algorithms(root):
        chapter = re.search(r"^Chapter: (\S+)$", documentation(module), re.MULTILINE)
        page = pages.get(chapter[1]) if chapter else None
        if page is not None and dotted(module, root) not in reached(page):
            yield f"{page.at(1)}: neither shows nor imports {dotted(module, root)}"


@cache
def documentation(module: Path) -> str:
    """Return a module's docstring."""
    return ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""


def algorithms(root: Path) -> list[Path]:
    """Return the modules of the lectures."""
    package = root / "code" / "ml2020"
    return [
        module
        for lecture in lectures(root)
        for module in sorted((package / lecture).glob("*.py"))
        if module.stem != "__init__"
    ]


def dotted(module: Path, root: Path) -> str:
    """Return the name by which a module is imported."""
    return ".".join(module.relative_to(root / "code").with_suffix("").parts)


@cache
def reached(page: Page) -> set[str]:
    """Return the modules of the package that a page shows or imports."""
    found = set()
    for cell in page.cells:
        if cell.shown:
            found.add(cell.shown[0].removesuffix(".py").replace("/", "."))
        for name in imported_from(cell.tree):
            found |= {name, origin(name, page.root)}
    return found


def imported_from(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported, in full: `ml2020.gnn.gcn.normalise`, and its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def origin(name: str, root: Path) -> str:
    """Return the module from which a lecture's `__init__` re-exports a name."""
    *folders, last = name.split(".")
    init = root.joinpath("code", *folders, "__init__.py")
    if len(folders) != 2 or not init.exists():
        return ""
    return homes(init.read_text(encoding="utf-8")).get(last, "")


@cache
def homes(text: str) -> dict[str, str]:
    """Return of each name that a source imports the module it comes from."""
    return {
        alias.asname or alias.name: node.module or ""
        for node in reversed(ast.parse(text).body)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@PROMISES.of_the_book
def trained_results_are_fresh(root: Path) -> Faults:
    """What was trained beforehand is what the code of today makes, within its budgets.

    Each tools/train_NAME.py keeps a record of it: see `tools.trained`.
    """
    yield from trained.faults(root)
