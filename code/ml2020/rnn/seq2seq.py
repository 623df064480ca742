"""Sequence to sequence: one network reads to the end, another one speaks until "stop".

Chapter: book/rnn_attention.md
Source:  Sutskever, Vinyals and Le (2014), https://arxiv.org/abs/1409.3215; Cho et al.
         (2014), section 2.2, https://doi.org/10.3115/v1/D14-1179; with attention Luong,
         Pham and Manning (2015), section 3, https://doi.org/10.18653/v1/D15-1166
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from ml2020.rnn.attention import Match, Read, additive_match, attend, dot_match
from ml2020.rnn.seq2seq_pairs import PAST_THE_END, Pairs, places
from ml2020.support.checks import check_at_least, check_filled, check_shape

MATCHES = ("none", "dot", "additive")


class Heard(NamedTuple):
    """States both ways (n, T, 2m), their ends (n, 2m), what is there (n, T)."""

    H: Tensor
    end: Tensor
    there: Tensor


class Spoken(NamedTuple):
    """What the decoder said, in S steps.

    Its scores (n, S, outputs), the last for stop; its last state (n, 2m); where it
    looked (n, S, T), all 0 without attention.
    """

    scores: Tensor
    z: Tensor
    alpha: Tensor


class Seq2Seq(nn.Module):
    """An encoder that reads from both ends, and a decoder, with attention or without.

    Args:
        inputs: How many symbols go in.
        outputs: How many come out; the last one says stop.
        m: The units of the encoder in each direction, and of what stands for a symbol.
            The decoder has 2m.
        match: "dot", "additive", or "none": each step gets the encoder's end instead.
    """

    def __init__(self, inputs: int, outputs: int, m: int, match: str = "dot") -> None:
        check_sizes(inputs, outputs, m, match)
        super().__init__()
        self.match, self.outputs = match, outputs
        self.letters = nn.Embedding(inputs, m)
        self.reads = nn.GRU(m, m, bidirectional=True, batch_first=True)
        self.begins = nn.Linear(2 * m, 2 * m)
        self.symbols = nn.Embedding(outputs + 1, m)  # the last one: nothing yet
        self.speaks = nn.GRU(m, 2 * m, batch_first=True)
        self.mixes = nn.Linear(4 * m, 2 * m)
        self.says = nn.Linear(2 * m, outputs)
        if match == "additive":
            self.W = nn.Linear(2 * m, m, bias=False)
            self.U = nn.Linear(2 * m, m, bias=False)
            self.v = nn.Linear(m, 1, bias=False)

    def encode(self, pairs: Pairs) -> Heard:
        """Return what is heard of the sequences that go in."""
        check_heard(pairs, self.letters.num_embeddings)
        packed = pack_padded_sequence(
            self.letters(pairs.X), pairs.lengths.cpu(), True, enforce_sorted=False
        )
        states, ends = self.reads(packed)
        H, _ = pad_packed_sequence(states, True, total_length=pairs.X.shape[1])
        return Heard(H, torch.cat([*ends], dim=-1), places(pairs))

    def first(self, heard: Heard) -> Tensor:
        """Return the decoder's state before the first step (n, 2m)."""
        return torch.tanh(self.begins(heard.end))

    def look(self, Z: Tensor, heard: Heard) -> Read:
        """Return what each state (n, S, 2m) reads of what was heard."""
        H, end, there = heard
        if self.match == "none":
            nowhere = Z.new_zeros(*Z.shape[:2], H.shape[1])
            return Read(end[:, None].expand_as(Z), nowhere)
        if self.match == "dot":
            return attend(dot_match(Z, H), H, there)
        learned = Match(self.W.weight, self.U.weight, self.v.weight[0])
        return attend(additive_match(Z, H, learned), H, there)

    def say(self, Z: Tensor, c: Tensor) -> Tensor:
        """Return the scores of what each state says (n, S, 2m) that has read c."""
        return self.says(torch.tanh(self.mixes(torch.cat([Z, c], dim=-1))))

    def speak(self, told: Tensor, z: Tensor, heard: Heard) -> Spoken:
        """Return what is said after each of the symbols told (n, S), from state z."""
        Z, last = self.speaks(self.symbols(told), z[None])
        c, alpha = self.look(Z, heard)
        return Spoken(self.say(Z, c), last[0], alpha)

    def told(self, pairs: Pairs) -> Tensor:
        """Return what was right before each step (n, S); before the first, nothing."""
        check_right(pairs, self.outputs)
        begin = torch.full_like(pairs.Y[:, :1], self.outputs)
        return torch.cat([begin, pairs.Y[:, :-1].clamp(min=0)], dim=1)

    def forward(self, pairs: Pairs) -> Spoken:
        """Return what is said, if before each step it is told what was right before."""
        heard = self.encode(pairs)
        return self.speak(self.told(pairs), self.first(heard), heard)


def check_sizes(inputs: int, outputs: int, m: int, match: str) -> None:
    """Refuse what is no such network."""
    for name, size in (("inputs", inputs), ("outputs", outputs), ("m", m)):
        check_at_least(name, size, 1)
    if match not in MATCHES:
        raise ValueError(f"match is {match}: choose one of {', '.join(MATCHES)}")


def check_heard(pairs: Pairs, inputs: int) -> None:
    """Refuse no pair, unknown symbols that go in, and lengths that do not fit."""
    check_filled("pairs.X", pairs.X, "pair")
    if pairs.X.dtype != torch.int64:
        raise ValueError(f"pairs.X is {pairs.X.dtype}: give {torch.int64}")
    n, T = pairs.X.shape
    check_shape("pairs.lengths", pairs.lengths, (n,))
    if not ((pairs.lengths >= 1) & (pairs.lengths <= T)).all():
        raise ValueError(f"pairs.lengths has others than 1 to {T}: give those of X")
    if not ((pairs.X >= 0) & (pairs.X < inputs)).all():
        raise ValueError(f"pairs.X has unknown symbols: give 0 to {inputs - 1}")


def check_right(pairs: Pairs, outputs: int) -> None:
    """Refuse unknown symbols that come out, and rows that do not end with stop."""
    Y, n, stop = pairs.Y, len(pairs.X), outputs - 1
    if Y.dtype != torch.int64:
        raise ValueError(f"pairs.Y is {Y.dtype}: give {torch.int64}")
    if len(Y) != n:
        raise ValueError(f"pairs.Y has {len(Y)} rows, X {n}: give as many")
    past = Y == PAST_THE_END
    if not (((Y >= 0) & (Y <= stop)) | past).all():
        raise ValueError(f"pairs.Y has unknown symbols: give 0 to {stop}, use pairs_of")
    stops = (Y == stop).int().cumsum(dim=1)
    behind = torch.cat([torch.zeros_like(past[:, :1]), stops[:, :-1] > 0], dim=1)
    if not ((stops > 0).any(dim=1).all() and (behind == past).all()):
        raise ValueError(f"pairs.Y has rows that do not end with {stop}: use pairs_of")
