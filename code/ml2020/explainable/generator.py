"""Generator: pictures from a few numbers, and ascent on those numbers.

Chapter: book/explainable_global.md
Source:  Kingma and Welling (2014), https://arxiv.org/abs/1312.6114, for what trains the
         decoder; Nguyen et al. (2016), https://arxiv.org/abs/1605.09304, for the ascent
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.explainable.score import Score
from ml2020.gradient_descent import shuffled_batches
from ml2020.support.checks import (
    check_at_least,
    check_dots,
    check_finite,
    check_positive,
)

CODES, HIDDEN, SIDE = 8, 48, 28
BATCH = 100
Codes = Float[Tensor, "n codes"]


def decoder() -> nn.Sequential:
    """Return a network from 8 numbers to 28 by 28 dots between 0 and 1."""
    return nn.Sequential(
        nn.Linear(CODES, HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, SIDE**2),
        nn.Sigmoid(),
        nn.Unflatten(1, (1, SIDE, SIDE)),
    )


def encoder() -> nn.Sequential:
    """Return a network from pictures to the means and log variances of 8 numbers."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(SIDE**2, 4 * HIDDEN),
        nn.ReLU(),
        nn.Linear(4 * HIDDEN, 2 * CODES),
    )


def taught_decoder(
    X: Float[Tensor, "n 1 28 28"],
    lr: float,
    epochs: int,
    *,
    generator: torch.Generator | None = None,
) -> nn.Sequential:
    """Return a decoder that was trained with an encoder, as a variational auto-encoder.

    Its weights begin where torch's global seed puts them.

    Args:
        X: Pictures, from 0 to 1.
        lr: The rate of Adam, positive.
        epochs: How often it sees each picture, 1 or more.
        generator: Of the order, and of the noise of the codes.

    Raises:
        ValueError: If there is no picture, or a number is outside its range.
    """
    check_dots("X", X)
    check_positive("lr", lr)
    check_at_least("epochs", epochs, 1)
    from_x, to_x = encoder(), decoder()
    rule = torch.optim.Adam([*from_x.parameters(), *to_x.parameters()], lr)
    for rows in shuffled_batches(
        len(X), min(BATCH, len(X)), epochs, generator=generator
    ):
        mean, log_variance = from_x(X[rows]).chunk(2, dim=1)
        noise = torch.randn(mean.shape, generator=generator, dtype=X.dtype)
        z = mean + (log_variance / 2).exp() * noise
        off = F.binary_cross_entropy(to_x(z), X[rows], reduction="sum")
        far = (mean.square() + log_variance.exp() - 1 - log_variance).sum() / 2
        loss = (off + far) / len(rows)
        rule.zero_grad()
        loss.backward()
        rule.step()
    return to_x


def ascend_code(
    score: Score, G: Score, z: Codes, lr: float, steps: int, pull: float = 0.0
) -> Codes:
    """Return codes after gradient ascent on the score of the pictures they make.

    Args:
        score: Maps pictures to what each has to make large.
        G: Makes pictures of codes.
        z: Where to begin; it stays as it is.
        lr: The rate, positive.
        steps: How many, 0 or more.
        pull: Towards 0, where codes are likely: half of it times the square is
            subtracted, 0 or more.

    Raises:
        ValueError: If a number is outside its range, or the slope is NaN or infinite.
    """
    check_positive("lr", lr)
    check_at_least("steps", steps, 0)
    check_at_least("pull", pull, 0)
    check_finite("z", z, "give numbers")
    for _ in range(steps):
        z = z.detach().requires_grad_()
        good = score(G(z)).sum() - pull / 2 * z.square().sum()
        (slope,) = torch.autograd.grad(good, z)
        if not slope.isfinite().all():
            raise ValueError("score's slope has NaN or infinity: lower lr")
        z = z + lr * slope
    return z.detach()
