"""The reader that was kept loses what its table says."""

import pytest
import torch

from ml2020.data.pretraining_bert_runs import bert_runs
from ml2020.pretraining.bert_reader import trained_bert
from ml2020.pretraining.held_out import bert_lost
from ml2020.pretraining.shelf import shelf


def test_bert_loses_what_its_table_says():
    torch.set_num_threads(1)
    last, model = bert_runs()[-1], trained_bert()
    found = bert_lost(model, shelf())
    assert found.words == pytest.approx(last.words[-1].item(), abs=0.02)
    assert found.right == pytest.approx(last.right[-1].item(), abs=0.02)
    assert model.words == len(shelf().words)
