"""What a reader does with the site: by keyboard, address and search, in either theme.

Buttons, menus, search and films are the work of scripts that are the same on all pages:
each is tried once, on the smallest page that has it. As in test_site.py each check also
meets a page on which it has to fail.
"""

import re
from html import unescape
from pathlib import Path

import pytest
from sphinx.search import languages

from book_search import SIMPLIFIED, VARIANTS
from tools.promises.of_words import glossary

ROOT = Path(__file__).parents[2]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MOST_STOPS = 400  # of the Tab key
SOLUTION = 'class="solution dropdown'

# What Tab has to reach on a chapter.
STOPS = {
    "skip link": "#pst-skip-link a",
    "menu": "button.primary-toggle",
    "search": ".search-button, .search-button__button",
    "downloads": ".dropdown-download-buttons > button",
    "theme": ".theme-switch-button",
    "folded source": "details.hide > summary",
    "folded answer": "details.sd-dropdown > summary",
    "folded solution": "details.solution > summary",
    "play": ".movie button",
    "slider": ".movie input",
}
FOCUSED = """stops => {
  const now = document.activeElement;
  if (now === document.body) return { names: [], outlined: true, words: "body" };
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(now);
  const box = now.getBoundingClientRect();
  return {
    names: Object.keys(stops).filter(name => now.matches(stops[name])),
    outlined: boxShadow !== "none"
      || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1),
    seen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    words: `${now.tagName} ${now.className} ${now.textContent.trim().slice(0, 40)}`,
  };
}"""


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
def goto_page_with(page, page_with):
    """Go to the smallest page that contains something, and wait for its scripts."""

    def go(*texts: str) -> None:
        page.goto(page.url.replace("index.html", page_with(*texts)))
        page.wait_for_load_state("load")
        page.evaluate("() => window.MathJax?.startup?.promise.then(() => true)")

    return go


def without_our_script(page) -> None:
    """Let the page go on without book.js: what it does must be missed."""
    page.route("**/book.js*", lambda route: route.fulfill(body=""))


# ---------------------------------------------------------------- the keyboard
def walk(page, stops: dict[str, str]) -> list[dict]:
    """Press Tab until everything has been reached, or the page begins again."""
    page.add_style_tag(content="* { transition: none !important; }")
    passed: list[dict] = []
    wanted = set(stops)
    while wanted and len(passed) < MOST_STOPS:
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED, stops))
        if passed[-1]["words"] == "body" and len(passed) > 1:
            break
        wanted -= set(passed[-1]["names"])
    return passed


def never_reached(passed: list[dict], stops: dict[str, str]) -> set[str]:
    """What Tab went past."""
    return set(stops) - {name for stop in passed for name in stop["names"]}


def not_shown(passed: list[dict]) -> list[str]:
    """Where the reader cannot see where he is."""
    return [s["words"] for s in passed if not (s["outlined"] and s.get("seen", True))]


def test_tab_reaches_everything_and_shows_where_it_is(page, goto_page_with):
    goto_page_with('class="movie"', "solution dropdown", "sd-dropdown")
    passed = walk(page, STOPS)
    assert not never_reached(passed, STOPS)
    assert not not_shown(passed)
    assert passed[0]["names"] == ["skip link"]


def test_what_tab_cannot_reach_or_show_is_noticed(page):
    page.set_content("""<style>.movie button:focus { outline: none }</style>
    <div class="movie"><button>Play</button><input type="range" tabindex="-1"></div>
    <a href="#x" style="position: absolute; left: 0; top: -99px">out of sight</a>""")
    passed = walk(page, {name: STOPS[name] for name in ("play", "slider")})
    assert never_reached(passed, STOPS) == set(STOPS) - {"play"}
    assert len(not_shown(passed)) == 2


