"""Any graph gives autograd's slopes; what does not fit, is empty or NaN is named."""

import ast
import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020 import backpropagation
from ml2020.backpropagation import (
    Value,
    add,
    backward,
    made,
    matmul,
    multiply,
    pick,
    relu,
    sigmoid,
    total,
    turned,
)
from ml2020.backpropagation.engine import folded
from tests.refusals import refuses, spoilt


def tanh(a):
    y = a.data.tanh()
    return made("tanh", y, (a,), lambda g: (g * (1 - y**2),))


def exp(a):
    y = a.data.exp()
    return made("exp", y, (a,), lambda g: (g * y,))


def log(a):
    return made("log", a.data.log(), (a,), lambda g: (g / a.data,))


seeds = st.integers(0, 2**31)
BENDS = [
    (relu, torch.relu),
    (sigmoid, torch.sigmoid),
    (tanh, torch.tanh),
    (lambda a: exp(tanh(a)), lambda a: a.tanh().exp()),
    (lambda a: log(a * a + 1), lambda a: (a * a + 1).log()),
    (turned, lambda a: a.mT),
    (lambda a: a[[0, 0, 1]], lambda a: a[[0, 0, 1]]),
    (lambda a: a[:, 1:], lambda a: a[:, 1:]),
    (lambda a: a[0], lambda a: a[0]),
]
PAIRS = [
    (lambda a, b: a + b, lambda a, b: a + b),
    (lambda a, b: a * b, lambda a, b: a * b),
    (lambda a, b: a @ b, lambda a, b: a @ b),
]


def draw(*shape, seed=0, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=dice, dtype=torch.float64).to(device)


def slopes_by_torch(f, inputs):
    leaves = [x.detach().clone().requires_grad_() for x in inputs]
    return torch.autograd.grad(f(*leaves), leaves, allow_unused=True)


def possible(f, *values):
    """What an operation gives, or None where it has no meaning."""
    try:
        result = f(*values)
    except (RuntimeError, IndexError):
        return None
    return result if 0 < result.numel() < 200 and result.ndim > 0 else None


def random_graph(data, device):
    """A random graph over three inputs: ours, and the same numbers of torch's."""
    shapes = st.sampled_from([(2, 3), (3, 2), (3,), (1, 3), (2, 1), (2, 2, 3), (3, 3)])
    values = [
        draw(*data.draw(shapes), seed=data.draw(seeds), device=device) for _ in range(3)
    ]
    theirs = [value.requires_grad_() for value in values]
    ours = [Value(value.detach()) for value in values]
    inputs = list(zip(ours, theirs, strict=True))
    for _ in range(data.draw(st.integers(1, 10))):
        i, j = (data.draw(st.integers(0, len(ours) - 1)) for _ in range(2))
        mine, other = data.draw(st.sampled_from(BENDS + PAIRS))
        chosen = (i,) if (mine, other) in BENDS else (i, j)
        result = possible(other, *(theirs[k] for k in chosen))
        if result is not None and result.abs().max() < 1e6:
            ours.append(mine(*(ours[k] for k in chosen)))
            theirs.append(result)
    return inputs, ours, theirs


@pytest.mark.equation("eq-backpropagation-adjoint")
@given(data=st.data())
def test_a_random_graph_has_the_slopes_of_autograd(device, data):
    inputs, ours, theirs = random_graph(data, device)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.data, other.detach())
    # All that was made goes into the end, so that many paths lead there.
    end, their_end = total(ours[0]), theirs[0].sum()
    for mine, other in zip(ours[1:], theirs[1:], strict=True):
        end, their_end = end + tanh(total(mine)), their_end + other.sum().tanh()
    found = backward(end, [mine for mine, _ in inputs])
    expected = torch.autograd.grad(their_end, [other for _, other in inputs])
    for g, e in zip(found, expected, strict=True):
        torch.testing.assert_close(g, e, rtol=1e-9, atol=1e-10)


