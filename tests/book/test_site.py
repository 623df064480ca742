"""The built site in a real browser, which reaches no other host.

Each page is opened once, at a desk and on a telephone, in light and in dark; what was
seen is a list of faults for each promise.  A page with every fault shows that each of
them is seen.  What a page cannot change, its frame and its theme, is looked at on the
first page and on one chapter.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from scipy.ndimage import grey_closing, minimum_filter

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SMALL_PHONE = {"width": 320, "height": 568}
# Bytes of a first visit without the page's own text, figures and animations.
WITH_MATHEMATICS, WITHOUT = 2_000_000, 1_000_000
OWN = re.compile(r"\.html($|[?#])|/_images/")
HERE = ("127.0.0.1", "localhost")
SECONDS, FACTOR = 8, 3  # of the browser's CPU for a page; a test fails at three times
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

# Of each element with words of its own: is its ink light or dark enough for its ground?
# The ground is what lies behind it, down to the first colour that hides the rest.
LITTLE_CONTRAST = """() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map(), grounds = new Map([[null, [255, 255, 255, 1]]]);
  const colour = text => {
    if (!known.has(text)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
    return known.get(text);
  };
  const over = ([r, g, b, a], below) =>
    [r, g, b].map((part, i) => part * a + below[i] * (1 - a)).concat(1);
  const ground = e => {
    if (!grounds.has(e)) {
      const own = colour(getComputedStyle(e).backgroundColor);
      grounds.set(e, own[3] === 1 ? own : over(own, ground(e.parentElement)));
    }
    return grounds.get(e);
  };
  const opacity = e => e ? getComputedStyle(e).opacity * opacity(e.parentElement) : 1;
  const light = rgb => rgb.slice(0, 3).map(part => part / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const hasWords = e => e.tagName === "MJX-CONTAINER"
    || [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const isSeen = e => e.checkVisibility({ visibilityProperty: true })
    && e.clientWidth !== 1 && !e.closest("svg, :disabled, mjx-math");
  const faults = new Map();
  for (const e of document.querySelectorAll("body, body *")) {
    if (!hasWords(e) || !isSeen(e)) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(e), behind = ground(e);
    const [r, g, b, a] = colour(color), size = parseFloat(fontSize);
    const ink = over([r, g, b, a * opacity(e)], behind);
    const [low, high] = [light(ink), light(behind)].sort((one, other) => one - other);
    const least = size >= 24 || (size >= 18.66 && fontWeight >= 700) ? 3 : 4.5;
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < least) {
      const place = `${e.tagName}.${e.className}: ${contrast.toFixed(2)}`;
      if (!faults.has(place)) faults.set(place, e.textContent.trim().slice(0, 40));
    }
  }
  return [...faults].map(fault => fault.join(" "));
}"""
THEME = "theme => { document.documentElement.dataset.theme = theme; }"
# Formulas and coloured code are most of a chapter's elements, and all alike.  A formula
# becomes an empty box of its size, and of each kind of coloured letters one is kept.
THIN_OUT = """() => {
  const formulas = [...document.querySelectorAll("mjx-math")];
  const sizes = formulas.map(e => e.getBoundingClientRect());
  formulas.forEach((e, i) => {
    e.replaceChildren();
    e.style.cssText = `width: ${sizes[i].width}px; height: ${sizes[i].height}px`;
  });
  document.querySelectorAll("mjx-assistive-mml").forEach(e => e.remove());
  const seen = new Set();
  document.querySelectorAll(".highlight pre span[class]").forEach(e => {
    const box = e.closest(".admonition, .sd-dropdown, .output")?.className;
    const kind = `${e.className} in ${box}`;
    if (seen.has(kind)) e.replaceWith(e.textContent);
    seen.add(kind);
  });
}"""
# Away with all but the pictures, so the browser draws them quickly.  Small ones are
# left out: soft edges are all there is, and they are shown whole elsewhere.
PICTURES_ALONE = """() => {
  const pictures = [...document.querySelectorAll("article img")], kept = new Set();
  for (const picture of pictures) {
    const whole = picture.clientWidth >= 0.6 * picture.naturalWidth;
    picture.toggleAttribute("data-look", whole && picture.checkVisibility());
    for (let e = picture; e; e = e.parentElement) kept.add(e);
  }
  const others = [...document.querySelectorAll("body *")].filter(e => !kept.has(e));
  others.forEach(e => e.style.setProperty("display", "none", "important"));
}"""
TWO_FRAMES = """() => new Promise(
  done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""
AXE = """async ([where, only]) => {
  const seen = await axe.run(
    where, { resultTypes: ["violations"], preload: false, ...only });
  return seen.violations.filter(v => ["serious", "critical"].includes(v.impact))
    .flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")}`));
}"""


@dataclass
class Visit:
    """The faults of a page, each kind in a list of its own."""

    errors: list[str] = field(default_factory=list)
    requests_outside: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)
    heavy_first_visits: list[str] = field(default_factory=list)
    raw_formulas: list[str] = field(default_factory=list)
    formulas_not_set: list[str] = field(default_factory=list)
    code_wider_than_the_column: list[str] = field(default_factory=list)
    formulas_wider_than_the_column: list[str] = field(default_factory=list)
    sideways_scrolling_on_a_phone: list[str] = field(default_factory=list)
    content_cut_off_on_a_phone: list[str] = field(default_factory=list)
    line_art_dark_on_dark: list[str] = field(default_factory=list)
    pictures_inverted: list[str] = field(default_factory=list)
    figures_with_faint_ink: list[str] = field(default_factory=list)
    letters_with_little_contrast: list[str] = field(default_factory=list)
    barriers_for_some_readers: list[str] = field(default_factory=list)
    seconds: float = 0  # of CPU
    loaded: dict[str, int] = field(default_factory=dict)  # bytes by address


def heavy_first_visit(loaded: dict[str, int]) -> list[str]:
    """What weighs most where a first visit weighs too much: bytes, by their address.

    What is a page's own is left out: its text, with its animations, and its figures.
    """
    frame = {url: size for url, size in loaded.items() if not OWN.search(url)}
    limit = WITH_MATHEMATICS if any("mathjax" in url for url in frame) else WITHOUT
    if sum(frame.values()) <= limit:
        return []
    heaviest = sorted(frame, key=frame.__getitem__)[-3:]
    return [f"{sum(frame.values())} bytes, at most {limit}: {heaviest}"]


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
        visit.loaded[response.url] = int(response.headers.get("content-length", 0))

    page.route("**/*", only_here)
    page.on("console", said)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("response", answered)


def settle(page) -> None:
    """Wait until the formulas are set."""
    page.evaluate("() => window.MathJax?.startup?.promise.then(() => true)")


# ---------------------------------------------------------------- ink
STROKE = 15  # pixels, two for one of CSS: what is narrower is ink, wider is a surface
FAINT = 0.1  # of a figure's ink may be faint: the thin end of a tinted surface is


LEVELS = np.arange(256, dtype=np.float32) / 255
LINEAR = np.where(LEVELS <= 0.04045, LEVELS / 12.92, ((LEVELS + 0.055) / 1.055) ** 2.4)
WEIGHTS = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def luminance(picture: np.ndarray) -> np.ndarray:
    """How light each pixel is, from 0 to 1 (WCAG 2)."""
    return LINEAR[picture.astype(np.uint8)] @ WEIGHTS


def faint_ink(picture: np.ndarray) -> float:
    """The share of a picture's ink with less than 3:1 against the ground.

    Ink is what is thin and stands on the ground, the most frequent colour: lines, dots,
    letters.  Surfaces and what is drawn on them are left out.  A pixel counts as the
    strongest one beside it, so the soft edges of a line count as the line.
    """
    light = luminance(picture)
    ground = np.bincount((1000 * light + 0.5).astype(int).ravel()).argmax() / 1000
    sign = 1 if ground > 0.18 else -1  # dark ink, or light ink on a dark ground
    behind = sign * grey_closing(sign * light, STROKE)
    core = sign * minimum_filter(sign * light, 7)

    def contrast(one, other):
        return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)

    ink = (contrast(light, behind) > 1.2) & (contrast(behind, ground) < 1.05)
    return float((contrast(core, behind)[ink] < 3).mean()) if ink.any() else 0.0


