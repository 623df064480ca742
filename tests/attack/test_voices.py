"""An utterance is the means of its thirds, whatever stands behind its end."""

import pytest
import torch

from ml2020.attack import Voices, thirds, voices
from tests.refusals import refuses


def spoken():
    dice = torch.Generator().manual_seed(0)
    return [torch.randn(n, 2, generator=dice) for n in (3, 7, 8, 9)]


def test_each_third_is_a_mean_in_a_slow_loop():
    utterances = spoken()
    found = thirds(voices(utterances))
    for u, row in zip(utterances, found, strict=True):
        parts = [[], [], []]
        for t, frame in enumerate(u):
            parts[3 * t // len(u)].append(frame)
        expected = torch.cat([sum(part) / len(part) for part in parts])
        torch.testing.assert_close(row, expected)


def test_what_stands_behind_the_end_does_not_count():
    X, lengths = voices(spoken())
    loud = X.clone()
    loud[0, 3:] = 99.0
    assert torch.equal(thirds(Voices(loud, lengths)), thirds(Voices(X, lengths)))
    assert X[0, 3:].abs().max() == 0
    assert lengths.tolist() == [3, 7, 8, 9]


def test_utterances_that_have_no_thirds_are_refused():
    said = "^utterances are too short: give some, 3 frames or more$"
    u = torch.zeros(3, 2)
    refuses(voices, said, good=[[u], [u, u]], bad=[[], [u[:2]], [u, u[:2]]])
    refuses(
        lambda n: thirds(Voices(u[None], torch.tensor([n]))), said, good=[3], bad=[2]
    )


@pytest.mark.parametrize("frame", [0, 2])
def test_a_frame_has_a_slope(frame):
    X, lengths = voices([torch.zeros(3, 2)])
    X.requires_grad_()
    thirds(Voices(X, lengths)).sum().backward()
    assert X.grad[0, frame].tolist() == [1, 1]
