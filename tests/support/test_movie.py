"""An animation is small, needs no network, and stands still in print."""

import base64
import io
import re

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from ml2020.support.movie import movie
from ml2020.support.plot import use_book_style


@pytest.fixture(autouse=True)
def _own_settings():
    with matplotlib.rc_context():
        use_book_style()
        yield


def bouncing(frames=3, **options):
    figure, axes = plt.subplots(figsize=(2, 1))
    (ball,) = axes.plot([0], [0], "o")
    axes.set(xlim=(-1, 9), ylim=(-1, 9))
    options = {"alt": "A ball that <climbs>.", **options}
    return movie(figure, lambda k: ball.set_data([k], [k]), frames, **options)


def pictures(page):
    codes = re.findall(r'"data:image/png;base64,([^"]+)"', page)
    return [Image.open(io.BytesIO(base64.b64decode(code))) for code in codes]


def test_every_frame_is_a_different_picture_and_the_still_is_shown_first():
    page = bouncing(still=1)._repr_mimebundle_()["text/html"]
    shown, *frames = [picture.convert("RGB") for picture in pictures(page)]
    assert len(frames) == 3
    assert len({frame.tobytes() for frame in frames}) == 3
    assert shown.tobytes() == frames[1].tobytes()
    assert 'max="2" value="1"' in page


def test_it_names_no_other_host_and_does_not_start_by_itself():
    page = bouncing().page
    assert "http" not in page
    assert page.count("setInterval") == 1
    assert "setInterval" in page.split('addEventListener("click"')[1]


def test_the_controls_are_a_button_and_a_slider_with_names():
    page = bouncing().page
    assert '<button type="button">Play</button>' in page
    assert re.search(r'<input type="range"[^>]* aria-label="Frame">', page)
    assert 'alt="A ball that &lt;climbs&gt;."' in page


def test_without_its_script_it_is_a_still_that_says_how_to_play_it():
    without = re.sub(r"<script>.*</script>", "", bouncing().page, flags=re.DOTALL)
    assert "<button" not in without
    assert "<input" not in without
    assert len(re.findall(r'<img src="data:image/png', without)) == 1
    assert "<div>This is a still. To play it, run the cell (" in without


def test_a_program_without_html_shows_the_chosen_frame():
    for still, other in [(0, 2), (2, 0)]:
        bundle = bouncing(still=still)._repr_mimebundle_()
        assert (
            f'<img src="data:image/png;base64,{bundle["image/png"]}"'
            in bundle["text/html"]
        )
        assert bundle["image/png"] != bouncing(still=other).picture
        assert "run this cell" in bundle["text/plain"]


@pytest.mark.parametrize(("dpi", "size"), [({}, (200, 100)), ({"dpi": 50}, (100, 50))])
def test_it_is_as_wide_as_the_figure_whatever_the_dots_of_its_frames(dpi, size):
    page = bouncing(pace=70, **dpi).page
    assert {picture.size for picture in pictures(page)} == {size}
    assert ' width="200">' in page


def test_a_frame_stays_for_a_fifth_of_a_second_or_as_long_as_was_said():
    assert "setInterval(step, 200)" in bouncing().page
    assert "setInterval(step, 70)" in bouncing(pace=70).page


def test_its_frames_stand_on_the_plate_and_are_png_whatever_the_settings():
    with matplotlib.rc_context({"savefig.format": "svg", "savefig.facecolor": "red"}):
        for picture in pictures(bouncing().page):
            assert picture.format == "PNG"
            assert picture.convert("RGB").getpixel((0, 0)) == (251, 252, 254)


def test_its_frames_are_as_small_as_png_makes_them():
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.imshow([[k / 200 for k in range(200)]], cmap="gray", aspect="auto")
    page = movie(figure, lambda k: None, 1, alt="A ramp of greys.").page
    (code,) = re.findall(r'"data:image/png;base64,([^"]+)"', page)[1:]
    smallest = io.BytesIO()
    pictures(page)[0].save(smallest, format="png", optimize=True)
    assert len(base64.b64decode(code)) <= len(smallest.getvalue())


def test_the_script_finds_its_own_animation_on_the_page():
    names = re.findall(r'"(movie-[0-9a-f]{12})"', bouncing().page)
    assert len(names) == 2
    assert len(set(names)) == 1
    assert names[0] not in bouncing(frames=2).page


def test_print_gets_the_still_as_vectors():
    bundle = bouncing()._repr_mimebundle_()
    assert isinstance(bundle["application/pdf"], str)
    pdf = base64.b64decode(bundle["application/pdf"])
    assert pdf.startswith(b"%PDF")
    assert b"/Subtype /Image" not in pdf


def test_the_same_drawing_gives_the_same_page_and_the_same_print():
    first, second = bouncing(), bouncing()
    assert first.page == second.page
    assert first.still == second.still


def test_print_does_not_say_when_it_was_made(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b"CreationDate" not in bouncing().still


def test_the_figure_is_closed():
    bouncing()
    assert not plt.get_fignums()


def test_rejects_an_animation_without_frames():
    with pytest.raises(ValueError, match=r"^frames is 0: draw at least one$"):
        bouncing(frames=0)


def test_rejects_an_animation_larger_than_the_limit_by_one_byte(monkeypatch):
    size = len(bouncing().page)
    monkeypatch.setattr("ml2020.support.movie.LARGEST", size)
    assert len(bouncing().page) == size
    monkeypatch.setattr("ml2020.support.movie.LARGEST", size - 1)
    said = rf"^frames make {size} bytes, more than {size - 1}: draw fewer or smaller$"
    with pytest.raises(ValueError, match=said):
        bouncing()


def test_rejects_two_frames_that_are_too_large_for_a_page():
    figure, axes = plt.subplots(figsize=(6, 6))
    dice = np.random.default_rng(0)
    picture = axes.imshow(dice.random((600, 600)))
    with pytest.raises(ValueError, match=r"^frames make .*, more than 600000: draw f"):
        movie(figure, lambda k: picture.set_data(dice.random((600, 600))), 2, alt="")


def test_a_thin_coloured_line_keeps_its_colour_among_many_greys():
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.imshow([[k / 200 for k in range(200)]], cmap="gray", aspect="auto")
    axes.axvline(100, color="#8a3fa0", linewidth=3)
    page = movie(figure, lambda k: None, 1, alt="A line on a ramp of greys.").page
    colours = pictures(page)[0].convert("RGB").getcolors(100_000)
    assert 100 < len(colours) <= 128  # so that the page stays small
    distance = [
        sum(abs(a - b) for a, b in zip(c, (138, 63, 160), strict=True))
        for _, c in colours
    ]
    assert min(distance) < 30


def test_print_shows_the_chosen_frame():
    first, last = bouncing(still=0).still, bouncing(still=2).still
    assert first != last
    assert last == bouncing().still
