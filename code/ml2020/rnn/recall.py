"""Recall: the first symbol counts, all that follow are noise; say it at the end.

Chapter: book/rnn_memory.md
Source:  a task of the kind of Hochreiter and Schmidhuber (1997), section 5.2,
         https://doi.org/10.1162/neco.1997.9.8.1735; its rule is in `recall_examples`
"""

from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot

from ml2020.gradient_descent import Rule
from ml2020.rnn.clipping import own_gradients
from ml2020.rnn.network import Sizes, last_scores
from ml2020.support.checks import check_at_least, check_filled, check_finite

SYMBOLS = 4  # to be recalled, and as many others that are noise
RECALL_SIZES = Sizes(2 * SYMBOLS, 16, SYMBOLS)
BATCH, TAU = 64, 1.0  # sequences; the greatest length of a network's gradient
LATEST, ENOUGH = 20, 0.99  # solved: this share of the latest batches, all of them fresh


class Learned(NamedTuple):
    """What became of each network.

    Attributes:
        theta: Its numbers (networks, parameters).
        solved: The first update at which it had solved the task, -1 if it never did.
        share: The share of sequences recalled rightly in the latest batches; a network
            that says NaN or infinity recalls none.
    """

    theta: Tensor
    solved: Tensor
    share: Tensor


def recall_examples(
    T: int, n: int, *, generator: torch.Generator | None = None
) -> tuple[Float[Tensor, "T n inputs"], Int[Tensor, " n"]]:
    """Return sequences of symbols, 1-of-8, and the first symbol of each.

    The first is one of four, all others are drawn from four others.

    Args:
        T: How many symbols a sequence has, 1 or more.
        n: How many sequences, 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If T or n is below 1.
    """
    check_at_least("T", T, 1)
    check_at_least("n", n, 1)
    first = torch.randint(SYMBOLS, (1, n), generator=generator)
    noise = torch.randint(SYMBOLS, (T - 1, n), generator=generator) + SYMBOLS
    symbols = torch.cat([first, noise])
    return one_hot(symbols, 2 * SYMBOLS).to(torch.float32), first[0]


def learn_recall(
    theta: Float[Tensor, "networks parameters"],
    kind: str,
    rule: Rule[Any],
    T: int,
    steps: int,
    *,
    generator: torch.Generator | None = None,
) -> Learned:
    """Train networks side by side on fresh batches, until all have solved the task.

    Args:
        theta: The first numbers, a row a network.
        kind: One of `KINDS`.
        rule: How a gradient becomes a step.
        T: How long the sequences are.
        steps: Updates at most, 1 or more.
        generator: Of the examples, the same for all networks.

    Raises:
        ValueError: If there is no network, or it or a number does not fit the task, or
            is NaN or infinite.
    """
    check_filled("theta", theta, "network")
    check_finite("theta", theta, "begin with other weights")
    check_at_least("steps", steps, 1)
    memory, shares = rule.init(theta), []
    solved = torch.full((len(theta),), -1, dtype=torch.int64)
    for t in range(steps):
        X, first = recall_examples(T, BATCH, generator=generator)
        watched = theta.detach().requires_grad_()
        scores = last_scores(watched, kind, RECALL_SIZES, X.to(theta))
        loss = cross_entropy(scores.flatten(0, 1), first.repeat(len(theta)))
        g = own_gradients(loss, watched, TAU)
        theta, memory = rule.step(theta, g, memory)
        right = (scores.argmax(dim=-1) == first) & scores.isfinite().all(dim=-1)
        shares.append(right.to(theta).mean(dim=-1))
        share = torch.stack(shares[-LATEST:]).mean(dim=0)
        solved[(solved < 0) & (share >= ENOUGH) & (t + 1 >= LATEST)] = t + 1
        if (solved > 0).all():
            break
    return Learned(theta, solved, share)
