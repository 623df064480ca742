"""A record of what was trained beforehand is stale when the code computes otherwise."""

import hashlib
import json
from textwrap import dedent

import pytest

from tools.trained import (
    FOLDER,
    LARGEST,
    LECTURE_SECONDS,
    SCRIPT_SECONDS,
    Training,
    faults,
    wordless,
)

FILES = {
    "code/ml2020/__init__.py": "",
    "code/ml2020/toy/__init__.py": '"""Toys."""\n\n'
    "from ml2020.toy.line import line as line\n"
    "from ml2020.toy.curve import curve as curve\n",
    "code/ml2020/toy/line.py": '''\
        """Line."""

        from jaxtyping import Float
        from torch import Tensor

        from ml2020.support.checks import check_x

        def line(x: Float[Tensor, " n"], w: float = 2.0) -> Tensor:
            """Return w x."""
            check_x(x)
            return w * x  # no bias
        ''',
    "code/ml2020/toy/curve.py": "def curve(x):\n    return x**2\n",
    "code/ml2020/support/__init__.py": '"""Support."""\n',
    "code/ml2020/support/checks.py": "def check_x(x):\n    assert x > 0\n",
    "tools/train_toy.py": '''\
        """Train a line."""

        import json
        from ml2020.toy import line
        from tools.trained import Training

        STEPS: int = 1000
        ''',
    f"{FOLDER}/toy_table.csv": "1,2\n",
}
LINE, SCRIPT = "code/ml2020/toy/line.py", "tools/train_toy.py"
RECORD, TABLE = f"{FOLDER}/toy.json", f"{FOLDER}/toy_table.csv"


