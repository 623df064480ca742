"""Animations: they move on the page when the reader asks, and stand still in print."""

import base64
import hashlib
import html
import io
import json
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

PLATE = "#fbfcfe"  # pictures are not inverted in dark mode: they bring their own ground
COLOURS = 128  # in a frame: a page must stay small; with 64 a thin line loses its own
LARGEST = 600_000  # bytes of HTML
# What stands where the button would be, until the script runs: a notebook program runs
# none that it does not trust, and a button that does nothing helps nobody.
HOW = "This is a still. To play it, run the cell (on a web page: allow scripts)."

PLAYER = """<div class="movie" id="{name}" role="group" aria-label="Animation">
<img src="{shown}" alt="{alt}" width="{width}">
<div>{how}</div>
<script>
(() => {{
  const box = document.getElementById("{name}"), frames = {frames};
  box.querySelector("div").innerHTML = '<button type="button">Play</button>' +
    '<input type="range" min="0" max="{last}" value="{still}" aria-label="Frame">';
  const image = box.querySelector("img"), button = box.querySelector("button");
  const slider = box.querySelector("input");
  let timer = null;
  const show = () => {{ image.src = frames[slider.value]; }};
  const pause = () => {{
    clearInterval(timer); timer = null; button.textContent = "Play";
  }};
  const step = () => {{
    if (slider.value === slider.max) return pause();
    slider.value = Number(slider.value) + 1; show();
  }};
  slider.addEventListener("input", () => {{ pause(); show(); }});
  button.addEventListener("click", () => {{
    if (timer) return pause();
    if (slider.value === slider.max) {{ slider.value = 0; show(); }}
    button.textContent = "Pause"; timer = setInterval(step, {pace});
  }});
}})();
</script></div>"""


class Movie:
    """Frames for the page, a picture for what runs no script, vectors for the PDF.

    A notebook program shows the first that it can and may.
    """

    def __init__(self, page: str, picture: str, still: bytes) -> None:
        self.page = page
        self.picture = picture
        self.still = still

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {
            "text/html": self.page,
            "image/png": self.picture,
            "application/pdf": base64.b64encode(self.still).decode(),
            "text/plain": "an animation: run this cell to see it move",
        }


def movie(
    figure: Figure,
    draw: Callable[[int], object],
    frames: int,
    *,
    alt: str,
    still: int = -1,
    pace: int = 200,
    dpi: int = 100,
) -> Movie:
    """Draw every frame and return the animation; the figure is closed.

    Args:
        figure: What to draw on.
        draw: Called with 0, 1, ...: changes the figure into that frame.
        frames: How many.
        alt: What a reader who cannot see it needs to follow the argument.
        still: The frame that is shown first and printed; -1 is the last.
        pace: Milliseconds a frame.
        dpi: Dots an inch of the frames.

    Raises:
        ValueError: If there is no frame, or the animation is larger than 600 kB.
    """
    if frames < 1:
        raise ValueError(f"frames is {frames}: draw at least one")
    still %= frames
    pictures = []
    for frame in range(frames):
        draw(frame)
        pictures.append(_picture(figure, dpi))
    draw(still)
    print_version = io.BytesIO()
    figure.savefig(print_version, format="pdf", metadata={"CreationDate": None})
    width = round(figure.get_figwidth() * 100)
    plt.close(figure)
    page = _player(pictures, alt, still, pace, width)
    if len(page) > LARGEST:
        raise ValueError(
            f"frames make {len(page)} bytes, more than {LARGEST}: draw fewer or smaller"
        )
    return Movie(page, pictures[still], print_version.getvalue())


def _picture(figure: Figure, dpi: int) -> str:
    raw, small = io.BytesIO(), io.BytesIO()
    figure.savefig(raw, format="png", dpi=dpi, facecolor=PLATE)
    picture = Image.open(raw).convert("RGB").quantize(COLOURS)
    picture.save(small, format="png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def _player(
    pictures: Sequence[str], alt: str, still: int, pace: int, width: int
) -> str:
    addresses = ["data:image/png;base64," + picture for picture in pictures]
    name = "movie-" + hashlib.sha256("".join(addresses).encode()).hexdigest()[:12]
    return PLAYER.format(
        name=name,
        shown=addresses[still],
        alt=html.escape(" ".join(alt.split())),
        width=width,
        last=len(pictures) - 1,
        still=still,
        frames=json.dumps(addresses),
        how=HOW,
        pace=pace,
    )
