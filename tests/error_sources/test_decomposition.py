"""The parts add up to the error, and the estimate of bias^2 has no bias of its own."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.error_sources import averaged, decompose

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
    parts = decompose(f, at_own_mean)  # no distance is left but the correction
    torch.testing.assert_close(parts.bias2, -parts.variance / 5)


@pytest.mark.equation("eq-error_sources-decomposition")
@given(seed=seeds)
def test_bias_variance_and_noise_add_up_to_the_error(device, seed):
    f = universes(6, 3, seed, device)
    truth = torch.tensor([0.3, -1.0, 2.0], dtype=torch.float64, device=device)
    noise = torch.tensor([-0.5, 0.5], dtype=torch.float64, device=device)
    error = torch.stack(
        [((truth + e - answers) ** 2) for answers in f for e in noise]
    ).mean(dim=0)
    parts = decompose(f, truth)
    plain = parts.variance * 5 / 6  # these six universes are all there are
    bias2 = parts.bias2 + parts.variance / 6
    torch.testing.assert_close(bias2 + plain + 0.25, error)


@pytest.mark.equation("eq-error_sources-unbiased")
def test_in_the_mean_over_repetitions_bias2_is_the_true_one():
    f = 2 * universes(40_000 * 4, 1, seed=0).reshape(40_000, 4) + 0.5
    found = decompose(f.T, torch.zeros(40_000).double())  # four universes each time
    assert found.bias2.mean().item() == pytest.approx(0.25, abs=0.05)
    assert found.variance.mean().item() == pytest.approx(4, rel=0.02)
    naive = found.bias2 + found.variance / 4
    assert naive.mean().item() == pytest.approx(1.25, abs=0.05)


@pytest.mark.equation("eq-error_sources-bias2-error")
@pytest.mark.parametrize(("b", "most"), [(0.0, 1.5), (0.3, 1.1), (1.0, 1.1)])
def test_the_standard_error_is_the_spread_of_the_repetitions(b, most):
    f = universes(100, 4000, seed=1) + b
    found = decompose(f, torch.zeros(4000).double())
    typical = (found.bias2_error**2).mean().sqrt()
    assert 0.93 < (typical / found.bias2.std()).item() < most


def test_points_that_move_together_make_the_mean_less_certain():
    f = universes(50, 1, seed=2).expand(50, 30)
    zero = torch.zeros(30).double()
    alone, together = decompose(f[:, :1], zero[:1]), averaged(f, zero)
    torch.testing.assert_close(together.bias2, alone.bias2[0])
    assert together.bias2_error.item() == pytest.approx(
        alone.bias2_error.item(), rel=0.1
    )
    apart = averaged(universes(50, 30, seed=2), zero)
    assert apart.bias2_error < together.bias2_error / 3


@pytest.mark.parametrize(("b", "most"), [(0.0, 1.5), (1.0, 1.15)])
def test_the_error_of_the_average_is_the_spread_of_repeated_averages(b, most):
    mix = torch.tensor([[1.0, 0.8, 0.0], [0.0, 0.6, 0.2], [0.0, 0.0, 1.0]]).double()
    zero = torch.zeros(3).double()
    found = [averaged(universes(40, 3, seed) @ mix + b, zero) for seed in range(400)]
    spread = torch.stack([parts.bias2 for parts in found]).std().item()
    errors = torch.stack([parts.bias2_error for parts in found])
    typical = (errors**2).mean().sqrt().item()
    assert 0.88 < typical / spread < most


@given(seed=seeds)
def test_the_average_is_that_of_the_points(seed):
    f, truth = universes(5, 4, seed), universes(1, 4, seed + 1)[0]
    parts, mean = decompose(f, truth), averaged(f, truth)
    torch.testing.assert_close(mean.bias2, parts.bias2.mean())
    torch.testing.assert_close(mean.variance, parts.variance.mean())


def test_one_point_is_its_own_average():
    f = universes(5, 1, seed=3)
    parts = averaged(f, torch.zeros(1).double())
    torch.testing.assert_close(parts.variance, f.var())


def test_the_arguments_are_left_alone():
    f, truth = universes(5, 4, 0), torch.zeros(4).double()
    before = f.clone()
    averaged(f, truth)
    assert torch.equal(f, before)
    assert not truth.any()


@pytest.mark.parametrize("function", [decompose, averaged])
@pytest.mark.parametrize("count", [0, 1])
def test_rejects_too_few_universes(function, count):
    with pytest.raises(ValueError, match=rf"have {count} universes: give 2 or more"):
        function(torch.zeros(count, 3), torch.zeros(3))


@pytest.mark.parametrize("function", [decompose, averaged])
def test_rejects_no_point(function):
    with pytest.raises(ValueError, match=r"^truth is empty: give at least one point"):
        function(torch.zeros(3, 0), torch.zeros(0))


@pytest.mark.parametrize("function", [decompose, averaged])
def test_rejects_a_number_that_is_none(function):
    bad = torch.tensor([0.0, float("inf")])
    with pytest.raises(ValueError, match=r"^predictions has NaN or infinity: drop"):
        function(bad.expand(3, 2), torch.zeros(2))
    with pytest.raises(ValueError, match=r"^truth has NaN or infinity: drop"):
        function(torch.zeros(3, 2), bad)
