"""Speaking: what a transformer says of its own, and how a beam asks it.

Chapter: book/transformer_model.md
Source:  Vaswani et al. (2017), section 3.1: the decoder is told what it has said,
         https://arxiv.org/abs/1706.03762
"""

from collections.abc import Callable

import torch
from torch import Tensor

from ml2020.rnn.seq2seq_learning import greedily
from ml2020.rnn.seq2seq_pairs import Pairs
from ml2020.transformer.model import Read, Transformer


@torch.no_grad()
def spoken(model: Transformer, pairs: Pairs, most: int) -> list[list[int]]:
    """Return what a network says of its own, greedily, at most so many symbols each."""
    read = model.encode(pairs)

    def step(y: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        told = torch.cat([told, y[:, None]], dim=1)
        return model.speak(told, read)[:, -1], told

    begin = torch.full_like(pairs.lengths, model.outputs)
    return greedily(step, begin, begin[:, None][:, :0], most)


def next_scores(model: Transformer, pair: Pairs) -> Callable[[Tensor], Tensor]:
    """Return what scores the next symbol of each beginning (k, t), as a beam asks it.

    Args:
        model: The network.
        pair: One sequence that goes in.

    Raises:
        ValueError: If there are more.
    """
    check_one(pair)
    H, there = model.encode(pair)

    @torch.no_grad()
    def step(told: Tensor) -> Tensor:
        k = len(told)
        read = Read(H.expand(k, -1, -1), there.expand(k, -1, -1))
        return model.speak(told, read)[:, -1]

    return step


def check_one(pair: Pairs) -> None:
    """Refuse several sequences where one is spoken of."""
    if len(pair.X) != 1:
        raise ValueError(f"pair has {len(pair.X)} sequences: give one at a time")
