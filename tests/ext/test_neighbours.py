"""What a page says of others stays true when they change."""

import re

import pytest

FIGURE = """
```{{figure}} ../logo.png
:name: fig-{0}
The figure of {0}
```
"""
TOC = """\
format: jb-book
root: index
chapters:
- file: book/circle
- file: book/square
- file: book/facts
- file: book/plain
"""
ALL = {"circle", "facts", "square"}
LOGO = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def book(book):
    """A book in which `plain` refers to a figure of `facts`, and `circle` to none."""
    book.write("_toc.yml", TOC)
    (book.root / "logo.png").write_bytes(LOGO)
    book.append("book/facts.md", FIGURE.format("facts"))
    book.append("book/plain.md", "\nIt is {numref}`fig-facts`, in {doc}`facts`.\n")
    built = book.build()
    assert built.code == 0, built.log
    assert "It is Fig. 1, in facts." in words(book.html("plain"))
    return book


def words(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub("<.*?>", "", html).split())


def written(book) -> set[str]:
    """Build, and return the pages of the site that were written."""

    def stamps() -> dict[str, int]:
        files = (book.root / "_build/html/book").glob("*.html")
        return {file.stem: file.stat().st_mtime_ns for file in files}

    before = stamps()
    built = book.build()
    assert built.code == 0, built.log
    assert built.summary.startswith("0 executed")
    return {name for name, stamp in stamps().items() if before[name] != stamp}


def test_a_new_figure_moves_the_numbers_on_other_pages_and_touches_no_more(book):
    assert written(book) == set()
    book.append("book/facts.md", FIGURE.format("second"))
    assert written(book) == {"facts"}
    book.append("book/circle.md", FIGURE.format("circle"))
    assert written(book) == {"circle", "facts", "plain"}
    assert "It is Fig. 2, in facts." in words(book.html("plain"))


def test_a_new_title_is_shown_by_every_list_of_pages(book):
    text = (book.root / "book/facts.md").read_text(encoding="utf-8")
    book.write("book/facts.md", text.replace("# facts", "# True stories"))
    assert written(book) == ALL | {"plain"}
    assert "It is Fig. 1, in True stories." in words(book.html("plain"))


def test_each_builder_shows_the_new_numbers_whichever_built_first(book):
    assert book.build(builder="dirhtml").code == 0
    book.append("book/circle.md", FIGURE.format("circle"))
    assert written(book) == {"circle", "facts", "plain"}
    assert book.build(builder="dirhtml").code == 0
    html = (book.root / "_build/dirhtml/book/plain/index.html").read_text("utf-8")
    assert "It is Fig. 2, in facts." in words(html)
