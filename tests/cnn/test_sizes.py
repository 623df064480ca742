"""Sizes: those of torch's maps, and the dots that a number depends on."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from ml2020.cnn import out_size, reach, same_padding
from tests.refusals import refuses


@pytest.mark.equation("eq-cnn-size")
@given(
    size=st.integers(1, 20),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
)
def test_a_map_of_torch_has_this_size(size, kernel, stride, padding, dilation):
    assume(dilation * (kernel - 1) + 1 <= size + 2 * padding)
    row, window = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel)
    found = F.conv1d(row, window, None, stride, padding, dilation).shape[-1]
    assert out_size(size, kernel, stride, padding, dilation) == found


def test_the_lectures_sizes():
    sizes = [28]
    for kernel, stride in ((3, 1), (2, 2), (3, 1), (2, 2)):
        sizes.append(out_size(sizes[-1], kernel, stride))
    assert sizes == [28, 26, 13, 11, 5]


@given(half=st.integers(0, 4), dilation=st.integers(1, 4), size=st.integers(1, 9))
def test_the_same_padding_keeps_the_size(half, dilation, size):
    kernel = 2 * half + 1
    padding = same_padding(kernel, dilation)
    assert out_size(size, kernel, 1, padding, dilation) == size


def test_an_even_kernel_may_be_spread_so_that_it_has_a_middle():
    assert same_padding(2, 2) == 1
    assert out_size(9, 2, 1, 1, 2) == 9


@pytest.mark.equation("eq-cnn-reach")
@pytest.mark.parametrize(
    "layers",
    [
        [(3, 1)],
        [(3, 1)] * 4,
        [(3, 1), (2, 2), (3, 1), (2, 2)],
        [(5, 3), (1, 1), (3, 2)],
    ],
)
def test_a_number_depends_on_as_many_dots_as_its_reach(layers):
    row = torch.zeros(1, 1, 60, requires_grad=True)
    y = row
    for kernel, stride in layers:
        y = F.conv1d(y, torch.ones(1, 1, kernel), stride=stride)
    (slope,) = torch.autograd.grad(y[0, 0, 1], row)
    assert (slope != 0).sum() == reach(layers)


def test_without_layers_a_number_has_seen_itself():
    assert reach([]) == 1


def test_rejects_what_is_outside_its_range():
    for name in ("size", "kernel", "stride", "dilation"):
        good = {"size": 1, "kernel": 1, "stride": 1, "padding": 0, "dilation": 1}
        said = f"^{name} is .*: give 1 or more$"
        call = lambda value, name=name, good=good: out_size(**(good | {name: value}))  # noqa: E731
        refuses(call, said, good=[1], bad=[0, -1])
    said = "^padding is -1: give 0 or more$"
    refuses(lambda p: out_size(3, 1, padding=p), said, good=[0], bad=[-1])


def test_rejects_a_window_that_does_not_fit():
    said = "^kernel spans .*, the padded picture has .*: take a smaller kernel or pad"
    refuses(lambda k: out_size(3, k), said, good=[3], bad=[4])
    refuses(lambda k: out_size(3, k, padding=1), said, good=[5], bad=[6])
    refuses(lambda k: out_size(5, k, dilation=2), said, good=[3], bad=[4])


def test_rejects_even_kernels_where_the_map_is_to_be_as_large():
    said = "^kernel is .*, dilation .*: for a map of the same size give an odd kernel"
    refuses(same_padding, said, good=[1, 3], bad=[2, 4])
    refuses(lambda d: same_padding(2, d), said, good=[2], bad=[1, 3])
    refuses(same_padding, "^kernel is 0: give 1 or more$", good=[1], bad=[0])
    said = "^dilation is 0: give 1 or more$"
    refuses(lambda d: same_padding(3, d), said, good=[1], bad=[0])


def test_rejects_layers_without_a_window():
    said = r"^layers\[1\] has a {} that is 0: give 1 or more$"
    for place, name in enumerate(("kernel", "stride")):
        layer = [3, 2]
        layer[place] = 0
        with pytest.raises(ValueError, match=said.format(name)):
            reach([(1, 1), tuple(layer)])
    assert reach([(1, 1)]) == 1
