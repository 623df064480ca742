"""Edit distance: how many insertions, deletions and replacements part two texts.

Chapter: book/rnn_ctc.md
Source:  Wagner and Fischer (1974), algorithm X, https://doi.org/10.1145/321796.321811
"""

from collections.abc import Hashable, Sequence


def edit_distance(said: Sequence[Hashable], meant: Sequence[Hashable]) -> int:
    """Return the least number of changes that make one text of the other.

    Args:
        said: A text; it may be empty.
        meant: Another.
    """
    row = list(range(len(meant) + 1))  # nothing said: insert all
    for i, mine in enumerate(said, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(meant, start=1):
            replaced = diagonal + (mine != other)
            diagonal = row[j]
            row[j] = min(replaced, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def error_rate(
    said: Sequence[Sequence[Hashable]], meant: Sequence[Sequence[Hashable]]
) -> float:
    """Return the changes that all texts need, for each label that was meant.

    It may be above 1: who says too much has more to take away than was meant.

    Args:
        said: At least one text.
        meant: As many, not all empty.

    Raises:
        ValueError: If there are more or fewer, or nothing was meant.
    """
    check_texts(said, meant)
    changes = sum(edit_distance(*pair) for pair in zip(said, meant, strict=True))
    return changes / sum(map(len, meant))


def check_texts(
    said: Sequence[Sequence[Hashable]], meant: Sequence[Sequence[Hashable]]
) -> None:
    """Refuse texts that cannot be compared.

    Raises:
        ValueError: If there are more or fewer, or nothing was meant.
    """
    if len(said) != len(meant):
        raise ValueError(f"said has {len(said)} texts: give {len(meant)}, as meant has")
    if not any(len(text) for text in meant):
        raise ValueError("meant is empty: give at least one label")