@pytest.mark.equation("eq-backpropagation-chain")
@given(s=st.floats(-5, 5), t=st.floats(-5, 5))
def test_a_slope_is_the_sum_over_all_paths_of_the_products_along_them(device, s, t):
    nodes = [Value(torch.tensor(v, dtype=torch.float64, device=device)) for v in (s, t)]
    p, q = nodes[0] + nodes[1], nodes[1] + 1
    by_s, by_t = backward(p * q, nodes)
    edges = {("f", "p"): t + 1, ("f", "q"): s + t, ("p", "s"): 1, ("p", "t"): 1}
    edges["q", "t"] = 1

    def along_paths(top, end):
        if top == end:
            return 1
        return sum(
            slope * along_paths(low, end)
            for (high, low), slope in edges.items()
            if high == top
        )

    assert by_s.item() == pytest.approx(along_paths("f", "s"))
    assert by_t.item() == pytest.approx(along_paths("f", "t"))


def test_the_example_of_the_page():
    s, t = (Value(torch.tensor(v).double()) for v in (2, 1))
    f = (s + t) * (t + 1)
    assert f.data.item() == 6
    assert [slope.item() for slope in backward(f, [s, t])] == [2, 5]


@pytest.mark.equation("eq-backpropagation-matmul")
@pytest.mark.parametrize(
    "shapes", [((3, 4), (4, 2)), ((5, 3, 4), (4, 2)), ((3, 4), (5, 4, 2))]
)
def test_the_slope_of_a_product_by_one_factor_takes_the_other_turned(device, shapes):
    U, V = (draw(*s, seed=k, device=device) for k, s in enumerate(shapes))
    weights = draw(*(U @ V).shape, seed=9, device=device)
    a, b = Value(U), Value(V)
    found = backward(total(a @ b * Value(weights)), [a, b])
    for at in ((0, 1), (2, 3)):
        nudge = torch.zeros_like(U)
        nudge[..., at[0], at[1]] = 1  # the product is linear in it
        slope = (nudge @ V * weights).sum()
        assert found[0][..., at[0], at[1]].sum().item() == pytest.approx(slope.item())
    expected = slopes_by_torch(lambda x, y: (x @ y * weights).sum(), [U, V])
    for g, e in zip(found, expected, strict=True):
        torch.testing.assert_close(g, e)


@pytest.mark.equation("eq-backpropagation-broadcast")
@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (1, 4), (1, 1), (3, 4)])
def test_a_copied_number_gets_the_slopes_of_all_its_copies(device, shape):
    slope = draw(2, 3, 4, device=device)
    found = folded(slope, shape)
    assert found.shape == shape
    expected = torch.zeros(shape, dtype=torch.float64, device=device)
    copies = torch.arange(expected.numel()).view(shape).expand(2, 3, 4)
    for place, g in zip(copies.flatten(), slope.flatten(), strict=True):
        expected.view(-1)[place] += g
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(found, slope.sum_to_size(shape))


@pytest.mark.parametrize("operation", [add, multiply])
@pytest.mark.parametrize("shapes", [((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3))])
def test_broadcasting_goes_both_ways(operation, shapes):
    x, y = (draw(*s, seed=k) for k, s in enumerate(shapes))
    by_torch = {add: torch.add, multiply: torch.mul}[operation]
    a, b = Value(x), Value(y)
    found = backward(total(tanh(operation(a, b))), [a, b])
    both = lambda x, y: by_torch(x, y).tanh().sum()  # noqa: E731
    expected = slopes_by_torch(both, [x, y])
    for g, e in zip(found, expected, strict=True):
        torch.testing.assert_close(g, e)


def every_index():
    """Whole numbers, slices, lists, masks, pairs of lists, new axes, dots."""
    mask = torch.tensor([True, False, True])
    pair = torch.tensor([0, 2, 0]), torch.tensor([1, 1, 1])
    return [1, slice(1, None), [0, 0, 2], mask, pair, (slice(None), 3), (None, 0), ...]


