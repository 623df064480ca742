"""Steps are a chain: before each stands what was said, and their costs add up."""

import math

import pytest
import torch

from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.steps import before, log_likelihood, mean_bits
from ml2020.conditional_generation.writer import Writer
from tests.refusals import refuses


def model():
    made = first(lambda: Writer(3, 6), 0)
    with torch.no_grad():
        made.bias.copy_(torch.linspace(-1, 1, 3))
        made.means.weight.mul_(3)
    return made


@pytest.mark.equation("eq-conditional_generation-chain")
def test_the_probability_is_a_product_over_steps():
    writer = model()
    W = torch.tensor([[0, 2, 1, 1]])
    total, h, told = 0.0, None, 3
    for w in W[0].tolist():
        scores, h = writer.step(torch.tensor([[told]]), h)
        total += scores[0, 0].log_softmax(-1)[w].item()
        told = w
    found = log_likelihood(writer(W), W)
    assert found.item() == pytest.approx(total, rel=1e-5)


def test_all_sequences_together_have_the_probability_1():
    writer = model()
    W = torch.cartesian_prod(*[torch.arange(3)] * 4)
    P = log_likelihood(writer(W), W).exp()
    assert P.sum().item() == pytest.approx(1, abs=1e-5)


def test_behind_the_end_nothing_counts():
    writer = model()
    W = torch.tensor([[1, 2, -100, -100]])
    scores = writer(W.clamp(min=0))
    assert log_likelihood(scores, W) == log_likelihood(scores[:, :2], W[:, :2])


def test_before_is_one_step_back():
    W = torch.tensor([[4, 5, 6]])
    assert before(W, 9).tolist() == [[9, 4, 5]]


def test_bits_are_the_mean_over_all_steps():
    writer = model()
    W = torch.tensor([[0, 2, 1], [1, 1, 0]])
    expected = -log_likelihood(writer(W), W).sum().item() / 6 / math.log(2)
    assert mean_bits(writer(W), W) == pytest.approx(expected, rel=1e-6)
    even = torch.zeros(1, 3, 8)
    assert mean_bits(even, torch.tensor([[1, 2, 7]])) == pytest.approx(3)


def test_rejects_no_symbol():
    W = torch.zeros(2, 3).long()
    scores = model()(W)
    refuses(
        lambda k: log_likelihood(scores[:, :k], W[:, :k]),
        "^W is empty",
        good=[1, 3],
        bad=[0],
    )
