"""The best path is that of an enumeration of all paths."""

import math

import pytest
import torch

from ml2020.rnn import Chain, best_alone, best_paths, next_best, path_score
from tests.refusals import refuses
from tests.rnn.test_chain import all_paths, by_loop, drawn

INF = math.inf


@pytest.mark.equation("eq-rnn-structured-viterbi")
@pytest.mark.parametrize("seed", range(8))
def test_the_best_path_is_the_best_of_all(seed):
    y, chain, lengths = drawn(seed=seed)
    found = best_paths(y, chain, lengths)
    for k, length in enumerate(lengths.tolist()):
        paths = all_paths(3, length)
        scores = torch.stack([by_loop(y[:, k], chain, path) for path in paths])
        assert found[:length, k].tolist() == list(paths[scores.argmax()])
        assert (found[length:, k] == -100).all()


def test_the_example_worked_by_hand():
    y = torch.tensor([[[2.0, 0.0]], [[1.0, 0.0]], [[0.0, 3.0]]])
    A = torch.tensor([[0.0, -1.0], [-1.0, 2.0]])
    chain = Chain(torch.tensor([0.0, -2.0]), A, torch.zeros(2))
    lengths = torch.tensor([3])
    path = best_paths(y, chain, lengths)
    assert path[:, 0].tolist() == [0, 1, 1]
    assert path_score(y, chain, lengths, path).item() == 6
    assert best_alone(y, lengths)[:, 0].tolist() == [0, 0, 1]


def test_a_step_keeps_the_better_way_to_each_label():
    A = torch.tensor([[0.0, -1.0], [-1.0, 2.0]])
    first = torch.tensor([[2.0, -2.0]])
    second, place = next_best(first, torch.tensor([[1.0, 0.0]]), A)
    assert second.tolist() == [[3, 1]]
    assert place.tolist() == [[0, 0]]
    third, place = next_best(second, torch.tensor([[0.0, 3.0]]), A)
    assert third.tolist() == [[3, 6]]
    assert place.tolist() == [[0, 1]]


def test_networks_side_by_side_are_each_alone():
    y, chain, lengths = drawn(networks=(2,))
    both = best_paths(y, chain, lengths)
    for k in range(2):
        alone = Chain(*(part[k] for part in chain))
        assert torch.equal(both[:, k], best_paths(y[:, k], alone, lengths))


def test_without_a_chain_it_is_the_best_label_of_each_word():
    y, chain, lengths = drawn()
    nothing = Chain(*(torch.zeros_like(part) for part in chain))
    alone = best_alone(y, lengths)
    assert torch.equal(best_paths(y, nothing, lengths), alone)
    for k, length in enumerate(lengths.tolist()):
        assert alone[:length, k].tolist() == y[:length, k].argmax(dim=-1).tolist()
        assert (alone[length:, k] == -100).all()


def test_what_is_forbidden_is_not_taken_however_good_the_words():
    y = torch.zeros(3, 1, 2)
    y[:, 0, 1] = 100
    chain = Chain(torch.zeros(2), torch.zeros(2, 2), torch.zeros(2))
    chain.A[1, 1] = -INF
    path = best_paths(y, chain, torch.tensor([3]))[:, 0].tolist()
    assert path == [1, 0, 1]


def test_a_sentence_without_a_path_is_refused():
    y, chain, lengths = drawn()
    steps = [torch.full_like(chain.A, -INF), chain.A.clone()]
    steps[1][0] = -INF
    for name in ("begin", "end"):
        part = getattr(chain, name)
        one = torch.full_like(part, -INF)
        one[1] = 0.0
        refuses(
            lambda part, name=name: best_paths(
                y, chain._replace(**{name: part}), lengths
            ),
            "^chain forbids every path of a sentence: allow one$",
            good=[part, one],
            bad=[torch.full_like(part, -INF)],
        )
    refuses(
        lambda A: best_paths(y, chain._replace(A=A), lengths),
        "^chain forbids every path of a sentence: allow one$",
        good=[chain.A, steps[1]],
        bad=[steps[0]],
    )
    single = torch.ones_like(lengths)
    best_paths(y, chain._replace(A=steps[0]), single)  # one word has no neighbours


def test_numbers_that_are_none_are_refused():
    y, chain, lengths = drawn()
    bad = y.clone()
    bad[0, 0, 0] = math.nan
    for call in (
        lambda y: best_paths(y, chain, lengths),
        lambda y: best_alone(y, lengths),
    ):
        refuses(call, "^y has NaN or inf: ", good=[y], bad=[bad, y + INF])
    refuses(
        lambda lengths: best_alone(y, lengths),
        "^lengths are outside 1 to 4",
        good=[lengths],
        bad=[lengths - 1, lengths + 1],
    )
    behind = y.clone()
    behind[1:, 1] = math.nan
    assert torch.equal(
        best_paths(behind, chain, lengths), best_paths(y, chain, lengths)
    )
