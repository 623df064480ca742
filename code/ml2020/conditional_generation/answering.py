"""Answering: a network that says words, points at words, or mixes both.

Chapter: book/conditional_generation_pointing.md
Source:  See, Liu and Manning (2017), section 2, https://doi.org/10.18653/v1/P17-1099
"""

import torch
from torch import Tensor, nn

from ml2020.conditional_generation.learning import first, learned
from ml2020.conditional_generation.mixture import mixed
from ml2020.conditional_generation.steps import before
from ml2020.conditional_generation.talk import OTHERS, STOP, UNKNOWN, Talk, talk
from ml2020.rnn.attention import Match, additive_match, attend
from ml2020.support.checks import check_at_least, check_choice

KINDS = "says", "points", "mixes"
UNITS, BATCH = 32, 64
TINY = 1e-9  # what is added to a probability before its logarithm


class Answerer(nn.Module):
    """A network that answers.

    Args:
        kind: "says" words of its vocabulary; "points" at words that it read; "mixes".
        m: Units of the encoder in each direction, and of what stands for a word.
    """

    def __init__(self, kind: str, m: int = UNITS) -> None:
        check_kind(kind, m)
        super().__init__()
        self.kind = kind
        self.means = nn.Embedding(OTHERS + 1, m)  # the last one: nothing yet
        self.reads = nn.GRU(m, m, bidirectional=True, batch_first=True)
        self.begins = nn.Linear(2 * m, 2 * m)
        self.speaks = nn.GRU(m, 2 * m, batch_first=True)
        self.says = nn.Linear(4 * m, OTHERS)
        self.chooses = nn.Linear(5 * m, 1)
        self.end = nn.Parameter(torch.zeros(2 * m, dtype=torch.float32))
        self.W = nn.Linear(2 * m, m, bias=False)
        self.U = nn.Linear(2 * m, m, bias=False)
        self.v = nn.Linear(m, 1, bias=False)

    def encode(self, X: Tensor, there: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what stands for each word, whether it is there, the first state.

        Behind the last word stands one place more: to point at it says STOP.
        """
        known = torch.where(X < OTHERS, X, UNKNOWN)
        H, _ = self.reads(self.means(known) * there[..., None])
        H = torch.cat([H, self.end.expand(len(X), 1, -1)], dim=1)
        there = torch.cat([there, torch.ones_like(there[:, :1])], dim=1)
        mean = (H * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return H, there, torch.tanh(self.begins(mean))[None]

    def step(
        self, told: Tensor, z: Tensor, H: Tensor, there: Tensor, X: Tensor, size: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return P of each number (n, S, size), the state, the weights, and p_gen."""
        x = self.means(torch.where(told < OTHERS, told, UNKNOWN).clamp(min=0))
        x = torch.where((told < 0)[..., None], self.means.weight[-1], x)
        Z, z = self.speaks(x, z)
        learned = Match(self.W.weight, self.U.weight, self.v.weight[0])
        c, alpha = attend(additive_match(Z, H, learned), H, there)
        p_words = self.says(torch.cat([Z, c], dim=-1)).softmax(dim=-1)
        p_gen = self.chooses(torch.cat([Z, c, x], dim=-1))[..., 0].sigmoid()
        if self.kind != "mixes":
            p_gen = torch.full_like(p_gen, float(self.kind == "says"))
        with_end = torch.cat([X, torch.full_like(X[:, :1], STOP)], dim=1)
        return mixed(p_gen, p_words, alpha, with_end, size), z, alpha, p_gen

    def forward(self, batch: Talk) -> Tensor:
        """Return the mean of -log P of each right word, told those before it."""
        X, there, Y, _ = batch
        size = max(int(X.max()), OTHERS - 1) + 1
        H, there, z = self.encode(X, there)
        wanted = torch.where(Y < 0, STOP, Y)
        told = before(wanted, -1)
        P = self.step(told, z, H, there, X, size)[0]
        if self.kind == "says":  # it knows no other word for a name
            wanted = torch.where(wanted >= OTHERS, UNKNOWN, wanted)
        of_right = P.gather(-1, wanted[..., None])[..., 0]
        return -((of_right + TINY).log() * (Y >= 0)).sum() / (Y >= 0).sum()


def answerer(kind: str, seed: int, lr: float, updates: int) -> Answerer:
    """Return a network that has learned from fresh talks of known and rare names."""
    dice = torch.Generator().manual_seed(80_000 + seed)

    def loss(model: Answerer, t: int) -> Tensor:
        return model(talk(BATCH, "both", generator=dice))

    return learned(first(lambda: Answerer(kind), seed), loss, lr, updates)


def check_kind(kind: str, m: int) -> None:
    """Refuse networks that there are not.

    Raises:
        ValueError: If the kind is unknown, or m below 1.
    """
    check_choice("kind", kind, KINDS)
    check_at_least("m", m, 1)
