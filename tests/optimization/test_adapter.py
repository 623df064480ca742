"""Through the adapter a rule trains as torch's own optimizers do."""

import io
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler

from ml2020.gradient_descent import GradientDescent, descend
from ml2020.optimization import (
    L2,
    NAG,
    SGDM,
    SGDWM,
    SWATS,
    AdaBound,
    Adam,
    AdamW,
    AMSGrad,
    Lookahead,
    Nadam,
    RAdam,
    RMSProp,
    RuleOptimizer,
)
from tests.refusals import refuses

RULES = [
    GradientDescent(0.1),
    SGDM(0.1),
    NAG(0.1),
    RMSProp(0.01),
    Adam(0.01),
    AMSGrad(0.01),
    AdaBound(0.01),
    RAdam(0.05),
    Nadam(0.01, momentum_decay=0.004),
    SWATS(0.01, tolerance=1.0),
    SGDWM(0.1, weight_decay=0.01),
    AdamW(0.01),
    L2(Adam(0.01), 0.1),
    Lookahead(L2(SGDM(0.1), 0.01), k=3),
]


def network(device="cpu"):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    return model.double().to(device)


def data(device="cpu"):
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(60, 4, generator=generator).double().to(device)
    return X, (X[:, 0] > 0).long() + (X[:, 1] > 0).long()


def fit(model, optimizer, steps, scheduler=None):
    X, y = data(next(model.parameters()).device)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
    return loss.item()


def same(one, other):
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.allclose(a, b, rtol=0, atol=1e-12) for a, b in pairs)


@pytest.mark.parametrize(
    ("rule", "make"),
    [
        (SGDM(0.1), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
        (NAG(0.1), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True)),
        (Adam(0.01), lambda p: torch.optim.Adam(p, 0.01)),
        (AdamW(0.01), lambda p: torch.optim.AdamW(p, 0.01)),
    ],
)
def test_a_network_is_trained_as_by_torchs_optimizer(rule, make, device):
    ours, theirs = network(device), network(device)
    fit(ours, RuleOptimizer(ours.parameters(), rule), 30)
    fit(theirs, make(theirs.parameters()), 30)
    assert same(ours, theirs)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_every_rule_learns(rule):
    model = network()
    optimizer = RuleOptimizer(model.parameters(), rule)
    first = fit(model, optimizer, 1)
    assert fit(model, optimizer, 100) < 0.7 * first


def test_groups_have_settings_of_their_own():
    ours, theirs = network(), network()

    def groups(model):
        return [
            {"params": model[0].parameters(), "lr": 0.1},
            {"params": model[2].parameters(), "momentum": 0.5},
        ]

    fit(ours, RuleOptimizer(groups(ours), SGDM(0.02)), 20)
    fit(theirs, torch.optim.SGD(groups(theirs), 0.02, momentum=0.9), 20)
    assert same(ours, theirs)


def test_a_rule_inside_a_rule_has_its_settings_in_the_group_too():
    model = network()
    optimizer = RuleOptimizer(model.parameters(), Lookahead(L2(Adam(0.01), 0.1), k=3))
    (group,) = optimizer.param_groups
    assert (group["k"], group["weight_decay"], group["lr"]) == (3, 0.1, 0.01)
    group["lr"] = 1e-9
    before = network()
    fit(model, optimizer, 3)
    pairs = zip(model.parameters(), before.parameters(), strict=True)
    assert all((a - b).abs().max() < 1e-7 for a, b in pairs)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_state_that_was_saved_and_loaded_goes_on_as_before(rule):
    whole = network()
    fit(whole, RuleOptimizer(whole.parameters(), rule), 14)
    halves = network()
    first = RuleOptimizer(halves.parameters(), rule)
    fit(halves, first, 7)
    file = io.BytesIO()
    torch.save(first.state_dict(), file)
    file.seek(0)
    second = RuleOptimizer(halves.parameters(), rule)
    second.load_state_dict(torch.load(file, weights_only=True))
    fit(halves, second, 7)
    assert same(whole, halves)


def test_another_rules_state_is_refused():
    saved = {}
    for rule in (SGDM(0.1), Adam(0.01), RMSProp(0.01), SWATS(0.01)):
        model = network()
        optimizer = RuleOptimizer(model.parameters(), rule)
        fit(model, optimizer, 1)
        saved[type(rule)] = optimizer.state_dict()
    said = "^state_dict was saved by another rule: load it with that one$"
    for rule in (SGDM(0.1), Adam(0.01), RMSProp(0.01), SWATS(0.01)):
        optimizer = RuleOptimizer(network().parameters(), rule)
        refuses(
            optimizer.load_state_dict,
            said,
            good=[saved[type(rule)]],
            bad=[state for kind, state in saved.items() if kind is not type(rule)],
        )


def test_torchs_schedulers_are_obeyed():
    ours, theirs = network(), network()
    mine = RuleOptimizer(ours.parameters(), Adam(0.01))
    other = torch.optim.Adam(theirs.parameters(), 0.01)
    fit(ours, mine, 20, lr_scheduler.StepLR(mine, 5, 0.5))
    fit(theirs, other, 20, lr_scheduler.StepLR(other, 5, 0.5))
    assert same(ours, theirs)
    assert mine.param_groups[0]["lr"] == pytest.approx(0.01 / 16)


