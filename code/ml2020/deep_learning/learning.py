"""Learning: loss, gradient and steps for a network that names classes.

A step takes the gradient from anywhere. Here autograd finds it.

Chapter: book/deep_learning.md
Source:  Lee (2020), steps 2 and 3: cross entropy, summed up, and gradient descent
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.deep_learning.forward_pass import Bend, forward
from ml2020.deep_learning.layers import Layer
from ml2020.logistic_regression import softmax_loss
from ml2020.support.checks import check_finite, check_positive, check_shape


def network_loss(
    layers: Sequence[Layer],
    bends: Sequence[Bend],
    X: Float[Tensor, "n features"],
    labels: Int[Tensor, " n"],
) -> Float[Tensor, ""]:
    """Return the cross entropy of all examples, summed up.

    Args:
        layers: The network; it gives a score for each class.
        bends: What bends each layer; the last one is usually `straight`, since the
            softmax is part of the loss.
        X: One row an example.
        labels: The right class of each, 0 to classes - 1.

    Raises:
        ValueError: If the network refuses X, or labels are too many or no classes.
    """
    check_shape("labels", labels, (len(X),))
    scores = forward(X, layers, bends).a[-1]
    return softmax_loss(scores, labels)


def autograd_gradient(
    layers: Sequence[Layer],
    bends: Sequence[Bend],
    X: Float[Tensor, "n features"],
    labels: Int[Tensor, " n"],
) -> list[Layer]:
    """Return the derivative of the mean loss by each number of a network, by autograd.

    Args:
        layers: The network; it stays as it is.
        bends: What bends each layer.
        X: One row an example.
        labels: The right class of each.

    Raises:
        ValueError: If the network refuses X, labels are too many or no classes, or a
            bend lets no gradient through.
    """
    check_bends(bends)
    with torch.enable_grad():
        watched = [
            Layer(W.detach().requires_grad_(), b.detach().requires_grad_())
            for W, b in layers
        ]
        loss = network_loss(watched, bends, X, labels) / len(X)
    slopes = torch.autograd.grad(loss, [p for both in watched for p in both])
    pairs = zip(slopes[::2], slopes[1::2], strict=True)
    return [Layer(*pair) for pair in pairs]


def check_bends(bends: Sequence[Bend]) -> None:
    """Refuse a bend behind which no gradient comes back.

    Raises:
        ValueError: If one takes its numbers out of torch's graph.
    """
    with torch.enable_grad():
        probe = torch.zeros(1, 1, dtype=torch.float32, requires_grad=True)
        for k, bend in enumerate(bends):
            if not getattr(bend(probe), "requires_grad", False):
                raise ValueError(
                    f"bends[{k}] lets no gradient through: compute in torch, and do"
                    " not detach"
                )


def one_step(
    layers: Sequence[Layer], slopes: Sequence[Layer], lr: float
) -> list[Layer]:
    """Return the network after one step of gradient descent.

    Args:
        layers: The network; it stays as it is.
        slopes: The derivative of the loss by its numbers, in its shape.
        lr: The learning rate, positive.

    Raises:
        ValueError: If the rate is not positive, the slopes are not those of such a
            network, or a layer would get NaN or infinity: the first that would is
            named.
    """
    check_step(layers, slopes, lr)
    pairs = zip(layers, slopes, strict=True)
    return [Layer(W - lr * dW, b - lr * db) for (W, b), (dW, db) in pairs]


def check_step(layers: Sequence[Layer], slopes: Sequence[Layer], lr: float) -> None:
    """Refuse a step that leads out of the numbers.

    Raises:
        ValueError: If the rate is not positive, shapes differ, or the step makes a
            number that is NaN or infinite.
    """
    check_positive("lr", lr)
    if len(slopes) != len(layers):
        raise ValueError(f"slopes has {len(slopes)}: give {len(layers)}, one a layer")
    for k, (layer, slope) in enumerate(zip(layers, slopes, strict=True)):
        for name in Layer._fields:
            p, dp = getattr(layer, name), getattr(slope, name)
            check_shape(f"slopes[{k}].{name}", dp, tuple(p.shape))
            check_finite(f"slopes[{k}].{name}", dp, "lower the learning rate")
            if not (p - lr * dp).isfinite().all():
                raise ValueError(
                    f"lr is {lr}, layers[{k}].{name} gets NaN or infinity: lower it"
                )
