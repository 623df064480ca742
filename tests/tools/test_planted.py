"""A planted bug is noticed by the tests, or it is listed; the real files stay whole."""

import pytest

from tools.planted import PlanError, main, plans, read_plan

MODULE = "tools/toy/add.py"
FILES = {
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["tools"]\n',
    MODULE: "def add(a, b):\n    return a + b\n\n\ndef unused(a):\n    return a\n",
    "tests/toy/test_add.py": (
        "from toy.add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
    ),
}
SIGN = {"file": MODULE, "old": "a + b", "new": "a - b", "why": "a sign"}
DEAD = {"file": MODULE, "old": "return a\n", "new": "return 2\n", "why": "no test"}


def plan(*bugs):
    lines = (f"{key} = {value!r}" for bug in bugs for key, value in bug.items())
    tables = "\n".join(lines).replace("file =", "\n[[bug]]\nfile =")
    return tables.replace("'", '"')


def tree(tmp_path, text, **changes):
    """A package, its tests, and a plan to break it."""
    files = FILES | {"tests/toy/planted.toml": text}
    for path, content in (files | changes).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    return tmp_path


def test_a_noticed_bug_and_a_survivor_are_told_apart(tmp_path, capsys):
    root = tree(tmp_path, plan(SIGN, DEAD))
    before = {path: (root / path).read_text(encoding="utf-8") for path in FILES}
    assert main(["toy"], root) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"survived: {MODULE}: no test: 'return a\\n' -> 'return 2\\n'",
        "toy: 2 planted, 1 survived",
    ]
    assert before == {path: (root / path).read_text(encoding="utf-8") for path in FILES}


def test_the_tests_of_the_module_are_enough_where_they_notice(tmp_path):
    log = tmp_path / "log"
    other = f"def test_other():\n    open({str(log)!r}, 'a').write('run ')\n"
    root = tree(tmp_path, plan(SIGN, DEAD), **{"tests/toy/test_a.py": other})
    assert main(["toy"], root) == 1
    assert log.read_text(encoding="utf-8") == "run run "  # without a bug, and with DEAD


def test_a_bug_that_names_its_test_has_to_be_noticed_by_it(tmp_path, capsys):
    more = FILES["tests/toy/test_add.py"] + "\n\ndef test_nothing(): pass\n"
    tests = {"tests/toy/test_add.py": more}
    own, other = SIGN | {"test": "test_add.py -k add"}, SIGN | {"why": "b"}
    other["test"] = "test_add.py::test_nothing"
    assert main(["toy"], tree(tmp_path, plan(own, other), **tests)) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"survived: {MODULE}: b: ")
    assert said.endswith("2 planted, 1 survived\n")


def test_a_test_that_is_not_there_proves_nothing(tmp_path, capsys):
    root = tree(tmp_path, plan(SIGN | {"test": "test_add.py -k subtract"}))
    assert main(["toy"], root) == 1
    assert "mend the name of its test if it has one\n" in capsys.readouterr().out


def test_a_plan_whose_bugs_are_all_noticed_passes(tmp_path, capsys):
    assert main([], tree(tmp_path, plan(SIGN))) == 0
    assert capsys.readouterr().out == "toy: 1 planted, 0 survived\n"


def test_without_a_name_every_plan_is_chosen(tmp_path):
    root = tree(tmp_path, "", **{"tests/other/planted.toml": ""})
    names = [path.parent.name for path in plans([], root)]
    assert names == ["other", "toy"]


def test_tests_that_fail_anyway_prove_nothing(tmp_path, capsys):
    tests = FILES["tests/toy/test_add.py"].replace("== 3", "== 4")
    root = tree(tmp_path, plan(SIGN), **{"tests/toy/test_add.py": tests})
    assert main(["toy"], root) == 1
    said = capsys.readouterr().out.splitlines()[-1]
    assert said == "tests/toy fail without a bug: mend them first"


def test_a_bug_that_breaks_the_import_proves_nothing(tmp_path, capsys):
    root = tree(tmp_path, plan(SIGN | {"old": "def add", "new": "def sub"}))
    assert main(["toy"], root) == 1
    said = capsys.readouterr().out
    assert said.startswith(
        "tests/toy/planted.toml: the tests do not start with the bug"
    )
    assert "plant one that can be imported" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[bug]", "not TOML"),
        ("", r"no \[\[bug\]\] in it: plant at least one"),
        ("bug = 3", r"no \[\[bug\]\] in it"),
        ("bug = [3]", "bug 1: keys are not file, new, old, why: give these four"),
        (plan(SIGN, {"file": MODULE, "old": "a"}), "bug 2: keys are not"),
        (plan(SIGN | {"more": "x"}), "bug 1: keys are not"),
        (plan(SIGN | {"why": 3}), "bug 1: a value is not text"),
        (plan(SIGN | {"file": "code/x.py"}), r"bug 1: file code/x\.py is no file in"),
        (
            plan(SIGN | {"file": "tests/toy/test_add.py"}),
            "is no file in code/ml2020/",
        ),
        (plan(SIGN | {"file": "tools/../pyproject.toml"}), "bug 1: file"),
        (plan(SIGN | {"file": "tools/../../x"}), "bug 1: file"),
        (plan(SIGN | {"file": "tools"}), "bug 1: file tools is no file"),
        (plan(SIGN | {"old": "a * b"}), "bug 1: old is in .* 0 times, not once"),
        (plan(SIGN | {"old": "return"}), "bug 1: old is in .* 2 times, not once"),
        (plan(SIGN | {"old": ""}), "bug 1: old is in .* 0 times, not once"),
        (plan(SIGN | {"new": "a + b"}), "bug 1: new is the same as old"),
    ],
)
def test_a_malformed_plan_is_said_in_one_line(tmp_path, capsys, text, said):
    root = tree(tmp_path, text)
    with pytest.raises(PlanError, match=said):
        read_plan(root / "tests" / "toy" / "planted.toml", root)
    assert main(["toy"], root) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("tests/toy/planted.toml: ")


def test_a_missing_plan_is_said_in_one_line(tmp_path, capsys):
    assert main(["gnn"], tmp_path) == 1
    said = "tests/gnn/planted.toml does not exist: write it, or mend the name\n"
    assert capsys.readouterr().out == said
