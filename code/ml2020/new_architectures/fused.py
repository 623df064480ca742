"""Fused: the same attention by torch's own kernel, which keeps no table of scores.

Chapter: book/new_architectures.md
Source:  torch.nn.functional.scaled_dot_product_attention; how it is done without the
         table: Dao et al. (2022), section 3, https://arxiv.org/abs/2205.14135
"""

from copy import deepcopy
from typing import NamedTuple, TypeVar

from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_mask,
    check_width,
)
from ml2020.transformer.heads import MultiHead, in_heads, joined

Model = TypeVar("Model", bound=nn.Module)


class Read(NamedTuple):
    """What was read (*batch, T, d); nobody knows where."""

    b: Tensor


class FusedHeads(nn.Module):
    """Attention with the weights of given heads, by torch's kernel.

    Args:
        heads: Whose matrices it takes; without turns.
    """

    def __init__(self, heads: MultiHead) -> None:
        check_unturned(heads)
        super().__init__()
        self.h = heads.h
        self.W_q, self.W_k, self.W_v = heads.W_q, heads.W_k, heads.W_v
        self.W_o = heads.W_o

    def forward(self, X: Tensor, Z: Tensor, seen: Tensor | None = None) -> Read:
        """Return what each place of X reads of Z.

        Raises:
            ValueError: See `MultiHead`; but that scores overflow is not noticed.
        """
        check_width("X", X, self.W_q)
        check_width("Z", Z, self.W_k)
        check_mask(X, Z, seen)
        for name, part in (("X", X), ("Z", Z)):
            check_filled(name, part, "place")
            check_finite(name, part, "train with a lower rate")
        Q, K, V = (
            in_heads(part, self.h) for part in (self.W_q(X), self.W_k(Z), self.W_v(Z))
        )
        mask = None if seen is None else seen[..., None, :, :]
        return Read(self.W_o(joined(scaled_dot_product_attention(Q, K, V, mask))))


def fused(model: Model) -> Model:
    """Return a copy of a network whose attentions are torch's.

    Raises:
        ValueError: If there is none in it, or one that turns queries and keys.
    """
    check_attends(model)
    copy = deepcopy(model)
    for part in list(copy.modules()):
        for name, child in part.named_children():
            if isinstance(child, MultiHead):
                setattr(part, name, FusedHeads(child))
    return copy


def check_unturned(heads: MultiHead) -> None:
    """Refuse heads that turn queries and keys."""
    if heads.rotary:
        raise ValueError("heads turn queries and keys: give some with rotary=False")


def check_attends(model: nn.Module) -> None:
    """Refuse what holds no attention, heads alone among it."""
    if not any(isinstance(part, MultiHead) for part in [*model.modules()][1:]):
        raise ValueError("model holds no MultiHead: give a network that has some")
