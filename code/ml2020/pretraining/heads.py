"""Heads: four ways to use one encoder, a few new weights each.

Chapter: book/pretraining_tasks.md
Source:  Devlin et al. (2019), section 4 and figure 4, https://arxiv.org/abs/1810.04805
"""

# mypy: disable-error-code="override"

import copy
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor, nn

from ml2020.pretraining.bert import Bert
from ml2020.pretraining.packing import Packed
from ml2020.support.checks import check_at_least


class Ends(NamedTuple):
    """Scores of each place as the first and as the last of the answer (n, T)."""

    first: Tensor
    last: Tensor


def sentence_scores(
    T: Float[Tensor, "n T d"], W: Float[Tensor, "classes d"], b: Tensor
) -> Float[Tensor, "n classes"]:
    """Return the scores of classes of a sentence, or of a pair, read off [CLS]."""
    return T[:, 0] @ W.mT + b


def word_class_scores(
    T: Float[Tensor, "n T d"], W: Float[Tensor, "classes d"], b: Tensor
) -> Float[Tensor, "n T classes"]:
    """Return the scores of classes of each word."""
    return T @ W.mT + b


def end_scores(
    T: Float[Tensor, "n T d"], S: Float[Tensor, " d"], E: Float[Tensor, " d"]
) -> Ends:
    """Return how well each place begins and ends the answer: two learned vectors."""
    return Ends(T @ S, T @ E)


class Classifier(nn.Module):
    """An encoder with new weights on [CLS]; all of it learns.

    Args:
        encoder: Where to begin; it is copied.
        classes: How many, 2 or more.
    """

    def __init__(self, encoder: Bert, classes: int) -> None:
        check_at_least("classes", classes, 2)
        super().__init__()
        self.encoder = copy.deepcopy(encoder)
        self.head = nn.Linear(encoder.tokens.embedding_dim, classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, rows: Packed) -> Float[Tensor, "n classes"]:
        """Return the scores of the classes of each row."""
        return sentence_scores(self.encoder(rows), self.head.weight, self.head.bias)
