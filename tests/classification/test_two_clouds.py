"""Two clouds with a common boundary, and a group far on the right side of it."""

import torch

from ml2020.classification import two_clouds
from ml2020.classification.two_clouds import FAR


def test_the_clouds_are_where_they_should_be_and_equal_in_number():
    X, y = two_clouds(generator=torch.Generator().manual_seed(0))
    assert X.shape == (200 + FAR, 2)
    assert (X.dtype, y.dtype) == (torch.float64, torch.int64)
    near, labels = X[:-FAR], y[:-FAR]
    assert (labels == 1).sum() == (labels == 0).sum() == 100
    for label, centre in ((1, [1.5, 0.0]), (0, [-1.5, 0.0])):
        cloud = near[labels == label]
        assert (cloud.mean(dim=0) - torch.tensor(centre)).abs().max() < 0.4
        assert ((cloud.std(dim=0) - 1).abs() < 0.3).all()
    assert y[-FAR:].tolist() == [1] * FAR
    assert (X[-FAR:].mean(dim=0) - torch.tensor([8.0, -8.0])).abs().max() < 0.9


def test_the_dice_decide():
    one, again = (two_clouds(generator=torch.Generator().manual_seed(3)) for _ in "ab")
    assert torch.equal(one[0], again[0])
    other, _ = two_clouds(generator=torch.Generator().manual_seed(4))
    assert not torch.equal(one[0], other)
