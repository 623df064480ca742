"""SimCLR: two views of each picture, a head, NT-Xent; and what can be taken away.

Chapter: book/self_supervised.md
Source:  Chen, Kornblith, Norouzi and Hinton (2020), algorithm 1,
         https://arxiv.org/abs/2002.05709
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.self_supervised.nt_xent import TAU, attraction, nt_xent
from ml2020.self_supervised.reader import HEADS
from ml2020.self_supervised.views import CHANGES, KINDS, viewed
from ml2020.support.checks import check_choice, check_positive

PAIRS = 128  # pictures an update, each seen in two views


@dataclass(frozen=True)
class Ingredients:
    """What SimCLR is made of; each can be changed alone.

    Attributes:
        kinds: The changes of a view.
        head: What stands between the features and the loss.
        tau: The temperature.
        pairs: Pictures an update, 2 or more.
        group: Among how many pictures a view looks for its partner; it divides `pairs`.
        unit: Compare directions, or products of the rows as they are.
        negatives: Whether other pictures are pushed away.

    Raises:
        ValueError: If a setting is out of range.
    """

    kinds: tuple[str, ...] = KINDS
    head: str = "two layers"
    tau: float = TAU
    pairs: int = PAIRS
    group: int = PAIRS
    unit: bool = True
    negatives: bool = True

    def __post_init__(self) -> None:
        for kind in self.kinds:
            check_choice("kinds", kind, list(CHANGES))
        check_choice("head", self.head, HEADS)
        check_positive("tau", self.tau)
        check_group(self.pairs, self.group)


def two_views(
    x: Float[Tensor, "n 1 side side"],
    kinds: tuple[str, ...] = KINDS,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "both 1 side side"]:
    """Return a view of each picture, then another one of each.

    Raises:
        ValueError: If there is no picture, or no such change.
    """
    first = viewed(x, kinds, generator=generator)
    return torch.cat([first, viewed(x, kinds, generator=generator)])


def contrast(
    reader: nn.Module,
    head: nn.Module,
    x: Float[Tensor, "n 1 side side"],
    made_of: Ingredients,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, ""]:
    """Return the loss of two views of these pictures.

    Args:
        reader: From pictures to features.
        head: From features to what is compared.
        x: Pictures, as many as the ingredients say.
        made_of: The ingredients.
        generator: Of the views.

    Raises:
        ValueError: If there are too few pictures.
    """
    z = head(reader(two_views(x, made_of.kinds, generator=generator)))
    if not made_of.negatives:
        return attraction(z)
    n, group = len(x), made_of.group
    if group >= n:
        return nt_xent(z, made_of.tau, unit=made_of.unit)
    groups = z.view(2, n // group, group, -1).transpose(0, 1).flatten(1, 2)
    losses = [nt_xent(part, made_of.tau, unit=made_of.unit) for part in groups]
    return torch.stack(losses).mean()


def check_group(pairs: int, group: int) -> None:
    """Refuse pictures that cannot be shared out, and a view without another picture.

    Raises:
        ValueError: If one is below 2, or the group neither divides the pictures nor
            holds them all.
    """
    for name, value in (("pairs", pairs), ("group", group)):
        if value < 2:
            raise ValueError(f"{name} is {value}: give 2 or more pictures")
    if group < pairs and pairs % group:
        raise ValueError(f"group is {group}: give a divisor of {pairs} pairs")
