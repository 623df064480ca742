"""The package keeps the shape that ARCHITECTURE.md promises.

Each rule takes the root of a repository and returns where it is broken. It is asked of
ours, and then of a small package into which one fault was planted.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tools.mutants.__main__ import found_in
from tools.mutants.excuses import ExcuseError, read_excuses
from tools.planted import PlanError, plans, read_plan

ROOT = Path(__file__).parents[1]

# The lectures in their order. What one derives first, the later ones import.
PARTS = tomllib.loads((ROOT / "book" / "lectures.toml").read_text(encoding="utf-8"))
LECTURES = [lecture["name"] for p in PARTS["part"] for lecture in p["lectures"]]
# For each folder of the package, the earlier lectures that it may import.
EARLIER: dict[str, set[str]] = {
    "support": set(),
    "data": set(),
    "introduction": set(),
    "course_rules": set(),
    "regression": set(),
    "error_sources": {"regression"},
    "gradient_descent": {"regression"},
    "optimization": {"gradient_descent"},
    "classification": {"regression", "gradient_descent"},
    "logistic_regression": {"classification", "gradient_descent"},
    "deep_learning": {
        "course_rules",
        "classification",
        "gradient_descent",
        "optimization",
        "logistic_regression",
    },
    "backpropagation": {"classification", "logistic_regression", "deep_learning"},
    "training_tips": {
        "classification",
        "logistic_regression",
        "gradient_descent",
        "deep_learning",
    },
    "why_deep": {"regression", "gradient_descent", "optimization", "deep_learning"},
    "cnn": {"gradient_descent", "optimization"},
    "gnn": {"gradient_descent", "optimization", "deep_learning"},
    "rnn": {"gradient_descent"},
    "semi_supervised": {"classification", "gradient_descent", "optimization"},
    "word_embedding": {"optimization"},
    "explainable": {"gradient_descent", "cnn"},
    "attack": {"cnn", "deep_learning", "gradient_descent", "optimization"},
    "compression": {"cnn", "gradient_descent"},
    "conditional_generation": {"rnn"},
    "recursive": {"gradient_descent", "rnn"},
    "transformer": {"rnn", "training_tips"},
    "new_architectures": {"transformer"},
    "linear_methods": set(),
}
SHARED = {"support", "data"}
# What every lecture may import besides the standard library, the shared two and itself.
EVERYWHERE = {"torch", "numpy", "jaxtyping"}
# Other packages, and the only folders that may import them. `ml2020` is its __init__.
ONLY_IN = {
    "networkx": {"gnn"},
    "gymnasium": {"reinforcement", "muzero"},
    "sklearn": {"data"},
    "matplotlib": {"support"},
    "matplotlib_inline": {"support"},
    "cycler": {"support"},
    "IPython": {"support"},
    "PIL": {"support"},
    "tqdm": {"support"},
    "beartype": {"ml2020"},
}
MAKERS = {
    f"torch.{name}"
    for name in "rand randn tensor linspace logspace full empty normal".split()
}
WHOLE_MAKERS = {"torch.zeros", "torch.ones", "torch.eye"}
LONGEST = 150  # lines of a lecture's module: one algorithm
CHECKS = "ml2020.support.checks"
DYNAMIC = {"import_module", "__import__"}


def modules(root: Path) -> list[Path]:
    """All Python files of the package."""
    return sorted((root / "code" / "ml2020").rglob("*.py"))


def folder(root: Path, module: Path) -> str:
    """The lecture or shared folder of a module; `ml2020` for the package's own file."""
    parts = module.relative_to(root / "code").parts
    return parts[1] if len(parts) > 2 else parts[0]


