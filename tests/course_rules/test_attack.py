"""The vote is what the chapter counts, and climbs as far as it derives."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.course_rules import Leaderboard, vote, vote_score
from tests.refusals import above, below, refuses, spoilt


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_bad_guess_votes_for_its_opposite(device):
    guesses = torch.tensor([[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 0]], device=device)
    scores = torch.tensor([0.6, 0.4, 0.5], device=device)  # one half is not turned over
    assert vote(guesses, scores).tolist() == [1, 0, 0, 0]


def test_a_tie_is_zero_and_so_is_silence():
    guesses = torch.tensor([[1, 0], [0, 1]])
    assert vote(guesses, torch.tensor([0.7, 0.7])).tolist() == [0, 0]
    assert vote(guesses[:0], torch.empty(0)).tolist() == [0, 0]


@given(seed=st.integers(0, 50), m=st.integers(1, 9), n=st.integers(1, 6))
def test_it_is_a_count_of_hands(seed, m, n):
    guesses = torch.randint(2, (m, n), generator=dice(seed))
    scores = torch.rand(m, generator=dice(seed + 1))
    for place, answer in enumerate(vote(guesses, scores).tolist()):
        hands = 0
        for guess, score in zip(guesses, scores, strict=True):
            says = guess[place].item() if score >= 0.5 else 1 - guess[place].item()
            hands += 1 if says else -1
        assert answer == (1 if hands > 0 else 0)


def binomial(n, p, right):
    return math.comb(n, right) * p**right * (1 - p) ** (n - right)


@pytest.mark.equation("eq-course_rules-vote")
@pytest.mark.parametrize(("n", "m"), [(101, 15), (401, 61), (1001, 301)])
def test_the_formula_is_near_the_sum_over_all_cases(n, m):
    gain = sum(binomial(n, 0.5, k) * abs(k / n - 0.5) for k in range(n + 1))
    majority = sum(binomial(m, 0.5 + gain, k) for k in range((m + 1) // 2, m + 1))
    assert vote_score(n, m) == pytest.approx(majority, abs=0.005)


def test_a_vote_climbs_as_far_as_the_formula_says():
    climbs = []
    for seed in range(20):
        roll = dice(seed)
        board = Leaderboard(torch.randint(2, (800,), generator=roll), public=400)
        guesses = torch.randint(2, (200, 800), generator=roll)
        climbs.append(board.score(vote(guesses, board.score(guesses))).item())
    assert sum(climbs) / 20 == pytest.approx(vote_score(400, 200), abs=0.015)


def test_everything_can_be_read_with_patience_and_the_guesses_stay():
    truth = torch.randint(2, (20,), generator=dice())
    guesses = torch.randint(2, (4000, 20), generator=dice(1))
    kept = guesses.clone()
    scores = (guesses == truth).double().mean(dim=1)
    assert torch.equal(vote(guesses, scores), truth)
    assert torch.equal(guesses, kept)
    assert vote_score(1, 10_000) == 1


def test_the_climbs_that_the_chapter_names():
    assert vote_score(1000, 120) == pytest.approx(0.61, abs=5e-3)
    assert vote_score(1000, 2001) == pytest.approx(0.87, abs=5e-3)


def test_one_guess_on_one_example_is_legal():
    assert 0.5 < vote_score(1, 1) < 1
    for bad in (0, -1):
        said = ": give 1 or more$"
        with pytest.raises(ValueError, match=f"^n is {bad}{said}"):
            vote_score(bad, 1)
        with pytest.raises(ValueError, match=f"^submissions is {bad}{said}"):
            vote_score(1, bad)


def test_a_count_that_no_float_can_hold_is_refused():
    said = r"is above 1e300: give a smaller one$"
    good, bad = [10**300], [int(above(1e300)), 10**400]
    refuses(lambda n: vote_score(n, 9), f"^n {said}", good=good, bad=bad)
    refuses(lambda m: vote_score(9, m), f"^submissions {said}", good=good, bad=bad)


def test_one_answer_changed_at_a_time_reads_all_public_labels():
    for seed in range(5):
        board = Leaderboard(torch.randint(2, (40,), generator=dice(seed)), public=20)
        first = torch.randint(2, (40,), generator=dice(100 + seed))
        entries = first.repeat(41, 1)  # the first, and one for each test example
        entries[range(1, 41), range(40)] = 1 - first
        scores = board.score(entries)
        better = scores[1:] > scores[0]  # he need not know which are public
        assert board.score(torch.where(better, 1 - first, first)) == 1


def test_rejects_answers_that_are_no_votes():
    good = torch.tensor([[0, 1], [1, 0]])
    said = r"^guesses are not all 0 or 1: name the two classes so$"
    refuses(
        lambda guesses: vote(guesses, torch.ones(2)),
        said,
        good=[good, torch.zeros_like(good), torch.ones_like(good)],
        bad=spoilt(good, 2, -1),
    )


def test_rejects_a_score_that_is_no_share():
    good = torch.tensor([0.4, 0.6], dtype=torch.float64)
    refuses(
        lambda scores: vote(torch.tensor([[0, 1], [1, 1]]), scores),
        r"^scores is not from 0 to 1: give the share of right ones$",
        good=[good, torch.tensor([0.0, 1.0])],
        bad=spoilt(good, below(0.0), above(1.0), 40.0, math.nan, math.inf),
    )


def test_rejects_scores_that_are_not_one_for_each_guess():
    guesses = torch.tensor([[0, 1], [1, 0], [1, 1]])
    good = torch.tensor([0.4, 0.6, 0.5])
    refuses(
        lambda scores: vote(guesses, scores),
        r"^scores has the shape \(.*\): give it \(3,\)$",
        good=[good],
        bad=[good[:1], good[:2], good[:0], good[:, None], good[0]],
    )
