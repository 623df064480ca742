"""In a picture of shapes everything but the label's drawing is drawn by other coins."""

import pytest
import torch

from ml2020.explainable import cell_mask, cell_numbers, frame_of, framed, shapes, swept
from ml2020.explainable.shapes import GROUND, drawings
from tests.explainable.nets import dice
from tests.refusals import refuses


def test_each_drawing_stands_in_its_own_cell_and_nothing_else_has_ink():
    data = shapes(60, generator=dice(0))
    plain = 2 * GROUND
    inked = data.X > plain
    both = cell_mask(data.cause) | cell_mask(data.place)
    assert not (inked & ~both).any()
    assert (data.cause != data.place).all()
    masks = drawings()
    for k in range(60):
        for cell, kind in (
            (data.cause[k], data.y[k]),
            (data.place[k], 2 + data.other[k]),
        ):
            found = inked[k] & cell_mask(cell[None])[0]
            assert found.sum() == masks[kind].sum()
            dots = found[0].nonzero()
            top, left = dots.amin(dim=0)
            part = found[0, top : top + 7, left : left + 7]
            assert torch.equal(part, masks[kind])


def test_the_four_drawings_by_hand():
    ring, square, plus, cross = (mask.int() for mask in drawings())
    assert ring.sum() == 16
    assert ring[3].tolist() == [1, 0, 0, 0, 0, 0, 1]
    assert square[0].tolist() == [1] * 7
    assert square[3].tolist() == [1, 0, 0, 0, 0, 0, 1]
    assert plus[3].tolist() == [1] * 7
    assert plus[0].tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert torch.equal(cross, torch.eye(7, dtype=torch.int32) | cross.flip(1))
    assert cross.sum() == 13


def test_the_label_says_nothing_about_the_rest():
    data = shapes(4000, generator=dice(1))
    for value in (data.other.float(), data.cause.float(), data.place.float()):
        pair = torch.stack([data.y.float(), value])
        assert torch.corrcoef(pair)[0, 1].abs() < 0.05
    assert set(data.cause.tolist()) == set(range(9))


def test_the_same_seed_draws_the_same():
    one, other = (shapes(5, generator=dice(3)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_frame_is_one_dot_wide_and_only_where_it_is_asked_for():
    X = shapes(4, generator=dice(0)).X
    before = X.clone()
    rows = torch.tensor([True, False, True, False])
    found = framed(X, rows)
    assert torch.equal(X, before)
    assert torch.equal(found[~rows], X[~rows])
    assert (found[rows][..., frame_of(X)] == 1).all()
    assert torch.equal(found[..., 1:-1, 1:-1], X[..., 1:-1, 1:-1])
    assert frame_of(X).sum() == 104


def test_a_swept_cell_is_plain_paper():
    data = shapes(9, generator=dice(0))
    cells = torch.arange(9)
    found, mask = swept(data.X, cells), cell_mask(cells)
    assert (found[mask] == GROUND).all()
    assert torch.equal(found[~mask], data.X[~mask])
    numbers = cell_numbers()
    assert numbers[0, 0] == 0
    assert numbers[8, 9] == 1
    assert numbers[9, 8] == 3
    assert numbers.flatten().bincount().tolist() == [81] * 9


def test_bad_counts_and_cells_are_refused():
    refuses(shapes, "^n is .*: give 1 or more", good=[1], bad=[0, -1])
    good = [torch.tensor([0, 8])]
    bad = [torch.tensor([0, 9]), torch.tensor([-1])]
    refuses(cell_mask, "^cells has .*: give 0 to 8", good=good, bad=bad)
    with pytest.raises(ValueError, match=r"^cells has"):
        swept(shapes(1).X, torch.tensor([9]))
