"""Lecture map: one line for each lecture, and arcs to those that it needs.

`{lecture-map}` draws book/lectures.toml: as SVG on the site, with links to what is
written, and with TikZ in print. Both come from one list of places.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

STEP, BREAK = 26, 18  # between two lines; and more between two parts
LEFT, WIDTH = 108, 440  # where the names begin, and how wide the map is
DEEPEST = 136  # how far an arc may bend to the left
PER_UNIT = 0.0195  # centimetres of print: the map fits a page
ALT = (
    "A list of the 35 lectures in six parts. Arcs at the left join each lecture to the"
    " earlier ones that it needs; the long ones lead from the later parts back to the"
    " tips for training, to convolutional networks and to regression. Filled dots mark"
    " the chapters that are written."
)


class lecture_map(nodes.General, nodes.Element):  # noqa: N801
    """The place of the map; it is drawn when we know which pages there are."""


@dataclass(frozen=True)
class Place:
    """One line of the map: a part's name, or a lecture."""

    y: int
    title: str
    chinese: str = ""
    page: str = ""  # empty for a part's name and for a lecture that is not written
    is_part: bool = False


def read_lectures(path: Path) -> list[dict[str, Any]]:
    """Return the parts, each with its lectures."""
    parts: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["part"]
    return parts


def layout(
    parts: list[dict[str, Any]], written: set[str]
) -> tuple[list[Place], list[tuple[int, int]]]:
    """Return the lines from top to bottom, and the heights that each arc joins."""
    places, arcs, heights, y = [], [], {}, 0
    for part in parts:
        y += BREAK if places else 0
        places.append(Place(y, part["title"], is_part=True))
        for lecture in part["lectures"]:
            y += STEP
            name = lecture["name"]
            page = f"book/{name}" if f"book/{name}" in written else ""
            places.append(Place(y, lecture["title"], lecture["chinese"], page))
            heights[name] = y
            arcs += [(heights[need], y) for need in lecture["needs"]]
        y += STEP
    return places, arcs


def bend(start: int, end: int, height: int) -> float:
    """Return how far an arc swings out: the longer, the further."""
    return 14 + (DEEPEST - 14) * (end - start) / height


def as_svg(
    places: list[Place], arcs: list[tuple[int, int]], to: dict[str, str]
) -> Iterator[str]:
    """Yield the lines of the map as SVG; its colours are in the style sheet."""
    height = places[-1].y
    yield (
        f'<svg class="lecture-map" viewBox="0 -16 {WIDTH} {height + 32}"'
        f' role="group" aria-label="{escape(ALT)}">'
    )
    for start, end in arcs:
        out = f"{LEFT - bend(start, end, height):.0f}"
        yield f'<path d="M{LEFT} {start}C{out} {start} {out} {end} {LEFT} {end}"/>'
    for place in places:
        yield svg_line(place, to)
    yield "</svg>"


def svg_line(place: Place, to: dict[str, str]) -> str:
    """Return one line of the map as SVG."""
    if place.is_part:
        return f'<text class="part" x="{LEFT}" y="{place.y + 5}">{place.title}</text>'
    words = f"{escape(place.title)} <tspan>{place.chinese}</tspan>"
    text = f'<text x="{LEFT + 14}" y="{place.y + 5}">{words}</text>'
    dot = f'<circle cx="{LEFT}" cy="{place.y}" r="4"/>'
    if not place.page:
        return f'<g class="unwritten">{dot}{text}</g>'
    return f'<a href="{to[place.page]}">{dot}{text}</a>'


def as_tikz(places: list[Place], arcs: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the lines of the map as a TikZ picture."""
    height = places[-1].y
    yield rf"\begin{{center}}\begin{{tikzpicture}}[x={PER_UNIT}cm,y=-{PER_UNIT}cm]"
    for start, end in arcs:
        out = -bend(start, end, height)
        yield (
            rf"\draw[black!35] (0,{start}) .. controls ({out:.0f},{start}) and "
            rf"({out:.0f},{end}) .. (0,{end});"
        )
    for place in places:
        yield tikz_line(place)
    yield r"\end{tikzpicture}\end{center}"


def tikz_line(place: Place) -> str:
    """Return one line of the map as TikZ."""
    if place.is_part:
        style = r"anchor=west,font=\footnotesize\bfseries"
        return rf"\node[{style}] at (0,{place.y}) {{{place.title}}};"
    colour = "black" if place.page else "black!55"
    fill = "black" if place.page else "white"
    words = rf"{place.title}\enspace {place.chinese}"
    style = rf"anchor=west,text={colour},font=\footnotesize"
    return (
        rf"\filldraw[draw={colour},fill={fill}] (0,{place.y}) circle (1.5pt);"
        rf"\node[{style}] at (9,{place.y}) {{{words}}};"
    )


class LectureMap(SphinxDirective):
    """`{lecture-map}`: without content or options."""

    def run(self) -> list[nodes.Node]:
        """Leave a place, and read the page again in every build: pages come and go."""
        self.env.note_dependency(str(source(self.env.app)))
        self.env.note_reread()
        return [lecture_map()]


def source(app: Sphinx) -> Path:
    """Return the file that the map is drawn from."""
    return Path(app.srcdir) / "book" / "lectures.toml"


def draw(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the map into its place."""
    for place in list(doctree.findall(lecture_map)):
        parts = read_lectures(source(app))
        places, arcs = layout(parts, set(app.env.found_docs))
        if app.builder.format == "html":
            pages = {p.page for p in places if p.page}
            to = {p: app.builder.get_relative_uri(page, p) for p in pages}
            text = "\n".join(as_svg(places, arcs, to))
        else:
            text = "\n".join(as_tikz(places, arcs))
        place.replace_self(nodes.raw("", text, format="html latex"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_node(lecture_map)
    app.add_directive("lecture-map", LectureMap)
    app.connect("doctree-resolved", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
