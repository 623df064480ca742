"""Leaderboard: a public half that everyone looks at, a private half that decides.

Chapter: book/course_rules.md
Source:  Blum and Hardt (2015), section 1, https://arxiv.org/abs/1502.04585; the bound
         is derived in the chapter
"""

import math
from dataclasses import dataclass

from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_count


@dataclass(frozen=True, eq=False)
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

    def score(self, y: Int[Tensor, "*submissions n"]) -> Float[Tensor, "*submissions"]:
        """Return the accuracy in public: all that anyone sees before the deadline."""
        return self.right(y)[..., : self.public].mean(dim=-1)

    def reveal(self, y: Int[Tensor, "*submissions n"]) -> Float[Tensor, "*submissions"]:
        """Return the accuracy in private: to be called once, after the deadline."""
        return self.right(y)[..., self.public :].mean(dim=-1)

    def right(
        self, y: Int[Tensor, "*submissions n"]
    ) -> Float[Tensor, "*submissions n"]:
        """Return 1 for each right answer and 0 for each wrong one.

        Raises:
            ValueError: If there is not one answer for each example.
        """
        if y.shape[-1] != len(self.y_hat):
            raise ValueError(
                f"y has {y.shape[-1]} answers: give one for each of {len(self.y_hat)}"
            )
        return (y == self.y_hat).double()


def luck_bound(n: int, submissions: int) -> float:
    """Return sqrt(ln M / (2 n)), a bound on the mean luck of the best of M.

    The mean of the largest of M accuracies on n examples is at most this far above the
    largest true accuracy. A single leader may be luckier: with the probability 1 - a,
    nobody is further above it than the bound for M / a. Above 1 it says nothing.

    Args:
        n: Size of the public half, N.
        submissions: M, how many functions were tried, none in answer to a score.

    Raises:
        ValueError: If a number is below 1, or above 1e300.
    """
    check_count("n", n)
    check_count("submissions", submissions)
    return math.sqrt(math.log(submissions) / (2 * n))
