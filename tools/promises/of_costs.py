"""What a chapter may cost: the seconds of CPU that it states, and those of the book."""

import re
from collections.abc import Mapping
from typing import Any

from tools.promises.pages import Page
from tools.promises.promise import Faults, Promises

PROMISES = Promises()
LARGEST = 90  # seconds of CPU that a page may state; 30 where it states none
BOOK = 30 * 60  # of all pages together, when all are run
NAMED = 5  # of the dearest pages


@PROMISES.of_a_page
def a_page_states_a_budget_that_it_may_have(page: Page) -> Faults:
    """At most 90 seconds; what needs more is trained beforehand."""
    for line, text in enumerate(page.lines[: page.front], 1):
        found = re.match(r"cpu_budget: *([\d.]+)", text)
        if found and float(found[1]) > LARGEST:
            yield (
                f"{page.at(line)}: {found[1]} seconds of CPU, {LARGEST} at most: train "
                "it beforehand (see CONTRIBUTING)"
            )


def too_dear(runs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what to say if the recorded runs cost more than the book may."""
    costs = {page: run["cpu_seconds"] for page, run in runs.items()}
    if sum(costs.values()) <= BOOK:
        return []
    dearest = sorted(costs, key=lambda page: -costs[page])[:NAMED]
    named = ", ".join(f"{page} {costs[page]:.0f}" for page in dearest)
    said = f"the pages take {sum(costs.values()):.0f} seconds of CPU, {BOOK} at most"
    return [f"{said}: the dearest are {named}"]
