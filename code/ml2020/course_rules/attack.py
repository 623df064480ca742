"""Attack: climb a public leaderboard by listening to it, without looking at the data.

Chapter: book/course_rules.md
Source:  Blum and Hardt (2015), https://arxiv.org/abs/1502.04585; they keep the guesses
         above one half, here the others are turned over and vote, too
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_accuracy, check_count, check_shape


def vote(
    guesses: Int[Tensor, "entries n"],
    scores: Float[Tensor, "*submissions"],
) -> Int[Tensor, " n"]:
    """Return the majority's answers, guesses that scored below one half turned over.

    A tie of the votes is a 0; so, without any guess, every answer is 0.

    Args:
        guesses: Answers 0 and 1, a submission a row.
        scores: What the public leaderboard said to each of them.

    Raises:
        ValueError: If a guess is neither 0 nor 1, or there is not one score from 0 to
            1 for each submission.
    """
    check_shape("scores", scores, guesses.shape[:1])
    check_guesses(guesses)
    check_accuracy("scores", scores)
    turned = torch.where(scores[:, None] >= 0.5, guesses, 1 - guesses)
    return (turned.double().mean(dim=0) > 0.5).long()


def vote_score(n: int, submissions: int) -> float:
    """Return the public accuracy that the vote of many blind guesses will have, about.

    Args:
        n: Size of the public half, N.
        submissions: M, how many guesses vote.

    Raises:
        ValueError: If a number is below 1, or above 1e300.
    """
    check_count("n", n)
    check_count("submissions", submissions)
    return 0.5 + 0.5 * math.erf(math.sqrt(submissions / (math.pi * n)))


def check_guesses(guesses: Tensor) -> None:
    """Refuse answers that are no votes.

    Raises:
        ValueError: If one is neither 0 nor 1.
    """
    if not ((guesses == 0) | (guesses == 1)).all():
        raise ValueError("guesses are not all 0 or 1: name the two classes so")
