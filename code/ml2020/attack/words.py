"""Words: mails as bags of words, and the words that make a filter let them pass.

Chapter: book/attack_find.md
Source:  Lowd and Meek (2005), good word attacks on statistical spam filters, CEAS
"""

from collections import Counter
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite

Bags = Float[Tensor, "mails words"]


def known_words(mails: Sequence[Sequence[str]], least: int) -> tuple[str, ...]:
    """Return the words of at least so many mails, in order of the alphabet.

    Raises:
        ValueError: If least is below 1, or no word is in so many.
    """
    check_at_least("least", least, 1)
    counts = Counter(word for words in mails for word in set(words))
    known = tuple(sorted(word for word, n in counts.items() if n >= least))
    if not known:
        raise ValueError(f"least is {least}: no word is in so many, give less")
    return known


def bags(mails: Sequence[Sequence[str]], known: Sequence[str]) -> Bags:
    """Return 1 for each known word that is in a mail, however often, else 0."""
    place = {word: k for k, word in enumerate(known)}
    found = torch.zeros(len(mails), len(known), dtype=torch.float32)
    for row, words in zip(found, mails, strict=True):
        row[[place[word] for word in words if word in place]] = 1
    return found


def with_words(X: Bags, places: Sequence[int]) -> Bags:
    """Return bags with some words added to each; none is taken out."""
    X = X.clone()
    X[:, list(places)] = 1
    return X


def good_words(pull: Float[Tensor, " words"], count: int) -> list[int]:
    """Return the places of the words that pull most towards letting a mail pass.

    Args:
        pull: Of each word, what it adds to spam less what it adds to ham.
        count: How many, 0 to all.

    Raises:
        ValueError: If there are not so many, or a pull is NaN or infinite.
    """
    if not 0 <= count <= len(pull):
        raise ValueError(f"count is {count}: choose it from 0 to {len(pull)}")
    check_finite("pull", pull, "fit the filter anew")
    return pull.argsort()[:count].tolist()
