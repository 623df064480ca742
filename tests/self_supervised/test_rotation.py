"""Quarter turns are turns, and each is named."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.self_supervised import turned
from tests.refusals import refuses


def pictures(seed=0, n=3):
    return torch.rand(n, 1, 4, 4, generator=torch.Generator().manual_seed(seed))


def test_a_turn_brings_the_right_edge_to_the_top():
    x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    shown = turned(x)
    assert shown.X[:, 0].tolist() == [
        [[1, 2], [3, 4]],
        [[2, 4], [1, 3]],
        [[4, 3], [2, 1]],
        [[3, 1], [4, 2]],
    ]
    assert shown.r.tolist() == [0, 1, 2, 3]


@given(seed=st.integers(0, 20))
def test_each_picture_is_turned_by_what_its_name_says(seed):
    x = pictures(seed)
    shown = turned(x)
    assert shown.X.shape == (12, 1, 4, 4)
    for k, (X, r) in enumerate(zip(shown.X, shown.r.tolist(), strict=True)):
        back = X
        for _ in range((4 - r) % 4):
            back = back.transpose(1, 2).flip(1)
        assert torch.equal(back, x[k % 3])
    assert torch.bincount(shown.r).tolist() == [3] * 4


def test_fewer_turns_are_the_first_ones():
    x = pictures()
    few = turned(x, 2)
    assert torch.equal(few.X, turned(x).X[:6])
    assert few.r.tolist() == [0, 0, 0, 1, 1, 1]


@pytest.mark.equation("eq-self_supervised-rotation")
def test_who_knows_the_turn_has_no_loss_and_who_guesses_ln_4():
    shown = turned(pictures())
    sure = 100 * torch.nn.functional.one_hot(shown.r, 4).double()
    loss = torch.nn.functional.cross_entropy
    assert loss(sure, shown.r).item() == pytest.approx(0, abs=1e-12)
    slowly = -torch.full((12, 4), 0.25).log().mean()
    assert loss(0 * sure, shown.r).item() == pytest.approx(slowly.item())


def test_rejects_turns_that_come_back_and_no_picture():
    x = pictures()
    refuses(lambda t: turned(x, t), "^turns is 5: give 4 at most", good=[4], bad=[5])
    refuses(lambda t: turned(x, t), "^turns is 1: give 2 or more", good=[2], bad=[1])
    refuses(turned, "^x is empty", good=[x], bad=[x[:0]])
