"""Looks of a reversal: where the greatest weight is, and what other weights would say.

Chapter: book/rnn_attention.md
Source:  the chapter's own experiment; weights exchanged for others as by Jain and
         Wallace (2019), section 4.2, https://doi.org/10.18653/v1/N19-1357
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.reversal import SYMBOLS
from ml2020.rnn.seq2seq import Seq2Seq
from ml2020.rnn.seq2seq_pairs import Pairs
from ml2020.support.checks import check_shape


def mirrored(T: int) -> Float[Tensor, "T T"]:
    """Return the weights that look at the mirrored place alone, a row a step."""
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
    """
    T = alpha.shape[-1]
    hits = alpha[:, 1:T].argmax(dim=-1) == at[1:].argmax(dim=-1)
    return hits.double().mean().item()


@torch.no_grad()
def right_with(model: Seq2Seq, pairs: Pairs, alpha: Float[Tensor, "*n T T"]) -> float:
    """Return the share of right symbols, from step 2 to T, if these weights are read.

    Before each step the network is told the right symbol.

    Args:
        model: A network with attention that reverses.
        pairs: Sequences of T symbols, and each of them backwards.
        alpha: The weights of each step, of all sequences or of each.

    Raises:
        ValueError: If they are not of as many places.
    """
    T = pairs.X.shape[1]
    check_shape("alpha", alpha, (*alpha.shape[:-2], T, T))
    heard = model.encode(pairs)
    begin = torch.full_like(pairs.Y[:, :1], SYMBOLS + 1)
    before = torch.cat([begin, pairs.Y[:, : T - 1]], dim=1)
    Z, _ = model.speaks(model.symbols(before), model.first(heard)[None])
    mixed = torch.tanh(model.mixes(torch.cat([Z, alpha @ heard.H], dim=-1)))
    right = model.says(mixed).argmax(dim=-1) == pairs.Y[:, :T]
    return right[:, 1:].double().mean().item()
