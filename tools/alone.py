"""Import every module of the package and load every data set, without other packages.

python tools/alone.py      what pyproject.toml does not declare is hidden

The package is the one that Python finds: an installed wheel, or code/ by PYTHONPATH.
"""

import importlib
import pkgutil
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from inspect import signature
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = "ml2020"
PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def needed(dependencies: Iterable[str]) -> set[str]:
    """Return the distributions that come with the given ones, and these themselves."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in dependencies]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in found or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        try:
            waiting += map(Requirement, requires(name) or ())
        except PackageNotFoundError:  # then importing it fails, and says so
            continue
    return found


def undeclared(dependencies: Iterable[str]) -> set[str]:
    """Return the installed modules that do not come with the dependencies."""
    declared = needed(dependencies)
    return {
        module
        for module, names in packages_distributions().items()
        if declared.isdisjoint(map(canonicalize_name, names)) and module != PACKAGE
    }


class Hidden:
    """A finder before all others, which knows modules only to refuse them."""

    def __init__(self, modules: set[str]) -> None:
        self.modules = modules

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        """Refuse a hidden module; leave any other to the next finder.

        Raises:
            ModuleNotFoundError: If the module is hidden.
        """
        if name.partition(".")[0] in self.modules:
            raise ModuleNotFoundError(f"{name} is not declared in {PROJECT.name}")


def modules_of(package: Any) -> Iterator[Any]:
    """Import and yield every module of a package."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def loaders(modules: Iterable[Any]) -> dict[str, Any]:
    """Return the public cached functions of the modules in data: they load a set.

    One that wants to be told which set reads it as another of its module does, and the
    tests of that module read them all.
    """
    return {
        f"{module.__name__}.{name}": function
        for module in modules
        if module.__name__.startswith(f"{PACKAGE}.data.")
        for name, function in vars(module).items()
        if hasattr(function, "cache_info") and not name.startswith("_")
        if function.__module__ == module.__name__
        if not signature(function).parameters
    }


def main(dependencies: Sequence[str]) -> None:
    """Hide what is not declared, import all, and load all; say how many there were."""
    sys.meta_path.insert(0, Hidden(undeclared(dependencies)))
    modules = list(modules_of(importlib.import_module(PACKAGE)))
    found = loaders(modules)
    for load in found.values():
        load()
    print(f"{len(modules)} modules imported, {len(found)} data sets loaded")


if __name__ == "__main__":
    main(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["dependencies"])
