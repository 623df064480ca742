"""Theta: all weights and biases of a network as one long vector, and back.

With a row for each network, theta holds many of them, and `side_by_side` runs them.

Chapter: book/deep_learning.md
Source:  Lee (2020), steps 2 and 3: the loss is a function of theta
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor
from torch.func import vmap

from ml2020.deep_learning.forward_pass import layer_by_layer, relu, straight
from ml2020.deep_learning.layers import Layer, parameter_count
from ml2020.support.checks import check_filled, check_shape

Draw = Callable[..., list[Layer]]


def pack(layers: Sequence[Layer]) -> Float[Tensor, " parameters"]:
    """Return the numbers of all layers: of each first W, row by row, then b.

    Raises:
        ValueError: If there is no layer.
    """
    check_any(layers)
    return torch.cat([part.flatten() for layer in layers for part in layer])


def unpack(theta: Float[Tensor, " parameters"], sizes: Sequence[int]) -> list[Layer]:
    """Return the layers whose numbers `pack` has put into theta, as views.

    Args:
        theta: As many numbers as such a network has.
        sizes: How many numbers come in, how many neurons each layer has; 2 or more.

    Raises:
        ValueError: If the sizes are those of no network, or of another one.
    """
    check_fit(theta, sizes)
    pairs = list(pairwise(sizes))
    parts = torch.split(theta, [n for i, o in pairs for n in (i * o, o)])
    shaped = zip(parts[::2], parts[1::2], pairs, strict=True)
    return [Layer(W.view(o, i), b) for W, b, (i, o) in shaped]


def draws(
    draw: Draw, sizes: Sequence[int], seeds: Sequence[int]
) -> Float[Tensor, "networks parameters"]:
    """Return the random numbers of many networks, a row for each seed.

    Args:
        draw: What makes layers of sizes and a generator, such as `he_layers`.
        sizes: Of the input, the hidden layers and the output.
        seeds: One for each network, at least one.

    Raises:
        ValueError: If there is no seed, or the sizes are those of no network.
    """
    check_seeds(seeds)
    dice = (torch.Generator().manual_seed(seed) for seed in seeds)
    return torch.stack([pack(draw(sizes, generator=generator)) for generator in dice])


def side_by_side(
    theta: Float[Tensor, "networks parameters"],
    sizes: Sequence[int],
    x: Float[Tensor, "networks n features"],
) -> Float[Tensor, "networks n outputs"]:
    """Return what each of many networks of rectifiers says of its own examples.

    The last layer is straight.

    Raises:
        ValueError: If there is no network, or theta or x does not fit the sizes.
    """
    check_side_by_side(theta, sizes, x)
    bends = [relu] * (len(sizes) - 2) + [straight]

    def one(theta: Tensor, x: Tensor) -> Tensor:
        last: Tensor = layer_by_layer(x, unpack(theta, sizes), bends).a[-1]
        return last

    return vmap(one)(theta, x)


def check_any(layers: Sequence[Layer]) -> None:
    """Refuse a network without layers.

    Raises:
        ValueError: If it is one.
    """
    if not layers:
        raise ValueError("layers is empty: give at least one")


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse networks without number.

    Raises:
        ValueError: If there is no seed.
    """
    if not seeds:
        raise ValueError("seeds is empty: give one for each network")


def check_side_by_side(theta: Tensor, sizes: Sequence[int], x: Tensor) -> None:
    """Refuse networks without number, or examples that they cannot take.

    Raises:
        ValueError: If there is no network, or theta or x does not fit the sizes.
    """
    check_filled("theta", theta, "network")
    check_fit(theta[0], sizes)
    check_shape("x", x, (len(theta), x.shape[1], sizes[0]))


def check_fit(theta: Tensor, sizes: Sequence[int]) -> None:
    """Refuse a vector that is another network's.

    Raises:
        ValueError: If the sizes are those of no network, or theta has not as many
            numbers as theirs.
    """
    count = parameter_count(sizes)
    if len(theta) != count:
        raise ValueError(f"theta has {len(theta)} numbers: give {count}")
