"""Learning: who the rivals are, that they learn, and from their seeds alone."""

import copy
import math

import pytest
import torch

from ml2020.cnn import accuracy, drawn, fit
from ml2020.cnn.learning import check_pairs, passes
from ml2020.cnn.network import convnet
from ml2020.gradient_descent import shuffled_batches
from tests.refusals import only_positive, refuses, spoilt


def task(count=100):
    """Pictures of 8 by 8 with a bright square: is it at the left, or at the right?"""
    dice = torch.Generator().manual_seed(0)
    y = torch.randint(2, (count,), generator=dice)
    X = torch.zeros(count, 1, 8, 8)
    top = torch.randint(6, (count,), generator=dice)
    for k in range(count):
        left = 1 + 4 * int(y[k])
        X[k, 0, top[k] : top[k] + 2, left : left + 2] = 1
    return X, y


def small():
    return drawn(lambda: convnet(8, (3,), 8, 2), 0)


@pytest.mark.parametrize("most", [0, 1])
def test_it_learns_a_simple_task(most):
    X, y = task()
    dice = torch.Generator().manual_seed(1)
    model = fit(small(), X, y, 0.03, 15, most, generator=dice)
    assert accuracy(model, X, y) > 0.9


def test_the_model_stays_and_the_same_seed_gives_the_same():
    X, y = task()
    model = small()
    before = copy.deepcopy(model.state_dict())
    found = [
        fit(model, X, y, 0.01, 1, 1, generator=torch.Generator().manual_seed(s))
        for s in (0, 0, 1)
    ]
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    weights = [one[0].weight for one in found]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert not torch.equal(weights[0], before["0.weight"])


def test_a_first_step_of_adam_is_as_long_as_the_rate():
    X, y = task(50)
    model = small()
    found = fit(model, X, y, 0.01, 1)
    moved = (found[-1].bias - model[-1].bias).abs()
    torch.testing.assert_close(moved, torch.full((2,), 0.01), rtol=1e-4, atol=0)


def test_each_picture_is_learned_from_once_an_epoch(monkeypatch):
    X, y = task(120)
    seen = []
    model = small()
    model.register_forward_hook(lambda _, given, __: seen.append(len(given[0])))
    fit(model, X, y, 0.01, 2)
    assert seen == [50, 50, 20] * 2


def test_accuracy_counts_all_pictures():
    X = torch.zeros(2500, 1, 1, 2)
    y = torch.arange(2500) % 2
    X[torch.arange(2500), 0, 0, y] = 1.0
    wrong = y.clone()
    wrong[[0, 1500, 2499]] = 1 - wrong[[0, 1500, 2499]]
    model = torch.nn.Flatten()
    assert accuracy(model, X, y) == 1.0
    assert accuracy(model, X, wrong) == pytest.approx(1 - 3 / 2500)


def test_without_movements_it_is_adam_on_the_pictures_as_they_are():
    X, y = task()
    model, dice = small(), torch.Generator().manual_seed(3)
    rule = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(2):
        for rows in shuffled_batches(len(X), 50, 1, generator=dice):
            rule.zero_grad()
            torch.nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
            rule.step()
    found = fit(small(), X, y, 0.01, 2, generator=torch.Generator().manual_seed(3))
    for one, other in zip(model.parameters(), found.parameters(), strict=True):
        assert torch.equal(one, other)


def test_passes_are_those_of_fit():
    X, y = task()
    model, dice = small(), torch.Generator().manual_seed(3)
    epochs = list(passes(model, X, y, 0.01, 3, 1, generator=dice))
    assert epochs == [1, 2, 3]
    found = fit(small(), X, y, 0.01, 3, 1, generator=torch.Generator().manual_seed(3))
    for one, other in zip(model.parameters(), found.parameters(), strict=True):
        assert torch.equal(one, other)


def test_rejects_settings_and_pictures():
    X, y = task()
    only_positive(lambda lr: fit(small(), X, y, lr, 1), "lr")
    refuses(
        lambda n: fit(small(), X, y, 0.1, n),
        "^epochs is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    with pytest.raises(ValueError, match=r"^X is empty: give at least one picture$"):
        accuracy(small(), X[:0], y[:0])
    bad = spoilt(X, math.nan, math.inf)
    said = "^X has NaN or infinity: drop or mend those pictures$"
    refuses(lambda X: accuracy(small(), X, y), said, good=[X], bad=bad)
    refuses(lambda X: fit(small(), X, y, 0.1, 1), said, good=[X], bad=bad)


def test_rejects_what_does_not_belong_together():
    X, y = task()
    short, long = y[:-1], torch.cat([y, y])
    said = r"^y has the shape \(\d+,\): give it \(100,\)$"
    refuses(lambda y: check_pairs(small(), X, y), said, good=[y], bad=[short, long])
    said = "^X is torch.float64, the network torch.float32: give X.to"
    for call in (accuracy, lambda *task: fit(*task, 0.1, 1)):
        with pytest.raises(ValueError, match=said):
            call(small(), X.double(), y)
        with pytest.raises(
            ValueError, match=r"^model\[4\] \(Linear\) does not take the"
        ):
            call(small(), X[..., :6, :], y)
        spoiled = small()
        spoiled[0].bias.data[0] = math.nan
        with pytest.raises(ValueError, match=r"^model\[0\] \(Conv2d\) is the first to"):
            call(spoiled, X, y)
    said = "^most is -1: give 0 or more$"
    refuses(lambda most: fit(small(), X, y, 0.1, 1, most), said, good=[0], bad=[-1])


def test_a_network_that_is_asked_stays_as_it_is():
    X, y = task()
    model = torch.nn.Sequential(torch.nn.BatchNorm2d(1), *small())
    before = copy.deepcopy(model.state_dict())
    check_pairs(model, X, y)
    assert model.training
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])


def test_rejects_fewer_pictures_than_a_batch():
    X, y = task()
    said = r"^X has \d+ pictures: give 50 or more$"
    refuses(lambda n: fit(small(), X[:n], y[:n], 0.1, 1), said, good=[50], bad=[49, 0])


def test_rejects_classes_without_a_score():
    X, y = task()
    said = r"^y has classes from -?\d to \d: give 0 to 1, or a network with more"
    refuses(lambda y: fit(small(), X, y, 0.1, 1), said, good=[y], bad=[y + 1, y - 1])


def test_a_rate_at_which_weights_become_nan_is_named():
    X, y = task()
    with pytest.raises(ValueError, match=r"^lr is 1e\+30: the weights became NaN or"):
        fit(small(), X, y, 1e30, 3)
