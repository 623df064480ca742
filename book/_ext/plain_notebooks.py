"""Each page with code as a notebook that any program can read, and a zip of all.

The text is plain Markdown (`plain_blocks`), the outputs are those of the last run, and
nothing is executed here. What MyST-NB alone understands is left out of the code: the
statements that keep a number for the prose, where the number itself now stands.
"""

import base64
import io
import mimetypes
import zipfile
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from nbformat import NotebookNode
from PIL import Image
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from plain_blocks import Code, Piece, PlainPage
from plain_text import joined, quoted, without_glue

FOLDER = "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
# For print, and for MyST-NB: no notebook program shows them.
FOREIGN = ("application/pdf", "application/papermill.record/")
SVG, PNG = "image/svg+xml", "image/png"
LIGHT = 'style="background: white; max-width: 100%; height: auto"'  # no window cuts it
COLOURS = 256  # of a PNG: all that one byte a pixel can name
INCH = 96  # in it, pixels of a screen
INSTALL = """\
This notebook is a page of *{title}*. Its cells need the book's package `ml2020`. In a
copy of the book's repository, run once

```console
python -m pip install -r requirements.txt
```

and choose that Python as the kernel. For the package alone, without the tools that
build the book, `python -m pip install -e .` is enough. No cell needs a network."""


def is_notebook(env: BuildEnvironment, page: str) -> bool:
    """Tell whether a page has code that is executed."""
    return "kernelspec" in env.metadata.get(page, {})


def notebooks(env: BuildEnvironment) -> list[str]:
    """Return the pages that have code."""
    return [page for page in sorted(env.found_docs) if is_notebook(env, page)]


def file_name(page: str) -> str:
    """Return what the notebook of a page is called."""
    return f"{page.rpartition('/')[2]}.ipynb"


def executed(app: Sphinx, page: str) -> NotebookNode:
    """Return the notebook of a page with the outputs of its last run.

    MyST-NB writes it without outputs when these come from the cache, so they are
    fetched from there.

    Raises:
        ExtensionError: If MyST-NB's notebook is gone.
    """
    path = Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"
    if not path.is_file():
        raise ExtensionError(
            f"{page}.md: {path.name} is not in {path.parent.name}, "
            "where MyST-NB wrote it: remove _build and build again"
        )
    notebook = nbformat.read(path, 4)
    settings = app.env.mystnb_config
    if settings.execution_mode == "cache":
        cache = get_cache(settings.execution_cache_path)
        _, notebook = cache.merge_match_into_notebook(notebook)
    return notebook


def write_notebook(app: Sphinx, page: str, doctree: nodes.document) -> None:
    """Write the notebook of a page, of which Sphinx has resolved the tree."""
    uri = app.builder.get_relative_uri
    others = [other for other in notebooks(app.env) if other != page]
    links = {uri(page, other): file_name(other) for other in others}
    writer = PlainPage(app.env, page, links)
    pieces = list(writer.pieces(doctree))
    note = quoted(INSTALL.format(title=app.config.project))
    place = 1 if pieces and str(pieces[0]).startswith("# ") else 0
    pieces.insert(place, note)
    notebook = assembled(pieces, executed(app, page), page, writer.pictures)
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / file_name(page))


def assembled(
    pieces: list[Piece], run: NotebookNode, page: str, pictures: dict[str, Path]
) -> NotebookNode:
    """Return the notebook made of blocks of text and of the cells of a run.

    A cell that the page does not show stands before the next one that it shows.
    """
    cells: list[NotebookNode] = []
    texts: list[str] = []
    done = 0

    def flush() -> None:
        if texts:
            cells.append(text_cell("\n\n".join(texts), pictures))
            texts.clear()

    for piece in [*pieces, Code(len(run.cells))]:
        if isinstance(piece, Code):
            flush()
            for index in range(done, min(piece.index + 1, len(run.cells))):
                cells += code_cells(run.cells[index], piece.folded, page)
            done = piece.index + 1
        else:
            if piece.startswith("#"):
                flush()
            texts.append(piece)
    for number, cell in enumerate(cells):
        cell.id = sha256(f"{page} {number} {cell.source}".encode()).hexdigest()[:12]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def text_cell(text: str, pictures: dict[str, Path]) -> NotebookNode:
    """Return a cell of Markdown, with the files of the pictures that it shows."""
    cell = nbformat.v4.new_markdown_cell(text)
    for name, file in pictures.items():
        if f"(attachment:{name})" in text:
            kind = mimetypes.guess_type(name)[0] or "image/png"
            data = base64.b64encode(file.read_bytes()).decode()
            cell.setdefault("attachments", {})[name] = {kind: data}
    return cell


