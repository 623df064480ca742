"""What was trained beforehand: its record, and the code that made it, as it computes.

What no page can afford is made once by a script, and committed:

    training = Training(__file__, seeds=[0, 1, 2])  # first: the code as it is now
    ...
    training.write(["gnn_sizes.json"])  # last: what it wrote into data/trained

or, if all is one table, `training.write_table("gnn_runs.csv", head, rows)`.

`write` puts a record beside these files. The record is stale, and a check of the book
says so, once the script or a module of the package that it reaches computes something
else. Docstrings, comments and annotations may change, and so may refusals: a run that
came to its end was refused nothing.
"""

import ast
import csv
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from code_reach import CodeRoot, digest, source_of, versions
from tools.promises.pages import ROOT, lectures

FOLDER = Path("code/ml2020/data/trained")
SCRIPT_SECONDS, LECTURE_SECONDS = 60 * 60, 3 * 60 * 60  # of CPU
LARGEST, LARGEST_LANGUAGE_MODEL = 1_000_000, 2_000_000  # bytes of what a script made
FIELDS = {  # of a record
    "code": dict,  # by file of the package, and for the script: its digest
    "files": dict,  # by name: the sha256 of what it made
    "language_model": bool,
    "seconds": int | float,  # of CPU
    "seeds": list,
    "versions": dict,
}
NAMED = "NAME_<what>.json"
CHECK = "check_"  # with which the names of functions begin that only refuse
# What an annotation may say that changes a field, and not only what we are told of it.
FIELD_KINDS = ("ClassVar", "InitVar", "KW_ONLY")


# ---- code without what computes nothing


