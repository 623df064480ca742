"""Side by side: each network is as if it were alone."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from ml2020.compression import (
    each,
    global_masks,
    layer_masks,
    learned,
    magnitudes,
    many_accuracies,
    many_losses,
    many_networks,
)
from ml2020.compression.side_by_side import ManyLinear
from tests.refusals import refuses

SEEDS = [3, 4, 5]


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def alone(model, k):
    """Network k of several, in torch's own layers."""
    layers = []
    for many in model:
        if isinstance(many, ManyLinear):
            _, outputs, inputs = many.weight.shape
            one = nn.Linear(inputs, outputs)
            with torch.no_grad():
                one.weight.copy_(many.weight[k])
                one.bias.copy_(many.bias.view(-1, outputs)[k])
            layers.append(one)
        else:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def task(count=60):
    X = torch.randn(count, 3, 4, generator=dice())
    return X, (X.sum(dim=-1) > 0).long()


def test_each_network_says_what_it_would_say_alone():
    model = many_networks(SEEDS, 4, 6, 2)
    X, _ = task()
    for k in range(3):
        torch.testing.assert_close(model(X)[:, k], alone(model, k)(X[:, k]))
        torch.testing.assert_close(model(X[:, 0])[:, k], alone(model, k)(X[:, 0]))
    assert model(X).shape == (60, 3, 2)


def test_each_network_learns_what_it_would_learn_alone():
    model, (X, y) = many_networks(SEEDS, 4, 6, 2), task()
    found = learned(model, X, y, 0.03, 4, loss=many_losses, generator=dice(1))
    for k in range(3):
        one = learned(alone(model, k), X[:, k], y[:, k], 0.03, 4, generator=dice(1))
        torch.testing.assert_close(
            found[0].weight[k], one[0].weight, rtol=1e-3, atol=1e-4
        )
        right = (one(X[:, k]).argmax(1) == y[:, k]).float().mean()
        torch.testing.assert_close(many_accuracies(found, X, y)[k], right)


def test_a_seed_names_a_network_wherever_it_stands():
    first, second = many_networks([3, 4], 4, 6, 2), many_networks([4], 4, 6, 2)
    for k in (0, 2):
        assert torch.equal(first[k].weight[1], second[k].weight[0])
        assert not torch.equal(first[k].weight[0], first[k].weight[1])


def test_weights_and_biases_begin_between_the_ends_of_torch():
    layer = many_networks([0], 25, 400, 2)[0]
    for numbers in (layer.weight, layer.bias):
        assert 0.19 < numbers.max() < 0.2
        assert -0.2 < numbers.min() < -0.19
        assert abs(numbers.mean()) < 0.02


def test_losses_take_classes_and_probabilities():
    X, y = task(5)
    scores = many_networks(SEEDS, 4, 2)(X)
    slow = sum(F.cross_entropy(scores[:, k], y[:, k]) for k in range(3))
    torch.testing.assert_close(many_losses(scores, y), slow)
    torch.testing.assert_close(many_losses(scores, F.one_hot(y).float()), slow)


@pytest.mark.parametrize("masks_of", [global_masks, layer_masks])
def test_each_is_pruned_by_itself(masks_of):
    model = many_networks(SEEDS, 4, 6, 2)
    found = each(masks_of, magnitudes(model), 0.5)
    for k in range(3):
        own = masks_of(magnitudes(alone(model, k)), 0.5)
        for name, mask in own.items():
            assert torch.equal(found[name][k], mask)


def test_bad_sizes_and_answers_are_refused():
    refuses(
        lambda seeds: many_networks(seeds, 4, 2),
        "^seeds is 0: give 1 or more$",
        good=[[1]],
        bad=[[]],
    )
    refuses(
        lambda size: many_networks([0], 4, size, 2),
        "^sizes is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    X, y = task()
    with pytest.raises(ValueError, match=r"^y has the shape"):
        many_accuracies(many_networks(SEEDS, 4, 2), X, y[1:])


def test_no_scores_are_refused():
    good = {"w": torch.rand(2, 3, 4)}
    call = lambda scores: each(global_masks, scores, 0.5)  # noqa: E731
    refuses(call, "^scores is empty", good=[good], bad=[{}])


def test_losses_of_no_example_are_refused():
    y = torch.zeros(3, 2, dtype=torch.long)
    call = lambda n: many_losses(torch.zeros(n, 2, 4), y[:n])  # noqa: E731
    refuses(call, "^scores is empty", good=[1], bad=[0])
