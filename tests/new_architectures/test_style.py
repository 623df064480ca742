"""Style: maps with the statistics of a code, noise, and levels that may be mixed."""

import math

import pytest
import torch

from ml2020.new_architectures import StyleGenerator, adain
from ml2020.new_architectures.style import Level, unit
from tests.refusals import refuses, spoilt


def maps(n=2, channels=3, size=5, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return (
        torch.randn(n, channels, size, size, generator=dice, dtype=torch.float64),
        torch.randn(n, channels, generator=dice, dtype=torch.float64),
        torch.randn(n, channels, generator=dice, dtype=torch.float64),
    )


@pytest.mark.equation("eq-new_architectures-adain")
def test_maps_get_the_mean_and_the_spread_of_the_style():
    x, y_s, y_b = maps()
    made = adain(x, y_s, y_b)
    torch.testing.assert_close(made.mean(dim=(-2, -1)), y_b)
    spread = made.var(dim=(-2, -1), correction=0).sqrt()
    torch.testing.assert_close(spread, y_s.abs())
    torch.testing.assert_close(adain(3 * x - 1, y_s, y_b), made)


def test_it_is_torch_s_instance_norm_with_a_style():
    x, y_s, y_b = maps(seed=1)
    theirs = torch.nn.functional.instance_norm(x, eps=1e-8)
    wanted = y_s[..., None, None] * theirs + y_b[..., None, None]
    torch.testing.assert_close(adain(x, y_s, y_b), wanted)


def test_a_map_that_is_the_same_everywhere_becomes_the_shift():
    _, y_s, y_b = maps()
    made = adain(torch.full((2, 3, 4, 4), 7.0, dtype=torch.float64), y_s, y_b)
    torch.testing.assert_close(made, y_b[..., None, None].expand_as(made))


def test_a_map_of_hardly_any_spread_gets_less_than_that_of_the_style():
    x, _, _ = maps(n=1, channels=1, size=9)
    one, none = torch.ones(1, 1).double(), torch.zeros(1, 1).double()
    spreads = [float(adain(s * x, one, none).std()) for s in (1e-2, 1e-5)]
    assert spreads[0] > 0.99
    assert spreads[1] < 0.15


def test_noise_changes_dots_but_no_statistics():
    torch.manual_seed(2)
    level = Level(4, 6, True, 0.5).double()
    x, w = torch.randn(2, 4, 3, 3).double(), torch.randn(2, 6).double()
    one, other = (level(x, w, torch.randn(2, 1, 6, 6).double()) for _ in range(2))
    assert not torch.allclose(one, other, atol=1e-2)
    for stat in (torch.mean, torch.std):
        torch.testing.assert_close(stat(one, dim=(-2, -1)), stat(other, dim=(-2, -1)))
    assert torch.equal(level(x, w, None), level(x, w, torch.zeros(2, 1, 6, 6).double()))


def test_a_new_style_has_scale_one():
    level = Level(4, 6, False, 0.1)
    assert level.style.bias.tolist() == [1.0] * 4 + [0.0] * 4
    assert level.noise.tolist() == pytest.approx([0.1] * 4)
    assert level(torch.randn(1, 4, 3, 3), torch.randn(1, 6), None).shape[-1] == 3


def test_pictures_are_28_dots_wide_and_from_0_to_1():
    torch.manual_seed(3)
    generator = StyleGenerator()
    z = torch.randn(5, 16)
    x = generator(z).detach()
    assert x.shape == (5, 28, 28)
    assert 0 <= float(x.min()) < float(x.max()) <= 1
    torch.testing.assert_close(
        generator(3 * z).detach(), x, atol=1e-4, rtol=0
    )  # only the direction counts
    torch.testing.assert_close(unit(z).square().mean(dim=-1), torch.ones(5))


def test_each_level_has_its_own_code():
    torch.manual_seed(4)
    generator = StyleGenerator()
    a, b = generator.mapping(unit(torch.randn(2, 3, 16)))
    plain = generator.painted([a, a, a])
    made = [generator.painted(w) for w in ([b, a, a], [a, b, a], [a, a, b])]
    for picture in made:
        assert not torch.allclose(picture, plain, atol=1e-3)


def test_noise_comes_from_the_dice_that_are_given():
    torch.manual_seed(5)
    generator, z = StyleGenerator(), torch.randn(2, 16)

    def painted(seed):
        return generator(z, noisy=True, generator=torch.Generator().manual_seed(seed))

    assert torch.equal(painted(0), painted(0))
    assert not torch.equal(painted(0), painted(1))
    assert not torch.equal(painted(0), generator(z))
    w = generator.mapping(unit(z))
    assert torch.equal(generator.painted([w, w, w]), generator(z))


@pytest.mark.equation("eq-new_architectures-noise")
def test_noise_adds_its_variance_to_the_square_error():
    torch.manual_seed(6)
    generator, z = StyleGenerator(noise=0.5), torch.randn(1, 16)
    x = torch.rand(28, 28)
    with torch.no_grad():
        many = generator(z.expand(2000, -1), noisy=True)
    whole = (x - many).square().mean(dim=0)
    mean = (x - many.mean(dim=0)).square()
    torch.testing.assert_close(whole, mean + many.var(dim=0, correction=0))
    assert float(many.var(dim=0).mean()) > 1e-4


def test_what_is_no_map_is_refused():
    x, y_s, y_b = maps()
    refuses(
        lambda x: adain(x, y_s[: len(x)], y_b[: len(x)]),
        "^x (is empty: give at least one picture|has maps of one dot)",
        good=[x, x[..., :1, :2]],
        bad=[x[:0], x[..., :1, :1]],
    )
    refuses(
        lambda x: adain(x, y_s.to(x.dtype), y_b.to(x.dtype)),
        "^x (is torch.float16: give|has NaN or infinity: train)",
        good=[x, x.float()],
        bad=[x.half(), *spoilt(x, math.nan, math.inf)],
    )
    for name in ("d_z", "d_w", "channels"):

        def call(n, name=name):
            return StyleGenerator(**{name: n})

        refuses(call, f"^{name} is 0: give 1", good=[1], bad=[0])


def test_it_is_as_large_as_the_page_says():
    generator = StyleGenerator()
    assert generator.start.shape == (1, 16, 7, 7)
    assert generator.mapping[0].in_features == 16
    assert generator.mapping[2].out_features == 32
