"""Examination: every way to explain is asked about the same pictures, and marked.

Chapter: book/explainable_local.md
Source:  the chapter's own; what is marked is the share in the true cause's cell, after
         Arras, Osman and Samek (2022), https://arxiv.org/abs/2003.07258
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.explainable.deeplift import deeplift
from ml2020.explainable.integrated import integrated
from ml2020.explainable.lime import closeness, lime
from ml2020.explainable.occlusion import occlusion
from ml2020.explainable.parts import by_part, worths
from ml2020.explainable.saliency import (
    saliency,
    slope,
    slope_times_input,
    smooth_slope,
)
from ml2020.explainable.score import lead
from ml2020.explainable.shapes import GROUND, Shapes, cell_numbers
from ml2020.explainable.shapley import coalitions, shapley

DOTS = (
    "saliency",
    "gradient x input",
    "SmoothGrad",
    "integrated gradients",
    "DeepLIFT",
    "occlusion, 9 dots",
    "occlusion, 3 dots",
    "slope x (x - x')",
    "ink alone",
)
Pictures = Float[Tensor, "n 1 rows columns"]


class Mark(NamedTuple):
    """What one map of each picture is worth, where its cells get sizes or sums."""

    share: float  # in the cell of the cause, of all
    rings: float  # share of rings whose best cell is that of the cause
    squares: float  # and of squares


def by_dots(
    model: nn.Sequential,
    X: Pictures,
    named: Int[Tensor, " n"],
    ways: Sequence[str] = DOTS,
    *,
    generator: torch.Generator | None = None,
) -> dict[str, Pictures]:
    """Return what each way says of each dot; blank paper is the baseline.

    Args:
        model: Gives scores.
        X: Pictures; they stay as they are.
        named: The class that is to be explained.
        ways: Which; of `DOTS`.
        generator: Of the noise of SmoothGrad.

    Raises:
        ValueError: If a way is not known.
    """
    check_ways(ways)
    score, plain = lead(model, named), torch.full_like(X, GROUND)
    asked = {
        "saliency": lambda: saliency(score, X),
        "gradient x input": lambda: slope_times_input(score, X),
        "SmoothGrad": lambda: smooth_slope(score, X, 0.1, 20, generator=generator),
        "integrated gradients": lambda: integrated(score, X, plain, 20),
        "DeepLIFT": lambda: deeplift(model, X, plain, named),
        "occlusion, 9 dots": lambda: occlusion(score, X, GROUND, 9, 3),
        "occlusion, 3 dots": lambda: occlusion(score, X, GROUND, 3, 2),
        "slope x (x - x')": lambda: slope(score, X) * (X - plain),
        "ink alone": lambda: X - plain,
    }
    return {way: asked[way]() for way in ways}


def by_cells(
    model: nn.Sequential,
    X: Pictures,
    named: Int[Tensor, " n"],
    *,
    generator: torch.Generator | None = None,
) -> dict[str, Float[Tensor, "n 9"]]:
    """Return what Shapley, LIME (of 200 sets) and removal say of the nine cells."""
    kept, found = coalitions(9), []
    for k in range(len(X)):
        x = X[k : k + 1]
        plain = torch.full_like(x, GROUND)
        v = worths(lead(model, named[k : k + 1]), x, plain, cell_numbers(), kept)
        rows = torch.randperm(len(kept), generator=generator)[:200]
        z = kept[rows].to(v)
        near = lime(z, v[rows], closeness(z, 0.5), 1e-3).w
        gone = v[-1] - v[len(kept) - 1 - 2 ** torch.arange(9)]
        found.append(torch.stack([shapley(v, 9), near, gone]))
    ways = torch.stack(found, dim=1)
    return dict(zip(("Shapley", "LIME", "a cell removed"), ways, strict=True))


def marked(cells: Float[Tensor, "n 9"], data: Shapes) -> Mark:
    """Return the mark of what each cell is worth; it is its size that counts."""
    size = cells.abs()
    mine = size.gather(1, data.cause[:, None])[:, 0]
    share = (mine / size.sum(dim=1).clamp_min(1e-12)).mean().item()
    hit = (size.argmax(dim=1) == data.cause).double()
    return Mark(share, *(hit[data.y == c].mean().item() for c in (0, 1)))


def cells_of(a: Pictures) -> tuple[Float[Tensor, "n 9"], Float[Tensor, "n 9"]]:
    """Return for each cell the sum of the sizes of its dots, and their sum."""
    number = cell_numbers()
    return by_part(a.abs(), number), by_part(a, number)


def check_ways(ways: Sequence[str]) -> None:
    """Refuse ways that nobody knows.

    Raises:
        ValueError: If there is one.
    """
    for way in ways:
        if way not in DOTS:
            raise ValueError(f"ways has {way!r}: give some of {', '.join(DOTS)}")
