"""The three parts are the whole; each network has a start and a loss of its own."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.data.fashion_mnist import fashion_mnist
from ml2020.optimization import (
    accuracy,
    cross_entropy,
    outputs,
    perceptron,
    side_by_side,
    small_clothes,
    starts,
    vector,
)
from tests.refusals import refuses

SIZES = (4, 3, 5, 2)


def test_the_parts_are_all_pictures_in_their_order():
    data, clothes = small_clothes(300, 200), fashion_mnist()
    assert [len(part) for part in data] == [300, 300, 200, 200, 11_500, 11_500]
    labels = torch.cat([clothes.train_labels, clothes.test_labels])
    assert torch.equal(torch.cat([data.y, data.y_choose, data.y_judge]), labels)


def test_a_dot_is_the_mean_of_four_and_the_dots_to_learn_from_are_standard():
    data, clothes = small_clothes(300, 200), fashion_mnist()
    four = clothes.train_images.view(-1, 14, 2, 14, 2).mean(dim=(2, 4)).flatten(1)
    learn = four[:300]
    torch.testing.assert_close(data.X, (learn - learn.mean()) / learn.std())
    choose = (four[300:500] - learn.mean()) / learn.std()
    torch.testing.assert_close(data.X_choose, choose)
    assert data.X.mean().item() == pytest.approx(0, abs=1e-4)
    assert data.X.std().item() == pytest.approx(1, abs=1e-4)


def test_empty_or_too_large_parts_are_refused():
    said = "^learn is .* and choose .*: "
    refuses(
        lambda parts: small_clothes(*parts),
        said + "give 1 or more$",
        good=[(1, 1)],
        bad=[(0, 5), (5, 0)],
    )
    refuses(
        lambda parts: small_clothes(*parts),
        said + "10000 together at most$",
        good=[(9_999, 1), (2, 9_998)],
        bad=[(9_999, 2), (2, 9_999), (10_000, 1)],
    )


def test_a_perceptron_has_a_rectifier_between_its_layers():
    names = [type(layer).__name__ for layer in perceptron(SIZES)]
    assert names == ["Linear", "ReLU", "Linear", "ReLU", "Linear"]
    assert [p.shape[0] for p in perceptron(SIZES).parameters()] == [3, 3, 5, 5, 2, 2]
    assert [type(layer).__name__ for layer in perceptron((4, 2))] == ["Linear"]


def test_a_seed_gives_its_start_whoever_stands_beside_it():
    rows = starts(SIZES, [3, 5])
    assert torch.equal(rows[1], starts(SIZES, (5,))[0])
    torch.manual_seed(3)
    assert torch.equal(rows[0], vector(perceptron(SIZES)))


def test_drawing_starts_leaves_torchs_dice_alone():
    before = torch.random.get_rng_state()
    starts(SIZES, [3])
    assert torch.equal(before, torch.random.get_rng_state())


def test_no_seed_is_refused():
    said = "^seeds is empty: give one for each network$"
    refuses(lambda seeds: starts(SIZES, seeds), said, good=[[0]], bad=[[]])


def test_networks_side_by_side_say_what_each_says_alone():
    theta, X = starts(SIZES, [0, 1, 2]), torch.randn(3, 7, 4)
    said = side_by_side(SIZES, theta, X)
    for k in range(3):
        alone = outputs(perceptron(SIZES), theta[k], X[k])
        torch.testing.assert_close(said[k], alone)


def test_each_network_is_measured_on_its_own_examples():
    theta = starts(SIZES, [0, 1])
    X, y = torch.randn(2, 5, 4), torch.tensor([[0, 1, 0, 1, 1], [1, 1, 0, 0, 1]])
    losses = cross_entropy(SIZES, theta, X, y)
    for k in range(2):
        alone = F.cross_entropy(outputs(perceptron(SIZES), theta[k], X[k]), y[k])
        assert losses[k].item() == pytest.approx(alone.item(), abs=1e-6)


def test_accuracy_is_the_share_of_right_names():
    theta, X = starts(SIZES, [0, 1]), torch.randn(7, 4)
    y, others = side_by_side(SIZES, theta, X.expand(2, -1, -1)).argmax(dim=2)
    expected = torch.stack([torch.tensor(1.0), (others == y).float().mean()])
    torch.testing.assert_close(accuracy(SIZES, theta, X, y), expected)
    y[0] = 1 - y[0]
    assert accuracy(SIZES, theta, X, y)[0].item() == pytest.approx(6 / 7)


def test_the_accuracy_on_no_example_is_refused():
    theta, y = starts(SIZES, [0]), torch.zeros(1, dtype=torch.long)
    refuses(
        lambda n: accuracy(SIZES, theta, torch.zeros(n, 4), y[:n]),
        "^X is empty: give at least one example$",
        good=[1],
        bad=[0],
    )
