"""Decoding: the lecture's two symbols, every answer of a small model, and sampling."""

import math
from itertools import product

import pytest
import torch

from ml2020.transformer import Said, beam_search, ranked, sampled
from tests.refusals import refuses

A, B, STOP = range(3)


def shares(told):
    """A with 0.6, B with 0.4; after A at best 0.4, after B 0.9; then stop."""
    first = [0.6, 0.4, 1e-9]
    second = {A: [0.4, 0.3, 0.3], B: [0.05, 0.9, 0.05]}
    rows = []
    for row in told.tolist():
        said = row[1:]
        rows.append(
            [first, *(second[y] for y in said[:1])][len(said)]
            if len(said) < 2
            else [1e-9, 1e-9, 1.0]
        )
    return torch.tensor(rows).log()


def test_greedy_misses_what_a_beam_of_two_finds():
    greedy, *_ = beam_search(shares, 9, 1, 3)
    best, *_ = beam_search(shares, 9, 2, 3)
    assert greedy.symbols == (A, A)
    assert math.exp(greedy.log_p) == pytest.approx(0.24)
    assert best.symbols == (B, B)
    assert math.exp(best.log_p) == pytest.approx(0.36)
    assert best.ended


def drawn(seed):
    """A model of random scores that depend on all that was said."""

    def step(told):
        rows = []
        for row in told.tolist():
            dice = torch.Generator().manual_seed(seed + hash(tuple(row)) % 10_000)
            rows.append(2 * torch.randn(3, generator=dice))
        return torch.stack(rows)

    return step


def every_answer(step, most, power):
    """The best of all answers, one by one."""
    found = []
    for length in range(most + 1):
        for symbols in product(range(2), repeat=length):
            log_p = 0.0
            for t, y in enumerate([*symbols, STOP][:most]):
                scores = step(torch.tensor([[9, *symbols[:t]]]))[0]
                log_p += float(scores.double().log_softmax(0)[y])
            found.append(Said(symbols, log_p, length < most))
    return max(found, key=lambda said: ranked(said, power))


@pytest.mark.parametrize("power", [0.0, 1.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_beam_that_drops_nothing_finds_the_best_of_all_answers(seed, power):
    best, *others = beam_search(drawn(seed), 9, 10_000, 4, power)
    wanted = every_answer(drawn(seed), 4, power)
    assert best.symbols == wanted.symbols
    assert best.log_p == pytest.approx(wanted.log_p)
    assert len(others) == 2**5 - 2
    total = sum(math.exp(said.log_p) for said in (best, *others))
    assert total == pytest.approx(1)


def test_what_never_stops_is_cut_and_says_so():
    said, *_ = beam_search(
        lambda told: torch.tensor([[1.0, 0, -99]] * len(told)), 9, 1, 5
    )
    assert said == Said((A,) * 5, said.log_p, False)


def test_a_price_on_length_lengthens_answers():
    def step(told):
        return torch.tensor([[0.5, 0.1, 0.4]] * len(told)).log()

    assert beam_search(step, 9, 50, 4)[0].symbols == ()
    assert beam_search(step, 9, 50, 4, 1.0)[0].symbols == (A,) * 4
    assert ranked(Said((1, 2), -6.0, True), 1.0) == -2
    assert ranked(Said((1, 2), -6.0, False), 1.0) == -3
    assert ranked(Said((), -6.0, True), 1.0) == -6


def test_symbols_are_drawn_by_their_probability_and_the_tail_can_be_cut():
    scores = torch.tensor([0.5, 0.3, 0.2]).log().expand(20_000, 3)

    def shares_of(**settings):
        dice = torch.Generator().manual_seed(0)
        found = sampled(scores, generator=dice, **settings)
        return (found.bincount(minlength=3) / 20_000).tolist()

    assert shares_of() == pytest.approx([0.5, 0.3, 0.2], abs=0.02)
    squared = [x / 0.38 for x in (0.25, 0.09, 0.04)]
    assert shares_of(temperature=0.5) == pytest.approx(squared, abs=0.02)
    assert shares_of(nucleus=0.5) == [1, 0, 0]
    assert shares_of(nucleus=0.51) == pytest.approx([0.625, 0.375, 0], abs=0.02)


def test_a_beam_of_0_and_no_sampling_are_refused():
    def call(width=1, most=1, power=0.0):
        return beam_search(shares, 9, width, most, power)

    for name, good in (("width", 1), ("most", 1)):
        refuses(
            lambda x, name=name: call(**{name: x}),
            f"^{name} is .*: give {good} or more$",
            good=[good],
            bad=[good - 1],
        )
    refuses(
        lambda x: call(power=x),
        "^power is .*: choose it from 0 to 1$",
        good=[0.0, 1.0],
        bad=[-0.1, 1.1, 1000.0, math.nan],
    )
    one = torch.zeros(1, 2)
    refuses(
        lambda x: sampled(one, x),
        "^temperature is .*: give a positive number$",
        good=[1e-30, 99.0],
        bad=[0.0, -1.0, math.nan, math.inf],
    )
    refuses(
        lambda x: sampled(one, nucleus=x),
        "^nucleus is .*: choose it above 0, at most 1$",
        good=[1e-9, 1.0],
        bad=[0.0, 1.1, math.nan],
    )


def test_scores_that_give_no_probabilities_are_refused():
    no, forbids = math.nan, -math.inf
    good = [[[0.0, forbids], [1.0, 2.0]]]
    bad = [
        [[0.0, no], [1.0, 2.0]],
        [[0.0, 1.0], [math.inf, 2.0]],
        [[0.0, 1.0], [forbids, forbids]],
    ]
    refuses(
        lambda scores: beam_search(
            lambda told: torch.tensor(scores)[[0] * len(told)], 9, 2, 2
        ),
        "^step gives NaN or inf, or forbids all: mend its scores$",
        good=good,
        bad=[bad[0], bad[1][::-1], bad[2][::-1]],
    )
    said = "^scores over temperature are NaN or infinite, or forbid all: mend"
    refuses(lambda scores: sampled(torch.tensor(scores)), said, good=good, bad=bad)
    refuses(
        lambda heat: sampled(torch.tensor([[0.0, 1.0]]), heat),
        said,
        good=[1e-37],
        bad=[1e-40],
    )
    refuses(
        lambda n: sampled(torch.zeros(n, 2)),
        "^scores is empty: give at least one row$",
        good=[1],
        bad=[0],
    )


def test_what_is_forbidden_is_no_answer():
    scores = torch.tensor([[0.0, -math.inf, 0.0]])  # of two symbols the first, or stop
    found = beam_search(lambda told: scores[[0] * len(told)], 9, 100, 2)
    assert {said.symbols for said in found} == {(), (0,), (0, 0)}


def test_scores_without_rows_are_refused():
    refuses(
        lambda shape: sampled(torch.zeros(shape)),
        r"^scores have .* axes: give rows, two axes$",
        good=[(1, 3)],
        bad=[(3,), (1, 1, 3)],
    )
