"""A lecture of several pages: its pages are numbered, and old addresses live on."""

import json
import re

import pytest

from tools.promises.of_landings import pages_of
from tools.promises.pages import ROOT, landings

each_landing = pytest.mark.parametrize(
    "landing", landings(ROOT), ids=lambda page: page.stem
)
TITLE = re.compile(r'<h1><span class="section-number">([\d.]+)\. </span>')


def number_of(site, name: str) -> str:
    """The number of a page in its title."""
    found = TITLE.search((site / "book" / f"{name}.html").read_text("utf-8"))
    return found[1] if found else ""


@each_landing
def test_the_pages_of_a_lecture_are_numbered_below_it(site, landing):
    own = number_of(site, landing.stem)
    numbers = [number_of(site, page.stem) for page in pages_of(landing, ROOT)]
    assert own.isdigit()
    assert numbers == [f"{own}.{n}" for n in range(1, len(numbers) + 1)]


def places(site, landing) -> dict[str, str]:
    """The places that a landing knows, each with the page on which it stands now."""
    text = (site / "book" / f"{landing.stem}.html").read_text("utf-8")
    (found,) = re.findall(r'id="moved">(.*?)</script>', text)
    return json.loads(found)


@each_landing
def test_a_landing_sends_each_place_to_a_page_that_has_it(site, landing):
    sent = places(site, landing)
    assert set(sent.values()) == {f"{p.stem}.html" for p in pages_of(landing, ROOT)}
    texts = {name: (site / "book" / name).read_text("utf-8") for name in sent.values()}
    lost = [place for place, name in sent.items() if f'id="{place}"' not in texts[name]]
    assert not lost, f"these are nowhere: {lost[:5]}"


def test_an_old_address_leads_to_the_page_of_its_heading(site, serve, browser):
    landing = landings(ROOT)[0]
    place, name = next(iter(places(site, landing).items()))
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{serve(site)}/book/{landing.stem}.html#{place}")
        tab.wait_for_url(f"**/book/{name}#{place}")
        tab.goto(f"{serve(site)}/book/{landing.stem}.html#no-such-place")
        tab.wait_for_load_state("load")
        assert tab.url.endswith(f"{landing.stem}.html#no-such-place")
