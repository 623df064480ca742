"""Leaderboard: a public half that everyone looks at, a private half that decides.

Chapter: book/course_rules.md
Source:  Blum and Hardt (2015), section 1, https://arxiv.org/abs/1502.04585
"""

import math
from dataclasses import dataclass

from jaxtyping import Int
from torch import Tensor


@dataclass(frozen=True)
class Leaderboard:
    """The right answers of a competition, in two halves.

    Attributes:
        y_hat: The labels of all test examples.
        public: How many of them, from the first on, are scored in public.

    Raises:
        ValueError: If one of the halves is empty.
    """

    y_hat: Int[Tensor, " n"]
    public: int

    def __post_init__(self) -> None:
        if not 0 < self.public < len(self.y_hat):
            raise ValueError(
                f"public is {self.public}: choose 1 to {len(self.y_hat) - 1}"
            )

    def score(self, y: Int[Tensor, " n"]) -> tuple[float, float]:
        """Return the public and the private accuracy of a submission."""
        right = (y == self.y_hat).double()
        seen, unseen = right[: self.public], right[self.public :]
        return seen.mean().item(), unseen.mean().item()


def luck(n: int, submissions: int) -> float:
    """Return how far the best of many blind guesses can be expected above its truth.

    It is sqrt(ln K / (2 n)), which bounds the mean of the maximum of K accuracies on n
    examples.

    Args:
        n: Size of the public half.
        submissions: K, how many functions were tried.

    Raises:
        ValueError: If a number is below 1.
    """
    if n < 1 or submissions < 1:
        raise ValueError(f"n, submissions: {n}, {submissions}; give 1 or more")
    return math.sqrt(math.log(submissions) / (2 * n))
