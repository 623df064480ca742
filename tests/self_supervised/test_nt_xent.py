"""NT-Xent is a cross entropy on the matrix of similarities; its slope pulls, pushes."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.self_supervised import attraction, nt_xent, partners, similarity
from tests.refusals import only_positive, refuses, spoilt


def rows(n=6, d=4, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=dice, dtype=torch.float64)


def test_the_page_s_three_pairs():
    s = math.sqrt(0.5)
    z = [[1, 0], [0, 1], [-1, 0], [1, 0], [s, s], [0, -1]]
    z = torch.tensor(z, dtype=torch.float64)
    cos = [
        [sum(a * b for a, b in zip(u, v, strict=True)) for v in z.tolist()]
        for u in z.tolist()
    ]
    slowly = 0.0
    for i in range(6):
        mine = sum(math.exp(cos[i][k]) for k in range(6) if k != i)
        slowly -= math.log(math.exp(cos[i][(i + 3) % 6]) / mine)
    assert nt_xent(z, 1.0).item() == pytest.approx(slowly / 6)


@pytest.mark.equation("eq-self_supervised-similarity")
def test_similarity_is_torch_s_cosine():
    z = rows()
    expected = F.cosine_similarity(z[:, None], z[None], dim=2)
    torch.testing.assert_close(similarity(z), expected)
    torch.testing.assert_close(similarity(7 * z), expected)


def test_a_row_of_zeros_is_like_nobody():
    z = rows()
    z[2] = 0
    assert (similarity(z)[2] == 0).all()
    assert nt_xent(z).isfinite()


@pytest.mark.equation("eq-self_supervised-nt-xent")
@given(seed=st.integers(0, 50), tau=st.floats(0.05, 5))
def test_it_is_the_paper_s_double_loop(seed, tau):
    z, total = rows(seed=seed), 0.0
    for i in range(6):
        j = i + 3 if i < 3 else i - 3
        sims = [F.cosine_similarity(z[i], z[k], dim=0) / tau for k in range(6)]
        others = torch.stack([sims[k] for k in range(6) if k != i])
        total = total + others.logsumexp(dim=0) - sims[j]
    torch.testing.assert_close(nt_xent(z, tau), total / 6)


def test_without_unit_length_products_count_as_they_are():
    z = rows()
    s = z @ z.T / 0.7
    s.fill_diagonal_(-math.inf)
    expected = F.cross_entropy(s, torch.tensor([3, 4, 5, 0, 1, 2]))
    torch.testing.assert_close(nt_xent(z, 0.7, unit=False), expected)
    assert nt_xent(2 * z, 0.7, unit=False) != nt_xent(z, 0.7, unit=False)


@pytest.mark.equation("eq-self_supervised-push")
def test_the_slope_by_a_similarity_is_its_share_minus_the_truth_over_tau():
    s = similarity(rows()).requires_grad_()
    tau, i, j = 0.3, 1, 4
    others = [k for k in range(6) if k != i]
    loss = -s[i, j] / tau + (s[i, others] / tau).logsumexp(dim=0)
    (slope,) = torch.autograd.grad(loss, s)
    p = (s[i, others] / tau).softmax(dim=0)
    for k, share in zip(others, p, strict=True):
        assert slope[i, k].item() == pytest.approx(((share - int(k == j)) / tau).item())


def test_the_loss_is_differentiable():
    z = rows().requires_grad_()
    assert torch.autograd.gradcheck(nt_xent, (z,))
    assert torch.autograd.gradcheck(attraction, (z,))


@given(seed=st.integers(0, 20))
def test_the_order_of_pictures_and_of_views_does_not_matter(seed):
    z = rows(seed=seed)
    order = torch.randperm(3, generator=torch.Generator().manual_seed(seed))
    both = torch.cat([order, order + 3])
    torch.testing.assert_close(nt_xent(z[both]), nt_xent(z))
    torch.testing.assert_close(nt_xent(z.roll(3, 0)), nt_xent(z))


@pytest.mark.equation("eq-self_supervised-random")
def test_random_directions_lose_ln_of_the_others_and_a_little():
    found = torch.stack([nt_xent(rows(512, 64, seed), 1.0) for seed in range(40)])
    expected = math.log(511) + 1 / (2 * 64)
    assert found.mean().item() == pytest.approx(expected, abs=0.005)


def test_partners_stand_half_a_batch_apart():
    assert partners(6).tolist() == [3, 4, 5, 0, 1, 2]
    assert partners(4).tolist() == [2, 3, 0, 1]


def test_attraction_is_the_mean_cosine_of_partners_and_best_if_all_are_one():
    z = rows()
    slowly = -F.cosine_similarity(z[:3], z[3:]).mean()
    torch.testing.assert_close(attraction(z), slowly)
    assert attraction(torch.ones(6, 2)).item() == pytest.approx(-1)


def test_the_default_temperature_is_the_page_s():
    z = rows()
    torch.testing.assert_close(nt_xent(z), nt_xent(z, 0.2))


def test_rejects_a_temperature_that_is_not_positive():
    only_positive(lambda tau: nt_xent(rows(), tau), "tau")


def test_rejects_one_picture_and_an_odd_number_of_views():
    z = rows()
    said = "^z has . views: give two of each of 2 or more pictures$"
    bad = [z[:2], z[:3], z[:5], z[:0]]
    refuses(nt_xent, said, good=[z, z[:4]], bad=bad)
    refuses(lambda n: partners(n), said, good=[4, 6], bad=[0, 2, 3, 5])
    refuses(lambda z: nt_xent(z, unit=False), said, good=[z], bad=bad)
    refuses(attraction, said, good=[z[:4]], bad=bad[:3])


def test_rejects_what_is_no_number_and_no_row():
    z = rows()
    said = "^z has NaN or infinity: lower the rate$"
    refuses(similarity, said, good=[z], bad=spoilt(z, math.nan, math.inf))
    refuses(similarity, "^z is empty", good=[z], bad=[z[:0]])
