"""A block of commands can be copied and run: it holds commands and nothing else."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = [*sorted((ROOT / "book").glob("*.md")), *sorted(ROOT.glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {"make", "python", "pip", "jupyter-book", "git", r".venv\Scripts\activate"}
REMARK = re.compile(r"\S  |#")  # a second column, or a comment


def wrong(text: str) -> list[str]:
    """Return the lines of a page's blocks of commands that are something else."""
    return [
        line
        for block in BLOCK.findall(text)
        for line in block.splitlines()
        if line.split(" ")[0] not in PROGRAMS or REMARK.search(line)
    ]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.stem)
def test_a_block_of_commands_holds_commands_alone(path):
    assert not wrong(path.read_text(encoding="utf-8"))


def test_there_are_blocks_of_commands():
    texts = [path.read_text(encoding="utf-8") for path in PLACES]
    assert sum(len(BLOCK.findall(text)) for text in texts) >= 6


@pytest.mark.parametrize(
    "line",
    [
        "make html       _build/html/index.html",
        "make html  # the site",
        "$ make html",
        "1592 passed in 104.62s",
        "...",
    ],
)
def test_commentary_a_prompt_and_an_output_are_found(line):
    assert wrong(f"```console\nmake html\n{line}\n```\n") == [line]
