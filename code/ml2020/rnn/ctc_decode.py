"""CTC decoding: the best path, quick and wrong at times, and a beam of prefixes.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), section 3.2,
         https://doi.org/10.1145/1143844.1143891; the beam keeps for each prefix the
         ways that end with a blank apart from the others, as Graves and Jaitly (2014),
         algorithm 1, https://proceedings.mlr.press/v32/graves14.html
"""

import math
from collections import defaultdict

from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.ctc_paths import NEVER, collapse
from ml2020.support.checks import check_at_least, check_label_scores

Scores = Float[Tensor, "T labels"]
Prefix = tuple[int, ...]


def best_path(scores: Scores, blank: int = 0) -> list[int]:
    """Return what the likeliest label of each frame spells.

    Raises:
        ValueError: If there is no frame, a score is NaN or infinite, or the blank is
            none of the labels.
    """
    check_label_scores(scores, blank)
    return collapse(scores.argmax(dim=-1).tolist(), blank)


def prefix_beam(
    scores: Scores, width: int, blank: int = 0
) -> list[tuple[Prefix, float]]:
    """Return the likeliest targets and the logarithms of their probabilities.

    If no prefix was dropped on the way, these are exact; else they are lower bounds.

    Args:
        scores: Of each label in each frame.
        width: How many prefixes are kept after each frame.
        blank: The label that says nothing.

    Raises:
        ValueError: As `best_path` does, or if the width is below 1.
    """
    check_label_scores(scores, blank)
    check_at_least("width", width, 1)
    log_y = scores.double().log_softmax(dim=-1)
    kept: dict[Prefix, tuple[float, float]] = {(): (0.0, NEVER)}
    for frame in log_y.tolist():
        grown: defaultdict[Prefix, tuple[float, float]] = defaultdict(
            lambda: (NEVER, NEVER)
        )
        for prefix, (blanked, open_) in kept.items():
            both = log_add(blanked, open_)
            add(grown, prefix, both + frame[blank], NEVER)
            for label, log_p in enumerate(frame):
                if label == blank:
                    continue
                same = bool(prefix) and prefix[-1] == label
                if same:  # the run goes on; behind a blank another one begins
                    add(grown, prefix, NEVER, open_ + log_p)
                start = blanked if same else both
                add(grown, (*prefix, label), NEVER, start + log_p)
        ranked = sorted(grown, key=lambda p: -log_add(*grown[p]))
        kept = {prefix: grown[prefix] for prefix in ranked[:width]}
    return [(prefix, log_add(*ends)) for prefix, ends in kept.items()]


def log_add(a: float, b: float) -> float:
    """Return the logarithm of the sum of two numbers, given theirs."""
    low, high = sorted((a, b))
    return high if low == NEVER else high + math.log1p(math.exp(low - high))


def add(
    grown: dict[Prefix, tuple[float, float]],
    prefix: Prefix,
    blanked: float,
    open_: float,
) -> None:
    """Add ways that end with a blank, and ways that do not, to those of a prefix."""
    if max(blanked, open_) == NEVER:
        return
    before = grown[prefix]
    grown[prefix] = log_add(before[0], blanked), log_add(before[1], open_)
