"""The Laplacian: degrees minus adjacency, and what it says of numbers on the nodes.

Chapter: book/gnn_spectral.md
Source:  Shuman, Narang, Frossard, Ortega and Vandergheynst (2013), section II,
         https://arxiv.org/abs/1211.0053
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_sums, check_weights


def laplacian(A: Float[Tensor, "nodes nodes"]) -> Float[Tensor, "nodes nodes"]:
    """Return D - A.

    Args:
        A: The weights of the edges, symmetric, not negative; a self-loop cancels out.

    Raises:
        ValueError: If A is empty, not symmetric, negative, no number, or so large
            that a degree overflows.
    """
    check_weights(A)
    check_sums("A", A)
    D = torch.diag(A.sum(dim=1))
    return D - A


def normalised_laplacian(
    A: Float[Tensor, "nodes nodes"],
) -> Float[Tensor, "nodes nodes"]:
    """Return I - D^(-1/2) A D^(-1/2), whose eigenvalues lie between 0 and 2.

    A node without edges has a 1 on the diagonal, as in torch_geometric.

    Args:
        A: The weights of the edges, symmetric, not negative.

    Raises:
        ValueError: If A is empty, not symmetric, negative, no number, or so large
            that a degree overflows.
    """
    return torch.eye(len(A)).to(A) - balanced(A)


def balanced(A: Float[Tensor, "nodes nodes"]) -> Float[Tensor, "nodes nodes"]:
    """Return D^(-1/2) A D^(-1/2): each weight over the root of both degrees.

    Args:
        A: The weights of the edges, symmetric, not negative.

    Raises:
        ValueError: If A is empty, not symmetric, negative, no number, or so large
            that a degree overflows.
    """
    check_weights(A)
    check_sums("A", A)
    d = A.sum(dim=1)
    root = d.where(d > 0, 1).rsqrt()  # without edges there is 0 to divide
    return root[:, None] * A * root


def smoothness(
    A: Float[Tensor, "nodes nodes"], f: Float[Tensor, " nodes"]
) -> Float[Tensor, ""]:
    """Return f^T L f, the sum over all edges of weight times squared difference.

    Args:
        A: The weights of the edges, symmetric, not negative.
        f: A number for each node.

    Raises:
        ValueError: If A is empty, not symmetric, negative, no number, or so large
            that a degree overflows.
    """
    return f @ laplacian(A) @ f
