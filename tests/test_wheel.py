"""A wheel holds the package as it is now, and building it leaves nothing behind."""

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETUPTOOLS = """\
[build-system]
requires = []
build-backend = "setuptools.build_meta"

[project]
name = "ml2020"
version = "0.1.0"

[tool.setuptools]
package-dir = { "" = "code" }
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not importlib.util.find_spec("hatchling"),
        reason="there is no hatchling: install requirements.txt again",
    ),
]


def files(folder: Path) -> set[str]:
    """Return the files below a folder."""
    found = folder.rglob("*")
    return {path.relative_to(folder).as_posix() for path in found if path.is_file()}


def wheel(source: Path, place: Path) -> set[str]:
    """Build a wheel, without the network; return its files but those of its record."""
    options = ["--no-build-isolation", "--no-deps", "--no-cache-dir", "-q"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(place), "."]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = place.glob("ml2020-*.whl")
    with zipfile.ZipFile(built) as content:
        return {name for name in content.namelist() if ".dist-info/" not in name}


@pytest.fixture
def source(tmp_path) -> Path:
    """What a wheel is built from, and what an earlier build left there."""
    skip = shutil.ignore_patterns("__pycache__", "*.egg-info")
    place = tmp_path / "source"
    shutil.copytree(ROOT / "code", place / "code", ignore=skip)
    for name in ("pyproject.toml", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, place)
    old = place / "build" / "lib" / "ml2020" / "renamed.py"
    old.parent.mkdir(parents=True)
    old.write_text("", encoding="utf-8")
    return place


def test_a_wheel_holds_the_package_and_leaves_nothing_behind(source, tmp_path):
    before = files(source)
    assert wheel(source, tmp_path / "wheels") == files(source / "code")
    assert files(source) == before


def test_setuptools_would_take_along_what_an_earlier_build_left(source, tmp_path):
    (source / "pyproject.toml").write_text(SETUPTOOLS, encoding="utf-8")
    before = files(source)
    assert "ml2020/renamed.py" in wheel(source, tmp_path / "wheels")
    assert files(source) > before