def test_the_skip_link_leads_to_the_text(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    page.keyboard.press("Tab")
    inside = "() => !!document.activeElement.closest('#main-content')"
    assert page.evaluate(inside)


@pytest.mark.parametrize("key", ["Enter", "Space"])
@pytest.mark.parametrize("kind", ["folded answer", "folded source", "folded solution"])
def test_what_is_folded_opens_by_the_keyboard(kind, key, page, goto_page_with):
    goto_page_with("sd-dropdown", 'class="admonition hide', SOLUTION)
    summary = page.locator(STOPS[kind]).first
    summary.focus()
    page.keyboard.press(key)
    assert summary.locator("..").get_attribute("open") is not None


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_an_animation_stands_still_until_it_is_asked(key, page, goto_page_with):
    goto_page_with('class="movie"')
    movie = page.locator(".movie").first
    button, slider = movie.locator("button"), movie.locator("input")
    assert button.inner_text() == "Play"
    before = slider.input_value()
    button.focus()
    page.keyboard.press(key)
    assert button.inner_text() == "Pause"
    moved = "([slider, before]) => slider.value !== before"
    page.wait_for_function(moved, arg=[slider.element_handle(), before])


def test_arrows_move_the_animation_one_frame(page, goto_page_with):
    goto_page_with('class="movie"')
    movie = page.locator(".movie").first
    slider, picture = movie.locator("input"), movie.locator("img")
    before, shown = int(slider.input_value()), picture.get_attribute("src")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert int(slider.input_value()) == before - 1
    assert picture.get_attribute("src") != shown
    page.keyboard.press("ArrowRight")
    assert picture.get_attribute("src") == shown


def test_the_download_menu_opens_by_the_keyboard(page):
    page.locator(STOPS["downloads"]).focus()
    page.keyboard.press("Enter")
    page.locator(".dropdown-download-buttons .dropdown-menu a").first.wait_for()
    page.keyboard.press("Escape")
    page.locator(".dropdown-download-buttons .dropdown-menu").wait_for(state="hidden")


def test_the_menu_opens_by_the_keyboard_on_a_phone(page):
    page.set_viewport_size(PHONE)
    page.locator(STOPS["menu"]).focus()
    page.keyboard.press("Enter")
    page.locator(".bd-sidebar-primary nav a, dialog nav a").first.wait_for()


# What scrolls sideways and Tab does not reach, or the other way round.
OUT_OF_REACH = """() => [...document.querySelectorAll(
    ".bd-article :is(pre, mjx-container, span.math, .pst-scrollable-table-container)")]
  .filter(e => ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
  .filter(e => (e.tabIndex >= 0) !== (e.scrollWidth > e.clientWidth + 1))
  .map(e => e.textContent.slice(0, 40))"""


UNFOLD = """() => document.querySelectorAll("details")
  .forEach(e => { e.open = true; })"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_tab_reaches_what_scrolls_sideways_and_nothing_else(size, page, goto_page_with):
    page.set_viewport_size(size)
    goto_page_with("solution dropdown", 'class="movie"')
    page.evaluate(UNFOLD)
    page.wait_for_function(f"() => !({OUT_OF_REACH})().length")


def test_without_our_script_it_does_not(page, goto_page_with):
    without_our_script(page)
    page.set_viewport_size(PHONE)
    goto_page_with("solution dropdown", 'class="movie"')
    page.evaluate(UNFOLD)
    assert page.evaluate(OUT_OF_REACH)


# ---------------------------------------------------------------- addresses
def is_open(page, selector: str) -> bool:
    """Whether the reader sees what an address names."""
    return page.locator(selector).first.evaluate(
        "e => e.checkVisibility() && (e.tagName !== 'DETAILS' || e.open)"
    )


def visit_place(page, selector: str) -> str:
    """Come by an address to something with an id; return how to find it there."""
    place = page.locator(selector).first.get_attribute("id")
    address = page.url.partition("#")[0]
    page.goto("about:blank")
    page.goto(f"{address}#{place}")
    page.wait_for_load_state("load")
    return f'[id="{place}"]'


def give_a_place(page, box: str) -> None:
    """Write an id into the first paragraph of a box, before the browser gets it."""
    first = re.compile(rf'(<details class="{box}.*?<p)\b', re.DOTALL)

    def answer(route):
        text = first.sub(r'\1 id="planted"', route.fetch().text(), count=1)
        route.fulfill(body=text, content_type="text/html; charset=utf-8")

    page.route("**/book/*.html*", answer)
    page.reload()


SOLUTION_BOX = "details.solution[id]"


@pytest.mark.parametrize("place", [SOLUTION_BOX, "in a solution", "in an answer"])
def test_an_address_opens_what_is_folded_around_its_place(place, page, goto_page_with):
    goto_page_with(SOLUTION, "sd-dropdown")
    if place != SOLUTION_BOX:
        give_a_place(page, "solution" if "solution" in place else "sd-")
        place = "#planted"
    assert not is_open(page, place)
    assert is_open(page, visit_place(page, place))


def test_without_our_script_the_box_that_it_names_stays_shut(page, goto_page_with):
    without_our_script(page)
    goto_page_with(SOLUTION)
    assert not is_open(page, visit_place(page, SOLUTION_BOX))


def test_the_same_link_opens_its_place_again(page, goto_page_with):
    goto_page_with(SOLUTION)
    here = visit_place(page, SOLUTION_BOX)
    page.locator(here).evaluate("""e => {
      e.open = false;
      const link = document.createElement("a");
      link.href = `#${e.id}`;
      document.body.append(link);
      link.click();
    }""")
    assert is_open(page, here)


# The browser opens what its search has found where it opens the address of a text.
# Of some solutions, the first in which a formula leaves so much text together.
BY_ITS_TEXT = """all => all.flatMap((e, k) => [...e.querySelectorAll("p")]
  .flatMap(p => [...p.childNodes])
  .filter(n => n.nodeType === Node.TEXT_NODE && n.data.trim().length > 30)
  .map(n => [k, "#:~:text=" + encodeURIComponent(
    n.data.trim().split(/\\s+/).slice(0, 6).join(" "))]))[0]"""


@pytest.mark.parametrize("hidden", [False, True])
def test_what_is_folded_is_found_by_its_text(hidden, page, goto_page_with):
    goto_page_with(SOLUTION)
    solutions = "details.solution:has(p)"
    nth, place = page.locator(solutions).evaluate_all(BY_ITS_TEXT)
    address = page.url.partition("#")[0]
    if hidden:  # as the boxes were folded before: by their style alone
        page.route(
            "**/book.css*",
            lambda route: route.fulfill(
                content_type="text/css",
                body=".solution > :not(.admonition-title) { visibility: hidden }",
            ),
        )
    page.goto("about:blank")
    page.goto(address + place)
    page.wait_for_load_state("load")
    assert is_open(page, f"{solutions} >> nth={nth}") == (not hidden)


# ---------------------------------------------------------------- taking along
COPY = """selector => {
  const all = document.querySelector(selector), range = new Range();
  range.selectNodeContents(all);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const data = new DataTransfer();
  const event = new ClipboardEvent(
    "copy", { clipboardData: data, bubbles: true, cancelable: true });
  all.dispatchEvent(event);
  return data.getData("text/plain") || getSelection().toString();
}"""
FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)


def formulas_of(page) -> list[str]:
    """The TeX of the formulas in the article, as the page was written."""
    html = page.request.get(page.url).text()
    article = html.partition("<article")[2].partition("</article>")[0]
    spans = re.findall(r'class="math[^>]*>(.*?)</(?:span|div)>\s', article, re.DOTALL)
    found = [FORMULA.search(unescape(span)) for span in spans]
    return [(match[1] or match[2]).strip() for match in found if match]


def lost_in_copying(page) -> list[str]:
    """The formulas of a page that whoever copies its text does not get."""
    page.evaluate(UNFOLD)
    text = page.evaluate(COPY, "article")
    return [tex for tex in formulas_of(page) if f"${tex}" not in text]


def test_copying_a_text_keeps_its_formulas(page, goto_page_with):
    goto_page_with('class="eqno"', SOLUTION, "nobreak")
    page.wait_for_function("() => document.querySelector('[data-tex]')")
    assert len(formulas_of(page)) > 50
    assert not lost_in_copying(page)


def test_without_our_script_it_loses_them(page, goto_page_with):
    without_our_script(page)
    goto_page_with('class="eqno"', SOLUTION, "nobreak")
    assert len(lost_in_copying(page)) > len(formulas_of(page)) / 2


def test_a_copied_paragraph_is_one_line_and_a_formula_keeps_its_number(
    page, goto_page_with
):
    goto_page_with('class="eqno"')
    page.wait_for_function("() => document.querySelector('[data-tex]')")
    paragraph = "section > p:has(span.math):not(:has(pre))"
    line = page.evaluate(COPY, paragraph).strip()
    assert re.search(r"\w \$[^$\n]+\$", line)
    assert "\n" not in line
    number = page.locator(".eqno").first.inner_text().strip("()#")
    text = page.evaluate(COPY, "section:has(> div.math .eqno)")
    assert f"\\tag{{{number}}}$$" in text
    assert f"({number})" not in re.sub(r"\$\$.*?\$\$", "", text)


def test_half_a_formula_is_copied_whole_and_code_as_the_browser_does(
    page, goto_page_with
):
    goto_page_with('class="eqno"', 'class="cell_input')
    page.wait_for_function("() => document.querySelector('[data-tex]')")
    half = page.evaluate(COPY, "span.math mjx-math")
    assert half == page.locator("span.math [data-tex]").first.get_attribute("data-tex")
    code = page.locator(".cell_input pre").first
    assert page.evaluate(COPY, ".cell_input pre").strip() == code.inner_text().strip()


MENU = ".dropdown-download-buttons"
SAVED = [".zip", ".ipynb", ".md"]


@pytest.fixture(params=["a server", "the disk"])
def opened(request, browser, site, serve, page_with):
    """A page with code, of a server or from its folder."""
    context = browser.new_context(viewport=DESK)
    tab = context.new_page()
    address = serve(site) if request.param == "a server" else site.as_uri()
    tab.goto(f"{address}/book/{page_with('cell_input', 'solution dropdown')}")
    yield tab
    context.close()


def choose(tab, ending: str) -> None:
    """Click on a line of the menu of downloads."""
    tab.locator(f"{MENU} > button").click()
    tab.locator(f'{MENU} a[href$="{ending}"]').click()


@pytest.mark.parametrize("ending", SAVED)
def test_the_menu_saves_a_file_instead_of_showing_it(ending, opened, site):
    with opened.expect_download() as saving:
        choose(opened, ending)
    file = next(site.rglob(f"*/{saving.value.suggested_filename}"))
    assert file.suffix == ending
    assert Path(saving.value.path()).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("opened", ["the disk"], indirect=True)
@pytest.mark.parametrize("ending", SAVED[1:])
def test_without_its_marks_the_browser_would_show_it(ending, opened):
    opened.evaluate(
        """menu => document.querySelectorAll(`${menu} a`).forEach(
      a => { a.removeAttribute("download"); a.removeAttribute("data-packed"); })""",
        MENU,
    )
    choose(opened, ending)
    opened.wait_for_url(f"**/*{ending}")


def test_the_zip_stands_first_in_the_menu(opened):
    links = opened.locator(f"{MENU} a").evaluate_all("all => all.map(a => a.href)")
    assert links[0].endswith(".zip")


# ---------------------------------------------------------------- search
def found(page, query: str) -> set[str]:
    """The pages that the search page lists for a query."""
    page.goto(re.sub(r"(book/)?\w+\.html.*", f"search.html?q={query}", page.url))
    page.wait_for_function("""() => {
      const said = document.querySelector(".search-summary, #search-results > p");
      return said && !/Searching|Preparing/.test(
        document.querySelector("#search-results").textContent);
    }""")
    links = page.locator("#search-results li a")
    hrefs = links.evaluate_all("links => links.map(link => link.href)")
    return {re.sub(r".*/(\w+)\.html.*", r"\1", href) for href in hrefs}


@pytest.mark.parametrize("key", ["Control+k", "Enter"])
def test_search_opens_and_asks_by_the_keyboard(key, page):
    if key == "Enter":
        page.locator(STOPS["search"]).first.focus()
    page.keyboard.press(key)
    page.locator("#pst-search-dialog input").wait_for()
    page.keyboard.type("notation")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=notation")
    page.locator("#search-results li a[href*='notation.html']").first.wait_for()


@pytest.mark.parametrize(
    "query",
    ["regularisation", "regularization", "regularized", "正则化", "正则", "梯度"],
)
def test_the_search_finds_the_regression_page(query, page):
    assert "regression" in found(page, query)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("pokemon", "regression"),  # Pokémon
        ("POKÉMON", "regression"),
        ("线性回归", "regression"),  # two terms in one word
        ("迴歸", "regression"),
        ("梯度下降法", "gradient_descent"),
        ("過擬合", "regression"),
        ("過度擬合", "regression"),
        ("機率", "classification_generative"),  # 概率
        ("類神經網路", "logistic_regression_multiclass"),
        ("散度", "logistic_regression_binary"),  # KL散度
    ],
)
def test_a_query_finds_its_page_however_it_is_written(query, where, page):
    assert where in found(page, query)


ASK = """queries => queries.map(query =>
  Search._performSearch(...Search._parseQuery(query)).map(result => result[5]))"""


def ask(page, queries: list[str]) -> dict[str, set[str]]:
    """The pages that the search has for each of many queries."""
    found(page, "notation")
    files = page.evaluate(ASK, queries)
    names = [{re.sub(r".*/(\w+)\.md", r"\1", f) for f in found} for found in files]
    return dict(zip(queries, names, strict=True))


def chinese_names() -> list[str]:
    """The Chinese names of the glossary's terms."""
    texts = (text.split(".")[0] for text in glossary(ROOT).values())
    names = {name for text in texts for name in text.split("、")}
    return sorted({re.sub(r"[^\u4e00-\u9fff]", "", name) for name in names} - {""})


def traditional(text: str) -> str:
    """A text in traditional characters, as far as our table knows them."""
    back = {simple: other for other, simple in SIMPLIFIED.items()}
    return "".join(back.get(c, c) for c in text)


def test_every_term_is_found_as_a_whole_by_part_in_both_scripts_and_by_other_names(
    page,
):
    names = chinese_names()
    parts = {name[i : i + 2] for name in names for i in range(len(name) - 1)}
    queries = {*names, *parts, *VARIANTS}
    queries |= {traditional(query) for query in queries}
    queries |= {term for term in glossary(ROOT) if not re.search(r"[^a-z -]", term)}
    assert len(queries) > 400
    got = ask(page, sorted(queries))
    assert not [query for query in queries if "glossary" not in got[query]]


def test_with_the_usual_way_to_cut_a_query_most_would_not_be_found(page):
    usual = f"const stopwords = [];{languages['en'].js_stemmer_code}"
    page.route("**/language_data.js*", lambda route: route.fulfill(body=usual))
    queries = [
        "pokemon",
        "线性回归",
        "迴歸",
        "梯度下降法",
        "過擬合",
        "機率",
        "类神经网路",
    ]
    assert not {where for pages in ask(page, queries[1:]).values() for where in pages}
    assert "regression" in ask(page, queries[:1])["pokemon"]  # the index is folded


def test_the_search_works_from_a_folder_without_a_server(browser, site):
    tab = browser.new_page()
    tab.goto((site / "search.html").as_uri())
    assert "regression" in found(tab, "regularization")
    assert "regression" in found(tab, "正则化")
    tab.close()


def test_the_search_finds_the_other_spelling(page):
    assert "regression" in found(page, "colors")


def test_with_the_usual_stemmer_it_would_not(page):
    usual = f"const stopwords = [];{languages['en'].js_stemmer_code}"
    page.route("**/language_data.js*", lambda route: route.fulfill(body=usual))
    assert "regression" in found(page, "colours")
    assert "regression" not in found(page, "colors")


# ---------------------------------------------------------------- light and dark
def test_the_theme_switch_changes_the_theme_and_the_page_remembers(page):
    theme = "() => document.documentElement.dataset.theme"
    before, switch = page.evaluate(theme), page.locator(".theme-switch-button:visible")
    for _ in range(3):  # light, dark, and what the system says
        if page.evaluate(theme) == before:
            switch.first.focus()
            page.keyboard.press("Enter")
    after = page.evaluate(theme)
    assert {before, after} == {"light", "dark"}
    page.reload()
    assert page.evaluate(theme) == after


def moved(page) -> float:
    """How far the text moves under the reader's eyes when the theme changes."""
    return page.evaluate("""async () => {
      const frame = () => new Promise(done => requestAnimationFrame(done));
      const heads = [...document.querySelectorAll("article h2, article h3")];
      const here = heads[Math.floor(heads.length / 2)];
      here.scrollIntoView({ behavior: "instant" });
      await frame(); await frame();
      const before = here.getBoundingClientRect().top;
      let most = 0;
      for (let i = 0; i < 3; i++) {
        document.querySelector(".theme-switch-button").click();
        await frame(); await frame();
        most = Math.max(most, Math.abs(here.getBoundingClientRect().top - before));
      }
      return scrollY > 0 ? most : NaN;
    }""")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_reader_stays_where_he_reads_when_the_theme_changes(
    size, page, goto_page_with
):
    page.set_viewport_size(size)
    goto_page_with('class="movie"')
    assert moved(page) <= 2


def test_a_page_that_jumps_is_noticed(page, goto_page_with):
    goto_page_with('class="movie"')
    page.evaluate("""() => new MutationObserver(() => scrollTo(0, 0))
      .observe(document.documentElement, { attributeFilter: ["data-theme"] })""")
    assert not moved(page) <= 2


def test_a_page_works_from_a_folder_without_a_server(browser, site):
    context = browser.new_context(viewport=DESK)
    tab, wrong = context.new_page(), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("requestfailed", lambda request: wrong.append(request.url))
    tab.goto((site / "book" / "notation.html").as_uri())
    tab.evaluate("() => window.MathJax?.startup?.promise.then(() => true)")
    assert tab.locator("mjx-container").count()
    assert not wrong
    context.close()
