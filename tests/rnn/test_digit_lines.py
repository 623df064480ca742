"""Lines of digits are what was glued, column by column."""

import math
from itertools import pairwise

import pytest
import torch

from ml2020.data.digits import digits
from ml2020.rnn import (
    collapse,
    digit_lines,
    frames_needed,
    part_lines,
)
from ml2020.rnn.digit_lines import PARTS, trimmed
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def lines():
    return part_lines("learn", 200, generator=dice())


def test_each_stretch_of_marks_is_the_ink_of_such_a_digit(lines):
    data = digits()
    known = {}
    for image, name in zip(data.images, data.labels.tolist(), strict=True):
        columns = tuple(map(tuple, trimmed(image).tolist()))
        known.setdefault(columns, set()).add(name)
    for k in range(20):
        T = int(lines.lengths[k])
        marks = lines.marks[:T, k].tolist()
        starts = [0] + [t for t in range(1, T) if marks[t] != marks[t - 1]] + [T]
        for start, end in pairwise(starts):
            ink, mark = lines.X[start:end, k], marks[start]
            if mark == 0:
                assert not ink.any()
                assert end - start <= 2
            elif (found := tuple(map(tuple, ink.tolist()))) in known:
                assert mark - 1 in known[found]
            else:  # two equal digits without a gap
                assert any(a == b for a, b in pairwise(lines.texts[k]))
        assert not lines.X[T:, k].any()
        assert not lines.marks[T:, k].any()


def test_a_picture_is_cut_from_its_first_column_with_ink_to_its_last():
    image = torch.zeros(8, 8)
    image[2, 1], image[0, 3], image[5, 4] = 3, 2, 1
    wanted = torch.zeros(4, 8)
    wanted[0, 2], wanted[2, 0], wanted[3, 5] = 3, 2, 1
    assert torch.equal(trimmed(image), wanted)


def test_all_numbers_of_digits_and_all_gaps_occur(lines):
    assert {len(text) for text in lines.texts} == {2, 3, 4, 5}
    assert {label for text in lines.texts for label in text} == set(range(1, 11))
    lead = {
        lines.marks[:T, k].tolist().index(text[0])
        for k, (T, text) in enumerate(
            zip(lines.lengths.tolist(), lines.texts, strict=True)
        )
    }
    assert lead == {0, 1, 2}
    behind = {
        int(T - lines.marks[:, k].nonzero()[-1] - 1)
        for k, T in enumerate(lines.lengths.tolist())
    }
    assert behind == {0, 1, 2}
    assert max(lines.lengths) == len(lines.X)


def test_every_line_has_frames_enough_and_true_marks_spell_it_but_for_glued_twins(
    lines,
):
    twins = 0
    for k, (T, text) in enumerate(
        zip(lines.lengths.tolist(), lines.texts, strict=True)
    ):
        assert frames_needed(text) <= T
        spelled = collapse(lines.marks[:T, k].tolist())
        if spelled != text:
            twins += 1
            assert [a for a, b in pairwise([*text, 0]) if a != b] == [
                a for a, b in pairwise([*spelled, 0]) if a != b
            ]
    assert 0 < twins < 40


def test_the_parts_share_no_picture_and_the_same_dice_give_the_same():
    one, two = (part_lines("judge", 5, generator=dice(3)) for _ in range(2))
    assert torch.equal(one.X, two.X)
    assert one.texts == two.texts
    assert sum(PARTS.values()) == len(digits().labels)
    assert list(PARTS) == ["learn", "choose", "judge"]
    other = part_lines("choose", 5, generator=dice(3))
    assert one.texts != other.texts


def test_what_cannot_be_glued_is_refused():
    data = digits()
    images, shown = data.images[:3], data.labels[:3]
    empty = images.clone()
    empty[1] = 0
    refuses(
        lambda images: digit_lines(images, shown, 2, generator=dice()),
        "^images has one without ink: leave it out$",
        good=[images],
        bad=[empty, 0 * images],
    )
    refuses(
        lambda images: digit_lines(images, shown, 2, generator=dice()),
        "^images has NaN or infinity: drop or mend those examples$",
        good=[images],
        bad=[images * math.nan, images + math.inf],
    )
    refuses(
        lambda n: digit_lines(images, shown, n, generator=dice()),
        "^n is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda shown: digit_lines(images, shown, 2, generator=dice()),
        "^shown has numbers outside 0 to 9: name digits$",
        good=[shown, torch.tensor([0, 9, 5])],
        bad=[torch.tensor([0, -1, 3]), torch.tensor([10, 1, 2])],
    )
    refuses(
        lambda part: part_lines(part, 1),
        "^part is .*: choose one of learn, choose, judge$",
        good=["learn"],
        bad=["", "test"],
    )
    with pytest.raises(ValueError, match=r"^images is empty: give at least one"):
        digit_lines(images[:0], shown[:0], 1)
