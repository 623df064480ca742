"""ALS: with the traits fixed each person's tastes are a regression, and in turn.

Chapter: book/linear_methods_factors.md
Source:  Koren, Bell and Volinsky (2009), https://doi.org/10.1109/MC.2009.263
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.linear_methods.factorisation import Factors, factor_loss
from ml2020.support.checks import check_at_least, check_positive, check_rated

Table = Float[Tensor, "rows columns"]
Known = Bool[Tensor, "rows columns"]


def solved_rows(
    R: Table, seen: Known, Q: Float[Tensor, "columns K"], ridge: float
) -> tuple[Float[Tensor, "rows K"], Float[Tensor, " rows"]]:
    """Return the tastes and the bias of each row, by ridge regression on its known.

    Args:
        R: What they have to explain: ratings less what is fixed.
        seen: Which are known.
        Q: The traits of the columns, which stay fixed.
        ridge: What the squares cost, above 0.

    Raises:
        ValueError: If the ridge is not positive.
    """
    check_positive("ridge", ridge)
    A = torch.cat([Q, Q.new_ones(len(Q), 1)], dim=1)  # the last one is the bias
    S = seen.to(A)
    left = torch.einsum("ij,jk,jl->ikl", S, A, A)
    left = left + ridge * torch.eye(A.shape[1]).to(A)
    right = (R.where(seen, 0)) @ A
    solution = torch.linalg.solve(left, right)
    return solution[:, :-1], solution[:, -1]


def als(
    start: Factors, N: Table, seen: Known, ridge: float, rounds: int
) -> tuple[Factors, Float[Tensor, " rounds_and_1"]]:
    """Return where rounds of regressions lead, and the loss before each and after.

    The mean mu stays as it is.

    Args:
        start: The first factors; those of the people are not used.
        N: The ratings.
        seen: Which are known.
        ridge: What the squares of the factors cost, above 0.
        rounds: How often the people and then the characters are solved for.

    Raises:
        ValueError: If somebody is unrated, or a setting is out of range.
    """
    check_rated(N, seen)
    check_at_least("rounds", rounds, 1)
    f, path = start, [factor_loss(start, N, seen, ridge)]
    for _ in range(rounds):
        P, b = solved_rows(N - f.mu - f.c, seen, f.Q, ridge)
        Q, c = solved_rows((N - f.mu - b[:, None]).T, seen.T, P, ridge)
        f = Factors(P, Q, b, c, f.mu)
        path.append(factor_loss(f, N, seen, ridge))
    return f, torch.stack(path)
