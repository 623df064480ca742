"""The task of recalling the first symbol, and the loop that learns it."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from ml2020.optimization import Adam
from ml2020.rnn import (
    RECALL_SIZES,
    clipped,
    last_scores,
    learn_recall,
    networks,
    recall_examples,
)
from tests.refusals import refuses, spoilt


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_first_is_one_of_four_and_the_others_are_four_others():
    X, first = recall_examples(6, 500, generator=dice())
    symbols = X.argmax(dim=-1)
    assert X.shape == (6, 500, 8)
    assert tuple(RECALL_SIZES) == (8, 16, 4)
    assert X.dtype == torch.float32
    assert torch.equal(X.sum(dim=-1), torch.ones(6, 500))
    assert torch.equal(symbols[0], first)
    assert set(first.tolist()) == {0, 1, 2, 3}
    assert set(symbols[1:].flatten().tolist()) == {4, 5, 6, 7}
    assert len(recall_examples(1, 2)[0]) == 1


def test_one_update_is_a_clipped_step_of_each_network_alone():
    theta = 30 * networks("LSTM", RECALL_SIZES, [0, 1])  # steep enough to be clipped
    end = learn_recall(theta, "LSTM", Step(), 3, 1, generator=dice(1))
    X, first = recall_examples(3, 64, generator=dice(1))
    for k in range(2):
        watched = theta[k].clone().requires_grad_()
        scores = last_scores(watched, "LSTM", RECALL_SIZES, X)
        (g,) = torch.autograd.grad(cross_entropy(scores, first), watched)
        assert g.norm() > 1
        torch.testing.assert_close(end.theta[k], theta[k] - 0.1 * clipped(g, 1.0))
        right = (scores.argmax(dim=-1) == first).float().mean()
        torch.testing.assert_close(end.share[k], right)
    assert end.solved.tolist() == [-1, -1]


class Step:
    """Plain descent, without memory."""

    def init(self, theta):
        return ()

    def step(self, theta, g, memory):
        return theta - 0.1 * g, memory


def test_short_sequences_are_learned_and_it_stops_there():
    theta = networks("Elman", RECALL_SIZES, [0, 1])
    kept = theta.clone()
    end = learn_recall(theta, "Elman", Adam(lr=0.02), 2, 400, generator=dice(2))
    assert (end.solved >= 20).all()
    assert (end.solved < 400).all()
    assert torch.equal(theta, kept)
    X, first = recall_examples(2, 500, generator=dice(3))
    said = last_scores(end.theta, "Elman", RECALL_SIZES, X).argmax(dim=-1)
    assert ((said == first).float().mean(dim=-1) > 0.99).all()
    # It is solved at the first update at which the latest twenty batches say so.
    last = int(end.solved.max())
    before = learn_recall(theta, "Elman", Adam(lr=0.02), 2, last - 1, generator=dice(2))
    assert (before.solved < 0).any()
    assert before.share.min() < 0.99 <= end.share[end.solved.argmax()]


def test_a_network_that_leaves_the_numbers_recalls_nothing():
    theta = networks("Elman", RECALL_SIZES, [0, 1])

    class Away(Step):
        """Throws the first network away at once."""

        def step(self, theta, g, memory):
            return theta * torch.tensor([[math.inf], [1.0]]), memory

    end = learn_recall(theta, "Elman", Away(), 2, 21, generator=dice(5))
    assert end.share[0] == 0
    assert end.share[1] > 0.1


def test_it_follows_the_type_of_the_weights():
    theta = networks("GRU", RECALL_SIZES, [0])
    ends = [
        learn_recall(start, "GRU", Adam(lr=0.01), 3, 3, generator=dice(6)).theta
        for start in (theta, theta.double())
    ]
    assert [end.dtype for end in ends] == [torch.float32, torch.float64]
    torch.testing.assert_close(ends[0].double(), ends[1], rtol=1e-3, atol=1e-5)


def test_without_memory_it_stays_at_chance():
    theta = networks("no memory", RECALL_SIZES, [0])
    end = learn_recall(theta, "no memory", Adam(lr=0.02), 2, 60, generator=dice(4))
    assert end.solved.tolist() == [-1]
    assert end.share.item() == pytest.approx(0.25, abs=0.06)


def test_what_cannot_be_learned_is_refused():
    theta = networks("Elman", RECALL_SIZES, [0])
    refuses(
        lambda theta: learn_recall(theta, "Elman", Adam(), 2, 1),
        "^theta (is empty: give at least one network|has .* numbers a row)",
        good=[theta],
        bad=[theta[:0], theta[:, 1:]],
    )
    refuses(
        lambda theta: learn_recall(theta, "Elman", Adam(), 2, 1),
        "^theta has NaN or infinity: begin with other weights$",
        good=[theta],
        bad=list(spoilt(theta, math.nan, math.inf)),
    )
    refuses(
        lambda steps: learn_recall(theta, "Elman", Adam(), 2, steps),
        "^steps is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    refuses(
        lambda T: recall_examples(T, 1),
        "^T is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    refuses(
        lambda n: recall_examples(1, n),
        "^n is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
