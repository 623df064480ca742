"""A page and its animations stay small: someone opens them on a train."""

import re
from pathlib import Path

from ml2020.support.movie import LARGEST

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
