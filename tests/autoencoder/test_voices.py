"""Voices: what goes with the style, what stays, and whose style comes out."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.autoencoder import content_of, converted, resampled, style_of
from ml2020.new_architectures import adain
from tests.refusals import refuses, spoilt


def drawn(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-autoencoder-content")
def test_content_has_no_level_and_no_spread_and_is_torch_s():
    x = 3 * drawn(20, 4) + 5
    content = content_of(x)
    theirs = F.instance_norm(x.T[None], eps=1e-5)[0].T
    torch.testing.assert_close(content, theirs)
    torch.testing.assert_close(content.mean(0), torch.zeros(4).double())


def test_a_gain_and_an_offset_of_each_channel_leave_the_content_as_it_is():
    x = drawn(20, 4)
    gain, offset = drawn(4, seed=1).abs() + 0.5, drawn(4, seed=2)
    torch.testing.assert_close(
        content_of(gain * x + offset), content_of(x), atol=1e-4, rtol=0
    )


@pytest.mark.equation("eq-autoencoder-convert")
def test_what_is_converted_has_the_style_and_the_content():
    x, other = drawn(20, 4), 2 * drawn(15, 4, seed=1) + 3
    made = converted(x, style_of(other))
    torch.testing.assert_close(style_of(made), style_of(other), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(content_of(made), content_of(x), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(converted(x, style_of(x)), x)


def test_it_is_the_adain_of_pictures_of_one_row():
    x, other = drawn(20, 4), 2 * drawn(15, 4, seed=1) + 3
    mean, spread = style_of(other)
    theirs = adain(x.T[None, :, None, :], spread[None], mean[None])[0, :, 0].T
    torch.testing.assert_close(converted(x, style_of(other)), theirs, rtol=0, atol=1e-4)


def test_a_channel_that_stays_the_same_becomes_0():
    x = torch.full((5, 2), 7.0)
    assert torch.equal(content_of(x), torch.zeros(5, 2))
    assert style_of(x)[0].tolist() == [7.0, 7.0]


def test_rows_keep_the_ends_and_go_straight_between():
    x = torch.tensor([[0.0, 10.0], [1.0, 20.0], [4.0, 10.0]])
    row = resampled([x], 5)
    assert row.tolist() == [[0, 0.5, 1, 2.5, 4, 10, 15, 20, 15, 10]]
    assert resampled([x, x[:2]], 3)[0].tolist() == x.T.flatten().tolist()
    assert resampled([x, x[:1]], 3)[1].tolist() == [0, 0, 0, 10, 10, 10]


def test_refusals():
    x, style = drawn(3, 2), style_of(drawn(3, 2))
    bad = [x[:1], *spoilt(x, math.nan, math.inf)]
    for call in (style_of, content_of, lambda x: converted(x, style)):
        refuses(call, "^x has (NaN|one frame: give two or more)", good=[x[:2]], bad=bad)
    refuses(
        lambda xs: resampled(xs, 3),
        "^xs is empty: give at least one utterance$",
        good=[[x]],
        bad=[[]],
    )
    refuses(lambda n: resampled([x], n), "^length is .*: give 1", good=[1], bad=[0])
