"""Network: an encoder, and a decoder that undoes it from a few numbers.

Chapter: book/autoencoder_codes.md
Source:  Hinton and Salakhutdinov (2006), https://doi.org/10.1126/science.1127647, with
         rectifiers, and without their pre-training
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_features
from ml2020.transformer import descended, falling

BATCH = 64
Rows = Float[Tensor, "n d"]
Cost = Callable[[nn.Module, Tensor], Tensor]


class AutoEncoder(nn.Module):
    """Codes of examples, and examples of codes.

    Args:
        sizes: Numbers of an example, of each hidden layer, and last of the code. The
            decoder has the same sizes from behind.
        read: How many numbers the encoder gives for each of the code: 2 if it gives a
            mean and a log-variance.
    """

    def __init__(self, sizes: Sequence[int], read: int = 1) -> None:
        check_sizes(sizes)
        super().__init__()
        self.E = layers([*sizes[:-1], read * sizes[-1]])
        self.D = layers(sizes[::-1])

    def forward(self, x: Tensor) -> Tensor:
        """Return what is rebuilt of x (n, d)."""
        rebuilt: Tensor = self.D(self.E(x))
        return rebuilt


def layers(sizes: Sequence[int]) -> nn.Sequential:
    """Return linear layers with a rectifier between each two.

    Args:
        sizes: Numbers that go in, between, and out; each 1 or more.

    Raises:
        ValueError: If there are fewer than two, or one is below 1.
    """
    check_sizes(sizes)
    parts: list[nn.Module] = []
    for wide, narrow in pairwise(sizes):
        parts += [nn.Linear(wide, narrow), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def drawn_autoencoder(seed: int, sizes: Sequence[int], read: int = 1) -> AutoEncoder:
    """Return an auto-encoder with the first weights of a seed.

    Raises:
        ValueError: If a size is below 1, such as that of an empty code.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return AutoEncoder(sizes, read).float()


def squared_error(x: Rows, rebuilt: Rows) -> Float[Tensor, ""]:
    """Return the square of what is missed, a mean over examples, a sum over numbers."""
    return (x - rebuilt).square().sum(dim=1).mean()


def learned(
    model: nn.Module,
    cost: Cost,
    X: Rows,
    lr: float,
    updates: int,
    *,
    generator: torch.Generator | None = None,
) -> nn.Module:
    """Return a network that has learned by Adam, at a rate that falls to 0 in a line.

    Args:
        model: Where to begin; it stays as it is.
        cost: The loss of a network on a batch.
        X: What to learn from.
        lr: The rate at the first step.
        updates: How many batches of 64, drawn with repetition.
        generator: Draws them.

    Raises:
        ValueError: If there is no example, a number is not finite, there is no update,
            or the weights run away.
    """
    check_features("X", X)

    def lost(network: nn.Module) -> Tensor:
        rows = torch.randint(len(X), (BATCH,), generator=generator)
        return cost(network, X[rows])

    return descended(model, lost, lambda t: falling(t, lr, updates), updates)


def check_sizes(sizes: Sequence[int]) -> None:
    """Refuse a network without a layer, and layers without numbers."""
    if len(sizes) < 2:
        raise ValueError("sizes has one size or none: give two or more")
    for size in sizes:
        check_at_least("sizes", size, 1)
