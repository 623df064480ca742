"""Hidden dots are as many as said, and only what is asked for counts."""

import pytest
import torch

from ml2020.self_supervised import hidden_dots, hidden_square, reconstruction_loss
from ml2020.self_supervised.views import holes
from tests.refusals import only_shares, refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=2, side=5):
    return torch.rand(n, 1, side, side, generator=dice(1), dtype=torch.float64)


def test_a_share_of_the_dots_is_hidden():
    x = pictures(200)
    for share in (0.0, 0.3, 0.8):
        hidden = hidden_dots(x, share, generator=dice())
        assert hidden.shape == x.shape
        assert hidden.double().mean().item() == pytest.approx(share, abs=0.03)
    assert hidden_dots(x, generator=dice()).double().mean().item() == pytest.approx(
        0.3, abs=0.03
    )
    assert torch.equal(
        hidden_dots(x, generator=dice(2)), hidden_dots(x, generator=dice(2))
    )


def test_a_hidden_square_is_one_a_picture():
    x = pictures(7)
    assert torch.equal(
        hidden_square(x, generator=dice(2)), holes(7, 5, generator=dice(2))
    )


@pytest.mark.equation("eq-self_supervised-reconstruct")
def test_only_dots_that_are_asked_for_count():
    x, says = pictures(), torch.randn(2, 25, generator=dice(3), dtype=torch.float64)
    asked = hidden_square(x, generator=dice(4))
    errors = [
        (says[n, 5 * i + j] - x[n, 0, i, j]) ** 2
        for n in range(2)
        for i in range(5)
        for j in range(5)
        if asked[n, 0, i, j]
    ]
    assert len(errors) == 32
    slowly = sum(errors) / 32
    torch.testing.assert_close(reconstruction_loss(says, x, asked), slowly)


def test_with_all_dots_it_is_the_mean_squared_error():
    x, says = pictures(), torch.randn(2, 25, generator=dice(3), dtype=torch.float64)
    everything = torch.ones_like(x, dtype=torch.bool)
    found = reconstruction_loss(says, x, everything)
    torch.testing.assert_close(found, torch.nn.functional.mse_loss(says, x.flatten(1)))


def test_rejects_chances_that_are_none_and_no_picture():
    x = pictures()
    only_shares(lambda share: hidden_dots(x, share), "share")
    refuses(hidden_dots, "^x is empty", good=[x], bad=[x[:0]])
    refuses(hidden_square, "^x is empty", good=[x], bad=[x[:0]])


def test_rejects_a_question_about_nothing_and_other_shapes():
    x, says = pictures(), torch.zeros(2, 25, dtype=torch.float64)
    one = torch.zeros_like(x, dtype=torch.bool)
    one[1, 0, 4, 4] = True
    refuses(
        lambda m: reconstruction_loss(says, x, m),
        "^asked has no dot: ask for at least one$",
        good=[one],
        bad=[torch.zeros_like(one)],
    )
    said = r"^says has the shape \(2, 24\): give it \(2, 25\)$"
    refuses(
        lambda s: reconstruction_loss(s, x, one), said, good=[says], bad=[says[:, 1:]]
    )
