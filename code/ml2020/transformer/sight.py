"""Sight: a reader that does not see far, and one whose first place may be any.

Chapter: book/transformer_model.md
Source:  neighbours alone: Vaswani et al. (2017), section 4,
         https://arxiv.org/abs/1706.03762; any first place: Kiyono et al. (2021),
         https://arxiv.org/abs/2109.05644
"""

import copy
from collections.abc import Callable
from functools import partial

import torch
from jaxtyping import Bool, Int
from torch import Tensor, nn

from ml2020.support.checks import check_at_least
from ml2020.transformer.positions import sinusoids
from ml2020.transformer.reader import Places, Reader


def nearby(
    T: int, reach: int, device: torch.device | None = None
) -> Bool[Tensor, "T T"]:
    """Return who sees whom, if each sees as far as `reach` on both sides.

    Raises:
        ValueError: If T is below 1, or reach below 0.
    """
    check_at_least("T", T, 1)
    check_at_least("reach", reach, 0)
    at = torch.arange(T, device=device)
    return (at[:, None] - at).abs() <= reach


def strangers(
    T: int, back: int, beyond: int, n: int, *, generator: torch.Generator | None = None
) -> Bool[Tensor, "T T"]:
    """Return who sees whom, if each sees one place before it and n that are far away.

    Args:
        T: How many places there are.
        back: How far before it the one place is; where there is none, none is seen.
        beyond: The n are further away than that, on either side.
        n: How many they are, drawn anew for each place.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If back, beyond or n is below 1, or somebody has fewer than n places
            so far away.
    """
    for name, number in (("back", back), ("beyond", beyond), ("n", n)):
        check_at_least(name, number, 1)
    check_at_least("T", T, 2 * beyond + 1 + n)
    far = ~nearby(T, beyond)
    drawn = torch.rand(T, T, generator=generator, dtype=torch.float32)
    chosen = drawn.masked_fill(~far, -1.0).topk(n).indices
    at = torch.arange(T)
    return (at[:, None] - at == back).scatter(1, chosen, True)


class Seeing(nn.Module):
    """A layer that sees what it saw, but for what is hidden.

    Args:
        layer: Of self-attention.
        who: Makes, of the number of places, the mask of who may see whom.
    """

    def __init__(self, layer: nn.Module, who: Callable[[int], Tensor]) -> None:
        super().__init__()
        self.layer, self.who = layer, who

    def forward(self, X: Tensor, seen: Tensor | None = None) -> Tensor:
        """Return the places (*batch, T, d) as the layer leaves them."""
        there = self.who(X.shape[-2]).to(X.device)
        left: Tensor = self.layer(X, there if seen is None else there & seen)
        return left


def seeing(reader: Reader, who: Callable[[int], Tensor]) -> Reader:
    """Return a copy of a reader to whose mask another one comes, made by `who`."""
    reader = copy.deepcopy(reader)
    reader.layers = nn.ModuleList(Seeing(layer, who) for layer in reader.layers)
    return reader


def near_sighted(reader: Reader, reach: int) -> Reader:
    """Return a copy of a reader from whom everything further than that is hidden.

    Raises:
        ValueError: If reach is below 0.
    """
    check_at_least("reach", reach, 0)
    return seeing(reader, partial(nearby, reach=reach))


class AnyFirst(nn.Module):
    """Symbols and waves; while it learns, the first place is drawn at each call.

    Args:
        places: Told by waves.
        last: The last place that may be the first one, 0 or more.
        generator: Seed it to draw the same again.
    """

    def __init__(
        self, places: Places, last: int, *, generator: torch.Generator | None = None
    ) -> None:
        check_at_least("last", last, 0)
        check_waves(places)
        super().__init__()
        self.places, self.last, self.generator = places, last, generator

    def forward(self, X: Int[Tensor, "n T"]) -> Tensor:
        """Return the vectors (n, T, d); after `eval` the first place is 0."""
        a, T = self.places.symbols(X), X.shape[1]
        drawn = torch.randint(self.last + 1, (), generator=self.generator)
        first = int(drawn) if self.training else 0
        vectors: Tensor = a + sinusoids(first + T, a.shape[-1])[first:].to(a)
        return vectors


def begun_anywhere(
    reader: Reader, last: int, *, generator: torch.Generator | None = None
) -> Reader:
    """Return a copy of a reader that is told, while it learns, any first place.

    Raises:
        ValueError: If last is below 0, or the reader is told places in another way.
    """
    reader = copy.deepcopy(reader)
    reader.begins = AnyFirst(reader.begins, last, generator=generator)  # type: ignore[assignment]
    return reader


def check_waves(places: Places) -> None:
    """Refuse places that are not told by waves."""
    if places.kind != "sinusoids":
        raise ValueError(f"reader is told places by {places.kind}: give sinusoids")
