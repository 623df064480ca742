"""Trees: a word, or a pair of trees; and what is no tree.

Chapter: book/recursive.md
Source:  the table of parents is the form of the Stanford sentiment treebank, Socher et
         al. (2013), https://aclanthology.org/D13-1170
"""

from collections.abc import Sequence
from typing import Any

from ml2020.support.checks import check_words

Tree = str | tuple[Any, Any]  # a word, or a pair of trees


def nodes_of(tree: Tree) -> list[Tree]:
    """Return all nodes, from the left, a pair behind both of its parts.

    Raises:
        ValueError: If a node is neither a word nor a pair.
    """
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        check_node(node)
        found.append(node)
        if isinstance(node, tuple):
            waiting += node
    return found[::-1]


def words_of(tree: Tree) -> list[str]:
    """Return the words of a tree, from the left.

    Raises:
        ValueError: If it is none.
    """
    return [node for node in nodes_of(tree) if isinstance(node, str)]


def left_branching(words: Sequence[str]) -> Tree:
    """Return the tree that takes the words one by one, from the left.

    Raises:
        ValueError: If there is no word.
    """
    check_words(words)
    tree: Tree
    tree, *others = words
    for word in others:
        tree = (tree, word)
    return tree


def right_branching(words: Sequence[str]) -> Tree:
    """Return the tree that takes the words one by one, from the right.

    Raises:
        ValueError: If there is no word.
    """
    check_words(words)
    tree: Tree
    *others, tree = words
    for word in reversed(others):
        tree = (word, tree)
    return tree


def balanced(words: Sequence[str]) -> Tree:
    """Return the tree that halves the words, and the halves; the left is the longer.

    Raises:
        ValueError: If there is no word.
    """
    check_words(words)
    middle = (len(words) + 1) // 2
    if middle == len(words):
        return words[0]
    return balanced(words[:middle]), balanced(words[middle:])


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


def check_node(node: object) -> None:
    """Refuse what is neither a word nor a pair.

    Raises:
        ValueError: If it is not.
    """
    if not isinstance(node, str) and not (isinstance(node, tuple) and len(node) == 2):
        raise ValueError(f"tree has the node {node!r}: give words, and pairs of trees")


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
