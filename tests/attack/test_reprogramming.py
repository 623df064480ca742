"""A frame is put around, and found in which a fixed network does another task."""

import pytest
import torch

from ml2020.attack import counted_squares, framed, learn_frame
from tests.refusals import only_positive, refuses


@pytest.mark.equation("eq-attack-frame")
@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (5, 7), (8, 3)])
def test_the_middle_is_the_other_task_and_around_it_is_the_frame(rows, columns):
    W = torch.randn(rows, columns, generator=torch.Generator().manual_seed(0))
    inner = torch.rand(3, 2, 2)
    found = framed(W, inner)
    top, left = (rows - 2) // 2, (columns - 2) // 2
    for k in range(3):
        for i in range(rows):
            for j in range(columns):
                inside = top <= i < top + 2 and left <= j < left + 2
                expected = inner[k, i - top, j - left] if inside else W[i, j].sigmoid()
                assert found[k, 0, i, j].item() == pytest.approx(expected.item())


@pytest.mark.equation("eq-attack-frame")
def test_the_sigmoid_is_the_paper_s_tangent_on_dots_from_0_to_1():
    W = torch.randn(4, 4, generator=torch.Generator().manual_seed(0))
    found = framed(2 * W, torch.zeros(1, 2, 2))[0, 0]
    torch.testing.assert_close(found[0], (W[0].tanh() + 1) / 2)


def test_a_frame_is_learned_and_the_middle_of_it_stays():
    inner, y = counted_squares(300, 2, generator=torch.Generator().manual_seed(1))
    small = inner[:, ::4, ::4]

    def model(x):  # says class 1 if the frame's corner is dark and the middle bright
        ink = x[:, 0, 1:3, 1:3].sum(dim=(1, 2)) - 4 * x[:, 0, 0, 0]
        return torch.stack([torch.zeros_like(ink), ink], dim=1)

    before = torch.nn.functional.cross_entropy(
        model(framed(torch.zeros(4, 4), small)), y
    )
    dice = torch.Generator().manual_seed(2)
    W = learn_frame(model, (4, 4), small, y, 100, 0.1, 50, generator=dice)
    after = torch.nn.functional.cross_entropy(model(framed(W, small)), y)
    assert after < before
    assert W[1:3, 1:3].abs().max() == 0
    assert W[0, 0] != 0
    assert W[3, 3] == 0
    assert not W.requires_grad
    assert torch.equal(learn_frame(model, (4, 4), small, y, 0, 0.1), torch.zeros(4, 4))


def test_squares_are_as_many_as_is_said():
    x, y = counted_squares(400, 4, generator=torch.Generator().manual_seed(3))
    assert x.shape == (400, 8, 8)
    assert torch.equal(x.sum(dim=(1, 2)) / 4, (y + 1).float())
    assert torch.bincount(y).min() > 60
    blocks = x.view(400, 4, 2, 4, 2)
    assert torch.equal(blocks.amax(dim=(2, 4)), blocks.amin(dim=(2, 4)))
    assert x.mean(dim=0).min() > 0


def test_bad_input_is_refused():
    inner, y = counted_squares(60, 4)
    refuses(
        lambda n: framed(torch.zeros(n, 20), inner), "^inner has", good=[9], bad=[8, 7]
    )
    tall = torch.zeros(1, 12, 4)
    assert framed(torch.zeros(13, 5), tall).shape == (1, 1, 13, 5)
    for shape in ((12, 5), (13, 4), (9, 9)):
        refuses(
            lambda shape: framed(torch.zeros(shape), tall),
            "^inner has a side of",
            good=[(13, 5)],
            bad=[shape],
        )
    refuses(lambda n: counted_squares(n, 4), "^n is", good=[1], bad=[0])
    refuses(lambda m: counted_squares(1, m), "^most is", good=[1, 16], bad=[0, 17])
    model = lambda x: x.flatten(1)[:, :4]  # noqa: E731
    shape = (10, 10)
    refuses(
        lambda n: learn_frame(model, shape, inner, y, n, 0.1),
        "^steps is",
        good=[0],
        bad=[-1],
    )
    refuses(
        lambda n: learn_frame(model, shape, inner, y, 1, 0.1, n),
        "^batch is",
        good=[1],
        bad=[0],
    )
    only_positive(lambda v: learn_frame(model, shape, inner, y, 1, v), "rate")
    refuses(
        lambda n: learn_frame(model, shape, inner[:n], y[:n], 1, 0.1),
        "^inner is empty: give at least one picture",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda k: learn_frame(model, shape, inner, 0 * y + k, 1, 0.1),
        "^y is not from 0 to 3",
        good=[3],
        bad=[4],
    )
