"""Every small bug that could be planted in a source, one at a time.

A kind of change is a function: it takes a node of the source's tree and what stands
around it, and yields what could stand there instead. Imports, annotations, decorators,
docstrings and what a `raise` says are left alone.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, TypeVar

Node = TypeVar("Node", bound=ast.AST)
T = TypeVar("T")
LEFT_ALONE = {"annotation", "returns", "decorator_list", "msg", "type_params"}
# Before Python 3.12 the parts of an f-string do not know where they stand.
UNTOUCHED = ast.Import | ast.ImportFrom | ast.Raise | ast.JoinedStr
AXES = {"dim", "axis", "start_dim", "end_dim", "dims"}
GUARDS = {"strict"}  # of zip: what it guards against nobody does
LARGE = 100  # one more would be noticed by nobody: such a number is doubled
SMALL = 1e-3  # a tolerance: a thousand times as much
# Of the same two arguments these make the same in either order.
SYMMETRIC = set("max min maximum minimum allclose isclose equal dist hypot gcd".split())


def both_ways(pairs: dict[T, T]) -> dict[T, T]:
    """Return the pairs, and the same the other way round."""
    return pairs | {second: first for first, second in pairs.items()}


COMPARED = both_ways(
    {
        ast.Lt: ast.LtE,
        ast.Gt: ast.GtE,
        ast.Eq: ast.NotEq,
        ast.Is: ast.IsNot,
        ast.In: ast.NotIn,
    }
)
COMPUTED = {ast.MatMult: ast.Mult} | both_ways(
    {
        ast.Add: ast.Sub,
        ast.Mult: ast.Div,
        ast.Mod: ast.FloorDiv,
        ast.BitAnd: ast.BitOr,
        ast.LShift: ast.RShift,
        ast.And: ast.Or,
    }
)
BUILT_IN = both_ways({"max": "min", "any": "all"})
FUNCTIONS = BUILT_IN | both_ways(
    {
        "sum": "mean",
        "amax": "amin",
        "argmax": "argmin",
        "maximum": "minimum",
        "cummax": "cummin",
        "cumsum": "cumprod",
        "floor": "ceil",
        "sin": "cos",
        "zeros": "ones",
        "zeros_like": "ones_like",
        "std": "var",
        "rand": "randn",
        "triu": "tril",
    }
)


class Around(NamedTuple):
    """What stands around a node: the node that holds it, as which of its fields."""

    parent: ast.AST
    field: str
    function: str  # "Adam.step"; nothing at the top of the module
    names: tuple[str, ...]  # what that function binds, in order


@dataclass(frozen=True)
class Mutant:
    """A source with one small bug in it.

    Attributes:
        line: Where the change begins, from 1.
        column: Likewise.
        kind: What sort of change, a key of KINDS.
        old: The expression or statement, on one line.
        new: What stands there instead.
        old_lines: The whole lines of it, on one line.
        new_lines: The same with the change.
        function: The function or class it is in; nothing at the top of the module.
        source: The whole changed source.
    """

    line: int
    column: int
    kind: str
    old: str
    new: str
    old_lines: str
    new_lines: str
    function: str
    source: str


def altered(node: Node, **fields: object) -> Node:
    """Return a copy of a node with other fields."""
    new = copy.copy(node)
    vars(new).update(fields)
    return new


# ------------------------------------------------------------------ the kinds of change
def comparison(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`a < b` becomes `a <= b`: the boundary, or the contrary."""
    if isinstance(node, ast.Compare):
        for place, sign in enumerate(node.ops):
            ops = [*node.ops]
            ops[place] = COMPARED[type(sign)]()
            yield altered(node, ops=ops)


