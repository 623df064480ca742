"""The built site in a real browser, which reaches no other host.

Each page is opened once, at a desk and on a telephone, in light and in dark; what was
seen is a list of faults for each promise.  A page with every fault shows that each of
them is seen.
"""

import re
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

import pytest

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
HERE = ("127.0.0.1", "localhost")
# Formulas that nobody has set, in text that is neither code nor a formula.
RAW_TEX = re.compile(r"\$\$|\\[(\[]|\\(?:frac|sum|begin|math\w+|text|left|hat)\b")

# The text of a page without code, formulas, and what is there for print only.
TEXT = """() => {
  const copy = document.querySelector("article").cloneNode(true);
  copy.querySelectorAll("pre, code, mjx-container, script, style, .onlyprint")
    .forEach(e => e.remove());
  return copy.textContent;
}"""
UNSET = """() => [
  ...[...document.querySelectorAll("article .math")]
    .filter(e => !e.querySelector("mjx-container")),
  ...document.querySelectorAll("mjx-merror"),
].map(e => e.textContent.slice(0, 80))"""
# A fault may hide in a folded answer.
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(e => { e.open = true; });
  document.querySelectorAll(".toggle-hidden")
    .forEach(e => e.classList.remove("toggle-hidden"));
}"""
LONG_CODE = """() => [...document.querySelectorAll("article .cell_input pre")]
  .filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => e.textContent.slice(0, 60))"""
LONG_FORMULAS = """() => [
  ...document.querySelectorAll("article span.math, article div.math mjx-container")]
  .filter(e => e.scrollWidth > e.clientWidth + 2)
  .map(e => e.textContent.slice(0, 60))"""
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => `${e.tagName}.${e.className}`).slice(0, 5)"""
# Wider than its box, and no box around it scrolls: a telephone cannot show the rest.
CUT_OFF = """() => [...document.querySelectorAll(
    "article mjx-container, article pre, article table, article img")]
  .filter(e => {
    for (let box = e; box.tagName !== "ARTICLE"; box = box.parentElement) {
      const { overflowX } = getComputedStyle(box);
      if (["auto", "scroll"].includes(overflowX)) return false;
      if (overflowX === "hidden" && box.scrollWidth > box.clientWidth + 1) return true;
    }
    return e.getBoundingClientRect().right > innerWidth + 1;
  }).map(e => e.tagName + " " + e.textContent.slice(0, 60))"""
FILTERS = """() => [...document.querySelectorAll("article img")].map(e => [
  e.alt, !e.src.endsWith(".svg") || !!e.closest(".tag_picture"),
  getComputedStyle(e).filter.includes("invert"),
])"""


@dataclass
class Visit:
    """The faults of a page, each kind in a list of its own."""

    errors: list[str] = field(default_factory=list)
    requests_outside: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)
    raw_formulas: list[str] = field(default_factory=list)
    formulas_not_set: list[str] = field(default_factory=list)
    code_wider_than_the_column: list[str] = field(default_factory=list)
    formulas_wider_than_the_column: list[str] = field(default_factory=list)
    sideways_scrolling_on_a_phone: list[str] = field(default_factory=list)
    content_cut_off_on_a_phone: list[str] = field(default_factory=list)
    line_art_dark_on_dark: list[str] = field(default_factory=list)
    pictures_inverted: list[str] = field(default_factory=list)


def watch(page, visit: Visit) -> None:
    """Write down what the page says and asks for, and let nothing out."""

    def only_here(route):
        if urlsplit(route.request.url).hostname in HERE:
            route.continue_()
        else:
            visit.requests_outside.append(route.request.url)
            route.abort()

    def said(message):
        if message.type == "error" or "invalid" in message.text:
            visit.errors.append(message.text)

    def answered(response):
        if response.status >= 400:
            visit.failed_requests.append(response.url)

    page.route("**/*", only_here)
    page.on("console", said)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("response", answered)


def settle(page) -> None:
    """Wait until the formulas are set."""
    page.evaluate("() => window.MathJax?.startup?.promise.then(() => true)")


def look_at(browser, url: str) -> Visit:
    """Open a page and look at it."""
    visit = Visit()
    context = browser.new_context(viewport=DESK, color_scheme="light")
    page = context.new_page()
    watch(page, visit)
    page.goto(url)
    settle(page)
    visit.raw_formulas = RAW_TEX.findall(page.evaluate(TEXT))
    visit.formulas_not_set = page.evaluate(UNSET)
    page.evaluate(UNFOLD)
    visit.code_wider_than_the_column = page.evaluate(LONG_CODE)
    visit.formulas_wider_than_the_column = page.evaluate(LONG_FORMULAS)
    page.set_viewport_size(PHONE)
    visit.sideways_scrolling_on_a_phone = page.evaluate(WIDE)
    visit.content_cut_off_on_a_phone = page.evaluate(CUT_OFF)
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    seen = page.evaluate(FILTERS)
    visit.line_art_dark_on_dark = [a for a, plate, bright in seen if not plate | bright]
    visit.pictures_inverted = [alt for alt, plate, bright in seen if plate & bright]
    context.close()
    return visit


@pytest.fixture(scope="session")
def visits(browser, site, serve):
    """What was seen on a page; it is opened when it is first asked for."""
    address, seen = serve(site), {}

    def visit(page: str) -> Visit:
        if page not in seen:
            seen[page] = look_at(browser, f"{address}/{page}.html")
        return seen[page]

    return visit


