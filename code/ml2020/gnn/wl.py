"""The test of Weisfeiler and Leman: nodes get colours, and colours of colours.

Chapter: book/gnn_spatial.md
Source:  Weisfeiler and Leman (1968), as told by Xu, Hu, Leskovec and Jegelka (2019),
         section 2, https://arxiv.org/abs/1810.00826
"""

from collections import Counter
from collections.abc import Sequence

from ml2020.gnn.graph import Graph, union
from ml2020.support.checks import check_at_least


def refined(colours: Sequence[int], graph: Graph) -> list[int]:
    """Return new colours: equal for equal nodes with equal neighbours, and only then.

    Args:
        colours: One for each node.
        graph: Who hears whom.

    Raises:
        ValueError: If there is not a colour for each node.
    """
    check_colours(colours, graph)
    near: list[list[int]] = [[] for _ in colours]
    for sender, receiver in graph.edges.T.tolist():
        near[receiver].append(colours[sender])
    pairs = [(c, tuple(sorted(n))) for c, n in zip(colours, near, strict=True)]
    names = {pair: k for k, pair in enumerate(sorted(set(pairs)))}
    return [names[pair] for pair in pairs]


def told_apart(one: Graph, other: Graph, rounds: int) -> int | None:
    """Return after how many rounds the colours of two graphs differ, None if never.

    All nodes begin with the same colour, so graphs that differ in their number of nodes
    do after 0 rounds. None says little: the graphs may differ all the same.

    Args:
        one: A graph.
        other: Another one.
        rounds: How many to try, 0 or more; after as many as there are nodes nothing
            changes any more.

    Raises:
        ValueError: If rounds is negative.
    """
    check_at_least("rounds", rounds, 0)
    both, _ = union([one, other])
    colours = [0] * both.nodes
    for t in range(rounds + 1):
        first, second = colours[: one.nodes], colours[one.nodes :]
        if Counter(first) != Counter(second):
            return t
        colours = refined(colours, both)
    return None


def check_colours(colours: Sequence[int], graph: Graph) -> None:
    """Raise a ValueError unless there is a colour for each node."""
    if len(colours) != graph.nodes:
        raise ValueError(f"colours has {len(colours)}: give {graph.nodes}, one a node")