def figures_with_faint_ink(page) -> list[str]:
    """The figures of a page that are hard to see in the theme that it has now."""
    faults = []
    for figure in page.locator("article img[data-look]").all():
        shot = Image.open(io.BytesIO(figure.screenshot())).convert("RGB")
        share = faint_ink(np.asarray(shot))
        if share > FAINT:
            alt = figure.get_attribute("alt") or ""
            faults.append(f"{share:.0%} of the ink is faint: {alt[:60]}")
    return faults


# ---------------------------------------------------------------- a visit
CONTRAST = "color-contrast"
NO_COLOURS = {"rules": {CONTRAST: {"enabled": False}}}


def barriers_in_the_frame(page) -> list[str]:
    """What axe finds serious or critical, in both themes and at both widths.

    A theme changes colours alone, and a width everything but colours.
    """
    page.evaluate(THIN_OUT)
    page.evaluate(AXE_SCRIPT)
    faults = []
    for theme, size, only in [
        ("dark", DESK, {"runOnly": [CONTRAST]}),
        ("light", DESK, {}),
        ("light", PHONE, NO_COLOURS),
    ]:
        page.evaluate(THEME, theme)
        page.set_viewport_size(size)
        page.evaluate(TWO_FRAMES)
        where = f"{theme}, {size['width']} px: "
        faults += [where + f for f in page.evaluate(AXE, ["body", only])]
    return faults


