"""All parameters in one row, layer by layer; fresh ones have the variance of He."""

import pytest
import torch

from ml2020.backpropagation import he_start, layers_of
from tests.refusals import refuses

SIZES = (3, 4, 2)


def test_weights_come_before_biases_and_the_first_layer_first():
    theta = torch.arange(26.0)
    (W1, b1), (W2, b2) = layers_of(theta, SIZES)
    assert torch.equal(W1, torch.arange(12.0).view(4, 3))
    assert torch.equal(b1, torch.arange(12.0, 16.0))
    assert torch.equal(W2, torch.arange(16.0, 24.0).view(2, 4))
    assert torch.equal(b2, torch.tensor([24.0, 25.0]))


def test_nothing_is_copied():
    theta = torch.zeros(26)
    layers_of(theta, SIZES)[1][0][0, 0] = 5
    assert theta[16] == 5


def test_fresh_weights_have_the_variance_2_over_in_and_biases_are_0():
    sizes = (50, 400, 20)
    theta = he_start(sizes, generator=torch.Generator().manual_seed(0))
    for (W, b), fan_in in zip(layers_of(theta, sizes), (50, 400), strict=True):
        assert not b.any()
        assert W.var().item() == pytest.approx(2 / fan_in, rel=0.06)
        assert abs(W.mean().item()) < 0.05 * (2 / fan_in) ** 0.5
    assert theta.dtype == torch.float32


def test_the_same_seed_gives_the_same_and_the_global_one_is_left_alone():
    before = torch.get_rng_state()
    one, two = (
        he_start(SIZES, generator=torch.Generator().manual_seed(3)) for _ in "ab"
    )
    assert torch.equal(one, two)
    assert torch.equal(torch.get_rng_state(), before)


def test_sizes_of_which_no_network_can_be_made_are_refused():
    for call in (he_start, lambda sizes: layers_of(torch.zeros(2), sizes)):
        refuses(
            call,
            "^sizes (has .: give 2 or more, input and output|is 0: give 1 or more)$",
            good=[(1, 1)],
            bad=[(), (3,), (0, 1), (1, 0), (3, 0, 2)],
        )


def test_a_row_of_another_length_is_refused():
    refuses(
        lambda count: layers_of(torch.zeros(count), SIZES),
        r"^theta has the shape \(.*,\): give it \(26,\)$",
        good=[26],
        bad=[25, 27, 0],
    )
