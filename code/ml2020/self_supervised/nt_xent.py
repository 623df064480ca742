"""NT-Xent: each view has to find the other view of its picture among all views.

Chapter: book/self_supervised.md
Source:  Chen, Kornblith, Norouzi and Hinton (2020), equation 1,
         https://arxiv.org/abs/2002.05709
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite, check_positive

TAU = 0.2  # between the paper's 0.1 and 0.5


def similarity(z: Float[Tensor, "n d"]) -> Float[Tensor, "n n"]:
    """Return the cosine of the angle between each two rows; 0 with a row of zeros.

    Raises:
        ValueError: If there is no row, or a number is NaN or infinite.
    """
    check_filled("z", z, "row")
    check_finite("z", z, "lower the rate")
    u = F.normalize(z, dim=1)
    return u @ u.T


def partners(n: int) -> Int[Tensor, " n"]:
    """Return of each view where the other one of its picture stands.

    The first views of all pictures come first, then the second ones.

    Args:
        n: How many views there are, an even number, 4 or more.

    Raises:
        ValueError: If it is odd, or there are fewer than two pictures.
    """
    check_pairs_of(n)
    return torch.arange(n).roll(n // 2)


def nt_xent(
    z: Float[Tensor, "n d"], tau: float = TAU, *, unit: bool = True
) -> Float[Tensor, ""]:
    """Return the mean cross entropy of finding the other view, over all 2N views.

    Args:
        z: The first views of N pictures, then the second ones, N at least 2.
        tau: The temperature, positive.
        unit: Compare directions; without it, products of the rows as they are.

    Raises:
        ValueError: If there is one picture or none, tau is not positive, or a number
            is NaN or infinite.
    """
    check_contrast(z, tau)
    s = (similarity(z) if unit else z @ z.T) / tau
    s = s.masked_fill(
        torch.eye(len(z), dtype=torch.bool, device=z.device),
        -torch.inf,
    )
    return F.cross_entropy(s, partners(len(z)).to(z.device))


def attraction(z: Float[Tensor, "n d"]) -> Float[Tensor, ""]:
    """Return minus the mean cosine of partners: the same wish, without negatives.

    Raises:
        ValueError: If there is one picture or none, or a number is NaN or infinite.
    """
    return (
        -similarity(z)
        .gather(
            1,
            partners(len(z))[:, None].to(z.device),
        )
        .mean()
    )


def check_pairs_of(n: int) -> None:
    """Refuse views that are not two of each of several pictures.

    Raises:
        ValueError: If their number is odd, or below 4.
    """
    if n % 2 or n < 4:
        raise ValueError(f"z has {n} views: give two of each of 2 or more pictures")


def check_contrast(z: Tensor, tau: float) -> None:
    """Refuse what cannot be compared.

    Raises:
        ValueError: If tau is not positive, or there are too few views.
    """
    check_positive("tau", tau)
    check_pairs_of(len(z))
