"""The lecture's network says what the lecture says, to its two decimals."""

import pytest
import torch

from ml2020.classification import sigmoid
from ml2020.deep_learning import forward, lecture_network


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([1, -1], [(0.98, 0.12), (0.86, 0.11), (0.62, 0.83)]),
        ([0, 0], [(0.73, 0.50), (0.72, 0.12), (0.51, 0.85)]),
    ],
)
def test_the_numbers_of_the_lecture(x, expected):
    found = forward(torch.tensor([x]).double(), lecture_network(), [sigmoid] * 3)
    assert found.a[0].tolist() == [x]
    said = [tuple(round(v, 2) for v in a[0].tolist()) for a in found.a[1:]]
    assert said == expected


def test_the_first_sums_by_hand():
    found = forward(torch.tensor([[1, -1]]).double(), lecture_network(), [sigmoid] * 3)
    assert found.z[0].tolist() == [[4, -2]]


def test_each_call_gives_numbers_of_its_own():
    first, second = lecture_network(), lecture_network()
    first[0].W.zero_()
    assert second[0].W.tolist() == [[1, -2], [-1, 1]]
