"""Code reach: which code of the package the cells of a page can run, and its key.

A page has to run again when its cells change or when code that they reach changes, and
for nothing else. The code is followed through its imports without running it. In doubt
more is reached, never less: a page that runs once too often costs seconds, a page that
shows the results of old code is wrong.
"""

import ast
import hashlib
import json
import platform
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("torch", "numpy", "matplotlib", "scikit-learn", "myst-nb")

ALL = "*"  # as a name: all of its module; as a module: all of the code root
NONE = ""  # as a name: the module runs on the way to another one, that is all

# A whole line of IPython: %magic, !shell, names = !shell, help?
MAGIC = re.compile(r"^(\s*)(?:(?:[\w.,\[\] ]+=\s*)?[%!?].*|[\w.]+\?+\s*)$", re.M)
DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class Use(NamedTuple):
    """A name of a module that some code uses."""

    module: str
    name: str


@dataclass
class Reached:
    """Pieces of code, each with its digest, and what they use in their turn."""

    pieces: dict[str, str] = field(default_factory=dict)
    uses: set[Use] = field(default_factory=set)


def versions() -> dict[str, str]:
    """Return the versions that results depend on; "none" for what is not installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found


def page_key(
    cells: Sequence[tuple[str, Iterable[str]]],
    code: Mapping[str, str],
    versions: Mapping[str, str],
    settings: Mapping[str, object],
) -> str:
    """Return the key of a page: while it stays the same, the page need not run again.

    Args:
        cells: The source of each code cell, and those of its tags that change its run.
        code: What the cells reach, from `CodeRoot.reach`.
        versions: The versions of what the page runs on.
        settings: Whatever else changes a run.
    """
    parts = {
        "cells": [[source, sorted(tags)] for source, tags in cells],
        "code": dict(code),
        "versions": dict(versions),
        "settings": dict(settings),
    }
    return digest(json.dumps(parts, sort_keys=True))


def digest(text: str) -> str:
    """Return the SHA-256 of the text."""
    return hashlib.sha256(text.encode()).hexdigest()


def prefixes(dotted: str) -> list[str]:
    """Return a, a.b and a.b.c for a.b.c."""
    parts = dotted.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


# ---- what a piece of code uses


def uses_of(tree: ast.AST, package: str = "") -> set[Use]:
    """Return what the code uses of any module, imports inside functions included.

    Args:
        tree: The code.
        package: The package that its relative imports start from.
    """
    nodes = list(ast.walk(tree))
    uses: set[Use] = set()
    behind: defaultdict[str, set[str]] = defaultdict(set)  # alias -> what it stands for
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                # `import a.b` binds a, and with it all that a and a.b hold.
                names = [alias.name] if alias.asname else prefixes(alias.name)
                uses |= {Use(name, ALL) for name in names}
                behind[alias.asname or names[0]].add(names[0])
        elif isinstance(node, ast.ImportFrom):
            module = module_of(node, package)
            for alias in node.names:
                uses.add(Use(module, alias.name))
                behind[alias.asname or alias.name].add(f"{module}.{alias.name}")
    return uses | attribute_uses(nodes, behind) | string_uses(nodes)


def module_of(node: ast.ImportFrom, package: str) -> str:
    """Return the module that a `from` import reads, in full also where it says `.`."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def attribute_uses(
    nodes: Iterable[ast.AST], behind: Mapping[str, set[str]]
) -> set[Use]:
    """Return what may be a submodule, used as an attribute: `ml2020.gnn.normalise`."""
    uses = set()
    for node in nodes:
        trail: list[str] = []
        while isinstance(node, ast.Attribute):
            trail.insert(0, node.attr)
            node = node.value
        if trail and isinstance(node, ast.Name) and node.id in behind:
            for name in behind[node.id]:
                uses |= {Use(f"{name}.{end}", ALL) for end in prefixes(".".join(trail))}
    return uses


def string_uses(nodes: Iterable[ast.AST]) -> set[Use]:
    """Return what a string may name: `import_module("ml2020.gnn")`."""
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    strings = (value for value in constants if isinstance(value, str))
    return {Use(string, ALL) for string in strings if DOTTED.fullmatch(string)}


def page_uses(cells: Iterable[str]) -> set[Use]:
    """Return what the cells of a page use: one program, its magics set aside."""
    program = ast.Module([], [])
    uses = set()
    for source in cells:
        try:
            program.body += ast.parse(source).body
        except SyntaxError:
            # Only now: a line of plain Python, too, may begin with %.
            magics = "\n".join(line.group() for line in MAGIC.finditer(source))
            for dotted in DOTTED.findall(magics):
                uses |= {Use(name, ALL) for name in prefixes(dotted)}
            try:
                program.body += ast.parse(MAGIC.sub(r"\1pass", source)).body
            except SyntaxError:
                uses.add(Use(ALL, ALL))
    return uses | uses_of(program)


