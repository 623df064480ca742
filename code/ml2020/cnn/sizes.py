"""Sizes: how large a map comes out, and how much of the picture a number has seen.

Chapter: book/cnn_layers.md
Source:  Dumoulin and Visin (2016), https://arxiv.org/abs/1603.07285
"""

from collections.abc import Sequence

from ml2020.support.checks import check_at_least


def out_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Return how many places a window finds along one side of a picture.

    Args:
        size: Numbers along the side, 1 or more.
        kernel: Numbers that the window takes of it, 1 or more.
        stride: From one place to the next, 1 or more.
        padding: Zeros added at each end, 0 or more.
        dilation: From one number of the window to its next, 1 or more.

    Raises:
        ValueError: If a number is outside its range, or the window does not fit.
    """
    check_window(size, kernel, stride, padding, dilation)
    span = dilation * (kernel - 1) + 1
    return (size + 2 * padding - span) // stride + 1


def same_padding(kernel: int, dilation: int = 1) -> int:
    """Return the zeros at each end with which a map is as large as the picture.

    Raises:
        ValueError: If a number is below 1, or there is none: the window has no middle.
    """
    check_at_least("kernel", kernel, 1)
    check_at_least("dilation", dilation, 1)
    check_middle(kernel, dilation)
    return dilation * (kernel - 1) // 2


def reach(layers: Sequence[tuple[int, int]]) -> int:
    """Return how many dots, along a side, one number of the last layer has seen.

    It is called the receptive field.

    Args:
        layers: Kernel and stride of each, pooling included, from the first on.

    Raises:
        ValueError: If one of these is below 1.
    """
    check_layers(layers)
    seen, step = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * step
        step *= stride
    return seen


def check_window(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    """Refuse settings of a window, and a window that does not fit.

    Raises:
        ValueError: If a number is outside its range, or the window is larger than the
            padded picture.
    """
    for name, value in (
        ("size", size),
        ("kernel", kernel),
        ("stride", stride),
        ("dilation", dilation),
    ):
        check_at_least(name, value, 1)
    check_at_least("padding", padding, 0)
    span, room = dilation * (kernel - 1) + 1, size + 2 * padding
    if span > room:
        raise ValueError(
            f"kernel spans {span} numbers, the padded picture has {room}: take a"
            " smaller kernel or pad more"
        )


def check_middle(kernel: int, dilation: int) -> None:
    """Refuse a window that cannot have as many numbers on either side of its middle.

    Raises:
        ValueError: If it spans an even number.
    """
    if dilation % 2 and not kernel % 2:
        raise ValueError(
            f"kernel is {kernel}, dilation {dilation}: for a map of the same size give"
            " an odd kernel, or pad one side more yourself"
        )


def check_layers(layers: Sequence[tuple[int, int]]) -> None:
    """Refuse layers without a window.

    Raises:
        ValueError: If a kernel or a stride is below 1.
    """
    for k, (kernel, stride) in enumerate(layers):
        check_at_least(f"layers[{k}] has a kernel that", kernel, 1)
        check_at_least(f"layers[{k}] has a stride that", stride, 1)
