"""Each way of the examination is the one it is named for; marks are shares and hits."""

import pytest
import torch

from ml2020.explainable import (
    by_dots,
    cell_numbers,
    coalitions,
    deeplift,
    integrated,
    lead,
    lime,
    occlusion,
    shape_net,
    shapes,
    shapley,
    slope,
    smooth_slope,
    worths,
)
from ml2020.explainable.examination import DOTS, by_cells, cells_of, marked
from tests.explainable.nets import dice
from tests.refusals import refuses


def asked(n=2):
    torch.manual_seed(0)
    return shape_net(), shapes(n, generator=dice(0))


def test_each_way_is_the_one_it_is_named_for():
    model, data = asked()
    X, named = data.X, torch.tensor([0, 1])
    score, plain = lead(model, named), torch.full_like(data.X, 0.1)
    found = by_dots(model, X, named, generator=dice(1))
    assert tuple(found) == DOTS
    expected = {
        "saliency": slope(score, X).abs(),
        "gradient x input": slope(score, X) * X,
        "SmoothGrad": smooth_slope(score, X, 0.1, 20, generator=dice(1)),
        "integrated gradients": integrated(score, X, plain, 20),
        "DeepLIFT": deeplift(model, X, plain, named),
        "occlusion, 9 dots": occlusion(score, X, 0.1, 9, 3),
        "occlusion, 3 dots": occlusion(score, X, 0.1, 3, 2),
        "slope x (x - x')": slope(score, X) * (X - 0.1),
        "ink alone": X - 0.1,
    }
    for way, a in expected.items():
        torch.testing.assert_close(found[way], a)
    assert list(by_dots(model, X, named, ("ink alone",))) == ["ink alone"]


def test_ways_that_nobody_knows_are_refused():
    model, data = asked()
    ask = lambda way: by_dots(model, data.X, data.y, ("ink alone", way))  # noqa: E731
    refuses(
        ask, "^ways has 'x': give some of saliency, ", good=["ink alone"], bad=["x"]
    )


def test_cells_have_shapley_values_a_line_and_what_is_lost_without_them():
    model, data = asked()
    named, number = torch.tensor([1, 0]), cell_numbers()
    found = by_cells(model, data.X, named, generator=dice(1))
    for k in range(2):
        x = data.X[k : k + 1]
        score, plain = lead(model, named[k : k + 1]), torch.full_like(x, 0.1)
        v = worths(score, x, plain, number, coalitions(9))
        torch.testing.assert_close(found["Shapley"][k], shapley(v, 9))
        for cell in (0, 4, 8):
            gone = torch.where(number == cell, plain, x)
            lost = (score(x) - score(gone)).item()
            assert found["a cell removed"][k, cell].item() == pytest.approx(
                lost, abs=1e-5
            )
        near = torch.stack([found["LIME"][k], found["Shapley"][k]])
        assert torch.corrcoef(near)[0, 1] > 0.9
    again = by_cells(model, data.X, named, generator=dice(1))
    assert torch.equal(found["LIME"], again["LIME"])


def test_the_line_goes_through_two_hundred_sets(monkeypatch):
    model, data = asked()
    seen = []

    def counted(z, *rest):
        seen.append(len(z))
        return lime(z, *rest)

    monkeypatch.setattr("ml2020.explainable.examination.lime", counted)
    by_cells(model, data.X, torch.tensor([1, 0]), generator=dice(1))
    assert seen == [200, 200]


def test_marks_are_the_share_in_the_cause_s_cell_and_the_hits_of_each_class():
    _, data = asked(40)
    cells = torch.zeros(40, 9)
    cells[torch.arange(40), data.cause] = -3.0
    cells[torch.arange(40), data.place] = torch.where(data.y == 0, 9.0, 1.0)
    share = torch.where(data.y == 0, 3 / 12, 3 / 4).mean().item()
    assert marked(cells, data) == pytest.approx((share, 0.0, 1.0))


def test_sizes_and_sums_of_the_dots_of_a_cell():
    a = torch.zeros(1, 1, 27, 27)
    a[0, 0, 0, 0], a[0, 0, 1, 1], a[0, 0, 26, 26] = 3.0, -3.0, -2.0
    sizes, sums = cells_of(a)
    assert sizes[0, [0, 8]].tolist() == [6, 2]
    assert sums[0, [0, 8]].tolist() == [0, -2]
