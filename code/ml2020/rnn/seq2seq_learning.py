"""Learning to translate: told the right symbols; then, speaking alone.

Chapter: book/rnn_attention.md
Source:  Sutskever, Vinyals and Le (2014), section 3.2, https://arxiv.org/abs/1409.3215,
         without their beam; Adam of Kingma and Ba (2015), as torch has it
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.gradient_descent import shuffled_batches
from ml2020.rnn.seq2seq import Seq2Seq
from ml2020.rnn.seq2seq_pairs import Pairs, some_of
from ml2020.support.checks import check_at_least, check_learned, check_positive

BATCH, TAU = 128, 1.0  # pairs; the greatest length of the gradient


def drawn_seq2seq(inputs: int, outputs: int, m: int, match: str, seed: int) -> Seq2Seq:
    """Return a network with the first weights of a seed, as torch draws them.

    Raises:
        ValueError: If there is no such network.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Seq2Seq(inputs, outputs, m, match).float()


def taught(
    model: Seq2Seq,
    batches: Callable[[], Iterator[Pairs]],
    lr: float,
    updates: int,
) -> Seq2Seq:
    """Return a network that has learned; the rate falls in a line to 0.

    Args:
        model: Where to begin; it stays as it is.
        batches: Gives the pairs to learn from, in one batch or more, again and again.
        lr: The first rate, positive.
        updates: 1 or more.

    Raises:
        ValueError: If a number is outside its range, there is no batch, or weights
            become NaN.
    """
    check_positive("lr", lr)
    check_at_least("updates", updates, 1)
    model = copy.deepcopy(model)
    rule = torch.optim.Adam(model.parameters(), lr)
    source: Iterator[Pairs] = iter(())
    for t in range(updates):
        pairs = next(source, None)
        if pairs is None:
            source = batches()
            pairs = next(source, None)
        if pairs is None:
            raise ValueError("batches gives no pairs: give one batch or more")
        rule.param_groups[0]["lr"] = lr * (1 - t / updates)
        scores = model(pairs).scores
        loss = F.cross_entropy(scores.flatten(0, 1), pairs.Y.flatten())
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), TAU)
        rule.step()
    check_learned(model.parameters(), lr)
    return model


def in_batches(
    pairs: Pairs, *, generator: torch.Generator | None = None
) -> Callable[[], Iterator[Pairs]]:
    """Return what gives all pairs once, in batches of 128 and in a new order."""

    def once() -> Iterator[Pairs]:
        size = min(BATCH, len(pairs.X))
        for rows in shuffled_batches(len(pairs.X), size, 1, generator=generator):
            yield some_of(pairs, rows)

    return once


def greedily(
    step: Callable[[Tensor, Any], tuple[Tensor, Any]], y: Tensor, state: Any, most: int
) -> list[list[int]]:
    """Return what is said, one symbol after the other, each time the likeliest.

    Args:
        step: Maps the symbols (n,) said last and a state to scores (n, symbols), whose
            last one says stop, and to the next state.
        y: What stands for nothing said yet (n,).
        state: Before the first step.
        most: How many symbols at most, 1 or more.

    Raises:
        ValueError: If most is below 1.
    """
    check_at_least("most", most, 1)
    said, going = [[] for _ in y], torch.ones_like(y, dtype=torch.bool)  # type: ignore[var-annotated]
    for _ in range(most):
        scores, state = step(y, state)
        y = scores.argmax(dim=-1)
        going = going & (y != scores.shape[-1] - 1)
        for k in going.nonzero()[:, 0].tolist():
            said[k].append(int(y[k]))
        if not going.any():
            break
    return said


@torch.no_grad()
def translated(model: Seq2Seq, pairs: Pairs, most: int) -> list[list[int]]:
    """Return what a network says of its own, at most so many symbols each."""
    heard = model.encode(pairs)

    def step(y: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        spoken = model.speak(y[:, None], z, heard)
        return spoken.scores[:, 0], spoken.z

    begin = torch.full_like(pairs.lengths, model.outputs)
    return greedily(step, begin, model.first(heard), most)
