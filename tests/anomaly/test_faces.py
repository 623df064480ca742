"""Emoji are split without overlap; paint leaves the paper alone."""

import pytest
import torch

from ml2020.anomaly import face_task, yellowed
from ml2020.anomaly.faces import BLUE, coarse
from ml2020.data.emoji import emoji


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_counts_and_labels():
    task = face_task(generator=dice())
    assert (len(task.X), len(task.X_test)) == (160, 80)
    assert torch.cat([task.y, task.y_test]).bincount().tolist() == [98, 142]
    assert (len(task.exposed), len(task.strange)) == (212, 142)
    assert task.y.dtype == torch.int64


def test_each_picture_is_its_own_and_in_one_part():
    task = face_task(generator=dice())
    all_of = emoji()
    known = {p.numpy().tobytes(): k for k, p in enumerate(all_of.pictures)}
    places = [known[p.numpy().tobytes()] for p in torch.cat([task.X, task.X_test])]
    assert len(set(places)) == len(places)
    for place, label in zip(places, torch.cat([task.y, task.y_test]), strict=True):
        assert all_of.groups[place].item() == [0, 3][label]
        assert label != 0 or "face" in all_of.names[place]
    assert torch.equal(task.exposed, all_of.pictures[all_of.groups == 7])
    assert torch.equal(task.strange, all_of.pictures[all_of.groups == 8])


def test_the_dice_decide():
    a, b, c = (face_task(generator=dice(k)) for k in (0, 0, 1))
    assert torch.equal(a.y, b.y)
    assert not torch.equal(a.y, c.y)


def test_paint_by_hand():
    dots = torch.ones(1, 3, 32, 32)
    dots[0, :, 0, 0] = 0.0
    dots[0, :, 0, 1] = torch.tensor([0.9, 0.3, 0.3])
    dots[0, :, 0, 2] = torch.tensor([0.96, 0.96, 0.95])
    dots[0, :, 0, 3] = 0.95
    painted = yellowed(dots)
    assert painted[0, 2, 0, 3] < 0.3
    torch.testing.assert_close(painted[0, :, 0, 0], torch.tensor([0.5, 0.4, 0.125]))
    torch.testing.assert_close(painted[0, :, 0, 1], torch.tensor([0.75, 0.6, 0.1875]))
    shade = 0.5 + 0.5 * (0.96 + 0.96 + 0.95) / 3
    expected = shade * torch.tensor([1.0, 0.8, 0.25])
    torch.testing.assert_close(painted[0, :, 0, 2], expected)
    assert (painted[0, :, 1:] == 1).all()
    blue = yellowed(dots, BLUE)[0, :, 0, 0]
    torch.testing.assert_close(blue, torch.tensor([0.125, 0.4, 0.5]))


def test_coarse_averages_four_by_four():
    pictures = torch.rand(2, 3, 32, 32, generator=dice())
    found = coarse(pictures)
    assert found.shape == (2, 192)
    expected = pictures[1, 2, 28:, 4:8].mean().item()
    assert found[1, 2 * 64 + 7 * 8 + 1].item() == pytest.approx(expected)


def test_rejects_no_picture():
    with pytest.raises(ValueError, match=r"^pictures is empty: give at least one pict"):
        yellowed(torch.ones(0, 3, 32, 32))
