"""Normalise: feature scaling inside a network, by batch or by layer.

Chapter: book/training_tips_training.md
Source:  Ioffe and Szegedy (2015), Algorithms 1 and 2, https://arxiv.org/abs/1502.03167;
         Ba, Kiros and Hinton (2016), equation 3, https://arxiv.org/abs/1607.06450
"""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_scaling, check_several

BATCH, LAYER = -2, -1  # the axis of the examples, and that of the neurons


class Moments(NamedTuple):
    """What sums are normalised by; both keep the axis that was averaged over."""

    mean: Tensor
    variance: Tensor


def moments_of(z: Float[Tensor, "*shape"], dim: int) -> Moments:
    """Return mean and variance along an axis; the variance divides by all, not n - 1.

    Nothing is refused, so that many networks can be run side by side.
    """
    variance = z.var(dim, correction=0, keepdim=True)
    return Moments(z.mean(dim, keepdim=True), variance)


def normalised(
    z: Float[Tensor, "*shape"],
    dim: int,
    eps: float = 1e-5,
    known: Moments | None = None,
) -> Float[Tensor, "*shape"]:
    """Return z with mean 0 and variance 1 along an axis, nearly; nothing is refused.

    Args:
        z: The sums, a row an example.
        dim: BATCH or LAYER.
        eps: Is added to the variance; the default is torch's.
        known: Moments to take instead of those of z: after training, those of the
            training set.
    """
    mean, variance = known or moments_of(z, dim)
    return (z - mean) / (variance + eps).sqrt()


def batch_norm(
    z: Float[Tensor, "n neurons"],
    gamma: Float[Tensor, " neurons"],
    beta: Float[Tensor, " neurons"],
    eps: float = 1e-5,
) -> Float[Tensor, "n neurons"]:
    """Return sums, normalised over the examples of a batch, neuron by neuron.

    Sums that differ by less than the root of eps come out smaller than 1.

    Args:
        z: The sums, a row an example; 2 or more.
        gamma: What each neuron multiplies by then; learned.
        beta: What each neuron adds then; learned.
        eps: Is added to the variance, positive.

    Raises:
        ValueError: If there are fewer than two examples, shapes do not fit, a number is
            NaN or infinite, a variance overflows, or eps is not positive.
    """
    check_several("z", z)
    check_spread(z, BATCH)
    check_scaling(z.shape[1], gamma, beta, eps)
    return gamma * normalised(z, BATCH, eps) + beta


def layer_norm(
    z: Float[Tensor, "n neurons"],
    gamma: Float[Tensor, " neurons"],
    beta: Float[Tensor, " neurons"],
    eps: float = 1e-5,
) -> Float[Tensor, "n neurons"]:
    """Return sums, normalised over the neurons of a layer, example by example.

    Args:
        z: The sums, a row an example; of 2 or more neurons, for one alone is always 0.
        gamma: What each neuron multiplies by then; learned.
        beta: What each neuron adds then; learned.
        eps: Is added to the variance, positive.

    Raises:
        ValueError: If there are fewer than two neurons, shapes do not fit, a number is
            NaN or infinite, a variance overflows, or eps is not positive.
    """
    check_several("z", z.T, "neuron")
    check_spread(z, LAYER)
    check_scaling(z.shape[1], gamma, beta, eps)
    return gamma * normalised(z, LAYER, eps) + beta


def check_spread(z: Tensor, dim: int) -> None:
    """Refuse sums so large that they would all be divided by infinity.

    Raises:
        ValueError: If a variance is infinite.
    """
    if not moments_of(z, dim).variance.isfinite().all():
        raise ValueError(
            "z has numbers so large that squares overflow: begin with smaller weights"
        )
