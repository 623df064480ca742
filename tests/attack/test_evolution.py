"""Differential evolution: each step in a loop, and known minima."""

import math

import pytest
import torch
from scipy.optimize import differential_evolution

from ml2020.attack import crossed, evolve, mutants
from tests.refusals import above, below, only_positive, refuses


def start(tasks=1, members=20, genes=5, seed=0):
    dice = torch.Generator().manual_seed(seed)
    drawn = torch.rand(tasks, members, genes, generator=dice, dtype=torch.float64)
    return 10.24 * (drawn - 0.5)


def sphere(x):
    return x.square().sum(dim=-1)


def rastrigin(x):
    return (x.square() - 10 * (2 * math.pi * x).cos() + 10).sum(dim=-1)


@pytest.mark.equation("eq-attack-mutation")
def test_a_mutant_is_a_member_plus_a_difference_of_two_others_of_its_task():
    x = start(2, 5, 3)
    found = mutants(x, 0.5, generator=torch.Generator().manual_seed(1))
    for task in range(2):
        for k in range(5):
            others = [i for i in range(5) if i != k]
            ways = [
                x[task, a] + 0.5 * (x[task, b] - x[task, c])
                for a in others
                for b in others
                for c in others
                if len({a, b, c}) == 3
            ]
            gaps = [(found[task, k] - way).abs().max().item() for way in ways]
            assert min(gaps) < 1e-12


def test_all_three_others_are_drawn_alike():
    x = torch.arange(5.0)[None, :, None].expand(4000, -1, 1)
    found = mutants(x, 100.0, generator=torch.Generator().manual_seed(2))[:, 0, 0]
    first = torch.round(found % 100).remainder(100)
    counts = torch.bincount(first.long(), minlength=5)[:5] / 4000
    assert counts[0] == 0
    assert (counts[1:] - 0.25).abs().max() < 0.03


@pytest.mark.equation("eq-attack-crossover")
def test_crossover_takes_one_gene_in_any_case_and_all_at_rate_1():
    x, new = torch.zeros(1, 3000, 4), torch.ones(1, 3000, 4)
    dice = torch.Generator().manual_seed(3)
    one = crossed(x, new, 0.0, generator=dice)
    assert (one.sum(dim=2) == 1).all()
    assert one.mean(dim=(0, 1)).sub(0.25).abs().max() < 0.03
    assert torch.equal(crossed(x, new, 1.0, generator=dice), new)
    some = crossed(x, new, 0.6, generator=dice).mean().item()
    assert some == pytest.approx(0.25 + 0.75 * 0.6, abs=0.02)


@pytest.mark.equation("eq-attack-selection")
def test_a_child_replaces_its_own_parent_and_only_if_it_is_better():
    x = start(2, 12, 2)
    dice = torch.Generator().manual_seed(5)
    child = crossed(x, mutants(x, 0.5, generator=dice), 0.9, generator=dice)
    dice.manual_seed(5)
    found = evolve(sphere, x, 1, 0.5, 0.9, generator=dice)
    for task in range(2):
        for k in range(12):
            own, new = x[task, k], child[task, k]
            better = new if (new**2).sum() < (own**2).sum() else own
            assert torch.equal(found.path[-1, task, k], better)
    torch.testing.assert_close(found.costs, sphere(found.path[-1]))
    assert torch.equal(found.path[0], x)
    assert found.path.shape == (2, 2, 12, 2)


def test_the_least_cost_never_rises_and_no_generation_changes_nothing():
    dice = torch.Generator().manual_seed(6)
    found = evolve(rastrigin, start(3), 30, generator=dice)
    assert (rastrigin(found.path).diff(dim=0) <= 0).all()
    assert torch.equal(evolve(sphere, start(), 0).path, start()[None])


def test_it_finds_the_minimum_of_a_sphere_and_of_rastrigin_in_five_dimensions():
    dice = torch.Generator().manual_seed(7)
    assert evolve(sphere, start(), 300, 0.5, 0.9, generator=dice).costs.min() < 1e-6
    many = start(members=50)
    assert evolve(rastrigin, many, 400, 0.5, 0.2, generator=dice).costs.min() < 1e-6


def test_it_finds_what_scipy_finds():
    def numpy_cost(x):
        return float(rastrigin(torch.tensor(x)).item())

    theirs = differential_evolution(
        numpy_cost, [(-5.12, 5.12)] * 2, strategy="rand1bin", seed=0, polish=False
    )
    ours = evolve(
        rastrigin,
        start(1, 30, 2),
        200,
        0.5,
        0.7,
        generator=torch.Generator().manual_seed(8),
    )
    best = ours.path[-1, 0, ours.costs[0].argmin()]
    assert best.tolist() == pytest.approx(theirs.x.tolist(), abs=1e-3)


def test_bad_input_is_refused():
    x = start(1, 4, 2)
    only_positive(lambda F: evolve(sphere, x, 1, F), "weight")
    refuses(
        lambda r: evolve(sphere, x, 1, 0.5, r),
        "^rate is",
        good=[0.0, 1.0],
        bad=[below(0.0), above(1.0), math.nan],
    )
    refuses(lambda n: evolve(sphere, x, n), "^generations", good=[0], bad=[-1])
    refuses(
        lambda n: evolve(sphere, x[:, :n], 1),
        "^members has 3 a task: give 4 or more$",
        good=[4],
        bad=[3],
    )
    for generations in (0, 1):  # at the start, and later
        calls = iter([1.0] * generations + [math.nan])
        with pytest.raises(ValueError, match=r"^cost has NaN"):
            evolve(lambda x, c=calls: sphere(x) * next(c), x, generations)
