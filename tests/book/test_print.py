"""A page printed from the browser: black on white, answers open, nothing to press.

A check lists the faults of a printed page.  Each is asked of a chapter that is printed
while its theme is dark, and of the same chapter without our style for paper.  The style
is one for all pages, and one chapter has all that it has to print.
"""

import io
import os
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import pypdf
import pytest

pytestmark = pytest.mark.xdist_group("paper")  # one worker prints it

# Before printing: what the page holds, folded or not.  A sentence ends at its formula,
# whose letters paper has in an order of their own.
CONTENT = """() => {
  const texts = css => [...document.querySelectorAll(css)].map(e => e.textContent);
  const start = paragraph => {
    const formula = paragraph.querySelector(".math"), range = new Range();
    range.selectNodeContents(paragraph);
    if (formula) range.setEndBefore(formula);
    return range.toString();
  };
  const answers = "details.sd-dropdown p, .solution p:not(.admonition-title)";
  return {
    article: document.querySelector("article").textContent,
    folded: [...document.querySelectorAll(answers)].map(start),
    code: texts(".cell > .cell_input pre").flatMap(text => text.split("\\n")),
    frame: [...texts(".bd-sidebar-primary nav a"), ...texts("#jb-print-toc h2")],
    buttons: texts("details.hide > summary :is(p, span)"),
    pictures: [...document.querySelectorAll("article img")].map(e => e.src),
  };
}"""
FILL = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) rg\b")
LIGHTEST = 0.55  # of the ink of letters, as a mean of red, green and blue
LINK_NOISE = re.compile(r"https?://(?!\S*(?:doi|arxiv|creativecommons))")


def squeezed(text: str) -> str:
    """Letters and digits alone: fonts and line breaks change the rest."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()


@dataclass
class Sheets:
    """A printed page, and what the page on the screen holds."""

    pdf: bytes
    content: dict
    pictures: int  # that are dots before they are printed

    @cached_property
    def pages(self) -> list[pypdf.PageObject]:
        return list(pypdf.PdfReader(io.BytesIO(self.pdf)).pages)

    @cached_property
    def raw(self) -> str:
        return "".join(page.extract_text() for page in self.pages)

    @cached_property
    def text(self) -> str:
        return squeezed(self.raw)


# ---------------------------------------------------------------- the checks
def answers_left_out(sheets: Sheets) -> list[str]:
    """Sentences of folded answers that paper does not show."""
    starts = [squeezed(text)[:40] for text in sheets.content["folded"]]
    assert len(starts) > 5
    return [s for s in starts if len(s) > 15 and s not in sheets.text]


def code_cut_off(sheets: Sheets) -> list[str]:
    """Lines of code that end at the margin."""
    lines = [squeezed(line) for line in sheets.content["code"]]
    return [line for line in lines if line not in sheets.text]


def frame_around_it(sheets: Sheets) -> list[str]:
    """Words of the menus: the names of other pages, and a list of contents.

    What the letters of the page's own text hold says nothing: *GAN* is in *began*.
    """
    own = squeezed(sheets.content["article"])
    names = [squeezed(name) for name in sheets.content["frame"]]
    return [name for name in names if name in sheets.text and name not in own]


def buttons(sheets: Sheets) -> list[str]:
    """Things to press."""
    return [name for name in sheets.content["buttons"] if squeezed(name) in sheets.text]


def light_letters(sheets: Sheets) -> list[str]:
    """Letters in the light ink of the dark theme."""
    faults = []
    for page in sheets.pages:
        ink = b""
        for line in page.get_contents().get_data().splitlines():
            ink = line if FILL.search(line) else ink
            if line.endswith(b"Tj") and ink:
                colour = [float(part) for part in FILL.search(ink).groups()]
                if sum(colour) / 3 > LIGHTEST:
                    faults.append(ink.decode())
    return faults


def figures_turned_into_dots(sheets: Sheets) -> list[str]:
    """Line art that a filter has turned into dots, as it does to invert it."""
    dots = [image.name for page in sheets.pages for image in page.images]
    return dots[sheets.pictures :]


CHECKS = [
    answers_left_out,
    code_cut_off,
    frame_around_it,
    buttons,
    light_letters,
    figures_turned_into_dots,
]


@pytest.fixture(scope="module")
def print_it(browser, site, serve, chapter):
    """Print a chapter with an answer, a solution and an animation, in the dark."""
    address = f"{serve(site)}/book/{chapter}"

    def dots(source: str) -> int:
        """How many pictures a drawing holds; what is no drawing is one."""
        drawing = site / "_images" / source.rpartition("/")[2]
        return (
            drawing.read_text("utf-8").count("<image") if source.endswith(".svg") else 1
        )

    def sheets_of(style_for_paper: bool) -> Sheets:
        tab = browser.new_page(color_scheme="dark")
        if not style_for_paper:
            css = (site / "_static" / "book.css").read_text("utf-8")
            ours = css.replace("@media print", "@media not all")
            ours += "\n@media print { .cell_input pre { width: 14em; overflow: clip } }"
            tab.route("**/book.css*", lambda route: route.fulfill(body=ours))
            tab.route("**/book.js*", lambda route: route.fulfill(body=""))
        tab.goto(address)
        tab.wait_for_load_state("load")
        tab.evaluate("() => window.MathJax?.startup?.promise.then(() => true)")
        content = tab.evaluate(CONTENT)
        sheets = Sheets(b"", content, sum(map(dots, content["pictures"])))
        sheets.pdf = tab.pdf(format="A4")
        theme = tab.evaluate("() => document.documentElement.dataset.theme")
        folded = tab.locator("details.sd-dropdown:not([open])").count()
        tab.close()
        assert (theme, folded > 0) == ("dark", True)  # as before printing
        return sheets

    return sheets_of


@pytest.fixture(scope="module")
def printed(print_it) -> Sheets:
    return print_it(style_for_paper=True)


@pytest.fixture(scope="module")
def printed_badly(print_it) -> Sheets:
    return print_it(style_for_paper=False)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_on_paper_there_is_no(check, printed):
    assert not check(printed)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_without_the_style_for_paper_it_is_seen(check, printed_badly):
    assert check(printed_badly)


def test_links_are_not_spelled_out(printed):
    assert LINK_NOISE.search("as it says (https://example.org/page)")
    assert not LINK_NOISE.search(printed.raw)


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="no workers")
def test_one_worker_prints_it(request):
    """A pytest that does not know the groups of pytest-xdist opens pages again."""
    assert request.node.nodeid.endswith("@paper")
