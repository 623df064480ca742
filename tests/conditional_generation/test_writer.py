"""A writer's probabilities are a chain, and what it draws follows them."""

import pytest
import torch

from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.steps import log_likelihood
from ml2020.conditional_generation.writer import Writer, drawn
from tests.refusals import only_positive, only_shares, refuses


def model(symbols=3, extra=0):
    made = first(lambda: Writer(symbols, 6, extra), 0)
    with torch.no_grad():
        made.bias.copy_(torch.linspace(-1, 1, symbols))
        made.means.weight.mul_(3)
    return made


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


def test_as_cold_as_can_be_each_row_says_its_likeliest():
    class Fixed(Writer):
        def step(self, y, h):
            return torch.tensor([[[0.0, 1.0]], [[5.0, 3.0]]]), h

    assert drawn(Fixed(2, 1), 2, 3, 1e-310).tolist() == [[1] * 3, [0] * 3]


def test_more_may_be_told():
    writer = model(extra=2)
    told = torch.randint(4, (2, 5, 3), generator=torch.Generator().manual_seed(0))
    assert writer(torch.zeros(2, 5).long(), told).shape == (2, 5, 3)


def test_symbols_begin_as_vectors_of_length_one_or_so():
    means = first(lambda: Writer(500, 25), 0).means.weight
    assert means.norm(dim=1).mean().item() == pytest.approx(1, abs=0.05)


def test_dropout_leaves_out_a_share_while_it_learns_and_keeps_the_mean():
    """Of the symbols that are read, and of the states that score."""
    writer = first(lambda: Writer(3, 200, 0, 0.25), 0)
    W = torch.zeros(1, 50).long()
    met = {}
    writer.remembers.register_forward_pre_hook(lambda _, x: met.update(x=x[0]))
    writer.remembers.register_forward_hook(lambda _, x, y: met.update(H=y[0]))
    with torch.random.fork_rng():
        torch.manual_seed(1)
        scores = writer(W)
    read = writer.means(torch.tensor([0]))[0]
    gone = (met["x"] == 0).float().mean().item()
    assert abs(gone - 0.25) < 0.02
    assert torch.allclose(met["x"].mean(dim=1)[0], read, atol=0.05)
    assert not torch.equal(scores, met["H"] @ writer.means.weight[:-1].T)
    quiet = writer.eval()(W)
    assert torch.equal(quiet, met["H"] @ writer.means.weight[:-1].T)
    plain = first(lambda: Writer(3, 200), 0)
    assert torch.equal(quiet, plain(W))


def test_rejects_what_is_no_writer():
    refuses(lambda s: Writer(s, 2), "^symbols is", good=[2], bad=[1])
    refuses(lambda m: Writer(2, m), "^m is", good=[1], bad=[0])
    refuses(lambda e: Writer(2, 2, e), "^extra is", good=[0], bad=[-1])
    refuses(lambda n: drawn(model(), n, 1), "^n is", good=[1], bad=[0])
    refuses(lambda m: drawn(model(), 1, m), "^most is", good=[1], bad=[0])
    only_positive(lambda t: drawn(model(), 1, 1, t), "temperature")
    only_shares(lambda p: Writer(2, 2, 0, p), "dropout")
