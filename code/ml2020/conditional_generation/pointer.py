"""Pointer network: attention that is not used to read; it is the answer itself.

Chapter: book/conditional_generation_pointing.md
Source:  Vinyals, Fortunato and Jaitly (2015), section 2.3,
         https://arxiv.org/abs/1506.03134
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.conditional_generation.steps import before
from ml2020.rnn.attention import Match, additive_match
from ml2020.support.checks import (
    check_at_least,
    check_choice,
    check_filled,
    check_finite,
)

READERS = ("in turn", "all at once")
LAYERS, HEADS = 2, 4  # of the reader that looks at all at once


class Pointer(nn.Module):
    """A network that points at what it has read, until it points at END.

    Args:
        m: Units of its decoder; of what stands for a point, m, too.
        reader: "in turn": an LSTM from both ends, as in the paper from one. "all at
            once": layers in which each point looks at all others.
        features: Numbers of an item that is read.
    """

    def __init__(self, m: int, reader: str = "all at once", features: int = 2) -> None:
        check_pointer(m, reader)
        super().__init__()
        self.enters = nn.Linear(features, m)
        if reader == "in turn":
            self.reads: nn.Module = nn.LSTM(m, m // 2, LAYERS, True, True, 0.0, True)
        else:
            layer = nn.TransformerEncoderLayer(m, HEADS, 2 * m, 0.0, batch_first=True)
            self.reads = nn.TransformerEncoder(layer, LAYERS)
        self.end = nn.Parameter(torch.zeros(m, dtype=torch.float32))
        self.begin = nn.Parameter(torch.zeros(m, dtype=torch.float32))
        self.first = nn.Linear(m, m)
        self.points = nn.GRU(m, m, batch_first=True)
        self.W = nn.Linear(m, m, bias=False)
        self.U = nn.Linear(m, m, bias=False)
        self.v = nn.Linear(m, 1, bias=False)

    def encode(self, P: Float[Tensor, "batch n features"]) -> Tensor:
        """Return what stands for END and for each point (batch, 1 + n, m)."""
        read = self.reads(self.enters(P))
        E = read[0] if isinstance(read, tuple) else read
        return torch.cat([self.end.expand(len(P), 1, -1), E], dim=1)

    def decode(self, told: Tensor, z: Tensor, E: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores of all places, and the last state.

        Args:
            told: Where was pointed before each step (batch, steps); -1 is nowhere yet.
            z: The decoder's state (1, batch, m).
            E: What stands for the places.
        """
        rows = torch.arange(len(E), device=E.device)[:, None]
        x = E[rows, told.clamp(min=0)]
        x = torch.where((told < 0)[..., None], self.begin, x)
        Z, z = self.points(x, z)
        learned = Match(self.W.weight, self.U.weight, self.v.weight[0])
        return additive_match(Z, E, learned), z

    def start(self, E: Tensor) -> Tensor:
        """Return the decoder's first state (1, batch, m)."""
        return torch.tanh(self.first(E[:, 1:].mean(dim=1)))[None]

    def forward(self, P: Tensor, C: Tensor) -> Tensor:
        """Return the scores of all places at each step (batch, steps, 1 + n).

        Args:
            P: What is read (batch, n, features).
            C: Where to point (batch, steps); behind END whatever it is.
        """
        E = self.encode(P)
        told = before(C.clamp(min=0), -1)
        return self.decode(told, self.start(E), E)[0]


@torch.no_grad()
def pointed(model: Pointer, P: Tensor, once: bool = False) -> list[list[int]]:
    """Return where a network points, each time at the likeliest, until END.

    It stops after 2 n steps in any case: a walk that never ends has no answer.

    Args:
        model: It stays as it is.
        P: What is read (batch, n, features).
        once: Whether a point, once pointed at, is out.

    Raises:
        ValueError: If there is no set, or a number is NaN or infinite.
    """
    check_filled("P", P, "set of points")
    check_finite("P", P)
    E = model.encode(P)
    z = model.start(E)
    here = torch.full((len(P), 1), -1, dtype=torch.int64, device=P.device)
    gone = torch.zeros(E.shape[:2], dtype=torch.bool, device=P.device)
    walks: list[list[int]] = [[] for _ in P]
    going = torch.ones(len(P), dtype=torch.bool, device=P.device)
    for _ in range(2 * P.shape[1]):
        scores, z = model.decode(here, z, E)
        u = scores[:, 0].masked_fill(gone, -torch.inf) if once else scores[:, 0]
        here = u.argmax(dim=1, keepdim=True)
        going = going & (here[:, 0] != 0)
        for k in going.nonzero()[:, 0].tolist():
            walks[k].append(int(here[k, 0]))
        gone = gone.scatter(1, here, (here != 0))
        if not going.any():
            break
    return walks


def check_pointer(m: int, reader: str) -> None:
    """Refuse sizes and readers that there are not.

    Raises:
        ValueError: If m is no multiple of 4, or the reader unknown.
    """
    check_at_least("m", m, HEADS)
    if m % HEADS:
        raise ValueError(f"m is {m}: give a multiple of {HEADS}")
    check_choice("reader", reader, READERS)
