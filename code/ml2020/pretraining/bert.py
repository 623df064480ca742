"""BERT: the encoder of the Transformer, that guesses hidden words, and what follows.

Chapter: book/pretraining_words.md
Source:  Devlin et al. (2019), https://arxiv.org/abs/1810.04805
"""

# mypy: disable-error-code="override"

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ml2020.pretraining.packing import LONGEST, MARKS, Packed
from ml2020.support.checks import check_at_least, check_symbols
from ml2020.transformer.layers import EncoderLayer, Norm
from ml2020.transformer.masks import filled
from ml2020.transformer.positions import Table

SPREAD = 0.02  # of the first vectors, BERT's


def as_numbers(token: Tensor, segment: Tensor, place: Tensor) -> Tensor:
    """Return what goes into the first layer: the sum of three vectors, at each place.

    Args:
        token: Of the symbols (n, T, d).
        segment: Of the sentence that each belongs to (n, T, d).
        place: Of the places (T, d).
    """
    return token + segment + place


class Bert(nn.Module):
    """A stack of encoder layers on words and marks.

    Args:
        words: How many words there are.
        d: Numbers of a place, 2 or more.
        h: Heads, a divisor of d.
        layers: How many, 1 or more.
        longest: How many places its table has.
    """

    def __init__(
        self, words: int, d: int, h: int, layers: int, longest: int = LONGEST
    ) -> None:
        check_at_least("words", words, 1)
        check_at_least("d", d, 2)
        check_at_least("layers", layers, 1)
        super().__init__()
        self.words = words
        self.tokens = nn.Embedding(words + len(MARKS), d)
        self.segments = nn.Embedding(2, d)
        self.places = Table(longest, d)
        self.layers = nn.ModuleList(
            EncoderLayer(d, h, 4 * d, pre=True) for _ in range(layers)
        )
        self.ends = Norm(d)
        self.bias = nn.Parameter(torch.zeros(words, dtype=torch.float32))
        self.follows = nn.Linear(d, 2)
        for part in (self.tokens, self.segments):
            nn.init.normal_(part.weight, std=SPREAD)

    def layer_by_layer(self, rows: Packed) -> list[Tensor]:
        """Return what goes in, and what each layer makes of it: layers + 1 tables.

        Raises:
            ValueError: If a symbol is unknown, or there are more places than the table
                has.
        """
        check_symbols("rows.X", rows.X, self.words + len(MARKS))
        seen = filled(rows.lengths, rows.X.shape[1])
        place = self.places(rows.X.shape[1])
        H = as_numbers(self.tokens(rows.X), self.segments(rows.segments), place)
        found = [H]
        for layer in self.layers:
            found.append(layer(found[-1], seen))
        return found

    def forward(self, rows: Packed) -> Float[Tensor, "n T d"]:
        """Return the vector of each place, as the last layer leaves it."""
        left: Tensor = self.ends(self.layer_by_layer(rows)[-1])
        return left

    def word_scores(self, T: Float[Tensor, "*at d"]) -> Float[Tensor, "*at words"]:
        """Return the score of each word at some places, by the vectors of the words."""
        return T @ self.tokens.weight[: self.words].mT + self.bias

    def pair_scores(self, T: Float[Tensor, "n T d"]) -> Float[Tensor, "n 2"]:
        """Return the scores of not following and of following, read off [CLS]."""
        scores: Tensor = self.follows(T[:, 0])
        return scores


def drawn_bert(
    seed: int, words: int, d: int, h: int, layers: int, longest: int = LONGEST
) -> Bert:
    """Return a network with the first weights of a seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Bert(words, d, h, layers, longest).float()


def word_mean(
    H: Float[Tensor, "n T d"], may: Bool[Tensor, "n T"]
) -> Float[Tensor, "n d"]:
    """Return the mean vector of some places of each row.

    Raises:
        ValueError: If a row has none.
    """
    check_any(may)
    share = may / may.sum(dim=1, keepdim=True)
    return (share[:, None].to(H) @ H)[:, 0]


def check_any(may: Tensor) -> None:
    """Refuse rows without a place."""
    if not may.any(dim=1).all():
        raise ValueError("may has no place in a row: drop such rows")
