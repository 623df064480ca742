"""The line is what the page says; copied to tests/toy/test_line.py of the sample."""

import pytest
from ml2020.toy.line import line


@pytest.mark.equation("eq-toy-line")
def test_a_line_is_its_slope_times_x():
    assert line(3.0) == sum([2.0] * 3)
