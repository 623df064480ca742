"""A shown cell is the package's definition, less docstrings, annotations, refusals."""

from textwrap import dedent

import pytest

from tools.promises.sync_cells import main

PATH = "ml2020/toy/line.py"
NAMED = f"# {PATH}: f\n"


def root_with(tmp_path, module, cell=NAMED, head=""):
    """A book of one page with one cell, and a package of one module."""
    for path, text in {
        f"code/{PATH}": dedent(module).lstrip("\n"),
        "book/toy.md": f"# Toy\n\n```{{code-cell}} python\n{head}{cell}```\n\nEnd.\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def written(root):
    """The code of the page's cell after writing, without its first line."""
    assert main([], root) == 0
    page = (root / "book" / "toy.md").read_text(encoding="utf-8")
    assert page.startswith("# Toy\n\n```{code-cell} python\n")
    assert page.endswith("```\n\nEnd.\n")
    return page.split(NAMED)[1].removesuffix("```\n\nEnd.\n")


CASES = {
    "docstring and annotations go, comments stay": (
        '''
        import torch


        # about f
        def f(x: float, *rest: int, y: "str" = "a", **more: object) -> float:
            """Return x.

            Args: one.
            """

            # why
            return x  # and how
        ''',
        """
        def f(x, *rest, y="a", **more):
            # why
            return x  # and how
        """,
    ),
    "a signature that fits is joined": (
        '''
        def f(
            x: float,
            shape: tuple[int, ...] = (1,),
            *,
            last: bool = False,
        ) -> None:
            """Do."""
            return x
        ''',
        """
        def f(x, shape=(1,), *, last=False):
            return x
        """,
    ),
    "so is one without a last comma, and one with a slash": (
        """
        def f(
            x: float, /, y: float
        ) -> None:
            return x
        """,
        """
        def f(x, /, y):
            return x
        """,
    ),
    "and one that ends in a slash, in *args or in **kwargs": (
        """
        def f(
            x: float,
            /,
        ) -> None:
            def g(
                *args: int,
            ) -> None:
                return 1

            def h(
                **kwargs: int,
            ) -> None:
                return 1

            return g, h
        """,
        """
        def f(x, /):
            def g(*args):
                return 1

            def h(**kwargs):
                return 1

            return g, h
        """,
    ),
    "a signature of exactly 80 is joined": (
        f"""
        def f(
            {"a" * 36}: int,
            {"b" * 34}: int,
        ) -> None:
            return 1
        """,
        f"""
        def f({"a" * 36}, {"b" * 34}):
            return 1
        """,
    ),
    "a signature of 81 keeps its lines": (
        f"""
        def f(
            {"a" * 37}: int,
            {"b" * 34}: int,
        ) -> None:
            return 1
        """,
        f"""
        def f(
            {"a" * 37},
            {"b" * 34},
        ):
            return 1
        """,
    ),
    "the width counts from the margin, at every depth": (
        f"""
        def f():
            if True:

                def g(
                    {"a" * 34}: int,
                    {"b" * 29}: int,
                ) -> None:
                    return 1

            return g
        """,
        f"""
        def f():
            if True:

                def g(
                    {"a" * 34},
                    {"b" * 29},
                ):
                    return 1

            return g
        """,
    ),
    "a signature with a comment is left": (
        """
        def f(
            x: float,  # metres
            y: float,
        ) -> None:
            return x
        """,
        """
        def f(
            x,  # metres
            y,
        ):
            return x
        """,
    ),
    "a default over two lines is left": (
        """
        def f(
            x: dict = dict(
                a=1,
            ),
        ) -> None:
            return x
        """,
        """
        def f(
            x=dict(
                a=1,
            ),
        ):
            return x
        """,
    ),
    "a hash in a default is no comment": (
        """
        def f(
            colour: str = "#fff",
        ) -> None:
            return colour
        """,
        """
        def f(colour="#fff"):
            return colour
        """,
    ),
    "decorators stay": (
        '''
        @torch.no_grad()  # a test set has no gradient
        @cache
        def f(
            x: float,
        ) -> None:
            """Do."""
            return x
        ''',
        """
        @torch.no_grad()  # a test set has no gradient
        @cache
        def f(x):
            return x
        """,
    ),
    "a dataclass keeps its fields, and its methods lose theirs": (
        '''
        @dataclass(frozen=True)
        class f:
            """A rule.

            Attributes: many.
            """

            lr: float = 1e-3  # the paper's
            shape: Float[Tensor, " n"]

            def step(self, x: float) -> float:
                """Step."""
                self.y: float = x
                return self.y
        ''',
        """
        @dataclass(frozen=True)
        class f:
            lr: float = 1e-3  # the paper's
            shape: Float[Tensor, " n"]

            def step(self, x):
                self.y = x
                return self.y
        """,
    ),
    "so does a NamedTuple": (
        '''
        class f(NamedTuple):
            """A pair."""

            # the mean
            mean: float
            t: int
        ''',
        """
        class f(NamedTuple):
            # the mean
            mean: float
            t: int
        """,
    ),
    "a method's signature is joined": (
        """
        class f:
            def forward(
                self,
                x: Float[Tensor, "a b"],
            ) -> Float[Tensor, "a b"]:
                return x
        """,
        """
        class f:
            def forward(self, x):
                return x
        """,
    ),
    "nested docstrings go, other strings stay": (
        '''
        def f(x: int) -> str:
            """Do."""

            def g(y: int) -> str:
                """Inside."""
                return """a
        docstring?"""

            text = """kept"""
            return text + g(x)
        ''',
        '''
        def f(x):
            def g(y):
                return """a
        docstring?"""

            text = """kept"""
            return text + g(x)
        ''',
    ),
    "a local annotation goes, and a line that only annotates": (
        """
        def f():
            x: int = 3
            y: list[int]
            y = [x]
            return y
        """,
        """
        def f():
            x = 3
            y = [x]
            return y
        """,
    ),
    "a comment above the docstring stays": (
        '''
        def f():
            # first
            """Do."""
            # second
            return 1
        ''',
        """
        def f():
            # first
            # second
            return 1
        """,
    ),
    "a docstring in pieces goes, a lambda stays": (
        """
        def f(key=lambda x=1: x):
            "Do" "."
            return key
        """,
        """
        def f(key=lambda x=1: x):
            return key
        """,
    ),
    "an if that only raises goes, and so does one on a line of its own": (
        '''
        def f(x: float, n: int) -> float:
            """Return x / n."""
            if n < 1:
                raise ValueError(f"n is {n}: give 1 or more")
            if not x > 0: raise ValueError("x")
            if x > n:
                raise ValueError(
                    f"x is {x}: give"
                    " less"
                ) from None
            return x / n
        ''',
        """
        def f(x, n):
            return x / n
        """,
    ),
    "so does the call of a check, by its name or through its module": (
        """
        def f(x):
            check_finite("x", x)
            checks.check_positive("x", x)
            self.check_order(
                x,
                1,
            )

            return x
        """,
        """
        def f(x):
            return x
        """,
    ),
    "and a loop over nothing but refusals": (
        """
        def f(x, y):
            for name, value in {"x": x, "y": y}.items():
                check_finite(name, value)
                for part in value:
                    if not part:
                        raise ValueError(f"{name} has a 0")
            return x * y
        """,
        """
        def f(x, y):
            return x * y
        """,
    ),
    "a refusal below another statement stays": (
        """
        def f(x):
            check_finite("x", x)
            y = x - x.mean()
            check_finite("y", y)
            if not y.any():
                raise ValueError("x does not vary: drop it")
            return y
        """,
        """
        def f(x):
            y = x - x.mean()
            check_finite("y", y)
            if not y.any():
                raise ValueError("x does not vary: drop it")
            return y
        """,
    ),
    "an if that does something else stays": (
        """
        def f(x):
            if x is None:
                x = 1
                raise ValueError("x")
            if x:
                raise ValueError("x")
            return x
        """,
        """
        def f(x):
            if x is None:
                x = 1
                raise ValueError("x")
            if x:
                raise ValueError("x")
            return x
        """,
    ),
    "an if with an else stays": (
        """
        def f(x):
            if x < 0:
                raise ValueError("x")
            else:
                x = 1
            return x
        """,
        """
        def f(x):
            if x < 0:
                raise ValueError("x")
            else:
                x = 1
            return x
        """,
    ),
    "an if with a second condition stays": (
        """
        def f(x):
            if x < 0:
                raise ValueError("x")
            elif x:
                raise ValueError("y")
            return x
        """,
        """
        def f(x):
            if x < 0:
                raise ValueError("x")
            elif x:
                raise ValueError("y")
            return x
        """,
    ),
    "a loop that does something else, or has an else, stays": (
        """
        def f(x):
            for part in x:
                check_finite("x", part)
                print(part)

            def g(x):
                for part in x:
                    check_finite("x", part)
                else:
                    x = []
                return x

            return g(x)
        """,
        """
        def f(x):
            for part in x:
                check_finite("x", part)
                print(part)

            def g(x):
                for part in x:
                    check_finite("x", part)
                else:
                    x = []
                return x

            return g(x)
        """,
    ),
    "a check whose answer is used is no refusal": (
        """
        def f(x):
            y = check_finite("x", x)
            return y
        """,
        """
        def f(x):
            y = check_finite("x", x)
            return y
        """,
    ),
    "another call is no refusal": (
        """
        def f(x):
            recheck_all(x)
            check_finite("x", x)
            return x
        """,
        """
        def f(x):
            recheck_all(x)
            check_finite("x", x)
            return x
        """,
    ),
    "the comments of a refusal go with it, the others stay": (
        '''
        def f(x):
            # about the whole
            """Do."""
            # why it is refused
            check_finite("x", x)  # or else

            # why this, too
            if x < 0:  # here
                # inside
                raise ValueError("x")  # there
                # below it
            # about the formula

            # and more
            return x  # that
        ''',
        """
        def f(x):
            # about the whole
            # about the formula
            # and more
            return x  # that
        """,
    ),
    "a function inside and a method lose theirs": (
        """
        class f:
            lr: float

            def step(self, x):
                check_finite("x", x)

                def g(y):
                    if y:
                        raise ValueError("y")
                    return y

                return g(x)
        """,
        """
        class f:
            lr: float

            def step(self, x):
                def g(y):
                    return y

                return g(x)
        """,
    ),
    "a __post_init__ that only refuses goes, with its comments and decorators": (
        '''
        @dataclass(frozen=True)
        class f:
            """A rule."""

            lr: float  # eta

            # what is refused
            @final
            def __post_init__(self) -> None:
                """Refuse."""
                check_positive("lr", self.lr)
                if self.lr > 9:
                    raise ValueError("lr")

            def step(self, x):
                return self.lr * x
        ''',
        """
        @dataclass(frozen=True)
        class f:
            lr: float  # eta

            def step(self, x):
                return self.lr * x
        """,
    ),
    "so does one that then calls its parent's, which Python does without it": (
        """
        class f(Rule):
            def __post_init__(self):
                check_positive("lr", self.lr)
                super().__post_init__()

            def step(self, x):
                return x
        """,
        """
        class f(Rule):
            def step(self, x):
                return x
        """,
    ),
    "a __post_init__ that does more keeps what it does": (
        """
        class f(Rule):
            x: float

            def __post_init__(self):
                check_positive("x", self.x)
                super().__post_init__()
                self.y = 2 * self.x
        """,
        """
        class f(Rule):
            x: float

            def __post_init__(self):
                super().__post_init__()
                self.y = 2 * self.x
        """,
    ),
    "a class inside a class loses its own": (
        """
        class f:
            class g:
                x: float

                def __post_init__(self):
                    check_positive("x", self.x)

            def step(self, x):
                return self.g(x)
        """,
        """
        class f:
            class g:
                x: float

            def step(self, x):
                return self.g(x)
        """,
    ),
    "of two definitions the last is in force": (
        """
        def f():
            return 1


        def f():
            return 2
        """,
        """
        def f():
            return 2
        """,
    ),
}


@pytest.mark.parametrize(("module", "expected"), CASES.values(), ids=CASES)
def test_a_definition_is_shown_bare(tmp_path, module, expected):
    assert written(root_with(tmp_path, module)) == dedent(expected).lstrip("\n")


@pytest.mark.parametrize("case", CASES)
def test_writing_twice_changes_nothing(tmp_path, case, capsys):
    root = root_with(tmp_path, CASES[case][0])
    written(root)
    assert capsys.readouterr().out == "book/toy.md: written\n"
    assert main(["--check"], root) == 0
    assert main([], root) == 0
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    "head",
    [
        "---\ntags: [hide-input]\n---\n",
        ":tags: [hide-input]\n",
        ":tags: [hide-input]\n\n",
        "---\nmystnb:\n  figure:\n    caption: |\n      A --- b.\n---\n",
    ],
)
def test_the_settings_of_a_cell_stay(tmp_path, head):
    root = root_with(tmp_path, "def f(x: int):\n    return x\n", head=head)
    assert main([], root) == 0
    page = (root / "book" / "toy.md").read_text(encoding="utf-8")
    assert f"python\n{head}{NAMED}def f(x):\n    return x\n```\n" in page


