"""Cross entropy: how surprised one is who believes q while p is true.

Chapter: book/logistic_regression_binary.md
Source:  Cover and Thomas (2006), sections 2.1 and 2.3,
         https://doi.org/10.1002/047174882X
"""

from jaxtyping import Float
from torch import Tensor, xlogy

from ml2020.support.checks import check_filled

CLOSE = 1e-6  # how far the sum of a distribution may be from 1


def entropy(p: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n"]:
    """Return H(p), the mean surprise of one who believes the truth, in nats.

    Args:
        p: A distribution in each row; its probabilities add up to 1.

    Raises:
        ValueError: If p is empty or no distribution.
    """
    check_distribution("p", p)
    return -xlogy(p, p).sum(dim=-1)


def cross_entropy(
    p: Float[Tensor, "*n classes"],
    q: Float[Tensor, "*n classes"],
) -> Float[Tensor, "*n"]:
    """Return H(p, q), the mean surprise of one who believes q while p is true.

    Args:
        p: The true distribution in each row, for example a one-hot label.
        q: The believed one.

    Raises:
        ValueError: If p or q is empty or no distribution, or q excludes what p allows.
    """
    check_belief(p, q)
    return -xlogy(p, q).sum(dim=-1)  # p ln q, and 0 where p is 0


def kl(
    p: Float[Tensor, "*n classes"],
    q: Float[Tensor, "*n classes"],
) -> Float[Tensor, "*n"]:
    """Return KL(p || q), the part of the surprise that believing p would have saved.

    Raises:
        ValueError: If p or q is empty or no distribution, or q excludes what p allows.
    """
    check_belief(p, q)
    return (xlogy(p, p) - xlogy(p, q)).sum(dim=-1)


def check_belief(p: Tensor, q: Tensor) -> None:
    """Refuse a belief q that has no finite surprise in the world p.

    Raises:
        ValueError: If p or q is empty or no distribution, or q excludes what p allows.
    """
    check_distribution("p", p)
    check_distribution("q", q)
    if ((q == 0) & (p > 0)).any():
        raise ValueError("q is 0 where p is not: compute the loss from logits")


def check_distribution(name: str, p: Tensor) -> None:
    """Refuse rows that are no distributions.

    Raises:
        ValueError: If there is none, a number is outside [0, 1] or NaN, or a row does
            not add up to 1.
    """
    check_filled(name, p, "distribution")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"{name} is outside [0, 1]: give probabilities")
    if not ((p.sum(dim=-1) - 1).abs() < CLOSE).all():
        raise ValueError(f"{name} does not add up to 1: divide by its sum")
