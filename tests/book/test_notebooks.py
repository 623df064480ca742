"""The notebooks of the site: no MyST is left, and the cheapest runs by itself.

What a leftover is, one table says. Each of its rows is asked of every notebook, and of
a text that has this fault, so that we see it fail.
"""

import base64
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from cached_runs import recorded_runs
from tools.promises.pages import Page, listed

ROOT = Path(__file__).parents[2]
PAGE_LIMIT = 3_000_000  # bytes, as of a page of the site
LEFT = {
    "a role": (r"\{[a-z][\w:+.-]*\}`", "see {numref}`fig-a`"),
    "a directive": (r"^[ >]*(?:`{3,}|~{3,}|:{3,}) *\{", "> ```{note}\n> a\n> ```"),
    "a directive of colons": (r"^[ >]*:{3,}", ":::{note}\na\n:::"),
    "a label": (r"^[ >]*\([\w-]+\)= *$", "(regression)=\n# Regression"),
    "an option": (r"^[ >]*:[a-z][\w-]*:(?: |$)", ":label: ex-a"),
    "the label of an equation": (r"\$\$ *\(", "$$\nx\n$$ (eq-a)"),
    "front matter": (r"\A---\n", "---\nkernelspec: {name: python3}\n---"),
    "a comment": (r"^%|<!--|^\+\+\+", "% nobody reads this"),
    "a name of the bibliography": (r"\w\]_|\[\^", "as [^a] says"),
}
RUN = """
import sys, nbclient, nbformat
book = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(book, timeout=600, kernel_name="python3").execute()
nbformat.write(book, sys.argv[2])
"""


def leftovers(text: str) -> list[str]:
    """What of MyST is left in a text, by name."""
    found = (k for k, (sign, _) in LEFT.items() if re.search(sign, text, re.MULTILINE))
    return list(found)


def texts(book: nbformat.NotebookNode) -> list[str]:
    """All that a notebook program reads as Markdown: cells, and tables of outputs."""
    found = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    outputs = [out for cell in book.cells for out in cell.get("outputs", [])]
    return found + [o.data["text/markdown"] for o in outputs if has_markdown(o)]


def has_markdown(output: nbformat.NotebookNode) -> bool:
    return "text/markdown" in output.get("data", {})


def results(book: nbformat.NotebookNode) -> list[str]:
    """All that a notebook says in words and numbers, in order."""
    said = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            said.append(output.get("text") or data.get("text/markdown") or "")
            # Where there is a picture or a film, the plain text only says that.
            said.append("" if len(data) > 1 else data.get("text/plain", ""))
    return "".join(said).splitlines()


@pytest.fixture
def book(built, site):
    """The notebook of a page; a page without code has none."""
    path = site / "notebooks" / f"{built.rpartition('/')[2]}.ipynb"
    if not path.is_file():
        assert not Page(ROOT / f"{built}.md").is_notebook
        pytest.skip("a page without code has no notebook")
    return nbformat.read(path, 4)


def test_no_myst_is_left_in_a_notebook(book):
    faults = {text[:60]: leftovers(text) for text in texts(book)}
    assert not {text: found for text, found in faults.items() if found}


@pytest.mark.parametrize("kind", LEFT)
def test_planted_in_a_text_it_is_seen(kind):
    assert kind in leftovers(LEFT[kind][1])


def test_plain_markdown_is_no_leftover():
    assert not leftovers("A $\\{x\\}$ `{}` (a)\n\n1. b: c\n\n$$\nx\n$$\n\n---\n\n100 %")


def test_a_notebook_begins_with_its_title_and_how_to_install(book, built):
    first = book.cells[0].source
    title = re.search(r"^# (.+)$", (ROOT / f"{built}.md").read_text("utf-8"), re.M)[1]
    assert re.match(rf"# ([\d.]+ )?{re.escape(title)}\n\n> ", first)
    assert "pip install -r requirements.txt" in first
    assert "ml2020" in first


def test_a_notebook_is_valid_and_names_no_folder_of_this_machine(book):
    nbformat.validate(book)
    text = nbformat.writes(book)
    assert str(ROOT) not in text
    assert str(Path.home()) + os.sep not in text
    assert "myst_nb" not in text


