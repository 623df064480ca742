"""Chains: say whether ones are odd or even since the last mark; some marks are far.

Synthetic: bits are drawn anew, and so are marks, at most 8 places apart.

Chapter: book/new_architectures.md
Source:  a task of this book, after the parity of Graves (2016), section 3.1,
         https://arxiv.org/abs/1603.08983
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.new_architectures.halting import Pondered, Ponderer
from ml2020.support.checks import check_at_least
from ml2020.transformer.positions import sinusoids

MARKED, FARTHEST = 0.2, 7  # the chance of a mark; how far back one may be


class Chains(NamedTuple):
    """Bits and marks, as 0 to 3 (n, T); what to say (n, T); how far the mark is (n, T).

    A mark adds 2 to a bit. What is said is the sum of the bits since the last mark,
    that of the mark itself among them: 0 if it is even, 1 if odd.
    """

    X: Int[Tensor, "n T"]
    Y: Int[Tensor, "n T"]
    far: Int[Tensor, "n T"]


def chains(n: int, T: int, *, generator: torch.Generator | None = None) -> Chains:
    """Return n sequences of T places; the first place has a mark.

    Raises:
        ValueError: If a number is below 1.
    """
    for name, size in (("n", n), ("T", T)):
        check_at_least(name, size, 1)
    bits = torch.randint(2, (n, T), generator=generator)
    drawn = torch.rand(n, T, generator=generator, dtype=torch.float32) < MARKED
    far, Y = torch.zeros_like(bits), bits.clone()
    for at in range(1, T):
        here = drawn[:, at] | (far[:, at - 1] == FARTHEST)
        far[:, at] = (far[:, at - 1] + 1).where(~here, 0)
        Y[:, at] = (bits[:, at] + Y[:, at - 1].where(~here, 0)) % 2
    return Chains(bits + 2 * (far == 0), Y, far)


def one_before(T: int) -> Tensor:
    """Return who sees whom (T, T), if each sees itself and the place before it.

    Raises:
        ValueError: If T is below 1.
    """
    check_at_least("T", T, 1)
    full = torch.ones(T, T, dtype=torch.bool)
    return full.tril() & full.triu(-1)


class Counter(nn.Module):
    """Bits as vectors, a ponderer, and two scores at each place.

    A place sees itself and the one before.

    Args:
        most: Steps at most.
        d: Numbers of a place, even.
        h: Heads, a divisor of d.
    """

    def __init__(self, most: int, d: int = 32, h: int = 2) -> None:
        super().__init__()
        self.symbols, self.body = nn.Embedding(4, d), Ponderer(d, h, most, told=False)
        self.says = nn.Linear(d, 2)

    def forward(self, X: Int[Tensor, "n T"]) -> tuple[Tensor, Pondered]:
        """Return two scores at each place (n, T, 2), and how they were pondered."""
        a, T = self.symbols(X), X.shape[1]
        seen = one_before(T).to(X.device)
        read = self.body(a + sinusoids(T, a.shape[-1]).to(a), seen)
        return self.says(read.Z), read


def drawn_counter(seed: int, most: int) -> Counter:
    """Return a network with the first weights of a seed; else as `Counter`."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Counter(most).float()


def charged(
    tau: float, n: int, T: int, *, generator: torch.Generator | None = None
) -> Callable[[Counter], Tensor]:
    """Return the loss on n new chains at each call, with a price on each step.

    Args:
        tau: The price of a step, in nats, 0 or more.
        n: Chains.
        T: Places.
        generator: Draws them.

    Raises:
        ValueError: If a number is too small.
    """
    check_at_least("tau", tau, 0)
    for name, size in (("n", n), ("T", T)):
        check_at_least(name, size, 1)

    def cost(model: Counter) -> Tensor:
        X, Y, _ = chains(n, T, generator=generator)
        scores, read = model(X)
        loss = F.cross_entropy(scores.flatten(0, 1), Y.flatten())
        return loss + tau * read.ponder.mean()

    return cost


@torch.no_grad()
def by_distance(model: Counter, judged: Chains) -> tuple[Tensor, Tensor]:
    """Return the share of right answers and the mean steps, by distance to the mark.

    Raises:
        ValueError: If a distance does not occur.
    """
    check_all_far(judged.far)
    scores, read = model(judged.X)
    hits = (scores.argmax(dim=-1) == judged.Y).double()
    rows = [judged.far == far for far in range(FARTHEST + 1)]
    return (
        torch.stack([hits[row].mean() for row in rows]),
        torch.stack([read.N[row].double().mean() for row in rows]),
    )


def check_all_far(far: Tensor) -> None:
    """Refuse chains without places of some distance to the mark."""
    for at in range(FARTHEST + 1):
        if not (far == at).any():
            raise ValueError(f"judged has no place {at} behind a mark: draw more")
