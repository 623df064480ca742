"""A contest learns from labels, changes nothing it was given, counts what is right."""

import pytest
import torch

from ml2020.explainable.probe import probe
from ml2020.pretraining.bert import drawn_bert
from ml2020.pretraining.contest import fine_tuned, probed, share_right
from ml2020.pretraining.frozen import rows_of
from ml2020.pretraining.heads import Classifier
from ml2020.pretraining.kinds import Definitions
from tests.pretraining.small import ALL, SMALL
from tests.refusals import refuses

TOLD = Definitions(ALL, torch.tensor([0, 1, 0, 1, 2]))


def dice():
    return torch.Generator().manual_seed(0)


def test_it_learns_five_by_heart_and_leaves_the_encoder():
    encoder = drawn_bert(0, 8, 8, 2, 1)
    before = [part.clone() for part in encoder.parameters()]
    model = fine_tuned(encoder, SMALL, TOLD, 3, 0.01, 60, generator=dice())
    assert share_right(model, SMALL, TOLD) == 1.0
    after = list(encoder.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert not torch.equal(model.encoder.tokens.weight, encoder.tokens.weight)
    again = fine_tuned(encoder, SMALL, TOLD, 3, 0.01, 60, generator=dice())
    assert torch.equal(again.head.weight, model.head.weight)


def test_the_first_step_is_a_tenth_of_the_way_up():
    encoder = drawn_bert(0, 8, 8, 2, 1)
    model = fine_tuned(encoder, SMALL, TOLD, 3, 0.01, 1, generator=dice())
    assert model.head.bias.abs().max().item() == pytest.approx(0.01, rel=1e-3)
    ten = fine_tuned(encoder, SMALL, TOLD, 3, 0.01, 10, generator=dice())
    slow = fine_tuned(encoder, SMALL, TOLD, 3, 0.01, 100, generator=dice())
    assert ten.head.bias.abs().max() < slow.head.bias.abs().max()


def test_shares_are_of_all_sentences_in_any_order():
    model = Classifier(drawn_bert(0, 8, 8, 2, 1), 3)
    model.head.weight.data.normal_(generator=dice())
    said = model(rows_of(SMALL, ALL)).argmax(dim=1)
    told = Definitions(ALL, said.clone())
    assert share_right(model, SMALL, told) == 1.0
    told.kinds[1] = (told.kinds[1] + 1) % 3
    back = Definitions(ALL.flip(0), told.kinds.flip(0))
    assert share_right(model, SMALL, told) == share_right(model, SMALL, back) == 0.8


def test_a_probe_is_asked_each_part():
    h = torch.randn(30, 4, generator=dice())
    c = (h[:, 0] > 0).long()
    parts = [(h[:10], c[:10]), (h[:10], 1 - c[:10])]
    right, wrong = probed(h, c, parts, 2, 0.01)
    assert right + wrong == pytest.approx(1)
    fitted = probe(h, c, 2, 0.01)
    assert right == (fitted(h[:10]).argmax(1) == c[:10]).float().mean().item() > 0.8


def test_what_teaches_nothing_is_refused():
    encoder = drawn_bert(0, 8, 4, 2, 1)
    none = Definitions(ALL[:0], TOLD.kinds[:0])
    refuses(
        lambda n: fine_tuned(encoder, SMALL, TOLD, 3, 0.01, n),
        "^updates is",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda told: fine_tuned(encoder, SMALL, told, 3, 0.01, 1),
        "^told is",
        good=[TOLD],
        bad=[none],
    )
