"""Guesses stand where they were asked for; every place is asked whether it is true."""

import math

import pytest
import torch

from ml2020.self_supervised import asked_places, detection_loss, masked_loss, replaced
from tests.refusals import refuses, spoilt


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


TOKENS = torch.tensor([3, 1, 4, 1, 5])
MASKED = torch.tensor([False, True, False, True, False])
GUESSES = torch.tensor([9, 1, 9, 2, 9])


def test_a_guess_stands_at_masked_places_alone_and_a_right_one_is_no_fault():
    text = replaced(TOKENS, MASKED, GUESSES)
    assert text.tokens.tolist() == [3, 1, 4, 2, 5]
    assert text.wrong.tolist() == [False, False, False, True, False]


@pytest.mark.equation("eq-self_supervised-detection")
def test_detection_is_the_mean_over_all_places():
    scores = torch.tensor([0.5, -1.0, 2.0, 0.3, -0.2], dtype=torch.float64)
    wrong = replaced(TOKENS, MASKED, GUESSES).wrong
    slowly = 0.0
    for s, w in zip(scores.tolist(), wrong.tolist(), strict=True):
        p = 1 / (1 + math.exp(-s))
        slowly -= math.log(p if w else 1 - p)
    assert detection_loss(scores, wrong).item() == pytest.approx(slowly / 5)


@pytest.mark.equation("eq-self_supervised-masked")
def test_a_generator_learns_by_likelihood_of_what_was_masked():
    scores = torch.randn(5, 6, generator=dice(), dtype=torch.float64)
    says = scores.log_softmax(dim=1)
    slowly = -(says[1, 1] + says[3, 1]) / 2
    torch.testing.assert_close(masked_loss(scores, TOKENS, MASKED), slowly)


def test_all_places_have_a_slope_in_detection_and_only_masked_ones_otherwise():
    n = 200
    masked = torch.arange(n) < 30
    tokens = torch.randint(50, (n,), generator=dice())
    scores = torch.randn(n, 1, generator=dice(1)).requires_grad_()
    wrong = replaced(tokens, masked, tokens + 1).wrong
    assert asked_places(detection_loss(scores[:, 0], wrong), scores) == n
    says = torch.randn(n, 50, generator=dice(2)).requires_grad_()
    assert asked_places(masked_loss(says, tokens, masked), says) == 30


def test_a_batch_of_texts_is_a_longer_text():
    tokens = torch.randint(5, (3, 4), generator=dice())
    masked = torch.rand(3, 4, generator=dice()) < 0.5
    scores = torch.randn(3, 4, 5, generator=dice(1))
    torch.testing.assert_close(
        masked_loss(scores, tokens, masked),
        masked_loss(scores.flatten(0, 1), tokens.flatten(), masked.flatten()),
    )
    with_slope = scores.clone().requires_grad_()
    found = asked_places(masked_loss(with_slope, tokens, masked), with_slope)
    assert found == int(masked.sum())


def test_one_score_with_a_slope_makes_a_place_count():
    scores = torch.ones(5, 2).requires_grad_()
    assert asked_places(scores[1:, 0].sum(), scores) == 4


def test_the_loss_can_be_asked_again():
    scores = torch.randn(5, 1).requires_grad_()
    loss = detection_loss(scores[:, 0], MASKED)
    assert asked_places(loss, scores) == asked_places(loss, scores) == 5


def test_rejects_texts_of_which_nothing_is_asked():
    none = torch.zeros(5, dtype=torch.bool)
    one = none.clone()
    one[4] = True
    scores = torch.zeros(5, 6)
    said = "^masked has no place: mask at least one$"
    refuses(lambda m: replaced(TOKENS, m, GUESSES), said, good=[one], bad=[none])
    refuses(lambda m: masked_loss(scores, TOKENS, m), said, good=[one], bad=[none])
    empty = TOKENS[:0]
    refuses(
        lambda t: replaced(t, MASKED[: len(t)], GUESSES[: len(t)]),
        "^tokens is empty",
        good=[TOKENS],
        bad=[empty],
    )


def test_rejects_scores_that_are_none():
    scores = torch.zeros(5)
    call = lambda s: detection_loss(s, MASKED[: len(s)])  # noqa: E731
    refuses(
        call, "^scores has NaN", good=[scores], bad=spoilt(scores, math.nan, math.inf)
    )
    refuses(call, "^scores is empty", good=[scores], bad=[scores[:0]])
    empty = torch.zeros(0, 1).requires_grad_()
    refuses(
        lambda s: asked_places(s.sum(), s),
        "^scores is empty",
        good=[scores[:, None].requires_grad_()],
        bad=[empty],
    )
