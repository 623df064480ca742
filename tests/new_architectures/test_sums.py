"""Sums: each task by a loop, what is asked, and who always says the same."""

import pytest
import torch

from ml2020.new_architectures import asked, commonest, right, sums
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


def test_what_is_right_is_what_a_loop_says():
    X, Y = sums(20, 7, generator=dice(0))
    for row, said in zip(X.tolist(), Y.tolist(), strict=True):
        first = [a for a, _ in row]
        assert said == [int(a != (sum(first) >= 4)) for a in first]
    assert set(X.unique().tolist()) == {0, 1}
    assert set(Y.unique().tolist()) == {0, 1}


def test_a_tie_is_not_more_than_half():
    X, Y = sums(60, 4, generator=dice(9))
    ties = X[..., 0].sum(dim=1) == 2
    assert ties.any()
    assert torch.equal(Y[ties], X[..., 0][ties])


def test_no_bit_alone_tells_its_place_the_answer():
    X, Y = sums(8000, 9, generator=dice(1))
    usual = Y.double().mean(dim=0)
    for place in range(9):
        for which in range(2):
            for bit in range(2):
                told = Y[X[:, place, which] == bit, place].double().mean()
                assert float(told) == pytest.approx(float(usual[place]), abs=0.04)


def test_who_is_right_is_counted():
    judged = sums(30, 8, generator=dice(2))
    perfect = torch.nn.functional.one_hot(judged.Y, 2).double()
    assert right(lambda _: perfect, judged) == 1
    assert right(lambda _: perfect.roll(1, dims=-1), judged) == 0
    counts = [int((judged.Y == k).sum()) for k in range(2)]
    assert commonest(judged) == pytest.approx(max(counts) / judged.Y.numel())


def test_the_loss_is_that_of_the_right_answer():
    cost = asked(5, 6, generator=dice(3))
    judged = sums(5, 6, generator=dice(3))
    scores = torch.randn(5, 6, 2, generator=dice(4))
    wanted = -scores.log_softmax(-1).gather(-1, judged.Y[..., None]).mean()
    torch.testing.assert_close(cost(lambda _: scores), wanted)


def test_what_is_too_small_is_refused():
    for call in (sums, asked):
        refuses(lambda n, c=call: c(n, 3), "^n is 0: g", good=[1], bad=[0])
        refuses(lambda T, c=call: c(2, T), "^T is 2: g", good=[3], bad=[2])
