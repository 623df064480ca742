"""Write the shown cells of the pages from the package, the same way every time.

python -m tools.promises.sync_cells          write them
python -m tools.promises.sync_cells --check  only say which pages differ

A shown cell begins with a line such as `# ml2020/gnn/gcn.py: normalise`. All below it
is the package's definition without docstrings, annotations (a class keeps those of its
fields: a dataclass lives by them) and refusals of bad arguments. Comments and layout
stay; a signature that now fits on one line gets one line.

A refusal stands before the first other statement of a function. It is an `if` without
`else` whose body only raises, a call of a `check_...` function, or a `for` whose body
holds only these (`for name, value in {"n": n, "k": k}.items():`). Its comments go with
it. What raises later belongs to the algorithm and stays. A `__post_init__` of which
nothing is left goes too, also where only the call of its parent's is left: Python makes
that call without it.

It also names what a page imports and no cell uses, as after a refusal that is gone.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import dropwhile
from pathlib import Path

import libcst as cst
import libcst.matchers as m

from tools.promises.cells import unused_imports
from tools.promises.pages import ROOT, Cell, Page, PageError

WIDTH, LONGEST = 80, 25  # the column of the page; a shown cell without its first line
NOTHING = cst.SimpleWhitespace("")
Line = cst.BaseStatement | cst.BaseSmallStatement

CHECK = m.Name(m.MatchIfTrue(lambda name: name.startswith("check_")))
CHECKED = m.Expr(m.Call(func=CHECK | m.Attribute(attr=CHECK)))
PARENT = m.Call(func=m.Name("super"), args=[])
PARENTS_TURN = m.Expr(m.Call(func=m.Attribute(PARENT, m.Name("__post_init__"))))


def says(line: Line, statement: m.BaseMatcherNode) -> bool:
    """Return whether a line is this statement and nothing else."""
    return m.matches(line, statement | m.SimpleStatementLine([statement]))


def is_docstring(line: Line) -> bool:
    """Return whether a statement is a string and nothing else."""
    return says(line, m.Expr(m.SimpleString() | m.ConcatenatedString()))


def is_refusal(line: Line) -> bool:
    """Return whether a statement does nothing but refuse a bad argument."""
    if isinstance(line, cst.If | cst.For) and line.orelse is None:
        inside = line.body.body
        if isinstance(line, cst.For):
            return all(is_refusal(part) for part in inside)
        return len(inside) == 1 and says(inside[0], m.Raise())
    return says(line, CHECKED)


def left(suite: cst.BaseSuite, refusals: bool = True) -> cst.BaseSuite | None:
    """Return a body without its docstring and refusals, or None if it had no more.

    Args:
        suite: The body of a function or a class.
        refusals: Whether refusals go: in a class they are none.
    """
    body, above = list(suite.body), []
    if body and is_docstring(body[0]):
        above += getattr(body.pop(0), "leading_lines", ())
    if refusals:
        body = list(dropwhile(is_refusal, body))
    if not body:
        return None
    first, *rest = body
    if hasattr(first, "leading_lines"):
        lines = [line for line in [*above, *first.leading_lines] if line.comment]
        first = first.with_changes(leading_lines=lines)
    return suite.with_changes(body=[first, *rest])


def nothing(name: str) -> PageError:
    """Return the error of a definition of which nothing is left."""
    return PageError(
        f"{name} is only a docstring or refusals: there is nothing to show: "
        "name what computes"
    )


class OneLine(cst.CSTTransformer):
    """Joins the lines of a list of parameters."""

    def leave_Comma(self, original: cst.Comma, updated: cst.Comma) -> cst.Comma:
        """Put one space where a comma ends a line."""
        if isinstance(updated.whitespace_after, cst.SimpleWhitespace):
            return updated
        return updated.with_changes(whitespace_after=cst.SimpleWhitespace(" "))

    def leave_Param(self, original: cst.Param, updated: cst.Param) -> cst.Param:
        """Put nothing between the last parameter and the parenthesis."""
        return updated.with_changes(whitespace_after_param=NOTHING)


def without_last_comma(params: cst.Parameters) -> cst.Parameters:
    """Return the parameters without the comma that a list over many lines ends in."""
    end = cst.MaybeSentinel.DEFAULT
    for group in ("star_kwarg", "kwonly_params", "star_arg", "params", "posonly_ind"):
        member = getattr(params, group)
        if isinstance(member, cst.Param | cst.ParamSlash):
            return params.with_changes(**{group: member.with_changes(comma=end)})
        if isinstance(member, Sequence) and member:
            last = member[-1].with_changes(comma=end)
            return params.with_changes(**{group: [*member[:-1], last]})
    return params


def joined(node: cst.FunctionDef) -> cst.FunctionDef:
    """Return the function with its signature on one line."""
    params = without_last_comma(node.params.visit(OneLine()))
    return node.with_changes(params=params, whitespace_before_params=NOTHING)


def signature(node: cst.FunctionDef) -> str:
    """Return the function's text from `def` to the colon."""
    alone = node.with_changes(
        decorators=[],
        leading_lines=[],
        lines_after_decorators=[],
        body=cst.SimpleStatementSuite([cst.Pass()]),
    )
    return cst.Module([alone]).code.removesuffix(" pass\n")


