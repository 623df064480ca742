"""Saliency: what the loss is expected to rise by if a weight becomes 0.

Chapter: book/compression_prune.md
Source:  LeCun, Denker and Solla (1990), Optimal Brain Damage
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call, jacrev, vmap

from ml2020.compression.pruning import Masks, unmasked
from ml2020.support.checks import check_filled, check_finite, check_like, check_masks

CHUNK = 25  # examples whose slopes are held at a time


def saliencies(
    model: nn.Module, X: Tensor, masks: Mapping[str, Tensor] | None = None
) -> Masks:
    """Return what the loss is expected to rise by if a weight becomes 0 (OBD).

    It is half the curvature times the square of the weight; -inf where a mask is 0. The
    curvature is that of Gauss and Newton for cross-entropy: the mean over the examples
    and over the classes, weighted with what the network says, of the squared slope of a
    class's log-probability.

    Args:
        model: Its last layer gives scores of classes.
        X: Examples, a row each.
        masks: What has gone already.

    Raises:
        ValueError: If there is no example, or one is NaN or infinite.
    """
    check_filled("X", X)
    check_finite("X", X)
    check_masks(model, masks or {})
    check_like("X", X, "model's weights", next(model.parameters()))
    weights = {n: w.detach() for n, w in model.named_parameters()}
    pruned = {n: w for n, w in weights.items() if w.ndim > 1}

    def log_p(part: Masks, x: Tensor) -> Tensor:
        says: Tensor = functional_call(model, weights | part, (x[None],))
        return says[0].log_softmax(dim=0)

    h = {name: torch.zeros_like(w) for name, w in pruned.items()}
    for seen in X.split(CHUNK):  # type: ignore[no-untyped-call]
        p = vmap(log_p, (None, 0))(pruned, seen).exp()
        slopes = vmap(jacrev(log_p), (None, 0))(pruned, seen)
        for name, slope in slopes.items():
            h[name] += torch.einsum("nc,nc...->...", p, slope**2) / len(X)
    found = {name: h[name] * w**2 / 2 for name, w in pruned.items()}
    return unmasked(found, masks or {})
