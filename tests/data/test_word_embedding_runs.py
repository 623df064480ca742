"""The tables about inner products are whole, and the committed ones."""

import pytest

from ml2020.data import word_embedding_runs as module
from ml2020.data.word_embedding_runs import product_agreement, product_cells


def test_pairs_that_met_more_often_agree_better_with_pmi():
    table = product_agreement()
    assert [row.upto for row in table[:-1]] == [row.above for row in table[1:]]
    assert table[-1].r > table[0].r
    assert len(product_cells()) == 1500
    assert all(cell.met > 0 for cell in product_cells())


@pytest.mark.parametrize(
    ("name", "load"),
    [("cells.csv", product_cells), ("agreement.csv", product_agreement)],
)
def test_another_file_is_refused(monkeypatch, name, load):
    monkeypatch.setitem(module.SHA256, name, "0" * 64)
    with pytest.raises(ValueError, match="is not the committed file"):
        load.__wrapped__()
