"""The emoji are whole: pictures that differ, on white, each with a name and a group."""

import pytest
import torch

from ml2020.data import emoji as module
from ml2020.data.emoji import emoji


def test_sizes_and_ranges():
    e = emoji()
    assert e.pictures.shape == (1170, 3, 32, 32)
    assert e.pictures.dtype == torch.float32
    assert e.pictures.min() >= 0
    assert e.pictures.max() == 1
    assert len(e.names) == len(set(e.names)) == len(e.groups) == 1170
    counts = e.groups.bincount(minlength=10).tolist()
    assert counts == [152, 144, 0, 142, 131, 169, 74, 212, 142, 4]
    assert e.group_names[0] == "Smileys & Emotion"
    assert len(e.group_names) == 10


def test_no_picture_is_blank_and_most_stand_on_white():
    pictures = emoji().pictures
    assert pictures.flatten(1).std(dim=1).min() > 0.02
    corners = pictures[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners > 0.95).double().mean() > 0.9


def test_few_pictures_are_equal():
    flat = emoji().pictures.flatten(1)
    assert len(flat.unique(dim=0)) > 1150


def test_known_emoji_have_their_colours_and_groups():
    e = emoji()
    for name, channel, group in (
        ("red heart", 0, None),
        ("evergreen tree", 1, "Animals & Nature"),
        ("blue heart", 2, "Smileys & Emotion"),
    ):
        if group is None:
            assert name not in e.names  # it has two code points
            continue
        k = e.names.index(name)
        assert e.group_names[e.groups[k]] == group
        assert e.pictures[k, :, 14:18, 14:18].mean(dim=(1, 2)).argmax() == channel


def test_their_order_is_by_chance():
    groups = emoji().groups
    for part in groups.split(390):
        assert (part.bincount(minlength=10)[[0, 1, 3, 4, 5, 7, 8]] > 25).all()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^emoji\.npz is not .*: delete"):
        emoji.__wrapped__()
