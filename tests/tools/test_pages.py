"""A page is read as MyST reads it; a page that cannot be read says where and why."""

from textwrap import dedent

import pytest

from tools.promises.pages import (
    Page,
    PageError,
    chapters,
    chosen,
    files,
    listed,
    reported,
)

TOC = """
root: book/index
parts:
  - chapters:
      - file: book/toy
        sections: [{file: book/toy_more}]
      - file: book/glossary
      - file: book/not_written_yet
"""


def page(tmp_path, text, name="toy"):
    path = tmp_path / "book" / f"{name}.md"
    return Page(path, tmp_path, dedent(text))


@pytest.fixture
def book(tmp_path):
    """Two pages of one lecture, and a glossary."""
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    module = tmp_path / "code" / "ml2020" / "toy" / "line.py"
    module.parent.mkdir(parents=True)
    module.touch()
    for name in ("toy", "toy_more", "glossary"):
        text = "```{code-cell}\nx = 1\n```\n" if name != "glossary" else "# Words\n"
        (tmp_path / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


# ------------------------------------------------------------------------------ cells


@pytest.mark.parametrize(
    ("head", "settings"),
    [
        ("", {}),
        ("---\ntags: [a, b]\n---\n", {"tags": ["a", "b"]}),
        (":tags: [a]\n", {"tags": ["a"]}),
        (":tags: [a]\n\n", {"tags": ["a"]}),
        ("---\nmystnb:\n  image: {alt: x}\n---\n", {"mystnb": {"image": {"alt": "x"}}}),
        ("\n", {}),
    ],
)
def test_a_cell_is_its_settings_and_its_code(tmp_path, head, settings):
    text = f"Words.\n\n```{{code-cell}} python\n{head}x = 1\n\ny = 2\n```\n"
    (cell,) = page(tmp_path, text).cells
    assert cell.settings == settings
    assert cell.code == "x = 1\n\ny = 2\n"
    assert text.splitlines()[cell.line - 1] == "x = 1"
    assert cell.place == f"book/toy.md:{cell.line}"


def test_a_cell_within_a_quoted_page_is_no_cell(tmp_path):
    text = "````markdown\n```{code-cell}\nx\n```\n````\n"
    assert page(tmp_path, text).cells == []


@pytest.mark.parametrize(
    "fence", ["````{note}", "::::{note}", ":::{note}", "~~~{note}"]
)
def test_a_cell_within_a_directive_is_nested(tmp_path, fence):
    marks = fence.removesuffix("{note}")
    (cell,) = page(tmp_path, f"{fence}\n```{{code-cell}}\nx\n```\n{marks}\n").cells
    assert cell.nested


def test_a_cell_within_a_list_item_is_nested(tmp_path):
    (cell,) = page(tmp_path, "- item\n\n  ```{code-cell}\n  x\n  ```\n").cells
    assert cell.nested


def test_a_cell_within_a_gated_exercise_is_not_nested(tmp_path):
    gate = "```{exercise-start}\n```\n```{code-cell}\nx\n```\n```{exercise-end}\n```\n"
    (cell,) = page(tmp_path, gate).cells
    assert not cell.nested


def test_code_that_is_replaced_leaves_the_rest_as_it_was(tmp_path):
    text = (
        "A\n\n```{code-cell}\n:tags: [x]\none\n1\n```\n\nB\n```{code-cell}\ntwo\n```\nC"
    )
    sheet = page(tmp_path, text)
    new = sheet.replaced([(cell, "3\n4\n5\n") for cell in sheet.cells])
    assert new == text.replace("one\n1\n", "3\n4\n5\n").replace("two\n", "3\n4\n5\n")


def test_an_empty_cell_is_read(tmp_path):
    (cell,) = page(tmp_path, "```{code-cell}\n```\n").cells
    assert (cell.code, cell.shown) == ("", None)


# -------------------------------------------------------------- blocks, words, formulas


def test_a_gated_block_spans_from_its_start_to_its_end(tmp_path):
    text = """
    ```{exercise-start} Title
    :label: ex-one
    ```
    $$a$$
    ```{exercise-end}
    ```
    """
    sheet = page(tmp_path, text)
    (block,) = (b for b in sheet.blocks if b.kind == "exercise")
    assert (block.title, block.option("label")) == ("Title", "ex-one")
    assert block.option("class") is None
    assert "exercise" in sheet.around(sheet.equations[0].line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A\n```{note}\nB\n", r"book/toy\.md:2: the block is not closed: add ```"),
        ("```{x-start}\n```\n", r"book/toy\.md:1: \{x-start\} is not closed: put"),
        ("```{x-end}\n```\n", r"book/toy\.md:1: \{x-end\} closes nothing: put"),
        ("```{note} `x`\n```\n", r"book/toy\.md:1: a backtick in the title"),
        ("```{code-cell}\n---\na: [\n---\n```\n", "the cell's options are not YAML"),
        ("```{code-cell}\n---\n3\n---\n```\n", "the cell's options are not YAML"),
    ],
)
def test_a_malformed_page_says_where_and_what_to_do(tmp_path, text, said):
    with pytest.raises(PageError, match=said):
        _ = page(tmp_path, text).cells


