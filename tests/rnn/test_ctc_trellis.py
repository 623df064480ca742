"""The places of targets of different lengths, and what is said there."""

import math

import torch

from ml2020.rnn import extended, may_skip
from ml2020.rnn.ctc_trellis import trellis

TARGETS = [[1, 2], [], [3, 3]]


def test_each_target_has_its_places_and_skips_and_blanks_behind(device):
    x = torch.randn(5, 3, 4, generator=torch.Generator().manual_seed(0)).to(device)
    found = trellis(x, torch.tensor([5, 1, 4]).to(device), TARGETS)
    assert found.last.tolist() == [4, 0, 4]
    for k, target in enumerate(TARGETS):
        row = extended(target)
        assert found.places[k].tolist() == row + [0] * (5 - len(row))
        skips = found.skips[k].exp().tolist()
        assert skips == may_skip(row).tolist() + [False] * (5 - len(row))


def test_it_says_each_place_s_label_and_the_blank_behind_the_end():
    x = torch.randn(5, 3, 4, generator=torch.Generator().manual_seed(0))
    lengths = [5, 1, 4]
    found = trellis(x, torch.tensor(lengths), TARGETS)
    log_y = x.double().log_softmax(dim=-1)
    for k, length in enumerate(lengths):
        torch.testing.assert_close(found.log_y[:length, k], log_y[:length, k])
        assert (found.log_y[length:, k, 0] == 0).all()
        assert (found.log_y[length:, k, 1:] == -math.inf).all()
        for s, label in enumerate(found.places[k].tolist()):
            assert torch.equal(found.said[:, k, s], found.log_y[:, k, label])
