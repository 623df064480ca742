"""Definitions are first sentences put aside, of ten kinds, in three parts."""

import torch

from ml2020.data.gloss_kinds import gloss_kinds
from ml2020.pretraining.kinds import KINDS, all_definitions, definitions, few
from ml2020.pretraining.shelf import aside, shelf
from tests.refusals import refuses


def test_they_are_the_first_sentences_of_glosses_put_aside():
    found, told = shelf(), all_definitions()
    assert aside(found)[told.sentences].all()
    glosses = found.glosses[told.sentences]
    assert glosses.unique().numel() == len(glosses)
    assert (found.glosses[told.sentences - 1] != glosses)[told.sentences > 0].all()
    files = torch.tensor(list(KINDS))
    assert torch.equal(files[told.kinds], gloss_kinds()[glosses])
    every = aside(found) & torch.isin(gloss_kinds()[found.glosses], files)
    assert len(glosses) == found.glosses[every].unique().numel() == 6175


def test_the_parts_share_nothing():
    parts = [definitions(name).sentences for name in ("judge", "choose", "learn")]
    assert [len(part) for part in parts] == [3000, 1000, 2175]
    assert torch.cat(parts).unique().numel() == 6175
    for part in parts:  # an order by lot: each part has early and late ones
        assert part.min() < 5000
        assert part.max() > 60_000


def test_the_largest_files_of_nouns_are_the_kinds():
    often = gloss_kinds().bincount(minlength=45)[3:29]
    assert set((often.topk(10).indices + 3).tolist()) == set(KINDS)


def test_few_are_drawn_by_a_seed():
    one, two, other = few(50, 3), few(50, 3), few(50, 4)
    assert torch.equal(one.sentences, two.sentences)
    assert not torch.equal(one.sentences, other.sentences)
    assert one.sentences.unique().numel() == 50
    pool = definitions("learn")
    kind = dict(zip(pool.sentences.tolist(), pool.kinds.tolist(), strict=True))
    assert [kind[k] for k in one.sentences.tolist()] == one.kinds.tolist()


def test_what_there_is_not_is_refused():
    refuses(definitions, "^part is", good=["learn"], bad=["test"])
    refuses(lambda n: few(n, 0), "^n is", good=[1, 2175], bad=[0, 2176])
