"""Network: sizes there and back, learning, and what is refused."""

import math

import pytest
import torch

from ml2020.autoencoder import (
    AutoEncoder,
    drawn_autoencoder,
    layers,
    learned,
    squared_error,
)
from tests.refusals import refuses, spoilt


def rows(n=40, d=6, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=dice, dtype=torch.float32)


def rebuilding(model, x):
    return squared_error(x, model(x))


@pytest.mark.equation("eq-autoencoder-loss")
def test_the_error_is_a_sum_over_numbers_and_a_mean_over_examples():
    x, back = rows(), rows(seed=1)
    slow = sum(
        sum((a - b) ** 2 for a, b in zip(u, v, strict=True))
        for u, v in zip(x.tolist(), back.tolist(), strict=True)
    )
    assert squared_error(x, back).item() == pytest.approx(slow / 40, rel=1e-5)


def test_the_decoder_has_the_sizes_of_the_encoder_from_behind():
    model = AutoEncoder([6, 5, 4, 2])
    sizes = [
        [
            (part.in_features, part.out_features)
            for part in half
            if hasattr(part, "bias")
        ]
        for half in (model.E, model.D)
    ]
    assert sizes == [[(6, 5), (5, 4), (4, 2)], [(2, 4), (4, 5), (5, 6)]]
    kinds = [type(part).__name__ for part in model.E]
    assert kinds == ["Linear", "ReLU", "Linear", "ReLU", "Linear"]
    assert model(rows()).shape == (40, 6)
    assert torch.equal(model(rows()), model.D(model.E(rows())))


def test_an_encoder_may_give_two_numbers_for_each_of_the_code():
    model = AutoEncoder([6, 5, 2], read=2)
    assert model.E(rows()).shape == (40, 4)
    assert model.D(rows(d=2)).shape == (40, 6)


def test_a_seed_draws_the_same_weights_and_leaves_the_global_dice():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, same, other = (drawn_autoencoder(seed, [6, 3]) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(one.E[0].weight, same.E[0].weight)
    assert not torch.equal(one.E[0].weight, other.E[0].weight)
    assert one.D[0].weight.dtype == torch.float32
    assert drawn_autoencoder(1, [6, 3], read=2).E[0].out_features == 6
    assert drawn_autoencoder(1, [6, 3]).E[0].out_features == 3


@pytest.mark.equation("eq-autoencoder-linear")
def test_a_linear_one_comes_to_what_svd_leaves_out_and_not_below():
    dice = torch.Generator().manual_seed(3)
    spread = torch.tensor([3.0, 2.0, 1.0, 0.5])
    X = torch.randn(200, 4, generator=dice) * spread
    X = X - X.mean(dim=0)
    singular = torch.linalg.svdvals(X)
    least = singular[2:].square().sum().item() / len(X)
    start = drawn_autoencoder(0, [4, 2])
    model = learned(start, rebuilding, X, 0.03, 800, generator=dice)
    met = squared_error(X, model(X)).item()
    assert least - 1e-4 < met < 1.02 * least
    V = torch.linalg.svd(X).Vh[:2]
    assert squared_error(X, X @ V.T @ V).item() == pytest.approx(least, rel=1e-4)


def test_learning_leaves_the_start_and_draws_the_same_batches():
    X, start = rows(), drawn_autoencoder(0, [6, 8, 2])
    before = [p.clone() for p in start.parameters()]
    one, same, other = (
        learned(
            start, rebuilding, X, 0.01, 20, generator=torch.Generator().manual_seed(s)
        )
        for s in (1, 1, 2)
    )
    for p, q in zip(start.parameters(), before, strict=True):
        assert torch.equal(p, q)
    assert torch.equal(one.E[0].weight, same.E[0].weight)
    assert not torch.equal(one.E[0].weight, other.E[0].weight)
    assert rebuilding(one, X) < rebuilding(start, X)


def test_a_batch_has_64_rows_and_the_rate_falls_to_zero():
    sizes, X = [], rows()

    def cost(model, x):
        sizes.append(x.shape)
        assert all((row == X).all(dim=1).any() for row in x)
        return rebuilding(model, x)

    learned(drawn_autoencoder(0, [6, 2]), cost, X, 0.01, 3)
    assert sizes == [(64, 6)] * 3
    start = drawn_autoencoder(0, [6, 2])
    dice = torch.Generator().manual_seed
    once = learned(start, rebuilding, X, 0.01, 1, generator=dice(0))
    step = (once.D[0].bias - start.D[0].bias).abs().max().item()
    assert step == pytest.approx(0.01, rel=1e-2)
    twice = learned(start, rebuilding, X, 0.01, 2, generator=dice(0))
    further = (twice.D[0].bias - once.D[0].bias).abs().max().item()
    assert further < 0.0075


def test_refusals():
    said = "^sizes has one size or none: give two or more"
    refuses(layers, said, good=[[3, 2], [1, 1]], bad=[[], [3]])
    refuses(
        lambda k: drawn_autoencoder(0, [6, 4, k]),
        "^sizes is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    refuses(AutoEncoder, "^sizes is 0: give 1", good=[[2, 1]], bad=[[2, 0], [0, 2]])
    start = drawn_autoencoder(0, [6, 2])
    refuses(
        lambda X: learned(start, rebuilding, X, 0.01, 1),
        "^X (has NaN|is empty)",
        good=[rows()],
        bad=[*spoilt(rows(), math.nan, math.inf), rows(n=0)],
    )
