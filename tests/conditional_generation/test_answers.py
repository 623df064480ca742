"""Answers are what is likeliest, word by word; a name unknown may be put in."""

import torch

from ml2020.conditional_generation import answers as module
from ml2020.conditional_generation.answering import Answerer
from ml2020.conditional_generation.answers import answered, filled, share_right
from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.talk import OTHERS, STOP, UNKNOWN, talk


def batch(n=4, names="both"):
    return talk(n, names, generator=torch.Generator().manual_seed(3))


def test_who_only_says_never_says_a_name_it_does_not_know():
    model = first(lambda: Answerer("says", 6), 0)
    said, _, gens = answered(model, batch(30, "new"))
    assert all(word < OTHERS for row in said for word in row)
    assert (gens == 1).all()
    assert share_right(model, "new", 30, 1) == 0


def test_at_first_nothing_was_said_then_what_was_likeliest(monkeypatch):
    model, met = first(lambda: Answerer("says", 6), 0), []
    step = model.step
    monkeypatch.setattr(
        model, "step", lambda told, *rest: (met.append(told), step(told, *rest))[1]
    )
    said = answered(model, batch(3))[0]
    assert met[0].tolist() == [[-1]] * 3
    for k, row in enumerate(said):
        told = [int(y[k, 0]) for y in met[1 : len(row) + 1]]
        assert told == row[: len(met) - 1]


def test_who_only_points_says_what_it_has_read():
    model = first(lambda: Answerer("points", 6), 0)
    b = batch(30, "new")
    said, _, gens = answered(model, b)
    for row, X in zip(said, b.X.tolist(), strict=True):
        assert set(row) <= set(X)
    assert (gens == 0).all()


def test_an_answer_that_never_ends_is_cut_off():
    model = first(lambda: Answerer("says", 6), 0)
    with torch.no_grad():
        model.says.bias[STOP] = -1e9
    assert all(len(row) == module.LONGEST for row in answered(model, batch())[0])


def test_a_share_is_that_of_answers_without_a_fault(monkeypatch):
    batch = talk(10, "new", generator=torch.Generator().manual_seed(1))
    right = [[y for y in row if y not in (STOP, -100)] for row in batch.Y.tolist()]
    one_wrong = [right[0][:-1], *right[1:]]
    for said, share in ((right, 1.0), (one_wrong, 0.9)):
        monkeypatch.setattr(
            module, "answered", lambda model, b, s=said: (s, None, None)
        )
        model = first(lambda: Answerer("says", 2), 0)
        assert share_right(model, "new", 10, 1) == share


def test_unknown_words_are_replaced_by_those_most_looked_at(monkeypatch):
    X = torch.tensor([[3, 70, 4], [5, 6, 71]])
    looks = torch.tensor(
        [
            [[0.6, 0.3, 0.1, 0.0], [0.1, 0.3, 0.2, 0.4], [0.1, 0.1, 0.6, 0.2]],
            [[0.0, 0.1, 0.9, 0.0], [0.3, 0.4, 0.2, 0.1], [1.0, 0.0, 0.0, 0.0]],
        ]
    )
    said = [[9, UNKNOWN, 8], [UNKNOWN, UNKNOWN]]
    assert filled(said, X, looks) == [[9, 70, 8], [71, 6]]
    talks = talk(10, "new", generator=torch.Generator().manual_seed(1))
    right = [[y for y in row if y not in (STOP, -100)] for row in talks.Y.tolist()]
    blank = [[y if y < OTHERS else UNKNOWN for y in row] for row in right]
    looks = torch.zeros(10, 12, talks.X.shape[1] + 1)
    for k, row in enumerate(right):
        for t, y in enumerate(row):
            if y >= OTHERS:
                looks[k, t, talks.X[k].tolist().index(y)] = 1
    monkeypatch.setattr(module, "answered", lambda model, b: (blank, looks, None))
    model = first(lambda: Answerer("says", 2), 0)
    assert share_right(model, "new", 10, 1) == 0
    assert share_right(model, "new", 10, 1, True) == 1