def code_cells(cell: NotebookNode, folded: bool, page: str) -> list[NotebookNode]:
    """Return a cell of the run as a notebook shows it: one, or none if it is glue."""
    if cell.cell_type != "code":
        return []
    source = without_glue(cell.source)
    if not source:
        return []
    if "myst_nb" in source or "glue(" in source:
        raise ExtensionError(
            f"{page}.md: glue stands among other code, in a cell that begins "
            f"`{source.splitlines()[0]}`: give each glue(...) a statement of its own"
        )
    tags = cell.metadata.get("tags", [])
    metadata: dict[str, Any] = {"tags": tags} if tags else {}
    if folded:
        metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    elif HIDDEN & set(tags):
        metadata["jupyter"] = {"source_hidden": True}
    new = nbformat.v4.new_code_cell(
        source, metadata=metadata, execution_count=cell.execution_count
    )
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip()
    outputs = (plain_output(output, alt) for output in cell.outputs)
    new.outputs = [output for output in outputs if output]
    return [new]


def plain_output(output: NotebookNode, alt: str = "") -> NotebookNode | None:
    """Return what of an output is for a notebook program; pictures get their alt text.

    A figure has no ground of its own, and a dark theme would swallow its ink. It is a
    drawing and a PNG: until somebody trusts a notebook, programs show the PNG only.
    """
    if "data" not in output:
        return output
    data = {k: v for k, v in output.data.items() if not k.startswith(FOREIGN)}
    if not data:
        return None
    size: dict[str, int] = {}
    if SVG in data:
        words = f'role="img" aria-label="{escape(joined(alt))}" ' if alt else ""
        data[SVG] = data[SVG].replace("<svg ", f"<svg {LIGHT} {words}", 1)
        if PNG in data:
            data[PNG], size = on_white(data[PNG])
    pictures = [kind for kind in data if alt and kind.startswith("image/")]
    metadata: dict[str, dict] = {kind: {"alt": alt} for kind in pictures}
    if size:
        metadata[PNG] = metadata.get(PNG, {}) | size
    return NotebookNode(output, data=data, metadata=metadata)


def on_white(png: str) -> tuple[str, dict[str, int]]:
    """Return a PNG on white, with few colours, and its size on a screen.

    Args:
        png: The file, in base64.
    """
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    dots = picture.info.get("dpi", (INCH, INCH))
    size = [round(n * INCH / d) for n, d in zip(picture.size, dots, strict=True)]
    ground = Image.new("RGBA", picture.size, "white")
    flat = Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
    small = io.BytesIO()
    flat.quantize(COLOURS).save(small, "png", optimize=True)
    width, height = size
    code = base64.b64encode(small.getvalue()).decode()
    return code, {"width": width, "height": height}


def pack(app: Sphinx, exception: Exception | None) -> None:
    """Put all notebooks into one zip; remove those of pages that are gone."""
    if exception is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir) / FOLDER
    names = set(map(file_name, notebooks(app.env)))
    for path in folder.glob("*.ipynb"):
        if path.name not in names:
            path.unlink()
    if names:
        archive(sorted(folder.glob("*.ipynb")), folder / app.config["book_zip"])


def archive(files: list[Path], path: Path) -> None:
    """Write a zip of files, the same bytes for the same files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            entry = zipfile.ZipInfo(f"{path.stem}/{file.name}")  # dated 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, file.read_bytes())
