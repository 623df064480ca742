"""Parents: a tree from a table that names the parent of each node; and what is none.

Chapter: book/recursive.md
Source:  the form of the Stanford sentiment treebank, Socher et al. (2013),
         https://aclanthology.org/D13-1170
"""

from collections.abc import Sequence

from ml2020.recursive.trees import Tree
from ml2020.support.checks import check_words


def tree_of_parents(words: Sequence[str], parents: Sequence[int]) -> Tree:
    """Return the tree that a table of parents describes.

    Args:
        words: The leaves, from the left.
        parents: The parent of each node, -1 for the root; words are the first nodes.

    Raises:
        ValueError: If it is no binary tree: there is no root or a second one, a cycle,
            a parent that is a word or not there, or a node without two children.
    """
    check_words(words)
    check_parents_of(len(words), parents)
    children: list[list[int]] = [[] for _ in parents]
    for node, parent in enumerate(parents):
        if parent >= 0:
            children[parent].append(node)
    made: dict[int, tuple[int, Tree]] = {k: (k, word) for k, word in enumerate(words)}
    while len(made) < len(parents):
        ready = [
            node
            for node, parts in enumerate(children)
            if node not in made and made.keys() >= {*parts}
        ]
        check_grows(ready)
        for node in ready:  # the part that begins first is the left one
            (start, left), (_, right) = sorted(
                (made[child] for child in children[node]), key=lambda part: part[0]
            )
            made[node] = start, (left, right)
    return made[list(parents).index(-1)][1]


def check_grows(ready: Sequence[int]) -> None:
    """Refuse nodes of which each waits for another.

    Raises:
        ValueError: If none is ready.
    """
    if not ready:
        raise ValueError("parents has a cycle: let each way up end at the root")


def check_parents_of(words: int, parents: Sequence[int]) -> None:
    """Refuse a table of parents that belongs to no binary tree.

    Raises:
        ValueError: If there is no root or a second one, a parent is a word or not
            there, or a node has other than two children.
    """
    roots, last = list(parents).count(-1), len(parents) - 1
    if roots != 1:
        raise ValueError(f"parents has {roots} roots: give -1 to one node")
    if len(parents) < words or any(not words <= p <= last for p in parents if p != -1):
        raise ValueError(f"parents are not from {words} to {last}: words have no parts")
    for node in range(words, len(parents)):
        count = list(parents).count(node)
        if count != 2:
            raise ValueError(f"parents gives node {node} {count} parts: give it two")
