"""Faces: two digits over each other, as many of each kind as was said."""

import pytest
import torch

from ml2020.deep_learning import digit_sets
from ml2020.why_deep import faces
from tests.refusals import refuses

COUNTS = (4, 3, 2, 1)


@pytest.mark.parametrize("part", ["training", "validation", "test"])
def test_each_picture_is_the_mean_of_the_two_digits_of_its_kind(part):
    sets = digit_sets()
    end = "" if part == "training" else f"_{part}"
    ink, shown = getattr(sets, f"X{end}"), getattr(sets, f"labels{end}")
    found = faces(part, COUNTS, [0])
    kinds = [(3, 4), (3, 7), (8, 4), (8, 7)]
    for picture, cell in zip(found.X[0], found.cell[0].tolist(), strict=True):
        who, hair = (ink[shown == name] for name in kinds[cell])
        means = (who[:, None] + hair) / 2
        assert (means - picture).abs().amax(dim=2).min() < 1e-6


def test_there_are_as_many_of_each_kind_as_was_said():
    found = faces("training", COUNTS, [0, 1])
    assert found.cell.tolist() == [[0, 0, 0, 0, 1, 1, 1, 2, 2, 3]] * 2
    assert found.X.shape == (2, 10, 64)


def test_each_seed_draws_its_own_pictures_and_always_the_same():
    found, again = (faces("test", COUNTS, [5, 6]) for _ in range(2))
    assert torch.equal(found.X, again.X)
    assert not torch.equal(found.X[0], found.X[1])
    assert torch.equal(faces("test", COUNTS, [6]).X[0], found.X[1])


def test_rejects_what_no_faces_are_made_of():
    refuses(
        lambda part: faces(part, COUNTS, [0]),
        "^part is .*: give training, validation or test$",
        good=["training"],
        bad=["", "Training", "all"],
    )
    refuses(
        lambda counts: faces("test", counts, [0]),
        "^counts (has [0-9]: give 4, one for each kind|is .*: give 1 or more)$",
        good=[(1, 1, 1, 1)],
        bad=[(), (1, 1, 1), (1, 1, 1, 1, 1), (0, 1, 1, 1), (1, 1, 1, 0)],
    )
    with pytest.raises(ValueError, match=r"^seeds is empty: give at least one seed$"):
        faces("test", COUNTS, [])