def test_every_figure_of_a_notebook_has_its_caption_below(book):
    shown = [
        n for n, c in enumerate(book.cells) if c.cell_type == "code" and pictures(c)
    ]
    captions = [book.cells[n + 1].source for n in shown]
    assert not [text[:40] for text in captions if not re.match(r"_Figure \d", text)]


def pictures(cell: nbformat.NotebookNode) -> bool:
    kinds = {kind for out in cell.outputs for kind in out.get("data", {})}
    return any(kind.startswith("image/") for kind in kinds)


def not_for_any_viewer(book: nbformat.NotebookNode) -> list[str]:
    """The pictures and films that have no PNG on a light ground, and why."""
    faults = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if not {"image/svg+xml", "text/html"} & data.keys():
                continue
            name = cell.source[:40]
            if "image/png" not in data:
                faults.append(f"{name}: no PNG")
                continue
            picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
            if min(picture.convert("RGBA").getpixel((0, 0))) < 250:
                faults.append(f"{name}: not on a light ground")
    return faults


def test_every_picture_of_a_notebook_is_for_any_viewer(book):
    assert not not_for_any_viewer(book)


@pytest.mark.parametrize(
    ("ground", "fault"),
    [
        (None, "no PNG"),
        ("#00000000", "not on a light ground"),
        ("#111111ff", "not on a light ground"),
        ("#fbfcfeff", None),
    ],
)
def test_a_picture_for_some_viewers_is_noticed(ground, fault):
    data = {"image/svg+xml": "<svg></svg>", "text/plain": "<Figure>"}
    if ground:
        file = io.BytesIO()
        Image.new("RGBA", (2, 2), ground).save(file, "png")
        data["image/png"] = base64.b64encode(file.getvalue()).decode()
    cell = nbformat.v4.new_code_cell("draw()")
    cell.outputs = [nbformat.v4.new_output("display_data", data)]
    found = not_for_any_viewer(nbformat.v4.new_notebook(cells=[cell]))
    assert found == ([f"draw(): {fault}"] if fault else [])


def test_a_notebook_with_its_pictures_is_small(book):
    assert len(nbformat.writes(book)) <= PAGE_LIMIT


def test_the_zip_holds_the_notebooks_of_the_site(site):
    folder = site / "notebooks"
    with zipfile.ZipFile(folder / "looking-for-a-function.zip") as packed:
        held = {Path(name).name: packed.read(name) for name in packed.namelist()}
    assert held == {path.name: path.read_bytes() for path in folder.glob("*.ipynb")}
    assert set(held) == {f"{page.stem}.ipynb" for page in listed() if page.is_notebook}


def test_the_cheapest_notebook_runs_by_itself_and_says_what_the_page_says(
    site, tmp_path
):
    """Without MyST-NB: in a kernel that cannot import it."""
    runs = recorded_runs(ROOT / ".jupyter_cache")
    seconds = {
        f"{n.rpartition('/')[2]}.ipynb": r["cpu_seconds"] for n, r in runs.items()
    }
    paths = sorted((site / "notebooks").glob("*.ipynb"))
    path = min(paths, key=lambda path: seconds.get(path.name, float("inf")))
    (tmp_path / "myst_nb.py").write_text("raise ImportError('not here')", "utf-8")
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-c", RUN, path, tmp_path / "run.ipynb"],
        env=os.environ | one_thread | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    executed = nbformat.read(tmp_path / "run.ipynb", 4)
    said = results(nbformat.read(path, 4))
    assert said
    assert results(executed) == said


@pytest.mark.parametrize("other", [{"text/markdown": "| 2 |"}, {"text/plain": "2"}])
def test_another_result_is_noticed(other):
    def book(data):
        cell = nbformat.v4.new_code_cell("x")
        cell.outputs = [nbformat.v4.new_output("display_data", data)]
        return nbformat.v4.new_notebook(cells=[cell])

    same = {kind: "1" for kind in other}
    assert results(book(same)) == ["1"]
    assert results(book(other)) != results(book(same))
