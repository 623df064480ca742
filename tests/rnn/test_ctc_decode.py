"""Decoding: the best path may be wrong, a wide beam is exact."""

import itertools
import math

import pytest
import torch

from ml2020.rnn import best_path, collapse, ctc_loss, prefix_beam
from tests.refusals import refuses


def scores(T=5, C=3, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(T, C, generator=dice, dtype=torch.float64)


def test_the_best_path_may_spell_another_target_than_the_likeliest():
    y = torch.tensor([[0.6, 0.4], [0.6, 0.4]], dtype=torch.float64)
    assert best_path(y.log()) == []  # 0.36, but label 1 has 0.16 + 0.24 + 0.24
    (first, log_p), (second, log_q) = prefix_beam(y.log(), 2)
    assert (first, second) == ((1,), ())
    assert math.exp(log_p) == pytest.approx(0.64)
    assert math.exp(log_q) == pytest.approx(0.36)


@pytest.mark.parametrize("seed", range(5))
def test_a_wide_beam_finds_each_target_and_its_probability(seed):
    x = scores(seed=seed)
    found = dict(prefix_beam(x, 10_000))
    spelled = {tuple(collapse(p)) for p in itertools.product(range(3), repeat=5)}
    assert set(found) == spelled
    for labels, log_p in found.items():
        assert log_p == pytest.approx(-ctc_loss(x, list(labels)).item())
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_narrow_beam_never_promises_too_much():
    x = scores(8, 4, seed=3)
    for width in (1, 2, 4):
        beam = prefix_beam(x, width)
        assert len(beam) == width
        for labels, log_p in beam:
            assert log_p <= -ctc_loss(x, list(labels)).item() + 1e-9


def test_another_blank_is_another_numbering():
    x = scores()
    turned = x[:, [1, 2, 0]]  # blank at 2, the others one lower
    assert best_path(turned, blank=2) == [label - 1 for label in best_path(x)]
    one, two = prefix_beam(x, 5), prefix_beam(turned, 5, blank=2)
    assert [p for p, _ in two] == [tuple(k - 1 for k in p) for p, _ in one]


def test_a_beam_without_width_is_refused():
    x = scores()
    refuses(
        lambda width: prefix_beam(x, width),
        "^width is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    refuses(
        lambda blank: best_path(x, blank),
        "^blank is .*: choose it from 0 to 2$",
        good=[0, 2],
        bad=[-1, 3],
    )
    refuses(best_path, "^scores is empty", good=[x[:1]], bad=[x[:0]])
