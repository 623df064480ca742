"""Tree price: a network that pays for the size of the tree that imitates it.

Chapter: book/explainable_global.md
Source:  Wu et al. (2018), Beyond sparsity: tree regularization of deep models for
         interpretability, section 4, https://arxiv.org/abs/1711.06178
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.explainable.tree import average_path, grown
from ml2020.support.checks import check_at_least

HIDDEN = 16
NUMBERS = 4 * HIDDEN + 1  # parameters of the network
GUESSER = 25  # hidden neurons of what guesses the size of the tree: the paper's
LEAST = 5  # examples that each leaf of the tree has at least
EVERY, NOISE, COPIES = 25, 0.1, 3  # updates; of parameters that are tried beside
MEMORY, REFITS = 400, 60  # pairs that the guesser knows; its steps each time
KINDS = ("tree", "shuffled", "squares")
Points = Float[Tensor, "n 2"]


class Parabola(NamedTuple):
    """Points of a square, and whether they lie above a parabola; some labels wrong."""

    X: Points
    y: Int[Tensor, " n"]
    truth: Int[Tensor, " n"]


def parabola(
    n: int, wrong: float = 0.1, *, generator: torch.Generator | None = None
) -> Parabola:
    """Draw points: class 1 lies above 5 (x - 0.5)^2 + 0.4, the paper's; some lie.

    Raises:
        ValueError: If n is below 1, or wrong is no share.
    """
    check_at_least("n", n, 1)
    check_wrong(wrong)
    X = torch.rand(n, 2, generator=generator, dtype=torch.float32)
    X[:, 1] *= 1.5
    truth = (X[:, 1] > 5 * (X[:, 0] - 0.5).square() + 0.4).long()
    flip = torch.rand(n, generator=generator, dtype=torch.float32) < wrong
    return Parabola(X, torch.where(flip, 1 - truth, truth), truth)


def scores(theta: Float[Tensor, " numbers"], X: Points) -> Float[Tensor, " n"]:
    """Return the log odds of class 1, by a network with one hidden layer."""
    W, b, v, c = torch.split(theta, [2 * HIDDEN, HIDDEN, HIDDEN, 1])
    return torch.tanh(4 * (X - 0.5) @ W.view(2, HIDDEN) + b) @ v + c


def imitated(theta: Tensor, X: Points) -> float:
    """Return the average path of a tree that learned what the network says of X."""
    with torch.no_grad():
        said = (scores(theta, X) > 0).long()
    return average_path(grown(X, said, LEAST), X)


class Guesser:
    """Guesses from the parameters how long the path will be: a small network.

    Args:
        shuffled: Whether it learns the lengths in a wrong order, as a control.
        generator: Of its weights, of the noise, of that order.
    """

    def __init__(self, shuffled: bool, generator: torch.Generator) -> None:
        self.shuffled, self.dice = shuffled, generator
        shapes = (NUMBERS, GUESSER), (GUESSER,), (GUESSER,), (1,)
        scales = NUMBERS**-0.5, 0.0, GUESSER**-0.5, 0.0
        self.weights = [
            torch.randn(shape, generator=generator, dtype=torch.float32)
            .mul(scale)
            .requires_grad_()
            for shape, scale in zip(shapes, scales, strict=True)
        ]
        self.rule = torch.optim.Adam(self.weights, 0.01)
        self.thetas: list[Tensor] = []
        self.lengths: list[float] = []
        self.guesses: list[float] = []  # of each, before its length was known

    def guess(self, theta: Tensor) -> Tensor:
        """Return the length that it expects."""
        A, a, v, c = self.weights
        return torch.relu(theta @ A + a) @ v + c[0]

    def meet(self, theta: Tensor, X: Points) -> None:
        """Take note of some parameters, and of others near them."""
        near = NOISE * torch.randn(
            COPIES, NUMBERS, generator=self.dice, dtype=torch.float32
        )
        for each in (theta, *(theta + near)):
            self.guesses.append(self.guess(each).item())
            self.thetas.append(each.clone())
            self.lengths.append(imitated(each, X))
        for notes in (self.thetas, self.lengths, self.guesses):
            del notes[:-MEMORY]

    def learn(self) -> None:
        """Fit what it has met, by some more steps of Adam."""
        known = torch.stack(self.thetas)
        goal = torch.tensor(self.lengths, dtype=torch.float32)
        if self.shuffled:
            goal = goal[torch.randperm(len(goal), generator=self.dice)]
        for _ in range(REFITS):
            loss = F.mse_loss(self.guess(known), goal)
            self.rule.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.rule.step()


def followed(guesser: Guesser) -> float:
    """Return how its guesses follow the lengths, among parameters and their copies.

    It is the correlation after each group's mean is taken off: of what a step near the
    parameters changes. Guesses of the first group that is noted do not count: it is the
    one before it learned, as long as no note was forgotten (`MEMORY` pairs).
    """
    group = 1 + COPIES
    both = torch.tensor([guesser.guesses, guesser.lengths], dtype=torch.float64)
    groups = both.view(2, both.shape[1] // group, group)[:, 1:]
    off = (groups - groups.mean(dim=2, keepdim=True)).flatten(1)
    return F.cosine_similarity(off[0], off[1], dim=0).item()


def check_wrong(wrong: float) -> None:
    """Refuse what is no share of labels.

    Raises:
        ValueError: If it is outside 0 to 1.
    """
    if not 0 <= wrong <= 1:
        raise ValueError(f"wrong is {wrong}: give a share, 0 to 1")
