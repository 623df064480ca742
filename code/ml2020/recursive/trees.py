"""Trees: a word, or a pair of trees; and three trees over any words.

Chapter: book/recursive.md
Source:  Shi et al. (2018), trivial trees, https://doi.org/10.18653/v1/D18-1492
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
        found.append(node)
        if isinstance(node, tuple):
            waiting += node
    check_nodes_of(found)
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


def check_nodes_of(nodes: Sequence[object]) -> None:
    """Refuse what is neither a word nor a pair.

    Raises:
        ValueError: If a node is not.
    """
    for node in nodes:
        if isinstance(node, str) or (isinstance(node, tuple) and len(node) == 2):
            continue
        raise ValueError(f"tree has the node {node!r}: give words, and pairs of trees")
