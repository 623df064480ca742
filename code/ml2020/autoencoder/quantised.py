"""Quantised codes: the nearest word of a codebook, and a slope that goes around it.

Chapter: book/autoencoder_vae.md
Source:  van den Oord, Vinyals and Kavukcuoglu (2017), equations 1 to 3,
         https://arxiv.org/abs/1711.00937
"""

import copy
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.autoencoder.network import AutoEncoder, Rows, squared_error
from ml2020.support.checks import check_at_least, check_filled, check_finite

Codes = Float[Tensor, "*n k"]
Book = Float[Tensor, "words k"]


def nearest_word(z: Codes, book: Book) -> Int[Tensor, "*n"]:
    """Return the place of the word nearest to each code.

    Raises:
        ValueError: If the book is empty, or a number is not finite.
    """
    check_filled("book", book, "word")
    check_finite("book", book, "train anew with a lower rate")
    check_finite("z", z, "train anew with a lower rate")
    return torch.cdist(z, book).argmin(dim=-1)


def straight_through(z: Codes, e: Codes) -> Codes:
    """Return e, with the slopes of z: as if nothing had been rounded."""
    return z + (e - z).detach()


class VQ(AutoEncoder):
    """An auto-encoder whose code is a few words of a codebook.

    Args:
        sizes: See `AutoEncoder`; the last is a multiple of `parts`.
        words: How many words the codebook has.
        parts: How many of them a code has.
    """

    def __init__(self, sizes: Sequence[int], words: int, parts: int = 1) -> None:
        check_at_least("words", words, 1)
        check_cut(sizes[-1], parts)
        super().__init__(sizes)
        self.parts = parts
        book = torch.randn(words, sizes[-1] // parts, dtype=torch.float32)
        self.book = nn.Parameter(book)

    def codes(self, x: Tensor) -> Tensor:
        """Return the codes of x (n, d), before they are rounded: (n, parts, k)."""
        return self.E(x).unflatten(1, (self.parts, -1))

    def forward(self, x: Tensor) -> Tensor:
        """Return what is rebuilt of x (n, d), from its words."""
        e = self.book[nearest_word(self.codes(x), self.book)]
        rebuilt: Tensor = self.D(e.flatten(1))
        return rebuilt


def drawn_vq(seed: int, sizes: Sequence[int], words: int, parts: int = 1) -> VQ:
    """Return one with the first weights and words of a seed.

    Raises:
        ValueError: If a size, or the number of words, is below 1, or the code cannot
            be cut into so many parts.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return VQ(sizes, words, parts).float()


def with_words_of(
    model: VQ, X: Rows, *, generator: torch.Generator | None = None
) -> VQ:
    """Return a copy whose words are codes of examples, as the encoder is now.

    Args:
        model: With a codebook.
        X: Examples, with as many codes as there are words, or more.
        generator: Chooses them.

    Raises:
        ValueError: If there are fewer codes than words.
    """
    model = copy.deepcopy(model)
    with torch.no_grad():
        z = model.codes(X).flatten(0, 1)
        check_words_of(z, len(model.book))
        rows = torch.randperm(len(z), generator=generator)[: len(model.book)]
        model.book.copy_(z[rows])
    return model


def vq_loss(model: VQ, x: Rows, beta: float = 0.25) -> Float[Tensor, ""]:
    """Return what is missed; how far words are from codes; and beta times the same.

    The first moves decoder and encoder, the second words only, the third the encoder
    only.

    Args:
        model: With a codebook.
        x: Examples.
        beta: The paper's 0.25; 0 or more.

    Raises:
        ValueError: If beta is negative, infinite or NaN, or a code is not finite.
    """
    check_at_least("beta", beta, 0)
    z = model.codes(x)
    e = model.book[nearest_word(z, model.book)]
    missed = squared_error(x, model.D(straight_through(z, e).flatten(1)))
    words = (z.detach() - e).square().sum(dim=(1, 2)).mean()
    codes = (z - e.detach()).square().sum(dim=(1, 2)).mean()
    return missed + words + beta * codes


def check_cut(k: int, parts: int) -> None:
    """Refuse a code that cannot be cut into equal parts."""
    if parts < 1 or k % parts:
        raise ValueError(f"parts is {parts}: give a divisor of the code's {k} numbers")


def check_words_of(z: Tensor, words: int) -> None:
    """Refuse fewer codes than words."""
    if len(z) < words:
        raise ValueError(f"X has {len(z)} codes: give examples for {words} words")
