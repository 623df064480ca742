"""Separation: planes along which the loss falls for ever, so that no theta is best.

Chapter: book/logistic_regression_binary.md
Source:  Albert and Anderson (1984), for data that a plane separates, wholly or but for
         the examples on it, https://doi.org/10.1093/biomet/71.1.1; the search is the
         nonnegative least squares of Lawson and Hanson (1974), chapter 23.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features, check_labels

ON = 1e-10  # an example that is less than this on the wrong side lies on the plane
NOTHING = 0.5  # a sum shorter than this is 0: see `is_separated`


def is_separated(X: Float[Tensor, "n features"], y_hat: Float[Tensor, " n"]) -> bool:
    """Return whether a plane has no label on its wrong side, and one on its right.

    Then the loss falls for ever along its theta, and none is best. An example with a
    label between 0 and 1 must lie on the plane.

    Let a_n be the row of an example, times -1 for class 2, in both signs for a label
    between. Either a plane has all a_n theta >= 0, and not all 0; or weights c_n of 1
    or more balance the rows: sum c_n a_n = 0 (Stiemke). At the best theta of logistic
    regression the errors are such weights. So make that sum as short as it can be: it
    is 0, or it is such a theta itself, and then, if the columns of X are orthonormal,
    its length is at least 1.

    Args:
        X: One row an example; a column of ones makes room for the bias. Centre columns
            that lie far from 0.
        y_hat: 1 for class 1, 0 for class 2.

    Raises:
        ValueError: If there is no example, a number is not finite, or a label is
            outside [0, 1].
    """
    check_features("X", X)
    check_labels(y_hat)
    Q = orthonormal(X.double())
    A = torch.cat([Q[y_hat > 0], -Q[y_hat < 1]])
    more, r, last = A.new_zeros(len(A)), A.sum(dim=0), torch.inf  # more is c - 1
    while NOTHING < (length := r.norm().item()) < last:  # it shrinks, but for rounding
        sides, last = A @ r, length
        if sides.min() >= -ON:
            return True
        more = shorten(A, more, sides.argmin())
        r = A.sum(dim=0) + more @ A
    return False


def orthonormal(X: Tensor) -> Tensor:
    """Return columns of length 1, at right angles, with the planes that X has."""
    size = X.abs().amax(dim=0)
    U, S, _ = torch.linalg.svd(X / size.where(size > 0, 1.0), full_matrices=False)
    return U[:, S > max(X.shape) * torch.finfo(S.dtype).eps * S.max()]


def shorten(A: Tensor, more: Tensor, new: Tensor) -> Tensor:
    """Return the extra weights when one more example may have some: all 0 or more.

    The sum A^T (1 + more) becomes as short as those that have some allow.
    """
    used = (more > 0).index_fill(0, new, value=True)
    while True:
        best = torch.zeros_like(more)
        best[used] = torch.linalg.lstsq(A[used].T, -A.sum(dim=0)).solution
        if best.min() >= 0:
            return best
        # Go towards it until the first has nothing left, and do without that one.
        reach = (more / (more - best)).where(best < 0, torch.inf)
        first = reach.argmin()
        more = (more + reach[first] * (best - more)).index_fill(0, first, 0.0)
        used = used.index_fill(0, first, value=False)
