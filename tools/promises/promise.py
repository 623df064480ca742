"""A promise of the book: a function that yields the places where it is broken.

The promises stand by subject in the modules `of_*`. check_pages.py prints what is
broken; the tests ask for each.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.promises.pages import Page, PageError

Faults = Iterator[str]  # each with page, line and remedy
OfAPage = Callable[[Page], Faults]
OfTheBook = Callable[[Path], Faults]


class Promises:
    """The promises of one subject: those of each page, and those of the whole book."""

    def __init__(self) -> None:
        self.page: list[OfAPage] = []
        self.book: list[OfTheBook] = []

    def of_a_page(self, promise: OfAPage) -> OfAPage:
        """Add a promise that each chapter keeps for itself."""
        self.page.append(promise)
        return promise

    def of_the_book(self, promise: OfTheBook) -> OfTheBook:
        """Add a promise that the chapters keep together; it takes the book's root."""
        self.book.append(promise)
        return promise


def one_line(text: Any) -> str:
    """Return a text's words with one space between them, whatever their layout."""
    return " ".join(str(text or "").split())


def broken(promise: Callable[[Any], Faults], subject: Page | Path) -> list[str]:
    """Return where a promise is broken; a page that cannot be read breaks it."""
    try:
        return list(promise(subject))
    except PageError as error:
        return [str(error)]
