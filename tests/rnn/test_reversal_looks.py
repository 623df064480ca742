"""Looks of a reversal: counted by hand, and read with other weights."""

import pytest
import torch

from ml2020.rnn import (
    drawn_seq2seq,
    just_said,
    mirrored,
    reversal_pairs,
    right_with,
    scores_with,
    share_greatest,
    without,
)
from ml2020.rnn.seq2seq_pairs import pairs_of
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_places_of_each_step():
    assert mirrored(3).tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert just_said(3).tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    for T in (2, 7):  # what is said at step j stands at the mirrored place of j
        x = torch.arange(T).float()
        assert torch.equal(mirrored(T) @ x, x.flip(0))
        assert torch.equal((just_said(T) @ x)[1:], x.flip(0)[:-1])


def test_the_greatest_weights_are_counted_from_the_second_step_on():
    alpha = torch.tensor(
        [
            [[0.9, 0.05, 0.05], [0.1, 0.6, 0.3], [0.2, 0.5, 0.3], [0.0, 0.0, 1.0]],
            [[0.1, 0.8, 0.10], [0.1, 0.3, 0.6], [0.5, 0.3, 0.2], [0.0, 0.0, 1.0]],
        ]
    )
    assert share_greatest(alpha, mirrored(3)) == 0.5
    assert share_greatest(alpha, just_said(3)) == 0.5
    assert share_greatest(alpha[:, :3], mirrored(3)) == 0.5


def test_with_its_own_weights_it_says_what_it_says():
    model = drawn_seq2seq(10, 11, 3, "dot", 0)
    pairs = reversal_pairs(200, 4, generator=dice())
    with torch.no_grad():
        scores, _, alpha = model(pairs)
    own = scores.argmax(dim=-1)[:, 1:4] == pairs.Y[:, 1:4]
    wanted = own.double().mean().item()
    assert 0 < wanted < 1
    assert right_with(model, pairs, alpha[:, :4]) == pytest.approx(wanted)
    one_for_all = mirrored(4).expand(200, -1, -1)
    assert right_with(model, pairs, mirrored(4)) == right_with(
        model, pairs, one_for_all
    )


def test_a_place_is_taken_out_and_the_others_keep_their_shares():
    alpha = torch.tensor([[[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.25, 0.25, 0.5]]])
    left = without(alpha, mirrored(3))
    wanted = torch.tensor([[[5 / 7, 2 / 7, 0], [0.25, 0, 0.75], [0, 1 / 3, 2 / 3]]])
    torch.testing.assert_close(left, wanted)
    nothing = alpha.clone()
    nothing[0, 1] = torch.tensor([0.0, 1.0, 0.0])
    refuses(
        lambda given: without(given, mirrored(3)),
        "^alpha has no weight but at this place: leave this step out$",
        good=[alpha],
        bad=[nothing],
    )


def test_scores_with_its_own_weights_are_its_own_of_as_many_steps_as_asked():
    model = drawn_seq2seq(10, 11, 3, "additive", 0)
    pairs = reversal_pairs(5, 4, generator=dice())
    with torch.no_grad():
        own = model(pairs)
    for S in (1, 4, 5):
        scores = scores_with(model, pairs, own.alpha[:, :S])
        torch.testing.assert_close(scores, own.scores[:, :S])


def test_weights_of_other_places_and_networks_that_do_not_look_are_refused():
    model = drawn_seq2seq(10, 11, 2, "dot", 0)
    pairs = reversal_pairs(2, 3, generator=dice())
    refuses(
        lambda alpha: right_with(model, pairs, alpha),
        "^alpha has the shape .*: give it ",
        good=[mirrored(3), mirrored(3).expand(2, -1, -1)],
        bad=[mirrored(4), mirrored(2), mirrored(3).expand(3, -1, -1)],
    )
    refuses(
        lambda alpha: scores_with(model, pairs, alpha),
        "^alpha has the shape .*: give it ",
        good=[torch.ones(4, 3) / 3, torch.ones(1, 3) / 3],
        bad=[torch.ones(5, 3) / 3, torch.ones(4, 2) / 2],
    )
    thirds = torch.ones(4, 3) / 3
    refuses(
        lambda alpha: scores_with(model, pairs, alpha),
        "^alpha (has NaN or infinity|has other sums than 1|is torch.float64, model)",
        good=[thirds],
        bad=[
            thirds * torch.nan,
            7 * thirds,
            thirds + torch.tensor([1.0, -1, 0]),
            thirds.double(),
        ],
    )
    uneven = pairs_of([[1, 2, 3], [4, 5]], [[3, 2, 1], [5, 4]], 10)
    refuses(
        lambda alpha: scores_with(model, uneven, alpha),
        "^alpha has weights behind the end: give 0 there$",
        good=[just_said(3)[:1], model(uneven).alpha.detach()],
        bad=[mirrored(3)],
    )
    refuses(
        lambda given: right_with(model, given, just_said(3)[:1].expand(3, -1)),
        "^pairs (are not all of 3 symbols|have answers below 3 symbols)",
        good=[pairs],
        bad=[uneven, pairs_of([[1, 2, 3]] * 2, [[3, 2, 1], [5, 4]], 10)],
    )
    refuses(
        lambda alpha: share_greatest(alpha, mirrored(3)),
        "^alpha has NaN or infinity",
        good=[thirds[None]],
        bad=[thirds[None] * torch.nan],
    )
    refuses(mirrored, "^T is .*: give 1 or more", good=[1], bad=[0, -1])
    refuses(
        lambda given: right_with(given, pairs, mirrored(3)),
        "^(model has no attention: give one with a match|pairs.Y has rows that)",
        good=[model],
        bad=[
            drawn_seq2seq(10, n, 2, kind, 0) for n, kind in ((11, "none"), (40, "dot"))
        ],
    )


def test_a_single_step_has_no_second_one():
    model = drawn_seq2seq(10, 11, 2, "dot", 0)
    refuses(
        lambda T: right_with(model, reversal_pairs(1, T), mirrored(T)),
        "^alpha is of 1 place: give 2 or more$",
        good=[2],
        bad=[1],
    )
    refuses(
        lambda T: share_greatest(mirrored(T)[None], mirrored(T)),
        "^alpha is of 1 place: give 2 or more$",
        good=[2],
        bad=[1],
    )
