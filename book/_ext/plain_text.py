"""Small pieces of plain Markdown: text in, text out."""

import ast
import re

# At the beginning of a line these would begin a list, a heading, a quotation, a rule.
NUMBER = re.compile(r"^(\s*\d+)([.)])(?=\s|$)", re.MULTILINE)
STARTS = re.compile(r"^(\s*)(#{1,6}(?=\s)|>|[-+](?=\s)|[-=]+$)", re.MULTILINE)
MARKS = re.compile(r"[\\`*_$]")
GLUE = "glue"  # the name of MyST-NB's function, which keeps a number for the prose


def joined(text: str) -> str:
    """Return the words on one line."""
    return " ".join(text.split())


def escaped(text: str) -> str:
    """Return text in which no letter is taken for Markdown or HTML."""
    text = MARKS.sub(r"\\\g<0>", text)
    return re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")


def guarded(paragraph: str) -> str:
    """Return a paragraph of which no line begins a list, a heading or a quotation."""
    for start in (NUMBER, STARTS):
        paragraph = start.sub(r"\1\\\2", paragraph)
    return paragraph.strip()


def indented(mark: str, text: str) -> str:
    """Return a list item: a mark, and the text beside it."""
    margin = " " * (len(mark) + 1)
    return f"{mark} {text}".replace("\n", f"\n{margin}").replace(
        f"\n{margin}\n", "\n\n"
    )


def quoted(text: str) -> str:
    """Return the text as a block quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def details(title: str, text: str) -> str:
    """Return the text folded; the blank lines make a reader render what is inside."""
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n\n</details>"


def ticked(code: str, least: int = 1) -> str:
    """Return code between more backticks than stand together in it."""
    runs = (len(run) for run in re.findall("`+", code))
    ticks = "`" * max(least, 1 + max(runs, default=0))
    room = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{ticks}{room}{code}{room}{ticks}"


def fenced(code: str, language: str) -> str:
    """Return a block of code."""
    return ticked(f"{language}\n{code.rstrip()}\n", 3)


def displayed(formula: str, number: str) -> str:
    """Return a displayed equation, with its number where it has one."""
    formula = re.sub(r"\n\s*\n", "\n", formula.strip())
    if r"\\" in formula and r"\begin{" not in formula:
        formula = f"\\begin{{split}}\n{formula}\n\\end{{split}}"  # as Sphinx does
    tag = f" \\tag{{{number}}}" if number else ""
    return f"$$\n{formula}{tag}\n$$"


def without_glue(source: str) -> str:
    """Return the code without the statements that only keep numbers for the prose.

    What else such a cell computes stays, since a later cell may use it.
    """
    lines, body = source.splitlines(), ast.parse(source).body
    kept = [statement for statement in body if not only_glues(statement)]
    for statement in reversed(body):
        if statement not in kept:
            del lines[statement.lineno - 1 : statement.end_lineno]
    return "\n".join(lines).strip() if kept else ""


def only_glues(statement: ast.stmt) -> bool:
    """Tell whether a statement imports MyST-NB or calls `glue`, if only in a loop."""
    match statement:
        case ast.ImportFrom(module="myst_nb"):
            return True
        case ast.Import(names=names):
            return all(name.name == "myst_nb" for name in names)
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name == GLUE
        case ast.For(body=body, orelse=[]) | ast.If(body=body, orelse=[]):
            return all(map(only_glues, body))
    return False
