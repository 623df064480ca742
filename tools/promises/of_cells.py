"""What the cells of a chapter promise: shown code, set-up, names, figures, one seed."""

import ast
import re
from collections.abc import Iterator

from plain_text import without_glue
from tools.promises import sync_cells
from tools.promises.cells import (
    aliases,
    alt_of,
    arguments,
    bindings,
    called,
    drawing_cells,
    figure_of,
    imported_names,
    names_in,
    seed_cell,
)
from tools.promises.pages import Page
from tools.promises.promise import Faults, Promises, one_line

PROMISES = Promises()
LONGEST_CELL, WIDEST = 30, sync_cells.WIDTH

FAR_MODULES = {
    *("aiohttp", "ftplib", "http", "httpx", "pip", "requests", "shutil", "socket"),
    *("subprocess", "tempfile", "urllib", "urllib3", "wget"),
}
FAR_CALLS = {
    *("__import__", "download", "eval", "exec", "fromfile", "genfromtxt", "imread"),
    *("imsave", "load_state_dict_from_url", "loadtxt", "mkdir", "open", "popen"),
    *("read_bytes", "read_csv", "read_text", "savefig", "savetxt", "system", "to_csv"),
    *("tofile", "unlink", "urlopen", "urlretrieve", "write_bytes", "write_text"),
}
STORES = {"joblib", "np", "numpy", "pickle", "torch"}  # `load`, `save` touch files
STATED = "torch.set_default_dtype(torch.float32)"
SEEDERS = {"manual_seed", "default_rng", "RandomState", "seed"}
DRAWERS = SEEDERS | {
    *("bernoulli", "choice", "multinomial", "normal", "normal_", "permutation"),
    *("rand", "rand_like", "randint", "randn", "randn_like", "randperm", "sample"),
    *("shuffle", "uniform", "uniform_"),
}


@PROMISES.of_a_page
def shown_cells_are_what_the_package_says(page: Page) -> Faults:
    """A shown cell is what sync_cells writes."""
    yield from sync_cells.faults(page)


@PROMISES.of_a_page
def every_import_is_used(page: Page) -> Faults:
    """What a cell imports, a cell of the page uses."""
    yield from sync_cells.unused(page)


@PROMISES.of_a_page
def a_page_states_its_kind_of_numbers(page: Page) -> Faults:
    """The cell that imports torch sets the default, whatever was set before."""
    for cell in page.cells:
        if re.search(r"^import torch$", cell.code, re.MULTILINE):
            if STATED not in cell.code.splitlines():
                yield f"{cell.place}: after the imports, write {STATED}"
            return


@PROMISES.of_a_page
def no_page_imports_a_check(page: Page) -> Faults:
    """Refusals stay in the package: the page shows the formula alone."""
    for cell in page.cells:
        for alias in aliases(cell):
            last = alias.name.split(".")[-1]
            if last == "checks" or last.startswith("check_"):
                yield (
                    f"{page.at(cell.line + alias.lineno - 1)}: {alias.name} is a check "
                    "of values: leave it to the package; to show an error, import the "
                    "function that refuses"
                )


@PROMISES.of_a_page
def glue_stands_alone(page: Page) -> Faults:
    """A reader's notebook, made without glue, is then what the page shows."""
    for cell in page.cells:
        rest = without_glue(cell.code)
        if "myst_nb" in rest or "glue(" in rest:
            yield (
                f"{cell.place}: glue stands among other code: give each glue(...) a "
                "statement of its own, and a loop or an if that glues nothing else"
            )
        elif rest != cell.code.strip() and "remove-cell" not in cell.tags:
            yield f"{cell.place}: a reader sees glue: tag the cell remove-cell"


@PROMISES.of_a_page
def every_cell_is_executed(page: Page) -> Faults:
    """The page is a notebook, and no cell stands where MyST-NB does not look."""
    if not page.is_notebook:
        yield f"{page.at(1)}: no jupytext front matter: without it no cell is executed"
    for cell in page.cells:
        if cell.nested:
            yield (
                f"{cell.place}: a cell inside another block is not executed: use "
                "{exercise-start} and {exercise-end}, or {solution-start} and its end"
            )


@PROMISES.of_a_page
def every_shown_definition_is_live(page: Page) -> Faults:
    """A later cell uses it, directly or through another shown one; none imports it."""
    at = {name: cell for cell in page.cells if cell.shown for name in cell.defined()}
    for cell in page.cells:
        for name in sorted(imported_names(cell) & set(at)):
            yield f"{cell.place}: {name} is shown, so do not import it as well"
    live: set[str] = set()
    fresh = {
        name
        for name, cell in at.items()
        for other in page.cells
        if not other.shown and other.line > cell.line and name in other.used()
    }
    while fresh:  # what a live definition uses is live
        live |= fresh
        used = (at[name].used() - at[name].defined() for name in fresh)
        fresh = (set().union(*used) & set(at)) - live
    for name in sorted(set(at) - live):
        yield (
            f"{at[name].place}: no later cell calls {name}: call it by its name, "
            "or do not show it"
        )


@PROMISES.of_a_page
def the_seed_stands_alone(page: Page) -> Faults:
    """`SEED = 0` has a cell of its own, where a reader sees it and can change it."""
    cell = seed_cell(page)
    if cell is not None and len(cell.code.strip().splitlines()) > 1:
        yield f"{cell.place}: SEED shares its cell: give it a cell of its own"


