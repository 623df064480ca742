"""Replaced: tokens are exchanged for likely ones; each place asks: is it the true one?

Chapter: book/self_supervised.md
Source:  Clark, Luong, Le and Manning (2020), ELECTRA, section 2,
         https://arxiv.org/abs/2003.10555
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite


class Replaced(NamedTuple):
    """A text with guesses at the masked places, and where these are not the truth."""

    tokens: Int[Tensor, "*T"]
    wrong: Bool[Tensor, "*T"]


def replaced(
    tokens: Int[Tensor, "*T"],
    masked: Bool[Tensor, "*T"],
    guesses: Int[Tensor, "*T"],
) -> Replaced:
    """Return the text with the generator's guesses; one that is right counts as true.

    Args:
        tokens: The text.
        masked: Where the generator had to guess.
        guesses: What it drew, at each place; only those at masked ones are used.

    Raises:
        ValueError: If there is no token, or no place is masked.
    """
    check_some_masked(tokens, masked)
    new = torch.where(masked, guesses, tokens)
    return Replaced(new, new != tokens)


def detection_loss(
    scores: Float[Tensor, "*T"], wrong: Bool[Tensor, "*T"]
) -> Float[Tensor, ""]:
    """Return the mean binary cross entropy over *all* places.

    Args:
        scores: Of each place: positive for replaced.
        wrong: Where it was.

    Raises:
        ValueError: If there is no place, or a score is NaN or infinite.
    """
    check_filled("scores", scores, "place")
    check_finite("scores", scores, "lower the rate")
    return F.binary_cross_entropy_with_logits(scores, wrong.to(scores.dtype))


def masked_loss(
    scores: Float[Tensor, "*T tokens"],
    tokens: Int[Tensor, "*T"],
    masked: Bool[Tensor, "*T"],
) -> Float[Tensor, ""]:
    """Return the mean cross entropy over the *masked* places: how a generator learns.

    Args:
        scores: Of each token at each place.
        tokens: The text.
        masked: Where it had to guess.

    Raises:
        ValueError: If there is no token, or no place is masked.
    """
    check_some_masked(tokens, masked)
    return F.cross_entropy(scores[masked], tokens[masked])


def asked_places(loss: Float[Tensor, ""], scores: Float[Tensor, "*T any"]) -> int:
    """Return at how many places, the last axis apart, the scores have a slope.

    Args:
        loss: Made of the scores.
        scores: With a gradient.

    Raises:
        ValueError: If there is no score.
    """
    check_filled("scores", scores, "place")
    (slope,) = torch.autograd.grad(loss, scores, retain_graph=True)
    return int((slope != 0).any(dim=-1).sum())


def check_some_masked(tokens: Tensor, masked: Tensor) -> None:
    """Refuse a text of which nothing is asked.

    Raises:
        ValueError: If there is no token, or no place is masked.
    """
    check_filled("tokens", tokens, "token")
    if not masked.any():
        raise ValueError("masked has no place: mask at least one")
