"""Ladders: rungs in their places, the best of many, held while a network learns."""

import pytest
import torch

from ml2020.compression import Ladder, best_ladder, on_ladder, restored, stored
from ml2020.compression.bits import affine
from ml2020.compression.ladders import by_filter, laddered, on_ladders
from ml2020.compression.small_task import dense
from ml2020.compression.through import parameters, weights
from tests.refusals import refuses, spoilt


def drawn(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=dice, dtype=torch.float32)


def test_by_hand():
    w = torch.tensor([-5.0, -0.9, 0.4, 0.6, 1.4, 2.6, 9.0])
    found = on_ladder(w, Ladder(2, 1.0, 1))
    assert found.table.tolist() == [-1, 0, 1, 2]
    assert found.values.tolist() == [-1, -1, 0, 1, 1, 2, 2]
    half = on_ladder(w, Ladder(2, 0.5, 2))
    assert half.table.tolist() == [-1, -0.5, 0, 0.5]


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_no_other_ladder_of_those_tried_has_a_smaller_error(bits):
    w = drawn(300, seed=bits) ** 3
    best = best_ladder(w, bits, tries=10)
    error = (w - on_ladder(w, best).values).square().sum()
    largest = w.abs().max().item() / (2 ** (bits - 1) - 1)
    others = [
        (w - on_ladder(w, Ladder(bits, largest * k / 10, z)).values).square().sum()
        for k in range(1, 11)
        for z in (2 ** (bits - 1) - 1, 2 ** (bits - 1))
    ]
    assert error == min(others)
    if bits == 2:
        assert error < 0.8 * (w - affine(w, bits).values).square().sum()
    assert best.bits == bits


def test_a_ladder_for_each_filter_has_no_larger_error_than_one_for_all():
    w = drawn(6, 4, 3, 3) * torch.tensor([1.0, 9, 2, 5, 0.1, 3]).view(6, 1, 1, 1)
    own = by_filter(w, 2)
    one = on_ladder(w, best_ladder(w, 2)).values
    assert own.shape == w.shape
    assert (w - own).square().sum() < 0.8 * (w - one).square().sum()
    torch.testing.assert_close(own[4], on_ladder(w[4], best_ladder(w[4], 2)).values)


def test_slopes_go_straight_through_and_biases_stay():
    numbers = {"w": drawn(2, 3).requires_grad_(), "b": drawn(2)}
    ladder = Ladder(2, 0.5, 1)
    made = on_ladders({"w": ladder})(numbers)
    torch.testing.assert_close(made["w"], on_ladder(numbers["w"], ladder).values)
    assert made["b"] is numbers["b"]
    (slope,) = torch.autograd.grad((3 * made["w"]).sum(), numbers["w"])
    assert (slope == 3).all()


@pytest.mark.parametrize("lr", [0.0, 0.01])
def test_ladders_of_the_start_stay_and_come_back_out_of_a_file(short, lr):
    start = parameters(dense(0))
    small = laddered(dense(0), 2, lr, 0)
    assert set(small.coded) == set(weights(start))
    for name, code in small.coded.items():
        ladder = best_ladder(start[name], 2)
        torch.testing.assert_close(code.table, on_ladder(start[name], ladder).table)
        w = small.model.get_parameter(name)
        assert torch.equal(w, code.values)
        moved = not torch.equal(code.ids, on_ladder(start[name], ladder).ids)
        assert moved == bool(lr)
    back = restored(dense(0), stored(*small))
    for p, q in zip(back.parameters(), small.model.parameters(), strict=True):
        assert torch.equal(p, q)


def test_what_has_no_ladder_is_refused():
    w = drawn(4)
    refuses(lambda b: best_ladder(w, b), "^bits is", good=[2, 16], bad=[1, 17])
    refuses(lambda t: best_ladder(w, 2, t), "^tries is", good=[1], bad=[0])
    refuses(lambda s: on_ladder(w, Ladder(2, s, 1)), "^s is", good=[0.1], bad=[0.0])
    for bad in spoilt(w):
        with pytest.raises(ValueError, match=r"^w has NaN or infinity"):
            best_ladder(bad, 2)
        with pytest.raises(ValueError, match=r"^w has NaN or infinity"):
            on_ladder(bad, Ladder(2, 1.0, 1))
    with pytest.raises(ValueError, match=r"^w is 0 everywhere: any ladder holds it"):
        best_ladder(0 * w, 2)
    for call in (
        lambda w: best_ladder(w, 2),
        lambda w: on_ladder(w, Ladder(2, 1.0, 1)),
    ):
        with pytest.raises(ValueError, match=r"^w is empty"):
            call(w[:0])
