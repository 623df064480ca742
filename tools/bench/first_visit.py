"""What a first visit of a page loads beside its own text, figures and animations.

The built site is opened in Chromium, which keeps nothing from one page to the next and
is handed the files as they are, uncompressed.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Route, sync_playwright

from tools.bench.measure import Row
from tools.browser import chromium
from tools.promises.pages import ROOT

SITE = ROOT / "_build" / "html"
HOST = "http://book.invalid/"  # nobody's: every request is answered from the folder
KINDS = {".js": "scripts", ".css": "styles", ".woff": "fonts", ".woff2": "fonts"}


def weigh(browser: Browser, site: Path, page: str) -> dict[str, int]:
    """Return the bytes of each file of the frame that a page loads on a first visit."""
    context = browser.new_context()
    tab, loaded = context.new_page(), {}

    def answer(route: Route) -> None:
        name = unquote(urlsplit(route.request.url).path).lstrip("/")
        file = site / name
        if file.is_file() and not name.startswith("_images/") and name != page:
            loaded[name] = file.stat().st_size
        route.fulfill(path=file) if file.is_file() else route.abort()

    context.route(f"{HOST}**", answer)
    tab.goto(HOST + page)
    tab.evaluate("() => window.MathJax?.startup?.promise.then(() => true)")
    tab.wait_for_load_state("networkidle")
    context.close()
    return loaded


def row(kind: str, page: str, loaded: dict[str, int]) -> Row:
    """Return one line of the table."""
    parts = dict.fromkeys(["scripts", "styles", "fonts"], 0)
    for name, size in loaded.items():
        if part := KINDS.get(Path(name).suffix):
            parts[part] += size
    sizes = {"megabytes": sum(loaded.values()), **parts}
    return {"a page": kind, "the heaviest": page} | {
        name: f"{size / 1e6:.2f}" for name, size in sizes.items()
    }


def measure() -> Iterator[Row]:
    """Yield the heaviest page with mathematics, and the heaviest without.

    Raises:
        FileNotFoundError: If the site is not built, or there is no Chromium.
    """
    program = chromium()
    if not program or not (SITE / "book").is_dir():
        raise FileNotFoundError(
            "it needs the site and Chromium: make html, make system"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        pages = sorted(path.name for path in (SITE / "book").glob("*.html"))
        weighed = {name: weigh(browser, SITE, f"book/{name}") for name in pages}
        browser.close()
    for kind, has_mathematics in (("with mathematics", True), ("without", False)):
        chosen = {
            name: loaded
            for name, loaded in weighed.items()
            if any("mathjax" in file for file in loaded) == has_mathematics
        }
        heaviest = max(chosen, key=lambda name: sum(chosen[name].values()))
        yield row(kind, heaviest.removesuffix(".html"), chosen[heaviest])
