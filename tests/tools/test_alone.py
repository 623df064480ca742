"""The package needs nothing but what it declares."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tools.alone import Hidden, loaders, needed, undeclared

ROOT = Path(__file__).parents[2]


def run(root: Path) -> subprocess.CompletedProcess:
    """Import all that stands in a copy of the package."""
    paths = {"PYTHONPATH": str(root / "code"), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, str(root / "tools" / "alone.py")],
        env=os.environ | paths,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copy(tmp_path) -> Path:
    """The package and what it declares."""
    skip = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "code", tmp_path / "code", ignore=skip)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "alone.py", tmp_path / "tools")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_with_what_is_declared_every_module_is_imported_and_every_set_loaded(copy):
    done = run(copy)
    assert done.returncode == 0, done.stderr
    (count,) = re.findall(r"imported, (\d+) data sets loaded\n$", done.stdout)
    assert int(count) >= 6


@pytest.mark.slow
def test_a_module_that_is_imported_and_not_declared_is_missed(copy):
    module = copy / "code" / "ml2020" / "data" / "a.py"
    module.write_text("import yaml\n", encoding="utf-8")
    assert "yaml is not declared in pyproject.toml" in run(copy).stderr


@pytest.mark.slow
def test_a_module_that_another_package_needs_and_nobody_declares_is_missed(copy):
    path = copy / "pyproject.toml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith('  "ipython>=')]
    path.write_text("".join(kept), encoding="utf-8")
    assert "IPython is not declared in pyproject.toml" in run(copy).stderr


def test_what_a_dependency_needs_comes_with_it():
    assert {"matplotlib", "numpy", "cycler"} <= needed(["matplotlib>=3"])
    assert "torch" not in needed(["matplotlib>=3"])


def test_what_is_wanted_only_with_an_extra_does_not_come():
    assert "pytest" not in needed(["scikit-learn>=1"])


def test_what_does_not_come_is_undeclared():
    found = undeclared(["numpy>=2"])
    assert {"torch", "pytest", "yaml"} <= found
    assert not {"numpy", "ml2020"} & found
    assert found <= packages_distributions().keys()


def test_a_hidden_module_is_refused_and_another_left_alone():
    hidden = Hidden({"yaml"})
    with pytest.raises(ModuleNotFoundError, match=r"^yaml\.nodes is not declared"):
        hidden.find_spec("yaml.nodes", None)
    assert hidden.find_spec("yamlish", None) is None


def test_the_loaders_are_the_cached_functions_of_the_data():
    from ml2020.data import digits, files, pokemon, pokemon_individuals

    found = loaders([digits, files, pokemon, pokemon_individuals])
    names = [name.removeprefix("ml2020.data.") for name in found]
    assert names == ["digits.digits", "pokemon.pokemon", "pokemon.cp_multipliers"]


def test_a_loader_that_wants_to_be_told_which_set_is_left_to_the_tests_of_its_module():
    from ml2020.data import explainable_weights

    (name,) = loaders([explainable_weights])
    assert name == "ml2020.data.explainable_weights.decoder_weights"
