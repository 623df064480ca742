"""Photographs: eight of them, grey, 160 by 160 dots.

Source:  the pictures that scikit-image 0.26.0 ships, those whose notes say CC0 or
         public domain. Cut by tools/make_data.py; see NOTICE-photographs.md.
"""

import io
from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified

NAME = "photographs.npz"
SHA256 = "9a96298906d559efbdc79f8a0b3740abafe946f0dafb27a7e365d1c46e7d3fa1"
SUBJECTS = "cat coffee rocket galaxies retina brick grass gravel".split()  # their order


@cache
def photographs() -> Float[Tensor, "8 160 160"]:
    """Return the brightness of each dot, 0 (black) to 1. Treat it as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        return torch.from_numpy(cut["photographs"]).float() / 255
