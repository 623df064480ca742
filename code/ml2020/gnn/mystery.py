"""The murder mystery: guests, their friends, one victim, three armed, one killer.

Chapter: book/gnn_spatial.md
Source:  Lee (2020) asks who did it, of characters and their relations; the rule here is
         the chapter's own
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.gnn.graph import Graph, undirected, union
from ml2020.gnn.rings import rings
from ml2020.support.checks import check_at_least, check_shape

GUESTS, FRIENDS = 14, 3  # at each party; each guest has as many friends


class Cases(NamedTuple):
    """Parties one after the other, their guests numbered through."""

    X: Float[Tensor, "guests 2"]  # 1 for the victim, else 0; 1 for the armed, else 0
    graph: Graph  # friends, of all parties
    killers: Int[Tensor, " parties"]  # the place of the killer at each party, 0 to 13


def mysteries(parties: int, *, generator: torch.Generator | None = None) -> Cases:
    """Return parties drawn by one rule.

    Each guest has three friends, drawn until all know each other over friends. Three
    guests are armed, no two of them friends: a friend of the victim, a friend of a
    friend, and somebody farther off. The killer is the one in the middle.

    Args:
        parties: How many, 1 or more.
        generator: Seed it to draw the same parties again.

    Raises:
        ValueError: If there is no party.
    """
    check_at_least("parties", parties, 1)
    graphs, rows, killers = [], [], []
    while len(graphs) < parties:
        graph = _friends(generator)
        armed = _armed(graph, generator)
        if armed is None:  # somebody is cut off, or the armed are friends
            continue
        X = torch.zeros(GUESTS, 2, dtype=torch.float32)
        X[0, 0] = 1  # the victim comes first, and is then shuffled among the others
        X[armed, 1] = 1
        shuffle = torch.randperm(GUESTS, generator=generator)
        graphs.append(undirected(shuffle[graph.edges], GUESTS))
        rows.append(X[shuffle.argsort()])
        killers.append(shuffle[armed[1]])
    return Cases(torch.cat(rows), union(graphs)[0], torch.stack(killers))


def solved(
    scores: Float[Tensor, " guests"], killers: Int[Tensor, " parties"]
) -> Float[Tensor, " parties"]:
    """Return the share of each case that is solved by accusing who scores highest.

    Of several who share the highest score one is accused by chance: a half, a third.

    Args:
        scores: How suspicious each guest is.
        killers: The place of the killer at each party.

    Raises:
        ValueError: If there are not as many scores as guests.
    """
    check_shape("scores", scores, (GUESTS * len(killers),))
    table = scores.view(len(killers), GUESTS)
    accused = (table == table.amax(dim=1, keepdim=True)).to(scores.dtype)
    right = accused.gather(1, killers[:, None])[:, 0]
    return right / accused.sum(dim=1)


def _friends(generator: torch.Generator | None) -> Graph:
    """Return a graph in which each guest has three hands, tied by chance.

    Some may be tied to the same guest twice, or to one's own.
    """
    hands = torch.arange(GUESTS).repeat_interleave(FRIENDS)
    ties = hands[torch.randperm(len(hands), generator=generator)].view(2, -1)
    return undirected(ties, GUESTS)


def _armed(graph: Graph, generator: torch.Generator | None) -> list[int] | None:
    """Return an armed guest at distance 1, 2 and 3 or more of guest 0, if it can be."""
    if (
        graph.edges.shape[1] != GUESTS * FRIENDS
        or (graph.edges[0] == graph.edges[1]).any()
    ):
        return None
    distance = torch.full((GUESTS,), -1)
    for k, ring in enumerate(rings(graph, GUESTS - 1), start=1):
        distance[ring.receivers[ring.senders == 0]] = k
    at = [distance == 1, distance == 2, distance >= 3]
    if (distance[1:] < 0).any() or not all(mask.any() for mask in at):
        return None
    armed = []
    for mask in at:
        places = mask.nonzero()[:, 0]
        pick = torch.randint(len(places), (1,), generator=generator)
        armed.append(int(places[pick]))
    tied = {(u, v) for u, v in graph.edges.T.tolist()}
    if any((u, v) in tied for u in armed for v in armed):
        return None
    return armed
