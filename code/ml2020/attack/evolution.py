"""Differential evolution: look for the least cost with nothing but comparisons.

Chapter: book/attack_find.md
Source:  Storn and Price (1997), section 2, https://doi.org/10.1023/A:1008202821328
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite, check_positive

Population = Float[Tensor, "tasks members genes"]
Costs = Float[Tensor, "tasks members"]
Cost = Callable[[Population], Costs]
FEWEST = 4  # a member, and three others


class Evolved(NamedTuple):
    """The populations on the way, and the costs of the last one."""

    path: Float[Tensor, "generations tasks members genes"]
    costs: Costs


def mutants(
    members: Population, weight: float, *, generator: torch.Generator | None = None
) -> Population:
    """Return for each member another one plus a weighted difference of two others."""
    tasks, n, _ = members.shape
    order = torch.rand(tasks, n, n, generator=generator, dtype=torch.float32)
    order.diagonal(dim1=1, dim2=2).fill_(2)  # itself comes last
    a, b, c = order.argsort(dim=2)[..., :3].unbind(dim=2)
    a, b, c = (members.take_along_dim(k[..., None], dim=1) for k in (a, b, c))
    return a + weight * (b - c)


def crossed(
    members: Population,
    new: Population,
    rate: float,
    *,
    generator: torch.Generator | None = None,
) -> Population:
    """Return children: each gene the mutant's with a probability, one in any case."""
    dice = torch.rand(members.shape, generator=generator, dtype=torch.float32)
    sure = torch.randint(members.shape[2], (*members.shape[:2], 1), generator=generator)
    take = (dice < rate).scatter(2, sure, value=True)
    return torch.where(take, new, members)


def costs_of(cost: Cost, members: Population) -> Costs:
    """Return what members cost.

    Raises:
        ValueError: If one is NaN or infinite: no comparison would ever choose it.
    """
    costs = cost(members)
    check_finite("cost", costs, "mend what it computes")
    return costs


def evolve(
    cost: Cost,
    members: Population,
    generations: int,
    weight: float = 0.5,
    rate: float = 1.0,
    *,
    generator: torch.Generator | None = None,
) -> Evolved:
    """Return what is left after generations of mutation, crossover and selection.

    Args:
        cost: Maps populations to the cost of each member.
        members: The first population of each task, 4 members or more.
        generations: How many, 0 or more.
        weight: F, of the difference, positive; 0.5 is that of Su et al. (2019).
        rate: CR, the probability that a gene is the mutant's; 1 is no crossover.
        generator: Of all that is drawn.

    Raises:
        ValueError: If a number is outside its range, there are too few members, or a
            cost is NaN or infinite.
    """
    check_evolution(members, generations, weight, rate)
    costs, path = costs_of(cost, members), [members]
    for _ in range(generations):
        new = mutants(members, weight, generator=generator)
        child = crossed(members, new, rate, generator=generator)
        told = costs_of(cost, child)
        better = told < costs
        members = torch.where(better[..., None], child, members)
        costs = torch.where(better, told, costs)
        path.append(members)
    return Evolved(torch.stack(path), costs)


def check_evolution(
    members: Tensor, generations: int, weight: float, rate: float
) -> None:
    """Refuse an evolution that cannot go on.

    Raises:
        ValueError: If a number is outside its range, or there are too few members.
    """
    if members.shape[1] < FEWEST:
        count = members.shape[1]
        raise ValueError(f"members has {count} a task: give {FEWEST} or more")
    check_at_least("generations", generations, 0)
    check_positive("weight", weight)
    if not 0 <= rate <= 1:
        raise ValueError(f"rate is {rate}: choose it from 0 to 1")