def operator(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`a + b` becomes `a - b`, `a and b` becomes `a or b`."""
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        if other := COMPUTED.get(type(node.op)):
            yield altered(node, op=other())


def power(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`a**2` becomes `a`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        yield node.left


def sign(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`-a` becomes `a`, and `not a` too; but an axis has a kind of its own."""
    if isinstance(node, ast.UnaryOp) and not is_given(around, AXES):
        yield node.operand


def condition(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`a if b else c` becomes `a if not b else c`; what compares has its own kind."""
    chosen = isinstance(around.parent, ast.If | ast.IfExp) and around.parent.orelse
    if around.field == "ifs" or (around.field == "test" and chosen):
        if not isinstance(node, ast.Compare | ast.UnaryOp):
            yield ast.UnaryOp(ast.Not(), node)


def number(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield another number than this, or the other of True and False."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        value = node.value
        if isinstance(value, bool):
            yield ast.Constant(not value)
        elif 0 < value < SMALL:
            yield ast.Constant(value * 1000)
        else:
            yield ast.Constant(value + 1 if value < LARGE else 2 * value)


def is_given(around: Around, names: set[str]) -> bool:
    """Return whether a node is what a call gives to one of these keywords."""
    return isinstance(around.parent, ast.keyword) and around.parent.arg in names


def constant(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`2` becomes `3`, `1e-8` becomes `1e-5`, `True` becomes `False`."""
    if not is_given(around, AXES | GUARDS):
        if not isinstance(around.parent, ast.arguments):
            yield from number(node)


def default(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`def f(a=2)` becomes `def f(a=3)`."""
    if isinstance(around.parent, ast.arguments):
        yield from number(node)


def axis(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`dim=1` becomes `dim=0`, and `dim=0` becomes `dim=1`."""
    if is_given(around, AXES) and isinstance(node, ast.Constant):
        if type(node.value) is int:
            yield ast.Constant(node.value - 1 if node.value else 1)


def bound(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`a[k:]` becomes `a[:]` and `a[k + 1:]`; a number in it has its own kind."""
    if isinstance(node, ast.Slice):
        for end in ("lower", "upper", "step"):
            value = getattr(node, end)
            if value is not None:
                yield altered(node, **{end: None})
            if isinstance(value, ast.Name | ast.Attribute | ast.Call):
                more = ast.BinOp(value, ast.Add(), ast.Constant(1))
                yield altered(node, **{end: more})


def keyword(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`f(a, b=c)` becomes `f(a)`."""
    if isinstance(node, ast.Call):
        for word in node.keywords:
            if word.arg not in GUARDS:
                rest = [other for other in node.keywords if other is not word]
                yield altered(node, keywords=rest)


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def arguments(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`f(a, b)` becomes `f(b, a)`, two neighbours at a time."""
    if isinstance(node, ast.Call) and called(node) not in SYMMETRIC:
        for k in range(len(node.args) - 1):
            before, (one, other), after = (
                node.args[:k],
                node.args[k : k + 2],
                node.args[k + 2 :],
            )
            if not isinstance(one, ast.Starred) and not isinstance(other, ast.Starred):
                yield altered(node, args=[*before, other, one, *after])


def function(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`a.sum()` becomes `a.mean()`, `all(a)` becomes `any(a)`."""
    if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
        yield altered(node, attr=FUNCTIONS[node.attr])
    if isinstance(node, ast.Name) and node.id in BUILT_IN:
        if node.id not in around.names:
            yield altered(node, id=BUILT_IN[node.id])


def method(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`a.abs()` becomes `a`, and `a.T` too; `module.f()` stays."""
    value = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if not node.args and not node.keywords:
            value = node.func.value
    elif isinstance(node, ast.Attribute) and node.attr in {"T", "mT", "H"}:
        value = node.value
    statement = isinstance(around.parent, ast.Expr)  # which is dropped as a whole
    module = isinstance(value, ast.Name) and value.id not in around.names
    if value is not None and not statement and not module:
        yield value


def returned(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """`return a` becomes `return b`, the last of the function's other names."""
    if isinstance(node, ast.Return) and node.value is not None:
        value = getattr(node.value, "id", None)
        others = [name for name in around.names if name not in (value, "self", "cls")]
        if others:
            yield ast.Return(ast.Name(others[-1]))


def statement(node: ast.AST, around: Around) -> Iterator[ast.AST]:
    """A call, a refusal or an assignment becomes `pass`, where a name keeps a value."""
    if isinstance(node, ast.Assign):
        names = list(stored(node))
        dropped = all(around.names.count(name) > 1 for name in names)
        dropped &= bool(names) or not isinstance(node.targets[0], ast.Name)
    else:
        dropped = isinstance(node, ast.AugAssign | ast.Break | ast.Continue)
        dropped |= isinstance(node, ast.If) and not node.orelse
        dropped |= isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if dropped and around.function:
        yield ast.Pass()


KINDS: dict[str, Callable[[ast.AST, Around], Iterator[ast.AST]]] = {
    "comparison": comparison,
    "operator": operator,
    "power dropped": power,
    "sign or not dropped": sign,
    "condition negated": condition,
    "constant": constant,
    "default": default,
    "axis": axis,
    "slice": bound,
    "keyword dropped": keyword,
    "arguments swapped": arguments,
    "function swapped": function,
    "method dropped": method,
    "another name returned": returned,
    "statement dropped": statement,
}


# ----------------------------------------------------------------- where, and the texts
def stored(node: ast.AST) -> Iterator[str]:
    """Yield the names to which something in a node gives a value."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id


def inside(node: ast.AST, around: Around) -> Around:
    """Return what stands around the children of a node, but for the field."""
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return around._replace(parent=node)
    name = f"{around.function}.{node.name}".lstrip(".")
    bound = [part.arg for part in ast.walk(node) if isinstance(part, ast.arg)]
    names = (*bound, *stored(node)) if isinstance(node, ast.FunctionDef) else ()
    return Around(node, "", name, names)


def nodes(node: ast.AST, around: Around) -> Iterator[tuple[ast.AST, Around]]:
    """Yield a node and everything below it that may be changed."""
    yield node, around
    below = inside(node, around)
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and field not in LEFT_ALONE:
                if not isinstance(child, UNTOUCHED):
                    yield from nodes(child, below._replace(field=field))


def in_place_of(node: ast.AST, new: ast.AST) -> str:
    """Return the text of what replaces a node, in brackets where it needs them."""
    text = ast.unparse(new)
    loose = ast.BoolOp | ast.BinOp | ast.Compare | ast.UnaryOp | ast.IfExp | ast.Lambda
    same = type(node) is type(new) and not isinstance(new, ast.BoolOp)
    same &= not isinstance(getattr(new, "op", None), ast.BitAnd | ast.BitOr)
    return f"({text})" if isinstance(new, loose) and not same else text


def one_line(text: bytes) -> str:
    """Return code without its line breaks."""
    return " ".join(text.decode().split())


class Text:
    """The text of a module, where its lines begin, and its statements.

    Args:
        source: The text.
        tree: What it says.
    """

    def __init__(self, source: str, tree: ast.Module) -> None:
        self.bytes = source.encode()
        lengths = map(len, self.bytes.splitlines(keepends=True))
        self.starts = [0, *accumulate(lengths)]
        self.statements = [
            (min([one.lineno, *(d.lineno for d in decorators(one))]), one.end_lineno)
            for one in tree.body
        ]

    def place(self, node: ast.AST) -> slice:
        """Return where a node stands."""
        begin = self.starts[node.lineno - 1] + node.col_offset
        return slice(begin, self.starts[node.end_lineno - 1] + node.end_col_offset)

    def around(self, node: ast.AST) -> slice:
        """Return the place of the statement of the module that a node stands in."""
        first, last = next(
            lines for lines in self.statements if lines[0] <= node.lineno <= lines[1]
        )
        return slice(self.starts[first - 1], self.starts[last])

    def with_new(self, node: ast.AST, new: ast.AST, where: slice) -> bytes:
        """Return the text of a place with something else where a node stands."""
        place, text = self.place(node), in_place_of(node, new).encode()
        before = self.bytes[where.start : place.start]
        return before + text + self.bytes[place.stop : where.stop]


def decorators(statement: ast.stmt) -> list[ast.expr]:
    """Return what stands above a definition, a line each."""
    return getattr(statement, "decorator_list", [])


def mutant(text: Text, node: ast.AST, kind: str, new: ast.AST, within: str) -> Mutant:
    """Return the source with something else in the place of a node."""
    lines = slice(text.starts[node.lineno - 1], text.starts[node.end_lineno])
    return Mutant(
        line=node.lineno,
        column=node.col_offset + 1,
        kind=kind,
        old=one_line(text.bytes[text.place(node)]),
        new=ast.unparse(new),
        old_lines=one_line(text.bytes[lines]),
        new_lines=one_line(text.with_new(node, new, lines)),
        function=within,
        source=text.with_new(node, new, slice(0, len(text.bytes))).decode(),
    )


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines, no two the same."""
    tree = ast.parse(source)
    text = Text(source, tree)
    seen = {
        (text.around(one).start, ast.dump(ast.Module([one], []))) for one in tree.body
    }
    found = []
    for node, around in nodes(tree, Around(tree, "", "", ())):
        for kind, change in KINDS.items():
            for new in change(node, around):
                where = text.around(node)
                changed = ast.parse(text.with_new(node, new, where))
                meaning = where.start, ast.dump(changed)
                if meaning not in seen:
                    seen.add(meaning)
                    found.append(mutant(text, node, kind, new, around.function))
    return sorted(found, key=lambda one: (one.line, one.column))
