"""Poems: a reader with the mask learns quatrains, and writes one, sign by sign.

Chapter: book/transformer_model.md
Source:  the decoder alone of Liu et al. (2018), section 4.2.3,
         https://arxiv.org/abs/1801.10198; the poems: see ml2020/data/quatrains.py
"""

from collections.abc import Callable, Sequence
from functools import cache

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from ml2020.data.quatrains import quatrains
from ml2020.rnn.seq2seq_pairs import PAST_THE_END
from ml2020.support.checks import check_at_least, check_filled
from ml2020.transformer.decoding import sampled
from ml2020.transformer.reader import Reader

POEM_PARTS = {
    "learn": slice(3000),
    "choose": slice(3000, 3250),
    "judge": slice(3250, None),
}
MARKS = ("□", "/", "")  # a rare character, a line begins, the poem ends


@cache
def alphabet() -> tuple[str, ...]:
    """Return the symbols: characters learned from twice or more, then MARKS."""
    found = quatrains()
    often = found.text[POEM_PARTS["learn"]].flatten()
    often = often.bincount(minlength=len(found.characters))
    pairs = zip(found.characters, often.tolist(), strict=True)
    return (*(character for character, count in pairs if count > 1), *MARKS)


def poems(part: str) -> Int[Tensor, "n 25"]:
    """Return poems as numbers of symbols: each line after its mark, then the end.

    Raises:
        ValueError: If there is no such part.
    """
    check_poems(part)
    number = {sign: k for k, sign in enumerate(alphabet())}
    rare, line, end = (number[mark] for mark in MARKS)
    rows = [
        [number.get(sign, rare) for sign in poem]
        for poem in quatrains().poems[POEM_PARTS[part]]
    ]
    lines = torch.tensor(rows, dtype=torch.int64).view(-1, 4, 5)
    marked = F.pad(lines, (1, 0), value=line).flatten(1)
    return F.pad(marked, (0, 1), value=end)


def as_text(symbols: Sequence[int]) -> str:
    """Return symbols as text, with a stroke between two lines.

    Raises:
        ValueError: If one is unknown.
    """
    check_signs(symbols)
    return "".join(alphabet()[k] for k in symbols).strip("/")


def nats(reader: Callable[[Tensor], Tensor], X: Int[Tensor, "n T"]) -> Tensor:
    """Return the mean loss of what comes next, rare characters left out.

    Raises:
        ValueError: If nothing else comes next.
    """
    check_counted(X)
    rare = len(alphabet()) - len(MARKS)
    Y = X[:, 1:].masked_fill(X[:, 1:] == rare, PAST_THE_END)
    return F.cross_entropy(reader(X[:, :-1]).flatten(0, 1), Y.flatten())


def foretold(
    X: Int[Tensor, "n T"], size: int, *, generator: torch.Generator | None = None
) -> Callable[[Callable[[Tensor], Tensor]], Tensor]:
    """Return the loss of a reader on so many of the poems, drawn at each call.

    Raises:
        ValueError: If size is below 1, or there is no poem.
    """
    check_filled("X", X, "poem")
    check_at_least("size", size, 1)

    def cost(reader: Callable[[Tensor], Tensor]) -> Tensor:
        rows = torch.randint(len(X), (size,), generator=generator)
        return nats(reader, X[rows])

    return cost


@torch.no_grad()
def written(
    reader: Reader,
    n: int,
    most: int = 40,
    temperature: float = 1.0,
    nucleus: float = 1.0,
    *,
    generator: torch.Generator | None = None,
) -> list[str]:
    """Return n poems, each to its end; one that does not end is cut.

    Args:
        reader: Has learned poems.
        n: How many, 1 or more.
        most: How many symbols at most, the marks counted.
        temperature: See `sampled`.
        nucleus: Likewise.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If n or most is below 1.
    """
    check_at_least("n", n, 1)
    check_at_least("most", most, 1)
    *_, line, end = range(len(alphabet()))
    X = torch.full((n, 1), line, dtype=torch.int64)
    for _ in range(most):
        y = sampled(reader(X)[:, -1], temperature, nucleus, generator=generator)
        X = torch.cat([X, y[:, None]], dim=1)
        if (X == end).any(dim=1).all():
            break
    rows = [[*row, end] for row in X.tolist()]
    return [as_text(row[: row.index(end)]) for row in rows]


def check_signs(symbols: Sequence[int]) -> None:
    """Refuse what is no number of a symbol."""
    last = len(alphabet()) - 1
    if not all(0 <= k <= last for k in symbols):
        raise ValueError(f"symbols are outside 0 to {last}: drop those")


def check_counted(X: Tensor) -> None:
    """Refuse poems in which nothing counts."""
    if (X[:, 1:] == len(alphabet()) - len(MARKS)).all():
        raise ValueError("X has rare characters alone: give poems with others")


def check_poems(part: str) -> None:
    """Refuse parts that there are not."""
    if part not in POEM_PARTS:
        raise ValueError(f"part is {part}: choose one of {', '.join(POEM_PARTS)}")
