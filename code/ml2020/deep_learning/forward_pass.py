"""The forward pass, of NumPy's arrays or torch's tensors: matrix, bend, matrix, bend.

Chapter: book/deep_learning.md
Source:  Lee (2020), matrix operation: a = sigma(W a + b), layer by layer
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch

from ml2020.deep_learning.layers import Array, Layer
from ml2020.support.checks import check_filled, check_finite

Bend = Callable[[Array], Array]


class Pass(NamedTuple):
    """All that a forward pass computed, a row an example.

    Attributes:
        z: What each layer summed up (n, out), one for each layer.
        a: What came in (n, in), and what each layer gave (n, out): one more than z.
    """

    z: list[Array]
    a: list[Array]


def relu(z: Array) -> Array:
    """Return z where it is positive, else 0: the rectifier.

    The zero may carry a sign, -0.0; minus infinity gives NaN.
    """
    return z * (z > 0)


def straight(z: Array) -> Array:
    """Return z as it is: for an output that may be any number."""
    return z


def layer_by_layer(x: Array, layers: Sequence[Layer], bends: Sequence[Bend]) -> Pass:
    """Return what each layer sums up and gives, for all examples at once.

    This is the whole of the network, and it refuses nothing: `forward`, which takes the
    same, does. Nothing is written in place; gradients of torch pass through, and so
    does `torch.func.vmap`, which runs many networks side by side.
    """
    z, a = [], [x]
    for (W, b), bend in zip(layers, bends, strict=True):
        z.append(a[-1] @ W.T + b)
        a.append(bend(z[-1]))
    return Pass(z, a)


def forward(x: Array, layers: Sequence[Layer], bends: Sequence[Bend]) -> Pass:
    """Return what `layer_by_layer` does, or name the place where it goes wrong.

    Args:
        x: One row an example, as array or tensor like the layers.
        layers: The weights and biases, layer by layer.
        bends: What bends the sums of each layer, number by number.

    Raises:
        ValueError: If there is no layer or example, shapes or kinds of numbers do not
            fit, a number that came in is NaN or infinite, or a layer makes such a one,
            as a sum or bent, or another shape: the first that does is named.
    """
    check_network(layers, bends)
    check_input(x, layers)
    z, a = [], [x]
    for k, (layer, bend) in enumerate(zip(layers, bends, strict=True)):
        (sums,), (_, bent) = layer_by_layer(a[-1], [layer], [bend])
        check_layer(f"layers[{k}]", sums, bent)
        z.append(sums)
        a.append(bent)
    return Pass(z, a)


def check_layer(name: str, sums: Array, bent: Array) -> None:
    """Raise a ValueError if a sum, or what it is bent to, is no number."""
    if not (abs(sums) < math.inf).all():  # NaN is not below anything
        raise ValueError(f"{name} sums up to NaN or infinity: scale x, lower weights")
    if bent.shape != sums.shape:
        shapes = f"from {tuple(sums.shape)} to {tuple(bent.shape)}"
        raise ValueError(f"{name} is bent {shapes}: bend each number by itself")
    if not (abs(bent) < math.inf).all():
        raise ValueError(f"{name} is bent to NaN or infinity: take another function")


def check_network(layers: Sequence[Layer], bends: Sequence[Bend]) -> None:
    """Raise a ValueError at layers that do not fit, or hold what is no real number."""
    if not layers:
        raise ValueError("layers is empty: give at least one")
    if len(bends) != len(layers):
        raise ValueError(f"bends has {len(bends)}: give {len(layers)}, one a layer")
    width = None
    for k, (W, b) in enumerate(layers):
        check_numbers(f"layers[{k}].W", W)
        check_numbers(f"layers[{k}].b", b)
        if W.ndim != 2 or b.shape != W.shape[:1]:
            raise ValueError(
                f"layers[{k}] has W {tuple(W.shape)} and b {tuple(b.shape)}: give W a"
                " row, and b a number, for each neuron"
            )
        if width not in (None, W.shape[1]):
            raise ValueError(
                f"layers[{k}].W has {W.shape[1]} columns, layers[{k - 1}] gives {width}"
                f" numbers: give it {width} columns"
            )
        width = W.shape[0]
        check_filled(f"layers[{k}].W", torch.as_tensor(W), "weight")
        for name, value in (("W", W), ("b", b)):
            check_finite(
                f"layers[{k}].{name}",
                torch.as_tensor(value),
                "train anew with a lower rate",
            )


def check_input(x: Array, layers: Sequence[Layer]) -> None:
    """Raise a ValueError at examples that the first layer cannot take."""
    check_numbers("x", x)
    columns = layers[0].W.shape[1]
    if x.ndim != 2 or x.shape[1] != columns:
        raise ValueError(
            f"x has shape {tuple(x.shape)}: give a row an example, with {columns}"
            " numbers each"
        )
    for k, layer in enumerate(layers):
        for name, value in layer._asdict().items():
            if value.dtype != x.dtype:
                raise ValueError(
                    f"x is {x.dtype}, layers[{k}].{name} {value.dtype}: convert one"
                )
    check_filled("x", torch.as_tensor(x))
    check_finite("x", torch.as_tensor(x))


def check_numbers(name: str, value: Array) -> None:
    """Raise a ValueError at what is no array or tensor of real numbers."""
    if not isinstance(value, np.ndarray | torch.Tensor):
        raise ValueError(f"{name} is a {type(value).__name__}: give array or tensor")
    if "complex" in str(value.dtype):
        raise ValueError(f"{name} is {value.dtype}: give real numbers")
