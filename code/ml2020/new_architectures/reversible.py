"""Reversible layers: what came in is computed from what came out, and not kept.

Chapter: book/new_architectures.md
Source:  Gomez et al. (2017), section 3, https://arxiv.org/abs/1707.04585; with
         attention and network: Kitaev, Kaiser and Levskaya (2020), section 3,
         https://arxiv.org/abs/2001.04451
"""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ml2020.new_architectures.orders import thinking
from ml2020.support.checks import check_again, check_as_wide, check_at_least, check_back
from ml2020.transformer.heads import MultiHead
from ml2020.transformer.layers import Norm

Step = Callable[[Tensor], Tensor]


class Halves(NamedTuple):
    """Two streams of the same shape."""

    first: Tensor
    second: Tensor


def there(F: Step, G: Step, x1: Tensor, x2: Tensor) -> Halves:
    """Return what a reversible layer makes of two streams."""
    y1 = x1 + F(x2)
    y2 = x2 + G(y1)
    return Halves(y1, y2)


def back(F: Step, G: Step, y1: Tensor, y2: Tensor) -> Halves:
    """Return the two streams that a reversible layer was given."""
    x2 = y2 - G(y1)
    x1 = y1 - F(x2)
    return Halves(x1, x2)


class Unkept(torch.autograd.Function):
    """Layers of which only the end is kept; slopes go back with the streams."""

    @staticmethod
    def forward(
        ctx: Any,
        x1: Tensor,
        x2: Tensor,
        blocks: list[tuple[nn.Module, nn.Module]],
        *_weights: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return both streams after all blocks."""
        check_again(ctx, chain(*blocks), x1.device)
        for F, G in blocks:
            x1, x2 = there(F, G, x1, x2)
        ctx.blocks = blocks
        check_again(ctx, chain(*blocks), x1.device)
        ctx.save_for_backward(x1, x2)
        return x1, x2

    @staticmethod
    def backward(ctx: Any, g1: Tensor, g2: Tensor) -> Any:
        """Return the slopes by both streams, by nothing, and by all weights."""
        check_back(ctx, chain(*ctx.blocks))
        y1, y2 = ctx.saved_tensors
        by_weights: list[Tensor | None] = []
        for F, G in reversed(ctx.blocks):
            made, by_y1, of_G = slopes(G, y1, g2)
            y2, g1 = y2 - made, g1 + by_y1
            made, by_x2, of_F = slopes(F, y2, g1)
            y1, g2 = y1 - made, g2 + by_x2
            by_weights = of_F + of_G + by_weights
        return g1, g2, None, *by_weights


def slopes(
    part: nn.Module, x: Tensor, g: Tensor
) -> tuple[Tensor, Tensor, list[Tensor | None]]:
    """Return what a part makes of x, and slopes of g times it: by x, by weights.

    A weight that the part does not use has None.
    """
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        made = part(x)
    by_x, *by_weights = torch.autograd.grad(
        made, [x, *learned(part)], g, allow_unused=True
    )
    return made.detach(), by_x, by_weights  # type: ignore[return-value]


def learned(part: nn.Module) -> list[Tensor]:
    """Return the weights of a part that are not frozen."""
    return [weight for weight in part.parameters() if weight.requires_grad]


class Normed(nn.Module):
    """A part ("s", "f", or the attention itself) behind its norm, no way around."""

    def __init__(self, part: str | nn.Module, d: int, h: int) -> None:
        super().__init__()
        self.norm = Norm(d)
        if isinstance(part, str):
            part = MultiHead(d, h) if part == "s" else thinking(d)
        self.part = part

    def forward(self, X: Tensor) -> Tensor:
        """Return what the part makes of the places (n, T, d)."""
        Z = self.norm(X)
        made: Tensor = (
            self.part(Z, Z).b if isinstance(self.part, MultiHead) else self.part(Z)
        )
        check_as_wide(X, made)
        return made


class Reversible(nn.Module):
    """Layers of attention F and network G; what comes out is the mean of both streams.

    Args:
        attends: The attention of each layer, 1 or more; it gets the places and returns
            as many, or is a `MultiHead`.
        d: Numbers of a place.
        kept: Whether all is kept; if not, parts must not draw, nor weights change.
    """

    def __init__(
        self, attends: Iterable[nn.Module], d: int, *, kept: bool = False
    ) -> None:
        super().__init__()
        self.kept = kept
        self.F = nn.ModuleList(Normed(part, d, 1) for part in attends)
        check_at_least("attends", len(self.F), 1)
        self.G = nn.ModuleList(Normed("f", d, 1) for _ in self.F)

    def forward(self, X: Tensor) -> Tensor:
        """Return the places (n, T, d); both streams begin with them."""
        blocks = list(zip(self.F, self.G, strict=True))
        first = second = X
        if self.kept:
            for F, G in blocks:
                first, second = there(F, G, first, second)
        else:
            weights = [x for block in blocks for part in block for x in learned(part)]
            first, second = Unkept.apply(first, second, blocks, *weights)  # type: ignore[no-untyped-call]
        return (first + second) / 2
