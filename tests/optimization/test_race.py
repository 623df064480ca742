"""Every rule runs the same race, and a network runs it as if it were alone."""

from functools import partial

import pytest
import torch

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import (
    L2,
    SGDM,
    SWATS,
    AdaBound,
    Adam,
    AMSGrad,
    Lookahead,
    race,
    racers,
    small_clothes,
)
from ml2020.optimization.race import SIZES

# torch's own rules, with the settings that it gives them (and 0.9 for momentum).
TORCHS = {
    "SGD": torch.optim.SGD,
    "SGDM": partial(torch.optim.SGD, momentum=0.9),
    "NAG": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "Adagrad": torch.optim.Adagrad,
    "RMSProp": torch.optim.RMSprop,
    "Adam": torch.optim.Adam,
    "AMSGrad": partial(torch.optim.Adam, amsgrad=True),
    "RAdam": torch.optim.RAdam,
    "Nadam": torch.optim.NAdam,
    "AdamW": torch.optim.AdamW,
}


@pytest.fixture(scope="module")
def data():
    return small_clothes(300, 100)


@pytest.fixture(scope="module")
def pair(data):
    return race(SGDM(0.05), data, [3, 8], passes=2)


def test_a_network_runs_as_if_it_were_alone(data, pair):
    alone = race(SGDM(0.05), data, [8], passes=2)
    for both, one in zip(pair, alone, strict=True):
        torch.testing.assert_close(both[..., 1:], one, rtol=1e-4, atol=1e-4)
    assert not torch.equal(pair.losses[:, 0], pair.losses[:, 1])


def test_it_learns_and_says_where_it_was_measured(pair):
    assert pair.losses.shape == (2, 2)
    assert (pair.losses[1] < pair.losses[0]).all()
    guessing = 0.1
    for share in (pair.choose, pair.judge, pair.learn):
        assert share.shape == (2,)
        assert (share > 3 * guessing).all()
    # The shares of 100, 11,600 and 300 pictures are whole numbers of them.
    for share, count in zip(pair, (100, 11_600, 300), strict=False):
        hits = share * count
        torch.testing.assert_close(hits, hits.round(), rtol=0, atol=0.01)


def test_a_pass_is_the_mean_of_its_batches(data):
    # With a rate near zero nothing is learned: the loss is that of the first weights.
    still = race(GradientDescent(1e-12), data, [3], passes=2)
    torch.testing.assert_close(still.losses[0], still.losses[1], rtol=0, atol=1e-4)


def test_unless_told_it_takes_ten_passes_with_batches_of_a_hundred():
    told = []

    def constant(t):
        told.append(t)
        return 0.01

    scores = race(SGDM(0.01), small_clothes(200, 100), [0], lr=constant)
    assert (len(scores.losses), len(told)) == (10, 20)
    assert SIZES == (196, 64, 10)


def test_a_schedule_sets_the_rate_of_each_of_its_steps(data, pair):
    told = []

    def constant(t):
        told.append(t)
        return 0.05

    same = race(SGDM(9.0), data, [3, 8], passes=2, lr=constant)
    assert told == list(range(6))
    for scores, expected in zip(same, pair, strict=True):
        assert torch.equal(scores, expected)


@pytest.mark.parametrize("rule", [SWATS(), Lookahead(SWATS()), L2(SWATS(), 0.1)])
def test_a_rule_that_would_mix_the_networks_is_refused(data, rule):
    with pytest.raises(ValueError, match=r"^rule is SWATS.*: train one network$"):
        race(rule, data, [3])


@pytest.mark.parametrize("name", TORCHS)
def test_a_racer_walks_as_torchs_rule_of_its_name(name, walk, torch_walk):
    theirs, lr = TORCHS[name], 0.02
    # RAdam: torch adds eps before the correction; Nadam: it multiplies in float32.
    atol = 1e-6 if name in ("RAdam", "Nadam") else 1e-12
    expected = torch_walk(lambda p: theirs(p, lr=lr))
    torch.testing.assert_close(walk(racers()[name](lr)), expected, rtol=0, atol=atol)


def test_the_racers_that_torch_has_not_have_the_settings_of_their_papers():
    rules = {n: make(0.25) for n, make in racers().items() if n not in TORCHS}
    assert rules == {
        "Lookahead": Lookahead(SGDM(0.25, 0.9), k=5, slow_lr=0.5),
        "Adam, uncorrected": Adam(0.25, 0.9, 0.999, 1e-8, unbiased=False),
        "AMSGrad, uncorrected": AMSGrad(0.25, 0.9, 0.999, 1e-8, unbiased=False),
        "AdaBound": AdaBound(0.25, final_lr=0.1),
    }


def test_adam_without_corrections_is_adam_with_a_rate_that_rises_and_then_falls(stream):
    g = torch.randn(300, generator=torch.Generator().manual_seed(0)).double()
    moves, adam = (
        stream(Adam(0.1, eps=1e-30, unbiased=flag), g).diff() for flag in (False, True)
    )
    t = torch.arange(1, 301).double()
    share = (1 - 0.9**t) / (1 - 0.999**t) ** 0.5
    torch.testing.assert_close(moves, share * adam)
    assert share[0].item() == pytest.approx(10**0.5)
    assert share.argmax() + 1 == 12
    assert share.max().item() == pytest.approx(6.6, abs=0.1)
    assert share[-1].item() == pytest.approx(1.96, abs=0.01)


def test_on_squares_whose_average_grows_amsgrad_without_corrections_is_it(stream):
    g = torch.arange(1, 30).double()
    torch.testing.assert_close(
        stream(AMSGrad(0.1), g), stream(Adam(0.1, unbiased=False), g)
    )


def test_it_writes_to_nothing(assert_pure):
    assert_pure(Adam(0.1, unbiased=False))
