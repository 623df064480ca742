"""Readers: networks side by side that learn to name digits, and whatever else.

Chapter: book/attack_find.md
Source:  the chapter's own; a risk is that of Madry et al. (2018), equation 2.1
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.attack.losses import Model
from ml2020.data.digits import digits
from ml2020.deep_learning import Layer, draws, he_layers, parameter_count
from ml2020.gradient_descent import Rule, shuffled_batches
from ml2020.support.checks import check_at_least, check_finite, check_shares

SIZES = (64, 64, 64, 10)
LEARN, CHOOSE = 900, 300  # of 1,797 pictures; the others judge
SHUFFLE = 2020  # the seed with which they are shuffled before they are cut
BATCH = 100
Thetas = Float[Tensor, "networks parameters"]
# theta, pictures, classes, and the share of the training that is over
Risk = Callable[[Tensor, Tensor, Tensor, float], Tensor]


class Digits(NamedTuple):
    """Digits in three sets, 8 by 8 dots from 0 (no ink) to 1, and what they show."""

    X: Float[Tensor, "learn 8 8"]
    y: Int[Tensor, " learn"]
    X_choose: Float[Tensor, "choose 8 8"]
    y_choose: Int[Tensor, " choose"]
    X_judge: Float[Tensor, "judge 8 8"]
    y_judge: Int[Tensor, " judge"]


def digit_parts() -> Digits:
    """Return 900 digits to learn from, 300 to choose by, 597 to judge by."""
    data = digits()
    dice = torch.Generator().manual_seed(SHUFFLE)
    order = torch.randperm(len(data.labels), generator=dice)
    sizes = [LEARN, CHOOSE, len(order) - LEARN - CHOOSE]
    rows = torch.split(order, sizes)
    return Digits(*(p for k in rows for p in (data.images[k], data.labels[k])))


def all_layers(theta: Thetas, sizes: Sequence[int] = SIZES) -> list[Layer]:
    """Return the layers of all networks, whose axis comes first in each."""
    check_fit(theta, sizes)
    pairs = list(pairwise(sizes))
    parts = torch.split(theta, [n for i, o in pairs for n in (i * o, o)], dim=1)
    shaped = zip(parts[::2], parts[1::2], pairs, strict=True)
    return [Layer(W.view(-1, o, i), b[:, None]) for W, b, (i, o) in shaped]


def as_model(
    theta: Thetas, sizes: Sequence[int] = SIZES, bend: Model = torch.relu
) -> Model:
    """Return a function from pictures to scores: each network sees its own share.

    Those of the first come first: `x.repeat(len(theta), 1, 1)` shows all the same.
    """
    *hidden, (W_last, b_last) = all_layers(theta, sizes)

    def model(x: Tensor) -> Tensor:
        check_shares("x", x, len(theta))
        a = x.flatten(1).view(len(theta), -1, sizes[0])
        for W, b in hidden:
            a = bend(a @ W.mT + b)
        return (a @ W_last.mT + b_last).flatten(0, 1)

    return model


def plain_risk(sizes: Sequence[int] = SIZES, bend: Model = torch.relu) -> Risk:
    """Return the cross-entropy of the pictures as they are, one number a network."""

    def risk(theta: Tensor, x: Tensor, y: Tensor, _: float) -> Tensor:
        scores = as_model(theta, sizes, bend)(x)
        wrong = F.cross_entropy(scores, y, reduction="none")
        return wrong.view(len(theta), -1).mean(dim=1)

    return risk


def learn(
    rule: Rule[Any],
    seeds: Sequence[int],
    X: Float[Tensor, " n *shape"],
    y: Int[Tensor, " n"],
    epochs: int,
    risk: Risk | None = None,
    sizes: Sequence[int] = SIZES,
) -> Thetas:
    """Return networks of rectifiers that have learned, a row for each seed.

    Args:
        rule: How each gradient becomes a step.
        seeds: Of the first weights; the first one of the order, the same for all, too.
        X: What they learn from, 100 or more.
        y: Their classes.
        epochs: How often each picture is learned from, 1 or more.
        risk: What has to be small; without it `plain_risk`.
        sizes: Of the input, the hidden layers and the output.

    Raises:
        ValueError: If epochs is below 1, X is too short, or the weights ran away.
    """
    check_at_least("epochs", epochs, 1)
    if len(X) < BATCH:
        raise ValueError(f"X has {len(X)} pictures: give {BATCH} or more")
    risk = plain_risk(sizes) if risk is None else risk
    theta = draws(he_layers, sizes, seeds)
    memory, k = rule.init(theta), len(seeds)
    dice = torch.Generator().manual_seed(seeds[0])
    batches = list(shuffled_batches(len(X), BATCH, epochs, generator=dice))
    for t, rows in enumerate(batches):
        theta = theta.detach().requires_grad_()
        x = X[rows].repeat(k, *[1] * (X.ndim - 1))
        loss = risk(theta, x, y[rows].repeat(k), t / len(batches))
        (g,) = torch.autograd.grad(loss.sum(), theta)
        theta, memory = rule.step(theta.detach(), g, memory)
    check_finite("rule", theta, "choose a lower rate")
    return theta


@torch.no_grad()
def right(model: Model, x: Tensor, y: Tensor) -> Tensor:
    """Return of each picture whether the network names it rightly."""
    scores = model(x)
    check_finite("what the model says", scores, "mend the model")
    return scores.argmax(dim=1) == y


def by_network(found: Tensor, networks: int) -> Float[Tensor, " networks"]:
    """Return the mean of what was found, for each network's pictures."""
    check_shares("found", found, networks)
    return found.double().view(networks, -1).mean(dim=1)


def check_fit(theta: Tensor, sizes: Sequence[int]) -> None:
    """Raise a ValueError at rows that are those of other networks."""
    count = parameter_count(sizes)
    if theta.shape[1] != count:
        raise ValueError(f"theta has rows of {theta.shape[1]}: give {count} numbers")
