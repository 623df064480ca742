"""A page that gives another result the second time is found, with its cell."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_output

from tools.promises.pages import Page
from tools.twice import differences, main, seen

HEAD = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n# A page\n"
CELL = "\n```{{code-cell}} python\n{}\n```\n"
UNSTEADY = """\
import os, time
print("always the same")
print(time.time_ns(), os.getcwd())"""


def book(tmp_path, **pages):
    """A book of these pages, each a list of cells."""
    (tmp_path / "book").mkdir()
    for name, cells in pages.items():
        text = HEAD + "".join(CELL.format(cell) for cell in cells)
        (tmp_path / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    toc = "\n".join(f"  - file: book/{name}" for name in pages)
    (tmp_path / "_toc.yml").write_text(f"chapters:\n{toc}\n", encoding="utf-8")
    return tmp_path


def test_an_output_that_changes_is_named_with_its_page_its_cell_and_both_texts(
    tmp_path, capsys
):
    root = book(tmp_path, steady=["print(6 * 7)"], unsteady=["x = 1", UNSTEADY])
    assert main([], root) == 1
    said = capsys.readouterr().out
    assert said.startswith("book/steady.md: twice the same\n")
    assert "book/unsteady.md:12: code cell 2 differs\n" in said
    assert "always the same" not in said
    folders = re.findall(r"^    [-+]\d{19} (\S+)$", said, re.M)
    assert len(set(folders)) == 2  # a copy for each run
    assert said.endswith("2 run twice, 1 not the same\n")
    assert [file.name for file in sorted((root / "book").iterdir())] == [
        "steady.md",
        "unsteady.md",
    ]


def test_a_page_that_fails_is_not_the_same(tmp_path, capsys):
    assert main(["fails"], book(tmp_path, fails=["1 / 0"], other=["1"])) == 1
    said = capsys.readouterr().out
    assert "book/fails.md, code cell 1 (line 8): 1 / 0\n" in said
    assert said.endswith("1 run twice, 1 not the same\n")


def test_an_output_that_came_only_once_differs(tmp_path):
    root = book(tmp_path, page=["1"])
    once = new_code_cell("1", outputs=[display(plain="said")])
    two = [[once], [new_code_cell("1")]]
    (found,) = differences(Page(root / "book" / "page.md", root), *two)
    assert found.startswith("book/page.md:8: code cell 1 differs\n")
    assert "-said" in found


def test_a_cell_that_may_not_run_again_is_named_with_its_line(tmp_path, capsys):
    steady = ["x = 1", "y = x + 1\nprint(y)"]
    root = book(tmp_path, steady=steady, grows=["x = 1", "x = x + 1\nprint(x)"])
    assert main(["--cells"], root) == 1
    said = capsys.readouterr().out
    assert said.startswith("book/steady.md: twice the same\n")
    assert "book/grows.md:12: code cell 2 differs\n" in said
    assert {"    -2", "    +3"} <= set(said.splitlines())


def test_a_cell_that_fails_the_second_time_is_named_with_its_line(tmp_path, capsys):
    root = book(tmp_path, page=["x = {1: 2}", "print(x.pop(1))"])
    assert main(["--cells"], root) == 1
    assert "(line 12): print(x.pop(1))\n" in capsys.readouterr().out


def outputs(*outputs) -> list[str]:
    return seen(new_code_cell("", outputs=list(outputs)))


def display(**data: str) -> object:
    kinds = {"plain": "text/plain", "html": "text/html", "svg": "image/svg+xml"}
    return new_output("display_data", data={kinds[k]: data[k] for k in data})


def test_it_does_not_matter_in_how_many_pieces_a_text_came():
    pieces = [new_output("stream", text=text) for text in ("one\n", "two\n")]
    assert outputs(*pieces) == outputs(new_output("stream", text="one\ntwo\n"))


@pytest.mark.parametrize("kind", ["plain", "html", "svg"])
def test_another_text_and_another_picture_are_seen(kind):
    assert outputs(display(**{kind: "one"})) != outputs(display(**{kind: "two"}))
    assert outputs(display(**{kind: "one"})) == outputs(display(**{kind: "one"}))


def test_the_name_of_the_program_that_drew_a_picture_does_not_count():
    one, other = (
        display(svg=f"<svg><metadata>v{n}\n</metadata><path/></svg>") for n in (1, 2)
    )
    assert outputs(one) == outputs(other)


def test_a_name_with_an_address_is_not_seen_where_there_is_something_better():
    one, other = (display(plain=f"<Figure at {n}>", svg="<svg/>") for n in (1, 2))
    assert outputs(one) == outputs(other)
