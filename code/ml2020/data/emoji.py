"""Emoji: 1,170 small coloured pictures on white, each with its name and its group.

Source:  the font Noto Color Emoji 2.042, drawn; names and groups from Unicode's
         emoji-test.txt 15.0. Cut by tools/make_data.py; see NOTICE-emoji.md.
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "emoji.npz"
SHA256 = "a069b62a9e23a961ed968bb080e15fbdfa20a6ba078518e6e13dc2a791bad145"


class Emoji(NamedTuple):
    """Pictures of 32 by 32 dots, in an order that is already drawn by chance.

    Attributes:
        pictures: Red, green and blue of each dot, 0 to 1 (1170, 3, 32, 32).
        groups: The place of its group in `group_names` (1170,).
        group_names: As Unicode has them; of Component there is none.
        names: Of each, such as "grinning face".
    """

    pictures: Float[Tensor, "n 3 32 32"]
    groups: Int[Tensor, " n"]
    group_names: tuple[str, ...]
    names: tuple[str, ...]


@cache
def emoji() -> Emoji:
    """Return all pictures. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        return Emoji(
            torch.from_numpy(cut["pictures"]).permute(0, 3, 1, 2).float() / 255,
            torch.from_numpy(cut["groups"]).long(),
            tuple(cut["group_names"].tobytes().decode().split("\n")),
            tuple(cut["names"].tobytes().decode().split("\n")),
        )
