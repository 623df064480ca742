"""What the PDF needs: the site's numbers, readable boxes, references in their place.

Sphinx hands LaTeX one tree, made of all pages.  Its theorem and exercise numbers, its
folded answers and its bibliography come out wrong or ugly there; this extension mends
them in the tree, or where a node is written.  Its look: book/_latex/book-print.sty.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.locale import admonitionlabels
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.latex import LaTeXTranslator
from sphinx_exercise.nodes import (
    exercise_enumerable_node,
    exercise_latex_number_reference,
    exercise_node,
    solution_node,
)
from sphinx_jupyterbook_latex.nodes import RootHeader
from sphinx_proof.nodes import NODE_TYPES, proof_node, unenumerable_node

THEOREMS = (*NODE_TYPES.values(), unenumerable_node)
LONGEST_TABLE = 30  # lines; a longer one must be able to break over pages
LINE = 82  # letters in a line of a table


class book_box(nodes.General, nodes.Element):  # noqa: N801
    """An exercise, a theorem, a folded answer or a reference: a title, and a body."""


class book_box_title(nodes.TextElement):  # noqa: N801
    """The title of a box; every box has one, if only an empty one."""


def docname_of(env: BuildEnvironment, node: nodes.Node) -> str:
    """The page that a node of the one big tree comes from."""
    # Sphinx hangs a page's nodes into the tree and lets them keep their old parents.
    while node.parent is not None and not isinstance(node, addnodes.start_of_file):
        node = node.parent
    return node.get("docname") or env.path2doc(node["source"])


def number_of(
    env: BuildEnvironment, docname: str, kind: str, names: Iterable[str]
) -> str:
    """The number that the site gives to a figure, an equation, an exercise ..."""
    numbers = env.toc_fignumbers.get(docname, {}).get(kind, {})
    found = [numbers[name] for name in names if name in numbers]
    return ".".join(map(str, found[0])) if found else ""


# ---------------------------------------------------------------- settings
def use_book_style(app: Sphinx, config: Config) -> None:
    """Load our style and nothing else.

    sphinx-jupyterbook-latex adds unicode-math, for which Debian's TeX has no Palatino,
    and ucharclasses, which is at odds with xeCJK over the same switch of XeTeX.
    """
    project = tomllib.loads((Path(app.srcdir) / "pyproject.toml").read_text("utf-8"))
    config["release"] = config["version"] = project["project"]["version"]
    config["latex_elements"]["preamble"] = "\n".join(
        [
            r"\usepackage{book-print}",
            rf"\newcommand{{\bookversion}}{{{config['release']}}}",
            rf"\newcommand{{\bookcopyright}}{{{config['copyright']}}}",
            r"\hypersetup{pdfencoding=auto, psdextra, bookmarksnumbered}",
        ]
    )


def prepare(app: Sphinx) -> None:
    """Number by chapter, though LaTeX counts a part as a level above; set our writer.

    A translator set any earlier would keep the site's theme from setting its own.
    """
    app.config["numfig_secnum_depth"] = 1
    app.set_translator("latex", BookTranslator, override=True)


# ---------------------------------------------------------------- the tree
class BookBoxes(SphinxPostTransform):
    """Turn exercises, theorems, proofs, answers, notes and references into boxes."""

    # After the references are resolved, before the citations are gathered at the end.
    default_priority = 600
    formats = ("latex",)

    def run(self, **kwargs: Any) -> None:
        """Rewrite the whole book."""
        for kind, change in (
            (solution_node, self.solution),
            ((exercise_node, exercise_enumerable_node), self.exercise),
            (THEOREMS, self.theorem),
            (proof_node, self.proof),
            (nodes.citation, self.reference),
            (nodes.Admonition, self.note),
            (nodes.container, self.answer),
        ):
            for node in list(self.document.findall(lambda n, k=kind: isinstance(n, k))):
                change(node)
        self.link_exercises()

    def number(self, kind: str, node: nodes.Element) -> str:
        """The site's number of a node."""
        return number_of(self.env, docname_of(self.env, node), kind, node["ids"])

    def solution(self, node: nodes.Element) -> None:
        """A solution already has its title."""
        put_box("solution", node, node[0].children, node[1:])

    def exercise(self, node: nodes.Element) -> None:
        """The title begins with a number counted in LaTeX's way: say the site's."""
        name = f"Exercise {self.number('exercise', node)}".strip()
        put_box("exercise", node, [nodes.Text(name), *node[0].children[1:]], node[1:])

    def theorem(self, node: nodes.Element) -> None:
        """A theorem, a definition, an algorithm ..."""
        number = self.number(node["countertype"], node)
        name = nodes.Text(f"{node['realtype'].title()} {number}".strip())
        put_box("theorem", node, [name, *node[0].children], node[1:])

    def proof(self, node: nodes.Element) -> None:
        """A proof is a note without title inside a node; its text says what it is."""
        put_box("proof", node, [], node[0].children)

    def reference(self, node: nodes.Element) -> None:
        """A work, where its page lists it; the text names author and year."""
        anchor = rf"\hypertarget{{cite.{node['docname']}:{node['ids'][0]}}}{{}}"
        put_box("reference", node, [nodes.raw("", anchor, format="latex")], node[1:])

    def note(self, node: nodes.Element) -> None:
        """A note, a warning, a tip ..."""
        if isinstance(node[0], nodes.title):
            put_box("note", node, node[0].children, node[1:])
        else:
            name = nodes.Text(str(admonitionlabels.get(node.tagname, "Note")))
            put_box("note", node, [name], node.children)

    def answer(self, node: nodes.Element) -> None:
        """A folded answer is a dropdown of sphinx-design; its title is the question."""
        if node.get("design_component") == "dropdown":
            split = int(node["has_title"])
            put_box("answer", node, node[0].children if split else [], node[split:])

    def link_exercises(self) -> None:
        """Say the number of an exercise, which LaTeX itself does not count."""
        kinds = (addnodes.number_reference, exercise_latex_number_reference)
        for node in list(self.document.findall(lambda n: isinstance(n, kinds))):
            docname, _, name = node.get("refuri", "%#").lstrip("%").partition("#")
            docname = docname or docname_of(self.env, node)
            name = name or node.get("refid", "")
            number = number_of(self.env, docname, "exercise", [name])
            if number:
                uri, text = f"%{docname}#{name}", f"Exercise {number}"
                link = nodes.reference("", text, internal=True, refuri=uri)
                node.replace_self(link)


