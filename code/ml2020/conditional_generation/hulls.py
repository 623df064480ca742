"""Hulls: the points whose polygon encloses all others, found by wrapping.

Chapter: book/conditional_generation_pointing.md
Source:  gift wrapping, Jarvis (1973), https://doi.org/10.1016/0020-0190(73)90020-3; as
         a task of pointing Vinyals, Fortunato and Jaitly (2015), section 3.1,
         https://arxiv.org/abs/1506.03134
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled, check_finite

END = 0  # the place that says: the polygon is closed; the points are 1, 2, ...
FLAT = 1e-9  # a turn of less, of points in a square of side 1, is none
NEAR = 1e-6  # points nearer than that, likewise, are hardly apart


def turns(P: Tensor, o: Tensor) -> Tensor:
    """Return how far one turns left at o, on the way over a to b (batch, n, n).

    Args:
        P: The points (batch, n, 2); row a, column b of what is returned.
        o: Where one stands (batch, 2).
    """
    x, y = (P - o[:, None]).unbind(dim=-1)
    return x[:, :, None] * y[:, None, :] - y[:, :, None] * x[:, None, :]


def next_corner(P: Tensor, here: Tensor) -> Tensor:
    """Return the corner after this one: no point lies to the right of the way there.

    Args:
        P: The points (batch, n, 2).
        here: A corner in each batch, by its row (batch,).

    Of several on one line the farthest is taken.
    """
    o = P[torch.arange(len(P)), here]
    far = (P - o[:, None]).square().sum(dim=-1)
    leaves_all_left = (turns(P, o) >= -FLAT).all(dim=-1) & (far > 0)
    return far.masked_fill(~leaves_all_left, -1.0).argmax(dim=1)


def scaled(P: Tensor) -> Tensor:
    """Return sets moved and scaled, each into a square of side 1 (batch, n, 2).

    Args:
        P: The points (batch, n, 2), in each batch not all alike.
    """
    P = P.double()
    low, high = P.amin(dim=1, keepdim=True), P.amax(dim=1, keepdim=True)
    return (P - low) / (high - low).amax(dim=-1, keepdim=True)


def hulls(P: Float[Tensor, "batch n 2"]) -> Int[Tensor, "batch steps"]:
    """Return the corners of each hull, counter-clockwise, then END, then -100.

    The first corner is the left-most point (of several the lowest). Points that lie
    on an edge are no corners. The unit does not matter: centimetres or metres.

    Args:
        P: Points, in each batch three or more, no two alike, not all on one line.

    Raises:
        ValueError: If there are fewer, two are the same or hardly apart, or they lie
            on one line.
    """
    check_hull(P)
    P = scaled(P)
    lowest = P[..., 0] + 1e-12 * P[..., 1]
    first = lowest.argmin(dim=1)
    walk: list[Tensor]
    here, going, walk = first, torch.ones_like(first, dtype=torch.bool), []
    while going.any() and len(walk) < P.shape[1]:
        walk.append(torch.where(going, here + 1, -100))
        here = next_corner(P, here)
        going = going & (here != first)
    check_closed(going)
    steps = torch.stack([*walk, torch.full_like(first, -100)], dim=1)
    ends = (steps != -100).sum(dim=1)
    steps[torch.arange(len(P)), ends] = END
    return steps


def point_sets(
    n: int, batch: int, *, generator: torch.Generator | None = None
) -> Float[Tensor, "batch n 2"]:
    """Return points drawn evenly in the unit square.

    Args:
        n: How many in a set, 3 or more.
        batch: How many sets, 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there are fewer.
    """
    check_at_least("n", n, 3)
    check_at_least("batch", batch, 1)
    return torch.rand(batch, n, 2, generator=generator, dtype=torch.float32)


def enclosed(P: Tensor, corners: list[int]) -> float:
    """Return the area of the polygon through some points, 0 if it is none.

    Args:
        P: The points (n, 2).
        corners: Numbers from 1 on, in order.
    """
    if len(corners) < 3:
        return 0.0
    x, y = P[torch.tensor(corners, dtype=torch.int64) - 1].double().unbind(dim=1)
    return 0.5 * (x * y.roll(-1) - y * x.roll(-1)).sum().item()


def check_hull(P: Tensor) -> None:
    """Refuse points that enclose nothing.

    Raises:
        ValueError: If there are fewer than 3, two are the same or hardly apart, or all
            lie on a line.
    """
    check_filled("P", P, "set of points")
    check_finite("P", P)
    if P.shape[1] < 3:
        raise ValueError(f"P has {P.shape[1]} points a set: give 3 or more")
    same = (P[:, :, None] == P[:, None]).all(dim=-1)
    if (same.sum(dim=-1) > 1).any():
        raise ValueError("P has the same point twice: leave one out")
    Q = scaled(P)
    apart = (Q[:, :, None] - Q[:, None]).abs().sum(dim=-1)
    if (apart + torch.eye(P.shape[1]).to(apart) < NEAR).any():
        raise ValueError("P has two points hardly apart: leave one out")
    if (turns(Q, Q[:, 0]).abs().amax(dim=(1, 2)) <= FLAT).any():
        raise ValueError("P has a set of points on one line: it encloses nothing")


def check_closed(going: Tensor) -> None:
    """Refuse walks that do not come back.

    Raises:
        ValueError: If one is still on its way.
    """
    if going.any():
        raise ValueError("P has points too near to tell their order: leave one out")
