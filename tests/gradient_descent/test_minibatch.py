"""Batches use every example once a pass, and are right in the mean."""

from itertools import combinations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import (
    Adagrad,
    GradientDescent,
    batch_noise,
    descend,
    shuffled_batches,
    stochastic_descent,
)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def problem(n=7, device="cpu"):
    X = torch.randn(n, 3, generator=dice(), dtype=torch.float64).to(device)
    y_hat = torch.randn(n, generator=dice(1), dtype=torch.float64).to(device)

    def gradient(theta, batch):
        return -2 * X[batch].T @ (y_hat[batch] - X[batch] @ theta) / len(batch)

    return X, y_hat, gradient


def ones(device="cpu"):
    return torch.ones(3, dtype=torch.float64, device=device)


def singles(n=7):
    _, _, gradient = problem(n)
    return torch.stack([gradient(ones(), torch.tensor([k])) for k in range(n)])


@given(n=st.integers(1, 30), data=st.data(), passes=st.integers(1, 3))
def test_every_pass_uses_every_example_once(n, data, passes):
    size = data.draw(st.integers(1, n))
    batches = shuffled_batches(n, size, passes, generator=dice())
    a_pass = -(-n // size)
    assert len(batches) == passes * a_pass
    for k in range(passes):
        seen = torch.cat(batches[k * a_pass : (k + 1) * a_pass])
        assert seen.sort().values.tolist() == list(range(n))
    assert all(len(batch) <= size for batch in batches)
    assert len(shuffled_batches(n, size)) == a_pass
    assert len(batches[0]) == size


def test_each_pass_has_another_order_and_the_seed_brings_it_back():
    first, second = shuffled_batches(20, 20, 2, generator=dice())
    assert not torch.equal(first, second)
    assert torch.equal(first, shuffled_batches(20, 20, 1, generator=dice())[0])
    state = torch.random.get_rng_state()
    shuffled_batches(20, 5, generator=dice(1))
    assert torch.equal(torch.random.get_rng_state(), state)


@pytest.mark.equation("eq-gradient_descent-sgd")
def test_an_update_uses_one_example_alone(device):
    X, y_hat, gradient = problem(device=device)
    batches = shuffled_batches(7, 1, generator=dice())
    path = stochastic_descent(GradientDescent(0.05), gradient, ones(device), batches)
    theta = ones(device)
    for (n,), point in zip(batches, path[1:], strict=True):
        theta = theta + 0.05 * 2 * (y_hat[n] - X[n] @ theta) * X[n]
        torch.testing.assert_close(point, theta)


@pytest.mark.parametrize("rule", [GradientDescent(0.05), Adagrad(0.2)])
def test_a_batch_of_everything_is_plain_descent(rule):
    _, _, gradient = problem()
    batches = shuffled_batches(7, 7, 10, generator=dice())
    path = stochastic_descent(rule, gradient, ones(), batches)
    whole = torch.arange(7)
    expected = descend(rule, lambda theta: gradient(theta, whole), ones(), 10)
    torch.testing.assert_close(path, expected)


def test_without_batches_nobody_moves():
    _, _, gradient = problem()
    path = stochastic_descent(GradientDescent(0.1), gradient, ones(), [])
    assert torch.equal(path, ones()[None])


@pytest.mark.equation("eq-gradient_descent-unbiased")
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_mean_over_all_batches_is_the_full_gradient(size):
    X, y_hat, gradient = problem()
    theta = ones().requires_grad_()
    ((y_hat - X @ theta) ** 2).mean().backward()
    every = [gradient(ones(), torch.tensor(b)) for b in combinations(range(7), size)]
    torch.testing.assert_close(torch.stack(every).mean(dim=0), theta.grad)


@pytest.mark.equation("eq-gradient_descent-noise")
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7])
def test_the_noise_is_that_of_all_batches_there_are(size):
    g = singles()
    means = torch.stack([g[list(b)].mean(dim=0) for b in combinations(range(7), size)])
    expected = ((means - g.mean(dim=0)) ** 2).sum(dim=1).mean()
    torch.testing.assert_close(batch_noise(g, size), expected)


def test_a_single_example_has_no_noise():
    assert batch_noise(torch.ones(1, 3), 1) == 0


@pytest.mark.parametrize("size", [0, -1, 8])
def test_rejects_a_batch_that_cannot_be_drawn(size):
    with pytest.raises(ValueError, match=r"^size is .*: choose it from 1 to 7$"):
        shuffled_batches(7, size)
    with pytest.raises(ValueError, match=r"^size is .*: choose it from 1 to 7$"):
        batch_noise(singles(), size)


@pytest.mark.parametrize("name", ["n", "passes"])
def test_rejects_nothing_to_draw_from(name):
    with pytest.raises(ValueError, match=rf"^{name} is 0: give 1 or more$"):
        shuffled_batches(**{"n": 7, "size": 1, "passes": 1} | {name: 0})


def test_rejects_gradients_that_are_not_there():
    with pytest.raises(ValueError, match=r"^gradients is empty: give at least one"):
        batch_noise(torch.zeros(0, 3), 1)
    with pytest.raises(ValueError, match=r"^gradients has NaN or infinity: lower"):
        batch_noise(torch.tensor([[1.0], [float("inf")]]), 1)


def test_rejects_a_batch_without_examples():
    _, _, gradient = problem()
    batches = [torch.tensor([1, 2]), torch.tensor([], dtype=torch.int64)]
    with pytest.raises(ValueError, match=r"^batches\[1\] is empty: give at least one"):
        stochastic_descent(GradientDescent(0.1), gradient, ones(), batches)