@pytest.mark.parametrize("places", every_index(), ids=str)
def test_what_is_picked_twice_gets_both_slopes(device, places):
    x = draw(3, 4, device=device)
    a = Value(x)
    (found,) = backward(total(exp(a[places])), [a])
    (expected,) = slopes_by_torch(lambda x: x[places].exp().sum(), [x])
    torch.testing.assert_close(found, expected)


def test_plain_numbers_may_stand_on_both_sides():
    a = Value(draw(3))
    for f in (lambda a: a * 2 + 1, lambda a: 1 + 2 * a):
        (found,) = backward(total(f(a)), [a])
        torch.testing.assert_close(f(a).data, a.data * 2 + 1)
        torch.testing.assert_close(found, torch.full((3,), 2.0).double())
    single = Value(torch.ones(2))
    assert (single + 1).data.dtype == torch.float32
    assert [parent.made_by for parent in (single + 1).parents] == ["input", "number"]
    with pytest.raises(ValueError, match=r"^number \(depth 0\) is inf at \[\]: keep"):
        single * 1e39
    assert (a + 1e39).data.isfinite().all()


def test_a_node_that_the_result_does_not_depend_on_has_the_slope_0():
    a, b = Value(draw(2)), Value(draw(3, seed=1))
    by_b, by_a = backward(total(a * a), [b, a])
    assert torch.equal(by_b, torch.zeros(3).double())
    torch.testing.assert_close(by_a, 2 * a.data)


def test_slopes_by_nodes_in_the_middle_and_by_the_end_itself():
    a = Value(torch.tensor(3.0))
    b = a * a
    c = b * 5
    assert [g.item() for g in backward(c, [c, b, a])] == [1, 5, 30]


def test_a_shortcut_waits_for_the_long_way():
    a = Value(torch.tensor(2.0))
    b = a * 3
    c = b * b
    assert backward(c * b + b, [a])[0].item() == 3 * (3 * 6**2) + 3


def test_a_chain_of_two_thousand_is_not_too_deep():
    a = Value(torch.tensor(1.0))
    b = a
    for _ in range(2000):
        b = b + 0.0
    assert b.depth == 2000
    assert backward(b, [a])[0].item() == 1


def test_slopes_come_back_in_the_kind_and_place_of_the_numbers(device):
    for dtype in (torch.float32, torch.float64):
        a = Value(draw(2, 3, device=device).to(dtype))
        (slope,) = backward(total(a * a[0] + 1), [a])
        assert slope.dtype == dtype
        assert slope.device.type == device.type


def test_a_node_says_what_it_was_made_of():
    a, b = Value(draw(2, 3), "X"), Value(draw(3, 2, seed=1), "W")
    c = turned(a @ b)[0]
    assert (a.made_by, c.made_by, c.depth) == ("X", "pick", 3)
    assert c.parents[0].made_by == "turned"
    assert c.parents[0].depth == 2
    assert [p.made_by for p in c.parents[0].parents[0].parents] == ["X", "W"]
    assert {f(a, a).made_by for f in (add, multiply)} == {"add", "multiply"}
    assert (a @ b).made_by == "matmul"
    assert total(a).made_by == "total"


def test_a_new_operation_needs_its_value_and_its_pull():
    def square(a):
        return made("square", a.data**2, (a,), lambda g: (2 * a.data * g,))

    a = Value(draw(3))
    torch.testing.assert_close(backward(total(square(a)), [a])[0], 2 * a.data)


def test_nothing_is_written_in_place():
    x = draw(3, 3)
    before = x.clone()
    a = Value(x)
    end = total(relu(a @ a + a[0]) * a)
    first, second = backward(end, [a])[0], backward(end, [a])[0]
    assert torch.equal(x, before)
    assert torch.equal(first, second)


def test_each_slope_may_be_changed_in_place_without_the_others():
    a, b = Value(draw(3)), Value(draw(3, seed=1))
    by_a, by_b, once_more = backward(total(a + b), [a, b, a])
    by_a.mul_(0.5)
    for slope, expected in ((by_a, 0.5), (by_b, 1.0), (once_more, 1.0)):
        assert torch.equal(slope, torch.full((3,), expected).double())


