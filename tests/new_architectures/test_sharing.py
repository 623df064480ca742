"""Sharing: weights counted, one layer used again, and what tells the steps apart."""

import pytest
import torch

from ml2020.new_architectures import (
    NarrowTable,
    Shared,
    Stack,
    table_weights,
    waves,
    weights_of,
)
from ml2020.transformer import sinusoids
from tests.refusals import refuses


@pytest.mark.equation("eq-new_architectures-table")
def test_the_paper_s_table_has_a_sixth_of_its_weights():
    assert table_weights(30_000, 768) == 23_040_000
    assert table_weights(30_000, 768, 128) == 3_938_304
    assert table_weights(30_000, 768, 128) / 23_040_000 == pytest.approx(
        0.171, abs=1e-3
    )
    assert weights_of(NarrowTable(50, 12, 3)) == table_weights(50, 12, 3)


def test_a_narrow_table_is_a_product_of_two():
    torch.manual_seed(0)
    table = NarrowTable(7, 6, 2)
    X = torch.tensor([[0, 6], [3, 3]])
    product = table.narrow.weight @ table.wider.weight.T
    torch.testing.assert_close(table(X), product[X])
    assert torch.linalg.matrix_rank(product) == 2


def test_its_numbers_vary_as_those_of_a_wide_one():
    torch.manual_seed(1)
    table = NarrowTable(2000, 64, 16)
    assert float(table(torch.arange(2000)).detach().std()) == pytest.approx(1, rel=0.15)


def test_shared_layers_are_one_layer_used_again():
    torch.manual_seed(2)
    shared = Shared("sf", 3, 8, 2)
    assert 3 * weights_of(shared) == weights_of(Stack("sfsfsf", 8, 2))
    X = torch.randn(2, 4, 8)
    torch.testing.assert_close(shared(X), shared.layer(shared.layer(shared.layer(X))))


@pytest.mark.equation("eq-new_architectures-waves")
def test_a_place_is_told_where_it_is_and_which_step_it_is():
    told = waves(5, 6, 3)
    for at in range(5):
        for r in range(3):
            w = 10_000 ** (-2 * r / 6)
            sin = torch.sin(torch.tensor([at * w, 3 * w], dtype=torch.float64)).sum()
            cos = torch.cos(torch.tensor([at * w, 3 * w], dtype=torch.float64)).sum()
            torch.testing.assert_close(told[at, 2 * r], sin)
            torch.testing.assert_close(told[at, 2 * r + 1], cos)
    torch.manual_seed(3)
    shared = Shared("sf", 2, 6, 2, told=True).double()
    X = torch.randn(1, 5, 6, dtype=torch.float64)
    first = shared.layer(X + waves(5, 6, 1))
    torch.testing.assert_close(shared(X), shared.layer(first + waves(5, 6, 2)))
    assert not torch.allclose(waves(5, 6, 1), sinusoids(5, 6))


def test_what_is_no_table_and_no_step_is_refused():
    refuses(lambda V: table_weights(V, 2), "^V is 0: give 1", good=[1], bad=[0])
    refuses(lambda H: table_weights(2, H), "^H is 0: give 1", good=[1], bad=[0])
    refuses(lambda E: table_weights(2, 2, E), "^E is 0: give 1", good=[1], bad=[0])
    refuses(lambda s: waves(2, 2, s), "^step is 0: give 1", good=[1], bad=[0])
    refuses(lambda n: Shared("s", n, 4, 2), "^times is 0: give 1", good=[1], bad=[0])
    for name in "VdE":

        def call(n, name=name):
            return NarrowTable(**({"V": 2, "d": 2, "E": 2} | {name: n}))

        refuses(call, f"^{name} is 0: give 1", good=[1], bad=[0])
