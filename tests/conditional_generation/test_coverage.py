"""What is uncovered is summed over time first, and squared region by region."""

import pytest
import torch

from ml2020.conditional_generation.coverage import COVERS, uncovered, wish
from tests.refusals import refuses


def weights():
    dice = torch.Generator().manual_seed(0)
    alpha = torch.randn(2, 4, 3, generator=dice, dtype=torch.float64).softmax(-1)
    spoken = torch.tensor([[True, True, True, True], [True, True, False, False]])
    return alpha, spoken


@pytest.mark.equation("eq-conditional_generation-coverage")
def test_it_is_the_sum_of_squares_of_what_each_part_lacks():
    alpha, spoken = weights()
    found = uncovered(alpha, spoken, 1.5)
    for n in range(2):
        expected = 0.0
        for i in range(3):
            got = sum(alpha[n, t, i].item() for t in range(4) if spoken[n, t])
            expected += (1.5 - got) ** 2
        assert found[n].item() == pytest.approx(expected)


def test_even_attention_costs_nothing():
    alpha = torch.full((1, 6, 3), 1 / 3).double()
    assert uncovered(alpha, torch.ones(1, 6).bool(), 2.0).item() == pytest.approx(0)


def test_each_part_may_have_its_own_share():
    alpha, spoken = weights()
    got = (alpha * spoken[..., None]).sum(1)
    assert torch.allclose(uncovered(alpha, spoken, got), torch.zeros(2).double())


def test_its_slope_is_that_of_differences():
    alpha, spoken = weights()
    a = alpha.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: uncovered(x, spoken, 1.0), a)


FILLED = torch.tensor([[True, False, True]])
SPOKEN = torch.ones(1, 3).bool()
LOOKS = {  # of three parts in three steps, each with 1, 1, 1; 2, 1, 0; ...
    "each in turn": [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]],
    "first, twice": [[1.0, 0, 0], [1, 0, 0], [0, 1, 0]],
    "half and half": [[0.5, 0, 0.5], [0.5, 0, 0.5], [0.5, 0, 0.5]],
    "first alone": [[1.0, 0, 0], [1, 0, 0], [1, 0, 0]],
}


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ("each in turn", [0, 0.25 + 1 + 0.25, 1, 0]),
        ("first, twice", [1 + 0 + 1, 0.25 + 1 + 2.25, 1, 2]),
        ("half and half", [0.25 + 1 + 0.25, 0, 0, 0]),
        ("first alone", [4 + 1 + 1, 2.25 + 2.25, 0, 4.5]),
    ],
)
def test_each_wish_by_hand(looks, expected):
    """The middle part is empty; the order is that of COVERS."""
    alpha = torch.tensor([LOOKS[looks]])
    found = [wish(alpha, SPOKEN, FILLED, cover).item() for cover in COVERS]
    assert found == pytest.approx(expected)


def test_wishes_do_not_mind_what_comes_behind_the_end():
    alpha, spoken = weights()
    filled = torch.tensor([[True, True, False]] * 2)
    for cover in COVERS:
        cut = wish(alpha[1:, :2], spoken[1:, :2], filled[1:], cover)
        assert torch.allclose(wish(alpha, spoken, filled, cover)[1:], cut)


def test_rejects_wishes_that_there_are_not():
    alpha, spoken = weights()
    filled = torch.ones(2, 3).bool()
    refuses(
        lambda cover: wish(alpha, spoken, filled, cover),
        "^cover is",
        good=COVERS,
        bad=["some"],
    )


def test_rejects_scenes_without_an_object_if_objects_are_asked_for():
    alpha, spoken = weights()
    nothing = torch.tensor([[True, False, False], [False, False, False]])
    for cover in COVERS:
        if cover in ("objects", "alike"):
            with pytest.raises(ValueError, match=r"^filled has a scene without"):
                wish(alpha, spoken, nothing, cover)
        else:
            assert wish(alpha, spoken, nothing, cover).isfinite().all()


def test_rejects_what_does_not_fit():
    alpha, spoken = weights()
    with pytest.raises(ValueError, match=r"^alpha is empty"):
        uncovered(alpha[:0], spoken[:0], 1.0)
