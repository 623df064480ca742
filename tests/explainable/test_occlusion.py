"""Occlusion is what a slow loop over boxes finds."""

import pytest
import torch

from ml2020.explainable import lead, occlusion
from tests.explainable.nets import conv_net, linear, pictures
from tests.refusals import refuses


@pytest.mark.equation("eq-explainable-occlusion")
@pytest.mark.parametrize(("box", "stride"), [(3, 1), (4, 3), (9, 1), (2, 2)])
def test_each_dot_has_the_mean_over_the_boxes_that_cover_it(box, stride):
    x, score = pictures(2), lead(conv_net(), torch.tensor([0, 2]))
    found = occlusion(score, x, 0.3, box, stride)
    starts = sorted({*range(0, 9 - box, stride), 9 - box})
    for k, i, j in ((0, 0, 0), (0, 4, 5), (1, 8, 8), (1, 2, 6)):
        lost = []
        for top in starts:
            for left in starts:
                if top <= i < top + box and left <= j < left + box:
                    painted = x.clone()
                    painted[k, 0, top : top + box, left : left + box] = 0.3
                    lost.append((score(x) - score(painted))[k].item())
        assert found[k, 0, i, j].item() == pytest.approx(sum(lost) / len(lost))


def test_of_a_linear_score_a_box_of_one_dot_takes_its_product():
    w, x = pictures(1, seed=2) - 0.5, pictures(2)
    torch.testing.assert_close(occlusion(linear(w), x, 0.0, 1, 1), w * x)


def test_all_channels_are_covered_at_once():
    x = torch.rand(1, 2, 4, 4).double()
    found = occlusion(lambda x: x.sum(dim=(1, 2, 3)), x, 0.0, 1, 1)
    torch.testing.assert_close(found, x.sum(dim=1, keepdim=True))


def test_boxes_that_do_not_fit_are_refused():
    x, score = pictures(1), lead(conv_net(), torch.tensor([0]))
    said = "^box is .*: give"
    refuses(lambda b: occlusion(score, x, 0.0, b), said, good=[1, 9], bad=[0, 10])
    said = "^stride is .*: give"
    refuses(lambda s: occlusion(score, x, 0.0, 4, s), said, good=[1, 4], bad=[0, -1, 5])
    said = "^baseline has NaN or infinity"
    refuses(lambda c: occlusion(score, x, c, 3), said, good=[0.0], bad=[float("nan")])
