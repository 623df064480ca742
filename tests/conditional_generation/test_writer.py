"""A writer's probabilities are a chain, and what it draws follows them."""

import pytest
import torch

from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.writer import Writer, before, drawn, log_likelihood
from tests.refusals import only_positive, refuses


def model(symbols=3, extra=0):
    made = first(lambda: Writer(symbols, 6, extra), 0)
    with torch.no_grad():
        made.bias.copy_(torch.linspace(-1, 1, symbols))
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


def test_what_is_drawn_is_drawn_as_often_as_its_probability_says():
    writer = model()
    found = drawn(writer, 4000, 2, generator=torch.Generator().manual_seed(1))
    W = torch.cartesian_prod(torch.arange(3), torch.arange(3))
    P = log_likelihood(writer(W), W).exp()
    often = (found[:, 0] * 3 + found[:, 1]).bincount(minlength=9) / 4000
    assert torch.allclose(often, P, atol=0.03)


def test_cold_it_says_the_likeliest_and_the_seed_repeats():
    writer = model()
    cold = drawn(writer, 5, 3, 1e-4, generator=torch.Generator().manual_seed(2))
    y, h = torch.full((1, 1), 3), None
    for t in range(3):
        scores, h = writer.step(y, h)
        y = scores.argmax(-1)
        assert (cold[:, t] == y.item()).all()
    warm = [
        drawn(writer, 5, 3, generator=torch.Generator().manual_seed(3)) for _ in "ab"
    ]
    assert torch.equal(*warm)


def test_more_may_be_told():
    writer = model(extra=2)
    told = torch.randint(4, (2, 5, 3), generator=torch.Generator().manual_seed(0))
    assert writer(torch.zeros(2, 5).long(), told).shape == (2, 5, 3)


def test_rejects_what_is_no_writer():
    refuses(lambda s: Writer(s, 2), "^symbols is", good=[2], bad=[1])
    refuses(lambda m: Writer(2, m), "^m is", good=[1], bad=[0])
    refuses(lambda e: Writer(2, 2, e), "^extra is", good=[0], bad=[-1])
    refuses(lambda n: drawn(model(), n, 1), "^n is", good=[1], bad=[0])
    refuses(lambda m: drawn(model(), 1, m), "^most is", good=[1], bad=[0])
    only_positive(lambda t: drawn(model(), 1, 1, t), "temperature")
    W = torch.zeros(2, 3).long()
    scores = model()(W)
    refuses(
        lambda k: log_likelihood(scores[:, :k], W[:, :k]),
        "^W is empty",
        good=[1, 3],
        bad=[0],
    )
