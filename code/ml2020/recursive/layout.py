"""Layout: where the nodes of a tree stand in a picture, and its brackets in a line.

Chapter: book/recursive.md
Source:  a pair stands above the middle of its parts, a level above the higher one
"""

from typing import NamedTuple

from ml2020.recursive.trees import Tree, nodes_of


class Layout(NamedTuple):
    """The nodes of a tree, a pair behind both of its parts.

    Attributes:
        nodes: The nodes.
        places: Of each, how far to the right and how high it stands.
        edges: Each pair with each of its parts, by their places in the list.
    """

    nodes: list[Tree]
    places: list[tuple[float, float]]
    edges: list[tuple[int, int]]


def layout(tree: Tree) -> Layout:
    """Return where the nodes of a tree stand: its words at height 0, at 0, 1, 2, ...

    Raises:
        ValueError: If it is no tree.
    """
    nodes, edges = nodes_of(tree), []
    places: list[tuple[float, float]] = []
    below: list[int] = []  # nodes that wait for their parent
    words = 0
    for k, node in enumerate(nodes):
        if isinstance(node, str):
            places.append((float(words), 0.0))
            words += 1
        else:
            right, left = below.pop(), below.pop()
            (x, y), (to_x, to_y) = places[left], places[right]
            places.append(((x + to_x) / 2, 1 + max(y, to_y)))
            edges += [(k, left), (k, right)]
        below.append(k)
    return Layout(nodes, places, edges)


def brackets(tree: Tree) -> str:
    """Return a tree as a line, each pair in brackets.

    Raises:
        ValueError: If it is no tree.
    """
    below: list[str] = []
    for node in nodes_of(tree):
        if isinstance(node, str):
            below.append(node)
        else:
            right, left = below.pop(), below.pop()
            below.append(f"({left} {right})")
    return below[0]
