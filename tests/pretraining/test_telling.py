"""The nearer mean of what was read decides at what was put aside."""

import torch
from sklearn.neighbors import NearestCentroid

from ml2020.pretraining.senses import Places, glued_places, silhouette
from ml2020.pretraining.telling import nearest_mean, word_by_word
from tests.pretraining.small import SMALL
from tests.refusals import refuses


def test_it_is_scikit_learn_s_nearest_centroid():
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(40, 3, generator=dice, dtype=torch.float64)
    meant = torch.randint(2, (40,), generator=dice)
    learn = torch.rand(40, generator=dice) < 0.5
    theirs = NearestCentroid().fit(X[learn].numpy(), meant[learn].numpy())
    wanted = theirs.predict(X[~learn].numpy())
    assert nearest_mean(X, meant, learn).tolist() == wanted.tolist()


def test_spelling_by_spelling():
    words = torch.tensor([5, 2] * 6)
    meant = torch.tensor([0, 0, 1, 1] * 3)
    apart = torch.tensor([False] * 8 + [True] * 4)
    X = torch.randn(12, 2, generator=torch.Generator().manual_seed(1))
    X[:, 0] = 10.0 * meant
    X[8, 0] = 10.0  # a 5 that looks like its other meaning
    places = Places(words, words, words, meant, apart)
    told, nearer = word_by_word(X, places)
    assert told.tolist() == [1.0, 0.5]
    five = words == 5
    torch.testing.assert_close(nearer[1], silhouette(X[five], meant[five]).mean())
    assert nearer[0] > nearer[1]


def test_what_cannot_be_told_is_refused():
    X, meant = torch.eye(4), torch.tensor([0, 1, 0, 1])
    good = torch.tensor([True, True, False, False])
    bad = [torch.tensor([True, False, True, False]), torch.zeros(4, dtype=torch.bool)]
    refuses(
        lambda learn: nearest_mean(X, meant, learn),
        "^learn has no place of a meaning: give",
        good=[good],
        bad=bad,
    )
    places = glued_places(SMALL)
    refuses(
        lambda x: word_by_word(x, places._replace(aside=places.at > 1)),
        "^X has the shape",
        good=[torch.eye(5)],
        bad=[torch.eye(6)],
    )
