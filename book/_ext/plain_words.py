"""The words of a page as plain Markdown: what stands inside a paragraph.

They are written from the tree in which Sphinx has resolved everything. A reference has
its words and its number there, so no role has to be understood, only what it became.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from book_print import number_of
from plain_text import escaped, joined, ticked


class PlainWords:
    """Writes paragraphs of one page.

    A method `inline_NAME` writes the nodes whose class, or a class above it, is NAME.

    Args:
        env: Sphinx's tables: the numbers, and formats such as "Figure %s".
        page: The name of the page, `book/regression`.
        links: Where a link to another page leads, by the address that Sphinx wrote; a
            link that is not in it becomes words.

    Attributes:
        pictures: The files that the text shows, by the names that it uses.
    """

    def __init__(
        self, env: BuildEnvironment, page: str, links: Mapping[str, str]
    ) -> None:
        self.env, self.page, self.links = env, page, links
        self.pictures: dict[str, Path] = {}
        self._terms: set[str] = set()
        self._within: set[str] = set()

    def inline(self, children: Iterable[nodes.Node]) -> str:
        """Return what the parts of a paragraph become.

        Raises:
            ExtensionError: If there is no plain way to say one of them.
        """
        texts = []
        for child in children:
            write = self.handler("inline", child)
            if write is None:
                raise self.error(child, f"<{child.tagname}> has no plain Markdown")
            texts.append(write(child))
        return "".join(texts)

    def title(self, children: Iterable[nodes.Node]) -> str:
        """Return words that are already bold, on one line."""
        with self.inside("strong"):
            return joined(self.inline(children))

    def handler(self, place: str, node: nodes.Node) -> Callable[[Any], Any] | None:
        """Return the method for a node, by the names of its class and those above."""
        above = (kind for kind in type(node).__mro__ if kind is not nodes.Inline)
        names = (kind.__name__.lower() for kind in above)
        found = (getattr(self, f"{place}_{name}", None) for name in names)
        return next(filter(None, found), None)

    def error(self, node: nodes.Node, message: str) -> ExtensionError:
        """Return an error that names page, line and remedy."""
        place: nodes.Node | None = node
        while place is not None and not getattr(place, "line", None):
            place = place.parent
        where = f"{self.page}.md:{place.line}" if place else f"{self.page}.md"
        remedy = "write it otherwise, or add it to book/_ext/plain_blocks.py"
        return ExtensionError(f"{where}: in the notebook {message}: {remedy}")

    @contextmanager
    def inside(self, name: str) -> Iterator[bool]:
        """Remember what we write; tell whether we were writing it already."""
        before = self._within
        self._within = before | {name}
        yield name in before
        self._within = before

    def marked(self, name: str, mark: str, children: Iterable[nodes.Node]) -> str:
        """Return words between two marks, unless they already stand in such marks."""
        with self.inside(name) as already:
            text = self.inline(children)
        return text if already or not text else f"{mark}{text}{mark}"

    def number(self, kind: str, node: nodes.Element) -> str:
        """Return the site's number of a figure, an equation, an exercise ..."""
        return number_of(self.env, self.page, kind, node["ids"])

    def name(self, kind: str, node: nodes.Element) -> str:
        """Return "Figure 1.3", or nothing for what has no number."""
        number = self.number(kind, node)
        return self.env.config.numfig_format[kind] % number if number else ""

    def slanted(self, name: str, words: Iterable[nodes.Node]) -> str:
        """Return the words below a figure or above a table."""
        with self.inside("emphasis"):
            text = self.inline(words).strip()
        return f"_{f'{name}. ' if name else ''}{text}_"

    # ------------------------------------------------------------ what has words
    def inline_text(self, node: nodes.Text) -> str:
        """Words."""
        return escaped(str(node))

    def inline_inline(self, node: nodes.Element) -> str:
        """Something that has a class and no look of its own."""
        return self.inline(node.children)

    inline_abbreviation = inline_target = inline_inline

    def inline_emphasis(self, node: nodes.Element) -> str:
        """Slanted words."""
        return self.marked("emphasis", "*", node.children)

    inline_title_reference = inline_emphasis

    def inline_strong(self, node: nodes.Element) -> str:
        """Bold words."""
        return self.marked("strong", "**", node.children)

    def inline_subscript(self, node: nodes.Element) -> str:
        """Lowered words."""
        return f"<sub>{self.inline(node.children)}</sub>"

    def inline_superscript(self, node: nodes.Element) -> str:
        """Raised words, or the number of a footnote."""
        return f"<sup>{self.inline(node.children)}</sup>"

    inline_footnote_reference = inline_superscript

    def inline_reference(self, node: nodes.Element) -> str:
        """A link to another host or another notebook; else only its words."""
        address = node.get("refuri", "")
        page = address.partition("#")[0]
        where = self.links.get(page, "") if node.get("internal") else address
        text = self.inline(node.children)
        if "std-term" in getattr(node[0], "attributes", {}).get("classes", ()):
            text = self.term(address, text)
        return f"[{text}]({where})" if where else text

    def term(self, address: str, text: str) -> str:
        """Return a term of the glossary: bold where the page first uses it."""
        plain = address in self._terms or "strong" in self._within
        self._terms.add(address)
        return text if plain else f"**{text}**"

    # ------------------------------------------------------------ what has none
    def inline_literal(self, node: nodes.Element) -> str:
        """Code."""
        text = ticked(node.astext())
        return text.replace("|", r"\|") if "table" in self._within else text

    def inline_math(self, node: nodes.Element) -> str:
        """A formula."""
        text = joined(node.astext())
        if "table" in self._within:  # where a bar would end the cell
            text = text.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
        return f"${text}$"

    def inline_raw(self, node: nodes.Element) -> str:
        """HTML that the page itself wrote."""
        return node.astext() if "html" in node["format"].split() else ""

    def inline_image(self, node: nodes.Element) -> str:
        """A picture; the file travels with the cell."""
        file = Path(self.env.srcdir) / node["candidates"]["*"]
        self.pictures[file.name] = file
        return f"![{escaped(node.get('alt', ''))}](attachment:{file.name})"

    def inline_index(self, node: nodes.Element) -> str:
        """An entry of the index of the printed book."""
        return ""