def test_nothing_typed_below_the_first_line_can_hide(tmp_path):
    typed = "def f(x):\n    return x\n\n\nhidden = 1\n"
    root = root_with(tmp_path, "def f(x):\n    return x\n", NAMED + typed)
    assert main(["--check"], root) == 1
    assert written(root) == "def f(x):\n    return x\n"


def test_a_plain_cell_is_left_alone(tmp_path):
    root = root_with(tmp_path, "", "def f(x: int): return x\n")
    assert main(["--check"], root) == 0


def test_check_reports_the_first_difference_and_writes_nothing(tmp_path, capsys):
    typed = "def f(x):\n    return 2 * x\n"
    root = root_with(tmp_path, "def f(x):\n    return x\n", NAMED + typed)
    before = (root / "book" / "toy.md").read_text(encoding="utf-8")
    assert main(["--check"], root) == 1
    said = "book/toy.md:6: shown code differs from the package: run make format"
    assert capsys.readouterr().out == f"{said}\n"
    assert (root / "book" / "toy.md").read_text(encoding="utf-8") == before


ONLY = "def f():\n    {}\n"


@pytest.mark.parametrize(
    ("module", "cell", "said"),
    [
        ("x = 1\n", NAMED, "4: code/ml2020/toy/line.py defines no function or class f"),
        (
            "def f():\n    return 1\n",
            "# ml2020/toy/lime.py: f\n",
            "4: code/ml2020/toy/lime.py does not exist: mend the cell's first line",
        ),
        ("def f(:\n", NAMED, "4: code/ml2020/toy/line.py:1 is not Python: mend it"),
        (ONLY.format('"""Only."""'), NAMED, "4: f is only a docstring or refusals: th"),
        (ONLY.format("check_it(1)"), NAMED, "4: f is only a docstring or refusals: th"),
        (
            'class f:\n    def g(self):\n        """Only."""\n',
            NAMED,
            "4: g is only a docstring or refusals: there is nothing to show: name what",
        ),
        (
            "class f:\n    x = 1\n\n    def g(self):\n        check_it(1)\n",
            NAMED,
            "4: g is only a docstring or refusals: there is nothing to show: name what",
        ),
        (
            'class f:\n    "A."\n\n    def __post_init__(self):\n        check_it(1)\n',
            NAMED,
            "4: f is only a docstring or refusals: there is nothing to show: name what",
        ),
        (
            "def __post_init__():\n    check_it(1)\n",
            NAMED.replace(": f", ": __post_init__"),
            "4: __post_init__ is only a docstring or refusals: there is nothing to",
        ),
        ("class f:\n    'Only.'\n", NAMED, "4: f is only a docstring"),
        (
            ONLY.format(f"return '{'x' * 70}'"),
            NAMED,
            "6: 83 characters, 80 at most: break the line in code/ml2020/toy/line.py",
        ),
        (
            ONLY.format("x = 1\n    " * 25 + "return x"),
            NAMED,
            "4: 27 lines are shown, 25 at most: move a part",
        ),
        ("", f"#{NAMED}", "4: a shown cell begins with a line such as"),
        ("", NAMED.replace(": f", ":f"), "4: a shown cell begins with a line such as"),
        ("", f"x = 1\n{NAMED}", "4: a shown cell begins with a line such as"),
    ],
)
@pytest.mark.parametrize("flags", [[], ["--check"]], ids=["write", "check"])
def test_what_cannot_be_shown_is_said_in_one_line(
    tmp_path, capsys, module, cell, said, flags
):
    root = root_with(tmp_path, module, cell)
    assert main(flags, root) == 1
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith(f"book/toy.md:{said}") for line in lines) == 1
    assert all(line.startswith("book/toy.md:") for line in lines)


