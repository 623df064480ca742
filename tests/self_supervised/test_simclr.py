"""SimCLR's loss is NT-Xent of two views; each ingredient changes what it says."""

import pytest
import torch
from torch import nn

from ml2020.self_supervised import Ingredients, attraction, contrast, nt_xent, two_views
from ml2020.self_supervised.views import viewed
from tests.refusals import only_positive, refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=8):
    return torch.rand(n, 1, 6, 6, generator=dice(5))


FLAT, HEAD = nn.Flatten(), nn.Identity()


def loss(made_of, x=None):
    x = pictures() if x is None else x
    return contrast(FLAT, HEAD, x, made_of, generator=dice(1))


def z_of(kinds=("shift", "brightness", "noise")):
    return two_views(pictures(), kinds, generator=dice(1)).flatten(1)


def test_two_views_are_drawn_one_after_the_other():
    x, by = pictures(), dice(1)
    first = viewed(x, generator=by)
    second = viewed(x, generator=by)
    both = two_views(x, generator=dice(1))
    assert torch.equal(both, torch.cat([first, second]))
    assert not torch.equal(first, second)
    noise = two_views(x, ("noise",), generator=dice(1))
    assert torch.equal(noise[:8], viewed(x, ["noise"], generator=dice(1)))


def test_the_loss_is_nt_xent_of_the_head_s_answers():
    torch.testing.assert_close(loss(Ingredients(pairs=8)), nt_xent(z_of()))
    twice = contrast(FLAT, nn.Hardtanh(), pictures(), Ingredients(), generator=dice(1))
    torch.testing.assert_close(twice, nt_xent(z_of().clamp(-1, 1)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"tau": 0.7}, lambda: nt_xent(z_of(), 0.7)),
        ({"unit": False}, lambda: nt_xent(z_of(), unit=False)),
        ({"negatives": False}, lambda: attraction(z_of())),
        ({"kinds": ("shift",)}, lambda: nt_xent(z_of(("shift",)))),
    ],
)
def test_one_ingredient_is_changed(change, expected):
    torch.testing.assert_close(loss(Ingredients(**change)), expected())


def test_in_groups_a_view_meets_those_of_its_group_alone():
    z = z_of()
    parts = [torch.cat([z[k : k + 2], z[8 + k : 10 + k]]) for k in (0, 2, 4, 6)]
    for settings in ({"tau": 0.2}, {"tau": 0.9, "unit": False}):
        expected = torch.stack([nt_xent(part, **settings) for part in parts]).mean()
        found = loss(Ingredients(pairs=8, group=2, **settings))
        torch.testing.assert_close(found, expected)
    torch.testing.assert_close(loss(Ingredients(pairs=8, group=8)), nt_xent(z))


def test_the_usual_ingredients_are_the_page_s():
    usual = Ingredients()
    assert (usual.tau, usual.pairs, usual.group) == (0.2, 128, 128)
    assert (usual.head, usual.unit, usual.negatives) == ("two layers", True, True)


def test_rejects_settings_out_of_range():
    only_positive(lambda tau: Ingredients(tau=tau), "tau")
    good = ["two layers", "linear", "none"]
    refuses(lambda h: Ingredients(head=h), "^head is deep", good=good, bad=["deep"])
    bad = [("turn",), ("shift", "turn")]
    refuses(lambda k: Ingredients(kinds=k), "^kinds is turn", good=[()], bad=bad)
    said = "^pairs is 1: give 2 or more pictures$"
    refuses(lambda n: Ingredients(pairs=n), said, good=[2, 100], bad=[1])
    said = "^group is 1: give 2 or more pictures$"
    refuses(lambda n: Ingredients(group=n), said, good=[2, 128, 200], bad=[1])
    said = "^group is .*: give a divisor of 128 pairs$"
    refuses(lambda n: Ingredients(group=n), said, good=[64, 4], bad=[3, 127])
