"""Self-attention: by hand, by a loop, by torch's own, and its limits."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.transformer import attention, scaled_dot
from tests.refusals import refuses, spoilt

INPUTS = torch.tensor([[1.0, 0, 1], [0, 1, 1]]).double()  # a column a place
W_q = math.sqrt(2) * math.log(2) * torch.tensor([[0.0, 1], [1, 0]]).double()
W_v = torch.tensor([[10.0, 0], [0, 20]]).double()


def drawn(T=4, S=5, d=6, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return [torch.randn(2, n, d, generator=dice).double() for n in (T, S, S)]


@pytest.mark.equation("eq-transformer-attention")
def test_by_hand_the_three_places_read_what_the_page_says():
    A = INPUTS.mT @ W_q @ INPUTS  # keys are the inputs; scores in columns
    A_hat = (A / math.sqrt(2)).softmax(dim=0)
    hand = torch.tensor([[0.2, 0.4, 0.25], [0.4, 0.2, 0.25], [0.4, 0.4, 0.5]]).double()
    torch.testing.assert_close(A_hat, hand)
    read = torch.tensor([[6.0, 8, 7.5], [16, 12, 15]]).double()
    torch.testing.assert_close(W_v @ INPUTS @ A_hat, read)
    Q, V = (W_q @ INPUTS).mT, (W_v @ INPUTS).mT
    b, alpha = attention(Q, INPUTS.mT, V)
    torch.testing.assert_close(b.mT, read)
    torch.testing.assert_close(alpha.mT, hand)


@pytest.mark.equation("eq-transformer-rows")
def test_rows_are_a_loop_over_queries_and_keys():
    Q, K, V = drawn()
    b, alpha = attention(Q, K, V)
    for n in range(2):
        for i in range(4):
            e = [math.exp(float(Q[n, i] @ K[n, j]) / 6**0.5) for j in range(5)]
            mean = sum(x * V[n, j] for j, x in enumerate(e)) / sum(e)
            torch.testing.assert_close(b[n, i], mean)
            assert float(alpha[n, i].sum()) == pytest.approx(1)


@pytest.mark.equation("eq-transformer-columns")
def test_the_lecture_s_columns_are_the_rows_turned_over():
    (Q, K, V), d = (part[0] for part in drawn(T=5)), 6
    A = K @ Q.mT / math.sqrt(d)  # K's columns are rows here
    read = V.mT @ A.softmax(dim=0)
    torch.testing.assert_close(attention(Q, K, V).b, read.mT)


def test_it_is_torch_s_scaled_dot_product_attention(device):
    Q, K, V = (part.to(device) for part in drawn(seed=1))
    seen = torch.rand(2, 4, 5, generator=torch.Generator().manual_seed(2)) < 0.6
    seen[..., 0] = True
    seen = seen.to(device)
    for mask in (None, seen, seen[0]):
        theirs = F.scaled_dot_product_attention(Q, K, V, attn_mask=mask)
        torch.testing.assert_close(attention(Q, K, V, mask).b, theirs)


@pytest.mark.equation("eq-transformer-variance")
def test_a_product_of_random_vectors_varies_as_many_numbers_as_they_have():
    dice = torch.Generator().manual_seed(3)
    for d in (4, 64):
        Q, K = (torch.randn(20_000, 1, d, generator=dice) for _ in range(2))
        products = (Q * K).sum(dim=-1)
        assert float(products.var()) == pytest.approx(d, rel=0.05)
        assert float(scaled_dot(Q, K).var()) == pytest.approx(1, rel=0.05)


def test_places_that_change_change_what_is_read_likewise():
    Q, K, V = drawn(T=5, seed=4)
    order = [3, 0, 4, 1, 2]
    one = attention(Q, K, V).b
    other = attention(Q[:, order], K[:, order], V[:, order]).b
    torch.testing.assert_close(other, one[:, order])


def test_what_is_hidden_does_not_matter():
    Q, K, V = drawn(seed=5)
    seen = torch.tensor([True, True, False, True, False])
    other_K, other_V = (torch.where(seen[:, None], part, 9.0) for part in (K, V))
    one, other = attention(Q, K, V, seen), attention(Q, other_K, other_V, seen)
    torch.testing.assert_close(one.b, other.b)
    assert not one.alpha[..., ~seen].any()


def test_slopes_are_those_of_small_differences():
    seen = torch.ones(4, 5, dtype=torch.bool).tril()
    parts = [part.requires_grad_() for part in drawn(seed=6)]
    torch.autograd.gradcheck(lambda Q, K, V: attention(Q, K, V, seen).b, parts)


def test_a_mask_that_hides_everything_is_refused_where_torch_says_nothing():
    Q, K, V = drawn()
    seen = torch.ones(4, 5, dtype=torch.bool)
    nothing = seen.clone()
    nothing[2] = False
    theirs = F.scaled_dot_product_attention(Q, K, V, attn_mask=nothing)
    assert not theirs[:, 2].any() or theirs[:, 2].isnan().all()
    refuses(
        lambda mask: attention(Q, K, V, mask),
        "^seen (hides every place from a query: let it|is torch.float32: give torch.b)",
        good=[seen, seen.tril(), torch.tensor([False, False, False, False, True])],
        bad=[nothing, ~seen, seen.float()],
    )


def test_a_mask_that_does_not_fit_is_refused():
    Q, K, V = drawn()
    refuses(
        lambda shape: attention(Q, K, V, torch.ones(shape, dtype=torch.bool)),
        r"^seen has the shape \(.*\): give it \(2, 4, 5\), or 1 for an axis$",
        good=[(5,), (4, 5), (1, 5), (4, 1), (2, 4, 5), (2, 1, 1)],
        bad=[(), (4,), (5, 4), (3, 4, 5), (2, 4, 4), (1, 2, 4, 5)],
    )


def test_scores_overflow_only_if_they_are_too_large_over_the_root():
    large = torch.full((1, 4), 1.8e19, dtype=torch.float32)  # 4 of its squares overflow
    assert (large @ large.mT).isinf()
    assert scaled_dot(large, large / 2).isfinite().all()
    refuses(
        lambda size: attention(size * large, large, large),
        "^Q and K are so large that scores overflow: make them smaller$",
        good=[0.5, -0.5, 0.001],
        bad=[2.0, -2.0, 1e10],
    )
    small = torch.tensor([[1.0], [1e30]])
    refuses(
        lambda K: attention(small, K, K),
        "^Q and K are so large that scores overflow",
        good=[small / 1e30],
        bad=[small, -small],
    )


def test_no_place_and_no_numbers_are_refused():
    Q, K, V = drawn()
    said = "^{} (is empty: give at least one|has NaN or infinity: |is torch.float32, )"
    for name, k in (("Q", 0), ("K", 1), ("V", 2)):
        parts = [Q, K, V]

        def call(part, k=k, parts=parts):
            return attention(*parts[:k], part, *parts[k + 1 :])

        bad = spoilt(parts[k], math.nan, math.inf)
        refuses(call, said.format(name), good=[parts[k]], bad=bad)
    refuses(
        lambda d: scaled_dot(Q[..., :d], K[..., :d]), "^Q is empty", good=[1], bad=[0]
    )
    refuses(
        lambda S: scaled_dot(Q, K[:, :S]), "^K is empty: give at l", good=[1], bad=[0]
    )
    refuses(
        lambda V: attention(Q, K, V),
        "^V is torch.float32, Q is torch.float64: give V.to.Q.$",
        good=[V],
        bad=[V.float()],
    )