def put_box(
    kind: str,
    node: nodes.Element,
    title: list[nodes.Node],
    body: list[nodes.Node],
) -> None:
    """Put a box in the place of a node."""
    new = book_box("", kind=kind, ids=node.get("ids", []))
    new += book_box_title("", "", *title)
    for child in list(body):
        # A section here would count as one more level of headings.
        new += child.children if isinstance(child, nodes.section) else [child]
    node.replace_self(new)


class BookPreface(SphinxPostTransform):
    """Give the first page, which is no chapter, headings that look like headings."""

    default_priority = 710  # just after sphinx-jupyterbook-latex has flattened them
    formats = ("latex",)

    def run(self, **kwargs: Any) -> None:
        """Rewrite the headings of the first page."""
        for node in list(self.document.findall(RootHeader)):
            put_box("heading", node, node.children, [])


class BookTables(SphinxPostTransform):
    """Align the columns of numbers; give a long table widths, and let it break."""

    default_priority = 600
    formats = ("latex",)

    def run(self, **kwargs: Any) -> None:
        """Rewrite the whole book."""
        for table in list(self.document.findall(nodes.table)):
            rows = list(table.findall(nodes.row))
            cells = [[c for c in row if isinstance(c, nodes.entry)] for row in rows]
            if len({len(row) for row in cells}) != 1:
                continue  # merged cells: Sphinx knows better
            lengths = [sum(map(len, map(printed, row))) for row in cells]
            if sum(1 + length // LINE for length in lengths) > LONGEST_TABLE:
                table["classes"] += ["longtable", "colwidths-given"]
                widths = column_widths(list(zip(*cells, strict=True)))
                for spec, width in zip(
                    table.findall(nodes.colspec), widths, strict=True
                ):
                    spec["colwidth"] = width
            else:
                columns = zip(*cells[1:] or cells, strict=True)
                spec = "".join(map(alignment, columns))
                place = table.parent.index(table)
                table.parent.insert(place, addnodes.tabular_col_spec(spec=spec))


def printed(cell: nodes.entry) -> str:
    """About what a cell prints: of a formula one letter for each command, no spaces."""
    words = []
    for text in cell.findall(nodes.Text):
        if isinstance(text.parent, nodes.math):
            letters = re.sub(r"\\[A-Za-z]+", "x", text)
            words.append(re.sub(r"[{}_^\s\\]", "", letters))
        else:
            words.append(str(text))
    return "".join(words)


def column_widths(columns: list[tuple[nodes.entry, ...]]) -> list[int]:
    """Widths in letters: room for the longest word, then for what most cells need."""
    texts = [[printed(cell) for cell in column] for column in columns]
    least = [3 + max(len(w) for t in ts for w in (t.split() or [""])) for ts in texts]
    wish = [
        max(3 + max(map(len, ts)), low) for ts, low in zip(texts, least, strict=True)
    ]
    spare, missing = LINE - sum(least), sum(wish) - sum(least)
    share = min(1.0, max(0.0, spare / missing)) if missing else 0.0
    pairs = zip(least, wish, strict=True)
    return [round(low + share * (high - low)) for low, high in pairs]


def alignment(column: tuple[nodes.entry, ...]) -> str:
    """The letter of a column: R or C if all its cells say so, else L."""
    for letter, name in (("R", "text-right"), ("C", "text-center")):
        if all(name in cell["classes"] for cell in column):
            return letter
    return "L"


# ---------------------------------------------------------------- the writer
class BookTranslator(LaTeXTranslator):
    """Write the site's numbers, instead of letting LaTeX count again."""

    def give_number(self, counter: str, kind: str, node: nodes.Element) -> None:
        """Set the number that the next figure, table or equation prints."""
        env, docname = self.builder.env, self.curfilestack[-1]
        number = number_of(env, docname, kind, node["ids"])
        if number:
            self.body.append(rf"\renewcommand{{\the{counter}}}{{{number}}}" + "%\n")

    def visit_title(self, node: nodes.Element) -> None:
        """Give a heading no number where the site gives it none."""
        names = self.sectionnames
        if not self.has_number(node.parent):
            self.sectionnames = [f"book{name}" for name in names]
        try:
            super().visit_title(node)
        finally:
            self.sectionnames = names

    def has_number(self, section: nodes.Element) -> bool:
        """Whether the site numbers a section; a part, which is no page, has its own."""
        env, docname = self.builder.env, self.curfilestack[-1]
        if docname not in env.titles or not isinstance(section, nodes.section):
            return True
        numbers = env.toc_secnumbers.get(docname, {})
        first = numbers.get("")  # the first heading of a page goes without its name
        return bool(numbers.get(f"#{section['ids'][0]}", first))

    def visit_figure(self, node: nodes.Element) -> None:
        """A figure."""
        self.give_number("figure", "figure", node)
        super().visit_figure(node)

    def visit_table(self, node: nodes.Element) -> None:
        """A table; only one with a title has a number."""
        self.give_number("table", "table", node)
        super().visit_table(node)

    def visit_math_block(self, node: nodes.Element) -> None:
        """A displayed equation; only one with a label has a number."""
        self.give_number("equation", "displaymath", node)
        super().visit_math_block(node)


def visit_box(self: LaTeXTranslator, node: nodes.Element) -> None:
    """Open a box."""
    self.body.append("\n" + rf"\begin{{book{node['kind']}}}")


def depart_box(self: LaTeXTranslator, node: nodes.Element) -> None:
    """Close a box."""
    self.body.append(rf"\end{{book{node['kind']}}}" + "\n")


def visit_box_title(self: LaTeXTranslator, node: nodes.Element) -> None:
    """Open the argument of the box's environment, with the place that links lead to."""
    named = bool(node.parent["ids"])
    self.body.append("{" + self.hypertarget_to(node.parent, anchor=named))


def depart_box_title(self: LaTeXTranslator, node: nodes.Element) -> None:
    """Close the argument of the box's environment."""
    self.body.append("}\n\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect everything; priority 900 comes after the extensions that it mends."""
    app.connect("config-inited", use_book_style, priority=900)
    app.connect("builder-inited", prepare, priority=900)
    app.add_node(book_box, latex=(visit_box, depart_box))
    app.add_node(book_box_title, latex=(visit_box_title, depart_box_title))
    app.add_post_transform(BookBoxes)
    app.add_post_transform(BookPreface)
    app.add_post_transform(BookTables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
