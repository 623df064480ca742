"""Orders: a Transformer is a word of s and f, and any such word is a network.

An s is self-attention, an f the small network at each place, each with a norm before it
and a way around. As many letters of a kind have as many weights, in whatever order.

Chapter: book/new_architectures.md
Source:  Press, Smith and Levy (2020), sections 3 and 4, https://arxiv.org/abs/1911.03864
"""

from itertools import combinations

from torch import Tensor, nn

from ml2020.support.checks import check_at_least
from ml2020.transformer.heads import MultiHead
from ml2020.transformer.layers import Norm, around


def sandwich(n: int, k: int) -> str:
    """Return the order of a sandwich of n s and n f: s^k (sf)^(n-k) f^k.

    Args:
        n: How many of each, 1 or more.
        k: How many s are moved to the front and f to the end, 0 to n - 1; with 0 it is
            the usual Transformer.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("n", n, 1)
    check_moved(n, k)
    return "s" * k + "sf" * (n - k) + "f" * k


def orders(n: int) -> list[str]:
    """Return all words of n s and n f, in the order of the alphabet.

    Raises:
        ValueError: If n is below 1.
    """
    check_at_least("n", n, 1)
    places = range(2 * n)
    return sorted(
        "".join("s" if place in chosen else "f" for place in places)
        for chosen in combinations(places, n)
    )


def height(word: str) -> float:
    """Return how far the f stand behind the s: from -1, all before, to 1, all behind.

    It is the share of pairs of an s and an f in which the s comes first, less the
    share of the others.

    Raises:
        ValueError: If a letter is neither, or one is missing.
    """
    check_word(word)
    check_both(word)
    behind = sum(word[:at].count("s") for at, part in enumerate(word) if part == "f")
    return 2 * behind / (word.count("s") * word.count("f")) - 1


class Part(nn.Module):
    """One letter of a word: attention or network, with its norm before it.

    Args:
        kind: "s" or "f".
        d: Numbers of a place.
        h: Heads, a divisor of d.
    """

    def __init__(self, kind: str, d: int, h: int) -> None:
        check_word(kind)
        super().__init__()
        self.kind, self.norm = kind, Norm(d)
        self.part = MultiHead(d, h) if kind == "s" else thinking(d)

    def forward(self, X: Tensor, seen: Tensor | None = None) -> Tensor:
        """Return the places (n, T, d) as this part leaves them; see `attention`."""
        if self.kind == "s":
            return around(lambda Z: self.part(Z, Z, seen).b, self.norm, X, True)
        return around(self.part, self.norm, X, True)


class Stack(nn.Module):
    """A word, letter by letter.

    Args:
        word: Of s and f, one letter or more.
        d: Numbers of a place.
        h: Heads, a divisor of d.
    """

    def __init__(self, word: str, d: int, h: int) -> None:
        check_word(word)
        super().__init__()
        self.parts = nn.ModuleList(Part(kind, d, h) for kind in word)

    def forward(self, X: Tensor, seen: Tensor | None = None) -> Tensor:
        """Return the places (n, T, d) as the last part leaves them; see `attention`."""
        for part in self.parts:
            X = part(X, seen)
        return X


def thinking(d: int) -> nn.Sequential:
    """Return the network at each place, with 4 d neurons."""
    return nn.Sequential(nn.Linear(d, 4 * d), nn.ReLU(), nn.Linear(4 * d, d))


def check_moved(n: int, k: int) -> None:
    """Refuse a sandwich without a middle."""
    if not 0 <= k < n:
        raise ValueError(f"k is {k}: choose it from 0 to {n - 1}")


def check_word(word: str) -> None:
    """Refuse an empty word, and other letters."""
    if not word or set(word) - {"s", "f"}:
        raise ValueError(f"word is {word!r}: write it with s and f, one or more")


def check_both(word: str) -> None:
    """Refuse a word without a pair."""
    if len(set(word)) < 2:
        raise ValueError(f"word is {word!r}: give it an s and an f")
