"""The contest: what is asked, what a step does, and who counts as right."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.deep_learning import draws, he_layers, side_by_side, unpack
from ml2020.optimization import Adam
from ml2020.why_deep import (
    Examples,
    all_rows,
    carpet,
    carpet_examples,
    learned,
    parity_examples,
    share_right,
    some_rows,
)
from tests.refusals import refuses

SIZES = (2, 3, 1)


def test_points_of_the_carpet_are_standardised_and_labelled_by_it():
    data = carpet_examples(4000, 2, [1, 2])
    assert data.X.shape == (2, 4000, 2)
    assert data.X.mean().item() == pytest.approx(0, abs=0.02)
    assert data.X.std().item() == pytest.approx(1, abs=0.02)
    assert data.X.abs().max().item() <= math.sqrt(3)
    points = data.X / math.sqrt(12) + 0.5
    for k in range(2):
        score = carpet(points[k].double(), 2)
        sure = score.abs() > 1e-4
        assert torch.equal(data.y_hat[k][sure], (score > 0)[sure])


def test_each_seed_has_its_own_points_and_always_the_same():
    data, again = (carpet_examples(20, 1, [3, 4]) for _ in range(2))
    assert torch.equal(data.X, again.X)
    assert not torch.equal(data.X[0], data.X[1])
    assert torch.equal(carpet_examples(20, 1, [4]).X[0], data.X[1])


def test_all_rows_of_bits_are_asked_of_each_network():
    data = parity_examples(3, 2)
    assert data.X.shape == (2, 8, 3)
    assert data.X[0].unique().tolist() == [-1, 1]
    assert torch.equal(data.X[0], data.X[1])
    odd = [bool(sum(bit > 0 for bit in row) % 2) for row in data.X[1].tolist()]
    assert data.y_hat[1].tolist() == odd


@pytest.mark.parametrize("whole", [True, False])
def test_a_step_is_one_on_the_logistic_loss_of_its_examples(whole):
    n, seeds, lr = 60, [7, 8], 0.01
    data, starts = carpet_examples(n, 1, [5, 6]), draws(he_layers, SIZES, seeds)
    before = starts.clone()
    rows = all_rows(n, 2) if whole else some_rows(n, 2, 9)
    found = learned(Adam(lr), starts, SIZES, data, rows)
    assert torch.equal(starts, before)
    for k in range(2):
        theta = torch.nn.Parameter(starts[k].clone())
        rule = torch.optim.Adam([theta], lr=lr)
        for t in range(2):
            z = side_by_side(theta[None], SIZES, data.X[k : k + 1, rows[t]])[0, :, 0]
            right = data.y_hat[k, rows[t]].float()
            rule.zero_grad()
            F.binary_cross_entropy_with_logits(z, right).backward()
            rule.step()
        torch.testing.assert_close(found[k], theta.detach(), rtol=1e-4, atol=1e-5)


def test_rows_are_all_or_a_hundred_drawn_for_each_step():
    assert all_rows(3, 2).tolist() == [[0, 1, 2]] * 2
    rows = some_rows(7, 50, 3)
    assert rows.shape == (50, 100)
    assert rows.unique().tolist() == list(range(7))
    assert torch.equal(rows, some_rows(7, 50, 3))
    assert not torch.equal(rows, some_rows(7, 50, 4))
    for call in (all_rows, lambda n, steps: some_rows(n, steps, 0)):
        for name, one in (
            ("n", lambda v, c=call: c(v, 1)),
            ("steps", lambda v, c=call: c(1, v)),
        ):
            said = f"^{name} is .*: give 1 or more$"
            refuses(one, said, good=[1, 2], bad=[0, -1])


def test_the_share_is_that_of_the_signs():
    data = Examples(
        torch.tensor([[[1.0], [-1.0], [2.0], [0.0]]]),
        torch.tensor([[True, True, True, True]]),
    )
    assert share_right(torch.tensor([[1.0, 0.0]]), (1, 1), data).tolist() == [0.5]
    assert share_right(torch.tensor([[math.inf, 0.0]]), (1, 1), data).tolist() == [0]


def test_a_network_learns_xor():
    data = parity_examples(2, 3)
    start = draws(he_layers, (2, 8, 1), [0, 1, 2])
    theta = learned(Adam(0.05), start, (2, 8, 1), data, all_rows(4, 300))
    assert share_right(theta, (2, 8, 1), data).tolist() == [1, 1, 1]
    assert len(unpack(theta[0], (2, 8, 1))) == 2


def test_rejects_examples_and_networks_that_do_not_fit():
    data = parity_examples(2, 2)

    start = draws(he_layers, SIZES, [0, 1])

    def call(**other):
        now = {"start": start, "sizes": SIZES, "data": data, **other}
        return learned(Adam(0.1), **{"batches": all_rows(4, 1), **now})

    with pytest.raises(ValueError, match=r"^batches is empty: give at least one step$"):
        call(batches=all_rows(4, 1)[:0])
    with pytest.raises(ValueError, match=r"^seeds, networks are 1: give 2$"):
        call(start=start[:1])
    said = r"^sizes are \(.*\): begin with the features, end in 1$"
    bad = [(), (2,), (3, 2, 1), (2, 3, 2)]
    refuses(lambda sizes: call(sizes=sizes), said, good=[SIZES], bad=bad)
    with pytest.raises(ValueError, match=r"^data.X is empty: give at least one"):
        call(data=Examples(data.X[:, :0], data.y_hat[:, :0]))
    with pytest.raises(ValueError, match=r"^sizes are"):
        share_right(torch.ones(2, 13), (3, 3, 1), data)
    with pytest.raises(ValueError, match=r"^seeds, networks are 1: give 2$"):
        share_right(torch.ones(1, 13), SIZES, data)


def test_rejects_what_no_examples_are_made_of():
    refuses(
        lambda n: carpet_examples(n, 1, [0]),
        "^n is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    refuses(
        lambda n: parity_examples(2, n),
        "^networks is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    with pytest.raises(ValueError, match=r"^seeds is empty: give at least one seed$"):
        carpet_examples(1, 1, [])
    with pytest.raises(ValueError, match=r"^folds is -1: give 0 or more$"):
        carpet_examples(1, -1, [0])
