"""SNE: stay as likely a neighbour on the map as among the points themselves.

What is called in each round has no annotations of shapes.

Chapter: book/neighbor_embedding.md
Source:  Hinton and Roweis (2003), equations 2 to 5; the symmetric form is that of
         van der Maaten and Hinton (2008), section 3.1
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.neighbor_embedding.perplexity import shares_at, squared_distances


def divergence(P: Float[Tensor, "n n"], Q: Float[Tensor, "n n"]) -> Float[Tensor, ""]:
    """Return KL(P || Q), summed over all pairs; where P is 0 nothing is added."""
    return (torch.xlogy(P, P) - torch.xlogy(P, Q.where(P > 0, 1))).sum()


def sne_shares(Z: Tensor) -> Tensor:
    """Return q(j | i) on the map: Gaussians, all of one width; Z is (n, count)."""
    return shares_at(squared_distances(Z), torch.ones_like(Z[:, 0]))


def sne_slope(P: Tensor, Z: Tensor) -> Tensor:
    """Return the slope of sum_i KL(P_i || Q_i), one row a point.

    Args:
        P: The conditional shares p(j | i), (n, n).
        Z: The map, (n, count).
    """
    gap = P - sne_shares(Z)
    pull = gap + gap.T
    return 2 * (pull.sum(dim=1, keepdim=True) * Z - pull @ Z)


def symmetric_shares(Z: Tensor) -> Tensor:
    """Return q_ij with exp(-|z_i - z_j|^2), over all pairs; Z is (n, count)."""
    near = torch.exp(-squared_distances(Z))
    near = near - torch.diag(near.diagonal())
    return near / near.sum()


def symmetric_slope(P: Tensor, Z: Tensor) -> Tensor:
    """Return the slope of KL(P || Q), with the Gaussian on the map, one row a point.

    Args:
        P: The joint shares p_ij, (n, n).
        Z: The map, (n, count).
    """
    pull = P - symmetric_shares(Z)
    return 4 * (pull.sum(dim=1, keepdim=True) * Z - pull @ Z)
