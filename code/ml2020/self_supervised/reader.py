"""Reader: the network that is to be learned, and the heads that ask it something.

Chapter: book/self_supervised.md
Source:  Chen, Kornblith, Norouzi and Hinton (2020), section 2.1, for the head
"""

from torch import nn

from ml2020.support.checks import check_at_least, check_choice

DOTS, INNER, FEATURES, OUT = 196, 256, 64, 32
HEADS = ("two layers", "linear", "none")


def reader() -> nn.Sequential:
    """Return two layers of rectifiers, from a canvas of 14 by 14 to 64 features."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(DOTS, INNER),
        nn.ReLU(),
        nn.Linear(INNER, FEATURES),
        nn.ReLU(),
    )


def projection(kind: str) -> nn.Sequential:
    """Return a head from the features to the 32 numbers that are compared.

    Args:
        kind: two layers, linear, or none, where the features themselves are compared.

    Raises:
        ValueError: If there is no such head.
    """
    check_choice("kind", kind, HEADS)
    if kind == "none":
        return nn.Sequential()
    if kind == "linear":
        return nn.Sequential(nn.Linear(FEATURES, OUT))
    return two_layers(FEATURES, OUT)


def two_layers(inner: int, out: int) -> nn.Sequential:
    """Return a rectified layer on the features, and one more.

    Raises:
        ValueError: If a size is below 1.
    """
    check_at_least("inner", inner, 1)
    check_at_least("out", out, 1)
    return nn.Sequential(nn.Linear(FEATURES, inner), nn.ReLU(), nn.Linear(inner, out))
