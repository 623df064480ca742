"""Teachers of lines: their slopes are autograd's, and networks learn from each."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.optimization import Adam
from ml2020.rnn import (
    TEACHERS,
    aligned,
    blank_share,
    clipped,
    error_rate,
    even_marks,
    fresh_readers,
    line_scores,
    part_lines,
    read_lines,
    taught,
)
from ml2020.rnn.line_teachers import FLAT
from tests.refusals import refuses


@pytest.fixture(scope="module")
def lines():
    return part_lines("learn", 4, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def short(lines):
    """The first digit of two lines, and that they say no more."""
    T = 9
    texts = [lines.texts[0][:1]] * 2
    return lines._replace(
        X=lines.X[:T, :2],
        lengths=torch.tensor([9, 7]),
        texts=texts,
        marks=lines.marks[:T, :2],
    )


def cost(teacher, scores, lines):
    """What a teacher wants small, over networks and lines, by torch."""
    networks = scores.shape[1]
    if teacher == "CTC":
        return F.ctc_loss(
            scores.flatten(1, 2).log_softmax(dim=-1),
            torch.tensor([k for text in lines.texts for k in text] * networks),
            lines.lengths.repeat(networks),
            torch.tensor([len(text) for text in lines.texts] * networks),
            reduction="sum",
        )
    total = 0.0
    for j in range(networks):
        marks = {
            "realigned": even_marks(lines, gaps=True),
            "realigned at once": aligned(scores[:, j], lines.lengths, lines.texts),
            "even": even_marks(lines),
            "even with gaps": even_marks(lines, gaps=True),
            "true": lines.marks,
        }[teacher]
        for k in range(scores.shape[2]):
            T = int(lines.lengths[k])
            said = scores[:T, j, k]
            total = total + F.cross_entropy(said, marks[:T, k], reduction="sum")
    return total


@pytest.mark.parametrize("teacher", TEACHERS)
def test_a_teacher_s_slope_is_autograd_s(lines, teacher):
    scores = line_scores(fresh_readers([0, 1]) * 5, lines).double()
    watched = scores.detach().requires_grad_()
    (slope,) = torch.autograd.grad(cost(teacher, watched, lines), watched)
    found = TEACHERS[teacher](scores, lines, 0)
    torch.testing.assert_close(found, slope.to(found.dtype))


def test_a_network_realigns_its_own_marks_after_a_flat_start(lines):
    scores = line_scores(fresh_readers([0, 1]) * 5, lines)
    teach = TEACHERS["realigned"]
    even = TEACHERS["even with gaps"](scores, lines, 0)
    assert torch.equal(teach(scores, lines, FLAT - 1), even)
    found = teach(scores, lines, FLAT)
    for k in range(2):
        marks = aligned(scores[:, k], lines.lengths, lines.texts)
        own = lines._replace(marks=marks)
        alone = TEACHERS["true"](scores[:, k : k + 1], own, 0)
        torch.testing.assert_close(found[:, k : k + 1], alone)


class Step:
    """Plain descent, without memory."""

    def init(self, theta):
        return ()

    def step(self, theta, g, memory):
        return theta - 0.5 * g, memory


@pytest.mark.parametrize("teacher", TEACHERS)
def test_an_update_is_a_clipped_step_on_the_lines_drawn(lines, teacher):
    start = fresh_readers([3, 4])
    end = taught(start, teacher, Step(), lambda: lines, 1)
    for k in range(2):
        theta = start[k : k + 1].clone().requires_grad_()
        scores = line_scores(theta, lines)
        mean = cost(teacher, scores, lines) / len(lines.texts)
        (g,) = torch.autograd.grad(mean, theta)
        expected = theta.detach() - 0.5 * clipped(g, 1.0)
        torch.testing.assert_close(end.theta[k : k + 1], expected, rtol=1e-3, atol=1e-5)
    share = blank_share(line_scores(start, lines), lines.lengths)
    torch.testing.assert_close(end.silence[0], share)
    longer = taught(start, teacher, Step(), lambda: lines, 3, stops=(1, 2))
    assert len(longer.silence) == 3
    assert list(longer.stopped) == [1, 2]
    torch.testing.assert_close(longer.stopped[1], end.theta)
    assert not torch.equal(longer.stopped[2], longer.theta)
    assert not start.requires_grad


def test_two_texts_are_learned_by_heart_from_the_text_alone(short):
    theta = taught(fresh_readers([0]), "CTC", Adam(lr=0.03), lambda: short, 60).theta
    assert error_rate(read_lines(theta, short)[0], short.texts) == 0


def test_no_teacher_and_no_update_are_refused(lines):
    theta = fresh_readers([0])
    refuses(
        lambda teacher: taught(theta, teacher, Step(), lambda: lines, 1),
        "^teacher is .*: choose one of CTC, realigned, realigned at once, even, even",
        good=["CTC"],
        bad=["", "HMM"],
    )
    refuses(
        lambda steps: taught(theta, "true", Step(), lambda: lines, steps),
        "^steps is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )
