"""Exits: a network that can answer early, and leaves as soon as it is sure.

Chapter: book/compression_small.md
Source:  Teerapittayanon, McDanel and Kung (2016), https://arxiv.org/abs/1709.01686;
         Huang et al. (2018), section 3, https://arxiv.org/abs/1703.09844
"""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from ml2020.support.checks import check_filled, check_finite, check_share


class Exits(nn.Module):
    """Parts of a network one behind the other, each with a small answer of its own."""

    def __init__(self, parts: Sequence[nn.Module], heads: Sequence[nn.Module]) -> None:
        super().__init__()
        check_heads(parts, heads)
        self.parts, self.heads = nn.ModuleList(parts), nn.ModuleList(heads)

    def forward(
        self, x: Float[Tensor, " n *picture"]
    ) -> Float[Tensor, "exits n classes"]:
        """Return the scores at each exit."""
        said = []
        for part, head in zip(self.parts, self.heads, strict=True):
            x = part(x)
            said.append(head(x))
        return torch.stack(said)


def leaves_at(
    scores: Float[Tensor, "exits n classes"], threshold: float
) -> Int[Tensor, " n"]:
    """Return at which exit each picture leaves.

    It is the first whose likeliest class has a probability of at least the threshold,
    and the last if there is none.

    Args:
        scores: At each exit.
        threshold: From 0, all leave at once, to below 1; a probability of 1 leaves.

    Raises:
        ValueError: If it is outside this range, there is no picture, or a score is NaN
            or infinite.
    """
    check_filled("scores", scores, "picture")
    check_finite("scores", scores, "train anew with a lower rate")
    check_share("threshold", threshold)
    sure = scores.softmax(dim=-1).amax(dim=-1) >= threshold
    sure[-1] = True
    return sure.int().argmax(dim=0)


@torch.no_grad()
def answered(
    model: Exits, x: Float[Tensor, " n *picture"], threshold: float
) -> Int[Tensor, " n"]:
    """Return the answers; who has left is not computed any further.

    Args:
        model: The network.
        x: Pictures.
        threshold: As for `leaves_at`.

    Raises:
        ValueError: As `leaves_at` does, or if the model says NaN.
    """
    check_filled("x", x, "picture")
    check_share("threshold", threshold)
    answers = torch.full((len(x),), -1, dtype=torch.int64, device=x.device)
    for part, head in zip(model.parts, model.heads, strict=True):
        there = (answers < 0).nonzero().flatten()
        if not len(there):
            break
        x = part(x)
        scores = head(x)
        check_said(scores)
        sure, said = scores.softmax(dim=-1).max(dim=-1)
        leaves = sure >= threshold if head is not model.heads[-1] else sure >= 0
        answers[there[leaves]] = said[leaves]
        x = x[~leaves]
    return answers


def spent(left: Int[Tensor, " n"], costs: Sequence[float]) -> float:
    """Return the mean cost of the pictures.

    Args:
        left: Where each leaves.
        costs: What it costs to come to each exit and to answer there, all in all.

    Raises:
        ValueError: If a picture leaves where there is no exit.
    """
    check_left(left, len(costs))
    return torch.tensor(costs, dtype=torch.float64)[left].mean().item()


def right_at(
    scores: Float[Tensor, "exits n classes"],
    y: Int[Tensor, " n"],
    left: Int[Tensor, " n"],
) -> Bool[Tensor, " n"]:
    """Return of each picture whether the answer at its exit is right.

    Raises:
        ValueError: If a picture leaves where there is no exit.
    """
    check_left(left, len(scores))
    said = scores.argmax(dim=-1)
    return said.gather(0, left[None])[0] == y


def check_heads(parts: Sequence[nn.Module], heads: Sequence[nn.Module]) -> None:
    """Refuse parts without an answer.

    Raises:
        ValueError: If there is none, or there are more or fewer answers.
    """
    if not parts or len(parts) != len(heads):
        raise ValueError(
            f"heads has {len(heads)}: give one for each of the {len(parts)} parts"
        )


def check_said(scores: Tensor) -> None:
    """Refuse a network that has no answer.

    Raises:
        ValueError: If a score is NaN or infinite.
    """
    if not scores.isfinite().all():
        raise ValueError("model says NaN or infinity: train anew with a lower rate")


def check_left(left: Tensor, exits: int) -> None:
    """Refuse exits that are not there.

    Raises:
        ValueError: If there is no picture, or one leaves where there is none.
    """
    check_filled("left", left, "picture")
    if not 0 <= int(left.min()) <= int(left.max()) < exits:
        raise ValueError(f"left is outside 0 to {exits - 1}: give exits that are there")
