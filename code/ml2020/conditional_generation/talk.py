"""Talk: somebody says a name, and is greeted by it; most names are in no vocabulary.

Chapter: book/conditional_generation_pointing.md
Source:  the chat of Lee (2020), conditional generation; sentences and rules of our own
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from ml2020.data.surnames import surnames
from ml2020.support.checks import check_at_least, check_choice

TALKS = (  # A and B are names
    ("i am A", "hello A , nice to meet you"),
    ("my name is A", "hello A , nice to meet you"),
    ("this is A and i am B", "hello B , and hello A"),
    ("i am A and this is B", "hello A , and hello B"),
    ("A sent me , i am B", "hello B , how is A ?"),
    ("i am B , A sent me", "hello B , how is A ?"),
)
OPENINGS = ("", "hi", "good morning", "excuse me ,")
PARTS = {"known": slice(40), "rare": slice(40, 1400), "new": slice(1400, None)}
KNOWN = surnames().names[PARTS["known"]]  # that have a place in the vocabulary
_said = " ".join((*OPENINGS, *(text for talk in TALKS for text in talk))).split()
WORDS = (*sorted({word for word in _said if word not in "AB"}), *KNOWN)
UNKNOWN, STOP = len(WORDS), len(WORDS) + 1
OTHERS = STOP + 1  # the number of the first word of a talk that is in no vocabulary


class Talk(NamedTuple):
    """What was said, and what has to be answered, n times.

    Words outside the vocabulary have numbers from OTHERS on, in each talk anew.

    Attributes:
        X: What was said (n, T), 0 behind the end.
        there: Whether a word stands there (n, T).
        Y: The answer (n, S), then STOP, then -100.
        texts: What the words are, each text for reading.
    """

    X: Int[Tensor, "n T"]
    there: Bool[Tensor, "n T"]
    Y: Int[Tensor, "n S"]
    texts: tuple[tuple[str, str], ...]


def talk(n: int, names: str, *, generator: torch.Generator | None = None) -> Talk:
    """Return n talks.

    Args:
        n: 1 or more.
        names: Of which part: "known" ones stand in the vocabulary, "rare" ones do not,
            "new" ones nobody learns from; "both" are known or rare, as often.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is none, or no such part.
    """
    check_talk(n, names)
    rolls = torch.randint(1 << 30, (n, 6), generator=generator).tolist()
    texts = tuple(_one(roll, names) for roll in rolls)
    numbers = [_numbers(*pair) for pair in texts]
    T = max(len(x) for x, _ in numbers)
    S = max(len(y) for _, y in numbers)
    X = torch.zeros(n, T, dtype=torch.int64)
    Y = torch.full((n, S), -100, dtype=torch.int64)
    for k, (x, y) in enumerate(numbers):
        X[k, : len(x)] = torch.tensor(x, dtype=torch.int64)
        Y[k, : len(y)] = torch.tensor(y, dtype=torch.int64)
    lengths = torch.tensor([len(x) for x, _ in numbers], dtype=torch.int64)
    return Talk(X, torch.arange(T) < lengths[:, None], Y, texts)


def _one(roll: list[int], names: str) -> tuple[str, str]:
    pools = [names] * 2
    if names == "both":
        pools = [("known", "rare")[r % 2] for r in roll[4:]]
    drawn = [
        surnames().names[PARTS[pool]][r % len(surnames().names[PARTS[pool]])]
        for pool, r in zip(pools, roll[:2], strict=True)
    ]
    said, answer = TALKS[roll[2] % len(TALKS)]
    opening = OPENINGS[roll[3] % len(OPENINGS)]
    who = dict(zip("AB", drawn, strict=True))
    a, b = (
        " ".join(who.get(word, word) for word in text.split())
        for text in (f"{opening} {said}", answer)
    )
    return a, b


def _numbers(said: str, answer: str) -> tuple[list[int], list[int]]:
    numbers = {word: k for k, word in enumerate(WORDS)}
    for word in said.split():
        numbers.setdefault(word, len(numbers) + 2)
    x, y = ([numbers[word] for word in text.split()] for text in (said, answer))
    return x, [*y, STOP]


def check_talk(n: int, names: str) -> None:
    """Refuse talks that there are not.

    Raises:
        ValueError: If there is none, or no such part.
    """
    check_at_least("n", n, 1)
    check_choice("names", names, (*PARTS, "both"))
