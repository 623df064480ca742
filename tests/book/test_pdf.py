"""The printed book: whole, with the site's numbers, and drawn in lines, not in dots.

A check lists the faults of a book.  Each is asked of ours, and of one that has all.
One worker reads the words of all pages, once, and another one their drawings.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import (
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
)

ROOT = Path(__file__).parents[2]
LATEX, SITE = ROOT / "_build" / "latex", ROOT / "_build" / "html"
PDF = LATEX / "looking-for-a-function.pdf"
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
# Cells whose figures may contain dots: pictures, and lines too many to be drawn.
GLIMPSE = re.compile(r"\{glimpse\} (\S+)")
WITH_DOTS = re.compile(r"^(?:tags:|:tags:).*\bpicture\b|rasterized", re.MULTILINE)
FIGURE = re.compile(r"name: (fig-\S+)")
WIDEST_OVERRUN = 5  # points into the margin
COARSEST = 150  # dots an inch
PARTS = ("notation", "glossary", "index")  # a book has them at its end

WORDS, DRAWINGS = pytest.mark.xdist_group("words"), pytest.mark.xdist_group("drawings")

if not PDF.is_file():
    pytest.skip("the PDF is not built: run make pdf first", allow_module_level=True)


@dataclass
class Book:
    """A PDF, and what LaTeX wrote about it."""

    pdf: Path
    log: str = ""
    labels: str = ""

    @cached_property
    def reader(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(self.pdf)

    @cached_property
    def texts(self) -> list[str]:
        return [page.extract_text() for page in self.reader.pages]

    @cached_property
    def letters(self) -> str:
        """The text without what depends on line breaks and fonts."""
        return squeezed("".join(self.texts))

    @cached_property
    def titles(self) -> list[str]:
        """The bookmarks, from the first to the last."""

        def walk(outline: list) -> Iterator[str]:
            for entry in outline:
                if isinstance(entry, list):
                    yield from walk(entry)
                else:
                    yield squeezed(entry.title)

        return list(walk(self.reader.outline))

    @cached_property
    def numbers(self) -> dict[str, tuple[str, str]]:
        """For the label of a figure or an equation: its number, and its page."""
        found = re.findall(
            r"\\newlabel\{([^}]+)\}\{\{([^}]*)\}\{([^}]*)\}", self.labels
        )
        return {label: (number, page) for label, number, page in found}


def squeezed(text: str) -> str:
    """Letters and digits alone: LaTeX hyphenates, ligates and curls the rest."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()


def inner(thing: dict, name: str) -> dict:
    """A part of a PDF object, followed to where it is; empty if it has none."""
    return thing[name] if name in thing else {}  # .get() would not follow


def parts(holder: dict, kind: str, depth: int = 0) -> Iterator[tuple[int, dict]]:
    """Fonts (/Font) or dots (/Image) of a page, and of the drawings on it."""
    resources = inner(holder, "/Resources")
    if kind == "/Font":
        fonts = inner(resources, "/Font")
        yield from ((depth, fonts[name]) for name in fonts)
    things = inner(resources, "/XObject")
    for thing in (things[name] for name in things):
        if thing["/Subtype"] == kind:
            yield depth, thing
        elif thing["/Subtype"] == "/Form":
            yield from parts(thing, kind, depth + 1)


def drawn(
    content: object, pdf: pypdf.PdfReader, scale: float
) -> Iterator[tuple[str, float]]:
    """What a page draws by name, with the points that a step of its own is long.

    Only steps to the right count, so a drawing may be turned.
    """
    kept: list[float] = []
    for operands, operator in ContentStream(content, pdf).operations:
        if operator == b"q":
            kept.append(scale)
        elif operator == b"Q" and kept:
            scale = kept.pop()
        elif operator == b"cm":
            scale *= length(operands)
        elif operator == b"Do":
            yield operands[0], scale


def length(matrix: list) -> float:
    """How long a step to the right becomes."""
    return float(matrix[0] ** 2 + matrix[1] ** 2) ** 0.5


def images(holder: dict, pdf: pypdf.PdfReader, scale: float = 1) -> Iterator[float]:
    """The dots an inch of each picture of a page, as large as it is drawn."""
    page = isinstance(holder, pypdf.PageObject)
    content = holder.get_contents() if page else holder
    if content is None:
        return  # an empty page
    things = inner(inner(holder, "/Resources"), "/XObject")
    for name, size in drawn(content, pdf, scale):
        thing = things[name]
        if thing["/Subtype"] == "/Image":
            yield float(thing["/Width"]) / (size / 72)
        elif thing["/Subtype"] == "/Form":
            own = length(inner(thing, "/Matrix") or [1, 0])
            yield from images(thing, pdf, size * own)


# ---------------------------------------------------------------- the checks
def fonts_left_out(book: Book) -> list[str]:
    """Fonts that a printer may not have."""
    faults = set()
    for page in book.reader.pages:
        for _, font in parts(page, "/Font"):
            for one in inner(font, "/DescendantFonts") or [font]:
                about = inner(one.get_object(), "/FontDescriptor")
                there = any(name.startswith("/FontFile") for name in about)
                if not there and font["/Subtype"] != "/Type3":  # which is drawings
                    faults.add(str(font["/BaseFont"]))
    return sorted(faults)


