"""The mails are as many of each kind, cut as the notice says, and none is a copy."""

from collections import Counter

import pytest
import torch

from ml2020.data import spam as module
from ml2020.data.spam import RARE, mails


def test_there_are_1000_of_each_kind_and_their_order_is_shuffled():
    words, spam = mails()
    assert len(words) == len(spam) == 2000
    assert spam.dtype == torch.int64
    assert spam.bincount().tolist() == [1000, 1000]
    for part in spam.split(500):
        assert part.bincount().min() > 200


def test_a_mail_is_its_first_words_small():
    words = mails().words
    assert {len(mail) for mail in words} == set(range(20, 41))
    letters = {word for mail in words for word in mail} - {"0", "!", "$", RARE}
    assert all(word.isascii() and word.isalpha() for word in letters)
    assert all(word.islower() for word in letters)


def test_a_word_of_fewer_than_five_mails_does_not_stand():
    count = Counter(word for mail in mails().words for word in set(mail))
    assert min(count.values()) == 5


def test_words_of_spam_stand_in_spam():
    words, spam = mails()
    for word, kind in (("click", 1), ("wrote", 0)):
        where = [
            k for k, mail in zip(spam.tolist(), words, strict=True) if word in mail
        ]
        assert len(where) > 90
        assert where.count(kind) > 0.9 * len(where)


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^spam\.csv is not .*: delete"):
        mails.__wrapped__()
