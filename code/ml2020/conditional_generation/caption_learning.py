"""Caption learning: fresh scenes to learn from, and how captions are judged.

Chapter: book/conditional_generation_sequence.md
Source:  Vinyals, Toshev, Bengio and Erhan (2015), section 3, and Xu et al. (2015),
         section 4.2.1
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ml2020.conditional_generation.captioner import Captioner
from ml2020.conditional_generation.coverage import COVERS, wish
from ml2020.conditional_generation.learning import first, learned
from ml2020.conditional_generation.scenes import (
    LONGEST,
    STOP,
    Scenes,
    objects_of,
    scenes,
)
from ml2020.support.checks import check_at_least, check_choice

UNITS, BATCH = 48, 32
STORE = 4000  # scenes that are learned from, again and again


class Judged(NamedTuple):
    """Shares of captions.

    Attributes:
        right: All objects, in the right order, in the grammar.
        ungrammatical: Outside the grammar.
        forgot: In the grammar, but an object of the scene is missing.
        made_up: In the grammar, but one is named that is not there, or too often.
    """

    right: float
    ungrammatical: float
    forgot: float
    made_up: float


def describer(
    way: str,
    seed: int,
    lr: float,
    updates: int,
    weight: float = 0.0,
    cover: str = "all",
) -> Captioner:
    """Return a network that has learned to describe scenes.

    Args:
        way: One of WAYS of the captioner.
        seed: Of the first weights and of the scenes.
        lr: The first rate.
        updates: 1 or more.
        weight: Of the coverage penalty; 0 leaves it out.
        cover: What is wished for, see `wish`.

    Raises:
        ValueError: If the weight is below 0, or it is unknown what to cover.
    """
    check_at_least("weight", weight, 0)
    check_choice("cover", cover, COVERS)
    dice = torch.Generator().manual_seed(50_000 + seed)
    store = scenes(STORE, generator=dice)

    def loss(model: Captioner, t: int) -> Tensor:
        rows = torch.randint(STORE, (BATCH,), generator=dice)
        X, _, Y = batch = Scenes(*(part[rows] for part in store))
        scores, alpha, _ = model(X, Y)
        cost = F.cross_entropy(scores.flatten(0, 1), Y.flatten())
        if weight:
            cost = cost + weight * wish(alpha, Y >= 0, batch.there >= 0, cover).mean()
        return cost

    return learned(first(lambda: Captioner(way, UNITS), seed), loss, lr, updates)


@torch.no_grad()
def described(model: Captioner, X: Tensor) -> tuple[list[list[int]], Tensor]:
    """Return captions, each word the likeliest, and the weights (n, 12, 4).

    A caption ends with STOP, or after 12 words in any case.
    """
    H = model.regions(X)
    z = torch.tanh(model.begins(H.mean(dim=1)))
    y = torch.full((len(X),), STOP + 1, dtype=torch.int64)
    said: list[list[int]] = [[] for _ in X]
    going, alphas = torch.ones(len(X), dtype=torch.bool), []
    for t in range(LONGEST):
        scores, z, alpha = model.step(y, z, H, t == 0)
        alphas.append(alpha * going[:, None])
        y = scores.argmax(dim=-1)
        going = going & (y != STOP)
        for k in going.nonzero()[:, 0].tolist():
            said[k].append(int(y[k]))
    return said, torch.stack(alphas, dim=1)


def judged(said: Sequence[Sequence[int]], there: Tensor) -> Judged:
    """Return how good captions are."""
    right = broken = forgot = made_up = 0
    for words, row in zip(said, there.tolist(), strict=True):
        wanted = [kind for kind in row if kind >= 0]
        found = objects_of(words)
        if not found:
            broken += 1
            continue
        right += found == wanted
        forgot += any(found.count(k) < wanted.count(k) for k in wanted)
        made_up += any(found.count(k) > wanted.count(k) for k in found)
    return Judged(*(v / len(said) for v in (right, broken, forgot, made_up)))