def test_a_page_that_cannot_be_read_does_not_stop_the_others(tmp_path, capsys):
    root = root_with(tmp_path, "def f(x):\n    return x\n")
    (root / "book" / "bad.md").write_text("```{note}\n", encoding="utf-8")
    assert main([], root) == 1
    said = "book/toy.md: written\nbook/bad.md:1: the block is not closed: add ```\n"
    assert capsys.readouterr().out == said


IMPORTS = """import math
from os import path as way, sep
import xml.dom
import xml.sax as sax

def g(x):
    from os import curdir
    return sep + math.pi
"""


@pytest.mark.parametrize("flags", [[], ["--check"]], ids=["write", "check"])
def test_an_import_that_no_cell_uses_is_named(tmp_path, capsys, flags):
    root = root_with(tmp_path, "", IMPORTS)
    assert main(flags, root) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"book/toy.md:{line}: no cell uses {name}: do not import it"
        for line, name in [(5, "way"), (6, "xml"), (7, "sax"), (10, "curdir")]
    ]


def test_another_cell_may_use_an_import(tmp_path, capsys):
    root = root_with(tmp_path, "", IMPORTS)
    page = root / "book" / "toy.md"
    more = "```{code-cell} python\nway.join(xml.dom, sax, curdir)\n```\n"
    page.write_text(page.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert main(["--check"], root) == 0
    assert not capsys.readouterr().out


def test_what_only_a_refusal_used_is_no_longer_used(tmp_path, capsys):
    module = "def f(x):\n    check_finite(x, math.inf)\n    return x\n"
    root = root_with(tmp_path, module, NAMED + module)
    page = root / "book" / "toy.md"
    cell = "```{code-cell} python\nimport math\nfrom a import check_finite\n```\n"
    page.write_text(cell + page.read_text(encoding="utf-8"), encoding="utf-8")
    assert main([], root) == 1
    assert capsys.readouterr().out.splitlines() == [
        "book/toy.md: written",
        "book/toy.md:2: no cell uses math: do not import it",
        "book/toy.md:3: no cell uses check_finite: do not import it",
    ]
    assert "    return x\n" in page.read_text(encoding="utf-8")


def test_a_cell_that_is_not_python_hides_no_other_fault(tmp_path, capsys):
    root = root_with(tmp_path, "def f(x):\n    return x\n")
    page = root / "book" / "toy.md"
    more = "```{code-cell} python\n!ls\n```\n"
    page.write_text(page.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert main(["--check"], root) == 1
    drifted, broken = capsys.readouterr().out.splitlines()
    assert "shown code differs from the package" in drifted
    assert "the cell is not Python" in broken
