"""The chapters keep what they promise, read from their source: nothing is executed.

The promises are functions of the tools/promises/of_*.py. Here each is asked of every
chapter; then a small sample of a book, which keeps them all, is made to break each.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tools.promises.check_pages import OF_A_PAGE, OF_THE_BOOK, main
from tools.promises.pages import ROOT, Page, PageError, chapters, landings
from tools.promises.promise import broken
from tools.trained import Training

SAMPLES = Path(__file__).parent / "samples"
PLACES = {  # of the sample's files in its book
    "toy.md": "book/toy.md",
    "glossary.md": "book/glossary.md",
    "references.bib": "book/references.bib",
    "toc.yml": "_toc.yml",
    "line.py": "code/ml2020/toy/line.py",
    "marked.py": "tests/toy/test_line.py",
    "train.py": "tools/train_toy.py",
}
PAGE, MODULE, TEST = "book/toy.md", PLACES["line.py"], PLACES["marked.py"]
INIT = "code/ml2020/toy/__init__.py"
SPARE = "code/ml2020/spare/thing.py"
TRAINED = "code/ml2020/data/trained/toy.json"
SCRIPT = "tools/train_toy.py"

each_chapter = pytest.mark.parametrize("page", chapters(), ids=lambda page: page.stem)
of_a_page = pytest.mark.parametrize("promise", OF_A_PAGE, ids=lambda p: p.__name__)
of_the_book = pytest.mark.parametrize("promise", OF_THE_BOOK, ids=lambda p: p.__name__)


@each_chapter
@of_a_page
def test_a_chapter_keeps_its_promise(page, promise):
    assert not (faults := broken(promise, page)), "\n".join(faults)


@of_the_book
def test_the_book_keeps_its_promise(promise):
    assert not (faults := broken(promise, ROOT)), "\n".join(faults)


def cells_of_myst_nb(text):
    """The code of the cells that MyST-NB finds in a page."""
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    config = MdParserConfig(enable_extensions={"colon_fence", "dollarmath"})
    cells = read_myst_markdown_notebook(text, config).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    "page",
    [*chapters(), Page(SAMPLES / "toy.md", SAMPLES)],
    ids=lambda page: page.stem,
)
def test_we_find_the_cells_that_myst_nb_executes(page):
    assert [c.code.rstrip("\n") for c in page.cells] == cells_of_myst_nb(page.text)


# ---------------------------------------------------------------- the sample and faults


@pytest.fixture
def sample(tmp_path):
    """A small book that keeps every promise."""
    for name, place in PLACES.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / name, tmp_path / place)
    (tmp_path / INIT).write_text('"""Toys."""\n', encoding="utf-8")
    (tmp_path / TRAINED).parent.mkdir(parents=True)
    script = str(tmp_path / SCRIPT)
    Training(script, seeds=[0, 1, 2], root=tmp_path).write([])
    return tmp_path


@of_a_page
def test_the_sample_page_keeps_its_promise(sample, promise):
    assert [page.name for page in chapters(sample)] == [PAGE]
    assert not broken(promise, chapters(sample)[0])


@of_the_book
def test_the_sample_book_keeps_its_promise(sample, promise):
    assert not broken(promise, sample)


class Fault(NamedTuple):
    """A change of the sample that breaks a promise, and what is then said."""

    promise: str
    old: str
    new: str
    said: str
    place: str = PAGE


CELL = "```{code-cell} python\n"
BLOCK = "```{note}\n\nx\n```\n"
SETUP = "random.seed(SEED)\n"
FIRST = "How far does"  # the first words of the page's prose
RISE = "# ml2020/toy/line.py: rise\ndef rise(x, w):\n    return w * x\n"
FIGURE = "  figure: {name: fig-toy-two, caption: The second.}\n"
BIB = "book/references.bib"
TERMS = "book/glossary.md"
EQUATION = "$$\ny = w x\n$$ (eq-toy-line)"
MARK = '@pytest.mark.equation("eq-toy-line")\n'
IMPORT = "from ml2020.toy.line import line\n"

FAULTS = [
    # shown cells
    Fault(
        "shown_cells_are_what_the_package_says",
        "return w * x",
        "return x * w",
        "book/toy.md:71: shown code differs",
    ),
    Fault(
        "shown_cells_are_what_the_package_says",
        "line.py: rise",
        "line.py: fall",
        "book/toy.md:69: code/ml2020/toy/line.py defines no function or class fall",
    ),
    Fault(
        "shown_cells_are_what_the_package_says",
        "# ml2020/toy/line.py: rise",
        "# ml2020/toy/line.py rise",
        "book/toy.md:69: a shown cell begins with a line such as",
    ),
    Fault(
        "shown_cells_are_what_the_package_says",
        "# ml2020/toy/line.py: rise",
        "# mine\n# ml2020/toy/line.py: rise",
        "book/toy.md:69: a shown cell begins with a line such as",
    ),
    Fault(
        "every_import_is_used",
        SETUP,
        f"{SETUP}import math, os as way\nway.sep\n",
        "book/toy.md:29: no cell uses math: do not import it",
    ),
    Fault(
        "every_import_is_used",
        "movie(plt",
        "print(plt",
        "book/toy.md:25: no cell uses movie: do not import it",
    ),
    *(
        Fault(
            "no_page_imports_a_check",
            SETUP,
            f"{SETUP}{code}\n",
            f"book/toy.md:29: {said} is a check of values: leave it to the package",
        )
        for code, said in [
            ("from ml2020.support.checks import check_finite", "check_finite"),
            ("from ml2020.toy.line import check_slope as f", "check_slope"),
            ("from ml2020.support import checks", "checks"),
            ("import ml2020.support.checks", "ml2020.support.checks"),
        ]
    ),
    Fault("every_cell_is_executed", "format_name: myst", "x: y", "front matter"),
    Fault(
        "every_cell_is_executed",
        FIRST,
        f":::{{note}}\n{CELL}1\n```\n:::\n{FIRST}",
        "book/toy.md:14: a cell inside another block",
    ),
    Fault("every_cell_is_executed", "```{bibl", "````{bibl", "is not closed"),
    Fault("every_cell_is_executed", "{exercise-end}", "{note}", "{exercise-start} is"),
    Fault("every_cell_is_executed", "{solution-start}", "{note}", "closes nothing"),
    Fault("every_cell_is_executed", "tags: [hide-input]", "tags: [", "not YAML"),
    Fault("every_cell_is_executed", "Is it straight?", "Is `x`?", "a backtick in"),
    Fault(
        "every_shown_definition_is_live",
        SETUP,
        f"{SETUP}{IMPORT}",
        "book/toy.md:21: line is shown, so do not import it",
    ),
    Fault(
        "every_shown_definition_is_live",
        SETUP,
        f"{SETUP}from ml2020 import toy as rise\n",
        "rise is shown",
    ),
    Fault(
        "every_shown_definition_is_live",
        "return rise(x, w)",
        "return w * x",
        "book/toy.md:69: no later cell calls rise",
    ),
    Fault(  # the first plain cell stands above it
        "every_shown_definition_is_live",
        "return rise(x, w)",
        "return w * x\n```\n```{code-cell}\nrise(1, 2)",
        "no later cell calls rise",
    ),
    Fault("every_shown_definition_is_live", SETUP, "!ls\n", "the cell is not Python"),
    # the size of a cell
    Fault(
        "cells_are_short_and_fit_the_column",
        SETUP,
        SETUP + "x = 1\n" * 22,
        "book/toy.md:21: 35 lines, 30 at most",
    ),
    Fault(
        "cells_are_short_and_fit_the_column",
        RISE,
        RISE + "    x\n" * 24,
        "27 lines, 26 at most",
    ),
    Fault(
        "cells_are_short_and_fit_the_column",
        SETUP,
        f"{SETUP}x = {'1' * 77}\n",
        "book/toy.md:29: 81 characters",
    ),
    # the world outside
    *(
        Fault(
            "cells_touch_nothing_outside_the_package",
            SETUP,
            f"{SETUP}{code}\n",
            f"book/toy.md:29: {said} reaches outside",
        )
        for code, said in [
            ('open("x")', "open"),
            ("import urllib.request", "urllib"),
            ("from requests import get", "requests"),
            ("import subprocess", "subprocess"),
            ("import pip", "pip"),
            ('os.system("pip install x")', "os.system"),
            ('Path("x").read_text()', "Path('x').read_text"),
            ("from pathlib import open", "open"),
            ('torch.load("x")', "torch.load"),
            ('torch.hub.load("x")', "torch.hub.load"),
            ('np.save("x", 1)', "np.save"),
            ('plt.savefig("x")', "plt.savefig"),
            ("fetch_openml()", "fetch_openml"),
            ("from sklearn.datasets import fetch_openml", "fetch_openml"),
            ("MNIST(download=True)", "MNIST"),
        ]
    ),
    Fault("cells_touch_nothing_outside_the_package", SETUP, "%pip x\n", "not Python"),
    Fault("cells_touch_nothing_outside_the_package", SETUP, "pip install x\n", "not P"),
    # the seed
    Fault(
        "all_randomness_comes_from_one_visible_seed",
        "SEED = 0\n",
        "",
        "book/toy.md:27: seed without a SEED",
    ),
    Fault(
        "all_randomness_comes_from_one_visible_seed",
        "seed(SEED)",
        "seed(3)",
        "book/toy.md:28: seed with a number from nowhere",
    ),
    Fault(
        "all_randomness_comes_from_one_visible_seed",
        SETUP,
        "torch.manual_seed(0)\n",
        "manual_seed with a number from nowhere",
    ),
    Fault(
        "all_randomness_comes_from_one_visible_seed",
        "noise = ",
        "SEED = 1\nnoise = ",
        "SEED is set again",
    ),
    Fault(
        "all_randomness_comes_from_one_visible_seed",
        f"{CELL}SEED",
        f"{CELL}:tags: [hide-input]\nSEED",
        "SEED is hidden",
    ),
    Fault(
        "all_randomness_comes_from_one_visible_seed",
        "SEED = 0",
        "SEED = len([])",
        "SEED is not one number",
    ),
    # the kind of numbers
    *(
        Fault(
            "a_page_states_its_kind_of_numbers",
            "import random\n",
            f"import random\n\nimport torch\n{other}",
            "book/toy.md:21: after the imports, write torch.set_default",
        )
        for other in ("", "torch.set_default_dtype(torch.float64)\n")
    ),
    Fault(
        "the_seed_stands_alone",
        "SEED = 0\n",
        "SEED = 0\nx = 1\n",
        "book/toy.md:16: SEED shares its cell",
    ),
    # the set-up
    Fault(
        "the_set_up_is_folded_above_the_first_picture",
        ":tags: [hide-input]\nimport random",
        "import random",
        "book/toy.md:20: the set-up is open",
    ),
    Fault(
        "the_set_up_is_folded_above_the_first_picture",
        "draw(0.5)",
        "x = 1",
        "the set-up does not stand directly above the first picture (line 84)",
    ),
    # names
    *(
        Fault("no_name_is_bound_by_two_cells", old, new, said)
        for old, new, said in [
            ("SEED = 0\n", "SEED = noise = 0\n", "noise is bound in line 16, too"),
            ("SEED = 0\n", "SEED = 0\ndraw = 1\n", "draw is bound in line 17, too"),
            ("SEED = 0\n", "SEED, (*noise,) = 0, []\n", "noise is bound in line"),
            ("SEED = 0\n", "SEED = 0\nif (noise := 1): 1\n", "noise is bound in"),
            ("SEED = 0\n", "SEED = 0\nnoise += 1\n", "noise is bound in line 17, too"),
            ("SEED = 0\n", "SEED = 0\nimport random as plt\n", "plt is bound in line"),
            (SETUP, f"{SETUP}for noise in (1,): pass\n", "noise is bound in line"),
            (SETUP, f"{SETUP}value = 1\n", "value is bound in line"),
            (SETUP, f"{SETUP}class noise: pass\n", "noise is bound in line"),
        ]
    ),
    # figures
    Fault(
        "every_figure_has_its_words",
        "fig-toy-two",
        "fig-two",
        "book/toy.md:84: the figure's name is not fig-toy-...",
    ),
    Fault("every_figure_has_its_words", FIGURE, "", "the figure has no caption"),
    Fault("every_figure_has_its_words", "A steep line.", "''", "has no alt text"),
    Fault("every_figure_has_its_words", "A steep line.", "The fourth.", "is the capt"),
    Fault("every_figure_has_its_words", 'alt="A very steep line."', "", "no alt text"),
    Fault("every_figure_has_its_words", "noise = ", "draw(1)\nnoise = ", "no caption"),
    Fault("every_figure_has_its_words", SETUP, "plt.plot([1, 2])\n", "no caption"),
    Fault("every_picture_has_alt_text", FIRST, "![](x.png)\n\nSo", "toy.md:12: a pict"),
    Fault(
        "every_picture_has_alt_text",
        FIRST,
        "```{figure} x.png\n:name: x\n```\nSo",
        "add :alt:",
    ),
    # claims
    Fault(
        "claims_are_records",
        FIRST,
        "| Claim | expected |\n| --- | --- |\n| a | b |\n\nSo",
        "book/toy.md:12: a typed table of claims",
    ),
    # equations
    Fault(
        "every_equation_has_its_label",
        " (eq-toy-line)",
        "",
        "book/toy.md:45: an equation without label",
    ),
    Fault(
        "every_equation_has_its_label", "(eq-toy-line)", "(eq-line)", "is not eq-toy"
    ),
    Fault("every_equation_has_its_label", "### Why", "### So", "book/toy.md:53: an eq"),
    Fault("every_equation_has_its_label", FIRST, "$$a$$\n\nSo", "toy.md:12: an equat"),
    Fault(
        "every_equation_has_its_label",
        FIRST,
        "```{math}\na\n```\nSo",
        "book/toy.md:12: an equation without label",
    ),
    Fault(
        "every_equation_has_its_label",
        FIRST,
        "\\begin{align}\na\n\\end{align}\n\nSo",
        "book/toy.md:12: an equation without label",
    ),
    Fault("every_equation_has_its_label", FIRST, "$$\na\n\nSo", "no partner"),
    Fault(
        "every_labelled_equation_has_its_test",
        MARK,
        "",
        "book/toy.md:45: eq-toy-line has no test",
        TEST,
    ),
    Fault("every_labelled_equation_has_its_test", "y-line)", "y-l)", "eq-toy-l has no"),
    Fault("every_mark_names_one_equation", MARK, MARK * 2, "has two marks", TEST),
    Fault(
        "every_mark_names_one_equation",
        "eq-toy-line",
        "eq-toy-lime",
        "tests/toy/test_line.py:8: no chapter has the equation eq-toy-lime",
        TEST,
    ),
    Fault("every_mark_names_one_equation", "eq-toy", "eq-tot", "is no eq-<lec", TEST),
    Fault("every_mark_names_one_equation", '("eq-toy-line")', "", "None is no", TEST),
    Fault(
        "every_equation_label_is_used_once",
        EQUATION,
        f"{EQUATION}\n\n{EQUATION}",
        "eq-toy-line labels 2 equations",
    ),
    # exercises and parts
    Fault(
        "every_exercise_has_one_solution",
        "{exercise} Four\n:label: ex-toy-four",
        "{note}\nx",
        "3 exercises",
    ),
    Fault(
        "every_exercise_has_one_solution", ":label: ex-toy-two\n", "", "without label"
    ),
    Fault(
        "every_exercise_has_one_solution",
        "{solution} ex-toy-two",
        "{solution} ex-toy-three",
        "ex-toy-two has 0 solutions",
    ),
    Fault(
        "every_exercise_has_one_solution",
        "{solution} ex-toy-two",
        "{solution} ex-toy-three",
        "ex-toy-three has 2 solutions",
    ),
    Fault(
        "every_exercise_has_one_solution",
        "{solution-start} ex-toy-change",
        "{solution-start} ex-toy-chance",
        "it solves ex-toy-chance, which is not there",
    ),
    Fault(
        "every_exercise_has_one_solution",
        "{solution} ex-toy-two\n:class: dropdown",
        "{solution} ex-toy-two",
        "not folded",
    ),
    Fault(
        "there_are_four_self_check_questions", "{dropdown} Is", "{note} Is", "3 ques"
    ),
    Fault("the_parts_stand_in_their_order", "## When it", "## If it", "is there 0 ti"),
    Fault("the_parts_stand_in_their_order", "## The code", "## Summary", "there 2 tim"),
    Fault("the_parts_stand_in_their_order", "## Summary", "### Summary", "there 0 tim"),
    Fault(
        "the_parts_stand_in_their_order",
        "## When it fails: curves\n\nA curve has no one slope.\n\n"
        "## Where this differs\n",
        "## Where this differs\n\n## When it fails\n",
        "When it fails stands below Where this differs",
    ),
    Fault(  # the minutes are the build's
        "the_head_says_what_the_page_costs",
        "*Lecture",
        "*Reading: 8 minutes. Lecture",
        "toy.md:7: b",
    ),
    Fault("the_head_says_what_the_page_costs", "Needs:\n", "", "below the title write"),
    Fault("the_head_says_what_the_page_costs", "## The code", "# Two", "2 titles"),
    # numbers
    Fault(
        "measured_numbers_are_glued",
        "says it. A",
        "says it:\n0.25. A",
        "book/toy.md:13: 0.25 is typed",
    ),
    Fault("measured_numbers_are_glued", FIRST, "By 12 % how", "12 % is typed"),
    Fault("measured_numbers_are_glued", FIRST, "By 12 percent how", "12 percent is"),
    Fault(
        "measured_numbers_are_glued", "Is it straight?", "Is it 1.5?", "1.5 is typed"
    ),
    Fault(
        "measured_numbers_are_glued", "caption: The f", "caption: By 0.1 f", "0.1 is"
    ),
    Fault("measured_numbers_are_glued", "## The code", "## The 2.5 codes", "2.5 is ty"),
    Fault(
        "measured_numbers_are_glued", "It does not.", "| a | 0.75 |", "0.75 is typed"
    ),
    Fault("measured_numbers_are_glued", "{cite:t}`toy-gauss1809`", "he", "99.5 is typ"),
    Fault(
        "glue_names_its_page", "`toy.md::toy-rise:.1f`", "`toy-rise`", "names no page"
    ),
    Fault("glue_names_its_page", "::toy-rise:.1f", "::toy-rise", "or no format"),
    Fault(
        "glue_stands_alone", "noise = random.random()", 'glue("a", 1)', "sees glue: tag"
    ),
    Fault(
        "glue_stands_alone",
        'glue("toy-rise", line(3), display=False)',
        'print(glue("toy-rise", line(3), display=False))',
        "among other code",
    ),
    Fault(
        "glue_stands_alone",
        ':\n    glue(f"toy-{name}"',
        ':\n    high = 4\n    glue(f"toy-{name}"',
        "among other code",
    ),
    Fault("glue_names_its_page", "`toy.md::", "`toys.md::", "names no page"),
    Fault("glue_names_its_page", "{glue:text}", "{glue}", "names no page"),
    Fault(
        "glue_names_its_page", "::toy-rise", "::rise", "no cell of toy.md glues rise"
    ),
    Fault(
        "glue_names_its_page", "`toy.md::", "`glossary.md::", "glossary.md glues toy"
    ),
    Fault("glue_names_its_page", "::toy-steep", "::steep", "toy.md glues steep"),
    # sources and terms
    Fault(
        "every_citation_is_in_the_bibliography", "toy-gauss1809", "toy-euler", "toy-eu"
    ),
    Fault(
        "every_citation_is_in_the_bibliography", "toy-gauss", "gauss", "is not toy- "
    ),
    Fault(
        "every_citation_is_in_the_bibliography", ":keyprefix: toy-\n", "", "the page n"
    ),
    Fault(
        "every_citation_is_in_the_bibliography", "{bibliography}", "{note}", "page nee"
    ),
    Fault("every_citation_is_in_the_bibliography", "year    =", "year", "mend it", BIB),
    Fault("every_reference_is_complete", "author ", "editor ", "has no author", BIB),
    Fault("every_reference_is_complete", "{1809}", "{}", "gauss1809 has no year", BIB),
    Fault("every_reference_is_complete", "journal", "note", "has no booktitle or", BIB),
    Fault("every_term_is_in_the_glossary", "\nline\n", "\n", "line is not in b", TERMS),
    Fault("every_term_is_in_the_glossary", "<Slope>", "<slopes>", "slopes is not in"),
    Fault("every_term_is_in_the_glossary", " (斜率)", "", "no Chinese name in paren"),
    Fault("every_term_has_a_chinese_name", "直线. ", "", "straight line has no", TERMS),
    Fault("symbols_are_explained", "| name in code |", "| code |", "no table | symbol"),
    Fault(
        "a_page_is_one_sitting",
        FIRST,
        "word " * 9000 + FIRST,
        "book/toy.md:1: 56 minutes before its exercises, 50 at most (9,156",
    ),
    Fault("a_page_is_one_sitting", FIRST, "$$x$$\n" * 120 + FIRST, "123 formulas"),
    Fault(
        "a_page_is_one_sitting",
        "noise = ",
        "x = 1\n" * 600 + "noise = ",
        "611 visible lines of code",
    ),
    # claims
    Fault(
        "a_page_has_few_claims",
        "claims_table([claim(",
        "claims_table([" + 'claim("x", "1", "1", True), ' * 8 + "claim(",
        "the first of 1 rows above 8: keep what a reader may doubt",
    ),
    Fault(
        "a_page_has_few_claims",
        "line(3) == 6)]",
        "line(3) == 6) for _ in range(2)]",
        "a claim in a loop makes rows that nobody counts",
    ),
    Fault(
        "a_claim_is_not_hidden_behind_its_code",
        ":tags: [hide-input]\n\nclaims_table",
        "\nclaims_table",
        "a table of claims is not folded",
    ),
    Fault(
        "an_experiment_in_a_solution_makes_a_claim",
        'claim("It rises", "2.5", str(line(1, 2.5)), line(1, 2.5) == 2.5)',
        "line(1, 2.5)",
        "it measures and claims nothing",
    ),
    Fault(
        "an_experiment_in_a_solution_makes_a_claim",
        f'{CELL}claim("It rises", "2.5", str(line(1, 2.5)), line(1, 2.5) == 2.5)\n```',
        "It does.",
        "no solution runs code",
    ),
    # what it costs
    Fault(
        "a_page_states_a_budget_that_it_may_have",
        "---\n\n(toy)=",
        "cpu_budget: 91\n---\n\n(toy)=",
        "book/toy.md:4: 91 seconds of CPU, 90 at most: train it beforehand",
    ),
    # what was trained beforehand
    Fault(
        "trained_results_are_fresh",
        '"seeds"',
        '"seed"',
        "trained/toy.json: seeds missing: run train_toy.py",
        TRAINED,
    ),
    Fault(
        "trained_results_are_fresh",
        "w * x",
        "w + x",
        "trained/toy.json: ml2020/toy/line.py changed: run tools/train_toy.py again",
        MODULE,
    ),
    # the package
    Fault(
        "every_module_names_its_chapter_and_its_source",
        "Source: ",
        "Sauce: ",
        "code/ml2020/toy/line.py:1: no `Source:",
        MODULE,
    ),
    Fault(
        "every_module_names_its_chapter_and_its_source",
        "Chapter: ",
        "See ",
        "code/ml2020/toy/line.py:1: no `Chapter: book/toy.md`",
        MODULE,
    ),
    Fault(
        "every_module_names_its_chapter_and_its_source",
        "book/toy.md",
        "book/toy_two.md",
        "book/toy_two.md is no chapter of toy",
        MODULE,
    ),
    Fault("every_lecture_has_a_chapter", "", "x = 1\n", "code/ml2020/spare: no", SPARE),
    Fault(
        "every_module_is_used_by_its_chapter",
        "",
        '"""Spare.\n\nChapter: book/toy.md\n"""\n',
        "book/toy.md:1: neither shows nor imports ml2020.toy.spare",
        "code/ml2020/toy/spare.py",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.promise}-{f.said[:25]}")
def test_a_planted_fault_breaks_its_promise(sample, fault):
    path = sample / fault.place
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert fault.old in text, "the sample has changed: plant the fault anew"
    path.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
    promises = {promise.__name__: promise for promise in [*OF_A_PAGE, *OF_THE_BOOK]}
    promise = promises[fault.promise]
    subject = Page(sample / PAGE, sample) if promise in OF_A_PAGE else sample
    assert fault.said in "\n".join(broken(promise, subject))


def test_every_promise_is_shown_to_break():
    names = {promise.__name__ for promise in [*OF_A_PAGE, *OF_THE_BOOK]}
    assert {fault.promise for fault in [*FAULTS, *LANDING_FAULTS]} == names


# -------------------------------------------------------------------------- landings

LANDING = """# Two pages