def place(root: Path, module: Path) -> str:
    return module.relative_to(root).as_posix()


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def imports(module: Path) -> Iterator[str]:
    """What a module imports: `ml2020.gnn` of our own, `torch` of another's."""
    for node in ast.walk(tree(module)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
            if node.module == "ml2020":
                names = [f"ml2020.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            yield ".".join(parts[:2] if parts[0] == "ml2020" else parts[:1])


def allowed(name: str) -> set[str]:
    """What the modules of one folder may import."""
    other = {package for package, folders in ONLY_IN.items() if name in folders}
    if name == "ml2020":
        return other | {"jaxtyping"}
    own = {name, "support"} if name in SHARED else {name, *SHARED, *EARLIER[name]}
    return other | EVERYWHERE | {f"ml2020.{part}" for part in own}


# ------------------------------------------------------------------------------ rules


def every_folder_stands_in_the_table(root: Path) -> list[str]:
    """And all in it are the lectures of the course and the two shared folders."""
    folders = {folder(root, module) for module in modules(root)} - {"ml2020"}
    strange = set(EARLIER) - set(LECTURES) - SHARED
    return sorted(folders - set(EARLIER) | strange)


def every_edge_points_backwards(root: Path) -> list[str]:
    """A lecture imports only earlier ones."""
    return [
        f"{later} imports {earlier}"
        for later, others in EARLIER.items()
        for earlier in others
        if later in SHARED or LECTURES.index(earlier) >= LECTURES.index(later)
    ]


def a_module_imports_only_what_the_table_allows(root: Path) -> list[str]:
    """The standard library, the few packages, the shared folders, earlier lectures."""
    known = set(EARLIER) | {"ml2020"}
    return [
        f"{place(root, module)} imports {name}"
        for module in modules(root)
        if folder(root, module) in known
        for name in imports(module)
        if name not in allowed(folder(root, module)) | sys.stdlib_module_names
    ]


def no_import_hides_its_module(root: Path) -> list[str]:
    """Neither by dots nor by a call: what a module imports can be read."""
    found = []
    for module in modules(root):
        for node in ast.walk(tree(module)):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            relative = isinstance(node, ast.ImportFrom) and node.level
            if relative or called.split(".")[-1] in DYNAMIC:
                found.append(f"{place(root, module)}:{node.lineno}: name the module")
    return found


def tools_stay_out_of_the_package(root: Path) -> list[str]:
    """Libcst, yaml and pytest are for tools and tests, so for no extension either."""
    extensions = sorted((root / "book" / "_ext").glob("*.py"))
    return [
        f"{place(root, path)} imports {name}"
        for path in [*modules(root), *extensions]
        for name in imports(path)
        if name in {"libcst", "yaml", "pytest", "hypothesis"}
    ]


def the_package_only_switches_on_the_checks(root: Path) -> list[str]:
    """Its `__init__` defines nothing, imports no lecture, and calls the hook once."""
    module = root / "code" / "ml2020" / "__init__.py"
    nodes = list(ast.walk(tree(module)))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    calls = [ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)]
    faults = [f"it defines {node.name}" for node in nodes if isinstance(node, kinds)]
    faults += [f"it imports {n}" for n in imports(module) if n.startswith("ml2020")]
    if calls.count("install_import_hook") != 1:
        faults.append("it does not call install_import_hook once")
    return [f"{place(root, module)}: {fault}" for fault in faults]


def numbers_say_their_kind(root: Path) -> list[str]:
    """What the package makes does not turn with torch.set_default_dtype."""
    found = []
    for module in modules(root):
        calls = [n for n in ast.walk(tree(module)) if isinstance(n, ast.Call)]
        # In torch.eye(3).to(X) the numbers are whole, and then of X's kind.
        to = [c.func for c in calls if ast.unparse(c.func).endswith(".to")]
        moved = [function.value for function in to]
        for call in calls:
            name = ast.unparse(call.func)
            makes = name in MAKERS or (name in WHOLE_MAKERS and call not in moved)
            if makes and "dtype" not in [key.arg for key in call.keywords]:
                found.append(f"{place(root, module)}:{call.lineno}: {name}: give dtype")
    return found


def the_shared_folders_reexport_nothing(root: Path) -> list[str]:
    """Their `__init__` is a docstring, so that a new data set re-runs no chapter."""
    return [
        f"{place(root, module)}: leave only the docstring"
        for module in modules(root)
        if folder(root, module) in SHARED and module.stem == "__init__"
        if len(tree(module).body) != 1 or not ast.get_docstring(tree(module))
    ]


def a_lecture_lists_its_contents(root: Path) -> list[str]:
    """Its `__init__` is a docstring and a line for each name that it re-exports."""
    found = []
    for name in (
        {folder(root, module) for module in modules(root)} - SHARED - {"ml2020"}
    ):
        module = root / "code" / "ml2020" / name / "__init__.py"
        if not module.exists() or not ast.get_docstring(tree(module)):
            found.append(f"{place(root, module)}: begin with a docstring")
            continue
        line = re.compile(rf"from ml2020\.{name}\.(\w+) import (\w+) as \2")
        for node in tree(module).body[1:]:
            got = line.fullmatch(ast.unparse(node))
            if not got or not module.with_name(f"{got[1]}.py").exists():
                said = f"write from ml2020.{name}.MODULE import NAME as NAME"
                found.append(f"{place(root, module)}:{node.lineno}: {said}")
    return found


def a_check_that_several_need_stands_in_support(root: Path) -> list[str]:
    """No module takes a `check_...` from a lecture, so no lecture lists one."""
    return [
        f"{place(root, module)}:{node.lineno}: move {alias.name} to {CHECKS}"
        for module in modules(root)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ImportFrom) and node.module != CHECKS
        for alias in node.names
        if alias.name.startswith("check_")
    ]