def empty_pages(book: Book) -> list[int]:
    """Pages with nothing but their number."""
    return [
        index
        for index, text in enumerate(book.texts)
        if not re.sub(r"[\s\divxlc]", "", text)
        and not inner(inner(book.reader.pages[index], "/Resources"), "/XObject")
    ]


def broken_text(book: Book) -> list[str]:
    """Links that lead nowhere, and figures printed as words."""
    return [t for text in book.texts for t in re.findall(r"\?\?|<Figure size", text)]


def lost_letters(book: Book) -> list[str]:
    """Letters that no font has."""
    return re.findall(r"Missing character: .*", book.log)


def lost_links(book: Book) -> list[str]:
    """Labels that LaTeX did not find, or found twice."""
    return re.findall(r".* undefined on input .*|.*multiply.defined.*", book.log)


def lines_over_the_margin(book: Book) -> list[str]:
    """Code, formulas or tables that run into the margin."""
    overfull = re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)(.*)", book.log)
    return [where for points, where in overfull if float(points) > WIDEST_OVERRUN]


def no_name(book: Book) -> list[str]:
    """A title or an author that a library's catalogue would miss."""
    about = book.reader.metadata or {}
    return [name for name in ("/Title", "/Author") if not about.get(name)]


def pasted_pictures(book: Book) -> list[int]:
    """Pages with a figure that is dots as a whole, where print wants lines."""
    return [
        index
        for index, page in enumerate(book.reader.pages)
        if any(depth == 0 for depth, _ in parts(page, "/Image"))
    ]


def coarse_pictures(book: Book) -> list[str]:
    """Pictures with so few dots that print shows them."""
    return [
        f"page {index + 1}: {dots:.0f} dots an inch"
        for index, page in enumerate(book.reader.pages)
        if any(parts(page, "/Image"))  # most have none, and reading them takes long
        for dots in images(page, book.reader)
        if round(dots) < COARSEST
    ]


def lost_parts(book: Book) -> list[str]:
    """The list of symbols, the glossary or the index, where there is none."""
    return [name for name in PARTS if name not in book.titles]


OF_WORDS = [
    empty_pages,
    broken_text,
    lost_letters,
    lost_links,
    lines_over_the_margin,
    no_name,
    lost_parts,
]
OF_DRAWINGS = [fonts_left_out, pasted_pictures, coarse_pictures]
CHECKS = [pytest.param(check, marks=WORDS, id=check.__name__) for check in OF_WORDS]
CHECKS += [pytest.param(c, marks=DRAWINGS, id=c.__name__) for c in OF_DRAWINGS]
BAD_LOG = r"""Missing character: There is no X in font Y!
LaTeX Warning: Reference `ex-lost' on page 9 undefined on input line 708.
Overfull \hbox (6.4pt too wide) in paragraph at lines 1--2"""


@pytest.fixture(scope="module")
def printed() -> Book:
    beside = [PDF.with_suffix(kind) for kind in (".log", ".aux")]
    return Book(PDF, *(path.read_text("utf-8", "replace") for path in beside))


