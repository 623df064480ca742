"""A notebook as a reader opens it: JupyterLab, dark, and nothing in it is trusted.

One page with a figure and an animation stands for all: what the others hold is asked of
every notebook in test_notebooks.py.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread

import nbformat
import psutil
import pytest
import yaml
from sphinx.util.matching import Matcher

from tools.lab import put, settings

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("lab")
DARK = {
    "apputils-extension/themes": '{"theme": "JupyterLab Dark"}',
    "apputils-extension/notification": '{"fetchNews": "false"}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',  # all cells at once
}
NUMBERED = re.compile(r"^\(\d+\.\d+\)$", re.MULTILINE)  # as the page numbers it
COUNTED = re.compile(r"\(\d+\)$", re.MULTILINE)
# Of all that an output shows: the darkest and the lightest of its pixels, as 0 to 255.
# A drawing on nothing is drawn on what stands behind it in the window.
SHADES = """async node => {
  const canvas = document.createElement("canvas"), shown = new Image();
  const svg = node.tagName === "svg" && new XMLSerializer().serializeToString(node);
  shown.src = svg ? "data:image/svg+xml," + encodeURIComponent(svg) : node.src;
  await shown.decode();
  [canvas.width, canvas.height] = [300, 200];
  const pen = canvas.getContext("2d");
  const behind = document.querySelector(".jp-Notebook");
  pen.fillStyle = getComputedStyle(behind).backgroundColor;
  pen.fillRect(0, 0, 300, 200);
  pen.drawImage(shown, 0, 0, 300, 200);
  const bytes = pen.getImageData(0, 0, 300, 200).data;
  const greys = [...bytes.filter((_, n) => n % 4 === 1)].sort((a, b) => a - b);
  return [greys[0], greys.at(-1)];
}"""


@pytest.fixture(scope="module")
def page(site) -> nbformat.NotebookNode:
    """Of a page: text with a numbered formula and a fold, a figure, an animation."""
    for path in sorted((site / "notebooks").glob("*.ipynb")):
        book = nbformat.read(path, 4)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        figures = [cell for cell in code if holds(cell, "image/svg+xml")]
        films = [cell for cell in code if holds(cell, "text/html")]
        if figures and films:
            formulas = [cell for cell in book.cells if r"\tag{" in cell.source]
            folds = [cell for cell in book.cells if "<details>" in cell.source]
            book.cells = [formulas[0], folds[0], figures[0], films[0]]
            return book
    return pytest.skip("no page has a figure and an animation")


def holds(cell: nbformat.NotebookNode, kind: str) -> bool:
    return any(kind in output.get("data", {}) for output in cell.outputs)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """Where Jupyter keeps what it knows of a reader: a dark theme, no signatures."""
    home = tmp_path_factory.mktemp("home")
    for name, text in DARK.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return home


@pytest.fixture(scope="module")
def room(tmp_path_factory, page, home) -> Path:
    """Notebooks: as downloaded, as `make lab` brings them, and without their PNG."""
    folder = tmp_path_factory.mktemp("room")
    nbformat.write(page, folder / "page.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        # Trust is a matter of what a notebook holds, not of where it lies.
        page.metadata["brought"] = True
        put(folder / "brought.ipynb", nbformat.writes(page).encode())
    for cell in page.cells[2:]:
        for output in cell.outputs:
            output.get("data", {}).pop("image/png", None)
    nbformat.write(page, folder / "without.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(room, home) -> Iterator[str]:
    """The address of a JupyterLab of this reader, with the settings of `make lab`."""
    places = {"DATA": "data", "RUNTIME": "runtime", "CONFIG": "config"}
    environment = {f"JUPYTER_{k}_DIR": str(home / v) for k, v in places.items()}
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--port=0", "--IdentityProvider.token=", f"--notebook-dir={room}"]
    server = subprocess.Popen(
        command,
        env=os.environ | settings() | environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    found: Queue[str] = Queue()

    def listen() -> None:  # to the end, or a full pipe would stop the server
        for line in server.stderr:
            for address in re.findall(r"http://127\.0\.0\.1:[1-9]\d*", line):
                found.put(address)

    listener = Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield found.get(timeout=120)
    finally:
        for process in [*psutil.Process(server.pid).children(True), server]:
            with suppress(psutil.NoSuchProcess):
                process.kill()  # asked politely, it waits for kernels nobody needs
        server.wait()
        listener.join()
        server.stderr.close()


@pytest.fixture
def opened(lab, browser):
    """Call it with the name of a notebook to see it in a window."""
    context = browser.new_context(viewport={"width": 1000, "height": 1400})

    def look(name: str):
        tab = context.new_page()
        tab.goto(f"{lab}/lab/tree/{name}?reset", wait_until="commit")
        tab.locator(".jp-Notebook .jp-OutputArea-output").nth(1).wait_for()
        tab.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
        return tab

    yield look
    context.close()


def test_what_nobody_trusts_shows_its_figure_dark_ink_on_a_light_ground(opened):
    shown = opened("page.ipynb").locator(".jp-OutputArea-output").nth(0)
    picture = shown.locator("img, svg")
    picture.wait_for()
    assert "<Figure" not in shown.inner_text()
    darkest, lightest = picture.evaluate(SHADES)
    assert darkest < 110
    assert lightest == 255


def test_an_animation_that_nobody_trusts_is_a_still_that_says_how_to_play(opened):
    shown = opened("page.ipynb").locator(".jp-OutputArea-output").nth(1)
    shown.locator("img").wait_for()
    assert shown.locator("img").evaluate(SHADES)[1] > 240
    assert "To play it, run the cell" in shown.inner_text()
    assert not shown.locator("button, input").count()


def test_without_its_png_the_figure_is_nothing_but_its_name(opened):
    shown = opened("without.ipynb").locator(".jp-OutputArea-output").nth(0)
    assert "<Figure size" in shown.inner_text()
    assert not shown.locator("img, svg").count()


def test_as_make_lab_brings_it_the_figure_is_on_light_and_the_animation_plays(opened):
    tab = opened("brought.ipynb")
    picture = tab.locator(".jp-RenderedSVG svg, .jp-RenderedSVG img").first
    assert picture.evaluate(SHADES)[1] == 255
    button = tab.locator(".movie button")
    button.click()
    assert button.inner_text() == "Pause"


def test_a_formula_has_one_number_and_a_fold_opens(opened):
    """As plain Markdown; an extension that reads MyST numbers each formula again."""
    tab = opened("page.ipynb")
    formula, fold = (tab.locator(".jp-MarkdownOutput").nth(n) for n in (0, 1))
    formula.locator("mjx-container").first.wait_for()
    assert NUMBERED.search(formula.inner_text())
    assert not COUNTED.search(formula.inner_text())
    words = fold.locator("details p").first
    assert not words.is_visible()
    fold.locator("summary").first.click()
    words.wait_for(state="visible")


def test_the_build_does_not_look_at_what_the_reader_keeps():
    """It reads all pages again when the list of files that it leaves out changes."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    left_out = Matcher(config["exclude_patterns"])
    assert left_out("lab")
    assert not left_out("book")


def test_git_ignores_the_folder_and_no_target_removes_it():
    (pattern,) = {"/lab/"} & set((ROOT / ".gitignore").read_text("utf-8").split())
    makefile = (ROOT / "Makefile").read_text("utf-8")
    removed = [line for line in makefile.splitlines() if "rm -" in line]
    assert removed
    assert not [line for line in removed if pattern.strip("/") in line.split()]
