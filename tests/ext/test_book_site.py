"""A book of five small pages, built with the book's own settings: what came out?"""

import base64
import gzip
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from docutils import nodes

from book_print import LINE, alignment, column_widths, printed
from book_site import keep_punctuation

ROOT = Path(__file__).parents[2]
PDF = "looking-for-a-function.pdf"
DOT = bytes.fromhex(  # the smallest PNG
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
TOC = """\
format: jb-book
root: book/index
parts:
  - caption: First
    numbered: 2
    chapters:
      - file: book/one
        sections:
          - file: book/one_more
  - caption: Second
    numbered: 2
    chapters:
      - file: book/two
  - caption: Third
    chapters:
      - file: book/tables
"""
BIB = """\
@article{wise1999, author = {Wise, Ann}, title = {Wisdom}, journal = {J}, year = 1999}
"""
ONE = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---

# One

$$
x = 1
$$ (eq-one-x)

```{figure} dot.png
:name: fig-one-dot
:alt: a dot

A dot.
```

## A section

### Its part

Text ($x$), by {cite:t}`one-wise1999`; see {ref}`ex-two-twice`, {numref}`fig-two-dot`.

```{code-cell} python
1 + 1
```

```{prf:theorem} Truth
:label: thm-one-truth
It is true.
```

```{prf:proof}
It is.
```

```{note}
Notable.
```

```{dropdown} Is $x$ one?
Yes.
```

```{exercise} Once
:label: ex-one-once
Do it; then {ref}`ex-two-twice`.
```

```{exercise} Once more
:label: ex-one-more
Do it once more.
```

```{solution} ex-one-once
:label: sol-one-once
:class: dropdown
Done. See {ref}`ex-one-once`.
```

```{bibliography}
:filter: docname in docnames
:keyprefix: one-
```
"""
ONE_MORE = """\
# One more

$$
x = 2
$$ (eq-one-y)

```{exercise} Again
:label: ex-one-again
Do it again.
```
"""
TWO = """\
# Two

$$
x = 3
$$ (eq-two-x)

```{figure} dot.png
:name: fig-two-dot
:alt: a dot

Another dot.
```

```{prf:definition} Two
:label: def-two-two
One more than one.
```

```{exercise} Twice
:label: ex-two-twice
Do it twice. {prf:ref}`thm-one-truth` helps.
```
"""
ROWS = "\n".join(f"| {k} | a word and a word and a word | {k} |" for k in range(40))
TABLES = f"""\
# Tables

## Short

| name | number |
| :-- | --: |
| a | 1 |

## Long

| name | meaning | number |
| --- | --- | --- |
{ROWS}
"""


def build(folder: Path, *options: str) -> None:
    """Build the book in a folder, with warnings as errors."""
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [program, "build", ".", "-W", "-n", "--keep-going", *options],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """The book, as pages and as LaTeX."""
    folder = tmp_path_factory.mktemp("book")
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("_ext", "_latex", "_static", "_templates"):
        shutil.copytree(ROOT / "book" / name, folder / "book" / name)
    shutil.copytree(ROOT / "tools", folder / "tools")
    (folder / "code").mkdir()
    (folder / "_toc.yml").write_text(TOC, "utf-8")
    pages = {"one": ONE, "one_more": ONE_MORE, "two": TWO, "tables": TABLES}
    for name, text in {**pages, "index": "# A book\n\n## To begin\n\nText."}.items():
        (folder / "book" / f"{name}.md").write_text(text, "utf-8")
    (folder / "book" / "references.bib").write_text(BIB, "utf-8")
    (folder / "book" / "dot.png").write_bytes(DOT)
    build(folder)
    build(folder, "--builder", "latex")
    return folder


@pytest.fixture(scope="module")
def page(book):
    """The text of a built page."""
    return lambda name: (book / "_build/html/book" / f"{name}.html").read_text("utf-8")


@pytest.fixture(scope="module")
def tex(book):
    """What LaTeX is given."""
    return (book / "_build/latex" / PDF).with_suffix(".tex").read_text("utf-8")


# ---------------------------------------------------------------- the site
def test_thebe_is_gone(book, page):
    assert "thebe" not in page("one").lower()
    assert not list((book / "_build/html/_static").glob("*thebe*"))


def test_a_name_stands_once_on_a_page(page):
    ids = re.findall(r'\bid="([^"]+)"', page("one"))
    assert sorted(ids) == sorted(set(ids))


def test_the_text_names_author_and_year(page):
    assert re.search(r"Wise \(<a [^>]*>1999</a>\)", page("one"))


def test_a_formula_keeps_its_brackets(page):
    kept = r'<span class="nobreak">\(<span class="math[^>]*>\\\(x\\\)</span>\),?</span>'
    assert re.search(kept, page("one"))


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("so (", ") is", ["so ", ("(", ")"), " is"]),
        ("so ", ", and", ["so ", ("", ","), " and"]),
        ("so ", " is", ["so ", " is"]),
    ],
)
def test_only_what_touches_a_formula_is_kept(before, after, kept):
    class App:
        class builder:  # noqa: N801
            format = "html"

    text = nodes.paragraph("", "", nodes.Text(before), nodes.math("", "x"))
    text += nodes.Text(after)
    keep_punctuation(App, text, "page")
    assert text.astext() == f"{before}x{after}"
    spans = [n for n in text.children if isinstance(n, nodes.inline)]
    found = [(n[0].astext(), n[2].astext()) for n in spans]
    assert found == [k for k in kept if isinstance(k, tuple)]


def test_the_notebook_comes_with_its_results_and_without_myst(book):
    path = book / "_build/html/notebooks/one.ipynb"
    cells = nbformat.read(path, 4).cells
    (cell,) = [cell for cell in cells if cell.cell_type == "code"]
    assert cell.outputs[0].data["text/plain"] == "2"
    text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    for plain in (
        "# 1. One\n\n> This notebook is a page",
        "x = 1 \\tag{1.1}",
        "_Figure 1.1. A dot._",
        "Text ($x$), by Wise (1999); see Exercise 2.1, Figure 2.1.",
        "> **Theorem 1.1 (Truth)**\n>\n> It is true.\n\n> Proof. It is.",
        "> **Note**\n>\n> Notable.",
        "**Is $x$ one?**\n\n<details>\n<summary>Show</summary>\n\nYes.",
        "**Exercise 1.1 (Once)**",
        "<summary>Solution to Exercise 1.1</summary>\n\nDone. See Exercise 1.1.",
        "- Ann Wise. Wisdom. *J*, 1999.",
    ):
        assert plain in text
    assert not re.search(r"`{3}\{|\}`|\)=$", text, re.MULTILINE)


def test_every_page_offers_the_zip_and_a_page_with_code_its_notebook(book):
    link = 'href="../notebooks/{}"'
    assert link.format("one.ipynb") in page_text(book, "one")
    assert ".ipynb" not in page_text(book, "two")
    for name in ("one", "two"):
        assert link.format("looking-for-a-function.zip") in page_text(book, name)


def test_the_zip_has_all_notebooks_and_is_twice_the_same(book):
    folder = book / "_build/html/notebooks"
    path = folder / "looking-for-a-function.zip"
    with zipfile.ZipFile(path) as packed:
        assert packed.namelist() == ["looking-for-a-function/one.ipynb"]
    before = path.read_bytes()
    (folder / "gone.ipynb").write_text("of a page that is gone", "utf-8")
    (folder / "gone.ipynb.js").write_text("packed", "utf-8")
    build(book, "--all")
    assert path.read_bytes() == before
    assert not list(folder.glob("gone*"))


def page_text(book, name):
    return (book / "_build/html/book" / f"{name}.html").read_text("utf-8")


def test_the_pdf_is_linked_when_it_is_there_and_only_then(book):
    assert PDF not in page_text(book, "two")
    printed = book / "_build/latex" / PDF
    printed.write_bytes(b"%PDF-1.5")
    build(book)
    assert f'href="../{PDF}"' in page_text(book, "two")
    assert (book / "_build/html" / PDF).read_bytes() == b"%PDF-1.5"


def test_the_menu_saves_what_a_browser_would_show_and_begins_with_the_zip(book):
    menu = page_text(book, "one").partition('class="dropdown-menu"')[2]
    links = re.findall(r'<a href="([^"]*)"([^>]*)', menu.partition("</ul>")[0])
    names = [url.rpartition("/")[2] for url, _ in links if not url.endswith(PDF)]
    assert names == ["looking-for-a-function.zip", "one.ipynb", "one.md"]
    for url, about in links:
        assert (" download" in about) == (not url.endswith(PDF))
        packed = re.search(r'data-packed="([^"]+)"', about)
        assert bool(packed) == url.endswith((".ipynb", ".md"))
        if packed:
            script = (book / "_build/html/book" / packed[1]).read_text("ascii")
            name, text = re.fullmatch(
                r'saveFile\("(.*?)", "(.*?)"\);\n', script
            ).groups()
            original = (book / "_build/html/book" / url).read_bytes()
            assert url.endswith(f"/{name}")
            assert gzip.decompress(base64.b64decode(text)) == original


def test_a_folded_solution_is_a_box_that_a_browser_can_open(page):
    box = r'<details class="solution dropdown admonition" id="sol-one-once">\s*<summary'
    assert re.search(box, page("one"))
    assert "togglebutton" not in page("one")


def test_a_page_asks_only_for_what_it_uses(book, page):
    scripts = re.findall(r'<script[^>]* src="([^"?]+)', page("one"))
    names = [url.rpartition("/")[2] for url in scripts]
    assert "book.js" in names
    assert "pydata-sphinx-theme.js" in names
    search = {"searchtools.js", "language_data.js", "searchindex.js"}
    assert not {*search, "sphinx_highlight.js", "fontawesome.js"} & set(names)
    found = (book / "_build/html/search.html").read_text("utf-8")
    assert not [name for name in search | {"sphinx_highlight.js"} if name not in found]
    static = book / "_build/html/_static"
    assert not list(static.rglob("*.map"))
    assert not list(static.rglob("fontawesome.js"))


# ---------------------------------------------------------------- the PDF
def numbers(kind: str, text: str) -> list[str]:
    return re.findall(rf"\b{kind} (\d+\.\d+)\b", text)


def test_the_exercises_and_theorems_have_the_numbers_of_the_site(page, tex):
    titles = re.findall(r"\\begin\{book(?:exercise|theorem)\}\{.*?\}\n\n", tex, 16)
    for kind in ("Exercise", "Theorem", "Definition"):
        shown = re.findall(
            rf'caption-number">{kind} ([\d.]+) ',
            page("one") + page("one_more") + page("two"),
        )
        assert shown
        assert numbers(kind, "".join(titles)) == shown


def test_the_figures_and_equations_have_the_numbers_of_the_site(page, tex):
    for counter, shown in (
        ("figure", r"Figure ([\d.]+)"),
        ("equation", r"\(([\d.]+)\)"),
    ):
        given = re.findall(rf"renewcommand\{{\\the{counter}\}}\{{([\d.]+)\}}", tex)
        found = []
        for name in ("one", "one_more", "two"):
            found += re.findall(rf'(?:caption-number|eqno)">{shown}', page(name))
        assert given == found
        assert found


def test_numbers_go_on_over_parts(page):
    assert '<span class="section-number">2. </span>Two' in page("two")


def test_a_link_to_an_exercise_of_another_page_says_its_number(tex):
    link = (
        r"\hyperref[\detokenize{book/two:ex-two-twice}]{\sphinxcrossref{Exercise 2.1}}"
    )
    assert tex.count(link) == 2
    assert r"\ref{\detokenize{book/two:ex-two-twice}}" not in tex


def test_every_link_has_its_place(tex):
    places = set(re.findall(r"\\label\{(?:\\detokenize\{)?([^}]+)\}", tex))
    assert set(re.findall(r"\\hyperref\[\\detokenize\{([^}]+)\}\]", tex)) <= places
    cited = set(re.findall(r"\\hyperlink\{([^}]+)\}", tex))
    assert cited
    assert cited <= set(re.findall(r"\\hypertarget\{([^}]+)\}", tex))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("proof", "Proof. It is."),
        ("note", "Notable."),
        ("answer", "Yes."),
        ("solution", "Done. See"),
        ("reference", "Ann Wise."),
    ],
)
def test_every_box_has_its_own_look(kind, text, tex):
    box = re.search(rf"\\begin{{book{kind}}}(.*?)\\end{{book{kind}}}", tex, re.DOTALL)
    assert text in box[1]


def test_the_references_stand_in_their_chapter(tex):
    assert tex.index(r"\begin{bookreference}") < tex.index(r"\chapter{Two}")
    assert "thebibliography}" not in tex


def test_what_the_site_does_not_number_has_no_number_in_print(tex):
    assert r"\bookchapter{Tables}" in tex
    assert r"\booksection{Short}" in tex
    assert r"\booksubsection{Its part}" in tex  # the contents number two levels
    assert r"\section{A section}" in tex
    assert r"\begin{bookheading}{To begin}" in tex


def test_a_column_of_numbers_is_aligned_and_a_long_table_can_break(tex):
    assert r"\begin{tabulary}{\linewidth}[t]{LR}" in tex
    columns = re.search(r"\\begin\{longtable\}\{(.*?)\}\n", tex)[1]
    widths = [int(width) for width in re.findall(r"\\X\{(\d+)\}", columns)]
    assert len(widths) == 3
    assert widths[1] > 2 * widths[0]


def test_a_column_is_aligned_only_if_all_its_cells_are():
    right, plain = nodes.entry(classes=["text-right"]), nodes.entry()
    assert [alignment((right, right)), alignment((right, plain))] == ["R", "L"]


def cells(*texts: str) -> tuple[nodes.entry, ...]:
    return tuple(nodes.entry("", nodes.paragraph("", text)) for text in texts)


def test_a_long_table_gives_every_column_room_for_its_longest_word():
    columns = [cells("x", "y"), cells("a word " * 30, "b"), cells("in_features", "z")]
    widths = column_widths(columns)
    assert widths == [4, LINE - 4 - 14, 14]
    assert column_widths([cells("a b"), cells("c")]) == [6, 4]


def test_of_a_formula_only_what_is_printed_takes_room():
    cell = nodes.entry("", nodes.math("", r"\mathbf{W}^\top x"), nodes.Text(" ok"))
    assert printed(cell) == "xWxx ok"


def test_latex_is_given_our_style_and_the_version_of_the_package(tex):
    assert "unicode-math" not in tex
    assert "ucharclasses" not in tex
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert rf"\newcommand{{\bookversion}}{{{project['version']}}}" in tex