class Wordless(ast.NodeTransformer):
    """Takes out of a module what computes nothing: words, annotations, refusals."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Drop a constant that stands alone, as a docstring does, and a check."""
        match node.value:
            case ast.Constant():
                return None
            case ast.Call(func=ast.Name(name)) if name.startswith(CHECK):
                return None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Drop a refusal."""
        if not node.orelse and all(isinstance(part, ast.Raise) for part in node.body):
            return None
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST | None:
        """Drop a loop over refusals."""
        self.generic_visit(node)
        return node if node.body else None

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Drop the annotation of an argument."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        """Drop what a function is said to return, and a function that only refuses."""
        if node.name.startswith(CHECK):
            return None
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Drop what a function is said to return."""
        node.returns = None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Keep that a field is one: a dataclass lives by it."""
        for field in node.body:
            if isinstance(field, ast.AnnAssign):
                said = ast.unparse(field.annotation)
                kind = " ".join(kind for kind in FIELD_KINDS if kind in said)
                field.annotation = ast.Tuple([ast.Constant(kind)], ast.Load())
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Drop what an error says."""
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        return self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Drop the empty texts that Python 3.12 finds in an f-string."""
        node.values = [v for v in node.values if getattr(v, "value", None) != ""]
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """Make an annotated name an assignment, and nothing if it gets no value."""
        if isinstance(node.annotation, ast.Tuple):
            return self.generic_visit(node)
        if node.value is None:
            return None
        return self.generic_visit(ast.Assign([node.target], node.value))


class Imports(ast.NodeTransformer):
    """Leaves out imports that served annotations alone."""

    def __init__(self, tree: ast.Module) -> None:
        names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
        self.used = {node.id for node in names}

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        """Drop it if nobody uses what it binds."""
        node.names = [alias for alias in node.names if self.serves(alias)]
        return node if node.names else None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        """Drop it if nobody uses what it binds."""
        node.names = [alias for alias in node.names if self.serves(alias)]
        return node if node.names else None

    def serves(self, alias: ast.alias) -> bool:
        """Tell whether it is used; `import a as a` and `*` are there for others."""
        bound = alias.asname or alias.name.partition(".")[0]
        return bound in self.used or alias.name in (alias.asname, "*")


def wordless(source: str) -> str:
    """Return the digest of a module without what computes nothing (see above)."""
    tree = Wordless().visit(ast.parse(source))
    tree = Imports(tree).visit(tree)
    return digest("\n".join(outline(tree)))


def outline(node: Any) -> Iterator[str]:
    """Yield a tree as lines: the same in each version of Python, unlike `ast.dump`."""
    if not isinstance(node, ast.AST):
        yield repr(node)
        return
    yield type(node).__name__
    for name, value in ast.iter_fields(node):
        items = value if isinstance(value, list) else [value]
        if items not in (
            [],
            [None],
        ):  # it may be a field that an older Python does not have
            yield f".{name}"
            yield from (line for item in items for line in outline(item))
    yield "end"


def code_of(script: Path, root: Path = ROOT) -> dict[str, str]:
    """Return the digests of a script and of all code of the package that it reaches."""
    source = source_of(script)
    reached = CodeRoot(root / "code", wordless).reach([source])
    own = {script.relative_to(root).as_posix(): wordless(source)}
    return {name: found[:16] for name, found in sorted((own | reached).items())}


# ---- the record


class Training:
    """One run of a script that trains beforehand.

    Args:
        script: `__file__` of tools/train_NAME.py, where NAME begins with its lecture.
        seeds: The seeds of what it makes.
        earlier: Seconds of CPU of the runs that this one goes on with.
        language_model: Whether it makes one, which may be twice as large.
        root: The root of the book.

    Raises:
        ValueError: If the script has another name, or there is no seed.
    """

    def __init__(
        self,
        script: str,
        *,
        seeds: Sequence[int],
        earlier: float = 0.0,
        language_model: bool = False,
        root: Path = ROOT,
    ) -> None:
        path = Path(script).resolve()
        if path.parent != root / "tools" or not path.stem.startswith("train_"):
            raise ValueError(f"script: {script}: name it tools/train_NAME.py")
        if not seeds:
            raise ValueError("seeds: there is none: give all that the results need")
        self.name = path.stem.removeprefix("train_")
        self.folder = root / FOLDER
        self.earlier = earlier
        # Before the work: the code may be edited while it lasts.
        self.record: dict[str, Any] = {
            "code": code_of(path, root),
            "language_model": language_model,
            "seeds": list(seeds),
            "versions": versions(),
        }

    @property
    def seconds(self) -> float:
        """Seconds of CPU until now: of this process and of those that it waited for."""
        return self.earlier + sum(os.times()[:4])

    def write(self, files: Sequence[str]) -> Path:
        """Write the record of the finished work, and return its place.

        Args:
            files: The names of what the script wrote into data/trained.

        Raises:
            ValueError: If one of the files is not there, or in the record's place.
        """
        for name in files:
            if name == f"{self.name}.json":
                raise ValueError(f"files: {name} is the record's own: name it {NAMED}")
            if not (self.folder / name).is_file():
                raise ValueError(f"files: {name} is not in {FOLDER}: write it first")
        self.record["files"] = {name: sha256(self.folder / name) for name in files}
        self.record["seconds"] = round(self.seconds, 1)
        path = self.folder / f"{self.name}.json"
        text = json.dumps(self.record, indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")
        return path

    def write_table(
        self,
        name: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        beside: Sequence[str] = (),
    ) -> str:
        """Write a table, then the record, and return the sha256 that its loader holds.

        Args:
            name: Of the table, NAME_<what>.csv.
            head: The names of its columns.
            rows: As many values each.
            beside: What the script wrote into data/trained besides, such as weights.

        Raises:
            ValueError: If a name is the record's own, or a file is not there.
        """
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])
        self.write([name, *beside])
        return self.record["files"][name]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---- what is wrong with the records


def faults(root: Path = ROOT) -> Iterator[str]:
    """Yield what is wrong with the scripts, and with anything in data/trained."""
    known: set[str] = set()
    spent: defaultdict[str, float] = defaultdict(float)
    for script in sorted(root.glob("tools/train_*.py")):
        name = script.stem.removeprefix("train_")
        path = root / FOLDER / f"{name}.json"
        record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        wrong = [k for k, t in FIELDS.items() if not isinstance(record.get(k), t)]
        known |= {path.name, *(record.get("files") or ())}
        yield from (f"tools/{script.name}: {fault}" for fault in misfits(script, root))
        if wrong:
            yield f"{FOLDER}/{path.name}: {', '.join(wrong)} missing: run {script.name}"
            continue
        spent[lecture_of(name, root)] += record["seconds"]
        found = [*stale(record, script, root), *too_much(record, path.parent)]
        yield from (f"{FOLDER}/{path.name}: {fault}" for fault in found)
    for path in sorted((root / FOLDER).glob("*")):
        if path.name not in known:
            yield f"{FOLDER}/{path.name}: no script made it: delete it"
    for lecture, seconds in spent.items():
        if seconds > LECTURE_SECONDS:
            yield f"{lecture}: {minutes(seconds, LECTURE_SECONDS)} of its scripts: cut"


def misfits(script: Path, root: Path) -> Iterator[str]:
    """Yield a name without lecture, and imported tools: what they do has no digest."""
    if not lecture_of(script.stem.removeprefix("train_"), root):
        yield "begin its NAME with that of its lecture"
    for node in ast.walk(ast.parse(source_of(script))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{a.name}" for a in node.names]
        for name in names:
            if name.startswith("tools.") and not name.startswith("tools.trained"):
                yield f"it imports {name}: move what it needs into the package"


def stale(record: dict[str, Any], script: Path, root: Path) -> Iterator[str]:
    """Yield where the code is not what made the results any more."""
    then, now = record["code"], code_of(script, root)
    changed = {n for n in then.keys() | now.keys() if then.get(n) != now.get(n)}
    if changed:
        yield f"{', '.join(sorted(changed))} changed: run tools/{script.name} again"


def too_much(record: dict[str, Any], folder: Path) -> Iterator[str]:
    """Yield what is beyond a script's budgets, and what it did not make."""
    if record["seconds"] > SCRIPT_SECONDS:
        yield f"{minutes(record['seconds'], SCRIPT_SECONDS)}: make two scripts, or cut"
    limit = LARGEST_LANGUAGE_MODEL if record["language_model"] else LARGEST
    for name, known in record["files"].items():
        path = folder / name
        if not path.is_file() or sha256(path) != known:
            yield f"{name} is not what the script made: run it again"
        elif path.stat().st_size > limit:
            yield f"{name}: {path.stat().st_size} bytes, {limit} at most: make it small"


def minutes(seconds: float, limit: float) -> str:
    """Say how far seconds are beyond a limit."""
    return f"{seconds / 60:.0f} minutes of CPU, {limit / 60:.0f} at most"


def lecture_of(name: str, root: Path) -> str:
    """Return the lecture of a script, or homework; "" if it begins with neither."""
    fits = (n for n in [*lectures(root), "homework"] if f"{name}_".startswith(f"{n}_"))
    return max(fits, key=len, default="")