def every_module_has_its_test_file(root: Path) -> list[str]:
    """Under the same name, in the folder of the same name."""
    package = root / "code" / "ml2020"
    return [
        f"{place(root, module)} has no tests/{test.as_posix()}"
        for module in modules(root)
        if module.stem != "__init__"
        for test in [module.relative_to(package).with_name(f"test_{module.name}")]
        if not (root / "tests" / test).exists()
    ]


def a_module_stands_in_a_folder_of_the_package(root: Path) -> list[str]:
    """Not deeper, and none beside the folders."""
    return [
        f"{place(root, module)}: move it into code/ml2020/<lecture>/"
        for module in modules(root)
        if len(module.relative_to(root / "code" / "ml2020").parts) != 2
        and module != root / "code" / "ml2020" / "__init__.py"
    ]


def a_module_holds_one_algorithm(root: Path) -> list[str]:
    """At most 150 lines; what is longer is two. A table of contents holds none."""
    return [
        f"{place(root, module)}: {lines} lines, {LONGEST} at most: split it"
        for module in modules(root)
        if folder(root, module) not in SHARED and module.name != "__init__.py"
        for lines in [len(module.read_text(encoding="utf-8").splitlines())]
        if lines > LONGEST
    ]


def every_plan_of_bugs_fits_the_code(root: Path) -> list[str]:
    """Each planted.toml finds its lines; else nobody notices that it plants nothing."""
    found = []
    for plan in plans([], root):
        try:
            read_plan(plan, root)
        except PlanError as error:
            found.append(str(error))
    return found


def every_excuse_fits_the_code(root: Path) -> list[str]:
    """Each mutants.toml excuses mutants that there are, so none outlives its line."""
    found = []
    for path in sorted((root / "tests").glob("*/mutants.toml")):
        named = re.findall(r'^file = "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
        try:
            read_excuses(path, found_in(path.parent.name, root, named))
        except ExcuseError as error:
            found.append(str(error))
    return found


def the_rooms_of_tools_keep_their_doors(root: Path) -> list[str]:
    """What promises needs no command; what measures is needed by nobody."""
    found = []
    for path in sorted((root / "tools").rglob("*.py")):
        room = path.relative_to(root / "tools").parts[0]
        nodes = [n for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom)]
        for name in [node.module or "" for node in nodes]:
            if not name.startswith("tools."):
                continue
            inside = name.startswith(("tools.promises", "tools.trained"))
            closed = room == "promises" and not inside
            if closed or (room != "bench" and name.startswith("tools.bench")):
                found.append(f"{place(root, path)} imports {name}")
    return found


