"""Multi-head attention: several small attentions side by side, joined by a matrix.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), section 3.2.2, https://arxiv.org/abs/1706.03762
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.support.checks import (
    check_at_least,
    check_even,
    check_mask,
    check_width,
)
from ml2020.transformer.attention import Attended, attention
from ml2020.transformer.positions import turned


def in_heads(X: Float[Tensor, "*batch T d"], h: int) -> Tensor:
    """Return rows cut into h pieces, each for its head (*batch, h, T, d / h).

    Raises:
        ValueError: If d cannot be cut into h equal pieces.
    """
    check_heads(X.shape[-1], h)
    *batch, T, d = X.shape
    return X.view(*batch, T, h, d // h).transpose(-2, -3)  # (..., h, T, d / h)


def joined(b: Float[Tensor, "*batch h T d_v"]) -> Tensor:
    """Return the pieces of all heads side by side again (*batch, T, h d_v)."""
    return b.transpose(-2, -3).flatten(-2)


class MultiHead(nn.Module):
    """What asks by X and reads Z, with several heads; for self-attention both are one.

    Args:
        d: Numbers of a place.
        h: Heads, a divisor of d.
        rotary: Whether queries and keys are turned by the angles of their places.
    """

    def __init__(self, d: int, h: int, rotary: bool = False) -> None:
        check_heads(d, h)
        if rotary:
            check_even(d // h)
        super().__init__()
        self.h, self.rotary = h, rotary
        self.W_q, self.W_k, self.W_v, self.W_o = (nn.Linear(d, d) for _ in range(4))
        for W in (self.W_q, self.W_k, self.W_v, self.W_o):
            nn.init.xavier_uniform_(W.weight)
            nn.init.zeros_(W.bias)

    def forward(self, X: Tensor, Z: Tensor, seen: Tensor | None = None) -> Attended:
        """Return what each place of X (*batch, T, d) reads of Z (*batch, S, d).

        Args:
            X: The places that ask.
            Z: The places that are read.
            seen: Who may see whom (*batch, T, S) or what stretches to it, with two axes
                or more; the same for all heads.

        Raises:
            ValueError: See `attention`; or if a place has other numbers than the layer.
        """
        check_width("X", X, self.W_q)
        check_width("Z", Z, self.W_k)
        check_mask(X, Z, seen)
        Q, K, V = (
            in_heads(part, self.h) for part in (self.W_q(X), self.W_k(Z), self.W_v(Z))
        )
        if self.rotary:
            Q, K = turned(Q), turned(K)
        if seen is not None:
            seen = seen[..., None, :, :]
        b, alpha = attention(Q, K, V, seen)
        return Attended(self.W_o(joined(b)), alpha)


@torch.no_grad()
def like_torch(layer: nn.MultiheadAttention, mine: MultiHead) -> None:
    """Give a layer of ours the weights of torch's, in its place.

    Raises:
        ValueError: If the layer has other sizes, or something that ours has not.
    """
    check_twin(layer, mine)
    parts = (mine.W_q, mine.W_k, mine.W_v)
    for part, W in zip(parts, layer.in_proj_weight.chunk(3), strict=True):
        part.weight.copy_(W)
    for part, bias in zip(parts, layer.in_proj_bias.chunk(3), strict=True):
        part.bias.copy_(bias)
    mine.W_o.weight.copy_(layer.out_proj.weight)
    mine.W_o.bias.copy_(layer.out_proj.bias)


def check_twin(layer: nn.MultiheadAttention, mine: MultiHead) -> None:
    """Refuse a layer whose weights ours cannot take.

    Raises:
        ValueError: If it has other sizes or other heads, no biases, keys or values of
            other widths, or a place more to be read.
    """
    sizes = (layer.embed_dim, layer.num_heads), (mine.W_q.in_features, mine.h)
    if sizes[0] != sizes[1]:
        raise ValueError(f"layer has (d, h) = {sizes[0]}: give one with {sizes[1]}")
    more = layer.add_zero_attn or layer.bias_k is not None or mine.rotary
    if layer.in_proj_weight is None or layer.in_proj_bias is None or more:
        raise ValueError(
            "layer has no twin of ours: give one with biases, with kdim and vdim as d,"
            " without add_bias_kv and add_zero_attn, and ours without turns"
        )


def check_heads(d: int, h: int) -> None:
    """Refuse heads among which the numbers of a place cannot be divided.

    Raises:
        ValueError: If h is below 1 or no divisor of d.
    """
    check_at_least("d", d, 1)
    if h < 1 or d % h:
        raise ValueError(f"h is {h}: choose a divisor of d, {d}")
