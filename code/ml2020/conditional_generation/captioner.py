"""Captioner: a picture is read by a convolution, and a recurrent network speaks of it.

Chapter: book/conditional_generation_sequence.md
Source:  Vinyals, Toshev, Bengio and Erhan (2015), https://arxiv.org/abs/1411.4555; with
         attention Xu et al. (2015), https://proceedings.mlr.press/v37/xuc15.html; Lee
         (2020), conditional generation
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ml2020.conditional_generation.scenes import SIDE, STOP
from ml2020.conditional_generation.steps import before
from ml2020.rnn.attention import Match, additive_match, attend
from ml2020.support.checks import check_at_least, check_choice

WAYS = "at first", "every step", "attention"
REGIONS = SIDE * SIDE


class Said(NamedTuple):
    """Scores of the words (n, S, words), where was looked (n, S, 4), the last state."""

    scores: Tensor
    alpha: Tensor
    z: Tensor


class Captioner(nn.Module):
    """A network that describes a picture.

    Args:
        way: How it knows the picture: one vector, told "at first" alone or at "every
            step", or by "attention" to four regions.
        m: The numbers of a region, of a word, and the units that speak.
    """

    def __init__(self, way: str, m: int) -> None:
        check_way(way, m)
        super().__init__()
        self.way, words = way, STOP + 1
        self.sees = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, m, 4, stride=4),
            nn.ReLU(),
        )
        self.stands = nn.Parameter(torch.zeros(REGIONS, m, dtype=torch.float32))
        self.whole = nn.Linear(REGIONS * m, m)
        self.means = nn.Embedding(words + 1, m)
        self.begins = nn.Linear(m, m)
        self.speaks = nn.GRUCell(2 * m, m)
        self.says = nn.Linear(2 * m, words)
        self.W = nn.Linear(m, m, bias=False)
        self.U = nn.Linear(m, m, bias=False)
        self.v = nn.Linear(m, 1, bias=False)

    def regions(self, X: Tensor) -> Tensor:
        """Return what stands for each region of the pictures (n, 4, m)."""
        return self.sees(1 - X).flatten(2).mT + self.stands  # white is nothing

    def condition(self, z: Tensor, H: Tensor, first: bool) -> tuple[Tensor, Tensor]:
        """Return what is told of the picture (n, m), and the weight of each region."""
        if self.way == "attention":
            there = torch.ones(H.shape[:2], dtype=torch.bool, device=H.device)
            learned = Match(self.W.weight, self.U.weight, self.v.weight[0])
            c, alpha = attend(additive_match(z[:, None], H, learned), H, there)
            return c[:, 0], alpha[:, 0]
        c = self.whole(H.flatten(1))
        c = c if first or self.way == "every step" else torch.zeros_like(c)
        return c, H.new_zeros(H.shape[:2])

    def step(
        self, y: Tensor, z: Tensor, H: Tensor, first: bool
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return scores (n, words), the next state, and the weights of the regions."""
        c, alpha = self.condition(z, H, first)
        z = self.speaks(torch.cat([self.means(y), c], dim=-1), z)
        return self.says(torch.cat([z, c], dim=-1)), z, alpha

    def forward(self, X: Tensor, Y: Tensor) -> Said:
        """Return what is said if the right word is told before each step.

        Args:
            X: The pictures (n, 3, 16, 16).
            Y: The right words (n, S), -100 behind the end.
        """
        H = self.regions(X)
        z = torch.tanh(self.begins(H.mean(dim=1)))
        told = before(Y.clamp(min=0), STOP + 1)
        scores, alphas = [], []
        for t, y in enumerate(told.T):
            u, z, alpha = self.step(y, z, H, t == 0)
            scores.append(u)
            alphas.append(alpha)
        return Said(torch.stack(scores, 1), torch.stack(alphas, 1), z)


def check_way(way: str, m: int) -> None:
    """Refuse ways that there are not.

    Raises:
        ValueError: If its name is unknown, or m below 1.
    """
    check_choice("way", way, WAYS)
    check_at_least("m", m, 1)
