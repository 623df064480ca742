"""What a reader does with the site: by keyboard alone, by search, in either theme.

Buttons, menus, search and films are the work of scripts that are the same on all pages:
each is tried once, on the smallest page that has it. As in test_site.py each check also
meets a page on which it has to fail.
"""

import re

import pytest
from sphinx.search import languages

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MOST_STOPS = 400  # of the Tab key

# What Tab has to reach on a chapter.
STOPS = {
    "skip link": "#pst-skip-link a",
    "menu": "button.primary-toggle",
    "search": ".search-button, .search-button__button",
    "downloads": ".dropdown-download-buttons > button",
    "theme": ".theme-switch-button",
    "folded source": "details.hide > summary",
    "folded answer": "details.sd-dropdown > summary",
    "folded solution": ".solution button.toggle-button",
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
@pytest.mark.parametrize("kind", ["folded answer", "folded source"])
def test_what_is_folded_opens_by_the_keyboard(kind, key, page, goto_page_with):
    goto_page_with("sd-dropdown", 'class="admonition hide')
    summary = page.locator(STOPS[kind]).first
    summary.focus()
    page.keyboard.press(key)
    assert summary.locator("..").get_attribute("open") is not None


def test_a_folded_solution_opens_by_the_keyboard(page, goto_page_with):
    goto_page_with('class="solution dropdown')
    solution = page.locator(".solution.dropdown").first
    text = solution.locator("p:not(.admonition-title)").first
    assert not text.is_visible()
    solution.locator("button.toggle-button").focus()
    page.keyboard.press("Enter")
    text.wait_for(state="visible")


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


UNFOLD = """() => document.querySelectorAll("details, .toggle-hidden")
  .forEach(e => { e.open = true; e.classList.remove("toggle-hidden"); })"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_tab_reaches_what_scrolls_sideways_and_nothing_else(size, page, goto_page_with):
    page.set_viewport_size(size)
    goto_page_with("solution dropdown", 'class="movie"')
    page.evaluate(UNFOLD)
    page.wait_for_function(f"() => !({OUT_OF_REACH})().length")


def test_without_our_script_it_does_not(page, goto_page_with):
    page.route("**/book.js*", lambda route: route.fulfill(body=""))
    page.set_viewport_size(PHONE)
    goto_page_with("solution dropdown", 'class="movie"')
    page.evaluate(UNFOLD)
    assert page.evaluate(OUT_OF_REACH)


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
