"""Neighbours and analogies: the largest cosine, by a slow loop; unknown words."""

import pytest
import torch

from ml2020.word_embedding import (
    analogy,
    nearest,
    places,
    unit,
)
from tests.refusals import refuses

V = torch.randn(12, 4, generator=torch.Generator().manual_seed(0))


def test_a_word_outside_of_the_vocabulary_is_named():
    assert places(["b", "a"], ["a", "b"]).tolist() == [1, 0]
    assert places([], ["a", "b"]).dtype == torch.int64
    with pytest.raises(ValueError, match=r"^words: x, y not in the vocabulary: "):
        places(["x", "a", "y"], ["a", "b"])


def test_nearest_is_by_cosine_and_never_oneself():
    cosines = torch.nn.functional.cosine_similarity(V[3:4], V)
    order = [k for k in cosines.argsort(descending=True).tolist() if k != 3]
    assert nearest(V, 3, 11).tolist() == order
    assert nearest(V * torch.arange(1.0, 13)[:, None], 3, 5).tolist() == order[:5]
    refuses(
        lambda m: nearest(V, 3, m),
        "^many is .*: give 1 to 11$",
        good=[1, 11],
        bad=[0, 12],
    )
    refuses(
        lambda k: nearest(V, k, 1),
        "^place is .*: give 0 to 11$",
        good=[0, 11],
        bad=[-1, 12],
    )


def test_a_vector_without_direction_is_refused():
    with pytest.raises(ValueError, match=r"^V has a vector of zeros"):
        unit(torch.tensor([[1.0, 0], [0, 0]]))
    with pytest.raises(ValueError, match=r"^V has NaN or infinity"):
        unit(torch.tensor([[1.0, torch.nan]]))


@pytest.mark.equation("eq-word_embedding-analogy")
@pytest.mark.parametrize("barred", [True, False])
def test_an_analogy_is_the_largest_cosine_of_all(barred):
    a, b, c = (torch.tensor(x) for x in ([0, 1, 2], [3, 4, 5], [6, 7, 8]))
    found = analogy(V, a, b, c, barred)
    for k in range(3):
        X = V / V.norm(dim=1, keepdim=True)
        wish = X[b[k]] - X[a[k]] + X[c[k]]
        scores = [
            (X[w] @ wish).item() if not barred or w not in (a[k], b[k], c[k]) else -9.0
            for w in range(12)
        ]
        assert found[k] == max(range(12), key=lambda w: scores[w])


def test_the_example_by_hand():
    V = torch.tensor([[1.0, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1], [1, 1, 0]])
    found = analogy(V, *(torch.tensor([k]) for k in (0, 1, 2)))
    assert found.tolist() == [3]


def test_where_all_are_barred_nothing_is_said():
    a, b, c = (torch.tensor([k]) for k in (0, 1, 2))
    said = "^V has 3 words: give 4 or more, for 3 are no answers$"
    refuses(lambda n: analogy(V[:n], a, b, c), said, good=[4], bad=[3])
    assert analogy(V[:3], a, b, c, barred=False) in (0, 1, 2)


def test_lengths_beyond_the_precision_are_refused():
    refuses(
        lambda size: unit(torch.tensor([[1.0, 1], [size, size]])),
        "^V has lengths beyond its precision: scale it to about 1$",
        good=[1e-15, 1e15],
        bad=[1e-30, 1e30],
    )


def test_words_without_a_vector_are_not_asked():
    a, b, c = (torch.tensor([k]) for k in (0, 1, 2))
    said = "^places are not all from 0 to 11: leave such out$"
    for part in range(3):
        asked = [a, b, c]
        asked[part] = torch.tensor([3, 3])
        asked = [x.expand(2) for x in asked]

        def call(k, asked=asked, part=part):
            own = [*asked]
            own[part] = torch.tensor([3, k])
            return analogy(V, *own)

        refuses(call, said, good=[0, 11], bad=[-1, 12])
