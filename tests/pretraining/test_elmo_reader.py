"""The ELMo that was kept loses what its table says."""

import pytest

from ml2020.data.pretraining_elmo_runs import elmo_runs
from ml2020.pretraining.elmo_reader import trained_elmo
from ml2020.pretraining.held_out import elmo_lost
from ml2020.pretraining.shelf import shelf


def test_elmo_loses_what_its_table_says():
    last, model = elmo_runs()[-1], trained_elmo()
    on, back = elmo_lost(model, shelf(), 4)
    assert on == pytest.approx(last.on[-1].item(), abs=0.3)
    assert back == pytest.approx(last.back[-1].item(), abs=0.3)
    assert model.words == len(shelf().words)