def seconds_of_the_browser() -> dict[int, float]:
    """CPU seconds of each process of the browser and of its driver."""
    spent = {}
    for process in psutil.Process().children(recursive=True):
        try:
            spent[process.pid] = sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return spent


def look_at_a_desk(page, visit: Visit) -> None:
    """What is wrong on a wide page, whatever the theme."""
    visit.raw_formulas = RAW_TEX.findall(page.evaluate(TEXT))
    visit.formulas_not_set = page.evaluate(UNSET)
    page.evaluate(UNFOLD)
    visit.code_wider_than_the_column = page.evaluate(LONG_CODE)
    visit.formulas_wider_than_the_column = page.evaluate(LONG_FORMULAS)


def look_on_a_phone(page, visit: Visit) -> None:
    """What is wrong on a narrow one: there more has to scroll, so axe looks here."""
    for size in (SMALL_PHONE, PHONE):
        page.set_viewport_size(size)
        where = f"{size['width']} px: "
        visit.sideways_scrolling_on_a_phone += [where + f for f in page.evaluate(WIDE)]
        visit.content_cut_off_on_a_phone += [where + f for f in page.evaluate(CUT_OFF)]
    page.evaluate(THIN_OUT)
    page.evaluate(AXE_SCRIPT)
    visit.barriers_for_some_readers = page.evaluate(AXE, ["article", NO_COLOURS])


def look_at_colours(page, visit: Visit) -> None:
    """What is hard to see in one of the themes."""
    for theme in ("light", "dark"):
        page.evaluate(THEME, theme)
        visit.letters_with_little_contrast += page.evaluate(LITTLE_CONTRAST)
    page.evaluate(PICTURES_ALONE)
    page.set_viewport_size(DESK)
    seen = page.evaluate(FILTERS)
    visit.line_art_dark_on_dark = [a for a, plate, bright in seen if not plate | bright]
    visit.pictures_inverted = [alt for alt, plate, bright in seen if plate & bright]
    for theme in ("dark", "light"):
        page.evaluate(THEME, theme)
        visit.figures_with_faint_ink += figures_with_faint_ink(page)


@contextmanager
def opened(browser, url: str, visit: Visit) -> Iterator[object]:
    """Open a page in a window of its own, and wait for its formulas."""
    context = browser.new_context(
        viewport=DESK, color_scheme="light", device_scale_factor=2
    )
    page = context.new_page()
    watch(page, visit)
    page.goto(url)
    settle(page)
    page.add_style_tag(content="* { transition: none !important; }")
    yield page
    context.close()


