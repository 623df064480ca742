"""Voices: content without its level and spread, and with those of somebody else.

Chapter: book/autoencoder_more.md
Source:  Chou, Yeh and Lee (2019), equations 1 to 3, https://arxiv.org/abs/1904.05742
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_features

Frames = Float[Tensor, "_ channels"]
Style = Float[Tensor, "2 channels"]
EPS = 1e-5  # torch's for instance normalisation


def style_of(x: Frames) -> Style:
    """Return the mean and the spread of each channel over time.

    Raises:
        ValueError: If there are fewer than two frames, or a number is not finite.
    """
    check_frames(x)
    spread = (x.var(dim=0, correction=0) + EPS).sqrt()
    return torch.stack([x.mean(dim=0), spread])


def content_of(x: Frames) -> Frames:
    """Return frames without their style: each channel with mean 0 and spread 1.

    A channel that stays the same becomes 0.

    Raises:
        ValueError: See `style_of`.
    """
    mean, spread = style_of(x)
    return (x - mean) / spread


def converted(x: Frames, style: Style) -> Frames:
    """Return what x says in the style of somebody else.

    Args:
        x: Frames.
        style: Mean and spread of each channel.

    Raises:
        ValueError: See `style_of`.
    """
    mean, spread = style
    return spread * content_of(x) + mean


def resampled(xs: Sequence[Frames], length: int) -> Float[Tensor, "n numbers"]:
    """Return utterances as rows, each stretched to so many frames.

    Args:
        xs: Utterances of one frame or more.
        length: Frames of each row, 1 or more.

    Raises:
        ValueError: If there is no utterance, or length is below 1.
    """
    check_utterances(xs)
    check_at_least("length", length, 1)
    rows = [
        F.interpolate(x.T[None], size=length, mode="linear", align_corners=True)
        for x in xs
    ]
    return torch.cat(rows).flatten(1)


def check_frames(x: Tensor) -> None:
    """Refuse frames that have no spread."""
    check_features("x", x)
    if len(x) < 2:
        raise ValueError("x has one frame: give two or more")


def check_utterances(xs: Sequence[object]) -> None:
    """Refuse no utterance at all."""
    if not xs:
        raise ValueError("xs is empty: give at least one utterance")
