"""Layers: attention, then a network for each place, each with a way around and a norm.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), section 3, https://arxiv.org/abs/1706.03762; the norm
         first: Xiong et al. (2020), figure 1, https://arxiv.org/abs/2002.04745
"""

# mypy: disable-error-code="override"

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ml2020.support.checks import check_alike, check_at_least, check_shape
from ml2020.training_tips.normalise import LAYER, normalised
from ml2020.transformer.heads import MultiHead, like_torch


def around(
    part: Callable[[Tensor], Tensor],
    norm: Callable[[Tensor], Tensor],
    X: Tensor,
    pre: bool,
) -> Tensor:
    """Return what a part makes of X, added to X, with the norm before it or behind."""
    if pre:
        return X + part(norm(X))
    return norm(X + part(X))


class Norm(nn.Module):
    """Layer norm of each place by itself.

    Args:
        d: Numbers of a place, 2 or more.
    """

    def __init__(self, d: int) -> None:
        check_at_least("d", d, 2)
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(d, dtype=torch.float32))
        self.beta = nn.Parameter(torch.zeros(d, dtype=torch.float32))

    def forward(self, X: Tensor) -> Tensor:
        """Return the places (*batch, T, d), each with mean beta and spread gamma.

        Raises:
            ValueError: If they have not d numbers.
        """
        check_shape("X", X, (*X.shape[:-1], len(self.gamma)))
        return self.gamma * normalised(X, LAYER) + self.beta


class EncoderLayer(nn.Module):
    """Self-attention, then a network of one hidden layer at each place.

    Args:
        d: Numbers of a place.
        h: Heads, a divisor of d.
        hidden: Neurons of the hidden layer.
        pre: Whether the norm comes first.
        rotary: See `MultiHead`.
    """

    def __init__(
        self, d: int, h: int, hidden: int, pre: bool = False, rotary: bool = False
    ) -> None:
        check_at_least("hidden", hidden, 1)
        super().__init__()
        self.pre = pre
        self.attends = MultiHead(d, h, rotary)
        self.thinks = nn.Sequential(
            nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, d)
        )
        self.norm1, self.norm2 = Norm(d), Norm(d)

    def forward(self, X: Tensor, seen: Tensor | None = None) -> Tensor:
        """Return the places (*batch, T, d) as this layer leaves them."""
        X = around(
            lambda Z: self.attends(Z, Z, seen).b,
            self.norm1,
            X,
            self.pre,
        )
        return around(self.thinks, self.norm2, X, self.pre)


class DecoderLayer(EncoderLayer):
    """The same with a second attention between, which reads what the encoder has left.

    Args: See `EncoderLayer`.
    """

    def __init__(
        self, d: int, h: int, hidden: int, pre: bool = False, rotary: bool = False
    ) -> None:
        super().__init__(d, h, hidden, pre, rotary)
        self.looks, self.norm3 = MultiHead(d, h), Norm(d)

    def forward(
        self, Y: Tensor, H: Tensor, before: Tensor, there: Tensor | None = None
    ) -> Tensor:
        """Return the places as this layer leaves them.

        Args:
            Y: The places of the decoder (*batch, S, d).
            H: What the encoder has left (*batch, T, d).
            before: Which places of Y each of Y may see.
            there: Which places of H.
        """
        Y = around(
            lambda Z: self.attends(Z, Z, before).b,
            self.norm1,
            Y,
            self.pre,
        )
        Y = around(
            lambda Z: self.looks(Z, H, there).b,
            self.norm2,
            Y,
            self.pre,
        )
        return around(self.thinks, self.norm3, Y, self.pre)


@torch.no_grad()
def as_torch(
    layer: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer, mine: Any
) -> None:
    """Give a layer of ours the weights of torch's, in its place.

    Raises:
        ValueError: If the layer has other sizes, or computes something else.
    """
    check_alike(layer, mine)
    like_torch(layer.self_attn, mine.attends)
    if isinstance(mine, DecoderLayer):
        like_torch(layer.multihead_attn, mine.looks)  # type: ignore[arg-type]
    for k, part in ((0, layer.linear1), (2, layer.linear2)):
        mine.thinks[k].load_state_dict(part.state_dict())
    for name in ("norm1", "norm2", "norm3"):
        if hasattr(mine, name):
            norm, theirs = getattr(mine, name), getattr(layer, name)
            norm.gamma.copy_(theirs.weight)
            norm.beta.copy_(theirs.bias)