def test_shapes_that_do_not_fit_are_refused_with_both():
    a = Value(torch.ones(2, 3))
    for f in (add, multiply):
        refuses(
            lambda b, f=f: f(a, b),
            r"^b has shape \(.*\), a has \(2, 3\): make them fit$",
            good=[Value(torch.ones(s)) for s in ((3,), (2, 1), (4, 2, 3), (1, 1, 1))],
            bad=[Value(torch.ones(s)) for s in ((2,), (3, 2), (2, 4), (4, 3, 3))],
        )


def test_matrices_that_do_not_fit_are_refused_with_both():
    a = Value(torch.ones(2, 3))
    refuses(
        lambda b: matmul(a, b),
        r"^b has shape \(.*\), a has \(2, 3\): give b a row for a's columns$",
        good=[Value(torch.ones(s)) for s in ((3, 1), (3, 2), (5, 3, 2))],
        bad=[Value(torch.ones(s)) for s in ((2, 3), (4, 3), (3,), (3, 2, 4))],
    )
    vector = Value(torch.ones(3))
    with pytest.raises(ValueError, match=r"^b has shape \(3, 2\), a has \(3,\): give"):
        matmul(vector, Value(torch.ones(3, 2)))
    stack = Value(torch.ones(5, 2, 3))
    refuses(
        lambda b: matmul(stack, b),
        r"^b has shape .*, a has \(5, 2, 3\): make them fit$",
        good=[Value(torch.ones(s)) for s in ((1, 3, 2), (5, 3, 2), (7, 5, 3, 2))],
        bad=[Value(torch.ones(s)) for s in ((4, 3, 2), (7, 4, 3, 2))],
    )


def test_two_kinds_of_numbers_are_refused():
    a = Value(torch.ones(2, 2))
    for f in (add, multiply, matmul):
        refuses(
            lambda b, f=f: f(a, b),
            r"^b is torch.float64, a is torch.float32: give b.to\(a\)$",
            good=[a],
            bad=[Value(torch.ones(2, 2).double())],
        )


def test_whole_numbers_and_half_precision_are_refused():
    refuses(
        Value,
        r"^input is torch\..*: give input.float\(\)$",
        good=[torch.ones(2), torch.ones(2).double()],
        bad=[torch.ones(2).long(), torch.ones(2).half(), torch.ones(2).bool()],
    )


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_nothing_is_refused_by_the_name_of_the_input(shape):
    with pytest.raises(ValueError, match=r"^batch is empty: give at least one example"):
        Value(torch.zeros(shape), "batch")
    with pytest.raises(ValueError, match=r"^pick is empty: give"):
        Value(torch.ones(3))[torch.zeros(3).bool()]


def test_an_input_that_is_no_number_is_refused_with_its_place():
    good = torch.ones(2, 3)
    said = r"^W1 \(depth 0\) is (nan|inf|-inf) at \[\d, \d\]: keep what made it in"
    bad = spoilt(good, math.nan, math.inf, -math.inf)
    refuses(lambda data: Value(data, "W1"), said, good=[good], bad=bad)
    with pytest.raises(ValueError, match=r"is nan at \[1, 2\]"):
        Value(bad[2], "W1")


def test_the_operation_that_first_makes_nan_is_named_and_not_a_later_one():
    x = torch.tensor([1.0, 0.0, 2.0])
    with pytest.raises(ValueError, match=r"^log \(depth 2\) is -inf at \[1\]: keep"):
        tanh(log(Value(x) * 3)) * 2
    with pytest.raises(ValueError, match=r"^exp \(depth 1\) is inf at \[\]: keep"):
        exp(Value(torch.tensor(100.0)))


def test_a_slope_that_becomes_infinite_is_named_by_its_operation():
    def root(a):
        return made("root", a.data.sqrt(), (a,), lambda g: (g / (2 * a.data.sqrt()),))

    a = Value(torch.tensor([4.0, 0.0]))
    assert torch.equal(root(a).data, torch.tensor([2.0, 0.0]))
    with pytest.raises(ValueError, match=r"^slope back through root is inf at \[1\]"):
        backward(total(root(a) * 1), [a])


