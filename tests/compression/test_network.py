"""The small network: how large it is, and that it learns from its arguments alone."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from ml2020.compression import learned, pictures, small_network
from ml2020.compression.network import keep
from tests.refusals import only_positive, refuses, spoilt


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def task(count=120):
    """Points at two sides of a line."""
    X = torch.randn(count, 3, generator=dice())
    return X, (X[:, 0] + X[:, 1] > 0).long()


def line(seed=1):
    layer = nn.Linear(3, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(2, 3, generator=dice(seed)) / 3)
        layer.bias.zero_()
    return nn.Sequential(layer)


def test_the_network_of_the_lecture_has_20042_numbers():
    model = small_network(0)
    assert sum(p.numel() for p in model.parameters()) == 20_042
    assert model(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def test_a_seed_names_its_weights_and_leaves_the_global_state():
    before = torch.random.get_rng_state()
    first, again, other = (small_network(seed) for seed in (3, 3, 4))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first[0].weight, again[0].weight)
    assert not torch.equal(first[0].weight, other[0].weight)


def test_filters_and_neurons_can_be_chosen():
    model = small_network(0, filters=(2, 3), hidden=5)
    assert [len(model[k].weight) for k in (0, 2, 5, 7)] == [2, 3, 5, 10]


def test_pictures_come_in_three_parts():
    parts = pictures()
    assert [len(X) for X in (parts.X, parts.X_choose, parts.X_judge)] == [
        8000,
        2000,
        2000,
    ]


def test_it_learns_and_leaves_the_start_as_it_was():
    X, y = task()
    model = line()
    before = model[0].weight.clone()
    found = learned(model, X, y, 0.1, 20, generator=dice())
    assert (found(X).argmax(1) == y).float().mean() > 0.95
    assert torch.equal(model[0].weight, before)
    again = learned(model, X, y, 0.1, 20, generator=dice())
    assert torch.equal(found[0].weight, again[0].weight)
    other = learned(model, X, y, 0.1, 20, generator=dice(1))
    assert not torch.equal(found[0].weight, other[0].weight)


def test_the_rate_falls_to_nothing_in_a_straight_line(monkeypatch):
    rates = []
    real = torch.optim.Adam.step

    def step(self, *arguments, **named):
        rates.append(self.param_groups[0]["lr"])
        return real(self, *arguments, **named)

    monkeypatch.setattr(torch.optim.Adam, "step", step)
    learned(line(), *task(), 0.3, 2)  # 120 examples: batches of 50, 50, 20, twice
    assert rates == pytest.approx([0.3 * left / 6 for left in (6, 5, 4, 3, 2, 1)])


def test_masked_weights_are_0_from_the_start_to_the_end():
    X, y = task()
    mask = torch.tensor([[1, 0, 1], [1, 1, 0]])
    seen = []

    def loss(scores, targets):
        seen.append(scores.detach())
        return F.cross_entropy(scores, targets)

    model = line()
    found = learned(model, X, y, 0.1, 1, {"0.weight": mask}, loss, generator=dice())
    assert torch.equal(found[0].weight != 0, mask == 1)
    assert (found[0].bias != 0).all()
    first = torch.randperm(120, generator=dice())[:50]
    torch.testing.assert_close(seen[0], X[first] @ (model[0].weight * mask).T.detach())


def test_another_loss_takes_other_targets():
    X, _ = task()
    wanted = X @ torch.tensor([[1.0, -1.0], [0.5, 0.0], [0.0, 2.0]])
    found = learned(line(), X, wanted, 0.2, 60, loss=F.mse_loss, generator=dice())
    torch.testing.assert_close(found(X), wanted, atol=0.05, rtol=0)


def test_fewer_examples_than_a_batch_are_one():
    X, y = task(20)
    assert torch.isfinite(learned(line(), X, y, 0.1, 3)[0].weight).all()


def test_keep_changes_only_what_has_a_mask():
    model = line()
    before = model[0].weight.clone()
    keep(model, {"0.weight": torch.tensor([[1, 1, 1], [0, 0, 0]])})
    assert torch.equal(model[0].weight[0], before[0])
    assert not model[0].weight[1].any()


def test_bad_settings_are_refused():
    X, y = task()
    only_positive(lambda lr: learned(line(), X, y, lr, 1), "lr")
    refuses(
        lambda epochs: learned(line(), X, y, 0.1, epochs),
        "^epochs is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda X: learned(line(), X, y, 0.1, 1),
        "^X has NaN or infinity: ",
        good=[X],
        bad=spoilt(X, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^X is empty: "):
        learned(line(), X[:0], y[:0], 0.1, 1)
    with pytest.raises(ValueError, match=r"^lr has NaN or infinity: choose a rate bel"):
        learned(line(), X, y, 3e37, 30)


def test_masks_of_another_network_are_refused():
    X, y = task()
    for masks in ({"1.weight": torch.ones(2, 3)}, {"0.weight": torch.ones(2, 2)}):
        with pytest.raises(ValueError, match=r"^masks\['\d.weight'\] fits no param"):
            learned(line(), X, y, 0.1, 1, masks)
