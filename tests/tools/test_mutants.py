"""Small bugs are planted by program; each that no test notices is listed or excused."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.mutants import __main__ as command
from tools.mutants.__main__ import Tally, folders, main
from tools.mutants.changes import KINDS, mutants
from tools.mutants.excuses import ExcuseError, read_excuses
from tools.mutants.sample import FEWEST, sample
from tools.planted import ROOT

# ------------------------------------------------------------------- the changes
LINES = [  # a line, a kind, and all that the kind makes of it
    ("a < b <= c", "comparison", ["a <= b <= c", "a < b < c"]),
    ("a == b", "comparison", ["a != b"]),
    ("a is None", "comparison", ["a is not None"]),
    ("a not in b", "comparison", ["a in b"]),
    ("a + b", "operator", ["a - b"]),
    ("a / b", "operator", ["a * b"]),
    ("a @ b", "operator", ["a * b"]),
    ("c * (a & b)", "operator", ["c / (a & b)", "a | b"]),
    ("a and b and c", "operator", ["a or b or c"]),
    ("a += b", "operator", ["a -= b"]),
    ("a**2", "power dropped", ["a"]),
    ("-a", "sign or not dropped", ["a"]),
    ("not a", "sign or not dropped", ["a"]),
    ("f(a, dim=-1)", "sign or not dropped", []),
    ("a if b else c", "condition negated", ["not b"]),
    ("[a for a in b if c]", "condition negated", ["not c"]),
    ("a if b < c else d", "condition negated", []),
    ("a = 2", "constant", ["3"]),
    ("a = 0.5", "constant", ["1.5"]),
    ("a = 1e-8", "constant", ["1e-05"]),
    ("a = 600", "constant", ["1200"]),
    ("a = True", "constant", ["False"]),
    ("a = 'text'", "constant", []),
    ("def f(a=2, *, b=True): ...", "default", ["3", "False"]),
    ("def f(a=2): ...", "constant", []),
    ("f(a, dim=1)", "axis", ["0"]),
    ("f(a, axis=0)", "axis", ["1"]),
    ("f(a, dim=2)", "constant", []),
    ("f(a, dim=-1)", "axis", []),
    ("a[b:2]", "slice", [":2", "b + 1:2", "b:"]),
    ("f(a, b=c, **d)", "keyword dropped", ["f(a, **d)", "f(a, b=c)"]),
    ("zip(a, b, strict=True)", "keyword dropped", []),
    ("zip(a, b, strict=True)", "constant", []),
    ("f(a, b, c)", "arguments swapped", ["f(b, a, c)", "f(a, c, b)"]),
    ("f(a, *b)", "arguments swapped", []),
    ("max(a, b)", "arguments swapped", []),
    ("a.sum(1)", "function swapped", ["a.mean"]),
    ("all(a)", "function swapped", ["any"]),
    ("torch.zeros(a)", "function swapped", ["torch.ones"]),
    ("def f(a): b = a.abs()", "method dropped", ["a"]),
    ("def f(a): b = a.T", "method dropped", ["a"]),
    ("torch.no_grad()", "method dropped", []),
    ("def f(a): return a + 1", "another name returned", ["return a"]),
    ("def f(a, b): return b", "another name returned", ["return a"]),
    ("def f(self): return self", "another name returned", []),
    ("def f(a): g(a)", "statement dropped", ["pass"]),
    ("def f(a): a = g(a)", "statement dropped", ["pass"]),
    ("def f(a): b = g(a)", "statement dropped", []),
    ("def f(a): a[0] = b", "statement dropped", ["pass"]),
    ("def f(a):\n if a: raise b", "statement dropped", ["pass"]),
    ("def f(a):\n if a: b\n else: c", "statement dropped", []),
    ("def f(a): a -= 1", "statement dropped", ["pass"]),
]


@pytest.mark.parametrize(("line", "kind", "new"), LINES)
def test_a_kind_makes_these_changes_of_a_line(line, kind, new):
    made = [mutant for mutant in mutants(line) if mutant.kind == kind]
    assert [mutant.new for mutant in made] == new
    for mutant in made:
        compile(mutant.source, "mutant", "exec")
        assert mutant.source != line


def test_every_kind_is_shown_on_a_line():
    assert {kind for _, kind, new in LINES if new} == set(KINDS)


@pytest.mark.parametrize(
    "line",
    [
        "import a.b as c",
        "from a import b",
        '"""A docstring of 2 words."""',
        "a: Float[Tensor, 'n 3'] | Literal[3]",
        "@cache(size=3)\nclass A: ...",
        "raise ValueError(f'{a + 1} is {3}', not b)",
        "f'{a + 1}'",
        "assert a, f(b, c)",
        "def f(a: 3) -> 4: ...",
    ],
)
def test_this_is_left_alone(line):
    assert not mutants(line)


def test_the_condition_of_a_refusal_is_changed():
    line = "def f(a):\n if not (a >= 0).all(): raise ValueError(f'{a - 1}')"
    assert {mutant.kind for mutant in mutants(line)} == {
        "comparison",
        "constant",
        "function swapped",
        "sign or not dropped",
        "statement dropped",
        "method dropped",
    }


def test_a_change_says_where_it_is_and_leaves_the_rest():
    source = (
        '"""É."""\n\n\nclass A:\n    def f(self, a):\n        return (a - 1) ** 2\n'
    )
    (one,) = [mutant for mutant in mutants(source) if mutant.kind == "power dropped"]
    assert (one.line, one.column, one.function) == (6, 16, "A.f")
    assert (one.old, one.new) == ("(a - 1) ** 2", "a - 1")
    assert (one.old_lines, one.new_lines) == ("return (a - 1) ** 2", "return a - 1")
    assert one.source == source.replace("(a - 1) ** 2", "a - 1")


def test_what_binds_looser_is_put_in_brackets():
    made = {mutant.source for mutant in mutants("a * -(b + c)\nd & e & f\n")}
    assert "a * (b + c)\nd & e & f\n" in made
    assert "a * -(b + c)\n(d | e) & f\n" in made


def test_no_two_mutants_are_the_same_and_none_is_the_original():
    (one,) = mutants("def f(a): return a.abs()\n")  # by two kinds
    assert one.source == "def f(a): return a\n"
    assert not [mutant for mutant in mutants("f(1, 1)\n") if "swapped" in mutant.kind]


# ------------------------------------------------------------------- the choice
MANY = {
    "long.py": mutants("".join(f"a{k} = (b < {k}) + f(c, d)\n" for k in range(50))),
    "short.py": mutants("a = 1\nb = c < d\ne = f(g, h)\ni = 2\n"),
}


def test_another_seed_chooses_others_and_the_same_the_same():
    first, again, other = (sample(MANY, 40, seed) for seed in (0, 0, 1))
    assert first == again
    assert first != other
    assert set(first) != set(other)


def test_each_module_has_its_share_and_three_at_least():
    chosen = sample(MANY, 40, 0)
    counts = {file: sum(name == file for name, _ in chosen) for file in MANY}
    assert 40 <= len(chosen) <= 43
    assert counts["short.py"] == FEWEST == 3
    assert len(sample(MANY, 10_000, 0)) == sum(map(len, MANY.values()))
    assert not sample({"empty.py": []}, 10, 0)


def test_the_kinds_take_turns():
    chosen = [one for name, one in sample(MANY, 40, 0) if name == "long.py"]
    kinds = [one.kind for one in chosen[:12]]
    assert len(set(kinds)) == 4
    assert kinds[:4] == kinds[4:8] == kinds[8:]


# ------------------------------------------------------------------- the excuses
FOUND = {"a.py": mutants("def f(a):\n    return a < 1\n\n\nb = 1\nc = 1\n")}
BOUNDARY = {"file": "a.py", "old": "a < 1", "new": "a <= 1", "why": "never 1"}


def table(**entry):
    return "\n[[excuse]]\n" + "".join(f"{k} = {v!r}\n" for k, v in entry.items())


def excuses(tmp_path, text):
    path = tmp_path / "toy" / "mutants.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [(file, one.line, one.new) for file, one in read_excuses(path, FOUND)]


def test_an_excuse_is_an_expression_or_the_whole_lines(tmp_path):
    whole = BOUNDARY | {"old": "return  a < 1", "new": "return a <= 1"}
    for entry in (BOUNDARY, whole, BOUNDARY | {"function": "f"}):
        assert excuses(tmp_path, table(**entry)) == [("a.py", 2, "a <= 1")]
    line = BOUNDARY | {"old": "c = 1", "new": "c = 2"}
    assert excuses(tmp_path, table(**line)) == [("a.py", 6, "2")]
    one = BOUNDARY | {"old": "1", "new": "2", "function": "f"}
    assert excuses(tmp_path, table(**one)) == [("a.py", 2, "2")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[excuse]", "not TOML"),
        ("", r"no \[\[excuse\]\] in it: delete the file"),
        (table(file="a.py"), "excuse 1: keys are not file, new, old, why: give"),
        (table(**BOUNDARY, more="x"), "excuse 1: keys are not"),
        (table(**BOUNDARY | {"why": 3}), "excuse 1: a value is not text"),
        (table(**BOUNDARY | {"why": " "}), "excuse 1: why is not one line: say why"),
        (table(**BOUNDARY | {"old": "a < 2"}), r"no mutant of a\.py .*: delete it"),
        (table(**BOUNDARY | {"file": "b.py"}), r"no mutant of b\.py is 'a < 1'"),
        (table(**BOUNDARY | {"function": "g"}), r"no mutant of a\.py is 'a < 1'"),
        (
            table(**BOUNDARY) + table(**BOUNDARY | {"old": "1", "new": "2"}),
            r"^tests/toy/mutants\.toml: excuse 2: .* on lines 2, 5, 6: give the whole",
        ),
    ],
)
def test_an_excuse_that_excuses_nothing_is_refused(tmp_path, text, said):
    with pytest.raises(ExcuseError, match=said):
        excuses(tmp_path, text)


# ------------------------------------------------------------------- the score
@pytest.mark.parametrize(
    ("counts", "score", "passes"),
    [
        ((95, 5, 0, 0), 0.95, True),
        ((94, 6, 0, 0), 0.94, False),
        ((97, 0, 3, 0), 1.0, True),
        ((96, 0, 4, 0), 1.0, False),
        ((93, 4, 3, 0), 93 / 97, True),
        ((99, 0, 0, 1), 1.0, False),
        ((0, 0, 0, 0), 1.0, True),
    ],
)
def test_95_percent_are_noticed_and_3_excused_at_most(counts, score, passes):
    tally = Tally(*counts)
    assert tally.score == pytest.approx(score)
    assert tally.passes == passes


# ------------------------------------------------------------------- the command
MODULE = "code/ml2020/toy/two.py"
TOY = {
    "pyproject.toml": "",
    "code/ml2020/__init__.py": "",
    "code/ml2020/toy/__init__.py": "",
    MODULE: (
        "def add(a, b):\n    return a + b\n\n\n"
        "def larger(a, b):\n    if a > b:\n        return a\n    return b\n"
    ),
}
GOOD = "def test_add():\n    assert two.add(1, 2) == 3\n\n\n"
WEAK = "def test_larger():\n    assert two.larger(1, 2) == 2\n"
STRONG = WEAK + "    assert two.larger(2, 1) == 2\n"
SURVIVORS = [
    f"survived: {MODULE}:6:5: statement dropped: if a > b: return a -> pass",
    f"survived: {MODULE}:6:8: comparison: a > b -> a >= b",
    f"survived: {MODULE}:7:9: another name returned: return a -> return b",
]
EQUAL = table(file=MODULE, old="a > b", new="a >= b", why="equal, so either is right")
RUN = """import signal, sys, pathlib, tools.mutants.__main__ as command
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is off
command.EXCUSED = float(sys.argv[2])
sys.exit(command.main(sys.argv[3:], pathlib.Path(sys.argv[1])))"""


def toy(tmp_path, tests, **more):
    """A package with one module, and its tests."""
    test = {"tests/toy/test_two.py": f"from ml2020.toy import two\n\n\n{tests}"}
    for path, content in (TOY | test | more).items():
        (tmp_path / "toy" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "toy" / path).write_text(content, encoding="utf-8")
    return tmp_path / "toy"


def started(root, *options, most_excused=0.03):
    """The command, at work on a tree; what it leaves behind is found in ../left."""
    left = root.parent / "left"
    left.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", RUN, root, str(most_excused), "toy", *options],
        cwd=ROOT,
        # No plugins: importing them takes longer than the tests.
        env=os.environ | {"TMPDIR": str(left), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said(root, *options, **settings):
    """The exit status of the command, and its lines."""
    process = started(root, *options, **settings)
    lines = process.communicate()[0].splitlines()
    assert "Traceback" not in "".join(lines), lines
    return process.returncode, lines


def files(root):
    """Everything in a tree, with its content and time."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return [(path, path.read_bytes(), path.stat().st_mtime_ns) for path in paths]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_a_weak_test_lets_pass_is_listed_and_the_tree_stays(tmp_path, jobs):
    root = toy(tmp_path, GOOD + WEAK)
    before = files(root)
    status, lines = said(root, "--jobs", jobs)
    assert status == 1
    assert sorted(lines[:-1]) == SURVIVORS
    assert lines[-1].startswith(
        "toy: 6 planted of 6, 3 noticed, 3 survived, 0 excused: 50.0% of those that "
    )
    assert files(root) == before
    assert not list((tmp_path / "left").iterdir())


