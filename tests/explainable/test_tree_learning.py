"""Learning lowers the loss; a large price makes the tree small."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.explainable import followed, parabola, scores, tree_run
from ml2020.explainable.tree_learning import imitation, learned, start
from ml2020.explainable.tree_price import COPIES
from tests.explainable.nets import dice
from tests.refusals import refuses


@pytest.mark.equation("eq-explainable-tree")
def test_a_price_that_weighs_more_makes_a_smaller_tree():
    free = tree_run("squares", 0.0, 0, 80)
    paid = tree_run("tree", 3.0, 0, 80)
    assert paid.path < 0.8 * free.path
    assert free.network > 0.8


def test_a_run_tells_how_its_guesser_followed():
    rolls = dice(3)
    data = parabola(500, generator=rolls)
    judge = parabola(2000, 0.0, generator=rolls)
    theta, guesser = learned(data, "tree", 0.1, 26, generator=rolls)
    found = tree_run("tree", 0.1, 3, 26)
    assert len(guesser.guesses) == 2 * (1 + COPIES)
    assert found.follows == followed(guesser) != 0
    assert found[:4] == imitation(theta, data, judge)[:4]


def test_without_a_price_it_is_adam_on_the_loss():
    data = parabola(60, generator=dice(0))
    theta = start(dice(5)).requires_grad_()
    rule = torch.optim.Adam([theta], 0.01)
    for _ in range(5):
        loss = F.binary_cross_entropy_with_logits(scores(theta, data.X), data.y.float())
        rule.zero_grad()
        (loss + 0.2 * theta.square().sum()).backward()
        rule.step()
    found, guesser = learned(data, "squares", 0.2, 5, generator=dice(5))
    assert not guesser.guesses
    torch.testing.assert_close(found, theta.detach())


def test_an_imitation_of_the_truth_agrees_with_itself():
    data, judge = (
        parabola(100, generator=dice(0)),
        parabola(100, 0.0, generator=dice(1)),
    )
    theta, _ = learned(data, "squares", 0.0, 50, generator=dice(2))
    found = imitation(theta, data, judge)
    said = (scores(theta, judge.X) > 0).long()
    assert found.network == pytest.approx((said == judge.truth).double().mean().item())
    assert 0 <= found.agree <= 1
    assert all(isinstance(share, float) for share in found)
    assert found.path > 0


def test_other_prices_are_refused():
    data = parabola(20, generator=dice(0))
    call = lambda kind: learned(data, kind, 0.1, 1, generator=dice(0))  # noqa: E731
    said = "^kind is .*: give one of tree, shuffled, squares"
    refuses(call, said, good=["tree", "shuffled", "squares"], bad=["none", ""])
    for name in ("strength", "updates"):
        ask = {
            "strength": lambda v: learned(data, "tree", v, 1, generator=dice(0)),
            "updates": lambda v: learned(data, "tree", 0.1, v, generator=dice(0)),
        }[name]
        refuses(ask, f"^{name} is .*: give 0 or more", good=[0], bad=[-1])
