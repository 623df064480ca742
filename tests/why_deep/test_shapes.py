"""Shapes: as many parameters in one layer as in several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml2020.deep_learning import parameter_count
from ml2020.why_deep import fat_sizes
from ml2020.why_deep.shapes import check_tall
from tests.refusals import refuses

sizes = st.lists(st.integers(1, 60), min_size=3, max_size=6)


@pytest.mark.equation("eq-why_deep-match")
@given(tall=sizes)
def test_no_other_width_comes_nearer(tall):
    inputs, width, outputs = fat_sizes(tall)
    assert (inputs, outputs) == (tall[0], tall[-1])
    wanted = parameter_count(tall)

    def off(w):
        return abs(parameter_count((inputs, w, outputs)) - wanted)

    assert off(width) <= off(width + 1)
    assert width == 1 or off(width) <= off(width - 1)


def test_those_of_the_page():
    assert fat_sizes((2, 24, 24, 24, 1)) == (2, 324, 1)
    assert fat_sizes((8, 20, 20, 1)) == (8, 62, 1)
    assert fat_sizes((8, 6, 6, 6, 1)) == (8, 14, 1)


def test_one_hidden_layer_is_its_own_match():
    assert fat_sizes((5, 7, 3)) == (5, 7, 3)


def test_rejects_what_is_not_tall():
    good = [(1, 1, 1), (2, 3, 4, 5)]
    said = "^tall has [0-2]: give 3 or more, a hidden layer inside$"
    refuses(fat_sizes, said, good=good, bad=[(), (3,), (3, 2)])
    said = "^tall is .*: give whole numbers from 1$"
    bad = [(3, 0, 2), (0, 3, 2), (3, 3, -1), (2.5, 3, 1), (2, 2.5, 1)]
    refuses(check_tall, said, good=good, bad=bad)
    refuses(fat_sizes, said, good=good, bad=bad[:3])
