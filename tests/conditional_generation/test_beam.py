"""A beam as wide as everything finds the best; greedy need not; a limit ends it."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.conditional_generation import beam as module
from ml2020.conditional_generation.beam import (
    Found,
    beam_search,
    best_of_all,
    log_probability,
)
from tests.refusals import refuses

NO = -math.inf


def lecture(beginnings):
    """A or B, then C or D, then E or F; A is likelier, but leads nowhere good."""
    rows = []
    for b in beginnings:
        p = [0.0] * 3
        if len(b) == 3:
            p[2] = 1.0
        else:
            high = 0.9 if b and b[0] == 1 else 0.6
            p[:2] = [0.6, 0.4] if not b else [high, 1 - high]
        rows.append(p)
    return torch.tensor(rows, dtype=torch.float64).log()


def random_model(seed, symbols=3):
    """A model whose every beginning has its own probabilities."""

    def next_log_p(beginnings):
        rows = []
        for b in beginnings:
            dice = torch.Generator().manual_seed(hash((seed, b)) % (1 << 62))
            rows.append(torch.randn(symbols, generator=dice, dtype=torch.float64))
        return (2 * torch.stack(rows)).log_softmax(-1)

    return next_log_p


def test_the_lecture_s_example():
    greedy, two = (beam_search(lecture, width, 4) for width in (1, 2))
    assert math.exp(greedy.log_p) == pytest.approx(0.6 * 0.6 * 0.6)
    assert greedy.symbols == (0, 0, 0)
    assert math.exp(two.log_p) == pytest.approx(0.4 * 0.9 * 0.9)
    assert two.symbols == (1, 0, 0)
    assert two.ended


@given(st.integers(0, 15))
def test_as_wide_as_everything_it_finds_the_best(seed):
    model = random_model(seed)
    best = best_of_all(model, 3, 4)
    wide = beam_search(model, 3**4, 4)
    assert wide.symbols == best.symbols
    assert wide.log_p == pytest.approx(best.log_p)


@pytest.mark.equation("eq-conditional_generation-worth")
@given(st.integers(0, 15))
def test_normalised_it_finds_the_best_mean(seed):
    model = random_model(seed)
    best, wide = best_of_all(model, 3, 4, 1.0), beam_search(model, 3**4, 4, 1.0)
    assert wide.symbols == best.symbols
    length = len(best.symbols) + 1
    total = sum(
        model([(*best.symbols, 2)[:k]])[0, (*best.symbols, 2)[k]].item()
        for k in range(length)
    )
    assert wide.worth(1.0) == pytest.approx(total / length)


@given(st.integers(0, 15))
def test_width_1_is_greedy(seed):
    model, said = random_model(seed), ()
    for _ in range(4):
        k = model([said])[0].argmax().item()
        if k == 2:
            break
        said = (*said, k)
    found = beam_search(model, 1, 4)
    assert found.symbols == said
    assert found.ended == (k == 2)


def test_an_end_that_never_comes_is_cut_off():
    def endless(beginnings):
        return torch.tensor([[0.7, 0.3, 0.0]] * len(beginnings)).log()

    found = beam_search(endless, 2, 5)
    assert found == Found((0,) * 5, pytest.approx(5 * math.log(0.7)), ended=False)


def test_what_has_ended_goes_before_what_was_cut():
    def late(beginnings):
        return torch.tensor([[0.9, 0.1]] * len(beginnings)).log()

    assert beam_search(late, 2, 3).ended
    assert not beam_search(late, 1, 3).ended


def test_the_limit_counts_the_end():
    assert beam_search(lecture, 2, 4).ended
    assert not beam_search(lecture, 2, 3).ended
    assert len(best_of_all(random_model(0), 3, 1).symbols) == 0


def test_what_goes_on_has_not_ended(monkeypatch):
    follows, met = module.what_follows, []

    def spied(next_log_p, going):
        met.extend(going)
        return follows(next_log_p, going)

    monkeypatch.setattr(module, "what_follows", spied)
    beam_search(random_model(0), 5, 3)
    best_of_all(random_model(0), 3, 3)
    assert len(met) > 10
    assert not any(found.ended for found in met)


def test_worth_by_hand():
    assert Found((1, 0), -6.0, True).worth(0) == -6
    assert Found((1, 0), -6.0, True).worth(1) == -2
    assert Found((1, 0), -6.0, False).worth(1) == -3
    assert Found((), -2.0, False).worth(1) == -2


def test_log_probability_is_a_sum():
    expected = math.log(0.4 * 0.9 * 0.1)
    assert log_probability(lecture, (1, 0, 1)) == pytest.approx(expected)
    assert log_probability(lecture, ()) == 0


def test_rejects_searches_for_nothing():
    refuses(lambda w: beam_search(lecture, w, 4), "^width is", good=[1], bad=[0])
    refuses(lambda m: beam_search(lecture, 1, m), "^most is", good=[1], bad=[0])
    refuses(lambda p: beam_search(lecture, 1, 4, p), "^power is", good=[0], bad=[-1])
    refuses(lambda m: best_of_all(lecture, 3, m), "^most is", good=[1, 4], bad=[0])
    refuses(
        lambda p: best_of_all(random_model(0), 3, 1, p),
        "^power is",
        good=[0],
        bad=[-0.1],
    )
    refuses(
        lambda s: best_of_all(random_model(0), s, 1),
        "^symbols is",
        good=[random_model(0)([()]).shape[1]],
        bad=[1, 2, 4],
    )


def test_rejects_steps_after_which_nothing_can_follow():
    def step(row):
        return lambda beginnings: torch.tensor([row] * len(beginnings))

    refuses(
        lambda row: beam_search(step(row), 1, 2),
        "^next_log_p gives",
        good=[[NO, 0.0], [0.0, NO]],
        bad=[[NO, NO], [math.nan, 0.0]],
    )
    refuses(
        lambda row: best_of_all(step(row), 2, 2),
        "^next_log_p gives",
        good=[[NO, 0.0], [0.0, NO]],
        bad=[[NO, NO], [math.nan, 0.0]],
    )
    with pytest.raises(ValueError, match=r"^next_log_p gives 2 rows: give 1"):
        beam_search(lambda b: torch.zeros(2, 2), 1, 2)


def test_endings_take_places_of_the_beam():
    def late(beginnings):
        ends = torch.tensor([0.01 if len(b) == 4 else 1e-6 for b in beginnings])
        rest = (1 - ends) / 2
        return torch.stack([rest, rest, ends], dim=1).double().log()

    best = best_of_all(late, 3, 5)
    assert len(best.symbols) == 4
    assert beam_search(late, 16, 5).symbols == ()
    assert beam_search(late, 48, 5).log_p == pytest.approx(best.log_p)