```{glimpse} fig-duo_one-line
It rises.
```

{doc}`The first <duo_one>` and {doc}`duo_two`.
"""
LANDING_TOC = """format: jb-book
root: book/index
chapters:
  - file: book/duo
    sections: [{file: book/duo_one}, {file: book/duo_two}]
"""
DUO, DUO_TOC = "book/duo.md", "_toc.yml"
ONLY_LEADS = "a_landing_only_leads"
LANDING_FAULTS = [
    Fault(ONLY_LEADS, "# Two", f"{CELL}1\n```\n# Two", "duo.md:2: a landing has no ce"),
    Fault(ONLY_LEADS, "{doc}`The", "## Why\n\n{doc}`The", "has no section: move Why"),
    Fault(ONLY_LEADS, "{doc}`The", "word " * 301, "words, a landing has 300 at most"),
    Fault(
        "a_landing_shows_one_picture_of_its_pages",
        "fig-duo_one",
        "fig-toy",
        "duo.md:1: a landing shows one {glimpse} fig-duo_...",
    ),
    Fault(
        "a_landing_shows_one_picture_of_its_pages", "{glimpse}", "{note}", "..., not 0"
    ),
    Fault(
        "a_landing_leads_to_each_page", "{doc}`duo_two`", "two", "no link to duo_two"
    ),
    Fault(
        "a_landing_leads_to_each_page",
        ", {file: book/duo_two}]",
        "]\n  - file: book/duo_two",
        "_toc.yml: book/duo_two is no section of book/duo",
        DUO_TOC,
    ),
]


@pytest.fixture
def lecture_of_two_pages(tmp_path):
    """A book with a landing and two content pages."""
    folder = tmp_path / "code" / "ml2020" / "duo"
    folder.mkdir(parents=True)
    (folder / "line.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / DUO).write_text(LANDING, encoding="utf-8")
    (tmp_path / DUO_TOC).write_text(LANDING_TOC, encoding="utf-8")
    for name in ("duo_one", "duo_two"):
        cell = f"# A page\n\n{CELL}1\n```\n"
        (tmp_path / "book" / f"{name}.md").write_text(cell, encoding="utf-8")
    return tmp_path


OF_A_LANDING = [promise for promise in OF_THE_BOOK if "landing" in promise.__name__]


def test_a_good_landing_is_no_chapter_and_keeps_its_promises(lecture_of_two_pages):
    root = lecture_of_two_pages
    assert [page.stem for page in landings(root)] == ["duo"]
    assert [page.stem for page in chapters(root)] == ["duo_one", "duo_two"]
    assert not [line for promise in OF_A_LANDING for line in broken(promise, root)]


@pytest.mark.parametrize("fault", LANDING_FAULTS, ids=lambda f: f.said[:25])
def test_a_planted_fault_breaks_a_landing(lecture_of_two_pages, fault):
    path = lecture_of_two_pages / (fault.place if fault.place == DUO_TOC else DUO)
    text = path.read_text(encoding="utf-8")
    assert fault.old in text, "the sample has changed: plant the fault anew"
    path.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
    promise = next(p for p in OF_A_LANDING if p.__name__ == fault.promise)
    assert fault.said in "\n".join(broken(promise, lecture_of_two_pages))


# ------------------------------------------------------------------------ the checker


def test_an_import_through_the_lecture_names_the_module(sample):
    page = (sample / PAGE).read_text(encoding="utf-8")
    page = page.replace("# ml2020/toy/line.py: ", "# own ")
    (sample / PAGE).write_text(page.replace(SETUP, "from ml2020.toy import line\n"))
    (sample / INIT).write_text("from ml2020.toy.line import line as line\n")
    promise = next(p for p in OF_THE_BOOK if "is_used_by" in p.__name__)
    assert not broken(promise, sample)


def test_the_checker_prints_what_is_broken_and_fails(sample, capsys):
    assert main([], sample) == 0
    assert capsys.readouterr().out == "1 chapters, 0 broken promises\n"
    page = (sample / PAGE).read_text(encoding="utf-8")
    (sample / PAGE).write_text(page.replace("fig-toy-two", "two"), encoding="utf-8")
    assert main(["toy"], sample) == 1
    said = capsys.readouterr().out
    assert said.startswith("book/toy.md:84: the figure's name")
    assert said.endswith("1 chapters, 1 broken promises\n")


def test_the_checker_names_an_unknown_page(sample):
    with pytest.raises(PageError, match=r"gnnn: no page of _toc\.yml has this name"):
        main(["gnnn"], sample)
