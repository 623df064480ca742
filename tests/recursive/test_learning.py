"""Learning: each reader by its own loss, and the smallest negation learned."""

import torch

from ml2020.optimization import Adam
from ml2020.recursive import (
    READERS,
    degree_classes,
    first_reader,
    learned,
    meaning,
    phrases_in,
    prepared,
    share_right,
)
from tests.recursive.cells import dice
from tests.refusals import refuses

SMALL = ["good", "bad", ("not", "good"), ("not", "bad")]


def readers(kind, d, seeds):
    return torch.stack([first_reader(kind, d, generator=dice(seed)) for seed in seeds])


def test_a_reader_learns_alone_as_it_does_beside_others():
    batch = prepared("RNTN", SMALL), degree_classes(SMALL)
    theta = readers("RNTN", 2, (0, 1))
    before = theta.clone()
    both = learned(theta, "RNTN", 2, Adam(lr=0.01), [batch] * 3)
    alone = learned(theta[1:], "RNTN", 2, Adam(lr=0.01), [batch] * 3)
    torch.testing.assert_close(both[1:], alone)
    assert torch.equal(theta, before)
    assert torch.equal(learned(theta, "RNTN", 2, Adam(), []), theta)


def test_negation_is_learned_along_trees_and_never_from_bags():
    for kind, right in (("RecNN", 1.0), ("bag of words", 0.75)):
        batch = prepared(kind, SMALL), degree_classes(SMALL)
        theta = readers(kind, 4, range(3))
        theta = learned(theta, kind, 4, Adam(lr=0.05), [batch] * 150)
        shares = share_right(theta, kind, 4, *batch)
        assert shares.max() == right if kind == "RecNN" else shares.max() <= right


def test_classes_are_the_places_of_the_degrees():
    trees = [("very", "bad"), "bad", "good", ("very", "good")]
    assert degree_classes(trees).tolist() == [0, 1, 2, 3]


def test_the_phrases_in_a_phrase():
    tree = ("not", (("both", "good"), ("and", ("very", "bad"))))
    assert phrases_in(tree) == [tree, tree[1], "good", ("very", "bad"), "bad"]
    assert all(meaning(phrase) for phrase in phrases_in(tree))


def test_rejects_classes_that_do_not_belong_to_the_phrases():
    classes = degree_classes(SMALL)
    for kind in READERS:
        theta, read = readers(kind, 2, (0,)), prepared(kind, SMALL)
        for call in (
            lambda y, kind=kind, theta=theta, read=read: share_right(
                theta, kind, 2, read, y
            ),
            lambda y, kind=kind, theta=theta, read=read: learned(
                theta, kind, 2, Adam(), [(read, y)]
            ),
        ):
            said = "^classes has the shape "
            bad = [classes[:0], classes[:1], torch.cat([classes, classes])]
            refuses(call, said, good=[classes], bad=bad)
