"""The karate club: 34 members, 78 friendships, and the two clubs that it split into.

Chapter: book/gnn_spatial.md
Source:  Zachary (1977), Journal of Anthropological Research 33(4), as networkx ships it
"""

from functools import cache
from typing import NamedTuple

import networkx  # type: ignore[import-untyped]
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.gnn.graph import Graph, undirected


class Club(NamedTuple):
    """Members 0 (the instructor) to 33 (the officer), and where they went."""

    graph: Graph  # who met whom outside of the club
    clubs: Int[Tensor, " members"]  # 0: the instructor's; 1: the officers'


@cache
def karate() -> Club:
    """Return the club. Treat the tensors as read-only."""
    club = networkx.karate_club_graph()
    pairs = torch.tensor(list(club.edges), dtype=torch.long).T
    sides = [int(club.nodes[v]["club"] != "Mr. Hi") for v in range(len(club))]
    return Club(undirected(pairs, len(club)), torch.tensor(sides, dtype=torch.long))


def places(graph: Graph, seed: int) -> Float[Tensor, "nodes 2"]:
    """Return where to draw the nodes: neighbours pull, all others push.

    Args:
        graph: Its directions count for nothing.
        seed: Of the first places.
    """
    drawn = networkx.Graph()
    drawn.add_nodes_from(range(graph.nodes))
    drawn.add_edges_from(graph.edges.T.tolist())
    spots = networkx.spring_layout(drawn, seed=seed, iterations=200)
    rows = [spots[v].tolist() for v in range(graph.nodes)]
    return torch.tensor(rows, dtype=torch.float32)