def test_an_excuse_takes_a_survivor_away(tmp_path):
    root = toy(tmp_path, GOOD + STRONG, **{"tests/toy/mutants.toml": EQUAL})
    status, lines = said(root, most_excused=0.5)
    assert status == 0
    (line,) = lines
    assert line.startswith(
        "toy: 6 planted of 6, 5 noticed, 0 survived, 1 excused: 100.0% of those that "
    )


def test_an_excuse_that_is_stale_or_refuted_fails(tmp_path):
    stale = EQUAL.replace("a > b", "a > c")
    root = toy(tmp_path, GOOD + STRONG, **{"tests/toy/mutants.toml": stale})
    status, (line,) = said(root, most_excused=0.5)
    assert status == 1
    assert line.startswith("tests/toy/mutants.toml: excuse 1: no mutant of ")
    wrong = table(file=MODULE, old="a + b", new="a - b", why="the same") + EQUAL
    root = toy(tmp_path, GOOD + STRONG, **{"tests/toy/mutants.toml": wrong})
    status, lines = said(root, most_excused=0.5)
    assert status == 1
    assert lines[0] == (
        f"excused, but noticed: {MODULE}:2:12: operator: a + b -> a - b"
    )


def test_the_seed_and_the_size_of_the_sample_are_those_that_were_typed(tmp_path):
    root = toy(tmp_path, "def test_nothing(): two\n")
    chosen = [
        sorted(said(root, "--sample", "3", "--seed", seed)[1][:-1])
        for seed in ("0", "0", "1")
    ]
    assert len(chosen[0]) == 3
    assert chosen[0] == chosen[1] != chosen[2]


