"""Transformer: sequence to sequence by attention alone.

Chapter: book/transformer_model.md
Source:  Vaswani et al. (2017), figure 1, https://arxiv.org/abs/1706.03762
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ml2020.rnn.seq2seq_pairs import PAST_THE_END, Pairs
from ml2020.support.checks import check_at_least, check_symbols
from ml2020.transformer.layers import DecoderLayer, EncoderLayer, Norm
from ml2020.transformer.masks import causal, filled
from ml2020.transformer.reader import Places


class Read(NamedTuple):
    """What the encoder has left (n, T, d), and what of it is there (n, 1, T)."""

    H: Tensor
    there: Tensor


class Transformer(nn.Module):
    """An encoder and a decoder of as many layers.

    Args:
        inputs: How many symbols go in.
        outputs: How many come out; the last one says stop.
        d: Numbers of a place, even.
        h: Heads, a divisor of d.
        layers: Of the encoder, and of the decoder.
        places: Of `reader.KINDS`.
        pre: Whether the norms come first.
        longest: Of a table of places.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        d: int,
        h: int,
        layers: int,
        places: str = "sinusoids",
        *,
        pre: bool = True,
        longest: int = 64,
    ) -> None:
        for name, size in (("inputs", inputs), ("outputs", outputs)):
            check_at_least(name, size, 1)
        check_at_least("layers", layers, 1)
        super().__init__()
        self.outputs, rotary = outputs, places == "rotary"
        self.hears = Places(inputs, d, places, longest)
        self.told = Places(outputs + 1, d, places, longest)  # the last: nothing yet
        kinds = (d, h, 4 * d, pre, rotary)
        self.encoder = nn.ModuleList(EncoderLayer(*kinds) for _ in range(layers))
        self.decoder = nn.ModuleList(DecoderLayer(*kinds) for _ in range(layers))
        self.norms = nn.ModuleList(Norm(d) if pre else nn.Identity() for _ in range(2))
        self.says = nn.Linear(d, outputs)

    def encode(self, pairs: Pairs) -> Read:
        """Return what the encoder makes of the sequences that go in."""
        check_symbols("pairs.X", pairs.X, self.hears.symbols.num_embeddings)
        H, there = self.hears(pairs.X), filled(pairs.lengths, pairs.X.shape[1])
        for layer in self.encoder:
            H = layer(H, there)
        return Read(self.norms[0](H), there)

    def speak(self, told: Tensor, read: Read) -> Tensor:
        """Return the scores of what is said after each of the symbols told (n, S).

        Raises:
            ValueError: If a symbol is not known; `outputs` stands for nothing yet.
        """
        check_symbols("told", told, self.outputs + 1)
        Y, before = self.told(told), causal(told.shape[1], told.device)
        for layer in self.decoder:
            Y = layer(Y, read.H, before, read.there)
        scores: Tensor = self.says(self.norms[1](Y))
        return scores

    def shifted(self, pairs: Pairs) -> Tensor:
        """Return what was right before each step (n, S); before the first, nothing."""
        check_symbols(
            "pairs.Y", pairs.Y.where(pairs.Y != PAST_THE_END, 0), self.outputs
        )
        begin = torch.full_like(pairs.Y[:, :1], self.outputs)
        return torch.cat([begin, pairs.Y[:, :-1].clamp(min=0)], dim=1)

    def forward(self, pairs: Pairs) -> Tensor:
        """Return scores (n, S, outputs), if at each step it is told what was right."""
        return self.speak(self.shifted(pairs), self.encode(pairs))


def drawn_transformer(
    seed: int,
    inputs: int,
    outputs: int,
    d: int,
    h: int,
    layers: int,
    *settings: str,
    **named: bool | int,
) -> Transformer:
    """Return a network with the first weights of a seed; else as `Transformer`."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        sizes = (inputs, outputs, d, h, layers)
        return Transformer(*sizes, *settings, **named).float()  # type: ignore[arg-type]
