"""Looks of a reversal: where the greatest weight is, and what other weights would say.

Chapter: book/rnn_attention.md
Source:  the chapter's own experiment; weights exchanged for others as by Jain and
         Wallace (2019), section 4.2, https://doi.org/10.18653/v1/N19-1357
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.seq2seq import Seq2Seq
from ml2020.rnn.seq2seq_pairs import Pairs, places
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_like,
    check_shape,
)


def mirrored(T: int) -> Float[Tensor, "T T"]:
    """Return the weights that look at the mirrored place alone, a row a step.

    Raises:
        ValueError: If T is below 1.
    """
    check_at_least("T", T, 1)
    return torch.eye(T, dtype=torch.float32).flip(1)


def just_said(T: int) -> Float[Tensor, "T T"]:
    """Return those that look at the place of the symbol said just before.

    Before the first step nothing was said: this row looks at the first place.
    """
    return mirrored(T).roll(1, dims=1)


def share_greatest(alpha: Float[Tensor, "n S T"], at: Float[Tensor, "T T"]) -> float:
    """Return how often, from step 2 to T, the greatest weight is at a place.

    Args:
        alpha: The weights, stop's step among them or not.
        at: 1 at this place, a row a step.

    Raises:
        ValueError: If there is no second step, or a weight is NaN.
    """
    T = alpha.shape[-1]
    check_several_steps(T)
    check_finite("alpha", alpha, "give weights that attend has made")
    hits = alpha[:, 1:T].argmax(dim=-1) == at[1:].argmax(dim=-1)
    return hits.double().mean().item()


def without(alpha: Float[Tensor, "*n S T"], at: Float[Tensor, "*m S T"]) -> Tensor:
    """Return the weights with a place of each step taken out, the others made up to 1.

    Args:
        alpha: The weights.
        at: 1 at the place that is taken out, for all sequences or for each.

    Raises:
        ValueError: If in some step no weight is anywhere else.
    """
    left = alpha * (1 - at)
    check_left(left)
    return left / left.sum(dim=-1, keepdim=True)


@torch.no_grad()
def scores_with(
    model: Seq2Seq, pairs: Pairs, alpha: Float[Tensor, "*n S T"]
) -> Float[Tensor, "n S outputs"]:
    """Return the scores of the first steps, if these weights are read.

    Before each step the network is told the right symbol.

    Args:
        model: A network with attention.
        pairs: What goes in, and what has to come out.
        alpha: The weights of the first S steps, of all sequences or of each.

    Raises:
        ValueError: If the network has no attention, or they are of other places, no
            weights, or behind the end.
    """
    check_looks(model, pairs, alpha)
    heard = model.encode(pairs)
    told = model.told(pairs)[:, : alpha.shape[-2]]
    Z, _ = model.speaks(model.symbols(told), model.first(heard)[None])
    return model.say(Z, alpha @ heard.H)


def right_with(model: Seq2Seq, pairs: Pairs, alpha: Float[Tensor, "*n T T"]) -> float:
    """Return the share of right symbols, from step 2 to T, if these weights are read.

    Args:
        model: A network with attention that reverses.
        pairs: Sequences of T symbols, and each of them backwards.
        alpha: See `scores_with`.

    Raises:
        ValueError: See `scores_with`; or if there is no second step, or a sequence is
            shorter than others.
    """
    T = pairs.X.shape[1]
    check_several_steps(T)
    check_one_length(pairs)
    right = scores_with(model, pairs, alpha).argmax(dim=-1) == pairs.Y[:, :T]
    return right[:, 1:].double().mean().item()


def check_several_steps(T: int) -> None:
    """Refuse sequences without a second step."""
    if T < 2:
        raise ValueError(f"alpha is of {T} place: give 2 or more")


def check_one_length(pairs: Pairs) -> None:
    """Refuse sequences of several lengths."""
    T = pairs.X.shape[1]
    if not ((pairs.lengths == T).all() and pairs.Y.shape[1] == T + 1):
        raise ValueError(f"pairs are not all of {T} symbols: give those of one length")
    if not (pairs.Y >= 0).all():
        raise ValueError(f"pairs have answers below {T} symbols: give as many")


def check_left(left: Tensor) -> None:
    """Refuse steps of which nothing is left."""
    if not (left.sum(dim=-1) > 0).all():
        raise ValueError("alpha has no weight but at this place: leave this step out")


def check_looks(model: Seq2Seq, pairs: Pairs, alpha: Tensor) -> None:
    """Refuse networks that do not look, and weights of other places."""
    if model.match == "none":
        raise ValueError("model has no attention: give one with a match")
    check_filled("pairs.X", pairs.X, "pair")
    (n, T), S = pairs.X.shape, min(alpha.shape[-2], pairs.Y.shape[1])
    check_shape("alpha", alpha, (n, S, T) if alpha.dim() == 3 else (S, T))
    check_like("alpha", alpha, "model", model.letters.weight)
    check_finite("alpha", alpha, "give weights that attend has made")
    if not ((alpha >= 0).all() and (alpha.sum(dim=-1) - 1).abs().max() < 1e-3):
        raise ValueError("alpha has other sums than 1: give weights, 0 or more")
    if (alpha * ~places(pairs)[:, None]).any():
        raise ValueError("alpha has weights behind the end: give 0 there")
