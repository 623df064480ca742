"""A captioner says words step by step, and knows the picture in three ways."""

import pytest
import torch

from ml2020.conditional_generation.captioner import WAYS, Captioner
from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.scenes import STOP, scenes
from ml2020.rnn import dot_match
from tests.refusals import refuses


def batch(n=3):
    return scenes(n, generator=torch.Generator().manual_seed(0))


def model(way):
    made = first(lambda: Captioner(way, 8), 0)
    with torch.no_grad():
        made.stands.normal_(generator=torch.Generator().manual_seed(1))
    return made


@pytest.mark.parametrize("way", WAYS)
def test_step_by_step_it_says_the_same(way):
    captioner, (X, _, Y) = model(way), batch()
    scores, alpha, _ = captioner(X, Y)
    H = captioner.regions(X)
    z = torch.tanh(captioner.begins(H.mean(1)))
    y = torch.full((3,), STOP + 1)
    for t in range(Y.shape[1]):
        u, z, a = captioner.step(y, z, H, t == 0)
        assert torch.allclose(u, scores[:, t])
        assert torch.equal(a, alpha[:, t])
        y = Y[:, t].clamp(min=0)
    sums = alpha.sum(-1)
    expected = torch.ones_like(sums) if way == "attention" else torch.zeros_like(sums)
    assert torch.allclose(sums, expected)


def test_told_at_first_alone_it_is_told_nothing_later():
    H = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(2))
    z = torch.zeros(2, 8)
    at_first, every = model("at first"), model("every step")
    assert (at_first.condition(z, H, False)[0] == 0).all()
    assert (at_first.condition(z, H, True)[0] != 0).any()
    told = every.condition(z, H, True)[0]
    assert torch.equal(told, every.condition(z, H, False)[0])


def test_a_region_is_a_cell():
    captioner = model("attention")
    X = torch.zeros(1, 3, 16, 16)
    other = X.clone()
    other[:, :, 2:6, 11:14] = 1
    a, b = captioner.regions(X), captioner.regions(other)
    assert (a != b).any(-1)[0].nonzero()[:, 0].tolist() == [1]


def test_moved_regions_move_the_weights():
    captioner = model("attention")
    H = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(2))
    z = torch.randn(2, 8, generator=torch.Generator().manual_seed(3))
    order = torch.tensor([2, 0, 3, 1])
    c, alpha = captioner.condition(z, H, False)
    d, beta = captioner.condition(z, H[:, order], False)
    assert torch.allclose(c, d, atol=1e-6)
    assert torch.allclose(alpha[:, order], beta, atol=1e-6)


def test_the_match_has_no_bias():
    captioner = model("attention")
    assert all(part.bias is None for part in (captioner.W, captioner.U, captioner.v))


def test_rejects_what_is_no_captioner():
    refuses(lambda way: Captioner(way, 4), "^way is", good=WAYS, bad=["never"])
    refuses(lambda m: Captioner("attention", m), "^m is", good=[1], bad=[0])


@pytest.mark.equation("eq-conditional_generation-bilinear")
def test_a_bilinear_match_is_a_dot_with_a_turned_question():
    dice = torch.Generator().manual_seed(4)
    Z = torch.randn(2, 3, 5, generator=dice).double()
    H = torch.randn(2, 4, 6, generator=dice).double()
    W = torch.randn(6, 5, generator=dice).double()
    e = dot_match(Z @ W.T, H)
    for n in range(2):
        for s in range(3):
            for t in range(4):
                expected = sum(
                    H[n, t, a] * W[a, b] * Z[n, s, b]
                    for a in range(6)
                    for b in range(5)
                )
                assert torch.allclose(e[n, s, t], expected)


def test_where_it_looks_is_the_additive_match_of_state_and_region():
    model = first(lambda: Captioner("attention", 6), 0)
    dice = torch.Generator().manual_seed(4)
    z, H = torch.randn(2, 6, generator=dice), torch.randn(2, 4, 6, generator=dice)
    W, U, v = model.W.weight, model.U.weight, model.v.weight[0]
    _, alpha = model.condition(z, H, False)
    for k in range(2):
        u = torch.stack([v @ torch.tanh(U @ h + W @ z[k]) for h in H[k]])
        assert torch.allclose(alpha[k], u.softmax(dim=0), atol=1e-6)
