"""The lowest versions are those that the package declares."""

import pytest

from tools.lowest import ROOT, lowest
from tools.upgrade import pins


def declaring(*dependencies: str) -> str:
    return f"[project]\ndependencies = {[*dependencies]}\n"


def test_each_lowest_version_is_named():
    text = declaring("numpy>=2.0.0", "scikit-learn>=1.9.1")
    assert lowest(text) == ["numpy==2.0.0", "scikit-learn==1.9.1"]


@pytest.mark.parametrize("dependency", ["numpy", "numpy<3", "numpy>=2,<3", "numpy>2"])
def test_a_dependency_without_a_lowest_version_is_refused(dependency):
    with pytest.raises(ValueError, match=r"numpy.*: write name>=version"):
        lowest(declaring("torch>=2.13.0", dependency))


def test_the_package_declares_one_for_each_and_none_above_the_pin():
    found = dict(
        line.split("==") for line in lowest((ROOT / "pyproject.toml").read_text())
    )
    pinned = pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert found.keys() >= {"numpy", "torch", "networkx"}

    def numbers(version: str) -> list[int]:
        return [int(part) for part in version.split(".")]

    for name in found.keys() & pinned.keys():
        assert numbers(found[name]) <= numbers(pinned[name]), name
