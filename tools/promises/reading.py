"""Reading minutes: how long a page takes up to its exercises, at stated rates.

The build prints them in a page's head and on the status page; a promise limits them.
The rates are in book/how_to_use.md, too. A formula inside a line, code inside a line
and a role count as one word each; a caption belongs to its figure.
"""

from dataclasses import dataclass

from tools.promises.cells import HIDDEN, drawing_cells, figure_of
from tools.promises.pages import (
    AMS,
    DISPLAYED,
    INLINE,
    TICKED,
    Page,
    without,
)

WORDS_A_MINUTE = 180
FORMULA, LINE, FIGURE = 25, 5, 30  # seconds: a displayed one, a visible one, one
MOST = 50  # minutes: one sitting


@dataclass(frozen=True)
class Reading:
    """What stands on a page above its exercises."""

    words: int
    formulas: int
    lines: int
    figures: int

    @property
    def minutes(self) -> int:
        """What it takes to read all that, in whole minutes."""
        seconds = self.formulas * FORMULA + self.lines * LINE + self.figures * FIGURE
        return max(1, round(self.words / WORDS_A_MINUTE + seconds / 60))

    def __str__(self) -> str:
        """Say what was counted."""
        return (
            f"{self.words:,} words, {self.formulas} formulas, {self.lines} visible "
            f"lines of code, {self.figures} figures"
        )


def reading(page: Page) -> Reading:
    """Return what stands on a page above its exercises."""
    start, _ = page.below("Exercises")
    end = start or len(page.lines) + 1
    drawn = [cell.line for cell in drawing_cells(page) if figure_of(cell)]
    taken = [b.first for b in page.blocks if b.kind in {"figure", "image", "glimpse"}]
    return Reading(
        words=len(words_above(page, end).split()),
        formulas=sum(equation.line < end for equation in page.equations),
        lines=sum(
            bool(line.strip())
            for cell in page.cells
            if cell.line < end and not cell.tags & HIDDEN
            for line in cell.code.splitlines()
        ),
        figures=sum(line < end for line in drawn + taken),
    )


def words_above(page: Page, end: int) -> str:
    """Return the prose above a line, with one word for each role, code and formula."""
    text = "\n".join(page.markdown.split("\n")[: end - 1])
    for pattern in (DISPLAYED, AMS):
        text = without(pattern, text)
    for pattern in (TICKED, INLINE):
        text = pattern.sub(" x ", text)
    return text
