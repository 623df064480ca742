"""What a transformer says alone, and what a beam gets of it."""

import torch

from ml2020.rnn import pairs_of
from ml2020.rnn.seq2seq_pairs import some_of
from ml2020.transformer import beam_search, drawn_transformer, next_scores, spoken
from tests.refusals import refuses

PAIRS = pairs_of([[1, 2, 3], [4]], [[0, 1], [2, 1, 0]], stop=3)


def test_alone_it_says_the_likeliest_each_time_and_stops_at_the_limit():
    mine = drawn_transformer(4, 5, 4, 8, 2, 1)
    said = spoken(mine, PAIRS, 6)
    for k, row in enumerate(said):
        one = pairs_of([PAIRS.X[k, : PAIRS.lengths[k]].tolist()], [row], stop=3)
        likeliest = mine(one).argmax(dim=-1)[0].tolist()
        assert likeliest[: len(row)] == row
        assert len(row) == 6 or likeliest[len(row)] == 3
    with torch.no_grad():
        mine.says.bias[3] = -1e4  # it never says stop
    assert [len(row) for row in spoken(mine, PAIRS, 6)] == [6, 6]


def test_a_beam_of_one_says_what_greedy_says():
    mine = drawn_transformer(5, 5, 4, 8, 2, 1)
    for k, said in enumerate(spoken(mine, PAIRS, 6)):
        one = some_of(PAIRS, torch.tensor([k]))
        best, *_ = beam_search(next_scores(mine, one), 4, 1, 6)
        assert list(best.symbols) == said
    refuses(
        lambda pairs: next_scores(mine, pairs),
        "^pair has 2 sequences: give one at a time$",
        good=[one],
        bad=[PAIRS],
    )
