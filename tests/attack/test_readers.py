"""Networks side by side learn as each would alone, and read digits."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.attack import (
    SIZES,
    as_model,
    by_network,
    digit_parts,
    learn,
    plain_risk,
    right,
)
from ml2020.data.digits import digits
from ml2020.deep_learning import draws, he_layers, unpack
from ml2020.optimization import SGDM, Adam
from tests.refusals import refuses, spoilt


def test_the_parts_are_all_digits_each_once():
    parts = digit_parts()
    assert [len(p) for p in parts[::2]] == [900, 300, 597]
    together = torch.cat(parts[::2]).flatten(1)
    rows = sorted(map(tuple, together.tolist()))
    assert rows == sorted(map(tuple, digits().images.flatten(1).tolist()))
    assert together.min() == 0
    assert together.max() == 1
    place = {
        tuple(x): int(c)
        for x, c in zip(together.tolist(), torch.cat(parts[1::2]), strict=True)
    }
    for x, c in zip(
        digits().images.flatten(1).tolist(), digits().labels.tolist(), strict=True
    ):
        assert place[tuple(x)] == c


def test_each_network_sees_its_own_pictures():
    theta = draws(he_layers, (6, 5, 3), [1, 2])
    x = torch.rand(8, 2, 3)
    found = as_model(theta, (6, 5, 3))(x)
    for k in range(2):
        (W1, b1), (W2, b2) = unpack(theta[k], (6, 5, 3))
        own = x[4 * k : 4 * k + 4].flatten(1)
        expected = (own @ W1.T + b1).relu() @ W2.T + b2
        torch.testing.assert_close(found[4 * k : 4 * k + 4], expected)


def test_rows_of_other_networks_are_refused():
    theta = draws(he_layers, (6, 5, 3), [1])
    said = "^theta has rows of 53: give 35 numbers$"
    sizes = [(6, 5, 3)], [(6, 5)]
    refuses(lambda s: as_model(theta, s), said, good=sizes[0], bad=sizes[1])


def test_the_plain_risk_is_each_network_s_cross_entropy():
    theta = draws(he_layers, (6, 3), [1, 2])
    x, y = torch.rand(8, 6), torch.tensor([0, 1, 2, 0, 1, 2, 0, 0])
    found = plain_risk((6, 3))(theta, x, y, 0.0)
    for k in range(2):
        (W, b) = unpack(theta[k], (6, 3))[0]
        half = slice(4 * k, 4 * k + 4)
        expected = F.cross_entropy(x[half] @ W.T + b, y[half])
        torch.testing.assert_close(found[k], expected)


def test_a_step_is_the_rule_s_on_the_mean_of_a_batch():
    x, y = torch.rand(100, 6), torch.arange(100) % 3
    found = learn(SGDM(0.5, 0.0), [4], x, y, 1, sizes=(6, 3))
    start = draws(he_layers, (6, 3), [4]).requires_grad_()
    (W, b) = unpack(start[0], (6, 3))[0]
    (g,) = torch.autograd.grad(F.cross_entropy(x @ W.T + b, y), start)
    torch.testing.assert_close(found, start.detach() - 0.5 * g)


def test_it_tells_the_risk_how_far_it_is_and_repeats_itself():
    told = []

    def risk(theta, x, y, done):
        told.append(done)
        return plain_risk((6, 3))(theta, x, y, done)

    x, y = torch.rand(200, 2, 3), torch.arange(200) % 3
    one = learn(Adam(), [4, 5], x, y, 2, risk, (6, 3))
    assert told == [0.0, 0.25, 0.5, 0.75]
    torch.testing.assert_close(learn(Adam(), [4, 5], x, y, 2, sizes=(6, 3)), one)
    alone = learn(Adam(), [4], x, y, 2, sizes=(6, 3))
    torch.testing.assert_close(alone[0], one[0])
    assert not one.requires_grad


def test_they_learn_to_read():
    parts = digit_parts()
    theta = learn(Adam(lr=0.003), [0, 1], parts.X, parts.y, 15)
    x, y = parts.X_judge.repeat(2, 1, 1), parts.y_judge.repeat(2)
    shares = by_network(right(as_model(theta), x, y), 2)
    assert shares.shape == (2,)
    assert shares.min() > 0.9
    assert theta.shape == (2, 64 * 65 + 64 * 65 + 650)
    assert SIZES == (64, 64, 64, 10)


def test_the_mean_is_taken_by_network():
    found = torch.tensor([True, True, False, True, False, False])
    assert by_network(found, 2).tolist() == [pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert by_network(found, 3).tolist() == [1, 0.5, 0]


def test_too_little_to_learn_from_is_refused():
    x, y = torch.rand(101, 6), torch.arange(101) % 3
    call = lambda x, y, n=1: learn(Adam(), [0], x, y, n, sizes=(6, 3))  # noqa: E731
    refuses(
        lambda n: call(x[:n], y[:n]),
        "^X has 99 pictures: give 100",
        good=[100],
        bad=[99],
    )
    refuses(lambda n: call(x, y, n), "^epochs is", good=[1], bad=[0])


def test_weights_that_run_away_are_refused():
    def endless(theta, x, y, done):
        return theta.sum(dim=1) * torch.inf

    x, y = torch.rand(100, 6), torch.arange(100) % 3
    with pytest.raises(ValueError, match=r"^rule .*choose a lower rate"):
        learn(SGDM(0.5), [0], x, y, 1, endless, (6, 3))


def test_pictures_that_are_not_as_many_for_each_network_are_refused():
    theta = draws(he_layers, (6, 3), [0, 1])
    model = as_model(theta, (6, 3))
    said = "^x has 3: give as many to each of 2$"
    refuses(lambda n: model(torch.zeros(n, 6)), said, good=[4], bad=[3])
    said = "^found has 3: give as many to each of 2$"
    refuses(lambda n: by_network(torch.zeros(n), 2), said, good=[4], bad=[3])
    scores = torch.zeros(2, 3)
    refuses(
        lambda s: right(lambda _: s, s, torch.zeros(2).long()),
        "^what the model says has NaN",
        good=[scores],
        bad=spoilt(scores, torch.nan, torch.inf),
    )