def test_the_modules_own_tests_run_first_and_are_enough_where_they_notice(tmp_path):
    log = tmp_path / "log"
    other = f"def test_other():\n    open({str(log)!r}, 'a').write('run ')\n"
    root = toy(tmp_path, GOOD + WEAK, **{"tests/toy/test_a.py": other})
    said(root)
    assert log.read_text(encoding="utf-8") == 4 * "run "  # at first, and the survivors


def test_other_tests_of_the_folder_may_notice(tmp_path):
    other = f"from ml2020.toy import two\n\n\n{STRONG}"
    root = toy(tmp_path, GOOD, **{"tests/toy/test_a.py": other})
    assert sorted(said(root)[1][:-1]) == SURVIVORS[1:2]


def test_a_mutant_is_gone_when_the_next_module_has_its_turn(tmp_path):
    other = {
        "code/ml2020/toy/unseen.py": "def halve(a):\n    return a / 2\n",
        "tests/toy/test_unseen.py": "def test_nothing(): pass\n",
    }
    _, lines = said(toy(tmp_path, GOOD + STRONG, **other), "--jobs", "1")
    assert sum("survived: code/ml2020/toy/unseen.py:2:" in line for line in lines) == 3


def test_what_a_test_starts_sees_the_mutant_too(tmp_path):
    code = "from ml2020.toy.two import add; assert add(1, 2) == 3"
    root = toy(
        tmp_path,
        "def test_add():\n    import subprocess, sys\n    assert two\n"
        f"    subprocess.run([sys.executable, '-c', {code!r}], check=True)\n",
    )
    assert not any("a + b" in line for line in said(root)[1])


