"""What is counted is what the definition says, and the cost is that of the formula."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from ml2020.backpropagation import (
    STRAIGHT,
    Value,
    backward,
    backward_pass,
    engine_cost,
    forward_pass,
    operations,
    total,
)
from ml2020.deep_learning import he_layers
from tests.refusals import refuses


def test_a_product_of_matrices_costs_a_multiplication_and_an_addition_a_term():
    A, B, v = torch.ones(3, 4), torch.ones(4, 5), torch.ones(5)
    assert operations(lambda: A @ B) == 2 * 3 * 4 * 5
    assert operations(lambda: torch.addmm(v, A, B)) == 2 * 3 * 4 * 5
    assert operations(lambda: B @ v) == 2 * 4 * 5
    assert operations(lambda: v @ v) == 2 * 5
    assert operations(lambda: torch.addmv(torch.ones(4), B, v)) == 2 * 4 * 5
    stack = torch.ones(7, 3, 4)
    both = torch.ones(7, 3, 2), stack, torch.ones(7, 4, 2)
    assert operations(lambda: torch.baddbmm(*both)) == 2 * 7 * 3 * 4 * 2
    assert operations(lambda: stack.bmm(torch.ones(7, 4, 2))) == 2 * 7 * 3 * 4 * 2


def test_a_function_costs_1_an_element_and_a_sum_1_a_term():
    x, row = torch.ones(3, 4), torch.ones(4)
    assert operations(lambda: x.exp()) == operations(lambda: x + row) == 12
    assert operations(lambda: row + x) == operations(lambda: x.sum()) == 12
    assert operations(lambda: x.sum(dim=0)) == operations(lambda: 2 * x) == 12
    assert operations(lambda: (x + 1).tanh()) == 24


def test_copies_shapes_and_comparisons_are_free():
    x = torch.ones(3, 4)

    def free():
        x.T, x.view(12), x[1:], x.expand(2, 3, 4), x.clone(), x > 0, x.isfinite().all()
        torch.zeros(3), torch.ones(3), x.new_zeros(3), torch.cat([x, x]), torch.eye(2)
        x.to(torch.float64), torch.arange(4) + 1, torch.zeros_like(x), x.sum().item()
        x.T.reshape(2, 6)  # not in one piece, so it is copied

    assert operations(free) == 12  # the sum alone
    assert operations(lambda: None) == 0


def test_what_nobody_has_counted_is_refused_by_its_name():
    x, stack = torch.ones(4, 4), torch.ones(1, 2, 9)

    refuses(
        operations,
        r"^(native_layer_norm|convolution|cumsum|.*attention.*) is not known: say what",
        good=[lambda: (x.abs(), x.max(dim=1), x.exp())],
        bad=[
            lambda: F.layer_norm(x, (4,)),
            lambda: F.conv1d(stack, torch.ones(3, 2, 3)),
            lambda: F.scaled_dot_product_attention(*[stack[None]] * 3),
            lambda: x.cumsum(dim=0),
        ],
    )


def test_the_cross_entropy_of_torch_costs_its_parts():
    x, labels = torch.ones(3, 4), torch.tensor([0, 1, 2])
    assert operations(lambda: F.cross_entropy(x, labels)) == 12 + 12


def test_autograd_s_way_back_is_counted_too():
    x = torch.ones(3, 4, requires_grad=True)
    ahead = operations(lambda: x.exp())
    both = operations(lambda: torch.autograd.grad(x.exp().sum(), x))
    assert (ahead, both) == (12, 12 + 12 + 12)


def test_what_is_counted_is_done_as_asked():
    done = []
    x = torch.tensor([1.0, 3.0])
    operations(lambda: done.extend([x.to(torch.float64), torch.add(x, x, alpha=2)]))
    assert done[0].dtype == torch.float64
    assert done[1].tolist() == [3, 9]


def test_it_counts_anew_each_time_and_changes_nothing():
    x = torch.ones(3)
    assert operations(lambda: x + 1) == operations(lambda: x + 1) == 3
    assert isinstance(x + 1, Tensor)


@pytest.mark.equation("eq-backpropagation-cost")
@pytest.mark.parametrize("sizes", [(4, 3, 2), (10, 20, 30, 5)])
def test_products_take_twice_as_much_back_as_forward(sizes):
    n, layers, bends = 6, he_layers(sizes), [STRAIGHT] * (len(sizes) - 1)
    x = torch.ones(n, sizes[0])
    weights = sum(W.numel() for W, _ in layers)
    forward = operations(lambda: forward_pass(x, layers, bends))
    met = forward_pass(x, layers, bends)
    outputs = sum(n * len(b) for _, b in layers)
    assert forward == 2 * n * weights + outputs
    slope = torch.ones(n, sizes[-1])
    back = operations(lambda: backward_pass(slope, layers, bends, met))
    first = layers[0][0].numel()  # by the inputs nobody asks
    assert 0 <= back - (4 * n * weights - 2 * n * first) <= 4 * outputs
    values = [Value(part) for layer in layers for part in layer]
    cost = engine_cost(values, x, torch.zeros(n).long())
    by_engine = operations(lambda: backward(cost, values))
    assert 0 <= by_engine - 4 * n * weights <= 8 * outputs


def test_the_way_back_of_a_single_number():
    a = Value(torch.tensor(2.0))
    assert operations(lambda: backward(total(a * a), [a])) == 5
