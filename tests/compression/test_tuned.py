"""Tuned: clusters and few bits stay such through the training, and zeros stay 0."""

import pytest
import torch

from ml2020.compression import restored, stored
from ml2020.compression.fewer import pruned
from ml2020.compression.small_task import dense
from ml2020.compression.through import parameters, weights
from ml2020.compression.tuned import clustered, has_zero, rounded, shared
from tests.refusals import refuses


def test_zeros_have_a_cluster_of_their_own():
    w = torch.tensor([0.0, 0.0, 1.0, 1.1, -3.0])
    found = shared(w, 3)
    assert found.table[0] == 0
    assert has_zero(found)
    torch.testing.assert_close(found.values, torch.tensor([0, 0, 1.05, 1.05, -3.0]))
    assert not has_zero(shared(w[2:], 2))


def test_clusters_and_the_chain_come_back_out_of_a_file(short):
    model = pruned(dense(0), 0.1, 0.01, 0).model
    zeros = {n: p == 0 for n, p in parameters(model).items()}
    small = clustered(model, 16, 0.01, 0)
    for name in weights(parameters(small.model)):
        w = small.model.get_parameter(name)
        assert torch.equal(w == 0, zeros[name])
        assert len(w.unique()) <= 16
    back = restored(dense(0), stored(*small))
    for p, q in zip(back.parameters(), small.model.parameters(), strict=True):
        assert torch.equal(p, q)


@pytest.mark.parametrize("lr", [0.0, 0.01])
@pytest.mark.parametrize("bits", [1, 3])
def test_rounded_networks_have_few_values(short, lr, bits):
    small = rounded(dense(0), bits, lr, 0)
    for name in weights(parameters(small.model)):
        w = small.model.get_parameter(name)
        assert torch.equal(w, small.coded[name].values)
        assert len(w.unique()) <= 2**bits


def test_bits_below_1_and_0_clusters_are_refused():
    refuses(lambda b: rounded(dense(0), b, 0, 0), "^bits is", good=[1], bad=[0])
    refuses(lambda k: clustered(dense(0), k, 0, 0), "^k is", good=[1], bad=[0])
