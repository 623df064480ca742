"""One pixel: which dot, and how much ink in it, makes a network err?

Chapter: book/attack_find.md
Source:  Su, Vargas and Sakurai (2019), section III, https://arxiv.org/abs/1710.08864
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.attack.evolution import Cost, Population
from ml2020.attack.losses import Classes, LossOf
from ml2020.support.checks import check_at_least, check_dots, check_finite

Dots = Float[Tensor, "n *channel rows columns"]


def dotted(
    x: Dots, genes: Float[Tensor, "n members 3"]
) -> Float[Tensor, "many *channel rows columns"]:
    """Return each picture with one dot replaced, once for each of its candidates.

    Args:
        x: The pictures.
        genes: Row, column and ink of each candidate; a place outside is at the edge,
            ink outside is none or full.

    Raises:
        ValueError: If a gene is NaN or infinite.
    """
    check_finite("genes", genes, "draw the candidates anew")
    n, count, _ = genes.shape
    rows, columns = x.shape[-2:]
    row = genes[..., 0].clamp(0, rows - 1).long()
    column = genes[..., 1].clamp(0, columns - 1).long()
    many = x.flatten(1).repeat_interleave(count, dim=0)
    place = (row * columns + column).view(-1, 1)
    many = many.scatter(1, place, genes[..., 2].clamp(0, 1).reshape(-1, 1))
    return many.view(n * count, *x.shape[1:])


def candidates(
    x: Dots, count: int, *, generator: torch.Generator | None = None
) -> Population:
    """Return candidates for each picture: place and ink uniform.

    Raises:
        ValueError: If a dot is outside 0 to 1, or the count is below 4.
    """
    check_dots("x", x)
    check_at_least("count", count, 4)
    drawn = torch.rand(len(x), count, 3, generator=generator, dtype=x.dtype)
    return drawn * torch.tensor([*x.shape[-2:], 1], dtype=x.dtype)


def cost_of(loss: LossOf, x: Dots, y: Classes) -> Cost:
    """Return the cost of candidates: the loss of the pictures that they make."""

    @torch.no_grad()
    def cost(genes: Population) -> Float[Tensor, "tasks members"]:
        count = genes.shape[1]
        told = loss(dotted(x, genes), y.repeat_interleave(count))
        return told.view(len(x), count)

    return cost


def every_dot(x: Dots, inks: tuple[float, ...] = (0.0, 1.0)) -> Population:
    """Return all candidates with these inks: every place of every picture."""
    rows, columns = x.shape[-2:]
    axes = (
        torch.arange(rows, dtype=x.dtype),
        torch.arange(columns, dtype=x.dtype),
        torch.tensor(inks, dtype=x.dtype),
    )
    return torch.cartesian_prod(*axes).expand(len(x), -1, -1)
