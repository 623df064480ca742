"""Dynamics: three worlds that move: a rotation, a pendulum, a rotation badly seen.

Chapter: book/conditional_generation_tips.md
Source:  worlds of our own
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least

WORLDS = "rotation", "pendulum", "rotation, badly seen"
ANGLE, NOISE = 0.3, 0.3  # radians a step; of what is seen, its deviation
STEPS = 25  # of a path


class Paths(NamedTuple):
    """Paths through a world, time first.

    Attributes:
        seen: What is seen (T + 1, n, 2).
        true: What is there (T + 1, n, 2).
    """

    seen: Float[Tensor, "steps n 2"]
    true: Float[Tensor, "steps n 2"]


def paths(
    world: str, n: int, T: int = STEPS, *, generator: torch.Generator | None = None
) -> Paths:
    """Return n paths of T steps.

    Args:
        world: A rotation by 0.3; a pendulum, up to 2.5 radians from rest, whose law is
            no matrix; or the rotation, seen with noise of deviation 0.3.
        n: 1 or more.
        T: 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is no such world, no path or no step.
    """
    check_paths(world, n, T)
    x = 2 * torch.rand(n, 2, generator=generator, dtype=torch.float64) - 1
    if world == "pendulum":
        x = x * torch.tensor([2.5, 0.0], dtype=torch.float64)
    walk = [x]
    for _ in range(T):
        x = swung(x) if world == "pendulum" else x @ rotation().T
        walk.append(x)
    true = torch.stack(walk)
    noise = torch.randn(true.shape, generator=generator, dtype=torch.float64)
    return Paths(true + NOISE * noise if world == WORLDS[2] else true, true)


def rotation() -> Float[Tensor, "2 2"]:
    """Return the matrix that turns by 0.3 radians."""
    a = torch.tensor(ANGLE, dtype=torch.float64)
    return torch.stack(
        [torch.stack([a.cos(), -a.sin()]), torch.stack([a.sin(), a.cos()])]
    )


def swung(x: Tensor) -> Tensor:
    """Return angle and speed of a pendulum after 0.3 units of time, in 10 steps."""
    angle, speed = x.unbind(dim=-1)
    for _ in range(10):
        speed = speed - 0.1 * ANGLE * angle.sin()
        angle = angle + 0.1 * ANGLE * speed
    return torch.stack([angle, speed], dim=-1)


def check_paths(world: str, n: int, T: int) -> None:
    """Refuse worlds that there are not, and paths of no step.

    Raises:
        ValueError: If there are none.
    """
    if world not in WORLDS:
        raise ValueError(f"world is {world}: choose one of {'; '.join(WORLDS)}")
    check_at_least("n", n, 1)
    check_at_least("T", T, 1)
