"""Captions are judged by the grammar, and describers learn."""

import pytest
import torch

from ml2020.conditional_generation import caption_learning as module
from ml2020.conditional_generation.caption_learning import (
    Judged,
    described,
    describer,
    judged,
)
from ml2020.conditional_generation.coverage import COVERS, wish
from ml2020.conditional_generation.scenes import STOP, caption, scenes
from tests.refusals import refuses

THERE = torch.tensor([[3, 7, -1, 3]])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (caption([3, 7, 3]), Judged(1, 0, 0, 0)),
        (caption([3, 3, 7]), Judged(0, 0, 0, 0)),
        (caption([3, 7]), Judged(0, 0, 1, 0)),
        (caption([3, 7, 3, 7]), Judged(0, 0, 0, 1)),
        (caption([3, 7, 5]), Judged(0, 0, 1, 1)),
        ([1, 1], Judged(0, 1, 0, 0)),
        ([], Judged(0, 1, 0, 0)),
    ],
)
def test_captions_are_right_broken_short_or_made_up(said, expected):
    assert judged([said], THERE) == expected


def test_the_first_kind_counts():
    assert judged([caption([0])], torch.tensor([[-1, 0, -1, -1]])).right == 1


def test_shares_are_of_all():
    both = judged([caption([3, 7, 3]), []], THERE.repeat(2, 1))
    assert both == Judged(0.5, 0.5, 0, 0)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(module, "STORE", 16)
    monkeypatch.setattr(module, "UNITS", 8)
    monkeypatch.setattr(module, "BATCH", 8)


def test_a_describer_learns_and_repeats_itself(small):
    S = scenes(8, generator=torch.Generator().manual_seed(1))

    def cost(model):
        scores = model(S.X, S.Y).scores
        return torch.nn.functional.cross_entropy(scores.mT, S.Y).item()

    early, late = (
        describer("attention", 0, 0.01, 1),
        describer("attention", 0, 0.01, 20),
    )
    assert cost(late) < cost(early) - 0.2
    assert cost(late) == cost(describer("attention", 0, 0.01, 20))


@pytest.mark.parametrize("cover", COVERS)
def test_the_penalty_moves_attention(small, cover):
    S = scenes(30, generator=torch.Generator().manual_seed(1))

    def far(weight):
        alpha = describer("attention", 0, 0.03, 20, weight, cover)(S.X, S.Y).alpha
        return wish(alpha, S.Y >= 0, S.there >= 0, cover).sum().item()

    assert far(10.0) < 0.9 * far(0.0)


@pytest.mark.parametrize("cover", COVERS)
def test_the_penalty_is_the_weight_times_the_mean_wish(small, cover, monkeypatch):
    losses = []

    def measured(model, loss, lr, updates):
        losses.append(loss(model, 0))
        return model

    monkeypatch.setattr(module, "learned", measured)
    for weight in (0.0, 2.0):
        model = describer("attention", 3, 0.01, 1, weight, cover)
    dice = torch.Generator().manual_seed(50_003)
    store = scenes(16, generator=dice)
    rows = torch.randint(16, (8,), generator=dice)
    X, there, Y = (part[rows] for part in store)
    alpha = model(X, Y).alpha
    each = [
        wish(alpha[k : k + 1], Y[k : k + 1] >= 0, there[k : k + 1] >= 0, cover)
        for k in range(8)
    ]
    assert (losses[1] - losses[0]).item() == pytest.approx(
        2 * sum(each).item() / 8, rel=1e-3
    )


def test_descriptions_follow_the_scores(small):
    model = describer("every step", 0, 0.05, 10)
    S = scenes(6, generator=torch.Generator().manual_seed(2))
    said, alphas = described(model, S.X)
    assert alphas.shape == (6, 12, 4)
    for k, words in enumerate(said):
        told = ([*words, STOP] + [-100] * 12)[:12]
        scores = model(S.X[k : k + 1], torch.tensor([told])).scores[0]
        best = scores.argmax(-1).tolist()
        assert best[: len(words)] == words
        assert len(words) == 12 or best[len(words)] == STOP
        assert (alphas[k, len(words) + 1 :] == 0).all()


def test_behind_the_end_nobody_looks(small):
    model = describer("attention", 0, 0.02, 1)
    with torch.no_grad():
        model.says.bias[STOP] = 1e9
    S = scenes(3, generator=torch.Generator().manual_seed(2))
    said, alphas = described(model, S.X)
    assert said == [[], [], []]
    assert torch.allclose(alphas[:, 0].sum(-1), torch.ones(3))
    assert (alphas[:, 1:] == 0).all()


def test_a_caption_that_never_ends_is_cut_off(small):
    model = describer("every step", 0, 0.02, 1)
    with torch.no_grad():
        model.says.bias[STOP] = -1e9
    said, _ = described(model, scenes(3, generator=torch.Generator().manual_seed(2)).X)
    assert {len(words) for words in said} == {12}


def test_rejects_penalties_that_there_are_not(small):
    refuses(
        lambda w: describer("attention", 0, 0.01, 1, w),
        "^weight is",
        good=[0],
        bad=[-1],
    )
    refuses(
        lambda c: describer("attention", 0, 0.01, 1, 1.0, c),
        "^cover is",
        good=COVERS,
        bad=["some"],
    )
