"""Plain Markdown in small pieces: text in, text out."""

import pytest

from plain_text import (
    details,
    displayed,
    escaped,
    fenced,
    guarded,
    indented,
    quoted,
    ticked,
    without_glue,
)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a*b*, x_i, `c`, $5", r"a\*b\*, x\_i, \`c\`, \$5"),
        ("a < b > c", "a &lt; b > c"),
        ("R&D, not &lt;", "R&D, not &amp;lt;"),
        (r"a\b", r"a\\b"),
    ],
)
def test_no_letter_of_a_text_is_taken_for_a_sign(said, written):
    assert escaped(said) == written


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("1218. (As told", r"1218\. (As told"),
        ("3) is", r"3\) is"),
        ("- 3 is", r"\- 3 is"),
        ("# 3 is", r"\# 3 is"),
        ("> 3", r"\> 3"),
        ("===", r"\==="),
        ("1.5 is", "1.5 is"),
        ("-3 is", "-3 is"),
        ("... and", "... and"),
        ("#3 is", "#3 is"),
    ],
)
def test_no_line_of_a_paragraph_begins_something_else(line, kept):
    assert guarded(f"It was\n{line}\nin all. ") == f"It was\n{kept}\nin all."
    assert guarded(line) == kept


def test_what_belongs_to_an_item_stands_beside_its_mark():
    assert indented("10.", "a\nb\n\nc") == "10. a\n    b\n\n    c"


def test_every_line_of_a_quotation_is_marked():
    assert quoted("a\n\nb") == "> a\n>\n> b"


def test_what_is_folded_stands_between_blank_lines():
    assert details("Why", "a") == (
        "<details>\n<summary>Why</summary>\n\na\n\n</details>"
    )


def test_code_stands_between_more_backticks_than_it_has():
    assert ticked("a") == "`a`"
    assert ticked("``a`") == "``` ``a` ```"
    assert fenced("a\n```\nb\n", "python") == "````python\na\n```\nb\n````"


def test_an_equation_keeps_its_number_and_has_no_blank_line():
    assert displayed("\nx\n\n= 1 .", "1.7") == "$$\nx\n= 1 . \\tag{1.7}\n$$"
    assert displayed("x", "") == "$$\nx\n$$"


def test_two_lines_of_an_equation_stay_two():
    assert r"\begin{split}" in displayed(r"x \\ y", "")
    assert r"\begin{split}" not in displayed(r"\begin{aligned}x\\y\end{aligned}", "")


@pytest.mark.parametrize(
    "code",
    [
        "from myst_nb import glue",
        "import myst_nb",
        "from myst_nb import glue\n\n# a note\nglue('a', 1,\n     display=False)",
        "for k, v in {}.items():\n    glue(k, v)\n    if v:\n        glue(v, k)",
    ],
)
def test_a_cell_that_only_glues_is_dropped(code):
    assert without_glue(code) == ""


def test_what_else_a_cell_computes_is_kept_as_it_is_written():
    code = (
        "a = 1  # one\nglue('a', a)\nb = (a +\n     2)\nglue(\n    'b', b)\n\nc = 3\n"
    )
    assert without_glue(code) == "a = 1  # one\nb = (a +\n     2)\n\nc = 3"


@pytest.mark.parametrize(
    "code",
    [
        "for k in 'ab':\n    glue(k, 1)\n    seen = k",
        "plot.glue('a', 1)",
        "print('a', 1)",
        "if a:\n    glue('a', 1)\nelse:\n    b = 1",
        "import numpy, myst_nb",
        "x = glue",
    ],
)
def test_a_statement_that_does_something_else_is_kept(code):
    assert without_glue(code) == code
