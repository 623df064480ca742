"""Crowd: one copy changes nothing, more copies thin the weight of what is met once."""

import pytest
import torch

from ml2020.transformer import crowded, drawn_reader, near_sighted
from ml2020.transformer.crowd import crowd
from tests.refusals import refuses

X = torch.randint(10, (2, 9), generator=torch.Generator().manual_seed(3))


def test_each_near_place_stands_there_several_times_but_the_one_that_is_meant():
    assert crowd(3, 1, 1, 2).int().tolist() == [
        [1, 1, 1, 1, 0, 0],
        [1, 0, 1, 1, 1, 1],
        [0, 0, 1, 0, 1, 1],
    ]


@pytest.mark.parametrize("places", ["sinusoids", "rotary"])
def test_a_crowd_of_one_each_is_a_near_sighted_reader(places):
    reader = drawn_reader(1, 10, 8, 2, 2, places)
    torch.testing.assert_close(crowded(reader, 2, 1, 1)(X), near_sighted(reader, 2)(X))


@pytest.mark.parametrize("places", ["sinusoids", "rotary"])
def test_the_weights_are_those_of_scores_with_a_logarithm_more(places):
    reader = drawn_reader(1, 10, 8, 2, 1, places)
    (once,), (more,) = (weights_of(crowded(reader, 3, 1, times)) for times in (1, 4))
    for head in range(2):
        alpha = once[0, head, 5]
        wanted = alpha * 4
        wanted[4] = alpha[4]  # one place back
        found = more[0, head, 5].view(9, 4).sum(dim=1)
        torch.testing.assert_close(found, wanted / wanted.sum())


def weights_of(reader):
    found = []
    for layer in reader.layers:
        layer.attends.register_forward_hook(
            lambda part, given, read: found.append(read.alpha)
        )
    reader(X)
    return found


def test_a_mask_stays_and_so_does_the_reader():
    reader = drawn_reader(1, 10, 8, 2, 1, masked=True)
    scores, far = reader(X), crowded(reader, 8, 1, 3)
    other = X.clone()
    other[:, -1] = (other[:, -1] + 1) % 10
    torch.testing.assert_close(far(X)[:, :-1], far(other)[:, :-1])
    assert torch.equal(reader(X), scores)


READER = drawn_reader(1, 10, 8, 2, 1)


@pytest.mark.parametrize(
    ("call", "said", "good", "bad"),
    [
        (lambda n: crowded(READER, n, 2, 1), r"^reach is .*: give 2", [2, 3], [1, -1]),
        (lambda n: crowded(READER, 1, n, 1), r"^back is .*: give 0", [0, 1], [-1]),
        (lambda n: crowded(READER, 1, 1, n), r"^times is .*: give", [1, 3], [0, -1]),
    ],
)
def test_bad_settings_are_refused(call, said, good, bad):
    refuses(call, said, good=good, bad=bad)


def test_a_reader_from_whom_something_is_hidden_is_refused():
    refuses(
        lambda reader: crowded(reader, 1, 1, 2),
        "^reader has layers that hide something: give it as it has learned$",
        good=[READER],
        bad=[near_sighted(READER, 2), crowded(READER, 1, 1, 1)],
    )
