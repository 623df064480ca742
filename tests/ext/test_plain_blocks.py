"""A page's tree becomes plain Markdown: with the site's numbers, and nothing lost."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from sphinx.errors import ExtensionError
from sphinx_design.dropdown import dropdown_main, dropdown_title
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node
from sphinx_proof.nodes import theorem_node

from plain_blocks import Code, PlainPage

NUMBERS = {
    "figure": {"fig-a": (1, 3)},
    "displaymath": {"eq-a": (1, 7)},
    "exercise": {"ex-a": (1, 2)},
    "theorem": {"thm-a": (1, 1)},
    "table": {"tab-a": (1, 4)},
}


@pytest.fixture
def page():
    """A page with a few numbers, and a link to another notebook."""
    formats = {"figure": "Figure %s", "exercise": "Exercise %s", "table": "Table %s"}
    env = SimpleNamespace(
        toc_fignumbers={"book/a": NUMBERS},
        toc_secnumbers={"book/a": {"": (1,), "#part": (1, 1)}},
        config=SimpleNamespace(numfig_format=formats),
        srcdir="pages",
    )
    return PlainPage(env, "book/a", {"b.html": "b.ipynb"})


def written(page, *blocks):
    """What blocks become; a cell is shown as its number, a folded one as minus it."""
    pieces = [piece for block in blocks for piece in page.pieces(block)]
    return [
        (-p.index if p.folded else p.index) if isinstance(p, Code) else p
        for p in pieces
    ]


def said(text):
    return nodes.paragraph("", text)


def cell(index):
    return nodes.container("", nb_element="cell_code", cell_index=index)


def of_rst(text):
    """Blocks of a small text, in the other language that docutils reads."""
    settings = {"report_level": 5, "doctitle_xform": False}
    children = publish_doctree(text, settings_overrides=settings).children
    return [node for node in children if not isinstance(node, nodes.system_message)]


def test_headings_have_the_numbers_of_the_site(page):
    part = nodes.section("", nodes.title("", "Part"), ids=["part"])
    loose = nodes.section("", nodes.title("", "Loose"), ids=["loose"])
    part += loose
    last = nodes.section("", nodes.title("", "Last"), ids=["last"])
    top = nodes.section("", nodes.title("", "All"), said("a"), part, last, ids=["all"])
    heads = ["# 1. All", "a", "## 1.1. Part", "### Loose", "## Last"]
    assert written(page, top) == heads


def test_an_equation_has_its_number(page):
    math = nodes.math_block("", "x = 1", ids=["eq-a"])
    assert written(page, math) == ["$$\nx = 1 \\tag{1.7}\n$$"]


def test_a_figure_of_a_cell_says_its_number_its_caption_and_its_alt_text(page):
    caption = nodes.caption("", "A ", nodes.emphasis("", "dot"), nodes.Text("."))
    image = nodes.image(alt="one * dot\n")
    box = cell(4)
    box += nodes.figure("", image, caption, ids=["fig-a"])
    details = (
        "<details>\n<summary>The figure in words</summary>\n\none \\* dot\n\n</details>"
    )
    assert written(page, box) == [4, "_Figure 1.3. A dot._", details]


def test_a_picture_from_a_file_travels_with_its_cell(page):
    image = nodes.image(alt="a dot", candidates={"*": "book/dot.png"})
    figure = nodes.figure("", image, nodes.caption("", "A dot."))
    assert written(page, figure) == ["![a dot](attachment:dot.png)", "_A dot._"]
    assert page.pictures["dot.png"].as_posix() == "pages/book/dot.png"


def test_an_exercise_has_number_and_title_and_can_hold_a_cell(page):
    title = nodes.title("", " (Once)")
    body = nodes.section("", said("Do it."), cell(3))
    exercise = exercise_enumerable_node("", title, body, ids=["ex-a"])
    assert written(page, exercise) == ["**Exercise 1.2 (Once)**", "Do it.", 3]


def test_the_words_around_the_cells_of_a_solution_are_folded_one_by_one(page):
    body = nodes.section("", said("a"), said("b"), cell(5), cell(6), said("c"))
    title = nodes.title("", "Solution")
    solution = solution_node("", title, body, target_label="ex-a")
    before, five, six, after = written(page, solution)
    assert before.startswith(
        "<details>\n<summary>Solution to Exercise 1.2</summary>\n\na\n\nb\n"
    )
    assert (five, six) == (-5, -6)
    assert "<summary>Solution to Exercise 1.2, continued</summary>\n\nc\n" in after


def test_a_question_stands_above_its_folded_answer(page):
    words = nodes.inline("", "Is ", nodes.math("", "x<1"), nodes.Text(" *"))
    words["classes"].append("sd-summary-text")
    words += [nodes.strong("", "or"), nodes.literal("", "a")]
    arrow = nodes.inline("", "", nodes.raw("", "<svg/>", format="html"))
    title = dropdown_title("", "", arrow, words, arrow.deepcopy())
    assert written(page, dropdown_main("", title, said("No."))) == [
        r"**Is $x<1$ \*or`a`**",
        "<details>\n<summary>Show</summary>\n\nNo.\n\n</details>",
    ]


def test_a_note_and_a_theorem_are_quotations(page):
    note = nodes.note("", nodes.title("", "Note"), said("a"), said("b"))
    bare = nodes.note("", said("a"))
    theorem = theorem_node("", nodes.title("", " (Truth)"), said("x"), ids=["thm-a"])
    theorem["realtype"] = theorem["countertype"] = "theorem"
    assert written(page, note, bare, theorem) == [
        "> **Note**\n>\n> a\n>\n> b",
        "> a",
        "> **Theorem 1.1 (Truth)**\n>\n> x",
    ]


def test_lists_code_and_quotations_are_markdown(page):
    lists = "- a\n- b *c* **c** *c*\n\n  d\n\n3. e\n4. f\n\ng\n  h\n\n"
    text = f"{lists}::\n\n  i\n\nj\n\n  k\n"
    assert written(page, *of_rst(text)) == [
        "- a\n- b *c* **c** *c*\n\n  d",
        "3. e\n4. f",
        "- **g**: h",
        "```\ni\n```",
        "j",
        "> k",
    ]


def test_a_table_has_one_line_for_each_row_and_no_bar_in_a_cell(page):
    text = "== ====\na  b\n== ====\nc  d\n\n   e\n== ===="
    (table,) = of_rst(text)
    c = next(node for node in table.findall(nodes.paragraph) if node.astext() == "c")
    c[:] = [nodes.literal("", "|"), nodes.math("", r"|x| \|")]
    for row in table.findall(nodes.row):
        row[1]["classes"].append("text-right")
    table.insert(0, nodes.title("", "Cap"))
    table["ids"] = ["tab-a"]
    assert written(page, table) == [
        "_Table 1.4. Cap_",
        "| a | b |\n| :-- | --: |\n"
        r"| `\|`$\vert x\vert \Vert $ | d e |",
    ]


def test_a_table_without_head_gets_an_empty_one(page):
    (table,) = of_rst("== ==\na  b\n== ==")
    assert written(page, table) == ["|   |   |\n| :-- | :-- |\n| a | b |"]


def test_a_link_leads_to_another_notebook_or_another_host_or_is_words(page):
    def link(address, internal, text="t"):
        return nodes.reference("", text, refuri=address, internal=internal)

    paragraph = nodes.paragraph("", "")
    paragraph += [link("b.html#x", True), link("c.html", True)]
    paragraph += [link("https://x.org/a_b", False), link("", True, "(1.7)")]
    assert written(page, paragraph) == ["[t](b.ipynb)t[t](https://x.org/a_b)(1.7)"]


def test_a_term_is_bold_where_it_is_first_used(page):
    def term(word):
        inline = nodes.inline("", word, classes=["xref", "std-term"])
        uri = "glossary.html#term-bias"
        return nodes.reference("", "", inline, refuri=uri, internal=True)

    strong = nodes.strong("", "a ", term("bias"))
    one, two = (nodes.paragraph("", "", term(word)) for word in ("bias", "biases"))
    assert written(page, one, two) == ["**bias**", "biases"]
    page = PlainPage(page.env, "book/a", {})
    assert written(page, nodes.paragraph("", "", strong)) == ["**a bias**"]


def test_what_nobody_reads_leaves_nothing(page):
    unseen = [
        nodes.comment("", "a"),
        nodes.target(),
        nodes.raw("", "b", format="latex"),
    ]
    assert written(page, *unseen) == []


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (nodes.option_list(), "<option_list> has no plain Markdown"),
        (nodes.note("", cell(3)), "a cell cannot stand in this block"),
        (nodes.paragraph("", "", nodes.problematic()), "<problematic> has no plain"),
        (nodes.tbody("", nodes.row("", nodes.entry(morecols=1))), "merged"),
    ],
)
def test_what_cannot_be_said_plainly_stops_the_build_with_page_and_line(
    block, message, page
):
    if isinstance(block, nodes.tbody):
        block = nodes.table("", nodes.tgroup("", block))
    block.line = 57
    with pytest.raises(ExtensionError) as error:
        written(page, block)
    assert str(error.value).startswith("book/a.md:57: in the notebook ")
    assert message in str(error.value)
    assert "plain_blocks.py" in str(error.value)
