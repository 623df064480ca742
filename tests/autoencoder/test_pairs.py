"""Pairs: the loss of a judge, and what it can and cannot know."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.autoencoder import (
    PairJudge,
    drawn_judge,
    drawn_matcher,
    learned,
    pair_accuracy,
    pair_loss,
)
from tests.refusals import refuses


def drawn(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=torch.float32)


@pytest.mark.equation("eq-autoencoder-pairs")
def test_the_loss_is_the_cross_entropy_of_two_kinds_of_pairs():
    judge, x, z = drawn_judge(0, 4, 2), drawn(6, 4), drawn(6, 2, seed=1)
    scores = [judge(x[i : i + 1], z[i : i + 1]) for i in range(6)]
    others = [judge(x[i : i + 1], z[i - 1 : i] if i else z[5:]) for i in range(6)]
    slow = F.binary_cross_entropy_with_logits(
        torch.cat(scores + others), torch.tensor([1.0] * 6 + [0.0] * 6)
    )
    torch.testing.assert_close(pair_loss(judge, x, z), slow)
    right = [s > 0 for s in scores] + [s <= 0 for s in others]
    assert pair_accuracy(judge, x, z) == pytest.approx(sum(map(float, right)) / 12)


def test_a_score_depends_on_picture_and_code():
    judge, x, z = drawn_judge(1, 4, 2), drawn(6, 4), drawn(6, 2, seed=1)
    assert judge(x, z).shape == (6,)
    assert not torch.equal(judge(x, z), judge(x, 2 * z))
    assert not torch.equal(judge(x, z), judge(2 * x, z))
    same = drawn_judge(1, 4, 2)
    assert torch.equal(judge(x, z), same(x, z))
    assert [m.out_features for m in judge.layers if hasattr(m, "bias")] == [64, 64, 1]


def test_codes_of_others_teach_nothing_and_own_ones_do():
    x = drawn(400, 3)
    own, other = x[:, :1].sign(), drawn(400, 1, seed=2)
    met = []
    for z in (own, other):
        judge = learned(
            drawn_judge(0, 3, 1),
            lambda m, xz: pair_loss(m, xz[:, :3], xz[:, 3:]),
            torch.cat([x[:300], z[:300]], 1),
            0.01,
            150,
            generator=torch.Generator().manual_seed(0),
        )
        met.append(pair_accuracy(judge, x[300:], z[300:]))
    assert met[0] > 0.7  # the ideal one has 3/4: half of the others fit, too
    assert met[0] < 0.82
    assert abs(met[1] - 0.5) < 0.12


def test_encoder_and_judge_learn_together():
    model = drawn_matcher(0, [4, 5, 2])
    assert model.E(drawn(3, 4)).shape == (3, 2)
    assert model.judge(drawn(3, 4), drawn(3, 2)).shape == (3,)
    x = drawn(64, 4)
    pair_loss(model.judge, x, model.E(x)).backward()
    assert model.E[0].weight.grad.abs().sum() > 0


def test_refusals():
    for call in (pair_loss, pair_accuracy):
        refuses(
            lambda n, call=call: call(drawn_judge(0, 4, 2), drawn(n, 4), drawn(n, 2)),
            "^x has one picture or none: give two or more$",
            good=[2],
            bad=[0, 1],
        )
    refuses(lambda d: PairJudge(d, 2), "^d is .*: give 1 or more$", good=[1], bad=[0])
    refuses(lambda k: PairJudge(2, k), "^k is .*: give 1 or more$", good=[1], bad=[0])
    refuses(
        lambda k: drawn_matcher(0, [4, k]), "^sizes is .*: give 1", good=[1], bad=[0]
    )
