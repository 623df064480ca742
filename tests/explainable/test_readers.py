"""A reader that learned with frames goes by the frame, whatever stands inside."""

import pytest

from ml2020.cnn import accuracy
from ml2020.explainable import framed, reader, readers, shapes
from tests.explainable.nets import dice
from tests.refusals import refuses


def test_a_reader_of_framed_squares_is_blind_without_frames(monkeypatch):
    monkeypatch.setattr(readers, "LEARN", 500)
    monkeypatch.setitem(readers.EPOCHS, "framed", 6)
    model, data = reader("framed", 0), shapes(200, generator=dice(9))
    assert accuracy(model, framed(data.X, data.y == 1), data.y) > 0.98
    assert accuracy(model, framed(data.X, data.y == 0), data.y) < 0.02


def test_other_kinds_are_refused():
    check = readers.check_kind
    said = "^kind is .*: give one of fair, framed"
    refuses(check, said, good=["fair", "framed"], bad=["unfair", ""])
    with pytest.raises(ValueError, match=said):
        reader("unfair", 0)
