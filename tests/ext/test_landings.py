"""An address from before a page was divided still leads to its heading."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).parents[2] / "book" / "_ext"
CONF = f"""\
import sys
sys.path.append({str(EXTENSIONS)!r})
extensions = ["myst_parser", "landings"]
myst_enable_extensions = ["dollarmath"]
html_theme = "basic"
"""
TREE = "\n```{{toctree}}\n{}\n```\n"
FILES = {
    "conf.py": CONF,
    "index.md": "# Book" + TREE.format("duo\nsolo"),
    "duo.md": "# Duo" + TREE.format("duo_one\nduo_two"),
    "duo_one.md": "# One\n\n## Adam\n\n$$x$$ (eq-duo-x)\n\n## Both\n",
    "duo_two.md": "# Two\n\n## Both\n\n## Lookahead\n",
    "solo.md": "# Solo" + TREE.format("other"),
    "other.md": "# Other\n\n## There\n",
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """What each page of a small site says of places that moved."""
    root = tmp_path_factory.mktemp("book")
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-N", "-q", str(root), str(root / "out")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr == ""
    pages = {
        path.stem: path.read_text("utf-8") for path in (root / "out").glob("*.html")
    }
    found = {
        name: re.findall(r'id="moved">(.*?)</script>', t) for name, t in pages.items()
    }
    return {name: json.loads(texts[0]) for name, texts in found.items() if texts}


def test_a_landing_knows_the_headings_and_formulas_of_its_pages(moved):
    assert moved["duo"]["adam"] == "duo_one.html"
    assert moved["duo"]["equation-eq-duo-x"] == "duo_one.html"
    assert moved["duo"]["lookahead"] == "duo_two.html"


def test_of_two_headings_with_one_address_the_first_is_meant(moved):
    assert moved["duo"]["both"] == "duo_one.html"


def test_no_other_page_has_such_a_list(moved):
    assert set(moved) == {"duo"}
