"""The Elman network: the lecture's numbers, torch's cell, and sequences of length 0."""

import pytest
import torch

from ml2020.rnn import Weights, elman_step, unrolled
from tests.refusals import refuses


def ones(rows, columns):
    return torch.ones(rows, columns, dtype=torch.float64)


def lecture_run(inputs):
    """All weights 1, no biases, no bends: what the two outputs say each time."""
    weights = Weights(ones(2, 2), ones(2, 2), torch.zeros(2).double())
    X = torch.tensor(inputs).double()[:, None]
    states = unrolled(
        lambda x, h: elman_step(x, h, weights, bend=lambda z: z), X, X[0] * 0
    )
    return [(h @ ones(2, 2))[0].tolist() for h in states]


@pytest.mark.equation("eq-rnn-elman")
def test_the_lecture_s_toy_gives_its_numbers():
    said = lecture_run([[1, 1], [1, 1], [2, 2]])
    assert said == [[4, 4], [12, 12], [32, 32]]


def test_another_order_gives_other_outputs():
    assert lecture_run([[2, 2], [1, 1], [1, 1]]) == [[8, 8], [20, 20], [44, 44]]


def test_a_layer_of_it_is_torch_s(device):
    dice = torch.Generator().manual_seed(0)
    torch_rnn = torch.nn.RNN(3, 5).double().to(device)
    with torch.no_grad():
        for p in torch_rnn.parameters():
            p.copy_(torch.randn(p.shape, generator=dice, dtype=torch.float64))
    W, U, b, c = (p.detach() for p in torch_rnn.parameters())
    X = torch.randn(7, 4, 3, generator=dice, dtype=torch.float64).to(device)
    first = torch.randn(4, 5, generator=dice, dtype=torch.float64).to(device)
    weights = Weights(W, U, b + c)
    mine = unrolled(lambda x, h: elman_step(x, h, weights), X, first)
    theirs, _ = torch_rnn(X, first[None])
    torch.testing.assert_close(torch.stack(mine), theirs.detach())


def test_networks_side_by_side_are_those_alone():
    dice = torch.Generator().manual_seed(1)
    W = torch.randn(3, 5, 2, generator=dice)
    U = torch.randn(3, 5, 5, generator=dice)
    b = torch.randn(3, 1, 5, generator=dice)
    x, h = torch.randn(4, 2, generator=dice), torch.randn(3, 4, 5, generator=dice)
    together = elman_step(x, h, Weights(W, U, b))
    for k in range(3):
        alone = elman_step(x, h[k], Weights(W[k], U[k], b[k, 0]))
        torch.testing.assert_close(together[k], alone)


def test_a_layer_on_a_layer_reads_the_states_below():
    weights = Weights(ones(2, 2), ones(2, 2), torch.zeros(2).double())

    def step(x, h):
        return elman_step(x, h, weights, bend=lambda z: z)

    X = torch.tensor([[[1.0, 1.0]], [[1.0, 1.0]]]).double()
    below = unrolled(step, X, X[0] * 0)  # 2, 2 and 6, 6
    above = unrolled(step, below, X[0] * 0)
    assert [h[0].tolist() for h in above] == [[4, 4], [20, 20]]


def test_a_sequence_of_length_0_is_refused():
    X = torch.ones(3, 2, 4)
    refuses(
        lambda X: unrolled(lambda x, h: h, X, torch.zeros(2, 5)),
        "^X is empty: give",
        good=[X, X[:1], list(X)],
        bad=[X[:0], [], X[:, :0]],
    )


def test_nothing_is_written_in_place():
    weights = Weights(ones(2, 2), ones(2, 2), torch.zeros(2).double())
    x, h = ones(1, 2), ones(1, 2)
    elman_step(x, h, weights)
    assert torch.equal(h, ones(1, 2))
    assert torch.equal(weights.U, ones(2, 2))
