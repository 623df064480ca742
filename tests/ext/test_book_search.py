"""One stem for both spellings, one word for all its forms, and Chinese by its parts.

That the browser does the same is seen in tests/book/test_site_access.py.
"""

import json
import re
from pathlib import Path

import pytest

from book_search import SIMPLIFIED, SPELLINGS, TABLE, VARIANTS, BookEnglish, folded
from tools.make_simplified import common, cut

ROOT = Path(__file__).parents[2]
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


def test_chinese_is_indexed_by_characters_and_pairs():
    words = ENGLISH.split("the gradient (梯度下降), 凸 and KL散度")
    assert words == [
        *("the", "gradient", "and", "KL", *"梯度下降凸散度"),
        *("梯度", "度下", "下降", "散度"),
    ]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("Pokémon", "Pokemon"),
        ("Poke\N{COMBINING ACUTE ACCENT}mon", "Pokemon"),
        ("Łojasiewicz", "Lojasiewicz"),
        ("迴歸", "回归"),
        ("過擬合", "过拟合"),
        ("類神經網路", "神经网络"),
        ("事後機率", "后验概率"),  # by two lines of the table
        ("回归 and 过拟合", "回归 and 过拟合"),
    ],
)
def test_a_text_is_folded(written, means):
    assert folded(written) == means


def test_folding_twice_changes_no_more():
    said = [*VARIANTS, *VARIANTS.values(), *SIMPLIFIED]
    assert [folded(folded(text)) for text in said] == [folded(text) for text in said]


def test_other_names_lead_to_words_of_the_glossary():
    text = folded((ROOT / "book" / "glossary.md").read_text("utf-8"))
    assert not [ours for ours in VARIANTS.values() if ours not in text]
    assert [other for other in VARIANTS if other not in text] == [*VARIANTS]


def test_the_table_of_characters_covers_the_glossary():
    text = (ROOT / "book" / "glossary.md").read_text("utf-8")
    wanted = common() | set(re.findall(r"[\u4e00-\u9fff]", text))
    assert set(SIMPLIFIED.values()) <= wanted
    assert not [c for c in SIMPLIFIED if c in text]  # the book writes simplified
    assert len(SIMPLIFIED) > 1500


def test_a_cut_keeps_the_first_form_of_what_is_wanted():
    lines = "# a dictionary\n過\t过\n乾\t干 乾\n著\t着 著\n个\t个\n"
    assert cut(lines, "过干个") == {"過": "过", "乾": "干"}


def test_the_browser_gets_the_same_tables():
    assert json.dumps(SPELLINGS) in BookEnglish.js_stemmer_code
    assert "var Stemmer = function" in BookEnglish.js_stemmer_code
    assert TABLE["traditional"] in BookEnglish.js_splitter_code
    assert json.dumps(VARIANTS, ensure_ascii=False) in BookEnglish.js_splitter_code
