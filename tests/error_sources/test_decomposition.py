"""The parts add up to the error, and the estimate of bias^2 has no bias of its own."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.error_sources import decompose
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 2**31)


def dice(seed):
    return torch.Generator().manual_seed(seed)


def universes(count, points, seed, device="cpu"):
    answers = torch.randn(count, points, generator=dice(seed), dtype=torch.float64)
    return answers.to(device)


@pytest.mark.equation("eq-error_sources-average")
@given(seed=seeds)
def test_the_mean_function_is_the_mean_of_all_answers(device, seed):
    f = universes(5, 3, seed, device)
    at_own_mean = torch.stack([sum(row[i] for row in f) / 5 for i in range(3)])
    bias2, variance = decompose(f, at_own_mean)  # only the correction is left
    torch.testing.assert_close(bias2, -variance / 5)


@pytest.mark.equation("eq-error_sources-decomposition")
@given(seed=seeds)
def test_bias_variance_and_noise_add_up_to_the_error(device, seed):
    f = universes(6, 3, seed, device)
    truth = torch.tensor([0.3, -1.0, 2.0], dtype=torch.float64, device=device)
    noise = torch.tensor([-0.5, 0.5], dtype=torch.float64, device=device)
    error = torch.stack(
        [((truth + e - answers) ** 2) for answers in f for e in noise]
    ).mean(dim=0)
    bias2, variance = decompose(f, truth)
    plain = variance * 5 / 6  # these six universes are all there are
    torch.testing.assert_close(bias2 + variance / 6 + plain + 0.25, error)


def test_two_universes_by_hand():
    f, truth = torch.tensor([[2.0, 0.0], [6.0, 0.0]]), torch.tensor([3.0, -5.0])
    bias2, variance = decompose(f, truth)
    assert variance.tolist() == [8, 0]
    assert bias2.tolist() == [-3, 25]  # 1 - 8 / 2


@pytest.mark.equation("eq-error_sources-unbiased")
def test_in_the_mean_over_repetitions_bias2_is_the_true_one():
    f = 2 * universes(40_000 * 4, 1, seed=0).reshape(40_000, 4) + 0.5
    bias2, variance = decompose(f.T, torch.zeros(40_000).double())  # four each time
    assert bias2.mean().item() == pytest.approx(0.25, abs=0.05)
    assert variance.mean().item() == pytest.approx(4, rel=0.02)
    plain = bias2 + variance / 4
    assert plain.mean().item() == pytest.approx(1.25, abs=0.05)


def test_points_do_not_see_each_other():
    f, truth = universes(5, 4, 0), universes(1, 4, 1)[0]
    for together, alone in zip(
        decompose(f, truth), decompose(f[:, 2:3], truth[2:3]), strict=True
    ):
        torch.testing.assert_close(together[2:3], alone)


def test_the_arguments_are_left_alone():
    f, truth = universes(5, 4, 0), torch.zeros(4).double()
    before = f.clone()
    decompose(f, truth)
    assert torch.equal(f, before)
    assert not truth.any()


def test_rejects_too_few_universes():
    refuses(
        lambda count: decompose(torch.zeros(count, 3), torch.zeros(3)),
        r"^predictions have [01] universes: give 2 or more$",
        good=[2],
        bad=[0, 1],
    )


def test_rejects_no_point():
    refuses(
        lambda count: decompose(torch.zeros(3, count), torch.zeros(count)),
        r"^truth is empty: give at least one point$",
        good=[1],
        bad=[0],
    )


def test_rejects_a_number_that_is_none():
    f, truth = universes(3, 2, 0), torch.zeros(2).double()
    refuses(
        lambda f: decompose(f, truth),
        "^predictions has NaN or infinity: drop or mend those$",
        good=[f],
        bad=spoilt(f, math.nan, math.inf),
    )
    refuses(
        lambda truth: decompose(f, truth),
        "^truth has NaN or infinity: drop or mend those$",
        good=[truth],
        bad=spoilt(truth, math.nan, -math.inf),
    )


def test_rejects_a_truth_of_another_type():
    f, truth = universes(3, 2, 0), torch.zeros(2)
    said = r"^truth is torch.float32, predictions is torch.float64: give truth.to\(p"
    with pytest.raises(ValueError, match=said):
        decompose(f, truth)


def test_rejects_sums_that_overflow():
    f = torch.tensor([[1.0, 1.0], [1.0, 2.0]])
    refuses(
        lambda size: decompose(torch.tensor([[1.0, 0.0], [1.0, size]]), f[0]),
        r"^sum of \(predictions - truth\)\^2 has NaN or infinity: change the units$",
        good=[1.8e19, -1.8e19],
        bad=[1.9e19, 1e38],
    )
    refuses(
        lambda size: decompose(size * f, size * f[0]),
        r"^sum of \(predictions - truth\)\^2 has NaN or infinity: change the units$",
        good=[1.8e19],
        bad=[1.9e19, 1e38],
    )
    with pytest.raises(ValueError, match=r"^sum of predictions has NaN or infinity: "):
        decompose(torch.full((2, 1), 2e38), torch.full((1,), 2e38))
