"""Sharing: fewer weights, by a narrow table of words and by one layer used many times.

Chapter: book/new_architectures.md
Source:  Lan et al. (2020), section 3.1, https://arxiv.org/abs/1909.11942; the waves of
         places and steps: Dehghani et al. (2019), section 2.1,
         https://arxiv.org/abs/1807.03819
"""

from torch import Tensor, nn

from ml2020.new_architectures.orders import Stack
from ml2020.support.checks import check_at_least
from ml2020.transformer.positions import sinusoids


def table_weights(V: int, H: int, E: int | None = None) -> int:
    """Return the weights of a table of words, narrow and then widened if E is given.

    Args:
        V: How many words.
        H: Numbers of a place inside the network.
        E: Numbers of a word in the narrow table; without it, H.

    Raises:
        ValueError: If a number is below 1.
    """
    for name, size in (("V", V), ("H", H), ("E", H if E is None else E)):
        check_at_least(name, size, 1)
    return V * H if E is None else V * E + E * H


def waves(T: int, d: int, step: int) -> Tensor:
    """Return what tells each of T places where it is, and at which step, in 64 bits.

    Args:
        T: Places.
        d: Numbers of each, even.
        step: From 1.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("step", step, 1)
    return sinusoids(T, d) + sinusoids(step + 1, d)[step]


class Shared(nn.Module):
    """One word, used several times with the same weights.

    Args:
        word: Of s and f.
        times: How often, 1 or more.
        d: Numbers of a place, even.
        h: Heads, a divisor of d.
        told: Whether before each time every place is told where it is and which time
            it is, as in the Universal Transformer.
    """

    def __init__(
        self, word: str, times: int, d: int, h: int, *, told: bool = False
    ) -> None:
        check_at_least("times", times, 1)
        super().__init__()
        self.times, self.told, self.layer = times, told, Stack(word, d, h)

    def forward(self, X: Tensor) -> Tensor:
        """Return the places (n, T, d) after the last time."""
        for step in range(1, self.times + 1):
            if self.told:
                X = X + waves(*X.shape[1:], step).to(X)  # type: ignore[call-arg]
            X = self.layer(X)
        return X


class NarrowTable(nn.Module):
    """Vectors of words: E numbers each, made d by a matrix that all words share.

    Args:
        V: How many words.
        d: Numbers of a place.
        E: Numbers of a word.
    """

    def __init__(self, V: int, d: int, E: int) -> None:
        for name, size in (("V", V), ("d", d), ("E", E)):
            check_at_least(name, size, 1)
        super().__init__()
        self.narrow, self.wider = nn.Embedding(V, E), nn.Linear(E, d, bias=False)
        # so that a number of a place varies as much as in a table without a matrix
        nn.init.normal_(self.wider.weight, std=E**-0.5)

    def forward(self, X: Tensor) -> Tensor:
        """Return the vectors (*shape, d) of words (*shape)."""
        wide: Tensor = self.wider(self.narrow(X))
        return wide


def weights_of(module: nn.Module) -> int:
    """Return how many weights a network learns, each counted once."""
    return sum(part.numel() for part in module.parameters() if part.requires_grad)
