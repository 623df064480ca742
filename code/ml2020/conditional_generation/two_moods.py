"""Two moods: a corpus of two sentences, and what it does to those who mix them.

Chapter: book/conditional_generation_tips.md
Source:  Lee (2020), conditional generation; that scheduled sampling is biased: Huszar
         (2015), https://arxiv.org/abs/1511.05101
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_probabilities, check_share

FIRST, SECOND = ("高兴", "难过"), ("想笑", "想哭")


def pair_probabilities(
    p_first: Float[Tensor, " a"], p_second: Float[Tensor, "a b"]
) -> Float[Tensor, "a b"]:
    """Return the probability of each sentence of two words, if each word is drawn.

    Args:
        p_first: Of the first word.
        p_second: Of the second, given the first, a row for each.

    Raises:
        ValueError: If they are no probabilities.
    """
    check_pair(p_first, p_second)
    return p_first[:, None] * p_second


def fed_expectation(
    p_first: Float[Tensor, " a"], p_second: Float[Tensor, "a b"]
) -> Float[Tensor, "a b"]:
    """Return the same, if the second step is told the probabilities of the first.

    A linear network that is told a mixture of words answers with the mixture of what
    it answers to each.

    Raises:
        ValueError: If they are no probabilities.
    """
    check_pair(p_first, p_second)
    return p_first[:, None] * (p_first @ p_second)[None]


def scheduled_optimum(
    corpus: Float[Tensor, "a b"], epsilon: float
) -> Float[Tensor, "a b"]:
    """Return P(second | told) that scheduled sampling likes best.

    The word that is told is the right one with epsilon, else one that the network drew
    itself, from the right distribution; the word to be said is that of the corpus.

    Args:
        corpus: The probability of each sentence of two words; each first word has one.
        epsilon: 0 to 1.

    Raises:
        ValueError: If it is no share, or the corpus has no probabilities.
    """
    check_corpus(corpus, epsilon)
    p_first, p_second = corpus.sum(dim=1), corpus.sum(dim=0)
    right = corpus / p_first[:, None]
    return epsilon * right + (1 - epsilon) * p_second


def check_pair(p_first: Tensor, p_second: Tensor) -> None:
    """Refuse what are no probabilities.

    Raises:
        ValueError: If one is below 0, or they do not sum to 1.
    """
    check_probabilities("p_first", p_first)
    for row in p_second:
        check_probabilities("p_second", row)


def check_corpus(corpus: Tensor, epsilon: float) -> None:
    """Refuse a corpus without probabilities, and a share that is none.

    Raises:
        ValueError: If they are.
    """
    check_probabilities("corpus", corpus.flatten())
    if epsilon != 1:
        check_share("epsilon", epsilon)
    if (corpus.sum(dim=1) == 0).any():
        raise ValueError("corpus has a first word that never comes: leave it out")
