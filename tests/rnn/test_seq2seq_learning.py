"""Learning to translate, and speaking alone."""

import pytest
import torch

from ml2020.rnn import (
    drawn_seq2seq,
    fresh_reversals,
    in_batches,
    pairs_of,
    reversal_pairs,
    translated,
)
from ml2020.rnn.seq2seq_learning import BATCH, greedily, taught
from tests.refusals import only_positive, refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def numbers(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_it_learns_eight_pairs_by_heart():
    pairs = reversal_pairs(8, 3, generator=dice())
    for match in ("dot", "none"):
        model = drawn_seq2seq(10, 11, 12, match, 0)
        model = taught(model, in_batches(pairs, generator=dice()), 0.04, 50)
        right = [row[:-1] for row in pairs.Y.tolist()]
        assert translated(model, pairs, 9) == right


def test_a_seed_makes_a_network_and_leaves_torch_s_dice_alone():
    before = torch.get_rng_state()
    one, two, other = (drawn_seq2seq(3, 4, 5, "dot", seed) for seed in (1, 1, 2))
    assert torch.equal(numbers(one), numbers(two))
    assert not torch.equal(numbers(one), numbers(other))
    assert numbers(one).dtype == torch.float32
    assert torch.equal(before, torch.get_rng_state())


def test_teaching_leaves_the_beginner_as_it_is():
    model = drawn_seq2seq(10, 11, 4, "dot", 0)
    before = numbers(model).clone()
    after = taught(model, fresh_reversals(4, 3, generator=dice()), 0.01, 2)
    assert torch.equal(numbers(model), before)
    assert not torch.equal(numbers(after), before)


def test_the_first_step_is_adam_s_and_the_rate_falls_in_a_line():
    model = drawn_seq2seq(10, 11, 4, "dot", 0)
    one = taught(model, fresh_reversals(4, 3, generator=dice()), 0.01, 1)
    moved = (numbers(one) - numbers(model)).abs()
    assert moved.max() == pytest.approx(0.01, rel=1e-3)  # a whole rate at t = 0
    still = [reversal_pairs(4, 3, generator=dice())] * 9
    two = taught(model, lambda: iter(still), 0.01, 2)
    assert (numbers(two) - numbers(model)).abs().max() == pytest.approx(0.015, rel=0.05)


def test_all_pairs_come_once_each_time_in_another_order():
    pairs = reversal_pairs(BATCH + 5, 2, generator=dice())
    once = in_batches(pairs, generator=dice())
    first, second = ([batch.X for batch in once()] for _ in range(2))
    assert [len(X) for X in first] == [BATCH, 5]
    seen = torch.cat(first).unique(dim=0, return_counts=True)
    wanted = pairs.X.unique(dim=0, return_counts=True)
    assert all(torch.equal(a, b) for a, b in zip(seen, wanted, strict=True))
    assert not torch.equal(first[0], second[0])
    few = in_batches(reversal_pairs(3, 2, generator=dice()), generator=dice())
    assert [len(batch.X) for batch in few()] == [3]


def test_speaking_goes_on_until_each_has_said_stop():
    script = torch.tensor([[0, 1, 2, 1], [2, 0, 0, 0], [1, 1, 1, 1]])

    def step(y, t):
        assert t == 0 or torch.equal(y, script[:, t - 1])
        return torch.nn.functional.one_hot(script[:, t], 3).float(), t + 1

    begin = torch.full((3,), 3)
    assert greedily(step, begin, 0, 4) == [[0, 1], [], [1, 1, 1, 1]]
    assert greedily(step, begin, 0, 1) == [[0], [], [1]]
    stops = pairs_of([[0]], [[]], stop=3)
    assert len(translated(drawn_seq2seq(3, 4, 2, "dot", 0), stops, 5)) == 1
    refuses(
        lambda most: greedily(step, begin, 0, most),
        "^most is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_numbers_that_cannot_be_are_refused():
    model, batches = drawn_seq2seq(10, 11, 2, "dot", 0), fresh_reversals(2, 2)
    only_positive(lambda lr: taught(model, batches, lr, 1), "lr")
    refuses(
        lambda updates: taught(model, batches, 0.01, updates),
        "^updates is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda given: taught(model, given, 0.01, 1),
        "^batches gives no pairs: give one batch or more$",
        good=[batches],
        bad=[lambda: iter([])],
    )
    spoilt = drawn_seq2seq(10, 11, 2, "none", 0)
    with torch.no_grad():
        spoilt.says.bias[0] = torch.nan
    with pytest.raises(ValueError, match=r"^lr has NaN or infinity: choose a rate"):
        taught(spoilt, batches, 0.1, 2)
