"""What the cells of a page do: what they call, import, bind and draw, and the seed.

Like `pages` it reads and executes nothing; the promises, the tools and the count of
reading minutes ask here, so all agree on what a figure is.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tools.promises.pages import Cell, Page, PageError
from tools.promises.promise import one_line

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# What these bind is their own.
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FIGURES = {"ax", "axes", "fig"}
FIGURE_MAKERS = {"figure", "subplot_mosaic", "subplots", "twinx"}
HIDDEN = {"hide-cell", "hide-input", "remove-cell", "remove-input"}
SEED_LINE = re.compile(r"^SEED = (\d+)", re.MULTILINE)
QUIET = {"rcParams", "rc", "style", "close", "cm", "colormaps", "get_cmap", "Normalize"}


def called(node: ast.AST) -> str:
    """Return the last name of what a node calls, or nothing if it calls nothing."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def arguments(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of a call, by place or by name."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def names_in(node: ast.AST) -> set[str]:
    """Return the names that an expression uses."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def aliases(cell: Cell) -> list[ast.alias]:
    """Return what a cell imports, each with its line, its name and its new one."""
    kinds = ast.Import | ast.ImportFrom
    nodes = (node for node in ast.walk(cell.tree) if isinstance(node, kinds))
    return [alias for node in nodes for alias in node.names]


def imported_names(cell: Cell) -> set[str]:
    """Return the names that a cell imports, before and after renaming."""
    return {name for a in aliases(cell) for name in (a.name, a.asname) if name}


def unused_imports(page: Page) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of every import that no cell of the page uses."""
    used = set().union(*(cell.used() for cell in page.cells))
    for cell in page.cells:
        for alias in aliases(cell):
            name = alias.asname or alias.name.split(".")[0]
            if name not in used:
                yield cell.line + alias.lineno - 1, name


def runs_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a cell that run when the cell runs, not when it is called."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield child
            yield from runs_at_once(child)


def draws(nodes: Iterable[ast.AST], helpers: set[str]) -> bool:
    """Return whether code uses pyplot, or a function that does, to draw."""
    quiet: set[ast.AST] = set()
    used: set[ast.Name] = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in QUIET:
            quiet.add(node.value)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used.add(node)
    return bool({node.id for node in used - quiet} & helpers)


def drawing_cells(page: Page) -> list[Cell]:
    """Return the cells whose output is a figure that the reader sees."""
    parts = [node for cell in page.cells for node in cell.tree.body]
    functions = [node for node in parts if isinstance(node, ast.FunctionDef)]
    helpers, grown = {"plt"}, True
    while grown:
        new = {f.name for f in functions if draws(ast.walk(f), helpers)} - helpers
        grown = bool(new)
        helpers |= new
    return [
        cell
        for cell in page.cells
        if not cell.tags & {"remove-cell", "remove-output"}
        and draws(runs_at_once(cell.tree), helpers)
    ]


def figure_of(cell: Cell) -> dict[str, Any]:
    """Return the name and the caption that a cell gives its figure."""
    return (cell.settings.get("mystnb") or {}).get("figure") or {}


def alt_of(cell: Cell) -> str:
    """Return the alt text of a cell's figure: a setting, or an argument of a movie."""
    image = (cell.settings.get("mystnb") or {}).get("image") or {}
    calls = (node for node in ast.walk(cell.tree) if isinstance(node, ast.Call))
    spoken = (k.value for call in calls for k in call.keywords if k.arg == "alt")
    said = " ".join(ast.unparse(value).strip("'\"") for value in spoken)
    return one_line(image.get("alt")) or one_line(said)


def assignments(cell: Cell) -> Iterator[ast.Name]:
    """Yield every place where a cell gives SEED a value."""
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Name) and node.id == "SEED":
            if isinstance(node.ctx, ast.Store):
                yield node


def seed_cell(page: Page) -> Cell | None:
    """Return the cell in which the page sets its SEED, or None if there is none.

    Raises:
        PageError: If it is set twice, out of sight, or not as in `SEED = 0`.
    """
    cells = [cell for cell in page.cells for _ in assignments(cell)]
    if not cells:
        return None
    if len(cells) > 1:
        raise PageError(
            f"{cells[1].place}: SEED is set again: keep the one at the top of the page"
        )
    (cell,) = cells
    if cell.tags & HIDDEN:
        raise PageError(f"{cell.place}: SEED is hidden: set it in a visible cell")
    if not SEED_LINE.search(cell.code):
        raise PageError(f"{cell.place}: SEED is not one number: write SEED = 0")
    return cell


def bindings(cell: Cell) -> dict[str, tuple[int, str]]:
    """Return the names that a cell binds for all cells, each with its line and kind.

    The kind says what another cell may bind the name to without harm: the same import,
    another loop, another figure. Where it is empty: nothing.
    """
    found: dict[str, tuple[int, str]] = {}
    for name, line, kind in bound(cell.tree):
        if name not in found or not kind:  # what is not a loop's alone is not a loop's
            found[name] = cell.line + line - 1, "figure" if name in FIGURES else kind
    return found


def bound(node: ast.AST, kind: str = "") -> Iterator[tuple[str, int, str]]:
    """Yield the names that code binds at its top level, each with line and kind."""
    if isinstance(node, DEFINITIONS):
        yield node.name, node.lineno, ""
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            source = f"import {getattr(node, 'module', '')} {alias.name}"
            yield alias.asname or alias.name.split(".")[0], node.lineno, source
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id, node.lineno, kind
    elif not isinstance(node, SCOPES):
        targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
        for child in ast.iter_child_nodes(node):
            yield from bound(child, target_kind(node) if child in targets else kind)


def target_kind(node: ast.AST) -> str:
    """Return the kind of what a statement binds."""
    if isinstance(node, ast.For):
        return "loop"
    makes = isinstance(node, ast.Assign) and called(node.value) in FIGURE_MAKERS
    return "figure" if makes else ""
