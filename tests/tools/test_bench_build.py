"""What a build costs is measured on clones that are pages of their own."""

import subprocess
import sys
from pathlib import Path
from threading import Barrier

import pytest
import yaml

from tools.bench import ci
from tools.bench.builds import (
    Build,
    State,
    clone,
    grow,
    run,
    stock_config,
    table,
    watch_memory,
)
from tools.promises.pages import Page, files

ROOT = Path(__file__).parents[2]
PAGE = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
---

(error-sources)=
# A page on ml2020.error_sources

```{code-cell} python
from ml2020.error_sources import mean
```

$$
m = 1
$$ (eq-error_sources-mean)

See {eq}`eq-error_sources-mean`, {ref}`logistic-error_sources-x`,
{cite:p}`error_sources-lee2020`, {glue:text}`error_sources.md::mean`.
"""


def test_a_clone_has_its_own_labels_its_own_run_and_the_same_code(tmp_path):
    page = Page(tmp_path / "error_sources.md", tmp_path, PAGE)
    one, other = clone(page, "clone7"), clone(page, "clone8")
    assert "(clone7)=\n# A page on ml2020.error_sources\n" in one
    assert "import mean\nCLONE = 'clone7'\n" in one
    assert "$$ (eq-clone7-mean)" in one
    assert "{eq}`eq-clone7-mean`" in one
    assert "{cite:p}`clone7-lee2020`, {glue:text}`clone7.md::mean`" in one
    assert "{ref}`logistic-error_sources-x`" in one
    assert one.replace("clone7", "clone8") == other


def test_a_clone_of_a_lectures_second_page_has_its_own_equations(tmp_path):
    module = tmp_path / "code/ml2020/error_sources/mean.py"
    module.parent.mkdir(parents=True)
    module.touch()
    text = PAGE.replace("(error-sources)=", "(error_sources_more)=")
    text += "```{exercise}\n:label: ex-error_sources-a\n```\n"
    page = Page(tmp_path / "error_sources_more.md", tmp_path, text)
    copy = clone(page, "head3_17")
    assert "(head3_17)=\n" in copy
    assert "$$ (eq-head3_17-mean)\n\nSee {eq}`eq-head3_17-mean`" in copy
    assert "\n:label: ex-head3_17-a\n" in copy
    assert "{ref}`logistic-error_sources-x`" in copy  # another page's


TOC = """\
format: jb-book
root: book/index
parts:
  - chapters:
      - file: book/error_sources
        sections: [{file: book/error_sources_one}, {file: book/error_sources_two}]
