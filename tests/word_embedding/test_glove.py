"""GloVe: the loss is the paper's double sum, its slopes autograd's; it descends."""

import math

import pytest
import torch

from ml2020.word_embedding import (
    GloVe,
    glove,
    glove_slopes,
    glove_weight,
    simple_count_loss,
)
from tests.refusals import only_positive, refuses


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).double()


def counts(n=5):
    X = drawn(n, n, seed=3).abs() * 60
    X = X + X.T
    X[0, 1] = X[1, 0] = 0
    return X


@pytest.mark.equation("eq-word_embedding-glove")
def test_the_loss_is_the_double_sum():
    X, model = counts(), GloVe(drawn(5, 3), drawn(5, 3, seed=1), drawn(5), drawn(5))
    slow = 0.0
    for i in range(5):
        for j in range(5):
            x = X[i, j].item()
            if x:
                f = min((x / 100) ** 0.75, 1)
                inner = (model.W[i] @ model.U[j] + model.b[i] + model.c[j]).item()
                slow += f * (inner - math.log(x)) ** 2
    loss, _ = glove_slopes(glove_weight(X), X.clamp(min=1e-300).log(), model)
    assert loss.item() == pytest.approx(slow)


def test_its_slopes_are_autograd_s():
    X = counts()
    parts = [drawn(5, 3), drawn(5, 3, seed=1), drawn(5), drawn(5, seed=2)]
    leaves = GloVe(*(part.requires_grad_() for part in parts))
    f, log_X = glove_weight(X), X.clamp(min=1).log()
    loss, slopes = glove_slopes(f, log_X, leaves)
    theirs = torch.autograd.grad(loss, leaves)
    for own, other in zip(slopes, theirs, strict=True):
        torch.testing.assert_close(own, other)


@pytest.mark.equation("eq-word_embedding-count")
def test_the_lecture_s_loss_is_0_where_products_are_counts():
    V = drawn(4, 4)
    assert simple_count_loss(V @ V.T, V) == 0
    N = V @ V.T
    N[1, 2] += 3
    assert simple_count_loss(N, V).item() == pytest.approx(9)


def test_a_weight_is_at_most_1():
    x = torch.tensor([[0.0, 50, 100, 1e9]])
    found = glove_weight(x)
    torch.testing.assert_close(found, torch.tensor([[0.0, 0.5**0.75, 1, 1]]))
    only_positive(lambda most: glove_weight(x, most=most), "most")
    only_positive(lambda power: glove_weight(x, power=power), "power")


def test_it_fits_counts_that_it_can_fit():
    left = drawn(30, 2).float() / 2
    X = (left @ left.T + 2).exp()
    dice = torch.Generator().manual_seed(0)
    model = glove(X, 3, lr=0.1, passes=300, rows=10, generator=dice)
    loss, _ = glove_slopes(glove_weight(X), X.log(), model)
    start = (glove_weight(X) * X.log() ** 2).sum()
    assert loss < 1e-3 * start


def test_the_same_seed_gives_the_same_and_arguments_stay():
    X = counts(30).float()
    kept = X.clone()
    runs = [
        glove(X, 2, passes=2, rows=7, generator=torch.Generator().manual_seed(1))
        for _ in range(2)
    ]
    assert all(torch.equal(a, b) for a, b in zip(*runs, strict=True))
    assert torch.equal(X, kept)


def test_a_first_step_is_adagrad_s_from_1():
    X = counts(6).float() / 200
    dice = torch.Generator().manual_seed(5)
    sizes = [(6, 2)] * 2 + [(6,)] * 2
    first = GloVe(*((torch.rand(s, generator=dice) - 0.5) / 2 for s in sizes))
    found = glove(
        X, 2, 0.05, passes=1, rows=6, generator=torch.Generator().manual_seed(5)
    )
    _, g = glove_slopes(glove_weight(X), torch.where(X > 0, X, 1).log(), first)
    for new, old, slope in zip(found, first, g, strict=True):
        torch.testing.assert_close(new, old - 0.05 * slope / (1 + slope**2).sqrt())


def test_settings_are_refused():
    X = counts().float()
    only_positive(lambda lr: glove(X, 2, lr=lr, passes=1), "lr")
    for name in ("dimension", "passes", "rows"):
        refuses(
            lambda v, name=name: glove(X, **{"dimension": 2, "passes": 1, name: v}),
            f"^{name} is 0",
            good=[1],
            bad=[0],
        )
    with pytest.raises(ValueError, match=r"^N has a word that meets no other"):
        glove(torch.zeros(3, 3), 2)
    with pytest.raises(ValueError, match=r"^X has the shape \(3, 4\): give it \(3, 3"):
        glove(torch.ones(3, 4), 2)
    with pytest.raises(ValueError, match=r"^lr has NaN or infinity: choose a rate be"):
        glove(X, 2, lr=1e30, passes=3)
    said = "^x has negative counts or NaN: count again$"
    bad = [torch.tensor([[1.0, v]]) for v in (-1, math.nan)]
    refuses(glove_weight, said, good=[torch.tensor([[0.0, 1]])], bad=bad)


def test_another_number_of_words_is_refused():
    with pytest.raises(ValueError, match=r"^N "):
        simple_count_loss(torch.ones(3, 3), torch.ones(4, 2))
