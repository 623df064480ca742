"""A page must fail when a definition that it shows is broken."""

import ast
from textwrap import dedent

import pytest

from tools.live import main, planted, variants, verdict
from tools.promises.pages import Page, PageError
from tools.run_page import Failure

HEAD = "---\njupytext: {text_representation: {format_name: myst}}\n---\n"
PAGE = """
```{code-cell} python
# ml2020/toy/line.py: twice
def twice(x):
    return 2 * x
```

```{code-cell} python
# ml2020/toy/line.py: never
def never(x):
    return x
```

```{code-cell} python
import os

threads = os.environ["OMP_NUM_THREADS"], os.path.basename(os.getcwd())
assert threads == ("1", "book")
twice(1)
```
"""


def book(tmp_path, text=HEAD + PAGE):
    """A book of one page."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "toy.md").write_text(text, encoding="utf-8")
    toc = "root: book/index\nchapters: [{file: book/toy}]\n"
    (tmp_path / "_toc.yml").write_text(toc, encoding="utf-8")
    return tmp_path


def cell(tmp_path, code):
    path = tmp_path / "book" / "toy.md"
    text = f"```{{code-cell}}\n# ml2020/toy/line.py: f\n{dedent(code)}```\n"
    (found,) = Page(path, tmp_path, text).cells
    return found


def test_a_definition_that_no_cell_calls_survives(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")  # the page asks for 1
    assert main([], book(tmp_path)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "book/toy.md:6: twice noticed",
        "book/toy.md:12: never survived: no cell calls it: call it by its name, or do "
        "not show it",
        "2 planted, 1 not noticed",
    ]


def test_a_page_is_planted_once_for_each_shown_cell(tmp_path):
    root = book(tmp_path)
    page = Page(root / "book" / "toy.md", root)
    texts = [text for text, folder in variants(page).values()]
    assert list(variants(page)) == ["book/toy.md:6: twice", "book/toy.md:12: never"]
    for text, gone, kept in zip(
        texts, ["2 * x", "return x\n"], ["return x\n", "2 * x"], strict=True
    ):
        assert text.count("raise RuntimeError") == 1
        assert gone not in text
        assert kept in text


def test_a_page_that_shows_nothing_is_not_run(tmp_path, capsys):
    assert main(["toy"], book(tmp_path, f"{HEAD}```{{code-cell}}\n1 / 0\n```\n")) == 0
    assert capsys.readouterr().out == "0 planted, 0 not noticed\n"


def test_only_the_planted_error_counts():
    trace = 'raise RuntimeError("planted")\nNameError: no f'
    said = verdict(Failure(7, "NameError: no f", trace))
    assert said == (
        "failed for another reason, at line 7: NameError: no f: mend the page first"
    )
    assert not verdict(Failure(7, "x", "RuntimeError: planted\n\nOther: y"))


@pytest.mark.parametrize(
    ("code", "use"),
    [
        ("def f(x):\n    return x\n", "f(1)"),
        ("def f(x):\n    yield x\n", "f(1)"),
        ("class f:\n    def g(self):\n        return 1\n", "f().g()"),
        ("class f:\n    def __init__(self):\n        self.x = 1\n", "f()"),
        ("class f:\n    @property\n    def g(self):\n        return 1\n", "f().g"),
        ("class f:\n    x: int = 3\n", "f()"),
        ("class f(NamedTuple):\n    x: int\n    y: int = 2\n", "f(1)"),
        ("@dataclass\nclass f:\n    x: int\n", "f(x=1)"),
    ],
)
def test_a_broken_definition_raises_when_it_is_used(tmp_path, code, use):
    place = {}
    prelude = "from dataclasses import dataclass\nfrom typing import NamedTuple\n"
    source = prelude + planted(cell(tmp_path, code))
    exec(compile(source, "cell", "exec"), place)  # noqa: S102
    with pytest.raises(RuntimeError, match="planted"):
        eval(use, place)  # noqa: S307


def test_only_the_definition_changes(tmp_path):
    code = "@cache\ndef f(x, *, y=1):\n    return x\n"
    (function,) = ast.parse(planted(cell(tmp_path, code))).body
    assert ast.unparse(function.decorator_list[0]) == "cache"
    assert ast.unparse(function.args) == "x, *, y=1"


@pytest.mark.parametrize("code", ["", "x = 1\n", "def f():\n    return 1\n\n\nx = 1\n"])
def test_a_shown_cell_must_be_one_definition(tmp_path, code):
    with pytest.raises(PageError, match=r"toy\.md:2: a shown cell is one function"):
        planted(cell(tmp_path, code))
