"""A mixture that is fed, and a schedule that is followed, make crossed sentences."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.conditional_generation.two_moods import (
    fed_expectation,
    pair_probabilities,
    scheduled_optimum,
)
from tests.refusals import refuses

HALF, EACH = torch.tensor([0.5, 0.5]).double(), torch.eye(2).double()


def test_drawn_no_pair_is_crossed_and_fed_every_one_is():
    assert torch.equal(pair_probabilities(HALF, EACH), torch.diag(HALF))
    assert torch.equal(fed_expectation(HALF, EACH), torch.full((2, 2), 0.25).double())


@pytest.mark.equation("eq-conditional_generation-scheduled")
@given(st.integers(0, 1000), st.floats(0, 1))
def test_the_optimum_is_that_of_the_loss(seed, epsilon):
    dice = torch.Generator().manual_seed(seed)
    corpus = torch.rand(2, 3, generator=dice).double() + 0.01
    corpus = corpus / corpus.sum()
    P = scheduled_optimum(corpus, epsilon)
    # what comes together: (told, right) with epsilon the same sentence, else free
    together = torch.zeros(2, 3).double()
    for a in range(2):
        for b in range(3):
            for own in range(2):
                share = corpus[a, b] * corpus.sum(1)[own]
                together[own, b] += (1 - epsilon) * share
            together[a, b] += epsilon * corpus[a, b]
    expected = together / together.sum(1, keepdim=True)
    assert torch.allclose(P, expected)


def test_the_limits_are_the_corpus_and_the_mixture():
    corpus = torch.diag(HALF)
    assert torch.equal(scheduled_optimum(corpus, 1.0), EACH)
    assert torch.equal(scheduled_optimum(corpus, 0.0), torch.full((2, 2), 0.5).double())
    assert scheduled_optimum(corpus, 0.5)[0, 1] == 0.25


def test_rejects_what_is_no_probability():
    more = torch.tensor([0.5, 0.6]).double()
    for call in (pair_probabilities, fed_expectation):
        refuses(lambda p, f=call: f(p, EACH), "^p_first", good=[HALF], bad=[more])
        refuses(lambda p, f=call: f(HALF, p), "^p_second", good=[EACH], bad=[2 * EACH])
    corpus = torch.diag(HALF)
    refuses(lambda c: scheduled_optimum(c, 0.5), "^corpus", good=[corpus], bad=[EACH])
    never = torch.tensor([[0.5, 0.5], [0, 0]]).double()
    refuses(
        lambda c: scheduled_optimum(c, 0.5), "^corpus has a", good=[corpus], bad=[never]
    )
    refuses(
        lambda e: scheduled_optimum(corpus, e),
        "^epsilon",
        good=[0.0, 1.0],
        bad=[-0.1, 1.1],
    )


def test_a_corpus_may_begin_always_alike():
    corpus = torch.tensor([[0.3, 0.7]]).double()
    for epsilon in (0.0, 0.5, 1.0):
        assert torch.allclose(scheduled_optimum(corpus, epsilon), corpus)