@pytest.fixture
def root(tmp_path):
    """A package, a script that trains, and what it made."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    training(tmp_path).write(["toy_table.csv"])
    return tmp_path


def training(root, name=SCRIPT, **settings):
    return Training(str(root / name), **{"seeds": [0, 1]} | settings, root=root)


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def record(root, **changes):
    """Write other things into the record of the sample."""
    content = json.loads((root / RECORD).read_text(encoding="utf-8"))
    (root / RECORD).write_text(json.dumps(content | changes), encoding="utf-8")


def test_a_record_says_what_made_the_results(root):
    assert not list(faults(root))
    content = json.loads((root / RECORD).read_text(encoding="utf-8"))
    assert content["seeds"] == [0, 1]
    assert content["seconds"] > 0
    assert content["versions"].keys() >= {"python", "torch", "numpy"}
    assert list(content["files"]) == ["toy_table.csv"]
    assert set(content["code"]) == {
        "ml2020/__init__.py",
        "ml2020/support/__init__.py: statements",
        "ml2020/support/checks.py",
        "ml2020/toy/__init__.py: statements",
        "ml2020/toy/__init__.py: line",
        "ml2020/toy/line.py",
        "tools/train_toy.py",
    }


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        (LINE, '"""Line."""', '"""A straight line."""'),
        (LINE, "Return w x.", "Return the product."),
        (LINE, "  # no bias", ""),
        (LINE, "w: float", "w: int"),
        (LINE, "w: float = 2.0", "w=2.0"),
        (LINE, "-> Tensor", ""),
        (LINE, "import Float\n", "import Float, Int\n"),
        (LINE, "    return w", "\n    return w"),
        (LINE, "w * x", "(w * x)"),
        (LINE, "    check_x(x)\n", ""),
        ("code/ml2020/support/checks.py", "> 0", ">= 0"),
        (SCRIPT, "Train a line.", "Train the line."),
        (SCRIPT, "STEPS: int", "STEPS"),
        ("code/ml2020/toy/__init__.py", "Toys.", "All toys."),
        ("code/ml2020/toy/curve.py", "x**2", "x**3"),  # which nobody reaches
        ("code/ml2020/toy/__init__.py", "curve import curve as", "bend import bend as"),
    ],
)
def test_words_and_what_is_not_reached_leave_it_fresh(root, place, old, new):
    replace(root / place, old, new)
    assert not list(faults(root))


@pytest.mark.parametrize(
    ("place", "old", "new", "named"),
    [
        (LINE, "w * x", "w + x", "ml2020/toy/line.py"),
        (LINE, "w: float = 2.0", "w: float = 2.1", "ml2020/toy/line.py"),
        (LINE, "w: float = 2.0", "w: float", "ml2020/toy/line.py"),
        ("code/ml2020/__init__.py", "", "x = 1", "ml2020/__init__.py"),
        ("code/ml2020/toy/__init__.py", "line import line", "curve import curve", "to"),
        (SCRIPT, "1000", "1001", SCRIPT),
        (SCRIPT, "toy import line", "toy import curve", "ml2020/toy/curve.py, "),
    ],
)
def test_another_operation_in_what_is_reached_makes_it_stale(
    root, place, old, new, named
):
    replace(root / place, old, new)
    (said,) = faults(root)
    assert said.startswith(f"{RECORD}: ")
    assert named in said
    assert said.endswith(" changed: run tools/train_toy.py again")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("class A:\n    x: int = 3", "class A:\n    x = 3"),
        ("class A:\n    x: int", "class A:\n    pass"),
        ("class A:\n    x: int", "class A:\n    y: int"),
        ("class A:\n    x: int = 3", "class A:\n    x: ClassVar[int] = 3"),
        ("{**a, 'b': c}", "{'b': a, **c}"),
        ("def f(*, a, b=1): a", "def f(*, a=1, b): a"),
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 'a'", "x = b'a'"),
        ("f(a)(b)", "f(a, b)"),
        ("x = -1", "x = +1"),
        ("a if b else c", "a if c else b"),
        ("import a\na.b", "import c as a\na.b"),
        ("if a:\n    b\nc", "if a:\n    b\n    c"),
        ("raise A('a')", "raise B('a')"),
        ("if a:\n    raise A\nelse:\n    b", "b"),
        ("if a:\n    b\n    raise A", ""),
        ("for a in b:\n    check_a(a)\n    c", "for a in b:\n    c\n    c"),
        ("a = check_b(c)", ""),
        ("checked(a)", ""),
    ],
)
def test_what_computes_something_else_has_another_digest(one, other):
    assert wordless(one) != wordless(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("class A:\n    x: int = 3", "class A:\n    x: Float[Tensor, 'n'] = 3"),
        ("async def f(a: int) -> int:\n    'Word.'\n    a", "async def f(a):\n    a"),
        ("def f(*a: int, **b: str): a", "def f(*a, **b): a"),
        ("def f():\n    x: int\n    x = 1", "def f():\n    x: float = 1"),
        ("class A:\n    'Words.'", "class A:\n    ..."),
        ("import numpy as np\nx: np.ndarray = 1", "x = 1"),
        ("raise A('a')", "raise A(f'b {c}', d)"),
        ("def check_a(b):\n    if b:\n        raise A\nc", "c"),
        ("if a:\n    raise A\nb", "b"),
        ("for a in b:\n    check_a(a)\nc", "c"),
        ("from a import check_b\ncheck_b(c)\nd", "d"),
    ],
)
def test_what_differs_in_words_alone_has_the_same_digest(one, other):
    assert wordless(one) == wordless(other)


def test_a_line_that_others_read_stays(root):
    assert wordless("from a import b as b") != wordless("from a import c as c")
    assert wordless("from a import *") != wordless("from b import *")


# ------------------------------------------------------------------------- the budgets


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seconds": SCRIPT_SECONDS + 60}, "61 minutes of CPU, 60 at most: make two"),
        ({"seconds": "long"}, "seconds missing: run train_toy.py"),
        ({"versions": None}, "versions missing: run train_toy.py"),
        ({"files": {}}, "toy_table.csv: no script made it: delete it"),
        ({"files": {"toy_table.csv": "1f"}}, "toy_table.csv is not what the script"),
        ({"files": {"gone.csv": "1f", "toy_table.csv": "1f"}}, "gone.csv is not what"),
    ],
)
def test_a_record_beyond_its_budget_or_without_its_files_is_named(root, changes, said):
    record(root, **changes)
    found = list(faults(root))
    assert any(said in fault for fault in found)


def test_a_table_is_written_with_its_record(root):
    rows = ([seed, 0.5] for seed in range(2))
    found = training(root).write_table("toy_runs.csv", ["seed", "share"], rows)
    written = (root / FOLDER / "toy_runs.csv").read_bytes()
    assert written == b"seed,share\n0,0.5\n1,0.5\n"
    assert found == hashlib.sha256(written).hexdigest()
    record = json.loads((root / RECORD).read_text(encoding="utf-8"))
    assert record["files"] == {"toy_runs.csv": found}


def test_what_lies_beside_a_table_stands_in_the_record(root):
    (root / FOLDER / "toy_runs.npz").write_bytes(b"weights")
    beside = ["toy_runs.npz"]
    found = training(root).write_table("toy_runs.csv", ["seed"], [[0]], beside)
    files = json.loads((root / RECORD).read_text(encoding="utf-8"))["files"]
    digest = hashlib.sha256(b"weights").hexdigest()
    assert files == {"toy_runs.csv": found, "toy_runs.npz": digest}


@pytest.mark.parametrize(("language_model", "count"), [(False, 1), (True, 0)])
def test_weights_are_small_and_a_language_model_may_be_larger(
    root, language_model, count
):
    (root / TABLE).write_bytes(bytes(LARGEST + 1))
    training(root, language_model=language_model).write(["toy_table.csv"])
    found = list(faults(root))
    assert len(found) == count
    assert not count or "toy_table.csv: 1000001 bytes, 1000000 at most" in found[0]


def test_the_scripts_of_a_lecture_share_its_hours(root):
    record(root, seconds=0.0)  # not what these tests took
    for number in range(4):
        name = f"tools/train_toy_{number}.py"
        (root / name).write_text(f"x = {number}\n", encoding="utf-8")
        path = training(root, name, earlier=LECTURE_SECONDS / 4).write([])
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["seconds"] >= LECTURE_SECONDS / 4
        path.write_text(json.dumps(content | {"seconds": 3000}), encoding="utf-8")
    assert list(faults(root)) == [
        "toy: 200 minutes of CPU, 180 at most of its scripts: cut"
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("train_boy", "x = 1\n", "tools/train_boy.py: begin its NAME with that of its"),
        ("train_toys", "x = 1\n", "tools/train_toys.py: begin its NAME with that of"),
        ("train_toy_a", "from tools import live\n", "it imports tools.live: move"),
        ("train_toy_a", "import tools.live\n", "it imports tools.live: move"),
    ],
)
def test_a_script_has_its_lectures_name_and_the_packages_code(root, name, text, said):
    (root / f"tools/{name}.py").write_text(text, encoding="utf-8")
    training(root, f"tools/{name}.py").write([])
    (found,) = faults(root)
    assert said in found


def test_a_script_that_never_ran_is_named(root):
    (root / RECORD).unlink()
    found = list(faults(root))
    assert found[0].endswith(
        "files, language_model, seconds, seeds, versions missing: run train_toy.py"
    )
    assert found[1] == f"{TABLE}: no script made it: delete it"


# ------------------------------------------------------------------------ bad arguments


@pytest.mark.parametrize("name", ["code/train_toy.py", "tools/toy.py"])
def test_a_script_elsewhere_is_refused(root, name):
    with pytest.raises(ValueError, match=r"^script: .*: name it tools/train_NAME\.py"):
        training(root, name)


def test_results_without_seeds_are_refused(root):
    with pytest.raises(ValueError, match=r"^seeds: there is none: give all"):
        training(root, seeds=[])


@pytest.mark.parametrize(
    ("name", "said"),
    [("gone.csv", "is not in .*: write it first"), ("toy.json", "is the record's own")],
)
def test_files_that_cannot_be_are_refused(root, name, said):
    with pytest.raises(ValueError, match=f"^files: {name} {said}"):
        training(root).write([name])


def test_the_code_counts_as_it_was_when_the_work_began(root):
    begun = training(root)
    replace(root / LINE, "w * x", "w - x")
    begun.write(["toy_table.csv"])
    (said,) = faults(root)
    assert "line.py changed" in said
