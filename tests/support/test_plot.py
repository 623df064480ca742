"""The style draws figures that read in light, in dark and in print."""

import matplotlib
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from ml2020.support import plot
from ml2020.support.plot import STYLE, use_book_style, write_beside


@pytest.fixture(autouse=True)
def _own_settings():
    with matplotlib.rc_context():
        yield
    plt.close("all")


def luminance(colour):
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in to_rgb(colour)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_figures_are_transparent_and_carry_their_letters():
    use_book_style()
    assert matplotlib.rcParams["figure.facecolor"] == "none"
    assert matplotlib.rcParams["svg.fonttype"] == "path"
    assert {key: matplotlib.rcParams[key] for key in STYLE} == STYLE


@pytest.mark.parametrize("name", ["INK", "GREY", "BLUE", "ORANGE", "GREEN", "PURPLE"])
def test_every_colour_can_be_read_on_white(name):
    assert 1.05 / (luminance(getattr(plot, name)) + 0.05) >= 4.5


def test_a_name_stands_to_the_right_of_the_lines_end():
    _, axes = plt.subplots()
    write_beside(axes, 3, torch.tensor(2.0), "test", plot.BLUE)
    (label,) = axes.texts
    assert label.xy == (3, 2)
    assert label.get_position() == (6, 0)
    assert label.get_color() == plot.BLUE