"""


@pytest.fixture
def book(tmp_path):
    """A landing, and two pages with code."""
    landing = "(error-sources)=\n# Errors\n\n{doc}`error_sources_one`\n"
    own = PAGE.replace("error-sources", "NAME").replace("eq-error_sources", "eq-NAME")
    places = {
        "_toc.yml": TOC,
        "code/ml2020/error_sources/mean.py": "",
        "book/error_sources.md": landing,
        "book/error_sources_one.md": own.replace("NAME", "error_sources_one"),
        "book/error_sources_two.md": own.replace("NAME", "error_sources_two"),
    }
    for name, text in places.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_book_grows_by_pages_and_by_landings_that_share_them(book):
    grow(book, 7, heads=3)
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    (_, clones) = toc["parts"]
    assert list(files(clones)) == [
        *("book/head1", "book/head1_2", "book/head1_4", "book/head1_6"),
        *("book/head2", "book/head2_3", "book/head2_5"),
    ]
    assert [entry["file"] for entry in clones["chapters"]] == [
        "book/head1",
        "book/head2",
    ]
    texts = [path.read_text("utf-8") for path in (book / "book").glob("*.md")]
    assert len(texts) == len(set(texts)) == 10
    assert sum("```{code-cell}" in text for text in texts) == 7
    assert "(head2)=\n# Errors" in (book / "book/head2.md").read_text("utf-8")


def test_a_book_grows_by_pages_alone(book):
    grow(book, 4)
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    assert list(files(toc["parts"][1])) == ["book/clone_2", "book/clone_3"]


def test_a_command_that_fails_says_so_unless_it_may(tmp_path):
    failing = [sys.executable, "-c", "print('3 failed'); raise SystemExit(1)"]
    with pytest.raises(RuntimeError, match="failed:\n3 failed"):
        run(tmp_path, *failing)
    words, cost = run(tmp_path, *failing, ends=(0, 1))
    assert words == "3 failed\n"
    assert cost.cpu > 0


def test_a_test_that_failed_is_named(tmp_path):
    (tmp_path / "test_it.py").write_text("def test_one(): assert 0\ndef test_two(): 1")
    text, _ = ci.tests(tmp_path, "test_it.py")
    assert text.startswith("1 failed, 1 passed")
    assert "FAILED test_it.py::test_one" in text
    assert "test_two" not in text


def test_the_tests_of_the_lectures_stand_for_all_of_them(book, monkeypatch):
    def tests(copy, *chosen):
        own = "tests/error_sources" in chosen
        return "", Build(60.0, 90.0, 1.0 + own, 0)

    monkeypatch.setattr(ci, "tests", tests)
    name, cost, text = ci.package_tests(book)
    assert cost == Build(36 * 60, 36 * 90, 2.0, 0)
    assert text == (
        "1.0 minutes for 1 lectures, run 35 times for 35, and 1.0 for the build "
        "and the tools"
    )
    assert list(ci.row(name, cost, text).values()) == [
        *("tests of the package", "36.0", "54.0", "2.0", text)
    ]


def test_parts_that_run_beside_each_other_are_all_counted():
    one, two, three = ((name, Build(1, 1, 1, 0), "") for name in "abc")
    meet = Barrier(2, timeout=30)  # passed only by two at once

    def first():
        meet.wait()
        return [one]

    def other():
        meet.wait()
        return [two, three]

    assert ci.side_by_side(first, other) == [one, two, three]


def test_a_command_costs_what_its_children_used(tmp_path):
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    outer = f"import subprocess as s, sys; s.run([sys.executable, '-c', {busy!r}])"
    _, cost = run(tmp_path, sys.executable, "-c", outer)
    assert 0.5 < cost.cpu < 5
    _, idle = run(tmp_path, sys.executable, "-c", "pass")
    assert idle.cpu < 0.5


def test_the_stock_configuration_has_all_but_our_executions(tmp_path):
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "_config.yml").write_text(text, encoding="utf-8")
    ours = yaml.safe_load(text)
    stock = yaml.safe_load(stock_config(tmp_path).read_text(encoding="utf-8"))
    extensions = ours["sphinx"]["local_extensions"].keys()
    assert extensions - stock["sphinx"]["local_extensions"].keys() == {"chapter_cache"}
    assert stock["execute"] == ours["execute"]


def test_the_memory_of_what_a_build_starts_counts():
    hungry = "import time; x = b'1' * 200_000_000; time.sleep(1)"
    outer = f"import subprocess as s, sys; s.run([sys.executable, '-c', {hungry!r}])"
    process = subprocess.Popen([sys.executable, "-c", outer])
    peaks = [0.0]
    watch_memory(process.pid, peaks)  # until it ends
    assert process.wait() == 0
    assert 0.2 < peaks[0] < 0.4


def test_a_cost_is_shown_for_each_size_with_its_growth():
    def state(pages: int, seconds: float) -> State:
        build = Build(seconds, 2 * seconds, 1.0, pages)
        builds = (build, build._replace(executed=0), build, build)
        return State(pages, 5.0, *builds, 10.0 * pages, "long", 0.5, 2.0)

    states = [state(10, 5.0), state(20, 15.0), state(40, 20.0)]
    rows = {row.pop(""): row for row in table(states, Build(99.0, 0, 0, 0))}
    heads = ["10 pages", "20 pages", "40 pages", "growth"]
    assert all(list(row) == heads for row in rows.values())
    assert list(rows["from nothing: seconds"].values()) == ["5", "15", "20", "4.0"]
    assert rows["from nothing: seconds of CPU"]["20 pages"] == "30"
    assert rows["stock, from nothing: seconds"]["10 pages"] == "99"
    assert list(rows["nothing changed: pages executed"].values()) == ["0"] * 3 + [""]
    assert rows["size of the site: MB"]["40 pages"] == "400"