def look_at(browser, url: str) -> Visit:
    """Open a page and look at it."""
    visit, before = Visit(), seconds_of_the_browser()
    with opened(browser, url, visit) as page:
        page.wait_for_load_state("networkidle")
        visit.heavy_first_visits = heavy_first_visit(visit.loaded)
        look_at_a_desk(page, visit)
        look_on_a_phone(page, visit)
        look_at_colours(page, visit)
        spent = seconds_of_the_browser().items()
        visit.seconds = sum(now - before.get(process, 0) for process, now in spent)
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


def look_at_the_frame(browser, url: str) -> list[str]:
    """Open a page and ask axe about all of it."""
    with opened(browser, url, Visit()) as page:
        page.evaluate(UNFOLD)
        return barriers_in_the_frame(page)


BAD_PAGE = r"""<!DOCTYPE html><html><head><title>bad</title></head><body>
<script>console.error("planted")</script>
<img src="https://example.org/outside.png" alt="outside"><img src="gone.svg" alt="gone">
<script src="heavy.js"></script>
<article><p>A formula: $$\frac{1}{2}$$.</p><span class="math">never set</span>
<span class="math" style="display: inline-block; width: 2em; overflow: auto">
a_formula_without_end</span>
<details><div class="cell_input" style="width: 9em"><pre style="overflow: auto">a long
line, too long for the column of the page, so that it scrolls</pre></div></details>
<table style="width: 900px"><tr><td>wide</td></tr></table>
<img src="a.svg" alt="line art"><div class="tag_picture">
<img src="a.svg" alt="picture" style="filter: invert(1)"></div>
<img src="faint.svg" alt="a grey line on white"><button></button>
<p style="color: #999">faint letters</p></article>
</body></html>"""
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
GREY_LINE = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="99">
<rect width="200" height="99" fill="white"/><path d="M9,9V90H190" stroke="#000"/>
<path d="M9,90L190,9" stroke="#bbb" stroke-width="2"/></svg>"""
KINDS = [kind.name for kind in fields(Visit) if kind.name not in ("seconds", "loaded")]


@pytest.fixture(scope="session")
def bad_visit(browser, serve, tmp_path_factory):
    """What is seen on a page with every fault."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "bad.html").write_text(BAD_PAGE, "utf-8")
    (folder / "heavy.js").write_bytes(b"/" * (WITHOUT + 1))
    (folder / "a.svg").write_text(DRAWING, "utf-8")
    (folder / "faint.svg").write_text(GREY_LINE, "utf-8")
    return look_at(browser, f"{serve(folder)}/bad.html")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_no(kind, built, visits):
    assert not getattr(visits(built), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_planted_in_a_page_they_are_seen(kind, bad_visit):
    assert getattr(bad_visit, kind)


def test_what_is_too_wide_for_a_small_phone_alone_is_seen(browser, serve, tmp_path):
    name = '<article><code style="font: 12px monospace">{}</code></article>'
    page = name.format("a_name_of_forty_eight_letters_that_does_not_break")
    (tmp_path / "bad.html").write_text(page, "utf-8")
    faults = look_at(
        browser, f"{serve(tmp_path)}/bad.html"
    ).sideways_scrolling_on_a_phone
    assert faults
    assert all(fault.startswith("320 px") for fault in faults)


def test_mathematics_may_weigh_more_and_what_is_a_page_s_own_anything():
    half = {"/_static/a.js": WITHOUT // 2, "/book/page.html": WITHOUT}
    assert not heavy_first_visit(half | {"/_images/a.svg": WITHOUT})
    assert heavy_first_visit(half | {"/_static/b.css": WITHOUT})
    assert not heavy_first_visit(half | {"/_static/mathjax/b.js": WITHOUT})
    assert heavy_first_visit(half | {"/_static/mathjax/b.js": WITH_MATHEMATICS})


@pytest.mark.parametrize("kind", ["the first page", "a chapter"])
def test_the_frame_and_the_theme_are_no_barrier(kind, browser, site, serve, chapter):
    """Menus, buttons and style sheets are one and the same on all pages.

    So axe reads them on two: the first page, which has the map and the cards, and a
    chapter with all that chapters are made of. What is a page's own, its article and
    the contrast of its letters, is looked at on every page.
    """
    name = "index.html" if kind == "the first page" else chapter
    assert not look_at_the_frame(browser, f"{serve(site)}/book/{name}")


def test_a_barrier_in_the_frame_is_seen(browser, serve, tmp_path):
    page = """<article></article><nav><button></button><p class="x">faint</p></nav>
    <style>html[data-theme="dark"] .x { color: #333; background: #111 }</style>"""
    (tmp_path / "bad.html").write_text(page, "utf-8")
    url = f"{serve(tmp_path)}/bad.html"
    found = {fault.split(": ")[:2][-1] for fault in look_at_the_frame(browser, url)}
    assert found >= {"color-contrast", "button-name"}
    assert not look_at(browser, url).barriers_for_some_readers


@pytest.mark.parametrize(
    ("style", "is_faint"),
    [
        ("color: #767676", False),
        ("color: #777", True),
        ("color: #777; font-size: 24px", False),
        ("color: color-mix(in srgb, #777, white)", True),
        ("opacity: 0.5", True),
        ("background: #666", True),
        ("background: rgb(0 0 0 / 20%)", False),
        ("background: rgb(0 0 0 / 70%)", True),
        ("color: #ccc; display: none", False),
        ("color: #ccc; visibility: hidden", False),
    ],
)
def test_faint_letters_are_told_from_letters(style, is_faint, browser):
    tab = browser.new_page()
    tab.set_content(f'<p style="color: black; {style}"><b>some words</b></p>')
    assert bool(tab.evaluate(LITTLE_CONTRAST)) == is_faint
    tab.close()


def test_a_page_takes_the_browser_no_longer_than_it_should(
    built, visits, record_property
):
    seconds = visits(built).seconds
    record_property("seconds of the browser's CPU", f"{seconds:.1f}")
    assert 0 < seconds < FACTOR * SECONDS


def test_a_page_that_keeps_the_browser_busy_is_seen(browser, serve, tmp_path):
    busy = "<article></article><script>let n = 0; while (n < 4e8) n++;</script>"
    (tmp_path / "calm.html").write_text("<article></article>", "utf-8")
    (tmp_path / "busy.html").write_text(busy, "utf-8")
    calm, busy = (
        look_at(browser, f"{serve(tmp_path)}/{name}.html") for name in ("calm", "busy")
    )
    assert busy.seconds > calm.seconds + 0.2


def drawn(ink: int, ground: int, width: int = 2) -> np.ndarray:
    """A slanted line with soft edges, as a browser draws it."""
    across = np.abs(np.arange(80)[:, None] - np.arange(200)[None] * 0.3 - 10)
    cover = np.clip(width / 2 + 0.5 - across, 0, 1)[..., None]
    return (ground + (ink - ground) * cover).repeat(3, axis=-1).round()


@pytest.mark.parametrize(
    ("ink", "ground", "share"),
    [(0xBB, 255, 1), (0, 255, 0), (0x55, 0x15, 1), (0xDD, 0x15, 0), (0x8E, 255, 0)],
)
def test_faint_ink_is_told_from_ink(ink, ground, share):
    assert faint_ink(drawn(ink, ground)) == pytest.approx(share, abs=FAINT)


def test_a_faint_line_is_not_hidden_by_a_strong_one():
    both = np.vstack([drawn(0, 255), drawn(0xBB, 255)])
    assert faint_ink(both) > 3 * FAINT


def test_a_tinted_surface_and_a_map_of_colours_are_no_ink():
    tinted = np.full((80, 200, 3), 255.0)
    tinted[20:60, 50:150] = 0xE6
    tinted[30:50, 70:130] = 0xC0
    assert faint_ink(tinted) == 0


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
    scripts += ['<script src="_static/mathjax/startup.js"></script>']
    text = f'<article><div class="math">\\[{formula}\\]</div></article>'
    (tmp_path / "_static").symlink_to(site / "_static")
    (tmp_path / "page.html").write_text("".join(scripts) + text, "utf-8")
    visit = look_at(browser, f"{serve(tmp_path)}/page.html")
    assert (not visit.formulas_not_set) == is_set
    assert not visit.failed_requests + visit.requests_outside
