"""A page and its animations stay small: someone opens them on a train."""

import json
import re
from pathlib import Path

import pytest

from ml2020.support.movie import LARGEST
from tools.bench.__main__ import RESULTS
from tools.bench.first_visit import row, weigh
from tools.promises.pages import ROOT

PAGE_LIMIT = 3_000_000  # bytes of a page with its pictures
MOVIE = re.compile(r'<div class="movie".*?</script></div>', re.DOTALL)


def weight(page: Path) -> int:
    """The bytes of a page and of the pictures that it shows."""
    text = page.read_text("utf-8")
    sources = set(re.findall(r'<img[^>]*\bsrc="(?!data:)([^"]+)"', text))
    pictures = ((page.parent / source).resolve() for source in sources)
    return page.stat().st_size + sum(p.stat().st_size for p in pictures if p.exists())


def movies(page: Path) -> list[int]:
    """The bytes of each animation of a page."""
    return [len(found) for found in MOVIE.findall(page.read_text("utf-8"))]


def test_a_page_with_its_pictures_is_small(built, site):
    assert weight(site / f"{built}.html") <= PAGE_LIMIT


def test_an_animation_is_small(built, site):
    assert all(size <= LARGEST for size in movies(site / f"{built}.html"))


def test_a_heavy_picture_and_a_heavy_animation_are_noticed(tmp_path):
    (tmp_path / "big.png").write_bytes(bytes(PAGE_LIMIT))
    page = tmp_path / "page.html"
    film = f'<div class="movie" id="m">{"x" * LARGEST}</script></div>'
    page.write_text(f'<img alt="" src="big.png">{film}', "utf-8")
    assert weight(page) > PAGE_LIMIT
    assert movies(page)[0] > LARGEST


def test_the_status_page_says_what_a_first_visit_weighs(browser, site):
    rows = json.loads((ROOT / RESULTS).read_text("utf-8"))["first_visit"]["rows"]
    status = (site / "book" / "status.html").read_text("utf-8")
    for said, aim in zip(rows, (2, 1), strict=True):
        assert said["megabytes"] in status
        assert float(said["megabytes"]) <= aim
        loaded = weigh(browser, site, f"book/{said['the heaviest']}.html")
        megabytes = float(row("", "", loaded)["megabytes"])
        assert megabytes == pytest.approx(float(said["megabytes"]), rel=0.05)


def test_a_first_visit_is_weighed_without_what_is_the_page_s_own(browser, tmp_path):
    (tmp_path / "_images").mkdir()
    for name, size in [("_images/a.svg", 9), ("a.js", 20), ("b.css", 300)]:
        (tmp_path / name).write_bytes(b" " * size)
    (tmp_path / "page.html").write_text(
        '<link rel="stylesheet" href="b.css"><script src="a.js"></script>'
        '<script src="a.js"></script><img src="_images/a.svg" alt="">',
        "utf-8",
    )
    assert weigh(browser, tmp_path, "page.html") == {"a.js": 20, "b.css": 300}
