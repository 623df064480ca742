"""Rewards are edits; samples have the probability that the network says."""

import pytest
import torch

from ml2020.conditional_generation import reward as module
from ml2020.conditional_generation.reward import (
    TEACHERS,
    gone_on,
    repeated,
    rewards,
    sampled,
)
from ml2020.rnn import drawn_seq2seq, entries, pairs_of
from tests.refusals import refuses

PAIRS = pairs_of([[0, 1], [2], [1, 1, 0]], [[0, 1, 1], [1], [0, 0]], 2)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(module, "WORDS", 4)
    monkeypatch.setattr(module, "entries", lambda part: entries(part)[:30])


def model():
    return drawn_seq2seq(26, 3, 6, "dot", 0)


def test_the_log_probability_of_a_sample_is_the_network_s():
    net = model()
    heard = net.encode(PAIRS)
    dice = torch.Generator().manual_seed(1)
    said, log_p = sampled(net, heard, 4, generator=dice)
    for k, words in enumerate(said):
        one = pairs_of([PAIRS.X[k, : PAIRS.lengths[k]].tolist()], [words], 2)
        scores = net(one).scores[0].log_softmax(-1)
        ended = [*words, 2][:4]
        expected = sum(scores[t, y] for t, y in enumerate(ended))
        assert log_p[k].item() == pytest.approx(expected.item(), abs=1e-5)


def test_a_word_may_be_asked_several_times():
    net = model()
    heard = net.encode(PAIRS)
    twice = repeated(heard, 2)
    assert torch.equal(twice.H[3:], heard.H)
    assert torch.equal(twice.there[:3], heard.there)
    assert torch.equal(twice.end[3:], twice.end[:3])


def test_a_reward_is_minus_the_edits_for_each_phone():
    said = [[0, 1, 1], [1], [0], [0], [0, 0], []]
    found = rewards(said, PAIRS)
    assert found.shape == (2, 3)
    assert found.tolist() == [
        pytest.approx([0, 0, -0.5]),
        pytest.approx([-2 / 3, -2, -1]),
    ]


def test_a_sample_that_never_ends_is_cut_off():
    net = model()
    with torch.no_grad():
        net.says.bias[2] = -1e9
    said, _ = sampled(net, net.encode(PAIRS), 5)
    assert {len(words) for words in said} == {5}


@pytest.mark.parametrize("teacher", TEACHERS)
def test_each_teacher_changes_the_network_and_repeats_itself(teacher, few):
    net = drawn_seq2seq(26, 40, 4, "dot", 0)
    a, b = (gone_on(net, teacher, 0, 0.01, 2) for _ in "ab")
    for x, y in zip(a.parameters(), b.parameters(), strict=True):
        assert torch.equal(x, y)
    changed = [
        not torch.equal(x, y)
        for x, y in zip(a.parameters(), net.parameters(), strict=True)
    ]
    assert any(changed)


def test_rejects_no_teacher_and_no_symbol(few):
    net = drawn_seq2seq(26, 40, 4, "dot", 0)
    refuses(
        lambda t: gone_on(net, t, 0, 0.01, 1),
        "^teacher is",
        good=TEACHERS,
        bad=["fear"],
    )
    heard = model().encode(PAIRS)
    refuses(lambda m: sampled(model(), heard, m), "^most is", good=[1], bad=[0])
