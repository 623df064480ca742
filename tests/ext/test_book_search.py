"""One stem for both spellings, and Chinese terms that are found by their parts.

That the browser stems alike is seen in tests/book/test_site_access.py.
"""

import json

import pytest

from book_search import SPELLINGS, BookEnglish

ENGLISH = BookEnglish({})


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("regularization", "regularisation"),
        ("Regularized", "regularised"),
        ("optimizers", "optimisers"),
        ("optimize", "optimising"),
        ("analyzed", "analysed"),
        ("colors", "colour"),
        ("gray", "grey"),
        ("neighboring", "neighbouring"),
        ("centered", "centred"),
        ("behavior", "behaviours"),
        ("artifacts", "artefact"),
    ],
)
def test_both_spellings_have_one_stem(american, british):
    assert ENGLISH.stem(american) == ENGLISH.stem(british)


@pytest.mark.parametrize(
    ("one", "other"),
    [("prize", "prise up"), ("regular", "regularise"), ("citizen", "citizenry")],
)
def test_other_words_keep_theirs(one, other):
    assert ENGLISH.stem(one) != ENGLISH.stem(other)


def test_a_chinese_term_is_found_whole_and_in_pairs():
    words = ENGLISH.split("the gradient (梯度下降), 凸 and 特征")
    assert words == [
        *("the", "gradient", "梯度下降", "凸", "and", "特征"),
        *("梯度", "度下", "下降"),
    ]


def test_the_browser_gets_the_same_table():
    assert json.dumps(SPELLINGS) in BookEnglish.js_stemmer_code
    assert "var Stemmer = function" in BookEnglish.js_stemmer_code
