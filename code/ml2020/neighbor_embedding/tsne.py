"""t-SNE: joint shares, and on the map a likeness that falls slowly.

Chapter: book/neighbor_embedding.md
Source:  van der Maaten and Hinton (2008), equations 4 and 5, and algorithm 1; the
         rounds and the exaggeration are those of van der Maaten (2014), section 5
"""

from functools import partial

from jaxtyping import Float
from torch import Tensor

from ml2020.neighbor_embedding.descent import Slope, descended, still
from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_finite,
    check_positive,
)


def likeness(Z: Tensor) -> Tensor:
    """Return 1 / (1 + |z_i - z_j|^2) for each pair, and 0 for a point with itself.

    Not shape-annotated, as it is called in each round.

    Args:
        Z: The map, (n, count).
    """
    square = (Z**2).sum(dim=1)
    distance2 = square[:, None] + square - 2 * Z @ Z.T
    return (1 / (1 + distance2)).fill_diagonal_(0)


def tsne_shares(Z: Float[Tensor, "n count"]) -> Float[Tensor, "n n"]:
    """Return q_ij, over all pairs."""
    s = likeness(Z)
    return s / s.sum()


def tsne_slope(P: Tensor, Z: Tensor) -> Tensor:
    """Return the slope of KL(P || Q), one row a point.

    Not shape-annotated, as it is called in each round.

    Args:
        P: The joint shares p_ij, (n, n).
        Z: The map, (n, count).
    """
    s = likeness(Z)
    pull = (P - s / s.sum()) * s
    return 4 * (pull.sum(dim=1, keepdim=True) * Z - pull @ Z)


def mapped(
    P: Float[Tensor, "n n"],
    Z: Float[Tensor, "n count"],
    rounds: int = 1000,
    early: int = 250,
    exaggeration: float = 12.0,
    step_size: float = 50.0,
    slope: Slope = tsne_slope,
) -> Float[Tensor, "n count"]:
    """Return the map after descending: first with exaggerated shares, then as they are.

    Args:
        P: The joint shares, symmetric, with sum 1; for `sne_slope` conditional ones.
        Z: Where to begin.
        rounds: How many in all, 0 or more.
        early: How many of them with exaggeration, and with momentum 0.5; then 0.8.
        exaggeration: What P is multiplied by at first, positive; 1 is none.
        step_size: Positive, in squared units of the map; 50 is scikit-learn's, up to
            2,400 points.
        slope: Of what: `tsne_slope`, `symmetric_slope` or `sne_slope`.

    Raises:
        ValueError: If P holds no shares, or a setting is out of range,
            or so large that the map flies apart.
    """
    check_features("Z", Z)
    check_joint(P)
    check_at_least("rounds", rounds, 0)
    check_at_least("early", early, 0)
    check_positive("exaggeration", exaggeration)
    check_positive("step_size", step_size)
    early = min(early, rounds)
    at_first = partial(slope, exaggeration * P)
    state = descended(at_first, still(Z), early, step_size, 0.5)
    check_ran(state.Z, step_size)
    state = descended(partial(slope, P), state, rounds - early, step_size, 0.8)
    check_ran(state.Z, step_size)
    return state.Z - state.Z.mean(dim=0)


def check_ran(Z: Tensor, step_size: float) -> None:
    """Refuse a map that is no map any more.

    Raises:
        ValueError: If a number is not finite.
    """
    if not Z.isfinite().all():
        raise ValueError(f"step_size is {step_size}, Z overflowed: take a smaller one")


def check_joint(P: Tensor) -> None:
    """Refuse shares that are none.

    Raises:
        ValueError: If one is negative or no number.
    """
    check_finite("P", P, "look at the points")
    if (P < 0).any():
        raise ValueError("P is negative: give shares of 0 or more")
