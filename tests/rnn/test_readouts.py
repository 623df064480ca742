"""What is read out of a sequence's states, and that nothing behind its end counts."""

import math

import pytest
import torch

from ml2020.rnn import READOUTS, last_of, mean_of
from ml2020.rnn.readouts import inside
from tests.refusals import refuses

LENGTHS = torch.tensor([4, 1, 3])


def states(*networks, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(4, *networks, 3, 2, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-rnn-structured-readout")
def test_the_last_and_the_mean_are_those_of_each_sequence_alone():
    h = states()
    last, mean = last_of(h, LENGTHS), mean_of(h, LENGTHS)
    for k, length in enumerate(LENGTHS.tolist()):
        torch.testing.assert_close(last[k], h[length - 1, k])
        torch.testing.assert_close(mean[k], sum(h[:length, k]) / length)


@pytest.mark.parametrize("readout", READOUTS.values())
def test_networks_side_by_side_are_each_alone(readout):
    h = states(5)
    both = readout(h, LENGTHS)
    assert both.shape == (5, 3, 2)
    for k in range(5):
        torch.testing.assert_close(both[k], readout(h[:, k], LENGTHS))


@pytest.mark.parametrize("readout", READOUTS.values())
@pytest.mark.parametrize("filling", [0.0, -1e9, math.nan])
def test_padded_places_do_not_count_nor_do_their_slopes(readout, filling):
    clean = states()
    other = torch.cat([clean, clean[:2]])  # longer by two places
    for k, length in enumerate(LENGTHS.tolist()):
        other[length:, k] = filling
    other.requires_grad_()
    found = readout(other, LENGTHS)
    torch.testing.assert_close(found, readout(clean, LENGTHS))
    found.square().sum().backward()
    for k, length in enumerate(LENGTHS.tolist()):
        assert not other.grad[length:, k].any()
        assert other.grad[length - 1, k].all()


def test_inside_is_where_a_sequence_goes_on():
    expected = [[True, True, True], [True, False, True], [True, False, True]]
    assert inside(LENGTHS, 3).tolist() == expected


@pytest.mark.parametrize("readout", READOUTS.values())
def test_lengths_that_are_none_are_refused(readout):
    refuses(
        lambda lengths: readout(states(), lengths),
        "^lengths are outside 1 to 4: drop empty sequences$",
        good=[LENGTHS, torch.tensor([4, 4, 4])],
        bad=[torch.tensor([0, 1, 2]), torch.tensor([5, 1, 2])],
    )
