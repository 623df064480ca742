"""The search takes torch's steps, leaves its start alone, and finds what is there."""

import copy
import math

import pytest
import torch
from torch import nn

from ml2020.introduction import average_loss, find, squared, surprise, zero_one
from tests.refusals import only_positive, refuses, spoilt


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


LINE = torch.linspace(-1, 1, 9)[:, None]


def test_rejects_a_rate_that_leaves_all_numbers():
    def call(eta):
        return find(nn.Linear(1, 1), squared, LINE, 3 * LINE - 1, eta, 500)

    said = r"^eta is 30.0: the loss left all numbers, take less$"
    refuses(call, said, good=[0.1], bad=[30.0])


def test_a_rate_that_is_too_large_may_end_in_numbers():
    _, history = find(nn.Linear(1, 1), squared, LINE, 3 * LINE - 1, 2.0, 20)
    assert history[-1] > 1000 * history[0]


def test_rejects_data_without_a_first_loss():
    def from_x(x):
        return find(nn.Linear(1, 1), squared, x, 3 * LINE, 0.1, 0)

    def from_y_hat(y_hat):
        return find(nn.Linear(1, 1), squared, LINE, y_hat, 0.1, 0)

    said = r"^the first loss is (nan|inf): mend x, y_hat or the network$"
    for call in (from_x, from_y_hat):
        refuses(call, said, good=[LINE], bad=spoilt(LINE, math.nan, math.inf))


def test_rejects_examples_that_the_network_does_not_take():
    def call(x):
        return find(nn.Linear(1, 1), squared, x, 3 * LINE, 0.1, 1)

    said = r"^x is torch.float\d\d, \(9, \d\): give what the network takes$"
    refuses(call, said, good=[LINE], bad=[LINE.double(), LINE.expand(9, 2)])


def words():
    layers = nn.Embedding(5, 4), nn.Flatten(), nn.Linear(8, 2)
    return nn.Sequential(*layers)


def test_it_walks_on_whole_numbers_that_a_network_takes():
    ids = torch.tensor([[0, 1], [1, 0], [2, 4]])
    torch.manual_seed(0)
    _, history = find(words(), surprise, ids, torch.tensor([0, 1, 1]), 0.5, 50)
    assert history[-1] < history[0] / 2


def test_rejects_whole_numbers_that_the_network_does_not_know():
    def call(ids):
        return find(words(), surprise, ids, torch.tensor([0, 1]), 0.1, 1)

    good = torch.tensor([[0, 4], [1, 2]])
    said = r"^x is torch.int64, \(2, 2\): give what the network takes$"
    refuses(call, said, good=[good], bad=spoilt(good, 5, -1))


class Twice(nn.Linear):
    def forward(self, x):
        return super().forward(x), x


def test_rejects_a_network_that_does_not_return_one_tensor():
    def call(network):
        return find(network, squared, LINE, 3 * LINE, 0.1, 1)

    said = r"^network returns a tuple: return one tensor$"
    refuses(call, said, good=[nn.Linear(1, 1)], bad=[Twice(1, 1)])


def test_with_dropout_the_last_loss_is_that_of_one_draw():
    network = nn.Sequential(nn.Linear(1, 9), nn.Dropout(0.5), nn.Linear(9, 1))
    torch.manual_seed(0)
    f, history = find(network, squared, LINE, 3 * LINE, 0.01, 1)
    again = {average_loss(f, LINE, 3 * LINE, squared).item() for _ in range(3)}
    assert len(again | {history[-1]}) == 4


def test_rejects_a_loss_that_is_not_one_number_an_example():
    def mean(y, y_hat):
        return squared(y, y_hat).mean()

    def table(y, y_hat):
        return (y - y_hat.flatten()) ** 2

    def call(ell):
        return find(nn.Linear(1, 1), ell, LINE, 3 * LINE, 0.1, 1)

    said = r"^ell returns the shape \((9, 9)?\): give one number an example$"
    refuses(call, said, good=[squared], bad=[mean, table])


def test_rejects_a_loss_that_counts():
    labels = (LINE[:, 0] > 0).long()

    def count(scores, y_hat):
        return zero_one(scores.argmax(dim=1), y_hat)

    def call(ell):
        return find(nn.Linear(1, 2), ell, LINE, labels, 0.1, 1)

    said = r"^ell has no slope: give one that moves with the network$"
    refuses(call, said, good=[surprise], bad=[count])


def test_rejects_parameters_that_cannot_be_turned():
    frozen = nn.Linear(1, 1)
    frozen.bias.requires_grad_(False)

    def call(network):
        return find(network, squared, LINE, 3 * LINE, 0.1, 1)

    said = r"^network has no parameters, or frozen ones: give free ones$"
    refuses(call, said, good=[nn.Linear(1, 1)], bad=[nn.Identity(), frozen])


def test_rejects_parameters_that_the_loss_does_not_see():
    def call(unused):
        network = nn.Linear(1, 1)
        if unused:
            network.register_parameter("idle", nn.Parameter(torch.ones(1)))
        return find(network, squared, LINE, 3 * LINE, 0.1, 1)

    said = r"^network has parameters that ell does not see: drop them$"
    refuses(call, said, good=[False], bad=[True])


def test_looking_at_the_start_draws_nothing_and_leaves_no_trace():
    layers = nn.BatchNorm1d(1), nn.Dropout(0.5), nn.Linear(1, 1)
    network = nn.Sequential(*layers)
    seen = torch.get_rng_state()
    f, history = find(network, squared, LINE, 3 * LINE, 0.1, 0)
    torch.set_rng_state(seen)
    again = copy.deepcopy(network)
    assert history == [average_loss(again, LINE, 3 * LINE, squared).item()]
    assert f[0].num_batches_tracked == 1
    assert network[0].num_batches_tracked == 0


def test_rejects_another_number_of_labels():
    def call(y_hat):
        return find(nn.Linear(1, 1), squared, LINE, y_hat, 0.1, 1)

    refuses(
        call,
        r"^y_hat has 8 answers: give one for each of 9$",
        good=[LINE],
        bad=[LINE[:8]],
    )


def test_rejects_a_negative_number_of_steps():
    network, x, y_hat = problem()

    def call(steps):
        return find(network, surprise, x, y_hat, 0.1, steps)

    refuses(call, r"^steps is -1: give 0 or more$", good=[0, 1], bad=[-1])
