"""A page's key changes with the code that its cells reach, and with nothing else."""

from pathlib import Path

import pytest

import code_reach
from code_reach import CodeRoot, page_key, versions

PACKAGE = {
    "mini/__init__.py": "from mini.switch import on\n",
    "mini/switch.py": "on = True\n",
    "mini/shapes/__init__.py": '''\
"""The shapes of the lecture."""

from mini.shapes.circle import circle_area as circle_area
from mini.shapes.circle import step as step
from mini.shapes.square import square_area as square_area
from . import cube as cube

__all__ = ["circle_area", "square_area"]
''',
    "mini/shapes/circle.py": '''\
"""Circles."""

from mini.numbers import PI


def circle_area(r):
    from mini.support.power import square
    return PI * square(r)


def step(): ...
''',
    "mini/shapes/square.py": "def square_area(a): ...\n\n\ndef step(): ...\n",
    "mini/shapes/cube.py": "from .square import square_area\n",
    "mini/shapes/hidden.py": "",
    "mini/numbers.py": "PI = 3\n",
    "mini/support/__init__.py": '"""Nothing is re-exported here."""\n',
    "mini/support/power.py": "def square(x): ...\n",
    "mini/hooks/__init__.py": """\
from mini.hooks.install import install
from mini.hooks.other import other
import mini.loose.part as part
install()
def own(): ...
""",
    "mini/hooks/install.py": "def install(): ...\n",
    "mini/hooks/other.py": "def other(): ...\n",
    "mini/ready/__init__.py": "from mini.numbers import *\nPI\n",
    "mini/ready/page.py": "",
    "mini/stars/__init__.py": "from mini.shapes.square import *\n",
    "mini/borrowed/__init__.py": "from mini.shapes import circle_area\n",
    "mini/loose/part.py": "",  # a folder without an __init__
    "mini/broken.py": "def (:\n",
}

ALL_SHAPES = {"shapes/__init__", "shapes/circle", "shapes/square", "shapes/cube"}


@pytest.fixture
def root(tmp_path) -> Path:
    for name, text in PACKAGE.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def files(root: Path, *cells: str) -> set[str]:
    """The files that the cells reach as a whole, without those that all reach."""
    whole = {label for label in CodeRoot(root).reach(cells) if ":" not in label}
    assert whole >= {"mini/__init__.py", "mini/switch.py"} or not whole
    short = {label.removeprefix("mini/").removesuffix(".py") for label in whole}
    return short - {"__init__", "switch"}


CIRCLE = {"shapes/circle", "numbers", "support/power"}


@pytest.mark.parametrize(
    ("cell", "reached"),
    [
        ("1 + 1", set()),
        ("import numbers, torch.nn as nn\nnn.functional.relu", set()),
        ("from mini.numbers import PI", {"numbers"}),
        ("import mini.numbers as n", {"numbers"}),
        ("from mini import numbers", {"numbers"}),
        ("from mini.shapes import square_area", {"shapes/square"}),
        ("from mini.shapes import square_area as s\ns.cube", {"shapes/square"}),
        ("from mini.shapes import circle_area", CIRCLE),
        ("from mini.shapes.circle import circle_area", CIRCLE),
        ("from mini.borrowed import circle_area", CIRCLE),
        ("from mini.shapes import cube", {"shapes/cube", "shapes/square"}),
        ("from mini.shapes import hidden", {"shapes/hidden"}),
        ("from mini.support import power", {"support/power"}),
        ("def f():\n    from mini.numbers import PI", {"numbers"}),
        ("if True:\n    import mini.numbers as n", {"numbers"}),
        ("from mini.shapes import *", ALL_SHAPES | CIRCLE),
        ("import mini.shapes", ALL_SHAPES | CIRCLE),
        ("import mini.shapes as s", ALL_SHAPES | CIRCLE),
        ("from mini import shapes", ALL_SHAPES | CIRCLE),
        ("from mini.shapes import nothing_we_find", ALL_SHAPES | CIRCLE),
        ("import mini.shapes.hidden", ALL_SHAPES | CIRCLE | {"shapes/hidden"}),
        ("import mini\nmini.shapes.square_area(2)", ALL_SHAPES | CIRCLE),
        ("import mini as m\nm.numbers.PI", {"numbers"}),
        (
            "import mini.shapes as s\ns.hidden.x",
            ALL_SHAPES | CIRCLE | {"shapes/hidden"},
        ),
        ("from mini.stars import square_area", {"stars/__init__", "shapes/square"}),
        (
            "from mini.hooks import other",
            {"hooks/install", "hooks/other", "loose/part"},
        ),
        ("from mini.ready import page", {"ready/page", "numbers"}),
        ("from mini.loose import part", {"loose/part"}),
        (
            "from importlib import import_module\nimport_module('mini.numbers')",
            {"numbers"},
        ),
    ],
)
def test_a_cell_reaches_what_it_imports_and_no_more(root, cell, reached):
    assert files(root, cell) == reached


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nfrom mini.numbers import PI",
        "%%time\nfrom mini.numbers import PI",
        "if True:\n    !ls\nfrom mini.numbers import PI",
        "names = !ls\nfrom mini.numbers import PI",
        "print?\nfrom mini.numbers import PI",
        "%time from mini.numbers import PI",
        "!python -m mini.numbers",
        "t = %timeit -o mini.numbers.PI",
    ],
)
def test_a_magic_hides_no_import(root, cell):
    assert files(root, cell) == {"numbers"}


def test_a_line_that_only_looks_like_a_magic_is_python(root):
    cell = 'from mini.numbers import PI\nprint("%d"\n% mini.shapes)\n'
    assert files(root, cell) == {"numbers"}


