"""Players are two kinds of normal ones and trolls, in this order, as the dice say."""

import pytest
import torch

from ml2020.anomaly import players
from ml2020.anomaly.players import CALM, EAGER, FEATURES, SPREAD, TROLL
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_means_and_spreads_are_those_stated():
    X, troll = players(5000, 2000, generator=dice())
    assert troll.tolist() == [False] * 5000 + [True] * 2000
    logits = X.logit()
    for rows, centre in (
        (slice(0, 3000), CALM),
        (slice(3000, 5000), EAGER),
        (slice(5000, 7000), TROLL),
    ):
        mean = logits[rows].mean(dim=0).tolist()
        assert mean == pytest.approx(centre, abs=0.07)
        assert logits[rows].std(dim=0).tolist() == pytest.approx(SPREAD, abs=0.05)
    assert X.shape == (7000, len(FEATURES))
    assert ((X > 0) & (X < 1)).all()


def test_trolls_spam_start_and_stand_against_most_and_agree_least():
    for name in ("spam", "start", "against"):
        k = FEATURES.index(name)
        assert TROLL[k] > max(CALM[k], EAGER[k])
    k = FEATURES.index("agrees")
    assert TROLL[k] < min(CALM[k], EAGER[k])
    assert EAGER[1] > CALM[1] + 4 * SPREAD[1]


def test_the_dice_decide():
    a, b, c = (players(4, 2, generator=dice(k)).X for k in (0, 0, 1))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


def test_rejects_negative_counts():
    refuses(
        lambda n: players(n, 1), "^normal is -1: give 0 or more", good=[0], bad=[-1]
    )
    refuses(
        lambda n: players(1, n), "^trolls is -1: give 0 or more", good=[0], bad=[-1]
    )
    assert torch.equal(players(0, 0).X, torch.empty(0, 5).double())