def no_bugs_of_the_package_are_planted_by_hand(root: Path) -> list[str]:
    """`make mutants` plants there; a plan takes a defence of the build away."""
    return [
        f"{place(root, plan)}: delete it: make mutants NAME={plan.parent.name}"
        for plan in plans([], root)
        if (root / "code" / "ml2020" / plan.parent.name).exists()
    ]


def code_is_a_folder_and_not_a_package(root: Path) -> list[str]:
    """With an `__init__.py` it would hide the standard library's `code`, and pdb."""
    return [f"{place(root, path)}: delete it" for path in root.glob("code/__init__.py")]


RULES = [
    every_folder_stands_in_the_table,
    every_edge_points_backwards,
    a_module_imports_only_what_the_table_allows,
    no_import_hides_its_module,
    tools_stay_out_of_the_package,
    the_rooms_of_tools_keep_their_doors,
    the_package_only_switches_on_the_checks,
    numbers_say_their_kind,
    the_shared_folders_reexport_nothing,
    a_lecture_lists_its_contents,
    a_check_that_several_need_stands_in_support,
    every_module_has_its_test_file,
    a_module_stands_in_a_folder_of_the_package,
    a_module_holds_one_algorithm,
    every_plan_of_bugs_fits_the_code,
    every_excuse_fits_the_code,
    no_bugs_of_the_package_are_planted_by_hand,
    code_is_a_folder_and_not_a_package,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rule(rule):
    assert not rule(ROOT)


def test_the_course_has_35_lectures():
    assert len(LECTURES) == len(set(LECTURES)) == 35


# ---------------------------------------------------------------------- planted faults

INIT = "code/ml2020/__init__.py"
LINE = "code/ml2020/regression/line.py"
CONTENTS = "code/ml2020/regression/__init__.py"
TOOL = "tools/look.py"
PLAN, EXCUSES = "tests/tools/planted.toml", "tests/regression/mutants.toml"
FILES = {
    INIT: "import os\n\nfrom jaxtyping import install_import_hook\n\n"
    "install_import_hook('ml2020', 'ml2020.check')\n",
    "code/ml2020/data/__init__.py": '"""Data."""\n',
    "code/ml2020/data/points.py": "import csv\n\nimport sklearn.datasets\n",
    "code/ml2020/support/__init__.py": '"""Support."""\n',
    "code/ml2020/support/plot.py": "import matplotlib.style\n",
    CONTENTS: '"""Lines."""\n\nfrom ml2020.regression.line import f as f\n',
    LINE: "import math\n\nimport torch.nn\n\nfrom ml2020.data.points import x\n"
    "from ml2020.support import plot\n\n\ndef f():\n    return 1\n",
    "tests/data/test_points.py": "",
    "tests/support/test_plot.py": "",
    "tests/regression/test_line.py": "",
    "book/_ext/site.py": "import sphinx\n",
    TOOL: "x = 1\n",
    PLAN: f'[[bug]]\nwhy = "x"\nfile = "{TOOL}"\nold = "x = 1"\nnew = "x = 2"\n',
    EXCUSES: f'[[excuse]]\nwhy = "x"\nfile = "{LINE}"\nold = "1"\nnew = "2"\n',
}


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """A small repository that keeps every rule."""
    monkeypatch.setattr(sys.modules[__name__], "EARLIER", dict(EARLIER))
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


class Fault(NamedTuple):
    """A rule, the file in which it is broken, what is added there, and what is said."""

    rule: object
    path: str
    added: str
    said: str = ""


ONLY_ALLOWED = a_module_imports_only_what_the_table_allows
PACKAGE = the_package_only_switches_on_the_checks
LISTS = a_lecture_lists_its_contents
SUPPORT = "code/ml2020/support/plot.py"
DATA = "code/ml2020/data/points.py"

FAULTS = [
    Fault(every_folder_stands_in_the_table, "code/ml2020/poetry/x.py", "", "poetry"),
    *(
        Fault(ONLY_ALLOWED, LINE, f"{line}\n", f"line.py imports {name}")
        for line, name in [
            ("import networkx", "networkx"),
            ("import gymnasium", "gymnasium"),
            ("from sklearn.svm import SVC", "sklearn"),
            ("from matplotlib import pyplot", "matplotlib"),
            ("import scipy", "scipy"),
            ("import torch_geometric", "torch_geometric"),
            ("import libcst", "libcst"),
            ("import beartype", "beartype"),
            ("from ml2020.gnn import x", "ml2020.gnn"),
            ("from ml2020 import gnn", "ml2020.gnn"),
            ("def g():\n    import networkx", "networkx"),
        ]
    ),
    Fault(ONLY_ALLOWED, SUPPORT, "import ml2020.regression", "imports ml2020.regress"),
    Fault(ONLY_ALLOWED, SUPPORT, "import ml2020.data.points", "imports ml2020.data"),
    Fault(ONLY_ALLOWED, DATA, "import matplotlib", "imports matplotlib"),
    Fault(ONLY_ALLOWED, DATA, "import ml2020.regression", "imports ml2020.regression"),
    Fault(ONLY_ALLOWED, INIT, "import torch", "imports torch"),
    Fault(no_import_hides_its_module, LINE, "from . import x", "line.py:11"),
    Fault(no_import_hides_its_module, LINE, "from ..gnn import x", "line.py:11"),
    Fault(no_import_hides_its_module, LINE, "x = __import__('gnn')", "line.py:11"),
    Fault(no_import_hides_its_module, LINE, "importlib.import_module(x)", "line.py:11"),
    Fault(
        the_rooms_of_tools_keep_their_doors,
        "tools/promises/x.py",
        "from tools.live import main",
        "tools/promises/x.py imports tools.live",
    ),
    Fault(
        the_rooms_of_tools_keep_their_doors,
        "tools/live.py",
        "from tools.bench.measure import cores",
        "tools/live.py imports tools.bench.measure",
    ),
    Fault(tools_stay_out_of_the_package, LINE, "import yaml", "line.py imports yaml"),
    Fault(tools_stay_out_of_the_package, "book/_ext/x.py", "import libcst", "x.py imp"),
    Fault(PACKAGE, INIT, "def f():\n    pass", "it defines f"),
    Fault(PACKAGE, INIT, "import ml2020.gnn", "it imports ml2020.gnn"),
    Fault(PACKAGE, INIT, "install_import_hook('a', 'b')", "install_import_hook once"),
    *(
        Fault(numbers_say_their_kind, LINE, f"x = {made}", f"line.py:11: {name}: give")
        for made, name in [
            ("torch.randn(3)", "torch.randn"),
            ("torch.rand(3).to(y)", "torch.rand"),
            ("torch.tensor([0.5])", "torch.tensor"),
            ("torch.eye(3)", "torch.eye"),
            ("torch.zeros(3).sum().to(y)", "torch.zeros"),
        ]
    ),
    Fault(
        the_shared_folders_reexport_nothing,
        "code/ml2020/data/__init__.py",
        "from ml2020.data.points import x as x",
        "data/__init__.py: leave only",
    ),
    Fault(
        the_shared_folders_reexport_nothing, "code/ml2020/support/__init__.py", "x=1"
    ),
    Fault(LISTS, CONTENTS, "x = 1", "__init__.py:4: write from ml2020.regression"),
    Fault(LISTS, CONTENTS, "from ml2020.regression.line import f", "__init__.py:4"),
    Fault(LISTS, CONTENTS, "from ml2020.regression.line import f as g", "_.py:4"),
    Fault(LISTS, CONTENTS, "from ml2020.regression.lime import f as f", "_.py:4"),
    Fault(LISTS, CONTENTS, "from ml2020.gnn.line import f as f", "_.py:4: write"),
    Fault(LISTS, "code/ml2020/gnn/gcn.py", "", "gnn/__init__.py: begin with a doc"),
    *(
        Fault(
            a_check_that_several_need_stands_in_support,
            path,
            f"from ml2020.regression.ridge import check_rate as {name}",
            "move check_rate to ml2020.support.checks",
        )
        for path, name in [(LINE, "refuse"), (CONTENTS, "check_rate")]
    ),
    Fault(
        every_module_has_its_test_file,
        "code/ml2020/regression/ridge.py",
        "",
        "ridge.py has no tests/regression/test_ridge.py",
    ),
    Fault(
        a_module_stands_in_a_folder_of_the_package,
        "code/ml2020/helpers.py",
        "",
        "helpers.py: move it",
    ),
    Fault(
        a_module_stands_in_a_folder_of_the_package,
        "code/ml2020/regression/deep/x.py",
        "",
        "x.py: move it",
    ),
    Fault(a_module_holds_one_algorithm, LINE, "x = 1\n" * 141, "line.py: 151 lines"),
    Fault(
        every_plan_of_bugs_fits_the_code,
        PLAN,
        f'[[bug]]\nwhy = "x"\nfile = "{TOOL}"\nold = "x = 2"\nnew = "x = 3"\n',
        "tests/tools/planted.toml: bug 2: old is in",
    ),
    Fault(
        every_excuse_fits_the_code,
        EXCUSES,
        f'[[excuse]]\nwhy = "x"\nfile = "{LINE}"\nold = "2"\nnew = "3"\n',
        "tests/regression/mutants.toml: excuse 2: no mutant of",
    ),
    Fault(
        no_bugs_of_the_package_are_planted_by_hand,
        "tests/regression/planted.toml",
        f'[[bug]]\nwhy = "x"\nfile = "{TOOL}"\nold = "x = 1"\nnew = "x = 3"\n',
        "tests/regression/planted.toml: delete it: make mutants NAME=regression",
    ),
    Fault(code_is_a_folder_and_not_a_package, "code/__init__.py", "", "delete it"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_sample_keeps_the_rule(sample, rule):
    assert not rule(sample)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.rule.__name__}-{f.said}")
def test_a_planted_fault_breaks_the_rule(sample, fault):
    path = sample / fault.path
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + fault.added, encoding="utf-8")
    (said,) = fault.rule(sample)
    assert fault.said in said


def test_an_edge_to_a_later_lecture_breaks_the_rule(sample):
    EARLIER["regression"] = {"gnn"}
    assert every_edge_points_backwards(sample) == ["regression imports gnn"]
    EARLIER["regression"] = {"regression"}
    assert every_edge_points_backwards(sample) == ["regression imports regression"]
    EARLIER["regression"], EARLIER["data"] = set(), {"introduction"}
    assert every_edge_points_backwards(sample) == ["data imports introduction"]


def test_an_edge_of_the_table_may_be_imported(sample):
    EARLIER["gnn"] = {"regression"}
    module = sample / "code" / "ml2020" / "gnn" / "gcn.py"
    module.parent.mkdir()
    module.write_text("import networkx\nimport ml2020.regression\n", encoding="utf-8")
    assert not a_module_imports_only_what_the_table_allows(sample)


def test_a_name_that_is_no_lecture_breaks_the_table(sample):
    EARLIER["poetry"] = set()
    assert every_folder_stands_in_the_table(sample) == ["poetry"]


def test_every_rule_is_shown_to_break():
    shown = {fault.rule for fault in FAULTS} | {every_edge_points_backwards}
    assert shown == set(RULES)
