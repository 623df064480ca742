"""The built site, read as files: links, pictures, downloads, colours.

A check is a function that lists the faults of a page.  Each is asked of every page of
the book, and of a page that has all the faults, so that we see it fail.  Style sheets
and the colours of the themes are one for all pages: they are read once.
"""

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
CSS = ROOT / "book" / "_static" / "book.css"
FETCHING = {"script", "img", "iframe", "source", "video", "audio", "embed"}
EMPTY = {"img", "link", "meta", "input", "br", "hr", "source", "wbr", "col", "embed"}
SHOWN = {"", ".html", ".pdf", ".svg"}  # what a browser opens as it should
FOLDED = {"dropdown", "toggle"}
HIDDEN_CODE = {"remove-cell", "remove-input"}


class Reader(HTMLParser):
    """What a page consists of: names, links, what it fetches, pictures, code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.links, self.fetched = [], [], []
        self.no_alt, self.code, self.title = [], [], ""
        self.downloads, self.boxes = [], []
        self.open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        about = {name: value or "" for name, value in attributes}
        if tag not in EMPTY:
            self.open.append((tag, about.get("class", "")))
            self.boxes.append(self.open[-1])
        if "id" in about:
            self.ids.append(about["id"])
        if tag == "a":
            self.links.append(about.get("href", ""))
            self.downloads += [about.get("href", "")] if "download" in about else []
        if tag == "link":
            self.fetched.append(about.get("href", ""))
        if tag in FETCHING and "src" in about:
            self.fetched.append(about["src"])
        # Outside the article a picture may be an ornament, but it has to say so.
        words = about.get("alt", "").strip() or not self.inside("bd-article")
        if tag == "img" and not ("alt" in about and words):
            self.no_alt.append(about.get("src", "")[:60])
        if tag == "pre" and self.inside("cell_input"):
            self.code.append("")

    def handle_endtag(self, tag):
        if tag in [name for name, _ in self.open]:
            while self.open.pop()[0] != tag:
                pass  # a tag that the page leaves open ends here too

    def handle_data(self, data):
        tags = [tag for tag, _ in self.open]
        if "pre" in tags and self.inside("cell_input"):
            self.code[-1] += data
        if tags[-2:] == ["head", "title"]:
            self.title += data
        if tags[-1:] == ["style"]:
            self.fetched += fetched_by_css(data)

    def inside(self, name: str) -> bool:
        return any(name in classes.split() for _, classes in self.open)


@cache
def reader(path: Path, _written: int) -> Reader:
    return Reader(path.read_text("utf-8"))


def read(path: Path) -> Reader:
    """What a page consists of; each is read once, however many others link to it."""
    return reader(path, path.stat().st_mtime_ns)


def fetched_by_css(text: str) -> list[str]:
    """What a style sheet fetches."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)", text)


def is_foreign(url: str) -> bool:
    return url.startswith("//") or urlsplit(url).scheme in ("http", "https")


# ---------------------------------------------------------------- the checks
def broken_links(path: Path) -> list[str]:
    """Links to a file that is not there, or to a place that the file does not have."""
    faults = []
    for link in read(path).links:
        where, place = urldefrag(link)
        parts = urlsplit(where)
        if parts.scheme or parts.netloc:
            continue  # another site: not ours to test
        target = (path.parent / unquote(parts.path)) if parts.path else path
        if not target.is_file():
            faults.append(f"{link}: no such file")
        elif place and target.suffix == ".html" and place not in read(target).ids:
            faults.append(f"{link}: no such place")
    return faults


def foreign_fetches(path: Path) -> list[str]:
    """Scripts, styles and pictures that would come from another host."""
    return [url for url in read(path).fetched if is_foreign(url)]


def missing_files(path: Path) -> list[str]:
    """Scripts, styles and pictures that are not there."""
    urls = [urlsplit(url) for url in read(path).fetched if not is_foreign(url)]
    paths = [unquote(url.path) for url in urls if url.path and not url.scheme]
    return [name for name in paths if not (path.parent / name).is_file()]


def pictures_without_words(path: Path) -> list[str]:
    """Pictures without alt text."""
    return read(path).no_alt


def names_used_twice(path: Path) -> list[str]:
    """Ids that name more than one place."""
    ids = read(path).ids
    return sorted({name for name in ids if ids.count(name) > 1})


def formula_in_the_title(path: Path) -> list[str]:
    """Formulas in the title, which a browser's tab shows raw."""
    title = read(path).title
    return [title] if not title.strip() or re.search(r"[\\$]", title) else []


def files_shown_as_text(path: Path) -> list[str]:
    """Links to files that are there to be saved, and that a browser would show."""
    links = set(read(path).links) - set(read(path).downloads)
    ours = [link for link in links if not is_foreign(link)]
    return [link for link in ours if Path(urlsplit(link).path).suffix not in SHOWN]


def boxes_that_no_search_opens(path: Path) -> list[str]:
    """Folded boxes that are no `details`: nobody can search for what they hide."""
    boxes = {classes for tag, classes in read(path).boxes if tag != "details"}
    return [b for b in boxes if "admonition" in b.split() and FOLDED & set(b.split())]


