"""Line: a value that grows at the same rate everywhere.

Chapter: book/toy.md
Source:  Gauss (1809), section 3
"""


def line(
    x: float,
    w: float = 2.0,
) -> float:
    """Return w x."""
    return rise(x, w)  # no bias: it starts at the origin


def rise(x: float, w: float) -> float:
    """Return how far a line rises over x."""
    return w * x
