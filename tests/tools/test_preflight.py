"""What would stop a build is found before it, in one line with place and remedy."""

import shutil
from pathlib import Path

import pytest

from tools.preflight import main
from tools.promises.pages import ROOT

SAMPLES = ROOT / "tests" / "book" / "samples"
PLACES = {
    "toy.md": "book/toy.md",
    "glossary.md": "book/glossary.md",
    "references.bib": "book/references.bib",
    "toc.yml": "_toc.yml",
    "line.py": "code/ml2020/toy/line.py",
}
OTHER = "# Other\n\n(place)=\n## Here\n\n$$\nx\n$$ (eq-other-x)\n"


@pytest.fixture
def book(tmp_path):
    """A small book without fault."""
    for name, place in PLACES.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / name, tmp_path / place)
    for page in ("index", "other"):
        path = tmp_path / "book" / f"{page}.md"
        if not path.exists():
            path.write_text(OTHER if page == "other" else "# Index\n", "utf-8")
    toc = "format: jb-book\nroot: book/index\nchapters:\n"
    toc += "".join(f"  - file: book/{name}\n" for name in ("toy", "other", "glossary"))
    (tmp_path / "_toc.yml").write_text(toc, "utf-8")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def said(book, capsys) -> list[str]:
    status = main([], book)
    lines = capsys.readouterr().out.splitlines()
    assert status == bool(lines)
    return lines


def test_our_book_and_the_sample_have_no_fault(book, capsys):
    assert not said(ROOT, capsys)
    assert not said(book, capsys)


def test_a_chapter_that_is_not_listed_is_noticed(book, capsys):
    change(book / "_toc.yml", "  - file: book/toy\n", "")
    assert said(book, capsys) == [
        "book/toy.md:1: not in _toc.yml, so nobody builds it: add there "
        "`- file: book/toy`"
    ]


def test_a_page_without_cells_need_not_be_listed(book, capsys):
    change(book / "_toc.yml", "  - file: book/other\n", "")
    assert not said(book, capsys)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "  - file: book/other\n",
            "  - file: book/othre\n",
            "_toc.yml:5: there is no book/othre.md: write it, or mend the name",
        ),
        (
            "  - file: book/other\n",
            "  - file: book/toy\n",
            "_toc.yml:4: book/toy is listed twice: keep one",
        ),
        (
            "  - file: book/other\n",
            "   file: book/other\n",
            "_toc.yml:5: not YAML (expected <block end>, but found '<block mapping "
            "start>'): mend the indentation",
        ),
    ],
)
def test_a_fault_of_the_table_of_contents_is_one_line(book, capsys, old, new, line):
    change(book / "_toc.yml", old, new)
    assert said(book, capsys) == [line]


@pytest.mark.parametrize(
    ("text", "label", "first"),
    [
        ("(place)=\n## There\n", "place", 3),
        ("\n$$\ny\n$$ (eq-other-x)\n", "eq-other-x", 6),
        ("```{figure} x.png\n:name: place\n:alt: x\n```\n", "place", 3),
        ("```{exercise} E\n:label: place\n```\n", "place", 3),
        ("```{math}\n:label: eq-other-x\ny\n```\n", "eq-other-x", 6),
    ],
)
def test_a_label_on_two_pages_is_noticed(book, capsys, text, label, first):
    path = book / "book" / "glossary.md"
    start = path.read_text("utf-8").count("\n") + 1
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    (line,) = said(book, capsys)
    there = f"{label} is already the label of book/glossary.md:"
    here = f"book/glossary.md:{start + text.startswith(chr(10))}: {label} is already"
    assert line.startswith((here, f"book/other.md:{first}: {there}"))
    assert line.endswith(": rename one")


def test_the_label_of_a_drawn_figure_counts(book, capsys):
    cell = "```{code-cell}\n---\nmystnb: {figure: {name: place}}\n---\n1\n```\n"
    change(book / "book" / "toy.md", "# ", f"{cell}\n# ")
    (line,) = said(book, capsys)
    assert "place is already the label of book/toy.md:" in line


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("@book{a, title = {X}\n\n@book{b, title = {Y}}\n", 3, "a brace of this entry"),
        ("@book{a, title = {X} year = 1999}\n", 1, "a comma is missing"),
        ("@book{a, title = {X, year = 1999}\n", 2, "the last brace"),
        ("@book{, title = {X}}\n", 1, "write a key such as kipf2017"),
        ("@book{a, title = {X}}\n\n@misc{a, title = {Y}}\n", 3, "a second entry a"),
    ],
)
def test_a_slip_in_the_bibliography_is_one_line(book, capsys, text, line, words):
    (book / "book" / "references.bib").write_text(text, "utf-8")
    (found,) = said(book, capsys)
    assert found.startswith(f"book/references.bib:{line}: ")
    assert words in found


def test_a_key_that_is_not_in_the_bibliography_is_noticed(book, capsys):
    page = book / "book" / "toy.md"
    text = page.read_text("utf-8")
    start = text.index("{cite:t}`")
    line = text.count("\n", 0, start) + 1
    page.write_text(text.replace("{cite:t}`toy-", "{cite:t}`toy-un", 1), "utf-8")
    (found,) = said(book, capsys)
    assert found.startswith(f"book/toy.md:{line}: toy-un")
    assert found.endswith("mend or add it")


def test_a_shown_function_that_is_gone_is_noticed(book, capsys):
    change(book / PLACES["line.py"], "def rise(", "def climb(")
    (found,) = said(book, capsys)
    line = (book / "book" / "toy.md").read_text("utf-8").partition("line.py: rise")[0]
    assert found == (
        f"book/toy.md:{line.count(chr(10)) + 1}: code/ml2020/toy/line.py defines no "
        "function or class rise at its top level: mend the cell's first line"
    )


def test_a_shown_module_that_is_gone_is_noticed(book, capsys):
    (book / PLACES["line.py"]).unlink()
    found = said(book, capsys)
    assert len(found) == 2
    assert all("code/ml2020/toy/line.py does not exist" in line for line in found)


def test_a_page_that_cannot_be_read_is_one_line(book, capsys):
    page = book / "book" / "other.md"
    page.write_text(f"{OTHER}```{{note}}\nnever closed\n", "utf-8")
    assert said(book, capsys) == [
        "book/other.md:9: the block is not closed: add ```",
    ]
