"""Reversible layers: undone to the last digits, with the slopes of those that keep."""

import pytest
import torch
from torch import nn

from ml2020.new_architectures import Reversible, back, kept_bytes, there
from ml2020.new_architectures.reversible import slopes
from ml2020.transformer import MultiHead
from tests.refusals import refuses


def parts(seed=0, d=6):
    torch.manual_seed(seed)
    return [
        nn.Sequential(nn.Linear(d, d), nn.Tanh(), nn.Linear(d, d)).double()
        for _ in range(2)
    ]


@pytest.mark.equation("eq-new_architectures-reversible")
def test_by_hand_two_numbers_go_there():
    def double(x):
        return 2 * x

    def square(x):
        return x * x

    one, two = torch.tensor(1.0), torch.tensor(2.0)
    y = there(double, square, one, two)
    assert [float(x) for x in y] == [5, 27]
    assert [float(x) for x in back(double, square, *y)] == [1, 2]


@pytest.mark.equation("eq-new_architectures-undone")
def test_what_came_in_is_computed_from_what_came_out():
    F, G = parts()
    x1, x2 = torch.randn(2, 4, 6, dtype=torch.float64)
    y1, y2 = there(F, G, x1, x2)
    torch.testing.assert_close(y1, x1 + F(x2))
    torch.testing.assert_close(y2, x2 + G(y1))
    for got, wanted in zip(back(F, G, y1, y2), (x1, x2), strict=True):
        torch.testing.assert_close(got, wanted, atol=1e-12, rtol=0)


def made(kept, layers=3, d=8):
    torch.manual_seed(1)
    heads = [MultiHead(d, 2) for _ in range(layers)]
    body = Reversible(heads, d, kept=kept).double()
    for part in body.parameters():
        nn.init.normal_(part, std=0.3)
    return body


def test_slopes_are_those_of_layers_that_keep_all():
    X = torch.randn(2, 5, 8, dtype=torch.float64)
    found = []
    for kept in (True, False):
        body, x = made(kept), X.clone().requires_grad_()
        y = body(x)
        found.append([y, *torch.autograd.grad(y.sin().sum(), [x, *body.parameters()])])
    assert len(found[0]) == 2 + len(list(made(True).parameters()))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, atol=1e-12, rtol=1e-10)
        assert one.abs().max() > 0


@pytest.mark.parametrize("kept", [True, False])
def test_both_streams_begin_alike_and_their_mean_comes_out(kept):
    body = made(kept, layers=2)
    X = one = two = torch.randn(2, 5, 8, dtype=torch.float64)
    for F, G in zip(body.F, body.G, strict=True):
        one, two = there(F, G, one, two)
    torch.testing.assert_close(body(X), torch.stack([one, two]).mean(dim=0))


def test_what_a_part_makes_leaves_no_trace_of_how():
    F, _ = parts()
    x, g = torch.randn(2, 4, 6, dtype=torch.float64)
    made_of, by_x, by_weights = slopes(F, x, g)
    assert not made_of.requires_grad
    torch.testing.assert_close(made_of, F(x).detach())
    x = x.requires_grad_()
    wanted = torch.autograd.grad((g * F(x)).sum(), [x, *F.parameters()])
    for one, other in zip([by_x, *by_weights], wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_slopes_are_those_of_small_differences():
    body = made(False, layers=2, d=4)
    X = torch.randn(1, 3, 4, dtype=torch.float64, requires_grad=True)
    torch.autograd.gradcheck(body, (X,))


def test_a_frozen_weight_gets_no_slope_and_the_others_theirs():
    found = []
    for kept in (True, False):
        body = made(kept)
        frozen = body.G[1].part[0].weight.requires_grad_(False)
        body(torch.ones(1, 5, 8, dtype=torch.float64)).sin().sum().backward()
        assert frozen.grad is None
        found.append([x.grad for x in body.parameters() if x.requires_grad])
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, atol=1e-12, rtol=1e-10)


def test_a_weight_that_is_not_used_gets_no_slope():
    part = nn.Linear(4, 4)
    part.register_parameter("spare", nn.Parameter(torch.ones(1)))
    body = Reversible([part], 4)
    body(torch.randn(1, 3, 4)).square().sum().backward()
    assert part.spare.grad is None
    assert part.weight.grad.abs().sum() > 0


def test_what_is_kept_does_not_grow_with_the_layers():
    X = torch.randn(2, 16, 8, dtype=torch.float64)
    found = {
        (kept, layers): kept_bytes(body, lambda body=body: body(X))
        for kept in (True, False)
        for layers in (2, 4, 8)
        for body in (made(kept, layers),)
    }
    assert found[False, 2] == found[False, 4] == found[False, 8]
    assert found[True, 8] > 3.5 * found[True, 2]
    assert found[True, 2] > found[False, 2]


def test_a_body_without_layers_is_refused():
    refuses(
        lambda n: Reversible([MultiHead(4, 2)] * n, 4),
        "^attends is 0: give 1",
        good=[1],
        bad=[0],
    )


class Drops(nn.Module):
    """Dropout that is no module."""

    def __init__(self, p):
        super().__init__()
        self.p, self.matrix = p, nn.Linear(4, 4)

    def forward(self, X):
        return nn.functional.dropout(self.matrix(X), self.p, self.training)


def dropped(p, kind=nn.Dropout):
    return nn.Sequential(nn.Linear(4, 4), kind(p))


def alone(part, kept=False):
    return Reversible([part], 4, kept=kept)


X = torch.ones(1, 3, 4)


def test_layers_that_draw_are_refused():
    refuses(
        lambda part: alone(part)(X),
        "^attends draws, as dropout does: do without, or kept=True",
        good=[nn.Linear(4, 4), dropped(0.5).eval(), Drops(0.5).eval()],
        bad=[dropped(0.5), dropped(0.5, nn.AlphaDropout), Drops(0.5)],
    )
    for part in (dropped(0.5), Drops(0.5)):
        assert alone(part, kept=True)(X).shape == X.shape


def test_dice_may_be_thrown_between_there_and_back():
    made = alone(nn.Linear(4, 4))(X)
    torch.rand(1)
    made.sum().backward()


def changed(where):
    """Slopes after a weight was changed, there and then."""
    layers = alone(nn.Linear(4, 4))
    made = layers(X).square().sum()
    with torch.no_grad():
        for part in where(layers):
            part += 0.1
    return torch.autograd.grad(made, [*layers.parameters()])


def test_weights_that_changed_on_the_way_are_refused():
    refuses(
        changed,
        "^weights changed since the way there: take slopes first",
        good=[lambda layers: []],
        bad=[
            lambda layers: [layers.F[0].part.weight],
            lambda layers: [layers.G[0].part[2].bias],
            lambda layers: layers.parameters(),
        ],
    )


def test_slopes_of_slopes_are_refused():
    def call(create_graph):
        layers = alone(nn.Linear(4, 4))
        made = layers(X).square().sum()
        return torch.autograd.grad(
            made, [*layers.parameters()], create_graph=create_graph
        )

    refuses(call, "^create_graph asks for .*: choose kept", good=[False], bad=[True])


@pytest.mark.parametrize("kept", [True, False])
def test_parts_of_another_width_are_refused(kept):
    refuses(
        lambda width: alone(nn.Linear(4, width), kept)(X),
        r"^attends makes \(1, 3, [12]\) of \(1, 3, 4\): choose parts",
        good=[4],
        bad=[1, 2],
    )
