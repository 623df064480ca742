"""The alignment is the likeliest of all paths that spell the target."""

import itertools

import pytest
import torch

from ml2020.rnn import aligned, collapse

TARGETS = [[1, 2], [], [3, 3], [2, 1, 1, 3], [1]]
LENGTHS = [4, 3, 3, 6, 1]


def scores(seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(6, 5, 4, generator=dice, dtype=torch.float64)


@pytest.mark.parametrize("seed", range(3))
def test_no_other_path_of_the_target_is_likelier(seed):
    x = scores(seed)
    found = aligned(x, torch.tensor(LENGTHS), TARGETS)
    for k, (T, target) in enumerate(zip(LENGTHS, TARGETS, strict=True)):
        log_y = x[:T, k].log_softmax(dim=-1)
        path = found[:T, k].tolist()
        assert collapse(path) == target
        assert (found[T:, k] == 0).all()
        best = max(
            sum(log_y[t, label].item() for t, label in enumerate(other))
            for other in itertools.product(range(4), repeat=T)
            if collapse(other) == target
        )
        own = sum(log_y[t, label].item() for t, label in enumerate(path))
        assert own == pytest.approx(best)


def test_it_may_begin_and_end_with_a_label_or_with_a_blank(device):
    says = torch.tensor([[[9.0, 0], [0, 9]], [[0, 9], [9, 0]]])  # φ1 and 1φ
    found = aligned(says.to(device), torch.tensor([2, 2]).to(device), [[1], [1]])
    assert found.T.tolist() == [[0, 1], [1, 0]]


def test_another_blank_is_another_numbering():
    x, lengths = scores(), torch.tensor(LENGTHS)
    lower = [[label - 1 for label in target] for target in TARGETS]
    one = aligned(x, lengths, TARGETS)
    two = aligned(x[..., [1, 2, 3, 0]], lengths, lower, blank=3)
    assert torch.equal((one - 1) % 4, two)


def test_what_cannot_be_spelled_is_refused():
    with pytest.raises(ValueError, match=r"^lengths\[0\] is 2: its target needs 3$"):
        aligned(scores()[:2, :1], torch.tensor([2]), [[1, 1]])
