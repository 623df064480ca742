"""Readers of tickets learn what they can see, and no more."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from ml2020.optimization import Adam
from ml2020.rnn import (
    READERS,
    chosen,
    clipped,
    learned_slots,
    named_cities,
    networks,
    side_by_side,
    slot_scores,
    ticket_batch,
)
from ml2020.rnn.slots import slot_sizes
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def batch():
    return ticket_batch(64, generator=dice())


@pytest.mark.parametrize("reader", READERS)
def test_eight_sentences_are_learned_as_far_as_they_can_be_seen(reader):
    few = side_by_side(
        [
            (["arrive", "taipei"], [0, 2]),
            (["leave", "taipei"], [0, 1]),
            (["taipei", "arrive"], [2, 0]),
            (["taipei", "leave"], [1, 0]),
        ]
    )
    theta = learned_slots(reader, [0, 1], Adam(lr=0.03), few, 150, generator=dice(1))
    share = named_cities(theta, reader, few)
    most = {"one word": 0.5, "from the left": 0.75, "both ways": 1.0}[reader]
    assert share.tolist() == [most, most]


@pytest.mark.equation("eq-rnn-cost")
@pytest.mark.parametrize("reader", READERS)
def test_one_update_is_a_clipped_step_by_the_mean_over_all_words(batch, reader):
    part = chosen(batch, torch.arange(5))
    end = learned_slots(reader, [7], Step(), part, 1, generator=dice(2))
    kind, ways = READERS[reader]
    starts = [networks(kind, slot_sizes(), [7 * ways + k]) for k in range(ways)]
    theta = torch.cat(starts, dim=-1).requires_grad_()
    scores, words = slot_scores(theta, reader, part)[:, 0], 0
    cost = torch.zeros(())
    for k in range(5):
        for t in range(int(part.lengths[k])):
            cost = cost + cross_entropy(scores[t, k], part.labels[t, k])
            words += 1
    (g,) = torch.autograd.grad(cost / words, theta)
    expected = theta.detach() - 10 * clipped(g, 1.0)
    torch.testing.assert_close(end, expected, rtol=1e-4, atol=1e-5)


class Step:
    """Plain descent, without memory."""

    def init(self, theta):
        return ()

    def step(self, theta, g, memory):
        return theta - 10 * g, memory


def test_the_share_counts_cities_alone(batch):
    theta = learned_slots("one word", [0, 1], Adam(), batch, 1, generator=dice(3))
    found = named_cities(theta, "one word", batch)
    said = slot_scores(theta, "one word", batch).argmax(dim=-1)
    for k in range(2):
        right = total = 0
        for n, words in enumerate(batch.words):
            for t in range(len(words)):
                if batch.labels[t, n] in (1, 2):
                    total += 1
                    right += int(said[t, k, n] == batch.labels[t, n])
        assert found[k].item() == pytest.approx(right / total)


def test_some_sentences_alone_may_count(batch):
    theta = learned_slots("from the left", [0, 1], Adam(), batch, 1, generator=dice(3))
    some = torch.arange(64) % 3 == 0
    found = named_cities(theta, "from the left", batch, some)
    few = chosen(batch, some.nonzero()[:, 0])
    torch.testing.assert_close(found, named_cities(theta, "from the left", few))
    refuses(
        lambda which: named_cities(theta, "from the left", batch, which),
        "^batch has no city that counts: give a sentence with one$",
        good=[None, some],
        bad=[torch.zeros(64, dtype=torch.bool)],
    )


def test_the_same_dice_give_the_same_and_each_network_learns_alone(batch):
    both = learned_slots("both ways", [0, 1], Adam(), batch, 1, generator=dice(4))
    again = learned_slots("both ways", [0, 1], Adam(), batch, 1, generator=dice(4))
    assert torch.equal(both, again)
    alone = learned_slots("both ways", [1], Adam(), batch, 1, generator=dice(4))
    torch.testing.assert_close(both[1:], alone, rtol=1e-3, atol=1e-5)


def test_what_is_no_reader_is_refused(batch):
    theta = learned_slots("one word", [0], Adam(), batch, 1)
    for call in (
        lambda reader: slot_scores(theta, reader, batch),
        lambda reader: learned_slots(reader, [0], Adam(), batch, 1),
    ):
        refuses(
            call,
            "^reader is .*: choose one of one word, from the left, both ways$",
            good=["one word"],
            bad=["", "backwards"],
        )
    refuses(
        lambda seeds: learned_slots("one word", seeds, Adam(), batch, 1),
        "^seeds is empty",
        good=[[0]],
        bad=[[]],
    )
    refuses(
        lambda passes: learned_slots("one word", [0], Adam(), batch, passes),
        "^passes is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )


class Recorder:
    """Jumps far away at first, and keeps what gradients it was given."""

    def __init__(self):
        self.lengths = []

    def init(self, theta):
        return ()

    def step(self, theta, g, memory):
        self.lengths.append(g.norm(dim=-1))
        return theta * (20 if len(self.lengths) == 1 else 1), memory


def test_a_pass_is_a_batch_of_32_after_the_other_and_no_gradient_is_longer_than_1(
    batch,
):
    rule = Recorder()
    learned_slots("both ways", [0], rule, batch, 2, generator=dice(5))
    assert len(rule.lengths) == 2 * (64 // 32)
    assert max(rule.lengths).item() == pytest.approx(1)
    part = chosen(batch, torch.arange(33))
    rule = Recorder()
    learned_slots("one word", [0], rule, part, 1, generator=dice(5))
    assert len(rule.lengths) == 2  # 32 and 1


def test_a_reader_has_16_units():
    assert slot_sizes()[1:] == (16, 4)
    assert slot_sizes().inputs == batch_places()


def batch_places():
    return ticket_batch(1, generator=dice()).X.shape[-1]
