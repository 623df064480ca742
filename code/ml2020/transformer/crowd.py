"""Crowd: readers whose attention meets each near place several times, but for one.

What is far is hidden, so no distance is new; only the number of places grows among
which a softmax divides its weight.

Chapter: book/transformer_model.md
Source:  our own; that weights thin out with the length: Chiang and Cholak (2022),
         https://arxiv.org/abs/2202.12172
"""

import copy

import torch
from jaxtyping import Bool
from torch import Tensor, nn

from ml2020.support.checks import check_at_least
from ml2020.transformer.attention import Attended, attention
from ml2020.transformer.heads import MultiHead, in_heads, joined
from ml2020.transformer.positions import turned
from ml2020.transformer.reader import Reader
from ml2020.transformer.sight import nearby


def crowd(T: int, reach: int, back: int, times: int) -> Bool[Tensor, "T copies"]:
    """Return who sees whom, if each place stands there several times, side by side.

    Args:
        T: How many places there are.
        reach: How far a place sees on both sides.
        back: The place so far before it is seen once only.
        times: How often each of the others is seen.

    Raises:
        ValueError: If T or times is below 1, back below 0, or reach below back.
    """
    check_at_least("back", back, 0)
    check_at_least("reach", reach, back)
    check_at_least("times", times, 1)
    near = nearby(T, reach)
    at = torch.arange(T)
    others = near & (at[:, None] - at != back)
    return torch.stack([near, *[others] * (times - 1)], dim=-1).flatten(-2)


class Crowded(nn.Module):
    """Self-attention in such a crowd, with the weights of another one.

    Args:
        attends: The other one.
        reach: See `crowd`.
        back: Likewise.
        times: Likewise.
    """

    def __init__(self, attends: MultiHead, reach: int, back: int, times: int) -> None:
        crowd(1, reach, back, times)  # refuses
        super().__init__()
        self.attends, self.settings = attends, (reach, back, times)

    def forward(self, X: Tensor, Z: Tensor, seen: Tensor | None = None) -> Attended:
        """Return what each place reads; see `MultiHead`."""
        own, times = self.attends, self.settings[-1]
        parts = own.W_q(X), own.W_k(Z), own.W_v(Z)
        Q, K, V = (in_heads(part, own.h) for part in parts)
        if own.rotary:
            Q, K = turned(Q), turned(K)
        there = crowd(Z.shape[-2], *self.settings).to(Z.device)
        if seen is not None:
            there = there & seen.repeat_interleave(times, dim=-1)[..., None, :, :]
        K, V = (part.repeat_interleave(times, dim=-2) for part in (K, V))
        b, alpha = attention(Q, K, V, there)
        return Attended(own.W_o(joined(b)), alpha)


def crowded(reader: Reader, reach: int, back: int, times: int) -> Reader:
    """Return a copy of a reader each of whose layers reads in such a crowd.

    Raises:
        ValueError: See `crowd`; or if something is hidden from the reader already.
    """
    check_whole(reader)
    reader = copy.deepcopy(reader)
    for layer in reader.layers:
        layer.attends = Crowded(layer.attends, reach, back, times)  # type: ignore[arg-type]
    return reader


def check_whole(reader: Reader) -> None:
    """Refuse a reader whose layers have been wrapped."""
    for layer in reader.layers:
        if not isinstance(getattr(layer, "attends", None), MultiHead):
            raise ValueError(
                "reader has layers that hide something: give it as it has learned"
            )
