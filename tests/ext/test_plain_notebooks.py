"""Blocks and cells become a notebook, and notebooks a zip: always the same bytes."""

import base64
import io
import json
import os
import zipfile

import nbformat
import pytest
from PIL import Image
from sphinx.errors import ExtensionError

from plain_blocks import Code
from plain_notebooks import archive, assembled, file_name, on_white, plain_output

GLUED = "from myst_nb import glue\nglue('a', 1)"
DOT = "<svg width='1'></svg>"


def code(source, *tags, data=None, **metadata):
    """A cell that was run."""
    metadata["tags"] = list(tags)
    cell = nbformat.v4.new_code_cell(source, metadata=metadata, execution_count=1)
    if data:
        metadata = {"filenames": {"image/svg+xml": "/home/someone/a.svg"}}
        output = nbformat.v4.new_output("display_data", data, metadata=metadata)
        cell.outputs.append(output)
    return cell


@pytest.fixture
def run():
    """What MyST-NB and the cache give: Markdown of its own kind, cells, glue."""
    svg = {"image/svg+xml": DOT, "application/pdf": "x"}
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("(a)=\n# A"),
            code("a = 1", execution={"started": "today"}),
            code(GLUED, "remove-cell"),
            code("b = 2\nglue('b', b)", "remove-cell"),
            code(
                "c = b", "hide-input", data=svg, mystnb={"image": {"alt": "a <\ndot\n"}}
            ),
            code("d = c"),
            code("e = d", "remove-cell"),
        ],
    )


PIECES = ["# A", "One.", Code(1), "Two.", "## B", Code(4), Code(5, folded=True), "End."]


def test_text_and_cells_stand_in_the_order_of_the_page(run):
    cells = assembled(PIECES, run, "book/a", {}).cells
    sources = ["# A\n\nOne.", "a = 1", "Two.", "## B", "b = 2", "c = b", "d = c"]
    assert [cell.source for cell in cells] == [*sources, "End.", "e = d"]


def test_cells_are_hidden_as_on_the_page_and_a_solution_with_its_results(run):
    cells = assembled(PIECES, run, "book/a", {}).cells
    hidden = {c.source: c.metadata.jupyter for c in cells if "jupyter" in c.metadata}
    source = {"source_hidden": True}
    assert hidden == {
        **dict.fromkeys(["b = 2", "c = b", "e = d"], source),
        "d = c": source | {"outputs_hidden": True},
    }


def test_outputs_are_for_notebook_programs(run):
    cells = assembled(PIECES, run, "book/a", {}).cells
    (output,) = next(c for c in cells if c.source == "c = b").outputs
    (drawing,) = output.data.values()
    assert drawing.startswith('<svg style="background: white; max-width: 100%; ')
    assert drawing.endswith(f""" role="img" aria-label="a &lt; dot" {DOT[5:]}""")
    assert output.metadata == {"image/svg+xml": {"alt": "a <\ndot"}}


def png(picture, **options):
    """A picture as an output holds it."""
    file = io.BytesIO()
    picture.save(file, "png", **options)
    return base64.b64encode(file.getvalue()).decode()


def test_the_png_of_a_figure_is_on_white_as_large_as_the_drawing_and_small():
    noise = Image.effect_noise((300, 150), 60).convert("RGBA")
    noise.paste((0, 0, 0, 0), (0, 0, 300, 75))
    raw = png(noise, dpi=(150, 150))
    data = {"image/svg+xml": DOT, "image/png": raw}
    output = plain_output(nbformat.v4.new_output("display_data", data), "a dot")
    assert output.metadata["image/png"] == {"alt": "a dot", "width": 192, "height": 96}
    assert len(output.data["image/png"]) < len(raw) / 2
    shown = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
    assert (shown.format, shown.mode) == ("PNG", "P")
    assert "transparency" not in shown.info
    assert shown.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_a_thin_line_and_its_ground_keep_their_colours():
    picture = Image.effect_noise((300, 300), 60).convert("RGBA")
    picture.paste((138, 63, 160, 255), (0, 150, 300, 152))
    picture.paste((0, 0, 0, 0), (0, 0, 300, 20))
    code, size = on_white(png(picture))
    assert size == {"width": 300, "height": 300}
    shown = Image.open(io.BytesIO(base64.b64decode(code))).convert("RGB")
    assert shown.getpixel((5, 5)) == (255, 255, 255)
    line = shown.getpixel((150, 150))
    assert max(abs(a - b) for a, b in zip(line, (138, 63, 160), strict=True)) < 20


def test_what_glue_keeps_is_no_output_and_others_stay_as_they_are():
    record = {"application/papermill.record/text/plain": "1"}
    assert plain_output(nbformat.v4.new_output("display_data", record)) is None
    picture = nbformat.v4.new_output("display_data", {"image/png": "x"})
    assert plain_output(picture) == picture
    stream = nbformat.v4.new_output("stream", text="a")
    assert plain_output(stream) == stream


def test_no_time_and_no_folder_of_this_machine_is_in_a_notebook(run):
    text = json.dumps(assembled(PIECES, run, "book/a", {}))
    assert "started" not in text
    assert "/home" not in text


def test_a_notebook_is_valid_and_twice_the_same(run):
    one, two = (assembled(PIECES, run, "book/a", {}) for _ in range(2))
    nbformat.validate(one)
    assert nbformat.writes(one) == nbformat.writes(two)
    assert len({cell.id for cell in one.cells}) == len(one.cells)
    assert one.metadata.kernelspec.name == "python3"
    assert (one.nbformat, one.nbformat_minor) == (4, 5)


@pytest.mark.parametrize("source", ["a = 1\nif a:\n    glue('a', a)\n    b = 2"])
def test_glue_among_other_code_stops_the_build(source):
    run = nbformat.v4.new_notebook(cells=[code(source)])
    with pytest.raises(
        ExtensionError, match=r"^book/a\.md: glue .* `a = 1`: give each"
    ):
        assembled([Code(0)], run, "book/a", {})


def test_a_picture_is_in_the_cell_that_shows_it(tmp_path):
    (tmp_path / "dot.svg").write_text(DOT, "utf-8")
    pictures = {"dot.svg": tmp_path / "dot.svg"}
    texts = ["![a](attachment:dot.svg)", "# none"]
    run = nbformat.v4.new_notebook()
    shown, other = assembled(texts, run, "book/a", pictures).cells
    assert list(shown.attachments["dot.svg"]) == ["image/svg+xml"]
    assert "attachments" not in other


def test_two_zips_of_the_same_files_have_the_same_bytes(tmp_path):
    files = [tmp_path / name for name in ("a.ipynb", "b.ipynb")]
    zips = [tmp_path / folder / "book.zip" for folder in ("one", "two")]
    for date, path in enumerate(zips, start=1):
        path.parent.mkdir()
        for file in files:
            file.write_text(file.name, "utf-8")
            os.utime(file, (1e9 * date, 1e9 * date))
        archive(files, path)
    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as packed:
        assert packed.namelist() == ["book/a.ipynb", "book/b.ipynb"]
        assert packed.read("book/a.ipynb") == b"a.ipynb"


def test_a_notebook_has_the_name_of_its_page():
    assert file_name("book/gnn_spectral") == "gnn_spectral.ipynb"
