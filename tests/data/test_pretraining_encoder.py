"""What was kept of the real encoder are shares of attention, and cosines."""

import pytest
import torch

from ml2020.data import pretraining_encoder as module
from ml2020.data.pretraining_encoder import seen_encoder
from ml2020.data.pretraining_sentences import LOOKED_AT, bank_sentences


def test_attention_is_of_the_sentences_and_sums_to_one():
    seen = seen_encoder()
    for text, tokens, shares in zip(LOOKED_AT, *seen[:2], strict=True):
        assert tokens == ("[CLS]", *text.split(), "[SEP]")
        assert shares.shape == (6, 12, len(tokens), len(tokens))
        assert (shares.sum(dim=-1) - 1).abs().max() < 0.005


def test_cosines_are_symmetric_with_ones():
    for table in seen_encoder()[2:]:
        assert table.shape == (7, 12, 12)
        assert torch.equal(table, table.mT)
        assert (table.diagonal(dim1=1, dim2=2) - 1).abs().max() < 0.002
    assert len(bank_sentences()) == 12
    assert all("bank" in text.split() for text, _ in bank_sentences())


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/pretraining_encoder\.npz is not"):
        seen_encoder.__wrapped__()
