"""Distilling: the lecture's numbers, the slope by autograd, the limit of heat."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.compression import distil_loss, limit_slope, mixed_loss, softened
from tests.refusals import refuses, spoilt


def scores(seed, size=2.0):
    dice = torch.Generator().manual_seed(seed)
    return size * torch.randn(6, 5, generator=dice).double()


@pytest.mark.equation("eq-compression-prune-soft")
def test_the_lectures_example():
    v = torch.tensor([100.0, 10.0, 1.0]).double()
    torch.testing.assert_close(softened(v, 1.0), torch.tensor([1.0, 0, 0]).double())
    by_hand = torch.tensor([math.e, math.exp(0.1), math.exp(0.01)]).double()
    torch.testing.assert_close(softened(v, 100.0), by_hand / by_hand.sum())
    assert softened(v, 100.0).tolist() == pytest.approx(
        [0.5624, 0.2287, 0.2090], abs=1e-4
    )


@pytest.mark.equation("eq-compression-prune-distil")
def test_the_loss_is_the_divergence_by_a_loop_and_by_torch():
    z, v, T = scores(0), scores(1), 3.0
    slow = 0.0
    for a, b in zip(z.tolist(), v.tolist(), strict=True):
        p, q = ([math.exp(x / T) for x in row] for row in (b, a))
        for x, y in zip(p, q, strict=True):
            slow += x / sum(p) * math.log(x / sum(p) * sum(q) / y) / 6
    found = distil_loss(z, v, T)
    assert found.item() == pytest.approx(T**2 * slow)
    by_torch = F.kl_div(
        (z / T).log_softmax(1), (v / T).softmax(1), reduction="batchmean"
    )
    torch.testing.assert_close(found, T**2 * by_torch)


@pytest.mark.equation("eq-compression-prune-slope")
def test_its_slope_is_t_times_what_is_said_minus_what_the_teacher_says():
    z, v, T = scores(0).requires_grad_(), scores(1), 3.0
    (slope,) = torch.autograd.grad(6 * distil_loss(z, v, T), z)
    torch.testing.assert_close(slope, T * (softened(z.detach(), T) - softened(v, T)))
    assert torch.autograd.gradcheck(lambda z: distil_loss(z, v, T), z)


@pytest.mark.equation("eq-compression-prune-limit")
def test_at_great_heat_scores_are_matched():
    z, v = scores(0), scores(1)
    errors = []
    for T in (10.0, 100.0, 1000.0):
        slope = T * (softened(z, T) - softened(v, T))
        errors.append(((slope - limit_slope(z, v)).norm() / slope.norm()).item())
    assert errors[2] < 1e-2
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.3)
    assert errors[1] / errors[2] == pytest.approx(10, rel=0.1)


@pytest.mark.equation("eq-compression-prune-match")
def test_the_limit_is_the_slope_of_half_the_mean_square():
    z, v = scores(0).requires_grad_(), scores(1)
    apart = z - z.mean(dim=1, keepdim=True) - v + v.mean(dim=1, keepdim=True)
    (slope,) = torch.autograd.grad(apart.square().mean(dim=1).sum() / 2, z)
    torch.testing.assert_close(limit_slope(z.detach(), v), slope)


@pytest.mark.equation("eq-compression-prune-mix")
def test_the_mixture_has_its_parts_at_its_ends():
    z, v, y = scores(0), scores(1), torch.tensor([0, 1, 2, 3, 4, 0])
    hard, soft = F.cross_entropy(z, y), distil_loss(z, v, 2.0)
    torch.testing.assert_close(mixed_loss(z, v, y, 2.0, 0.0), hard)
    torch.testing.assert_close(mixed_loss(z, v, y, 2.0, 1.0), soft)
    torch.testing.assert_close(mixed_loss(z, v, y, 2.0, 0.3), 0.3 * soft + 0.7 * hard)
    many = mixed_loss(z.view(2, 3, 5), v.view(2, 3, 5), y.view(2, 3), 2.0, 0.3)
    torch.testing.assert_close(many, 0.3 * soft + 0.7 * hard)


def test_a_pupil_that_agrees_has_no_loss_and_huge_scores_no_nan():
    v = scores(0)
    assert distil_loss(v + 7, v, 4.0).abs() < 1e-12
    assert distil_loss(1e4 * scores(1).float(), 1e4 * v.float(), 1.0).isfinite()


def test_temperature_0_and_below_is_refused():
    z, v, y = scores(0), scores(1), torch.zeros(6, dtype=torch.long)
    for call in (
        lambda T: softened(v, T),
        lambda T: distil_loss(z, v, T) if T > 1e-9 or not T > 0 else None,
        lambda T: mixed_loss(z, v, y, T, 0.5) if T > 1e-9 or not T > 0 else None,
    ):
        refuses(
            call,
            "^T is .*: give a positive number$",
            good=[1e-3, 1.0],
            bad=[0.0, -1.0, math.nan, math.inf],
        )


def test_scores_that_do_not_belong_together_are_refused():
    z, v = scores(0), scores(1)
    refuses(
        lambda v: distil_loss(z, v, 2.0),
        "^v has NaN or infinity: ",
        good=[v],
        bad=spoilt(v, math.nan, math.inf),
    )
    refuses(
        lambda z: limit_slope(z, v),
        "^z has NaN or infinity: ",
        good=[z],
        bad=spoilt(z, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^v is torch.float32, z is torch.float64"):
        distil_loss(z, v.float(), 2.0)
    with pytest.raises(ValueError, match=r"^v is empty: "):
        softened(v[:0], 1.0)


def test_weights_outside_0_and_1_are_refused():
    z, v, y = scores(0), scores(1), torch.zeros(6, dtype=torch.long)
    refuses(
        lambda weight: mixed_loss(z, v, y, 2.0, weight),
        "^weight is .*: give a share from 0 to 1$",
        good=[0.0, 1.0],
        bad=[-1e-9, 1 + 1e-9, math.nan],
    )


def test_a_temperature_at_which_scores_overflow_is_refused():
    z = torch.tensor([[1.0, 2.0]])
    said = "^T is 1e-38: z / T or v / T overflows"
    call = lambda pair: distil_loss(*pair, 1e-38)  # noqa: E731
    zero = torch.zeros(1, 2)
    bad = [(40 * z, zero), (zero, 400 * z)]
    refuses(call, said, good=[(zero, zero)], bad=bad[1:])


def test_classes_without_a_score_are_refused():
    z, v, y = scores(0), scores(1), torch.zeros(6, dtype=torch.long)
    last = z.shape[-1] - 1
    call = lambda y: mixed_loss(z, v, y, 2.0, 0.5)  # noqa: E731
    refuses(call, "^y is outside", good=[y, y + last], bad=[y - 1, y + last + 1])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_temperature_is_refused_before_the_loss_is_rounding(dtype):
    dice = torch.Generator().manual_seed(0)
    z, v = torch.randn(2, 40, 10, generator=dice, dtype=torch.float64)
    matched = (z - z.mean(1, keepdim=True) - v + v.mean(1, keepdim=True)).square()
    exact = matched.sum(dim=1).mean() / 20
    spread = max(float((x.amax(dim=1) - x.amin(dim=1)).max()) for x in (z, v))
    most = spread / (1000 * torch.finfo(dtype).eps) ** 0.5
    z, v = z.to(dtype), v.to(dtype)
    found = distil_loss(z, v, 0.99 * most).double()
    torch.testing.assert_close(found, exact, rtol=0.01, atol=0)
    with pytest.raises(
        ValueError, match=r"^T is .*, beyond .* the loss is rounding: lo"
    ):
        distil_loss(z, v, 1.01 * most)


def test_scores_without_a_difference_may_be_told_at_1():
    equal = torch.ones(3, 4)
    assert distil_loss(equal, equal, 1.0) == 0
    with pytest.raises(ValueError, match=r"^T is 2, beyond 1 the loss is rounding"):
        distil_loss(equal, equal, 2.0)
