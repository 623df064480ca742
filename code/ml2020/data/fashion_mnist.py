"""Fashion-MNIST: grey pictures of clothes, 28 by 28, in ten classes.

Source:  Xiao, Rasul and Vollgraf (2017), https://arxiv.org/abs/1708.07747
         Cut by tools/make_data.py; see NOTICE-fashion_mnist.md.
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "fashion_mnist.npz"
SHA256 = "d2e3082e52dc42e8731b36c46651bc201c3960ae50470802125daac2de29c144"
CLASSES = (
    "T-shirt trouser pullover dress coat sandal shirt sneaker bag boot".split()
)  # the names of the labels 0 to 9


class FashionMNIST(NamedTuple):
    """10,000 pictures to learn from, 2,000 to test with, and what they show."""

    train_images: Float[Tensor, "10000 28 28"]  # brightness, 0 (black ground) to 1
    train_labels: Int[Tensor, " 10000"]  # 0 to 9, an index into CLASSES
    test_images: Float[Tensor, "2000 28 28"]
    test_labels: Int[Tensor, " 2000"]


@cache
def fashion_mnist() -> FashionMNIST:
    """Return the pictures in the order of the file. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        return FashionMNIST(
            torch.from_numpy(cut["train_images"]).float() / 255,
            torch.from_numpy(cut["train_labels"]).long(),
            torch.from_numpy(cut["test_images"]).float() / 255,
            torch.from_numpy(cut["test_labels"]).long(),
        )
