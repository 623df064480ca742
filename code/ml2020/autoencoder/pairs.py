"""Pairs: does this code belong to this picture? A classifier that has to know.

Chapter: book/autoencoder_more.md
Source:  Hjelm et al. (2019), https://arxiv.org/abs/1808.06670, with one score for the
         whole picture
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.autoencoder.network import Rows, layers
from ml2020.support.checks import check_at_least

Codes = Float[Tensor, "n k"]


class PairJudge(nn.Module):
    """A score for a picture and a code: high if they belong together.

    Args:
        d: Numbers of a picture.
        k: Numbers of a code.
        hidden: Neurons of each of its two hidden layers.
    """

    def __init__(self, d: int, k: int, hidden: int = 64) -> None:
        for name, value in (("d", d), ("k", k)):
            check_at_least(name, value, 1)
        super().__init__()
        self.layers = layers([d + k, hidden, hidden, 1])

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Return the score of each row."""
        scores: Tensor = self.layers(torch.cat([x, z], dim=1)).squeeze(1)
        return scores


class Matcher(nn.Module):
    """An encoder and a judge that learn together.

    Args:
        sizes: Of the encoder, from the picture to the code.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self.E = layers(sizes)
        self.judge = PairJudge(sizes[0], sizes[-1])


def drawn_matcher(seed: int, sizes: Sequence[int]) -> Matcher:
    """Return one with the first weights of a seed.

    Raises:
        ValueError: If there are fewer than two sizes, or one is below 1.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Matcher(sizes).float()


def drawn_judge(seed: int, d: int, k: int) -> PairJudge:
    """Return a judge with the first weights of a seed.

    Raises:
        ValueError: If d or k is below 1.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return PairJudge(d, k).float()


def pair_loss(judge: PairJudge, x: Rows, z: Codes) -> Float[Tensor, ""]:
    """Return the cross entropy of a judge on pairs that match, and on others.

    The others are the pictures with the code of the row before.

    Args:
        judge: Gives scores.
        x: Pictures, in random order.
        z: The code of each.

    Raises:
        ValueError: If there are fewer than two.
    """
    check_pairs(x)
    match, other = judge(x, z), judge(x, z.roll(1, dims=0))
    return (F.softplus(-match) + F.softplus(other)).mean() / 2


def pair_accuracy(judge: PairJudge, x: Rows, z: Codes) -> float:
    """Return the share of pairs judged rightly, half of which match.

    Raises:
        ValueError: If there are fewer than two.
    """
    check_pairs(x)
    match, other = judge(x, z) > 0, judge(x, z.roll(1, dims=0)) <= 0
    return torch.cat([match, other]).double().mean().item()


def check_pairs(x: Tensor) -> None:
    """Refuse pictures that have no other code to be shown with."""
    if len(x) < 2:
        raise ValueError("x has one picture or none: give two or more")