def test_an_import_of_one_cell_is_known_in_the_next(root):
    assert files(root, "import mini as m", "m.numbers.PI") == {"numbers"}


@pytest.mark.parametrize("cell", ["def (:", "%%bash\nfor x in *; do echo; done"])
def test_a_cell_that_is_not_python_reaches_everything(root, cell):
    everything = {path.relative_to(root).as_posix() for path in root.rglob("*.py")}
    assert CodeRoot(root).reach([cell]).keys() == everything


def test_a_module_that_is_not_python_reaches_everything(root):
    assert files(root, "import mini.broken as b") >= ALL_SHAPES | {"loose/part"}


def test_a_broken_table_of_contents_reaches_everything(root):
    (root / "mini/shapes/__init__.py").write_text("from mini.shapes.circle import (\n")
    assert files(root, "from mini.shapes import circle_area") >= {"loose/part"}


def test_a_long_string_is_no_module(root):
    assert files(root, f"dna = {'ACGT' * 200!r}\nfrom mini.numbers import PI")


USES_CIRCLE = "from mini.shapes import circle_area, step"


def changes(root: Path, file: str, old: str, new: str) -> bool:
    """Whether a change of a file changes what the page reaches."""
    before = CodeRoot(root).reach([USES_CIRCLE])
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new))
    return CodeRoot(root).reach([USES_CIRCLE]) != before


CONTENTS = "mini/shapes/__init__.py"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("mini/shapes/circle.py", "PI *", "PI +"),
        ("mini/shapes/circle.py", "Circles.", "Circles and discs."),
        ("mini/numbers.py", "3", "4"),
        ("mini/support/power.py", "x", "y"),
        ("mini/__init__.py", "from", "# why\nfrom"),
        ("mini/switch.py", "True", "False"),
        (CONTENTS, "circle import circle_area as", "square import square_area as"),
        (CONTENTS, "__all__", "print(square_area)\n__all__"),
        (CONTENTS, "__all__", "circle_area = 3\n__all__"),
    ],
)
def test_a_change_of_what_a_page_reaches_is_noticed(root, file, old, new):
    assert changes(root, file, old, new)


def test_a_name_that_moves_between_modules_that_a_page_reaches_is_noticed(root):
    circle = root / "mini/shapes/circle.py"
    circle.write_text(circle.read_text() + "import mini.shapes.square as s")
    assert changes(root, CONTENTS, "circle import step as", "square import step as")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("mini/shapes/square.py", "a", "b"),
        ("mini/shapes/cube.py", "square_area", "step"),
        ("mini/support/__init__.py", "Nothing", "Little"),
        (
            CONTENTS,
            "from . import cube as",
            "from mini.shapes.cube import square_area as",
        ),
        (CONTENTS, "from . import", "from mini.numbers import PI\nfrom . import"),
        (CONTENTS, "The shapes", "All shapes"),
        (CONTENTS, '["circle_area"', '["step", "circle_area"'),
        (CONTENTS, "\n\n__all__", "\n\n\n# A comment.\n__all__"),
    ],
)
def test_a_change_that_a_page_does_not_reach_is_not(root, file, old, new):
    assert not changes(root, file, old, new)


def test_a_page_is_reached_alike_whatever_other_pages_were_asked_for_first(root):
    code = CodeRoot(root)
    code.reach(["import mini.shapes"])
    assert code.reach([USES_CIRCLE]) == CodeRoot(root).reach([USES_CIRCLE])


def test_line_ends_do_not_count(root):
    before = CodeRoot(root).reach([USES_CIRCLE])
    circle = root / "mini/shapes/circle.py"
    circle.write_bytes(circle.read_bytes().replace(b"\n", b"\r\n"))
    assert CodeRoot(root).reach([USES_CIRCLE]) == before


ASPECTS = {
    "cells": [("a = 1", ["raises-exception"]), ("b = 2", [])],
    "code": {"mini/numbers.py": "1f"},
    "versions": {"torch": "2.13"},
    "settings": {"allow_errors": False},
}


@pytest.mark.parametrize(
    "other",
    [
        {"cells": [("b = 2", []), ("a = 1", ["raises-exception"])]},
        {"cells": [("a = 1", []), ("b = 2", [])]},
        {"cells": [("a = 1", []), ("b = 2", ["raises-exception"])]},
        {"cells": [("a = 1\nb = 2", ["raises-exception"])]},
        {"code": {"mini/numbers.py": "2f"}},
        {"code": {"mini/number.py": "1f"}},
        {"versions": {"torch": "2.14"}},
        {"settings": {"allow_errors": True}},
    ],
)
def test_each_aspect_changes_the_key(other):
    assert page_key(**ASPECTS | other) != page_key(**ASPECTS)


def test_the_order_in_which_things_were_found_does_not_change_the_key():
    code = {"mini/a.py": "1f", "mini/b.py": "2f"}
    other_order = {"mini/b.py": "2f", "mini/a.py": "1f"}
    one = ASPECTS | {"cells": [("a = 1", ["x", "y"])], "code": code}
    other = ASPECTS | {"cells": [("a = 1", ["y", "x"])], "code": other_order}
    assert page_key(**one) == page_key(**other)


def test_versions_name_everything_that_results_depend_on(monkeypatch):
    monkeypatch.setattr(code_reach, "PACKAGES", (*code_reach.PACKAGES, "no-such-thing"))
    found = versions()
    assert found.pop("no-such-thing") == "none"
    assert found.keys() == {
        *("python", "torch", "numpy", "matplotlib", "scikit-learn", "myst-nb")
    }
    assert all(number[0].isdigit() for number in found.values())
