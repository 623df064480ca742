"""Word by word gives the whole; guesses of a joint table agree, others do not."""

import pytest
import torch

from ml2020.pretraining.chain_rule import all_texts, log_odds_ratios, log_p
from ml2020.transformer import drawn_reader
from tests.refusals import refuses


@pytest.mark.equation("eq-pretraining-causal")
def test_the_probabilities_of_all_texts_are_one():
    X = all_texts(3, 3, 4)
    assert X.shape == (81, 5)
    assert len({tuple(row) for row in X.tolist()}) == 81
    reader = drawn_reader(0, 4, 8, 2, 2, masked=True).double()
    reader.says.bias.data[3] = -torch.inf  # the beginning never comes again
    total = log_p(reader, X).sum(dim=1).exp().sum()
    assert abs(total - 1) < 1e-12
    open_ = drawn_reader(0, 4, 8, 2, 2).double()
    open_.says.bias.data[3] = -torch.inf
    assert abs(log_p(open_, X).sum(dim=1).exp().sum() - 1) > 1e-3


def test_each_is_what_the_last_place_says_of_the_next():
    reader = drawn_reader(1, 5, 8, 2, 1, masked=True)
    X = torch.tensor([[4, 0, 2, 1]])
    found = log_p(reader, X)
    for t in range(1, 4):
        scores = reader(X[:, :t])[0, -1]
        torch.testing.assert_close(found[0, t - 1], scores.log_softmax(0)[X[0, t]])


@pytest.mark.equation("eq-pretraining-odds")
def test_both_ratios_are_that_of_the_joint_table():
    p = torch.tensor([[0.1, 0.2], [0.3, 0.4]], dtype=torch.float64)
    wanted = torch.tensor(0.1 * 0.4 / (0.2 * 0.3)).log().item()
    one, two = log_odds_ratios(p / p.sum(dim=0), p / p.sum(dim=1, keepdim=True))
    assert one == pytest.approx(wanted)
    assert two == pytest.approx(wanted)
    one, two = log_odds_ratios(p, p.flip(0))
    assert one == pytest.approx(-two)


def test_what_has_no_chance_is_refused():
    p = torch.full((2, 2), 0.5)
    zero = p.clone()
    zero[1, 1] = 0.0
    refuses(lambda t: log_odds_ratios(t, p), "^by_second has", good=[p], bad=[zero])
    refuses(lambda t: log_odds_ratios(p, t), "^by_first has", good=[p], bad=[zero])
    reader = drawn_reader(1, 5, 8, 2, 1, masked=True)
    X = torch.zeros(1, 2, dtype=torch.int64)
    refuses(lambda x: log_p(reader, x), "^T is 1", good=[X], bad=[X[:, :1]])
    refuses(lambda n: all_texts(0, n, 2), "^symbols is", good=[1], bad=[0])
    refuses(lambda n: all_texts(0, 2, n), "^length is", good=[1], bad=[0])
