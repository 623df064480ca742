"""What the claims of a chapter promise: records, few, folded, and in solutions too."""

import ast
import re
from collections.abc import Iterator

from tools.promises.cells import called, names_in
from tools.promises.pages import Block, Cell, Page, PageError
from tools.promises.promise import Faults, Promises

PROMISES = Promises()
ROWS = 8  # at most, on a page outside of its solutions
LOOPS = ast.For | ast.ListComp | ast.GeneratorExp | ast.While


@PROMISES.of_a_page
def claims_are_records(page: Page) -> Faults:
    """A table of claims is made by claims_table, never typed."""
    for paragraph in page.paragraphs:
        if re.match(r"\s*\|?\s*claim\s*\|", paragraph.markdown, re.IGNORECASE):
            yield (
                f"{page.at(paragraph.line)}: a typed table of claims: let a cell make "
                "it with claims_table"
            )


@PROMISES.of_a_page
def a_page_has_few_claims(page: Page) -> Faults:
    """At most 8 rows outside of solutions; an identity is a test, not a row."""
    lines = [
        line
        for cell in page.cells
        if "solution" not in page.around(cell.line)
        for line in claim_lines(page, cell)
    ]
    if len(lines) > ROWS:
        yield (
            f"{page.at(lines[ROWS])}: the first of {len(lines) - ROWS} rows above "
            f"{ROWS}: keep what a reader may doubt, and make tests of the others"
        )


def claim_lines(page: Page, cell: Cell) -> Iterator[int]:
    """Yield the line of each claim of a cell.

    Raises:
        PageError: If a claim is made in a loop, so that its rows cannot be counted.
    """
    repeated: set[ast.AST] = set()
    for node in ast.walk(cell.tree):
        if isinstance(node, LOOPS):
            repeated |= set(ast.walk(node))
    for node in ast.walk(cell.tree):
        if called(node) == "claim":
            line = cell.line + getattr(node, "lineno", 1) - 1
            if node in repeated:
                raise PageError(
                    f"{page.at(line)}: a claim in a loop makes rows that nobody "
                    "counts: write each row, or one for all"
                )
            yield line


@PROMISES.of_a_page
def a_claim_is_not_hidden_behind_its_code(page: Page) -> Faults:
    """The cell that makes a table of claims is folded: the reader sees the table."""
    for cell in page.cells:
        if "claims_table" in names_in(cell.tree) and "hide-input" not in cell.tags:
            yield f"{cell.place}: a table of claims is not folded: tag it hide-input"


@PROMISES.of_a_page
def an_experiment_in_a_solution_makes_a_claim(page: Page) -> Faults:
    """A solution with code says what was expected; at least one solution has code."""
    solutions = [block for block in page.blocks if block.kind == "solution"]
    run = [s for s in solutions if cells_in(page, s)]
    if solutions and not run:
        yield f"{page.at(solutions[0].first)}: no solution runs code: add an experiment"
    for block in run:
        names = (names_in(cell.tree) for cell in cells_in(page, block))
        if not any("claim" in found for found in names):
            yield f"{page.at(block.first)}: it measures and claims nothing: add a claim"


def cells_in(page: Page, block: Block) -> list[Cell]:
    """Return the cells inside a block."""
    return [cell for cell in page.cells if block.first < cell.line < block.last]
