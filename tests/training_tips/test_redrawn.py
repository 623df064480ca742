"""Labels that are drawn anew with some probability."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.deep_learning import digit_sets
from ml2020.training_tips import redrawn
from tests.refusals import only_shares, refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


def test_so_many_are_false():
    labels = torch.arange(200_000) % 10
    found = redrawn(labels, 0.2, 10, generator=dice(0))
    false = found != labels
    assert false.float().mean().item() == pytest.approx(0.2 * 0.9, abs=0.004)
    for k in range(10):  # whatever the right one is, and each false one as often
        assert false[labels == k].float().mean().item() == pytest.approx(0.18, abs=0.01)
        assert (found[false] == k).float().mean().item() == pytest.approx(0.1, abs=0.01)


@given(st.integers(0, 99), st.integers(1, 5))
def test_a_share_of_none_changes_nothing(seed, classes):
    labels = torch.arange(30) % classes
    assert torch.equal(redrawn(labels, 0.0, classes, generator=dice(seed)), labels)
    found = redrawn(labels, 0.9, classes, generator=dice(seed))
    assert found.dtype == labels.dtype
    assert set(found.tolist()) <= set(range(classes))


def test_those_of_the_record():
    labels = digit_sets().labels
    before = labels.clone()
    found = redrawn(labels, 0.2, 10, generator=dice(7))
    assert (found != labels).float().mean().item() == pytest.approx(0.163, abs=0.001)
    assert torch.equal(labels, before)
    again = redrawn(labels, 0.2, 10, generator=dice(7))
    assert torch.equal(found, again)


def test_without_a_generator_the_global_one_is_asked():
    torch.manual_seed(3)
    one = redrawn(torch.zeros(50, dtype=torch.int64), 0.5, 10)
    torch.manual_seed(3)
    assert torch.equal(one, redrawn(torch.zeros(50, dtype=torch.int64), 0.5, 10))


def test_rejects_what_cannot_be_drawn():
    labels = torch.tensor([0, 1])
    only_shares(lambda share: redrawn(labels, share, 2), "share")
    refuses(
        lambda classes: redrawn(labels, 0.5, classes),
        "^classes is -?[0-9]+: give 1 or more$",
        good=[1, 2],
        bad=[0, -1],
    )
    with pytest.raises(ValueError, match=r"^labels is empty: give at least one label"):
        redrawn(labels[:0], 0.5, 2)
