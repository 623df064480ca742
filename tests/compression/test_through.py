"""Through: rounded, shared or masked weights learn, and what does not learn stays."""

import pytest
import torch
from torch import nn

from ml2020.compression import Coded, quantised
from ml2020.compression.through import (
    Descent,
    kept_by,
    learned,
    looked_up,
    parameters,
    rounded_to,
    weights,
)
from tests.refusals import refuses


def task(n=300):
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(n, 4, generator=dice)
    return X, (X[:, 0] > X[:, 1]).long()


def network():
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(1)
        return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))


def taught(made=lambda numbers: numbers, numbers=None, lr=0.1, epochs=20, **other):
    model = network()
    start = numbers or parameters(model)
    dice = torch.Generator().manual_seed(2)
    descent = Descent(lr, epochs, other.pop("keep_real", True))
    return learned(model, start, made, *task(), descent, generator=dice, **other)


def share(numbers):
    X, y = task()
    said = torch.func.functional_call(network(), numbers, X)
    return (said.argmax(dim=1) == y).float().mean().item()


def test_it_learns_and_the_network_and_the_numbers_stay():
    model = network()
    start = parameters(model)
    before = {n: v.clone() for n, v in start.items()}
    found = taught(numbers=start)
    assert share(found) > 0.93 > share(start)
    for name, value in start.items():
        assert torch.equal(value, before[name])
        assert torch.equal(model.get_parameter(name), before[name])
        assert not found[name].requires_grad


def test_the_first_step_is_adams_with_the_whole_rate_and_the_rate_falls():
    start = parameters(network())
    once = taught(epochs=1, lr=0.01)
    # 300 pictures: three batches, at the rates 1, 2/3 and 1/3 of the first.
    most = max((once[n] - start[n]).abs().max().item() for n in start)
    assert 0.015 < most < 0.0201


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_real_weights_learn_at_the_rounded_network(bits):
    start, found = parameters(network()), taught(rounded_to(bits))
    made = rounded_to(bits)(found)
    for name in weights(found):
        torch.testing.assert_close(made[name], quantised(found[name], bits).values)
    assert share(made) > max(0.85, share(rounded_to(bits)(start)))


def test_biases_are_not_rounded():
    numbers = parameters(network())
    made = rounded_to(2)(numbers)
    assert weights(numbers) == ["0.weight", "2.weight"]
    assert torch.equal(made["0.bias"], numbers["0.bias"])
    expected = quantised(numbers["0.weight"], 2).values
    torch.testing.assert_close(made["0.weight"], expected)


def test_without_real_weights_numbers_are_rounded_after_each_step():
    found = taught(rounded_to(1), keep_real=False)
    assert len(found["0.weight"].abs().round(decimals=5).unique()) == 1
    assert len(taught(rounded_to(1))["0.weight"].abs().round(decimals=5).unique()) > 9


def test_tables_learn_and_places_stay():
    numbers = parameters(network())
    ids = torch.arange(32).view(8, 4) % 3
    coded = {"0.weight": Coded(ids, torch.tensor([-1.0, 0.0, 1.0]))}
    start = numbers | {"0.weight": coded["0.weight"].table}
    found = taught(looked_up(coded), start)
    assert found["0.weight"].shape == (3,)
    assert not torch.equal(found["0.weight"], start["0.weight"])
    assert share(looked_up(coded)(found)) > share(looked_up(coded)(start))


def test_what_is_pruned_stays_0():
    mask = (torch.arange(32).view(8, 4) % 2).float()
    made = kept_by({"0.weight": mask})
    found = made(taught(made))
    assert torch.equal(found["0.weight"] != 0, mask != 0)


def test_another_loss():
    found = taught(loss=lambda scores, rows: scores.square().mean())
    X, _ = task()
    said = torch.func.functional_call(network(), found, X)
    assert said.abs().mean() < network()(X).abs().mean() / 2


def test_refusals():
    refuses(lambda lr: taught(lr=lr, epochs=1), "^lr is", good=[0.1], bad=[0.0, -1.0])
    refuses(lambda n: taught(epochs=n), "^epochs is", good=[1], bad=[0])


@pytest.mark.equation("eq-compression-small-step")
def test_no_step_of_adam_is_longer_than_the_bound_and_growing_slopes_come_near():
    def most(beta1, beta2):
        return (1 - beta1) / ((1 - beta2) * (1 - beta1**2 / beta2)) ** 0.5

    assert 7.2 < most(0.9, 0.999) < 7.3
    beta1, beta2 = 0.9, 0.99  # after 300 steps the corrections are nearly over
    bound = most(beta1, beta2)
    longest = {}
    for growth in (beta2 / beta1, 1.0, 2.0):
        w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        rule, steps = torch.optim.Adam([w], 0.01, betas=(beta1, beta2), eps=0.0), []
        for k in range(300):
            before = w.item()
            w.grad = torch.tensor([growth ** (k - 200)], dtype=torch.float64)
            rule.step()
            steps.append(abs(w.item() - before) / 0.01)
        longest[growth] = max(steps)
    assert max(longest.values()) < bound
    assert 0.9 * bound < longest[beta2 / beta1]
    assert longest[1.0] == pytest.approx(1.0)


def test_a_pass_has_an_update_for_each_hundred_pictures():
    seen = []
    taught(lambda numbers: (seen.append(1), numbers)[1], epochs=2)
    assert len(seen) == 2 * 3