# ---- a lecture's table of contents


class Contents:
    """The `__init__` of a lecture, read as a table of contents.

    A line `from module import name` counts only for those who use the name. All other
    statements count for everybody who imports anything of the lecture: they run.
    """

    def __init__(
        self, tree: ast.Module, package: str, digest_of: Callable[[str], str]
    ) -> None:
        self.lines: defaultdict[str, set[Use]] = defaultdict(set)
        others = []
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.names[0].name != "*":
                self._add_line(node, package)
            elif not is_silent(node):
                others.append(node)
        rest = ast.Module(others, [])
        self.digest = digest_of(ast.unparse(rest))
        self.uses = uses_of(rest, package)
        for node in ast.walk(rest):
            if isinstance(node, ast.Name) and node.id in self.lines:
                self.uses |= self.lines[node.id]

    def _add_line(self, node: ast.ImportFrom, package: str) -> None:
        module = module_of(node, package)
        for alias in node.names:
            use = Use(module, alias.name)
            if module == package:  # a submodule: looked up here, it would be itself
                use = Use(f"{module}.{alias.name}", ALL)
            self.lines[alias.asname or alias.name].add(use)


def is_silent(node: ast.stmt) -> bool:
    """Tell whether a statement changes nothing: a docstring, or `__all__ = [...]`."""
    if isinstance(node, ast.Assign):
        return all(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


# ---- the folder that holds the package


class CodeRoot:
    """The folder that holds the package, read at most once for all pages.

    Args:
        folder: Where the package stands.
        digest_of: The digest of a source: by default every letter of it counts.
    """

    def __init__(self, folder: Path, digest_of: Callable[[str], str] = digest) -> None:
        self.folder = folder
        self.digest_of = digest_of
        self._tops = {path.stem for path in folder.iterdir()}
        self._known: dict[Use, Reached] = {}

    def reach(self, cells: Iterable[str]) -> dict[str, str]:
        """Return the pieces of code that the cells can run, each with its digest."""
        todo, seen = page_uses(cells), set()
        pieces: dict[str, str] = {}
        while todo:
            use = todo.pop()
            seen.add(use)
            if use not in self._known:
                self._known[use] = self._look_up(use)
            pieces |= self._known[use].pieces
            todo |= self._known[use].uses - seen
        return pieces

    def _look_up(self, use: Use) -> Reached:
        """Return what one use adds by itself; nothing where the module is not ours."""
        if use.module == ALL:
            files = self.folder.rglob("*.py")
            return Reached(
                {self._label(file): self.digest_of(source_of(file)) for file in files}
            )
        parents = {Use(parent, NONE) for parent in prefixes(use.module)[:-1]}
        found = Reached(uses=parents)
        file = self._file(use.module)
        if file and use.name == ALL:
            self._add_all(found, file, use.module)
        elif file and file.name == "__init__.py" and "." in use.module:
            self._add_name(found, file, use)
        else:  # a module runs as a whole, and so does the top package
            modules = (use.module, f"{use.module}.{use.name}")
            found.uses |= {Use(module, ALL) for module in modules if self._file(module)}
        return found

    def _add_all(self, found: Reached, file: Path, module: str) -> None:
        found.pieces[self._label(file)] = self.digest_of(source_of(file))
        package = module if file.name == "__init__.py" else module.rpartition(".")[0]
        try:
            found.uses |= uses_of(ast.parse(source_of(file)), package)
        except SyntaxError:
            found.uses.add(Use(ALL, ALL))

    def _add_name(self, found: Reached, file: Path, use: Use) -> None:
        try:
            contents = Contents(ast.parse(source_of(file)), use.module, self.digest_of)
        except SyntaxError:
            found.uses.add(Use(use.module, ALL))
            return
        found.pieces[f"{self._label(file)}: statements"] = contents.digest
        found.uses |= contents.uses
        submodule = f"{use.module}.{use.name}"
        if use.name in contents.lines:
            line = contents.lines[use.name]
            found.pieces[f"{self._label(file)}: {use.name}"] = digest(str(sorted(line)))
            found.uses |= line
        elif self._file(submodule):
            found.uses.add(Use(submodule, ALL))
        elif use.name != NONE:
            found.uses.add(Use(use.module, ALL))

    def _file(self, module: str) -> Path | None:
        """Return the file of a module of ours, and None for everybody else's."""
        parts = module.split(".")
        if parts[0] not in self._tops or not all(parts):
            return None
        path = self.folder.joinpath(*parts)
        for file in (path / "__init__.py", path.parent / f"{path.name}.py"):
            if file.is_file():
                return file
        return None

    def _label(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()


def source_of(file: Path) -> str:
    """Return the text of a source file, with the same line ends everywhere."""
    return file.read_text(encoding="utf-8")