def test_the_hook_that_checks_types_acts_on_a_mutant(tmp_path):
    hook = (ROOT / "code" / "ml2020" / "__init__.py").read_text(encoding="utf-8")
    code = "def double(a: int) -> int:\n    b = [a, a]\n    return sum(b)\n"
    root = toy(
        tmp_path,
        "def test_it_runs():\n    two.double(2)\n",
        **{"code/ml2020/__init__.py": hook, MODULE: code},
    )
    assert not any("return b" in line for line in said(root)[1])


@pytest.mark.slow
def test_a_mutant_that_hangs_is_noticed(tmp_path):
    code = "def f(n):\n    while n:\n        n -= 1\n    return n\n"
    root = toy(tmp_path, "def test_f():\n    assert two.f(3) == 0\n", **{MODULE: code})
    status, (line,) = said(root, "--cpu", "4")
    assert status == 0
    assert line.startswith("toy: 3 planted of 3, 3 noticed, 0 survived, 0 excused")


LIMITED = """import os, resource, signal
from tools.mutants.trials import MEMORY, confine
confine(7)
assert resource.getrlimit(resource.RLIMIT_CPU) == (7, 7)
assert signal.alarm(0) > 7
try:
    bytearray(MEMORY)
except MemoryError:
    print("refused")"""


