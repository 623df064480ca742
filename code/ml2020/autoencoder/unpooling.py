"""Unpooling: put each maximum back where it came from, and zeros elsewhere.

Chapter: book/autoencoder_codes.md
Source:  Zeiler and Fergus (2014), section 2.1, https://arxiv.org/abs/1311.2901
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

Maps = Float[Tensor, "n channels height width"]
Places = Int[Tensor, "n channels h w"]


def windows(x: Maps) -> Float[Tensor, "n channels h w 4"]:
    """Return the four dots of each window of 2 by 2, row by row.

    Raises:
        ValueError: If height or width is odd.
    """
    check_even_sides(x)
    n, channels, height, width = x.shape
    cut = x.reshape(n, channels, height // 2, 2, width // 2, 2)
    return cut.transpose(3, 4).reshape(n, channels, height // 2, width // 2, 4)


def pooled(x: Maps) -> tuple[Float[Tensor, "n channels h w"], Places]:
    """Return the largest dot of each window, and which of the four it was, 0 to 3.

    Raises:
        ValueError: If height or width is odd.
    """
    largest, places = windows(x).max(dim=-1)
    return largest, places


def unpooled(
    y: Float[Tensor, "n channels h w"], places: Places
) -> Float[Tensor, "n channels 2*h 2*w"]:
    """Return maps twice as high and wide: each dot at its place, zeros elsewhere.

    Args:
        y: The dots, one for each window.
        places: Which of the four of its window each is, 0 to 3.

    Raises:
        ValueError: If a place is not from 0 to 3.
    """
    check_places(places)
    n, channels, h, w = y.shape
    four = torch.zeros(*y.shape, 4, dtype=y.dtype, device=y.device)
    four = four.scatter(-1, places[..., None], y[..., None])
    rows = four.reshape(n, channels, h, w, 2, 2).transpose(3, 4)
    return rows.reshape(n, channels, 2 * h, 2 * w)


def check_even_sides(x: Tensor) -> None:
    """Refuse maps that windows of 2 by 2 do not fill."""
    if x.shape[-2] % 2 or x.shape[-1] % 2:
        sides = f"{x.shape[-2]} by {x.shape[-1]}"
        raise ValueError(f"x is {sides}: give even sides, or pad it")


def check_places(places: Tensor) -> None:
    """Refuse places that are none of a window."""
    if places.numel() and not 0 <= places.min() <= places.max() <= 3:
        raise ValueError("places is not from 0 to 3: give those of the pooling")
