"""Halves: glosses as bags of words, each bag torn in two that share no word.

Chapter: book/autoencoder_codes.md
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.autoencoder.network import AutoEncoder
from ml2020.data.glosses import Glosses
from ml2020.support.checks import check_at_least, check_share

Bags = Float[Tensor, "n words"]


class GlossBags(NamedTuple):
    """Bags of words, and where they are from."""

    bags: Bags  # 1 where a word occurs, else 0
    glosses: tuple[int, ...]  # the gloss of each
    words: tuple[str, ...]  # the word of each column


def gloss_bags(text: Glosses, skipped: int, words: int, least: int) -> GlossBags:
    """Return the bags of all glosses that have enough different words.

    Args:
        text: The glosses.
        skipped: How many of the most frequent words do not count.
        words: How many of the next ones do.
        least: Words that a bag has at least, 2 or more.

    Raises:
        ValueError: If a number is outside its range, or no gloss has so many.
    """
    check_at_least("skipped", skipped, 0)
    check_at_least("words", words, 1)
    check_at_least("least", least, 2)
    column = text.text - skipped
    counts = (column >= 0) & (column < words)
    pairs = torch.stack([text.glosses[counts], column[counts]], dim=1).unique(dim=0)  # type: ignore[no-untyped-call]
    size = pairs[:, 0].bincount(minlength=int(text.glosses.max()) + 1)
    chosen = (size >= least).nonzero().squeeze(1)
    check_some(len(chosen), least)
    row = torch.full((len(size),), -1, dtype=torch.int64)
    row = row.index_put((chosen,), torch.arange(len(chosen)))
    pairs = pairs[size[pairs[:, 0]] >= least]
    bags = torch.zeros(len(chosen), words, dtype=torch.float32)
    bags[row[pairs[:, 0]], pairs[:, 1]] = 1
    names = text.words[skipped : skipped + words]
    return GlossBags(bags, tuple(chosen.tolist()), names)


def torn(bags: Bags, *, generator: torch.Generator | None = None) -> tuple[Bags, Bags]:
    """Return both halves of each bag: every word falls into one of them by a coin.

    Each gets one word at least.

    Raises:
        ValueError: If a bag has fewer than two words.
    """
    check_tearable(bags)
    lots = torch.rand(bags.shape, generator=generator, dtype=torch.float32)
    lots = torch.where(bags > 0, lots.to(bags.device), float("nan"))
    first, last = lots.nan_to_num(2).argmin(dim=1), lots.nan_to_num(-1).argmax(dim=1)
    lots = lots.scatter(1, first[:, None], 0.0).scatter(1, last[:, None], 1.0)
    left = bags * (lots < 0.5)
    return left, bags - left


def code_of(model: AutoEncoder, bags: Bags) -> Float[Tensor, "n k"]:
    """Return the codes of bags, each read with length 1."""
    codes: Tensor = model.E(F.normalize(bags, dim=1))
    return codes


def bag_loss(
    model: AutoEncoder,
    bags: Bags,
    dropped: float = 0.0,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, ""]:
    """Return the surprise of the words of a bag, in nats a bag, told by its code.

    Args:
        model: Its decoder gives a score for each word.
        bags: 1 where a word occurs, else 0.
        dropped: The share of words that the encoder does not see, from 0 to below 1.
        generator: Draws which.

    Raises:
        ValueError: If dropped is outside of its range.
    """
    check_share("dropped", dropped)
    lots = torch.rand(bags.shape, generator=generator, dtype=bags.dtype)
    seen = bags * (lots.to(bags.device) >= dropped)
    log_y = model.D(code_of(model, seen)).log_softmax(dim=1)
    return -(bags * log_y).sum(dim=1).mean()


def check_some(found: int, least: int) -> None:
    """Refuse a number of words that no gloss has."""
    if not found:
        raise ValueError(f"least is {least}: no gloss has so many, give fewer")


def check_tearable(bags: Tensor) -> None:
    """Refuse bags that cannot be torn in two."""
    if not ((bags > 0).sum(dim=1) >= 2).all():
        raise ValueError("bags has one of fewer than two words: leave it out")