BAD_PAGE = r"""<!DOCTYPE html><html><head><title>bad</title></head><body>
<script>console.error("planted")</script>
<img src="https://example.org/outside.png" alt="outside"><img src="gone.svg" alt="gone">
<article><p>A formula: $$\frac{1}{2}$$.</p><span class="math">never set</span>
<span class="math" style="display: inline-block; width: 2em; overflow: auto">
a_formula_without_end</span>
<details><div class="cell_input" style="width: 9em"><pre style="overflow: auto">a long
line, too long for the column of the page, so that it scrolls</pre></div></details>
<table style="width: 900px"><tr><td>wide</td></tr></table>
<img src="a.svg" alt="line art"><div class="tag_picture">
<img src="a.svg" alt="picture" style="filter: invert(1)"></div></article>
</body></html>"""
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
KINDS = [kind.name for kind in fields(Visit)]


@pytest.fixture(scope="session")
def bad_visit(browser, serve, tmp_path_factory):
    """What is seen on a page with every fault."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "bad.html").write_text(BAD_PAGE, "utf-8")
    (folder / "a.svg").write_text(DRAWING, "utf-8")
    return look_at(browser, f"{serve(folder)}/bad.html")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_no(kind, built, visits):
    assert not getattr(visits(built), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_planted_in_a_page_they_are_seen(kind, bad_visit):
    assert getattr(bad_visit, kind)


def test_an_exception_in_a_script_is_seen(browser, serve, tmp_path):
    page = '<article></article><script>throw new Error("planted")</script>'
    (tmp_path / "bad.html").write_text(page, "utf-8")
    assert look_at(browser, f"{serve(tmp_path)}/bad.html").errors == ["planted"]


@pytest.mark.parametrize(
    ("formula", "is_set"),
    [
        (r"\boldsymbol{x}", True),
        (r"\nosuchmacro", False),  # or it would stand there in red
        (r"\cancel{x}", False),  # from an extension that is not here
    ],
)
def test_a_formula_that_cannot_be_set_is_seen(
    formula, is_set, browser, serve, site, tmp_path
):
    known = (site / "book" / "notation.html").read_text("utf-8")
    scripts = re.findall(r"<script[^>]*>window.MathJax.*?</script>", known)
    scripts += ['<script src="_static/mathjax/tex-mml-chtml.js"></script>']
    text = f'<article><div class="math">\\[{formula}\\]</div></article>'
    (tmp_path / "_static").symlink_to(site / "_static")
    (tmp_path / "page.html").write_text("".join(scripts) + text, "utf-8")
    visit = look_at(browser, f"{serve(tmp_path)}/page.html")
    assert (not visit.formulas_not_set) == is_set
    assert not visit.failed_requests + visit.requests_outside


# ---------------------------------------------------------------- what a reader does
@pytest.fixture
def page(browser, site, serve):
    """A fresh tab at the book's address, for one test."""
    context = browser.new_context(viewport=DESK, color_scheme="light")
    tab = context.new_page()
    tab.goto(f"{serve(site)}/index.html")
    tab.wait_for_url("**/book/index.html")  # the address leads on to the first page
    yield tab
    context.close()


@pytest.fixture
def goto_page_with(page, site):
    """Go to the first page that contains something."""

    def go(text: str) -> None:
        for path in sorted(site.glob("book/*.html")):
            if text in path.read_text("utf-8"):
                page.goto(page.url.replace("index.html", path.name))
                return
        pytest.skip(f"no page contains {text}")

    return go


def test_the_theme_switch_changes_the_theme_and_the_page_remembers(page):
    theme = "() => document.documentElement.dataset.theme"
    before, switch = page.evaluate(theme), page.locator(".theme-switch-button:visible")
    for _ in range(3):  # light, dark, and what the system says
        if page.evaluate(theme) == before:
            switch.first.click()
    after = page.evaluate(theme)
    assert {before, after} == {"light", "dark"}
    page.reload()
    assert page.evaluate(theme) == after


def test_the_search_finds_a_word_of_the_book(page):
    page.goto(page.url.replace("book/index.html", "search.html?q=notation"))
    results = page.locator("#search-results li a")
    results.first.wait_for()
    found = results.evaluate_all("links => links.map(link => link.href)")
    assert any("/book/notation.html" in link for link in found)


def test_a_folded_answer_opens_by_the_keyboard(page, goto_page_with):
    goto_page_with("<details")
    page.locator("details > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None


def test_a_folded_solution_opens_by_the_keyboard(page, goto_page_with):
    goto_page_with('class="solution dropdown')
    solution = page.locator(".solution.dropdown").first
    text = solution.locator("p:not(.admonition-title)").first
    assert not text.is_visible()
    solution.locator("button.toggle-button").focus()
    page.keyboard.press("Enter")
    text.wait_for(state="visible")


def test_an_animation_stands_still_until_it_is_asked(page, goto_page_with):
    goto_page_with('class="movie"')
    movie = page.locator(".movie").first
    button, slider = movie.locator("button"), movie.locator("input")
    assert button.inner_text() == "Play"
    before = slider.input_value()
    button.focus()
    page.keyboard.press("Enter")
    moved = "([slider, before]) => slider.value !== before"
    page.wait_for_function(moved, arg=[slider.element_handle(), before])


def test_a_page_works_from_a_folder_without_a_server(browser, site):
    context = browser.new_context(viewport=DESK)
    tab, wrong = context.new_page(), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("requestfailed", lambda request: wrong.append(request.url))
    tab.goto((site / "book" / "notation.html").as_uri())
    settle(tab)
    assert tab.locator("mjx-container").count()
    assert not wrong
    context.close()