def test_a_line_of_inline_code_opens_no_block(tmp_path):
    assert not page(tmp_path, "```x = 1``` is code.\n").blocks


def test_equations_are_found_with_their_labels_and_lines(tmp_path):
    text = r"""
    $$
    a

    b
    $$ (eq-toy-one)

    Inline $x$, `$$ code $$`, a price of \$\$, and $$c$$ in a line.

    ```{math}
    :label: eq-toy-two
    d
    ```

    \begin{align}
    e
    \end{align}

    ```
    $$ not Markdown $$
    ```
    """
    found = [(e.line, e.label) for e in page(tmp_path, text).equations]
    expected = [(2, "eq-toy-one"), (8, None), (10, "eq-toy-two"), (15, None)]
    assert found == expected


def test_a_formula_without_end_is_an_error(tmp_path):
    with pytest.raises(PageError, match=r"book/toy\.md:3: `\$\$` has no partner"):
        _ = page(tmp_path, "a\n\n$$ b\n").equations


def test_words_hold_no_code_no_role_no_formula_and_no_address(tmp_path):
    text = """
    ---
    a: 1
    ---
    One $x = 2$ `three` {term}`four` [five](https://six.org/7.0) <!-- eight --> nine.
    https://ten.org/11
    % twelve

    ```{dropdown} thirteen
    :class: fourteen
    fifteen
    ```

    ```{code-cell}
    sixteen
    ```
    """
    words = page(tmp_path, text.lstrip("\n")).words.split()
    assert words == ["One", "[five]", "nine.", "thirteen", "fifteen"]


def test_the_words_keep_their_lines(tmp_path):
    text = "A $x\n= 1$ b\n\n```{note}\nc\n```\n"
    sheet = page(tmp_path, text)
    assert [line.split() for line in sheet.words.split("\n")[:5]] == [
        ["A"],
        ["b"],
        [],
        [],
        ["c"],
    ]


def test_items_and_rows_are_paragraphs_of_their_own(tmp_path):
    text = "A\nb\n\n- c\n- d\n\n| e |\n| f |\n\n```{note} g\nh\n```\n1. i\n"
    found = [p.markdown.split() for p in page(tmp_path, text).paragraphs]
    texts = ["A b", "- c", "- d", "| e |", "| f |", "g", "h", "1. i"]
    assert found == [text.split() for text in texts]


def test_roles_know_their_name_text_and_line(tmp_path):
    text = "Word {cite:t}`a,\nb` and `code` {term}`Line <line>`.\n"
    found = [(r.line, r.name, r.text) for r in page(tmp_path, text).roles]
    assert found == [(1, "cite:t", "a, b"), (2, "term", "Line <line>")]


def test_headings_stand_outside_of_blocks_and_code(tmp_path):
    text = (
        "# A\n```python\n# not this\n```\n## B\n````{note}\n# nor this\n````\n### C\n"
    )
    sheet = page(tmp_path, text)
    assert sheet.headings == [(1, 1, "A"), (5, 2, "B"), (9, 3, "C")]
    assert sheet.below("B") == (5, 9)
    assert sheet.below("D") == (0, -1)


# --------------------------------------------------------------------------- the book


def test_the_table_of_contents_is_read_at_every_depth():
    toc = {"chapters": [{"file": "a", "sections": [{"file": "b"}]}, {"url": "c"}]}
    assert list(files({"root": "index", "parts": [toc]})) == ["a", "b"]


def test_a_book_without_table_of_contents_has_no_page(tmp_path):
    assert listed(tmp_path) == []


def test_chapters_are_the_pages_of_a_lecture_that_have_cells(book):
    assert [p.stem for p in listed(book)] == ["toy", "toy_more", "glossary"]
    assert [p.stem for p in chapters(book)] == ["toy", "toy_more"]
    assert [p.lecture for p in listed(book)] == ["toy", "toy", None]


def test_a_page_belongs_to_the_longest_lecture_name(book):
    longer = book / "code" / "ml2020" / "toy_more"
    longer.mkdir()
    (longer / "line.py").touch()
    assert [p.lecture for p in chapters(book)] == ["toy", "toy_more"]


def test_a_chapter_that_cannot_be_read_is_still_a_chapter(book):
    (book / "book" / "toy.md").write_text("```{code-cell}\nx\n", encoding="utf-8")
    assert [p.stem for p in chapters(book)] == ["toy", "toy_more"]


def test_pages_are_chosen_by_page_or_by_lecture(book):
    assert [p.stem for p in chosen(["toy"], book)] == ["toy", "toy_more"]
    assert [p.stem for p in chosen(["toy_more"], book)] == ["toy_more"]
    assert len(chosen([], book)) == 3


def test_an_unknown_name_says_what_names_there_are(book):
    with pytest.raises(PageError, match=r"boy: no page .* give one such as toy"):
        chosen(["boy"], book)


def test_a_tool_prints_an_error_instead_of_a_traceback(capsys):
    def tool():
        raise PageError("book/toy.md:1: mend it")

    assert reported(tool) == 2
    assert capsys.readouterr().out == "book/toy.md:1: mend it\n"
