"""Sight: what is far stays hidden, other masks stay, and any place may be the first."""

import pytest
import torch

from ml2020.transformer import begun_anywhere, drawn_reader, near_sighted, sinusoids
from ml2020.transformer.sight import nearby, strangers
from tests.refusals import refuses

X = torch.randint(10, (2, 12), generator=torch.Generator().manual_seed(6))


def test_each_sees_its_neighbours_on_both_sides():
    assert nearby(4, 1).int().tolist() == [
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [0, 1, 1, 1],
        [0, 0, 1, 1],
    ]


def test_each_sees_one_before_it_and_some_that_are_far_away():
    dice = torch.Generator().manual_seed(1)
    who = strangers(20, 3, 5, 4, generator=dice)
    near, at = nearby(20, 5), torch.arange(20)
    meant = at[:, None] - at == 3
    assert torch.equal(who & near, meant)
    assert (who & ~near).sum(dim=1).tolist() == [4] * 20
    again = torch.Generator().manual_seed(1)
    assert torch.equal(strangers(20, 3, 5, 4, generator=again), who)
    assert not torch.equal(strangers(20, 3, 5, 4, generator=again), who)
    full = strangers(15, 3, 5, 4)  # in the middle all that are far away are seen
    assert torch.equal(full[7], ~nearby(15, 5)[7] | (at[:15] == 4))


def test_who_sees_everything_is_the_reader_and_a_near_sighted_one_is_not():
    reader = drawn_reader(0, 10, 16, 2, 2, "rotary")
    assert torch.allclose(near_sighted(reader, 11)(X), reader(X))
    near = near_sighted(reader, 2)
    other = X.clone()
    other[:, 6:] = 0
    assert torch.allclose(near(X)[:, :2], near(other)[:, :2])  # two layers: 4 places
    assert not torch.allclose(near(X)[:, 2], near(other)[:, 2])
    assert not torch.allclose(reader(X)[:, :2], reader(other)[:, :2])


def test_the_mask_of_a_reader_stays():
    reader = drawn_reader(0, 10, 16, 2, 1, masked=True)
    near, other = near_sighted(reader, 2), X.clone()
    other[:, -1] = (other[:, -1] + 1) % 10
    assert torch.equal(near(X)[:, :-1], near(other)[:, :-1])
    other = X.clone()
    other[:, 0] = (other[:, 0] + 1) % 10
    assert torch.equal(near(X)[:, 3:], near(other)[:, 3:])
    assert not torch.allclose(near(X)[:, 2], near(other)[:, 2])


def test_the_reader_that_was_given_stays_as_it_is():
    reader = drawn_reader(0, 10, 8, 2, 1)
    scores = reader(X)
    with torch.no_grad():
        near_sighted(reader, 1).says.bias.add_(1)
        begun_anywhere(reader, 3).says.bias.add_(1)
    assert torch.equal(reader(X), scores)


def test_while_it_learns_each_place_up_to_the_last_is_the_first():
    reader = drawn_reader(0, 10, 8, 2, 1)
    dice = torch.Generator().manual_seed(1)
    moved = begun_anywhere(reader, 2, generator=dice)
    a, waves = reader.begins.symbols(X), sinusoids(14, 8).float()
    wanted = [a + waves[k : k + 12] for k in range(3)]
    met = set()
    for _ in range(30):
        found = moved.begins(X)
        (k,) = (k for k, b in enumerate(wanted) if torch.allclose(found, b))
        met.add(k)
    assert met == {0, 1, 2}
    moved.eval()
    for _ in range(10):
        assert torch.equal(moved(X), reader(X))


def test_the_same_dice_begin_at_the_same_places():
    reader = drawn_reader(0, 10, 8, 2, 1)
    one, other = (
        begun_anywhere(reader, 50, generator=torch.Generator().manual_seed(2))
        for _ in range(2)
    )
    for _ in range(5):
        assert torch.equal(one(X), other(X))


def test_the_device_is_that_of_what_is_read(device):
    reader = begun_anywhere(drawn_reader(0, 10, 8, 2, 1), 3).to(device)
    assert near_sighted(reader, 2)(X.to(device)).device.type == device.type


def test_what_is_no_sight_is_refused():
    reader = drawn_reader(0, 10, 8, 2, 1)
    refuses(
        lambda r: near_sighted(reader, r), "^reach is -1: give 0", good=[0], bad=[-1]
    )
    refuses(lambda T: nearby(T, 1), "^T is 0: give 1 or more$", good=[1], bad=[0])
    refuses(lambda r: nearby(3, r), "^reach is -1: give 0", good=[0], bad=[-1])
    refuses(
        lambda T: strangers(T, 3, 5, 4),
        "^T is .*: give 15 or more$",
        good=[15],
        bad=[14],
    )
    for k, name in enumerate(("back", "beyond", "n")):
        refuses(
            lambda n, k=k: strangers(9, *[n if j == k else 1 for j in range(3)]),
            f"^{name} is 0: give 1 or more$",
            good=[1],
            bad=[0],
        )
    refuses(
        lambda n: begun_anywhere(reader, n), "^last is -1: give 0", good=[0], bad=[-1]
    )
    refuses(
        near_sighted(reader, 1),
        "^X has unknown symbols: give 0 to 9$",
        good=[X],
        bad=[X + 1],
    )


@pytest.mark.parametrize("kind", ["none", "table", "rotary"])
def test_who_is_told_no_waves_cannot_begin_anywhere(kind):
    refuses(
        lambda places: begun_anywhere(drawn_reader(0, 10, 8, 2, 1, places), 3),
        f"^reader is told places by {kind}: give sinusoids$",
        good=["sinusoids"],
        bad=[kind],
    )
