"""Digit draws: whole pictures, each once, in another order for each network."""

import pytest
import torch

from ml2020.compression import digit_draws
from ml2020.data.digits import digits


def test_each_network_has_every_picture_once():
    found = digit_draws([0, 7], 1000, 300)
    data = digits()
    for k in range(2):
        X = torch.cat([found.X[:, k], found.X_choose[:, k], found.X_judge[:, k]])
        y = torch.cat([found.y[:, k], found.y_choose[:, k], found.y_judge[:, k]])
        pairs = torch.cat([X, y[:, None]], dim=1).tolist()
        known = torch.cat([data.images.flatten(1), data.labels[:, None]], dim=1)
        assert sorted(pairs) == sorted(known.tolist())
    assert [len(part) for part in (found.X, found.X_choose, found.X_judge)] == [
        1000,
        300,
        497,
    ]


def test_a_seed_names_a_draw():
    first, second = digit_draws([3, 4]), digit_draws([4])
    assert torch.equal(first.X[:, 1], second.X[:, 0])
    assert not torch.equal(first.X[:, 0], first.X[:, 1])


def test_bad_parts_are_refused():
    with pytest.raises(ValueError, match=r"^seeds is 0: give 1 or more$"):
        digit_draws([])
    for sizes in ((0, 5), (5, 0), (1797, 1), (1700, 97)):
        with pytest.raises(ValueError, match=r"^learn is "):
            digit_draws([0], *sizes)
    assert len(digit_draws([0], 1700, 96).y_judge) == 1
