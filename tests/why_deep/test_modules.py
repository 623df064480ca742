"""Modules: designs are what they say, each learns by itself, and kinds are named."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.deep_learning import (
    he_layers,
    layer_by_layer,
    pack,
    parameter_count,
    relu,
    straight,
    unpack,
)
from ml2020.optimization import Adam
from ml2020.why_deep import Design, faces, learn_design
from ml2020.why_deep.modules import scores, wanted
from tests.refusals import refuses

COUNTS = (6, 5, 4, 2)
DESIGNS = [Design(outputs, shared) for outputs in (4, 2) for shared in (False, True)]
SOFTMAX = Design(4, shared=True, softmax=True)


@pytest.mark.parametrize("design", DESIGNS)
def test_all_designs_have_as_many_hidden_neurons_and_nearly_as_many_parameters(design):
    assert design.parts * design.sizes[1] == 32
    total = design.parts * parameter_count(design.sizes)
    assert 2100 < total < 2220


@pytest.mark.parametrize("design", DESIGNS)
def test_the_scores_are_those_of_each_network_alone(design):
    data = faces("training", COUNTS, [0, 1])
    draws = [he_layers(design.sizes) for _ in range(2 * design.parts)]
    theta = torch.stack([pack(layers) for layers in draws])
    found = scores(theta, design, data.X)
    assert found.shape == (2, 17, design.outputs)
    for k in range(2):
        mine = theta[k * design.parts : (k + 1) * design.parts]
        alone = [
            layer_by_layer(data.X[k], unpack(t, design.sizes), [relu, straight]).a[-1]
            for t in mine
        ]
        torch.testing.assert_close(found[k], torch.cat(alone, dim=1))


def test_what_is_wanted_of_each_output():
    cell = torch.tensor([[0, 1, 2, 3]])
    assert wanted(cell, 4).tolist() == [torch.eye(4).tolist()]
    assert wanted(cell, 2).tolist() == [[[0, 0], [0, 1], [1, 0], [1, 1]]]


@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize("design", [*DESIGNS, SOFTMAX])
def test_a_design_learns_as_torch_does(design, equal):
    data, lr = faces("training", COUNTS, [3]), 0.02
    found = learn_design(Adam(lr), design, data, [5], 3, equal=equal)
    cell = data.cell[0]
    counts = torch.tensor(COUNTS)
    weights = 1 / counts[cell] / 4 if equal else torch.full((17,), 1 / 17)
    for part in range(design.parts):
        dice = torch.Generator().manual_seed(500 + part)
        theta = torch.nn.Parameter(pack(he_layers(design.sizes, generator=dice)))
        rule = torch.optim.Adam([theta], lr=lr)
        answers = wanted(data.cell, design.outputs)[0]
        if not design.shared:
            answers = answers[:, part : part + 1]
        for _ in range(3):
            layers = unpack(theta, design.sizes)
            z = layer_by_layer(data.X[0], layers, [relu, straight]).a[-1]
            each = F.binary_cross_entropy_with_logits(z, answers, reduction="none")
            if design.softmax:  # each: the surprise, in the place of the kind
                each = -answers * z.log_softmax(dim=1)
            rule.zero_grad()
            (weights[:, None] * each).sum().backward()
            rule.step()
        torch.testing.assert_close(found[part], theta.detach(), rtol=1e-4, atol=1e-5)


def test_a_design_may_be_wider():
    assert Design(4, shared=False, width=128).sizes == (64, 32, 1)
    assert Design(2, shared=True, width=50).sizes == (64, 50, 2)


def test_rejects_widths_that_cannot_be_shared_out():
    data = faces("training", COUNTS, [0])
    for shared, good, bad in ((True, [1, 7], [0, -4]), (False, [4, 8], [0, 3, 9, -4])):
        refuses(
            lambda width, shared=shared: learn_design(
                Adam(0.1), Design(4, shared, width=width), data, [0], 1
            ),
            "^design.width is .*: give [14] times n$",
            good=good,
            bad=bad,
        )


def test_rejects_groups_without_seeds_and_no_steps():
    data, design = faces("training", COUNTS, [0, 1]), Design(2, shared=True)
    refuses(
        lambda seeds: learn_design(Adam(0.1), design, data, seeds, 1),
        "^seeds, groups are [013]: give 2$",
        good=[[0, 1]],
        bad=[[], [0], [0, 1, 2]],
    )
    refuses(
        lambda outputs: learn_design(Adam(0.1), Design(outputs, True), data, [0, 1], 1),
        "^design.outputs is .*: give 4 or 2$",
        good=[4, 2],
        bad=[0, 1, 3, 5],
    )
    for other in (Design(2, True, True), Design(4, False, True)):
        with pytest.raises(ValueError, match=r"^design.softmax is True: give 4 out"):
            learn_design(Adam(0.1), other, data, [0, 1], 1)
    refuses(
        lambda steps: learn_design(Adam(0.1), design, data, [0, 1], steps),
        "^steps is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
