"""Ceilings: how many cities any reader can name rightly that sees only so much.

Two words that look alike to a reader get the same answer from it, whatever it has
learned. So the best that it can do is to name the more frequent slot.

Chapter: book/rnn_memory.md
Source:  the error of the best classifier, Bishop (2006), section 1.5.1, for a grammar
         that can be enumerated
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence

from ml2020.rnn.tickets import FORMS

View = Callable[[list[str], int], Hashable]


def ceiling(view: View, forms: Sequence[str] = FORMS) -> float:
    """Return the greatest share of cities that a reader can name rightly.

    Args:
        view: What the reader sees of a sentence, at a place in it; slots of cities
            stand there as "city", since every city is as likely in each.
        forms: Of the sentences, all equally likely.

    Raises:
        ValueError: If no form has a city.
    """
    seen: defaultdict[Hashable, Counter[str]] = defaultdict(Counter)
    for form in forms:
        slots = form.split()
        words = ["city" if s in ("{from}", "{to}") else s for s in slots]
        for place, slot in enumerate(slots):
            if words[place] == "city":
                seen[view(words, place)][slot] += 1
    check_seen(seen)
    best = sum(max(counts.values()) for counts in seen.values())
    return best / sum(counts.total() for counts in seen.values())


def one_word(words: list[str], place: int) -> Hashable:
    """Return what a reader without memory sees."""
    return words[place]


def up_to_here(words: list[str], place: int) -> Hashable:
    """Return what a reader sees that reads from the left."""
    return tuple(words[: place + 1])


def whole_sentence(words: list[str], place: int) -> Hashable:
    """Return what a reader sees that reads from both ends."""
    return tuple(words), place


def check_seen(seen: dict[Hashable, Counter[str]]) -> None:
    """Refuse forms without anything to name.

    Raises:
        ValueError: If no form has a city.
    """
    if not seen:
        raise ValueError("forms has no {from} and no {to}: put one in")
