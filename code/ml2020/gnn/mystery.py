"""The murder mystery: guests, their friends, one victim, three armed, one killer.

Chapter: book/gnn_spatial.md
Source:  Lee (2020) asks who did it, of characters and their relations; the rule here is
         the chapter's own
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.gnn.graph import Graph, undirected
from ml2020.support.checks import check_at_least, check_shape

GUESTS, FRIENDS = 14, 3  # at each party; each guest has as many friends
SLACK = 1e-4  # two scores that differ by less are the same


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
    ends: list[Tensor] = []
    rows: list[Tensor] = []
    killers: list[int] = []
    while len(ends) < parties:
        hands = torch.arange(GUESTS).repeat_interleave(FRIENDS)
        ties = hands[torch.randperm(len(hands), generator=generator)].view(2, -1)
        victim = int(torch.randint(GUESTS, (1,), generator=generator))
        armed = _armed(ties.T.tolist(), victim, generator)
        if not armed:
            continue
        X = torch.zeros(GUESTS, 2, dtype=torch.float32)
        X[victim, 0] = 1
        X[armed, 1] = 1
        ends.append(ties + GUESTS * len(ends))
        rows.append(X)
        killers.append(armed[1])
    friends = undirected(torch.cat(ends, dim=1), GUESTS * parties)
    return Cases(torch.cat(rows), friends, torch.tensor(killers, dtype=torch.long))


def solved(
    scores: Float[Tensor, " guests"], killers: Int[Tensor, " parties"]
) -> Float[Tensor, " parties"]:
    """Return how far each case is solved by accusing who scores highest: 1 or 0.

    Of several who share the highest score one is accused by chance: a half, a third.
    Scores share it that are less than a ten-thousandth apart: rounding may do that.

    Args:
        scores: How suspicious each guest is.
        killers: The place of the killer at each party.

    Raises:
        ValueError: If there are not as many scores as guests, or a killer's place is
            not one of 0 to 13.
    """
    check_shape("scores", scores, (GUESTS * len(killers),))
    check_killers(killers)
    table = scores.view(len(killers), GUESTS)
    accused = (table > table.amax(dim=1, keepdim=True) - SLACK).to(scores.dtype)
    right = accused.gather(1, killers[:, None])[:, 0]
    return right / accused.sum(dim=1)


def check_killers(killers: Tensor) -> None:
    """Raise a ValueError at a place that no guest of a party has."""
    if not ((killers >= 0) & (killers < GUESTS)).all():
        raise ValueError(f"killers is outside 0 to {GUESTS - 1}: count each party anew")


def _armed(
    ties: list[list[int]], victim: int, generator: torch.Generator | None
) -> list[int]:
    """Return an armed guest at distance 1, 2 and 3 or more of the victim.

    There is none if a guest is tied to one's own, or twice to the same, if somebody is
    cut off or nobody at a distance, or if two of those drawn are friends.
    """
    friends: list[set[int]] = [set() for _ in range(GUESTS)]
    for u, v in ties:
        friends[u].add(v)
        friends[v].add(u)
    if any(u in near or len(near) < FRIENDS for u, near in enumerate(friends)):
        return []
    first = friends[victim]
    second = set().union(*(friends[u] for u in first)) - first - {victim}
    reached = {victim} | first | second
    third = set(range(GUESTS)) - reached
    for _ in range(GUESTS):
        reached = reached.union(*(friends[u] for u in reached))
    if len(reached) < GUESTS or not second or not third:
        return []
    draw = torch.rand(FRIENDS, generator=generator, dtype=torch.float32).tolist()
    circles = [sorted(circle) for circle in (first, second, third)]
    armed = [c[int(p * len(c))] for c, p in zip(circles, draw, strict=True)]
    return [] if any(u in friends[v] for u in armed for v in armed) else armed
