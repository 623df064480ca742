"""Dots: emoji as sentences of coloured dots, row after row.

Chapter: book/conditional_generation_sequence.md
Source:  van den Oord, Kalchbrenner and Kavukcuoglu (2016),
         https://proceedings.mlr.press/v48/oord16.html; Lee (2020), conditional
         generation
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.conditional_generation.learning import first, learned
from ml2020.conditional_generation.steps import mean_bits
from ml2020.conditional_generation.writer import Writer
from ml2020.data.emoji import emoji
from ml2020.support.checks import check_at_least, check_dots

COLOURS = {  # of the palette, by red, green and blue
    **{"white": (1.0, 1.0, 1.0), "black": (0.15, 0.15, 0.15)},
    **{"grey": (0.6, 0.6, 0.6), "red": (0.9, 0.2, 0.2)},
    **{"yellow": (1.0, 0.8, 0.2), "green": (0.3, 0.7, 0.3)},
    **{"blue": (0.2, 0.5, 0.9), "brown": (0.6, 0.35, 0.2)},
}
SIDE, UNITS, BATCH = 12, 32, 32
OUTSIDE = len(COLOURS)  # what stands for a dot beyond the edge
SEES = {  # which dots, as (down, right) of the one that comes
    "left": ((0, -1),),
    "left, above": ((0, -1), (-1, 0), (-1, -1), (-1, 1)),
}
PARTS = {"learn": slice(800), "choose": slice(800, 970), "judge": slice(970, None)}


def as_colours(pictures: Float[Tensor, "n 3 h w"]) -> Int[Tensor, "n side side"]:
    """Return pictures of 12 by 12 dots, each the nearest of eight colours.

    Raises:
        ValueError: If there is no picture, or a dot is outside 0 to 1.
    """
    check_dots("pictures", pictures)
    small = F.adaptive_avg_pool2d(pictures, SIDE)
    palette = torch.tensor(list(COLOURS.values()), dtype=torch.float32)
    apart = (small[:, None] - palette[:, :, None, None]).square().sum(dim=2)
    return apart.argmin(dim=1)


def seen(
    D: Int[Tensor, "n side side"], sees: str, outside: int = OUTSIDE
) -> Int[Tensor, "n steps k"]:
    """Return what is seen before each dot comes, in the order of the rows.

    Args:
        D: The colours of the dots.
        sees: Which dots are seen, one of SEES.
        outside: What stands for a dot beyond the edge.

    Raises:
        ValueError: If it is unknown what is seen.
    """
    check_sees(sees)
    n, side, _ = D.shape
    framed = torch.full((n, side + 1, side + 2), outside, dtype=torch.int64)
    framed[:, 1:, 1:-1] = D
    parts = [
        framed[:, 1 + down : 1 + down + side, 1 + right : 1 + right + side]
        for down, right in SEES[sees]
    ]
    return torch.stack(parts, dim=-1).flatten(1, 2)


def painter(sees: str, seed: int, lr: float, updates: int) -> Writer:
    """Return a network that has learned to paint, dot after dot.

    Args:
        sees: What it is told before each dot, one of SEES.
        seed: Of the first weights and of the order of the pictures.
        lr: The first rate.
        updates: 1 or more.
    """
    D = as_colours(emoji().pictures[PARTS["learn"]])
    dice = torch.Generator().manual_seed(40_000 + seed)

    def loss(model: Writer, t: int) -> Tensor:
        some = D[torch.randint(len(D), (BATCH,), generator=dice)]
        scores = model(some.flatten(1), seen(some, sees))
        return F.cross_entropy(scores.flatten(0, 1), some.flatten())

    extra = len(SEES[sees]) - 1
    make = first(lambda: Writer(len(COLOURS), UNITS, extra), seed)
    return learned(make, loss, lr, updates)


@torch.no_grad()
def dot_bits(model: Writer, D: Tensor, sees: str) -> float:
    """Return how many bits a dot costs: the mean of -log2 P."""
    return mean_bits(model(D.flatten(1), seen(D, sees)), D.flatten(1))


@torch.no_grad()
def painted(
    model: Writer,
    D: Int[Tensor, "n side side"],
    rows: int,
    sees: str,
    *,
    generator: torch.Generator | None = None,
) -> Int[Tensor, "n side side"]:
    """Return pictures of which some rows are given and the rest is drawn, dot by dot.

    Args:
        model: One that has learned to see the same.
        D: The pictures; only their first rows count.
        rows: How many are given, 0 or more.
        sees: What the model is told.
        generator: Seed it to draw the same again.
    """
    check_at_least("rows", rows, 0)
    D, h, side = D.clone(), None, D.shape[1]
    D[:, rows:] = OUTSIDE
    for k in range(side * side):
        scores, h = model.step(seen(D, sees)[:, k : k + 1], h)
        if k >= rows * side:
            p = scores[:, 0].softmax(dim=-1)
            D[:, k // side, k % side] = torch.multinomial(p, 1, generator=generator)[
                :, 0
            ]
    return D


def check_sees(sees: str) -> None:
    """Refuse what nobody sees.

    Raises:
        ValueError: If it is unknown.
    """
    if sees not in SEES:
        raise ValueError(f"sees is {sees}: choose one of {'; '.join(SEES)}")