def has_comment(node: cst.FunctionDef) -> bool:
    """Return whether a comment stands in the signature, where joining would drop it."""
    parts = (node.params, node.whitespace_before_params)
    return any(m.findall(part, m.Comment()) for part in parts)


class Bare(cst.CSTTransformer):
    """Removes docstrings, annotations and refusals, and nothing else."""

    def __init__(self) -> None:
        self.scopes: list[type] = []
        self.depth = 0  # of indented blocks, which is where a signature begins

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        """Remember that we are one step to the right."""
        self.depth += 1

    def leave_IndentedBlock(
        self, original: cst.IndentedBlock, updated: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Remember that we are back."""
        self.depth -= 1
        return updated

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Remember that we are inside a function."""
        self.scopes.append(cst.FunctionDef)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """Remember that we are inside a class."""
        self.scopes.append(cst.ClassDef)

    def leave_ClassDef(
        self, original: cst.ClassDef, updated: cst.ClassDef
    ) -> cst.ClassDef:
        """Drop the docstring."""
        self.scopes.pop()
        body = left(updated.body, refusals=False)
        if not body:
            raise nothing(updated.name.value)
        return updated.with_changes(body=body)

    def leave_FunctionDef(
        self, original: cst.FunctionDef, updated: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        """Leave the formula; join the signature if it fits on a line."""
        self.scopes.pop()
        body, name = left(updated.body), updated.name.value
        if self.scopes[-1:] == [cst.ClassDef] and name == "__post_init__":
            if not body or all(says(line, PARENTS_TURN) for line in body.body):
                return cst.RemoveFromParent()
        if not body:
            raise nothing(name)
        bare = updated.with_changes(body=body, returns=None)
        short = joined(bare)
        line = 4 * self.depth * " " + signature(short)
        fits = "\n" not in line and len(line) <= WIDTH
        return short if fits and not has_comment(bare) else bare

    def leave_Param(self, original: cst.Param, updated: cst.Param) -> cst.Param:
        """Turn `lr: float = 1` into `lr=1`."""
        equal = cst.AssignEqual(NOTHING, NOTHING)
        return updated.with_changes(
            annotation=None,
            equal=equal if updated.default else cst.MaybeSentinel.DEFAULT,
        )

    def leave_AnnAssign(
        self, original: cst.AnnAssign, updated: cst.AnnAssign
    ) -> cst.AnnAssign | cst.Assign:
        """Turn `x: Tensor = f()` into `x = f()`, but leave the fields of a class."""
        if self.scopes[-1] is cst.ClassDef or updated.value is None:
            return updated
        return cst.Assign([cst.AssignTarget(updated.target)], updated.value)

    def leave_SimpleStatementLine(
        self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        """Remove the line `x: Tensor` of a function: it only annotates."""
        only = m.matches(updated, m.SimpleStatementLine([m.AnnAssign(value=None)]))
        if only and self.scopes[-1] is cst.FunctionDef:
            return cst.RemoveFromParent()
        return updated


def shown(root: Path, path: str, name: str) -> str:
    """Return a definition of the package as a page shows it.

    Raises:
        PageError: If there is none, or nothing of it would be left.
    """
    module = root / "code" / path
    if not module.exists():
        raise PageError(f"code/{path} does not exist: mend the cell's first line")
    try:
        body = cst.parse_module(module.read_text(encoding="utf-8")).body
    except cst.ParserSyntaxError as error:
        line = error.raw_line
        raise PageError(f"code/{path}:{line} is not Python: mend it") from None
    found = [
        node
        for node in body
        if isinstance(node, cst.FunctionDef | cst.ClassDef) and node.name.value == name
    ]
    if not found:
        raise PageError(
            f"code/{path} defines no function or class {name} at its top level: "
            "mend the cell's first line"
        )
    bare = found[-1].visit(Bare())  # the last one is in force
    return cst.Module([bare.with_changes(leading_lines=[])]).code


def expected(cell: Cell, root: Path) -> str:
    """Return the code that a cell should have: its own, if it shows nothing."""
    if cell.shown is None:
        return cell.code
    path, name = cell.shown
    try:
        return f"# {path}: {name}\n" + shown(root, path, name)
    except PageError as error:
        raise PageError(f"{cell.place}: {error}") from None


def too_much(page: Page, cell: Cell, code: str) -> Iterator[str]:
    """Yield what is too long or too wide in a shown cell, and where to shorten it."""
    path = f"code/{cell.shown[0]}" if cell.shown else page.name
    lines = code.splitlines()
    if len(lines) > LONGEST + 1:
        yield (
            f"{cell.place}: {len(lines) - 1} lines are shown, {LONGEST} at most: "
            f"move a part of it into a function of {path}"
        )
    for number, line in enumerate(lines, cell.line):
        if len(line) > WIDTH:
            yield (
                f"{page.at(number)}: {len(line)} characters, {WIDTH} at most: "
                f"break the line in {path}"
            )


def compared(page: Page) -> tuple[str, list[str]]:
    """Return the page's text as it should be, and what no writing can mend."""
    changes, broken = [], []
    for cell in page.cells:
        try:
            code = expected(cell, page.root)
            broken += too_much(page, cell, code) if cell.shown else []
        except PageError as error:
            broken.append(str(error))
        else:
            changes.append((cell, code))
    return page.replaced(changes), broken


def unused(page: Page) -> Iterator[str]:
    """Yield what a page imports and none of its cells uses."""
    try:
        for line, name in unused_imports(page):
            yield f"{page.at(line)}: no cell uses {name}: do not import it"
    except PageError as error:
        yield str(error)


def drift(page: Page, text: str) -> list[str]:
    """Return one line that names the first difference, or nothing if there is none."""
    if text == page.text:
        return []
    pairs = zip(text.splitlines(), page.lines, strict=False)
    same = [a == b for a, b in pairs]
    line = same.index(False) + 1 if False in same else len(same)
    return [f"{page.at(line)}: shown code differs from the package: run make format"]


def faults(page: Page) -> list[str]:
    """Return what is wrong with a page's shown cells, a line each."""
    text, broken = compared(page)
    return drift(page, text) + broken


def check(page: Page) -> list[str]:
    """Return the faults of a page, and the imports that no cell uses."""
    return faults(page) + list(unused(page))


def write(page: Page) -> list[str]:
    """Write a page's shown cells; return what writing could not mend."""
    text, broken = compared(page)
    if text != page.text:
        page.path.write_text(text, encoding="utf-8")
        print(f"{page.name}: written")
    return broken + list(unused(Page(page.path, page.root, text)))


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write or check every page; return 1 if something is left to mend."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    act = check if parser.parse_args(arguments).check else write
    left = []
    for path in sorted((root / "book").glob("*.md")):
        try:
            left += act(Page(path, root))
        except PageError as error:
            left.append(str(error))
    print(*left, sep="\n", end="\n" if left else "")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