def test_a_sum_of_slopes_that_overflows_is_named_too():
    a = Value(torch.tensor(0.1))
    one, two = a * 3e38, a * 3e38
    assert backward(one, [a])[0].isfinite()
    with pytest.raises(ValueError, match=r"^slope back through multiply is inf at"):
        backward(one + two, [a])  # along two paths
    bias, up = Value(torch.tensor([0.01])), torch.full((4,), 1e38)
    assert backward(total(bias * Value(up[:3])), [bias])[0].item() > 2.9e38
    with pytest.raises(ValueError, match=r"^slope back through multiply is inf at"):
        backward(total(bias * Value(up)), [bias])  # copied four times


def test_only_matrices_are_turned():
    refuses(
        turned,
        r"^a has \d axes: give a matrix$",
        good=[Value(torch.ones(2, 3)), Value(torch.ones(4, 2, 3))],
        bad=[Value(torch.ones(3)), Value(torch.ones(()))],
    )


def test_a_pull_of_the_wrong_shape_is_named_by_its_operation(device):
    a, row = (Value(draw(*s, device=device), "a") for s in ((2, 3), (3,)))

    def back(slopes, ndim=0):
        data = draw(*(1,) * ndim, device=device)
        end = made("bad", data, (a, row), lambda g: slopes)
        return backward(end if ndim == 0 else total(end), [a, row])

    def ones(*shape):
        return torch.ones(shape, dtype=torch.float64, device=device)

    refuses(
        back,
        r"^pull of bad gives the shapes .*: give it \[\(2, 3\), \(3,\)\]$",
        good=[(ones(2, 3), ones(3))],
        bad=[
            (),
            (ones(2, 3),),
            (ones(2, 3), ones(3), ones(3)),
            (ones(3), ones(3)),
            (ones(3, 2), ones(3)),
            (ones(2, 1), ones(3)),
            (ones(4, 2, 3), ones(3)),
            (ones(2, 3), ones(2, 3)),
            (ones(2, 3), ones(2)),
            (ones(2, 3), ones()),
        ],
    )
    by_a, by_row = back((ones(4, 2, 3), ones(5, 2, 3)), ndim=3)
    assert by_a.tolist() == [[4] * 3] * 2
    assert by_row.tolist() == [10] * 3


def test_a_node_reached_along_many_paths_has_a_short_text():
    a = Value(torch.ones(()), "a")
    for _ in range(2000):
        a = a + a * 0.0
    assert len(repr(a)) < 100
    assert "made_by='add'" in repr(a)


def test_a_value_can_be_gone_through_and_summed_up():
    a = Value(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    rows = list(a)
    assert [row.data.tolist() for row in rows] == [[1, 2], [3, 4], [5, 6]]
    (slope,) = backward(total(sum(rows) * rows[0]), [a])
    assert slope.tolist() == [[10, 14], [1, 2], [1, 2]]
    with pytest.raises(TypeError, match="0-d"):
        list(a[0][0])


def test_only_one_number_can_be_derived():
    a = Value(torch.ones(2))
    refuses(
        lambda end: backward(end, [a]),
        r"^result has \d axes: sum it up to one number$",
        good=[total(a), a[0]],
        bad=[a, a[:1], Value(torch.ones(1, 1))],
    )


def test_places_outside_are_refused():
    a = Value(torch.ones(2, 3))
    refuses(
        lambda places: pick(a, places),
        r"^places are not all in a: ",
        good=[1, -2, (1, 2)],
        bad=[2, -3, (0, 3), (0, 0, 0), [0, 2], "x"],
    )


def test_the_engine_takes_two_files_of_120_statements_together():
    count = 0
    for name in ("engine", "values"):
        file = Path(backpropagation.__file__).with_name(f"{name}.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            count += isinstance(node, ast.stmt) and not words
    assert count <= 120