CHECKS = [
    files_shown_as_text,
    boxes_that_no_search_opens,
    broken_links,
    foreign_fetches,
    missing_files,
    pictures_without_words,
    names_used_twice,
    formula_in_the_title,
]
BAD_PAGE = r"""<!DOCTYPE html><html><head><title>1. The \(x\) of it</title>
<link rel="stylesheet" href="https://cdn.example.org/a.css">
<style>@import "https://cdn.example.org/b.css"; b { background: url(//x.org/c) }</style>
<script src="_static/not-there.js"></script></head>
<body><a href="#nowhere">a</a> <a href="gone.html">b</a> <p id="p">1</p><p id="p">2</p>
<img src="here.svg"><div class="bd-article"><img src="a" alt=""></div>
<a href="bad.ipynb">c</a><div class="solution dropdown admonition">folded</div>
<div class="cell_input"><pre>x = 1</pre></div></body></html>"""


@pytest.fixture
def bad_page(tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(BAD_PAGE, "utf-8")
    return page


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_page_has_no(check, built, site):
    assert not check(site / f"{built}.html")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_planted_in_a_page_it_is_seen(check, bad_page):
    assert check(bad_page)


def test_every_kind_of_fault_is_seen(bad_page):
    assert len(foreign_fetches(bad_page)) == 3
    assert len(broken_links(bad_page)) == 3
    assert len(pictures_without_words(bad_page)) == 2


@pytest.mark.parametrize("name", ["genindex", "search", "index"])
def test_the_pages_around_the_book_are_whole(name, site):
    checks = [broken_links, foreign_fetches, missing_files]
    assert not [fault for check in checks for fault in check(site / f"{name}.html")]


def test_no_style_sheet_fetches_from_another_host(site):
    sheets = [path.read_text("utf-8") for path in (site / "_static").rglob("*.css")]
    urls = [url for sheet in sheets for url in fetched_by_css(sheet)]
    assert urls
    assert not [url for url in urls if is_foreign(url)]


def test_the_site_holds_nothing_that_nobody_loads(site):
    files = [path.name for path in (site / "_static").rglob("*")]
    assert not [name for name in files if name.endswith(".map")]
    assert "fontawesome.js" not in files
    sources = (site / "_static").rglob("*.[jc]s*")
    assert not [path for path in sources if b"sourceMappingURL" in path.read_bytes()]


def test_no_page_names_an_address_that_the_book_does_not_have(built, site):
    text = (site / f"{built}.html").read_text("utf-8")
    text = re.sub(r"base64,[\w+/=]+", "", text).lower()  # a picture may spell anything
    names = ("thebe", "mybinder", "colab.research", "github.com", 'rel="canonical"')
    assert not [name for name in names if name in text]


# ---------------------------------------------------------------- downloads
def notebook(site: Path, page: str) -> Path:
    """The notebook of a page; a page without code has none."""
    path = site / "notebooks" / f"{page.rpartition('/')[2]}.ipynb"
    if "```{code-cell}" not in (ROOT / f"{page}.md").read_text("utf-8"):
        assert not path.exists()
        pytest.skip("a page without code has no notebook")
    return path


def differences(path: Path, page: Path) -> list[str]:
    """Cells of a notebook that are not the page's, or were not run."""
    cells = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    shown = [c for c in cells if not HIDDEN_CODE & set(c.metadata.get("tags", []))]
    same = [c.source.strip() for c in shown] == [c.strip() for c in read(page).code]
    not_run = [c.source[:40] for c in cells if c.execution_count is None]
    return not_run if same else ["other cells", *not_run]


def test_every_page_offers_its_source_its_notebook_all_of_them_and_the_pdf(built, site):
    links = read(site / f"{built}.html").links
    names = [link.rpartition("/")[2] for link in links]
    page = built.rpartition("/")[2]
    assert f"{page}.md" in names
    has_notebook = (site / "notebooks" / f"{page}.ipynb").is_file()
    assert (f"{page}.ipynb" in names) == has_notebook
    assert "looking-for-a-function.zip" in names
    printed = "looking-for-a-function.pdf"
    assert (printed in names) == (site / printed).is_file()


def test_the_notebook_is_the_executed_page(built, site):
    path = notebook(site, built)
    nbformat.validate(json.loads(path.read_text("utf-8")))
    assert nbformat.read(path, 4).metadata.kernelspec.name == "python3"
    assert not differences(path, site / f"{built}.html")


@pytest.mark.parametrize(("source", "count"), [("x = 1", None), ("x = 2", 1)])
def test_a_notebook_with_another_cell_is_noticed(source, count, bad_page, tmp_path):
    def written(source, count):
        cell = nbformat.v4.new_code_cell(source, execution_count=count)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "bad.ipynb")
        return tmp_path / "bad.ipynb"

    assert not differences(written("x = 1", 1), bad_page)
    assert differences(written(source, count), bad_page)


# ---------------------------------------------------------------- colours
def luminance(colour: str) -> float:
    """How light a colour like #1b4f8f is, from 0 to 1 (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_colour_of_the_text_stands_out_from_its_ground(mode):
    start = f'html[data-theme="{mode}"] {{\n'
    block = CSS.read_text("utf-8").partition(start)[2].partition("\n}")[0]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    grounds = [colours.get("pst-color-background", "#ffffff")]
    grounds += [colours["pst-color-surface"], colours["book-tint"]]
    inks = ["primary", "accent", "text-base", "text-muted", "heading", "inline-code"]
    names = [f"pst-color-{ink}" for ink in inks] + ["book-keyword", "book-literal"]
    assert not [n for n in names for g in grounds if contrast(colours[n], g) < 4.5]


def test_the_contrast_of_known_colours_is_known():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
