"""Which labels may stand side by side: by the rules, and in tickets as they are."""

import math
from itertools import pairwise

import pytest
import torch

from ml2020.rnn import (
    FORMS,
    TAGS,
    best_paths,
    grammar_chain,
    meant_paths,
    path_score,
    spoken_tickets,
    strict_chain,
)
from ml2020.rnn.spoken import meant


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("chain", [grammar_chain(), strict_chain()])
def test_what_is_allowed_is_not_preferred(chain):
    for part in chain:
        assert set(part.flatten().tolist()) == {0.0, -math.inf}


def test_the_grammar_allows_all_that_is_meant_and_forbids_the_rest():
    chain = grammar_chain()
    spoken = spoken_tickets(200, 0.3, generator=dice(2))
    y = torch.zeros(*spoken.s.shape, len(TAGS))
    assert path_score(y, chain, spoken.lengths, spoken.s).tolist() == [0.0] * 200
    seen = {
        (one, other)
        for k, n in enumerate(spoken.lengths.tolist())
        for one, other in zip(
            spoken.s[: n - 1, k].tolist(), spoken.s[1:n, k].tolist(), strict=True
        )
    }
    for k, one in enumerate(TAGS):
        for j, other in enumerate(TAGS):
            allowed = chain.A[k, j].item() == 0
            if one == "B-time":
                assert allowed == (other == "I-time")
            elif other.startswith("I-"):
                assert allowed == (one == f"B-{other[2:]}")
            else:
                assert allowed
            assert allowed or (k, j) not in seen
    inner = torch.tensor([tag.startswith("I-") for tag in TAGS])
    assert (chain.begin[inner] == -math.inf).all()
    assert not chain.begin[~inner].any()
    assert [tag for tag, end in zip(TAGS, chain.end, strict=True) if end] == ["B-time"]


def test_under_the_grammar_a_month_alone_is_not_a_time():
    y = torch.zeros(1, 1, len(TAGS))
    y[0, 0, TAGS.index("B-time")] = 9
    path = best_paths(y, grammar_chain(), torch.tensor([1]))
    assert TAGS[path.item()] != "B-time"


def test_the_paths_meant_are_those_of_many_draws():
    roll = dice(3)
    drawn = {tuple(meant(form, generator=roll)[1]) for form in FORMS for _ in range(60)}
    found = meant_paths()
    assert found == sorted(drawn)
    assert len(found) == 28
    assert sorted({len(path) for path in found}) == [7, 8, 9, 10, 11, 12]


def test_the_strict_chain_has_just_the_neighbours_and_ends_of_the_paths_meant():
    chain, paths = strict_chain(), meant_paths()
    pairs = {pair for path in paths for pair in pairwise(path)}
    for k in range(len(TAGS)):
        assert (chain.begin[k] == 0) == any(path[0] == k for path in paths)
        assert (chain.end[k] == 0) == any(path[-1] == k for path in paths)
        for j in range(len(TAGS)):
            assert (chain.A[k, j] == 0) == ((k, j) in pairs)


def test_the_strict_chain_forbids_all_that_breaks_the_rules_and_more():
    strict, rules = strict_chain(), grammar_chain()
    for narrow, wide in zip(strict, rules, strict=True):
        assert (narrow <= wide).all()
    assert (strict.A < rules.A).any()
    spoken = spoken_tickets(200, 0.3, generator=dice(4))
    y = torch.zeros(*spoken.s.shape, len(TAGS))
    assert not path_score(y, strict, spoken.lengths, spoken.s).any()
