"""CTC equals torch's loss and the sum over all paths; its slope is autograd's."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.rnn import (
    collapse,
    ctc_gradient,
    ctc_loss,
    extended,
    log_backward,
    log_forward,
)
from ml2020.rnn.ctc import moved
from tests.refusals import refuses, spoilt

TARGETS = [[], [1], [1, 2], [1, 1], [2, 1, 1, 3], [3, 3, 3]]


def scores(T=6, C=4, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(T, C, generator=dice, dtype=torch.float64)


def enumerated(scores, labels, blank=0):
    y = scores.softmax(dim=-1)
    total = 0.0
    for path in itertools.product(range(scores.shape[1]), repeat=len(scores)):
        if collapse(path, blank) == list(labels):
            total += math.prod(y[t, label].item() for t, label in enumerate(path))
    return total


@pytest.mark.equation("eq-rnn-ctc-sum")
@pytest.mark.parametrize("labels", TARGETS)
def test_it_is_the_sum_over_all_paths(labels):
    assert math.exp(-ctc_loss(scores(), labels)) == pytest.approx(
        enumerated(scores(), labels)
    )


def test_all_targets_together_have_the_probability_1():
    x = scores(3, 3)
    paths = itertools.product(range(3), repeat=3)
    spelled = {tuple(collapse(path)) for path in paths}
    total = sum(math.exp(-ctc_loss(x, list(labels))) for labels in spelled)
    assert total == pytest.approx(1)


@pytest.mark.equation("eq-rnn-ctc-end")
@pytest.mark.parametrize("labels", TARGETS)
@pytest.mark.parametrize("blank", [0, 3])
def test_it_is_torch_s(device, labels, blank):
    labels = [label - 1 for label in labels] if blank else labels
    x = scores(9).to(device)
    theirs = F.ctc_loss(
        x.log_softmax(dim=-1)[:, None],
        torch.tensor([labels], dtype=torch.int64),
        torch.tensor([9]),
        torch.tensor([len(labels)]),
        blank=blank,
        reduction="sum",
    )
    torch.testing.assert_close(ctc_loss(x, labels, blank), theirs)


@pytest.mark.equation("eq-rnn-ctc-slope")
@given(seed=st.integers(0, 1000), labels=st.lists(st.integers(1, 3), max_size=4))
def test_its_slope_is_autograd_s(seed, labels):
    x = scores(9, seed=seed).requires_grad_()
    theirs = F.ctc_loss(
        x.log_softmax(dim=-1)[:, None],
        torch.tensor([labels], dtype=torch.int64),
        torch.tensor([9]),
        torch.tensor([len(labels)]),
        reduction="sum",
    )
    (slope,) = torch.autograd.grad(theirs, x)
    torch.testing.assert_close(ctc_gradient(x.detach(), labels), slope)


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
@pytest.mark.parametrize(("T", "labels"), [(6, [1, 2, 3]), (12, [1, 1]), (1, [])])
def test_the_loss_goes_back_by_its_slope(T, labels, kind):
    x = scores(T).to(kind).requires_grad_()
    loss = ctc_loss(x, labels)
    assert loss.dtype == kind
    (slope,) = torch.autograd.grad(3 * loss, x)
    torch.testing.assert_close(slope, 3 * ctc_gradient(x, labels))
    assert not ctc_loss(x.detach(), labels).requires_grad


@pytest.mark.parametrize("bend", [lambda W: W, torch.square])
def test_the_slope_is_not_derived_a_second_time(bend):
    W = scores().requires_grad_()
    once = torch.autograd.grad(ctc_loss(bend(W), [1, 2]), W)[0]
    (again,) = torch.autograd.grad(ctc_loss(bend(W), [1, 2]), W, create_graph=True)
    assert torch.equal(again, once)
    said = "^ctc_loss has one derivative: do not derive it twice$"
    with pytest.raises(NotImplementedError, match=said):
        torch.autograd.grad(again.sum(), W, retain_graph=True)
    with pytest.raises(NotImplementedError, match=said):
        again.sum().backward()


def test_a_factor_of_the_loss_is_not_derived_through_its_slope():
    x, factor = scores(), torch.ones((), dtype=torch.float64, requires_grad=True)
    x.requires_grad_()
    loss = factor * ctc_loss(x, [1, 2])
    (slope,) = torch.autograd.grad(loss, x, create_graph=True)
    with pytest.raises(NotImplementedError, match=r"^ctc_loss has one d"):
        torch.autograd.grad(slope.sum(), factor)


def test_the_slope_is_that_of_the_target_as_it_was_when_the_loss_was_computed():
    x, labels = scores().requires_grad_(), [1, 2]
    loss = ctc_loss(x, labels)
    labels.append(1)
    (slope,) = torch.autograd.grad(loss, x)
    torch.testing.assert_close(slope, ctc_gradient(x, [1, 2]))


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("places", [-6, -2, -1, 0, 1, 2, 6])
def test_a_row_is_moved_and_log_0_comes_behind(size, places):
    row = torch.arange(size, dtype=torch.float64)
    expected = [
        s - places if 0 <= s - places < size else -math.inf for s in range(size)
    ]
    assert moved(row, places).tolist() == expected


def test_the_loss_goes_back_with_another_blank():
    x = scores(5).requires_grad_()
    (slope,) = torch.autograd.grad(ctc_loss(x, [0, 1], 3), x)
    torch.testing.assert_close(slope, ctc_gradient(x, [0, 1], 3))


@pytest.mark.equation("eq-rnn-ctc-forward")
def test_alpha_is_the_sum_of_all_beginnings():
    y, labels = scores(4, 3).softmax(dim=-1), [1, 1, 2]
    places = extended(labels)
    alpha = log_forward(y.log(), places).exp()
    for t in range(4):
        for s in range(7):
            total = 0.0
            for walk in itertools.product(range(7), repeat=t + 1):
                moves = [b - a for a, b in itertools.pairwise(walk)]
                fine = walk[0] < 2 and walk[-1] == s
                for at, move in zip(walk[1:], moves, strict=True):
                    skip = places[at] != 0 and places[at] != places[at - 2]
                    fine &= move in (0, 1) or (move == 2 and skip)
                if fine:
                    total += math.prod(
                        y[k, places[w]].item() for k, w in enumerate(walk)
                    )
            assert alpha[t, s].item() == pytest.approx(total)


@pytest.mark.equation("eq-rnn-ctc-backward")
@pytest.mark.parametrize("labels", [[1, 1, 2], [2], []])
def test_beta_is_the_sum_of_all_ends(labels):
    y = scores(4, 3).softmax(dim=-1)
    places = extended(labels)
    beta = log_backward(y.log(), places).exp()
    for t in range(4):
        for s in range(len(places)):
            total = 0.0
            for rest in itertools.product(range(len(places)), repeat=3 - t):
                walk, fine = (s, *rest), True
                for before, at in itertools.pairwise(walk):
                    skip = places[at] != 0 and places[at] != places[before]
                    fine &= at - before in (0, 1) or (at - before == 2 and skip)
                if fine and walk[-1] >= len(places) - 2:
                    total += math.prod(
                        y[t + 1 + k, places[w]].item() for k, w in enumerate(rest)
                    )
            assert beta[t, s].item() == pytest.approx(total)


@pytest.mark.equation("eq-rnn-ctc-width")
@pytest.mark.parametrize("wide", [1, 2, 3])
def test_a_digit_named_with_p_in_some_columns_costs_the_log_of_p_in_each(wide):
    p, T = 0.7, 9
    y = torch.zeros(T, 3, dtype=torch.float64)
    y[:, 0] = 1
    for start, label in ((1, 1), (5, 2)):
        y[start : start + wide] = 0
        y[start : start + wide, label] = p
        y[start : start + wide, 3 - label] = 1 - p
    loss = ctc_loss((y + 1e-300).log(), [1, 2]).item()
    assert loss == pytest.approx(-2 * wide * math.log(p))


@pytest.mark.equation("eq-rnn-ctc-fork")
@given(
    seed=st.integers(0, 1000), T=st.integers(2, 7), size=st.sampled_from([0.1, 2, 9])
)
def test_two_texts_without_a_common_label_are_never_both_likely(seed, T, size):
    x = size * scores(T, 5, seed)
    one, two = ctc_loss(x, [1, 2]).item(), ctc_loss(x, [3, 4]).item()
    assert (one + two) / 2 >= math.log(4) - 1e-9


@pytest.mark.equation("eq-rnn-ctc-fork")
def test_who_draws_each_label_for_itself_meets_the_bound():
    y = torch.tensor([[0, 0.5, 0, 0.5, 0], [0, 0, 0.5, 0, 0.5]], dtype=torch.float64)
    x = (y + 1e-12).log()
    for text in ([1, 2], [3, 4], [1, 4], [3, 2]):
        assert ctc_loss(x, text).item() == pytest.approx(math.log(4))


@pytest.mark.parametrize("T", [2, 3, 4])
def test_exchanged_ends_give_other_texts_and_can_be_exchanged_back(T):
    images = set()
    paths = list(itertools.product(range(5), repeat=T))
    one = [p for p in paths if collapse(p) == [1, 2]]
    two = [p for p in paths if collapse(p) == [3, 4]]
    for a, b in itertools.product(one, two):
        cut = min(a.index(2), b.index(4))
        x, y = a[:cut] + b[cut:], b[:cut] + a[cut:]
        assert 4 in x
        assert 2 not in x
        assert 2 in y
        assert 4 not in y
        assert collapse(x) != [3, 4]
        assert collapse(y) != [1, 2]
        images.add((x, y))
    assert len(images) == len(one) * len(two) > 0


@pytest.mark.equation("eq-rnn-ctc-share")
def test_what_is_meant_is_the_share_of_the_paths_that_say_it():
    x, labels = scores(4, 3), [1, 2]
    y = x.softmax(dim=-1)
    meant, total = torch.zeros(4, 3).double(), 0.0
    for path in itertools.product(range(3), repeat=4):
        if collapse(path) == labels:
            p = math.prod(y[t, k].item() for t, k in enumerate(path))
            total += p
            for t, k in enumerate(path):
                meant[t, k] += p
    torch.testing.assert_close(ctc_gradient(x, labels), y - meant / total)


def test_forward_times_backward_is_the_same_in_every_frame():
    log_y, places = scores().log_softmax(dim=-1), extended([2, 1, 1])
    alpha, beta = log_forward(log_y, places), log_backward(log_y, places)
    total = (alpha + beta).logsumexp(dim=1)
    torch.testing.assert_close(
        total, torch.full((6,), -ctc_loss(scores(), [2, 1, 1]).item()).double()
    )


def test_long_sequences_do_not_underflow():
    x = scores(700)
    assert ctc_loss(x, [1, 2, 3] * 50).isfinite()
    assert ctc_gradient(x, [1, 2, 3] * 50).isfinite().all()
    assert ctc_loss(x.float(), [1, 2, 3] * 50).isfinite()


def test_single_precision_loses_little_of_long_sequences():
    x, labels = scores(700), [1, 2, 3] * 100
    slope = ctc_gradient(x, labels)
    assert slope.sum(dim=1).abs().max() < 1e-9
    loss = ctc_loss(x.float(), labels)
    torch.testing.assert_close(loss.double(), ctc_loss(x, labels), rtol=1e-6, atol=0)
    single = ctc_gradient(x.float(), labels)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), slope, rtol=0, atol=1e-5)


def test_exactly_as_many_frames_as_needed_leave_one_path():
    x = scores(3)
    log_y = x.log_softmax(dim=-1)
    expected = log_y[0, 1] + log_y[1, 0] + log_y[2, 1]
    torch.testing.assert_close(ctc_loss(x, [1, 1]), -expected)
    torch.testing.assert_close(ctc_loss(x[:1], []), -log_y[0, 0])


def test_what_cannot_be_spelled_is_refused():
    x = scores(3)
    refuses(
        lambda labels: ctc_loss(x, labels),
        r"^(scores has 3 frames: labels need 4|labels has (labels outside 0 to|the b))",
        good=[[], [1, 1], [1, 2, 3]],
        bad=[[1, 1, 2], [1, 2, 1, 2], [4], [-1], [1, 0]],
    )
    refuses(
        lambda blank: ctc_loss(x, [2], blank),
        "^blank is .*: choose it from 0 to 3$",
        good=[0, 3],
        bad=[-1, 4],
    )
    refuses(
        lambda x: ctc_gradient(x, [1]),
        "^scores (is empty: give at least one frame|has NaN or infinity: lower)",
        good=[x, x[:1]],
        bad=[x[:0], *spoilt(x, math.nan, -math.inf)],
    )
