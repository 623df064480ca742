"""Each head is a product with the vectors, at [CLS] or at each word."""

import pytest
import torch

from ml2020.pretraining.bert import drawn_bert
from ml2020.pretraining.heads import (
    Classifier,
    end_scores,
    sentence_scores,
    word_class_scores,
)
from ml2020.pretraining.packing import packed
from tests.refusals import refuses


def dice():
    return torch.Generator().manual_seed(0)


@pytest.mark.equation("eq-pretraining-heads")
def test_scores_are_products_place_by_place():
    T = torch.randn(2, 3, 4, generator=dice())
    W, b = torch.randn(5, 4, generator=dice()), torch.arange(5.0)
    found, first = word_class_scores(T, W, b), sentence_scores(T, W, b)
    assert found.shape == (2, 3, 5)
    for n in range(2):
        for t in range(3):
            for k in range(5):
                by_hand = sum(float(T[n, t, i] * W[k, i]) for i in range(4)) + b[k]
                assert float(found[n, t, k]) == pytest.approx(float(by_hand), abs=1e-5)
        torch.testing.assert_close(first[n], found[n, 0])


def test_ends_are_scored_by_one_vector_each():
    T = torch.randn(2, 3, 4, generator=dice())
    S, E = torch.eye(4)[1], 2 * torch.eye(4)[3]
    found = end_scores(T, S, E)
    assert torch.equal(found.first, T[..., 1])
    assert torch.equal(found.last, 2 * T[..., 3])


def test_a_classifier_says_nothing_at_first_and_copies_its_encoder():
    encoder = drawn_bert(0, 10, 4, 2, 1)
    model, rows = Classifier(encoder, 3), packed([[1, 2], [3]], [None, [4]], 10)
    assert torch.equal(model(rows), torch.zeros(2, 3))
    model.encoder.tokens.weight.data += 1
    assert not torch.equal(model.encoder.tokens.weight, encoder.tokens.weight)
    model.head.weight.data[:] = torch.arange(12.0).view(3, 4)
    model.head.bias.data[1] = 2.0
    wanted = sentence_scores(model.encoder(rows), model.head.weight, model.head.bias)
    torch.testing.assert_close(model(rows), wanted)
    assert len(list(model.parameters())) == 2 + len(list(encoder.parameters()))


def test_one_class_is_refused():
    encoder = drawn_bert(0, 10, 4, 2, 1)
    refuses(lambda n: Classifier(encoder, n), "^classes is", good=[2], bad=[1])