@pytest.mark.skipif(sys.platform != "linux", reason="no such limit elsewhere")
def test_the_memory_and_both_clocks_are_limited():
    command = [sys.executable, "-c", LIMITED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("refused\n", "")


def runs(pid):
    """Whether a process is there, and not only waits to be forgotten."""
    ps = subprocess.run(
        ["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True
    )
    return ps.stdout.strip()[:1] not in ("", "Z")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_no_process_and_no_file_behind(tmp_path, sent):
    log = tmp_path / "log"
    hang = f"""def test_add():
    import os, pathlib, subprocess
    if two.add(1, 2) != 3:
        child = subprocess.Popen(["sleep", "600"])
        new = pathlib.Path({str(tmp_path / "new")!r})
        new.write_text(f"{{os.getpid()}} {{child.pid}}")
        new.rename({str(log)!r})
        child.wait()
"""
    process = started(toy(tmp_path, hang), "--jobs", "1")
    while not log.exists():
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.05)
    pids = log.read_text(encoding="utf-8").split()
    assert all(map(runs, pids))  # the test, and what it started
    try:
        process.send_signal(sent)
        assert process.communicate()[0].splitlines()[-1] == "stopped"
        assert process.returncode == 130
        for _ in range(200):  # a signal takes a moment to arrive
            if any(map(runs, pids)):
                time.sleep(0.05)
        assert not any(map(runs, pids))
    finally:
        for pid in filter(runs, pids):
            os.kill(int(pid), signal.SIGKILL)
    assert not list((tmp_path / "left").iterdir())


def test_tests_that_fail_anyway_prove_nothing(tmp_path):
    status, lines = said(toy(tmp_path, GOOD.replace("3", "4")))
    assert status == 1
    assert any("assert 3 == 4" in line for line in lines)
    assert lines[-1].endswith("tests/toy fail without a mutant: mend them first")


def test_without_a_name_every_folder_with_tests_is_chosen(tmp_path):
    root = toy(tmp_path, GOOD, **{"code/ml2020/untested/__init__.py": ""})
    assert folders([], root) == ["toy"]
    with pytest.raises(ValueError, match=r"^there is no code/ml2020/untested with tes"):
        folders(["untested"], root)


def test_a_platform_that_cannot_fork_is_told_so_in_one_line(monkeypatch, capsys):
    monkeypatch.delattr(os, "fork")
    assert main(["toy"], Path("nowhere")) == 1
    said = "mutants need os.fork, which Windows has not: use Linux, macOS or WSL\n"
    assert capsys.readouterr().out == said


def test_the_limits_are_those_of_the_style():
    assert (command.SCORE, command.EXCUSED) == (0.95, 0.03)