@pytest.fixture(scope="module")
def bad_book(tmp_path_factory) -> Book:
    """Two pages: one with everything that must not be, one with nothing."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    name = NameObject
    font = DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type1"),
            name("/BaseFont"): name("/Helvetica"),
        }
    )
    dots, ink = DecodedStreamObject(), DecodedStreamObject()
    dots[name("/Subtype")], dots[name("/Width")] = name("/Image"), NumberObject(140)
    words = b"BT /F1 12 Tf (See ?? and <Figure size 640x480>) Tj ET"
    ink.set_data(words + b" q 72 0 0 72 9 9 cm /I Do Q q 36 0 0 36 9 9 cm /I Do Q")
    page[name("/Contents")] = writer._add_object(ink)
    page[name("/Resources")] = DictionaryObject(
        {
            name("/Font"): DictionaryObject({name("/F1"): font}),
            name("/XObject"): DictionaryObject({name("/I"): writer._add_object(dots)}),
        }
    )
    writer.add_blank_page(200, 200)
    path = tmp_path_factory.mktemp("pdf") / "bad.pdf"
    writer.write(path)
    return Book(path, BAD_LOG)


@pytest.mark.parametrize("check", CHECKS)
def test_the_book_has_no(check, printed):
    assert not check(printed)


@pytest.mark.parametrize("check", CHECKS)
def test_planted_in_a_book_it_is_seen(check, bad_book):
    assert check(bad_book)


def test_only_what_is_drawn_too_large_is_coarse(bad_book):
    assert coarse_pictures(bad_book) == ["page 1: 140 dots an inch"]


@WORDS
def test_the_index_leads_to_pages(printed):
    index = printed.titles.index("index")
    assert index == len(printed.titles) - 1
    entries = "\n".join(printed.texts[-4:])  # it takes several pages
    assert re.search(r"^gradient descent, \d+$", entries, re.MULTILINE)


@WORDS
def test_the_title_and_the_author_are_ours(printed):
    about = printed.reader.metadata
    assert about.title == "Looking for a Function"
    assert about.author == "The contributors to Looking for a Function"


@WORDS
def test_every_page_of_the_site_has_a_bookmark(built, printed):
    if built == "book/index":
        pytest.skip("the first page is the preface, under the book's own title")
    source = (ROOT / f"{built}.md").read_text("utf-8")
    heading = re.search(r"^# (.+)$", source, re.MULTILINE)[1]
    assert any(squeezed(heading) in title for title in printed.titles)


@DRAWINGS
def test_dots_stand_only_where_a_cell_says_that_they_may(printed):
    sources = [path.read_text("utf-8") for path in ROOT.glob("book/*.md")]
    cells = [cell for source in sources for cell in CELL.findall(source)]
    names = [FIGURE.search(cell) for cell in cells if WITH_DOTS.search(cell)]
    dotted = {found[1] for found in names if found}
    again = [g for source in sources for g in GLIMPSE.findall(source) if g in dotted]
    where = printed.numbers.items()
    # LaTeX's labels have a hyphen where ours have an underscore.
    written = {name.replace("_", "-") for name in dotted}
    pages = {page for label, (_, page) in where if label.partition(":")[2] in written}
    labels = zip(printed.reader.page_labels, printed.reader.pages, strict=True)
    others = {label for label, page in labels if any(parts(page, "/Image"))} - pages
    assert len(others) <= names.count(None) + len(again), f"dots on pages {others}"


# ---------------------------------------------------------------- the site's numbers
class Numbers(HTMLParser):
    """Of a built page: the numbers of figures and equations, the words for pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.label, self.kind, self.words = "", "", []
        self.found: dict[str, str] = {}
        self.boxes: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        about = {name: value or "" for name, value in attributes}
        kinds = about.get("class", "").split()
        if tag == "figure" or "math" in kinds:
            self.label = about.get("id", "")
        self.kind = kinds[0] if kinds else ""
        if tag == "img" and about.get("alt"):
            self.words.append(about["alt"])

    def handle_endtag(self, tag):
        if tag == "figure":
            self.label = ""

    def handle_data(self, data):
        if self.kind == "caption-number" and self.label:
            self.found[self.label] = data.split()[-1]
        elif self.kind == "caption-number":
            self.boxes.append(data)
        elif self.kind == "eqno":
            self.found[self.label] = data.strip("()")
            self.label = ""
        self.kind = ""


@pytest.fixture
def page_of_the_site(built) -> Numbers:
    page, source = SITE / f"{built}.html", ROOT / f"{built}.md"
    if not page.is_file() or page.stat().st_mtime < source.stat().st_mtime:
        pytest.skip("the site is not built, or old: run make html, then this again")
    return Numbers(page.read_text("utf-8"))


def other_numbers(page: str, seen: Numbers, book: Book) -> list[str]:
    """Figures, equations and boxes that print gives another number, or none."""
    # In an address of the site, _ is -.
    numbers = {label.replace("_", "-"): of for label, of in book.numbers.items()}

    def printed(name: str) -> str:
        start = "equation:" if name.startswith("equation-") else ""
        label = f"{start}{page}:{name.removeprefix('equation-')}".replace("_", "-")
        return numbers.get(label, ("", ""))[0]

    faults = [name for name, number in seen.found.items() if printed(name) != number]
    return faults + [box for box in seen.boxes if squeezed(box) not in book.letters]


@WORDS
def test_a_number_is_the_same_in_print_and_on_the_site(
    built, page_of_the_site, printed
):
    assert not other_numbers(built, page_of_the_site, printed)


def test_another_number_is_noticed(bad_book):
    page = """<figure id="fig-x">
    <span class="caption-number">Figure 1.1 </span></figure>
    <div class="math" id="equation-eq-x"><span class="eqno">(1.2)<a>#</a></span></div>
    <p><span class="caption-number">Exercise 1.3 </span></p>"""
    labels = r"\newlabel{p:fig-x}{{%s}{4}{}}\newlabel{equation:p:eq-x}{{%s}{4}{}}"
    wrong = Book(bad_book.pdf, labels=labels % ("1.1", "1.3"))
    faults = ["equation-eq-x", "Exercise 1.3 "]
    assert other_numbers("p", Numbers(page), wrong) == faults
    right = Book(bad_book.pdf, labels=labels % ("1.1", "1.2"))
    right.letters = squeezed("see Exercise 1.3 (Twice)")
    assert not other_numbers("p", Numbers(page), right)


@WORDS
def test_what_a_picture_shows_is_not_printed_in_words(page_of_the_site, printed):
    words = [squeezed(text)[:40] for text in page_of_the_site.words]
    assert not [text for text in words if len(text) > 20 and text in printed.letters]
