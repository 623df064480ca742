"""What attacks cost, beside a loop over pictures and beside SciPy's evolution.

Five readers of digits: PGD on all pictures of all readers at once, and the papers'
formula picture by picture; and differential evolution of one dot for many digits at
once, and by `scipy.optimize.differential_evolution` for one after the other, with as
many candidates and generations, no crossover and no polishing.
"""

from collections.abc import Iterator

import torch
from scipy.optimize import differential_evolution
from torch import Tensor

from ml2020.attack import (
    as_model,
    candidates,
    cost_of,
    digit_parts,
    evolve,
    lead,
    non_targeted,
    pgd,
)
from ml2020.data.attack_runs import trained_thetas
from tools.bench.measure import Row, cpu_seconds

COUNTS = (10, 40)  # of digits
EPS, STEPS = 0.1, 20
MEMBERS, GENERATIONS = 60, 15


def one_by_one(x: Tensor, y: Tensor, theta: Tensor) -> Tensor:
    """Return what PGD of the papers makes, of each picture for itself."""
    found = []
    for k, start in enumerate(x):
        model = as_model(theta[k * len(theta) // len(x)][None])
        moved = start
        for _ in range(STEPS):
            moved = moved.detach().requires_grad_()
            loss = non_targeted(model(moved[None]), y[k : k + 1]).sum()
            (g,) = torch.autograd.grad(loss, moved)
            moved = moved.detach() - EPS / 8 * g.sign()
            moved = torch.clamp(moved, start - EPS, start + EPS).clamp(0, 1)
        found.append(moved)
    return torch.stack(found)


def by_scipy(x: Tensor, y: Tensor, theta: Tensor) -> list[float]:
    """Return the least lead of each picture with one dot replaced."""
    model, found = as_model(theta[:1]), []
    for k in range(len(x)):
        cost = cost_of(lambda x, y: lead(model(x), y), x[k : k + 1], y[k : k + 1])

        def alone(genes: object, cost: object = cost) -> float:
            members = torch.tensor(genes, dtype=x.dtype)[None, None]
            return float(cost(members))  # type: ignore[operator]

        found.append(
            differential_evolution(
                alone,
                [(0, 8), (0, 8), (0, 1)],
                strategy="rand1bin",
                maxiter=GENERATIONS,
                popsize=MEMBERS // 3,
                tol=0,
                mutation=0.5,
                recombination=1.0,
                rng=0,
                polish=False,
            ).fun
        )
    return found


def evolved(x: Tensor, y: Tensor, theta: Tensor) -> Tensor:
    """Return the same by our evolution, for all pictures at once."""
    model, dice = as_model(theta[:1]), torch.Generator().manual_seed(0)
    cost = cost_of(lambda x, y: lead(model(x), y), x, y)
    genes = candidates(x, MEMBERS, generator=dice)
    return evolve(cost, genes, GENERATIONS, generator=dice).costs.amin(dim=1)


def measure() -> Iterator[Row]:
    """Yield a row for each attack and number of digits."""
    torch.set_num_threads(1)
    parts, theta = digit_parts(), trained_thetas()["plain"]
    for count in COUNTS:
        x, y = parts.X_judge[:count], parts.y_judge[:count]
        many, classes = x.repeat(len(theta), 1, 1), y.repeat(len(theta))
        model = as_model(theta)
        for name, ours, theirs in (
            (
                f"PGD, {STEPS} steps, {len(theta)} readers",
                lambda x=many, y=classes, model=model: pgd(
                    lambda x: non_targeted(model(x), y), x, EPS, STEPS, EPS / 8
                ),
                lambda x=many, y=classes: one_by_one(x, y, theta),
            ),
            (
                "one dot, 960 questions, beside SciPy's evolution",
                lambda x=x, y=y: evolved(x, y, theta),
                lambda x=x, y=y: by_scipy(x, y, theta),
            ),
        ):
            seconds = cpu_seconds(ours, turns=3), cpu_seconds(theirs, turns=1)
            yield {
                "milliseconds of CPU": f"{name}, {count} digits",
                "all at once": f"{1e3 * seconds[0]:.1f}",
                "one by one": f"{1e3 * seconds[1]:.1f}",
                "ratio": f"{seconds[0] / seconds[1]:.3f}",
            }