@PROMISES.of_a_page
def the_set_up_is_folded_above_the_first_picture(page: Page) -> Faults:
    """Imports, style and small makers are one folded line; then something is seen."""
    cells = [cell for cell in page.cells if cell is not seed_cell(page)]
    if not cells or not imported_names(cells[0]):
        return
    if not cells[0].tags & {"hide-input", "hide-cell"}:
        yield f"{cells[0].place}: the set-up is open: tag it hide-input"
    drawn = drawing_cells(page)
    if drawn and cells[1:2] != drawn[:1]:
        yield (
            f"{cells[0].place}: the set-up does not stand directly above the first "
            f"picture (line {drawn[0].line}): move it there"
        )


@PROMISES.of_a_page
def no_name_is_bound_by_two_cells(page: Page) -> Faults:
    """So a cell may be run again, and out of order; figures and loops are apart."""
    first: dict[str, tuple[int, str]] = {}
    for cell in page.cells:
        for name, (line, kind) in bindings(cell).items():
            before, other = first.setdefault(name, (line, kind))
            if before != line and not (kind and kind == other):
                yield (
                    f"{page.at(line)}: {name} is bound in line {before}, too: "
                    "give one of them another name"
                )


@PROMISES.of_a_page
def cells_are_short_and_fit_the_column(page: Page) -> Faults:
    """At most 30 lines, or 25 below the first line of a shown cell; 80 characters."""
    for cell in page.cells:
        lines = cell.code.splitlines()
        most = sync_cells.LONGEST + 1 if cell.shown else LONGEST_CELL
        if len(lines) > most:
            yield f"{cell.place}: {len(lines)} lines, {most} at most: cut it in two"
        for number, line in enumerate(lines, cell.line):
            if len(line) > WIDEST:
                yield (
                    f"{page.at(number)}: {len(line)} characters, {WIDEST} at most: "
                    "break the line"
                )


@PROMISES.of_a_page
def cells_touch_nothing_outside_the_package(page: Page) -> Faults:
    """No cell installs, downloads, opens a file or starts a program."""
    for cell in page.cells:
        for node in ast.walk(cell.tree):
            for name in reaching(node):
                yield (
                    f"{page.at(cell.line + node.lineno - 1)}: {name} reaches outside "
                    "the package: use the embedded data of ml2020.data"
                )


def reaching(node: ast.AST) -> Iterator[str]:
    """Yield what a node uses to reach files, programs or other machines."""
    if isinstance(node, ast.Import):
        yield from {alias.name.split(".")[0] for alias in node.names} & FAR_MODULES
    elif isinstance(node, ast.ImportFrom):
        yield from {(node.module or "").split(".")[0]} & FAR_MODULES
        yield from filter(is_far, (alias.name for alias in node.names))
    elif isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        first, last = called.split(".")[0], called.split(".")[-1]
        stores = first in STORES and last.startswith(("load", "save"))
        downloads = any(keyword.arg == "download" for keyword in node.keywords)
        if is_far(last) or stores or downloads:
            yield called


def is_far(name: str) -> bool:
    """Return whether a function of this name reaches outside."""
    return name in FAR_CALLS or name.startswith("fetch_")


@PROMISES.of_a_page
def all_randomness_comes_from_one_visible_seed(page: Page) -> Faults:
    """One visible `SEED = 0`; no generator is seeded with another number."""
    seed = seed_cell(page)
    for cell in page.cells:
        for call in ast.walk(cell.tree):
            name = called(call)
            place = page.at(cell.line + getattr(call, "lineno", 1) - 1)
            if name in DRAWERS and seed is None:
                yield f"{place}: {name} without a SEED: set SEED = 0 at the top"
            if name in SEEDERS and not any(names_in(a) for a in arguments(call)):
                yield f"{place}: {name} with a number from nowhere: make it from SEED"


@PROMISES.of_a_page
def every_figure_has_its_words(page: Page) -> Faults:
    """A drawn figure has a name, a caption, and an alt text that is not the caption."""
    for cell in drawing_cells(page):
        figure, alt = figure_of(cell), alt_of(cell)
        if not str(figure.get("name", "")).startswith(f"fig-{page.stem}-"):
            yield f"{cell.place}: the figure's name is not fig-{page.stem}-...: name it"
        if not one_line(figure.get("caption")):
            yield f"{cell.place}: the figure has no caption: write one"
        if not alt:
            yield f"{cell.place}: the figure has no alt text: say what it shows"
        elif alt == one_line(figure.get("caption")):
            yield f"{cell.place}: the alt text is the caption again: say what is seen"


@PROMISES.of_a_page
def every_picture_has_alt_text(page: Page) -> Faults:
    """So has a picture that the page takes from a file."""
    for found in re.finditer(r"!\[\s*\]\(", page.markdown):
        line = page.markdown.count("\n", 0, found.start()) + 1
        yield f"{page.at(line)}: a picture without alt text: write it in the brackets"
    for block in page.blocks:
        if block.kind in {"figure", "image"} and not block.option("alt"):
            yield f"{page.at(block.first)}: a picture without alt text: add :alt:"
