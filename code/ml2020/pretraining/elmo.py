"""ELMo: one language model reads on, one reads back, and their layers are mixed.

Chapter: book/pretraining_words.md
Source:  Peters et al. (2018), section 3, https://arxiv.org/abs/1802.05365
"""

# mypy: disable-error-code="override"

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.rnn.bidirectional import turned_round
from ml2020.rnn.elman import Weights, unrolled
from ml2020.rnn.lstm import Cell, lstm_step
from ml2020.support.checks import check_at_least, check_lengths, check_symbols


class BothWays(NamedTuple):
    """What each layer says at each word, time first (T, n, d), of both directions."""

    on: list[Tensor]
    back: list[Tensor]


class Layer(nn.Module):
    """An LSTM of as many units as it has inputs.

    Args:
        d: How many.
    """

    def __init__(self, d: int) -> None:
        super().__init__()
        size = d**-0.5
        self.W, self.U, self.b = (
            nn.Parameter(torch.empty(*shape, dtype=torch.float32).uniform_(-size, size))
            for shape in ((4 * d, d), (4 * d, d), (4 * d,))
        )

    def forward(self, X: Float[Tensor, "T n d"]) -> Float[Tensor, "T n d"]:
        """Return what it says after each input, from zeros."""
        weights = Weights(self.W, self.U, self.b)
        zeros = torch.zeros_like(X[0])
        states = unrolled(
            lambda x, state: lstm_step(x, state, weights), X, Cell(zeros, zeros)
        )
        return torch.stack([state.h for state in states])


class Elmo(nn.Module):
    """Two language models that share the vectors of words, and nothing else.

    Args:
        words: How many words there are; the next number stands for begin and end.
        d: Numbers of a word, and units of each layer.
        layers: Of each direction, 1 or more.
    """

    def __init__(self, words: int, d: int, layers: int) -> None:
        check_at_least("words", words, 1)
        check_at_least("d", d, 1)
        check_at_least("layers", layers, 1)
        super().__init__()
        self.words = words
        self.tokens = nn.Embedding(words + 1, d)
        self.on = nn.ModuleList(Layer(d) for _ in range(layers))
        self.back = nn.ModuleList(Layer(d) for _ in range(layers))
        self.bias = nn.Parameter(torch.zeros(words + 1, dtype=torch.float32))
        nn.init.normal_(self.tokens.weight, std=0.1)

    def layer_by_layer(
        self, X: Int[Tensor, "T n"], lengths: Int[Tensor, " n"]
    ) -> BothWays:
        """Return what both directions say, the vectors that go in first.

        Raises:
            ValueError: If a symbol is unknown, or a length is none.
        """
        check_symbols("X", X, self.words + 1)
        check_lengths(self.tokens(X), lengths)
        H = self.tokens(X)
        on, back = [H], [turned_round(H, lengths)]
        for layer in self.on:
            on.append(layer(on[-1]))
        for layer in self.back:
            back.append(layer(back[-1]))
        return BothWays(on, [turned_round(h, lengths) for h in back])

    def word_scores(self, h: Float[Tensor, "*at d"]) -> Float[Tensor, "*at more"]:
        """Return the score of each word and of the end, by the vectors of the words."""
        return h @ self.tokens.weight.mT + self.bias


def with_ends(X: Int[Tensor, "T n"], lengths: Int[Tensor, " n"], end: int) -> Tensor:
    """Return sequences with the mark before their first word and behind their last."""
    wide = F.pad(X, (0, 0, 1, 1), value=end)
    at = torch.arange(len(wide), device=X.device)[:, None]
    return wide.masked_fill(at > lengths, end)


def both_ways_loss(
    model: Elmo, X: Int[Tensor, "T n"], lengths: Int[Tensor, " n"]
) -> tuple[Tensor, Tensor]:
    """Return the mean loss of the next word, and of the word before.

    Args:
        model: Both language models.
        X: Words, time first, behind the end of a sequence anything.
        lengths: Of the sequences.

    Raises:
        ValueError: As `Elmo.layer_by_layer` does.
    """
    wide = with_ends(X, lengths, model.words)
    found = model.layer_by_layer(wide, lengths + 2)
    there = torch.arange(len(X) + 1, device=X.device)[:, None] <= lengths
    on = model.word_scores(found.on[-1][:-1][there])
    back = model.word_scores(found.back[-1][1:][there])
    return (
        F.cross_entropy(on, wide[1:][there]),
        F.cross_entropy(back, wide[:-1][there]),
    )


def drawn_elmo(seed: int, words: int, d: int, layers: int) -> Elmo:
    """Return a network with the first weights of a seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Elmo(words, d, layers).float()
