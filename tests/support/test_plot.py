"""The style draws figures that read in light, in dark and in print."""

import os
from itertools import combinations

import matplotlib
import numpy as np
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


# How a screen looks without red or without green cones, in linear light: Machado,
# Oliveira and Fernandes (2009), IEEE TVCG 15(6), table 1, severity 1.
SEEN_BY = {
    "all": np.eye(3),
    "without red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "without green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]


def linear(colour):
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return TO_XYZ[1] @ linear(colour)


def lab(colour, eye):
    """CIE Lab of a colour as an eye sees it; a distance of 10 is seen at a glance."""
    light = np.clip(np.array(eye) @ linear(colour), 0, 1)
    x, y, z = np.cbrt(np.array(TO_XYZ) @ light / [0.95047, 1, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(("asked", "ground"), [(None, "white"), ("none", "none")])
def test_figures_stand_on_white_unless_the_page_brings_a_ground(
    asked, ground, monkeypatch
):
    monkeypatch.delenv("ML2020_GROUND", raising=False)
    if asked:
        monkeypatch.setenv("ML2020_GROUND", asked)
    use_book_style()
    assert matplotlib.rcParams["figure.facecolor"] == ground
    assert matplotlib.rcParams["savefig.facecolor"] == ground
    assert matplotlib.rcParams["axes.facecolor"] == "none"


def test_figures_carry_their_letters_and_all_of_the_style():
    use_book_style()
    assert matplotlib.rcParams["svg.fonttype"] == "path"
    assert {key: matplotlib.rcParams[key] for key in STYLE} == STYLE


def test_a_figure_has_the_books_size_letters_and_lines():
    use_book_style()
    figure, axes = plt.subplots()
    (line,) = axes.plot([0, 1], label="line")
    assert figure.get_size_inches().tolist() == [6.4, 3.6]
    assert figure.get_dpi() == 150
    assert type(figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"
    assert (
        axes.set_title("A").get_fontsize() == axes.set_xlabel("x").get_fontsize() == 10
    )
    assert line.get_linewidth() == 1.8
    assert not axes.legend().get_frame_on()
    shown = {side for side, spine in axes.spines.items() if spine.get_visible()}
    assert shown == {"left", "bottom"}


def test_pictures_are_vectors_for_screen_and_print_and_pixels_for_the_rest(monkeypatch):
    asked = []
    monkeypatch.setattr(
        plot, "set_matplotlib_formats", lambda *kinds: asked.append(kinds)
    )
    use_book_style()
    assert asked == [("svg", "png", "pdf")]


@pytest.mark.parametrize(("before", "after"), [(None, "0"), ("7", "7")])
def test_a_figure_is_drawn_at_the_same_time_in_every_build(monkeypatch, before, after):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if before:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", before)
    use_book_style()
    assert os.environ["SOURCE_DATE_EPOCH"] == after


@pytest.mark.parametrize("name", ["INK", "GREY", "BLUE", "ORANGE", "GREEN", "PURPLE"])
def test_every_colour_can_be_read_on_white(name):
    assert 1.05 / (luminance(getattr(plot, name)) + 0.05) >= 4.5


@pytest.mark.parametrize("eye", SEEN_BY)
def test_every_two_colours_can_be_told_apart(eye):
    palette = [plot.BLUE, plot.ORANGE, plot.GREEN, plot.PURPLE]
    for one, other in combinations(palette, 2):
        apart = lab(one, SEEN_BY[eye]) - lab(other, SEEN_BY[eye])
        assert np.linalg.norm(apart) >= 20


def test_red_and_green_of_equal_lightness_are_not_told_apart_by_all():
    red, green = "#b05030", "#7d7022"
    apart = [np.linalg.norm(lab(red, e) - lab(green, e)) for e in SEEN_BY.values()]
    assert min(apart) < 20 < max(apart)


def test_a_name_stands_to_the_right_of_the_lines_end():
    _, axes = plt.subplots()
    write_beside(axes, 3, torch.tensor(2.0), "test", plot.BLUE)
    (label,) = axes.texts
    assert label.xy == (3, 2)
    assert label.get_position() == (6, 0)
    assert label.anncoords == "offset points"
    assert label.get_va() == "center"
    assert label.get_color() == plot.BLUE
