"""AUC: how often a score that should be high is above one that should be low.

Chapter: book/gnn_tasks.md
Source:  Hanley and McNeil (1982), The meaning and use of the area under a receiver
         operating characteristic (ROC) curve, Radiology 143(1)
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite


def auc(high: Float[Tensor, " yes"], low: Float[Tensor, " no"]) -> Float[Tensor, ""]:
    """Return how often a score that should be high is above one that should be low.

    Equal scores count as half. It is the area under the ROC curve: 1 is perfect, a half
    is chance.

    Raises:
        ValueError: If there is none of one kind, or one is NaN or infinite.
    """
    for name, scores in (("high", high), ("low", low)):
        check_filled(name, scores, "score")
        check_finite(name, scores, "train anew with a lower rate")
    order = low.sort().values
    below = torch.searchsorted(order, high)
    at_most = torch.searchsorted(order, high, right=True)
    return ((below + at_most).double().mean() / (2 * len(low))).to(high.dtype)
