"""Shapes: the fat, short network that has as many parameters as a thin, tall one.

Chapter: book/why_deep.md
Source:  Seide, Li and Yu (2011), whose table compares such pairs; Lee (2020)
"""

from collections.abc import Sequence

from ml2020.deep_learning import parameter_count


def fat_sizes(tall: Sequence[int]) -> tuple[int, int, int]:
    """Return the sizes of the network with one hidden layer and as many parameters.

    With m neurons it has m * (inputs + 1) parameters below and (m + 1) * outputs above
    them; m is rounded to the nearest whole number, and is at least 1: where m is small,
    compare the counts before you compare the networks.

    Args:
        tall: How many numbers come in, how many neurons each layer has; 3 or more.

    Raises:
        ValueError: If there is no hidden layer, or a size is no whole number from 1.
    """
    check_tall(tall)
    inputs, outputs = tall[0], tall[-1]
    m = (parameter_count(tall) - outputs) / (inputs + 1 + outputs)
    return inputs, max(1, round(m)), outputs


def check_tall(tall: Sequence[float]) -> None:
    """Refuse what are not the sizes of a network with hidden layers.

    Raises:
        ValueError: If there are fewer than three, or one is no whole number from 1.
    """
    if len(tall) < 3:
        raise ValueError(f"tall has {len(tall)}: give 3 or more, a hidden layer inside")
    if not all(isinstance(size, int) and size > 0 for size in tall):
        raise ValueError(f"tall is {tuple(tall)}: give whole numbers from 1")
