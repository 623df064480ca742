"""The search takes torch's steps, leaves its start alone, and finds what is there."""

import copy

import pytest
import torch
from torch import nn

from ml2020.introduction import average_loss, find, squared, surprise
from tests.refusals import only_positive, refuses


def problem(device="cpu"):
    dice = torch.Generator().manual_seed(0)
    x = torch.randn(8, 3, generator=dice, dtype=torch.float64).to(device)
    y_hat = torch.randint(2, (8,), generator=dice).to(device)
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    return network.double().to(device), x, y_hat


@pytest.mark.equation("eq-introduction-step")
def test_the_steps_are_those_of_torch_sgd(device):
    network, x, y_hat = problem(device)
    ours, history = find(network, surprise, x, y_hat, 0.3, 5)
    theirs = copy.deepcopy(network)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.3)
    assert len(history) == 6
    for loss in history:
        optimizer.zero_grad()
        expected = nn.functional.cross_entropy(theirs(x), y_hat)
        assert loss == pytest.approx(expected.item())
        last = copy.deepcopy(theirs)
        expected.backward()
        optimizer.step()
    for ours_p, theirs_p in zip(ours.parameters(), last.parameters(), strict=True):
        torch.testing.assert_close(ours_p, theirs_p)


def test_the_start_and_the_data_are_left_alone():
    network, x, y_hat = problem()
    before = copy.deepcopy(network.state_dict()), x.clone(), torch.get_rng_state()
    find(network, surprise, x, y_hat, 0.3, 3)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[0][name])
    assert torch.equal(x, before[1])
    assert torch.equal(torch.get_rng_state(), before[2])


def test_it_learns_eight_examples_by_heart():
    network, x, y_hat = problem()
    f, history = find(network, surprise, x, y_hat, 0.5, 1000)
    assert (f(x).argmax(dim=1) == y_hat).all()
    assert history[-1] < 0.1 < history[0]


def test_it_finds_a_line():
    x = torch.linspace(-1, 1, 9)[:, None]
    f, _ = find(nn.Linear(1, 1), squared, x, 3 * x - 1, 0.1, 500)
    torch.testing.assert_close(f(x), 3 * x - 1, rtol=0, atol=1e-3)


def test_no_step_is_the_start():
    network, x, y_hat = problem()
    f, history = find(network, surprise, x, y_hat, 0.3, 0)
    assert history == [average_loss(network, x, y_hat, surprise).item()]
    assert torch.equal(f(x), network(x))


def test_rejects_a_rate_that_goes_nowhere():
    network, x, y_hat = problem()
    only_positive(lambda eta: find(network, surprise, x, y_hat, eta, 1), "eta")


def test_rejects_a_rate_that_leaves_all_numbers():
    x = torch.linspace(-1, 1, 9)[:, None]

    def call(eta):
        return find(nn.Linear(1, 1), squared, x, 3 * x - 1, eta, 500)

    said = r"^eta is 30.0: the loss grew without end, take less$"
    refuses(call, said, good=[0.1], bad=[30.0])


def test_rejects_a_negative_number_of_steps():
    network, x, y_hat = problem()

    def call(steps):
        return find(network, surprise, x, y_hat, 0.1, steps)

    refuses(call, r"^steps is -1: give 0 or more$", good=[0, 1], bad=[-1])
