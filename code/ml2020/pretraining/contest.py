"""Contest: learning from few labels, with and without having read before.

Chapter: book/pretraining_tasks.md
Source:  frozen features beside fine-tuning: Peters, Ruder and Smith (2019),
         https://arxiv.org/abs/1903.05987
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.explainable.probe import probe
from ml2020.pretraining.bert import Bert
from ml2020.pretraining.frozen import rows_of, sorted_pieces
from ml2020.pretraining.heads import Classifier
from ml2020.pretraining.kinds import Definitions
from ml2020.pretraining.shelf import Shelf
from ml2020.support.checks import check_at_least
from ml2020.transformer.learning import descended, falling

BATCH, WARM = 32, 0.1


def fine_tuned(
    model: Bert,
    found: Shelf,
    told: Definitions,
    classes: int,
    lr: float,
    updates: int,
    *,
    generator: torch.Generator | None = None,
) -> Classifier:
    """Return an encoder with its head, both learned from labels; the model stays.

    Args:
        model: Where to begin: one that has read, or first weights.
        found: Where the sentences stand.
        told: Sentences and their classes.
        classes: How many there are.
        lr: The highest rate; it rises for a tenth of the updates, then falls to 0.
        updates: How many, on 32 sentences each.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is no update or no sentence, or weights become NaN.
    """
    check_at_least("updates", updates, 1)
    check_at_least("told", len(told.kinds), 1)

    def cost(learner: Classifier) -> Tensor:
        drawn = torch.randint(len(told.kinds), (BATCH,), generator=generator)
        scores = learner(rows_of(found, told.sentences[drawn]))
        return F.cross_entropy(scores, told.kinds[drawn])

    warm = round(WARM * updates)
    first = Classifier(model, classes)
    return descended(first, cost, lambda t: falling(t, lr, updates, warm), updates)


@torch.no_grad()
def share_right(model: Classifier, found: Shelf, asked: Definitions) -> float:
    """Return the share of sentences whose class is told right."""
    right = 0
    for rows in sorted_pieces(found, asked.sentences):
        said_kinds = model(rows_of(found, asked.sentences[rows])).argmax(dim=1)
        right += int((said_kinds == asked.kinds[rows]).sum())
    return right / len(asked.kinds)


def probed(
    h: Float[Tensor, "n d"],
    told: Int[Tensor, " n"],
    asked: Sequence[tuple[Tensor, Tensor]],
    classes: int,
    strength: float,
) -> list[float]:
    """Return the shares that a linear classifier on frozen vectors tells right."""
    fitted = probe(h, told, classes, strength)
    return [(fitted(x).argmax(dim=1) == c).float().mean().item() for x, c in asked]
