"""A page as plain Markdown, for readers that know nothing of MyST: its blocks.

A figure, an equation or an exercise has the number of the site, a solution is folded, a
note is a quotation. What no method here knows stops the build: nothing gets lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from docutils import nodes

from book_print import alignment, number_of
from plain_text import (
    details,
    displayed,
    escaped,
    fenced,
    guarded,
    indented,
    joined,
    quoted,
)
from plain_words import PlainWords

RULES = {"L": ":--", "C": ":-:", "R": "--:"}


@dataclass(frozen=True)
class Code:
    """The place of a code cell.

    Attributes:
        index: Which cell of the page's notebook it is.
        folded: Whether it belongs to a solution, which nobody should see by accident.
    """

    index: int
    folded: bool = False


Piece = str | Code


class PlainPage(PlainWords):
    """Writes one page: `pieces` yields blocks of Markdown and the cells among them.

    A method `block_NAME` writes the nodes whose class, or a class above it, is NAME.
    """

    _level = 0  # of the section that we are in

    def pieces(self, node: nodes.Node) -> Iterator[Piece]:
        """Yield what a block, and what stands in it, becomes.

        Raises:
            ExtensionError: If there is no plain way to say it.
        """
        write = self.handler("block", node)
        if write:
            yield from write(node)
        else:
            yield guarded(self.inline([node]))

    def body(self, children: Iterable[nodes.Node]) -> Iterator[Piece]:
        """Yield what some blocks become, one after the other."""
        for child in children:
            yield from self.pieces(child)

    def text(self, children: Sequence[nodes.Node]) -> str:
        """Return blocks as one text, in which no cell can stand."""
        pieces = list(self.body(children))
        if any(isinstance(piece, Code) for piece in pieces):
            raise self.error(children[0], "a cell cannot stand in this block")
        return "\n\n".join(map(str, pieces))

    # ------------------------------------------------------------ sections and text
    def block_document(self, node: nodes.Element) -> Iterator[Piece]:
        """All of the page, or something that only holds other blocks."""
        yield from self.body(node.children)

    block_compound = block_glossary = block_legend = block_document
    block_definition = block_proof_node = block_document

    def block_comment(self, node: nodes.Element) -> Iterator[Piece]:
        """What nobody reads."""
        yield from ()

    block_target = block_index = block_sd_tab_input = block_comment

    def block_section(self, node: nodes.Element) -> Iterator[Piece]:
        """A section; an exercise has one without a title, which is no level."""
        if not node.children or not isinstance(node[0], nodes.title):
            yield from self.body(node.children)
            return
        self._level += 1
        numbers = self.env.toc_secnumbers.get(self.page, {})
        first = numbers.get("") if self._level == 1 else None
        number = ".".join(map(str, numbers.get(f"#{node['ids'][0]}", first) or ()))
        title = self.title(node[0].children)
        yield f"{'#' * self._level} {f'{number}. ' if number else ''}{title}"
        yield from self.body(node[1:])
        self._level -= 1

    def block_paragraph(self, node: nodes.Element) -> Iterator[Piece]:
        """A paragraph, with the line breaks of the page."""
        yield guarded(self.inline(node.children))

    def block_rubric(self, node: nodes.Element) -> Iterator[Piece]:
        """A title that is no heading."""
        yield f"**{self.title(node.children)}**"

    block_caption = block_sd_tab_label = block_rubric

    def block_attribution(self, node: nodes.Element) -> Iterator[Piece]:
        """Who said what is quoted."""
        yield f"— {self.inline(node.children)}"

    def block_literal_block(self, node: nodes.Element) -> Iterator[Piece]:
        """Code that is no cell."""
        language = node.get("language", "")
        yield fenced(node.astext(), "" if language in ("default", "none") else language)

    def block_math_block(self, node: nodes.Element) -> Iterator[Piece]:
        """A displayed equation, with its number."""
        yield displayed(node.astext(), self.number("displaymath", node))

    def block_transition(self, node: nodes.Element) -> Iterator[Piece]:
        """A rule."""
        yield "---"

    def block_raw(self, node: nodes.Element) -> Iterator[Piece]:
        """HTML that the page itself wrote."""
        if "html" in node["format"].split():
            yield node.astext()

    def block_footnote(self, node: nodes.Element) -> Iterator[Piece]:
        """A footnote, where the page has it."""
        yield f"<sup>{node[0].astext()}</sup> {self.text(node[1:])}"

    def block_citation(self, node: nodes.Element) -> Iterator[Piece]:
        """A work in the list of references; the text names authors and year."""
        yield indented("-", joined(self.text(node[1:])))

    # ------------------------------------------------------------ lists, tables
    def block_bullet_list(self, node: nodes.Element) -> Iterator[Piece]:
        """A list with dots."""
        yield self.items(["-"] * len(node), [item.children for item in node])

    def block_enumerated_list(self, node: nodes.Element) -> Iterator[Piece]:
        """A list with numbers."""
        marks = [f"{node.get('start', 1) + n}." for n in range(len(node))]
        yield self.items(marks, [item.children for item in node])

    def items(self, marks: list[str], bodies: list[list[nodes.Node]]) -> str:
        """Return the items of a list."""
        texts = map(indented, marks, map(self.text, bodies))
        return "\n".join(texts)

    def block_definition_list(self, node: nodes.Element) -> Iterator[Piece]:
        """Terms and what they mean."""
        lines = []
        for item in node:
            terms = [child for child in item if isinstance(child, nodes.term)]
            names = ", ".join(f"**{self.title(term.children)}**" for term in terms)
            rest = [child for child in item if isinstance(child, nodes.definition)]
            lines.append(indented("-", f"{names}: {self.text(rest)}"))
        yield "\n".join(lines)

    def block_table(self, node: nodes.Element) -> Iterator[Piece]:
        """A table: in Markdown one line for each row, the first of them the head."""
        for title in node.findall(nodes.title):
            yield self.slanted(self.name("table", node), title.children)
        rows = list(node.findall(nodes.row))
        rules = [RULES[alignment(column)] for column in zip(*rows, strict=False)]
        with self.inside("table"):
            lines = [self.cells(row) for row in rows]
        if not any(node.findall(nodes.thead)):
            lines.insert(0, [" "] * len(rules))
        lines.insert(1, rules)
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def cells(self, row: nodes.Element) -> list[str]:
        """Return the cells of a row of a table."""
        if any({"morecols", "morerows"} & entry.attributes.keys() for entry in row):
            raise self.error(row, "cells of a table cannot be merged")
        return [joined(self.text(entry.children)) for entry in row]

    # ------------------------------------------------------------ cells and figures
    def block_container(self, node: nodes.Element) -> Iterator[Piece]:
        """A code cell with the words of its figure, or what only has a class."""
        if node.get("nb_element") != "cell_code":
            yield from self.body(node.children)
            return
        yield Code(node["cell_index"])
        for figure in node.findall(nodes.figure):
            yield from self.caption(figure)
            alts = [image.get("alt", "") for image in figure.findall(nodes.image)]
            if any(alts):
                yield details("The figure in words", escaped("\n\n".join(alts).strip()))

    def block_figure(self, node: nodes.Element) -> Iterator[Piece]:
        """A picture from a file, and the words below it."""
        yield from self.body(n for n in node if not isinstance(n, nodes.caption))
        yield from self.caption(node)

    def caption(self, node: nodes.Element) -> Iterator[Piece]:
        """The caption of a figure."""
        for caption in node.findall(nodes.caption):
            yield self.slanted(self.name("figure", node), caption.children)

    # ------------------------------------------------------------ boxes
    def block_block_quote(self, node: nodes.Element) -> Iterator[Piece]:
        """Words of somebody else."""
        yield quoted(self.text(node.children))

    def block_admonition(self, node: nodes.Element) -> Iterator[Piece]:
        """A note, a warning, a theorem ..."""
        number = self.number(node.get("countertype", ""), node)
        name = f"{node.get('realtype', '').title()} {number}".strip()
        titles = [child for child in node if isinstance(child, nodes.title)]
        words = self.title(word for title in titles for word in title)
        title, body = f"{name} {words}".strip(), node[len(titles) :]
        yield quoted(f"**{title}**\n\n" * bool(title) + self.text(body))

    block_sidebar = block_topic = block_admonition

    def block_exercise_enumerable_node(self, node: nodes.Element) -> Iterator[Piece]:
        """An exercise, with number and title."""
        title = f"{self.name('exercise', node)} {self.title(node[0].children)}"
        yield f"**{title.strip()}**"
        yield from self.body(node[1:])

    block_exercise_node = block_exercise_enumerable_node

    def block_solution_node(self, node: nodes.Element) -> Iterator[Piece]:
        """A solution, folded; it says of what, though it stands below the exercise."""
        names = (self.page, "exercise", [node.get("target_label")])
        number = number_of(self.env, *names)
        of = self.env.config.numfig_format["exercise"] % number if number else ""
        title = f"Solution to {of}" if of else escape(joined(node[0].astext()))
        yield from self.folded(title, node[1:])

    def block_dropdown_main(self, node: nodes.Element) -> Iterator[Piece]:
        """A question with its answer, or anything else that is folded.

        The question stands above, since not every program reads formulas in a summary.
        """
        for words in node[0]:  # beside them are an icon and an arrow
            if "sd-summary-text" in words.get("classes", ()):
                yield f"**{self.title(words.children)}**"
        yield from self.folded("Show", node[1:])

    def folded(self, title: str, body: Iterable[nodes.Node]) -> Iterator[Piece]:
        """Fold the words before, between and behind the cells: no fold spans cells."""
        words: list[str] = []
        for piece in [*self.body(body), Code(-1)]:
            if isinstance(piece, str):
                words.append(piece)
                continue
            if words:
                yield details(title, "\n\n".join(words))
                title, words = f"{title.removesuffix(', continued')}, continued", []
            if piece.index >= 0:
                yield replace(piece, folded=True)
