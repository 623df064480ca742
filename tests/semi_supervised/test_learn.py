"""Learning: soft labels change nothing, and each network learns as if alone."""

import math

import pytest
import torch

from ml2020.optimization import Adam
from ml2020.semi_supervised import digit_task, learned, network_scores
from ml2020.semi_supervised.extras import EXTRAS

RULE = Adam(lr=0.01)


def tasks(*seeds):
    return [digit_task(10, seed) for seed in seeds]


@pytest.mark.parametrize("kind", EXTRAS)
def test_it_learns_the_labels_it_has(kind):
    task = tasks(0)
    strength = 0.0 if EXTRAS[kind][1] is None else 0.001
    theta = learned(kind, task, RULE, strength, 40, [0])
    said = network_scores(theta, task[0].X[None])[0].argmax(dim=1)
    assert (said == task[0].y).double().mean() >= 0.9


@pytest.mark.equation("eq-semi_supervised-total")
def test_without_strength_all_that_do_not_move_the_labelled_are_the_same():
    kinds = ["labels only", "hard labels", "entropy", "neighbours", "soft labels"]
    found = [learned(kind, tasks(0), RULE, 0.0, 5, [0]) for kind in kinds]
    for theta in found[1:]:
        assert torch.equal(theta, found[0])


def test_soft_labels_change_nothing():
    ours = learned("soft labels", tasks(0), RULE, 1.0, 20, [0])
    theirs = learned("labels only", tasks(0), RULE, 0.0, 20, [0])
    torch.testing.assert_close(ours, theirs, atol=5e-3, rtol=0)  # Adam and rounding


@pytest.mark.parametrize(
    "kind", ["hard labels", "entropy", "neighbours", "consistency"]
)
def test_what_is_asked_changes_a_network_each_time_alike(kind):
    both = tasks(0)
    steps = [
        learned(kind, both, Adam(lr=0.01), strength, 40, [0])
        for strength in (0.0, 1.0, 1.0)
    ]
    assert not torch.allclose(steps[0], steps[1], atol=1e-4)
    assert torch.equal(steps[1], steps[2])


@pytest.mark.parametrize("kind", ["labels only", "hard labels"])
def test_weight_decay_makes_numbers_smaller(kind):
    strength = 0.0 if kind == "labels only" else 0.1
    free, bound = (
        learned(kind, tasks(0), RULE, strength, 30, [0], decay) for decay in (0.0, 0.1)
    )
    assert bound.norm() < 0.7 * free.norm()


def test_networks_do_not_hear_each_other():
    alone = learned("labels only", tasks(1), RULE, 0.0, 10, [1], 0.001)
    both = learned("labels only", tasks(0, 1), RULE, 0.0, 10, [0, 1], 0.001)
    torch.testing.assert_close(both[1], alone[0], atol=1e-6, rtol=1e-4)


def test_rejects_bad_settings():
    with pytest.raises(
        ValueError, match=r"^kind is guess: choose one of labels only, "
    ):
        learned("guess", tasks(0), RULE, 1.0, 1, [0])
    with pytest.raises(ValueError, match=r"^steps is 0: give 1 or more"):
        learned("entropy", tasks(0), RULE, 1.0, 0, [0])
    for strength in (-0.1, math.nan):
        with pytest.raises(ValueError, match=r"^strength is .*: give 0 or more"):
            learned("entropy", tasks(0), RULE, strength, 1, [0])
    for decay in (-0.1, math.nan):
        with pytest.raises(ValueError, match=r"^decay is .*: give 0 or more"):
            learned("entropy", tasks(0), RULE, 1.0, 1, [0], decay)
    with pytest.raises(ValueError, match=r"^labels only asks nothing else: set str"):
        learned("labels only", tasks(0), RULE, 1.0, 1, [0])
    with pytest.raises(ValueError, match=r"^tasks have 2 sizes: give some of one"):
        learned("entropy", [digit_task(10, 0), digit_task(20, 0)], RULE, 1.0, 1, [0, 0])