@pytest.mark.parametrize(
    "make",
    [
        lambda o: lr_scheduler.LambdaLR(o, lambda t: min(1.0, t / 5)),
        lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=6),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=4),
        lambda o: lr_scheduler.OneCycleLR(o, 0.02, 15, cycle_momentum=False),
        lambda o: lr_scheduler.CyclicLR(o, 0.0, 0.02, 3, cycle_momentum=False),
    ],
)
def test_a_scheduler_may_set_a_rate_of_0(make):
    ours, theirs = network(), network()
    mine = RuleOptimizer(ours.parameters(), Adam(0.01))
    other = torch.optim.Adam(theirs.parameters(), 0.01)
    fit(ours, mine, 10, make(mine))
    fit(theirs, other, 10, make(other))
    assert same(ours, theirs)


@pytest.mark.parametrize(
    "rule",
    # AdaBound's bounds and SGDWM's decay do not obey the rate.
    [rule for rule in RULES if not isinstance(rule, AdaBound | SGDWM)],
    ids=lambda rule: type(rule).__name__,
)
def test_at_a_rate_of_0_from_the_start_nothing_moves(rule):
    model = network()
    optimizer = RuleOptimizer(model.parameters(), rule)
    optimizer.param_groups[0]["lr"] = 0.0
    fit(model, optimizer, 2)
    assert same(model, network())


def test_at_a_rate_of_0_a_weight_of_0_moves_by_the_least_number_there_is():
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = RuleOptimizer([{"params": [weight], "lr": 0.0}], GradientDescent(1.0))
    weight.grad = torch.ones_like(weight)
    optimizer.step()
    assert -weight.item() == math.nextafter(0.0, 1.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda o, **options: lr_scheduler.OneCycleLR(o, 0.1, 20, **options),
        lambda o, **options: lr_scheduler.CyclicLR(o, 0.01, 0.1, 5, **options),
    ],
)
def test_what_moves_the_momentum_refuses_a_rule_without_and_can_be_told_not_to(make):
    optimizer = RuleOptimizer(network().parameters(), Adam())
    with pytest.raises(ValueError, match=r"^optimizer must support momentum .*cycle_m"):
        make(optimizer)
    make(optimizer, cycle_momentum=False)
    make(RuleOptimizer(network().parameters(), SGDM(0.1)))


def test_in_bfloat16_the_average_of_squares_stops_at_half_of_its_way():
    p = nn.Parameter(torch.zeros(1, dtype=torch.bfloat16))
    p.grad = torch.ones_like(p)
    optimizer = RuleOptimizer([p], Adam())
    optimizer.step()
    state = optimizer.state[p]
    for reached in (0.49, 0.5):  # 1 - 0.999**674 and 1 - 0.999**693 in float32
        v = torch.full_like(p, reached)
        state["memory"] = state["memory"]._replace(v=v)
        for _ in range(30):
            optimizer.step()
        assert state["memory"].v.item() == 0.5


def test_one_cycle_moves_the_momentum_too():
    model = network()
    optimizer = RuleOptimizer(model.parameters(), SGDM(0.1))
    scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=20)
    assert optimizer.param_groups[0]["momentum"] == pytest.approx(0.95)
    fit(model, optimizer, 6, scheduler)
    assert optimizer.param_groups[0]["momentum"] < 0.9


def test_a_parameter_without_gradient_is_left_alone():
    model = network()
    model[0].weight.requires_grad_(False)
    before = model[0].weight.clone()
    fit(model, RuleOptimizer(model.parameters(), Adam(0.1)), 3)
    assert torch.equal(model[0].weight, before)


def test_a_gradient_of_nan_makes_the_parameter_nan_as_in_torch():
    for make in (lambda p: RuleOptimizer(p, Adam(0.1)), lambda p: torch.optim.Adam(p)):
        p = torch.nn.Parameter(torch.ones(2))
        p.grad = torch.tensor([1.0, float("nan")])
        make([p]).step()
        assert p.isnan().tolist() == [False, True]


def test_a_closure_is_called_with_gradients_on():
    theta = nn.Parameter(torch.tensor([3.0]))
    optimizer = RuleOptimizer([theta], GradientDescent(0.1))

    def closure():
        optimizer.zero_grad()
        loss = (theta**2).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9
    assert theta.item() == pytest.approx(3 - 0.6)


def test_a_setting_that_stands_twice_is_refused():
    twice = Lookahead(Lookahead(SGDM(0.1), k=2), k=3)
    with pytest.raises(ValueError, match=r"^rule has \['k'\] twice: wrap"):
        RuleOptimizer([nn.Parameter(torch.zeros(1))], twice)


def test_unknown_and_bad_settings_of_a_group_are_refused():
    theta = nn.Parameter(torch.zeros(1))
    with pytest.raises(ValueError, match=r"^params has a group with \['beta9'\]: drop"):
        RuleOptimizer([{"params": [theta], "beta9": 1}], Adam())
    with pytest.raises(ValueError, match=r"^lr is -1: give a positive"):
        RuleOptimizer([{"params": [theta], "lr": -1}], Adam())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_parameter_walks_through_the_adapter_as_a_vector_walks_without(rule):
    # What a rule remembers of the start must not change when torch writes over it.
    start = torch.tensor([3.0, -2.0], dtype=torch.float64)
    curvature = torch.tensor([1.0, 4.0], dtype=torch.float64)
    p = nn.Parameter(start.clone())
    optimizer = RuleOptimizer([p], rule)
    for _ in range(9):
        p.grad = curvature * p.detach()
        optimizer.step()
    path = descend(rule, lambda theta: curvature * theta, start, 9)
    torch.testing.assert_close(p.detach(), path[-1], rtol=0, atol=1e-12)
