"""A build executes the pages whose cells or code changed, and no other."""

import errno
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from cached_runs import recorded_runs
from chapter_cache import ChapterCache, is_full_disk

JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
ALL = {"circle", "facts", "square"}
# Until C returns, the kernel hears neither a signal nor a message.
DEAF = """\
import ctypes, os
with open('asleep', 'w') as file: file.write(str(os.getpid()))
ctypes.PyDLL(None).sleep(90)"""
DATA = Path(__file__).parents[2] / "code" / "ml2020" / "data" / "files.py"
CAPTION = """\
---
mystnb: {figure: {caption: A caption}}
---
"""


# ---- the first build


def test_a_cold_build_executes_every_page_with_code_once(cold):
    _, built = cold
    assert sorted(built.executed) == sorted(ALL)
    assert re.fullmatch(
        r"3 executed in [\d.]+ s \(CPU [\d.]+ s\), 0 from the cache", built.summary
    )


def test_a_page_shows_what_its_cells_print(book):
    assert book.printed(book.html("circle")) == "circle 12\n"
    assert book.printed(book.html("square")) == "square 4\n"


def test_a_kernel_is_our_python_in_the_folder_of_the_page_with_one_thread(book):
    facts = book.printed(book.html("facts")).splitlines()
    python, folder, threads, ground, hash_seed = facts
    assert python == sys.executable
    assert folder == "book"
    assert threads == "1 1 1"
    assert ground == "none"
    assert hash_seed.startswith("0 ")


def test_a_run_is_recorded_with_what_it_cost(book):
    assert book.runs.keys() == ALL
    for run in book.runs.values():
        assert run.keys() == {"key", "notebook", "seconds", "cpu_seconds", "finished"}
        assert 0.05 < run["cpu_seconds"] < 10
        assert 0.05 < run["seconds"]
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", run["finished"])
    assert {run["notebook"] for run in book.runs.values()} == book.cached


def test_a_notebook_without_cells_starts_no_kernel(book):
    """The kernel that MyST-NB would start for it does not even exist here."""
    plain = (book.root / "book/plain.md").read_text()
    assert "mystnb" in plain
    book.write("book/plain.md", plain.replace("mystnb", "mystnb\nauthor: me"))
    built = book.build()
    assert built.code == 0, built.log
    assert "plain" not in book.runs


# ---- what executes nothing


@pytest.mark.parametrize(
    "change",
    [
        lambda book: None,
        lambda book: book.append("book/circle.md", "\nMore words.\n"),
        lambda book: book.append("code/mini/shapes/__init__.py", "# A comment.\n"),
        lambda book: book.write("code/mini/new.py", "x = 1\n"),
        lambda book: shutil.rmtree(book.root / "_build"),
        lambda book: book.write_page("circle", *book.cells["circle"], tags=CAPTION),
    ],
    ids=["nothing", "prose", "a comment", "a module", "no output", "a caption"],
)
def test_what_the_cells_do_not_reach_executes_nothing(book, change):
    before = {run["finished"] for run in book.runs.values()}
    change(book)
    built = book.build()
    assert built.code == 0, built.log
    assert built.summary == "0 executed, 3 from the cache"
    assert {run["finished"] for run in book.runs.values()} == before
    assert len(book.cached) == 3
    assert book.printed(book.html("circle")) == "circle 12\n"


def test_a_page_that_is_not_to_be_executed_is_not(book):
    book.write_page("off", "print('off')", head='mystnb: {execution_mode: "off"}\n')
    book.write_page("excluded", "print('excluded')")
    built = book.build()
    assert built.code == 0, built.log
    assert built.summary == "0 executed, 3 from the cache"


def test_a_line_that_a_kernel_sends_in_pieces_is_one_line(book):
    pieces = "print('one', end='', flush=True)\nprint(' line')\nprint('another')"
    book.write_page("pieces", pieces)
    built = book.build()
    assert built.code == 0, built.log
    assert book.printed(book.html("pieces")) == "one line\nanother\n"


def test_a_second_output_folder_shares_the_runs(book):
    built = book.build(out="_other")
    assert built.summary == "0 executed, 3 from the cache"
    assert book.printed(book.html("circle", out="_other")) == "circle 12\n"


# ---- what executes


def test_a_changed_module_executes_the_pages_that_reach_it_and_they_show_it(book):
    book.change_circle()
    before = book.runs
    built = book.build()
    assert built.code == 0, built.log
    assert built.executed == ["circle"]
    assert built.summary.endswith("2 from the cache")
    assert book.printed(book.html("circle")) == "circle 12.4\n"
    assert book.runs["circle"] != before.pop("circle")
    assert {name: book.runs[name] for name in before} == before


def test_a_changed_cell_executes_its_page_and_the_old_run_is_removed(book):
    old = book.runs["square"]["notebook"]
    book.write_page("square", "print('no square')")
    built = book.build()
    assert built.executed == ["square"]
    assert book.printed(book.html("square")) == "no square\n"
    assert old not in book.cached
    assert len(book.cached) == 3


def test_another_version_executes_all_pages_the_new_and_the_longest_first(book):
    runs = recorded_runs(book.root / ".jupyter_cache")
    for name, seconds in (("square", 70), ("facts", 20), ("circle", 50)):
        runs[f"book/{name}"]["cpu_seconds"] = seconds
    book.write(".jupyter_cache/runs.json", json.dumps(runs))
    book.write_page("new", "print('new')")
    book.write_page("race", "print('race')", head="cpu_budget: 150\n")
    built = book.build("-D", "chapter_cache_versions.torch=9.9")
    assert built.code == 0, built.log
    assert built.executed == ["race", "new", "square", "circle", "facts"]


def test_without_the_cache_all_pages_run_again_and_show_the_new_runs(book):
    old = book.printed(book.html("facts")).split()  # a print may come in two parts
    shutil.rmtree(book.root / ".jupyter_cache")
    built = book.build()
    assert set(built.executed) == ALL
    assert book.printed(book.html("facts")).split() > old


def test_the_site_shows_a_run_that_another_builder_made_and_read(book):
    """Both builders have one set of doctrees, and the second finds them up to date."""
    book.change_circle()
    assert book.build(builder="text").executed == ["circle"]
    built = book.build()
    assert built.summary == "0 executed, 3 from the cache"
    assert book.printed(book.html("circle")) == "circle 12.4\n"


def test_a_run_without_its_outputs_is_made_again(book):
    folder = book.root / ".jupyter_cache" / "executed"
    shutil.rmtree(folder / book.runs["circle"]["notebook"])
    built = book.build()
    assert built.code == 0, built.log
    assert built.executed == ["circle"]


# ---- pages that come, go and look alike


def test_a_renamed_page_does_not_run_again_and_leaves_nothing_behind(book):
    run = book.runs["circle"]
    for old, new in (("circle", "disc"), ("plain", "simple")):
        (book.root / f"book/{old}.md").rename(book.root / f"book/{new}.md")
    built = book.build()
    assert built.code == 0, built.log
    assert built.summary == "0 executed, 3 from the cache"
    assert book.printed(book.html("disc")) == "circle 12\n"
    assert book.runs.keys() == {"disc", "facts", "square"}
    assert book.runs["disc"] == run
    files = (book.root / "_build").rglob("*.*")
    left = {
        file.name for file in files if file.stem.split(".")[0] in ("circle", "plain")
    }
    assert left == {"circle.doctree", "plain.doctree"}  # Sphinx's own, never published


def test_a_page_that_is_gone_takes_its_run_with_it(book):
    (book.root / "book/circle.md").unlink()
    book.write("book/square.md", "# No cells any more\n")
    built = book.build()
    assert built.code == 0, built.log
    assert book.runs.keys() == {"facts"}
    assert book.cached == {book.runs["facts"]["notebook"]}


def test_a_page_that_this_build_leaves_out_keeps_its_run(book):
    book.write("_toc.yml", "format: jb-book\nroot: index\n")
    built = book.build(out="_other")
    assert built.summary == "0 executed, 0 from the cache"
    assert book.runs.keys() == ALL
    assert len(book.cached) == 3


def test_pages_with_the_same_code_share_one_run(book):
    book.write("code/mini/shapes/cube.py", "SIDES = 6\n")
    for name, tags in (("one", ""), ("two", ""), ("three", ":tags: [hide-input]\n")):
        cell = "import mini.shapes.cube as cube\nprint(cube.SIDES)"
        book.write_page(name, cell, tags=tags)
    for sides in ("6\n", "12\n"):
        book.write("code/mini/shapes/cube.py", f"SIDES = {sides}")
        built = book.build()
        assert built.code == 0, built.log
        assert len(built.executed) == 1
        assert {book.printed(book.html(name)) for name in ("one", "two", "three")} == {
            sides
        }


def test_pages_with_the_same_cells_and_other_tags_run_apart(book):
    for name, tags in (("one", ""), ("two", ":tags: [skip-execution]\n")):
        book.write_page(name, "print('said')", tags=tags)
    built = book.build()
    assert built.code == 0, built.log
    assert set(built.executed) == {"one", "two"}
    assert book.printed(book.html("one")) == "said\n"
    assert book.printed(book.html("two")) == ""


def test_a_missing_code_root_is_an_error(book):
    built = book.build("-D", "chapter_code_root=src")
    assert built.code != 0
    assert re.search(r"chapter_code_root: there is no folder .*/src;", built.log)


def test_a_page_that_cannot_be_read_is_named(book):
    book.write_page("wrong", "1", tags=":tags: [\n")
    built = book.build()
    assert built.code != 0
    assert re.search(r"book/wrong is no notebook: .* line 8", built.log)


# ---- what fails


@pytest.fixture(scope="module")
def broken(cold):
    """Two builds of new pages; three of them fail, each in its own way."""
    book = cold[0]
    shutil.rmtree(book.root)
    shutil.copytree(book.root.with_name("pristine"), book.root)
    book.write_page("fails", "a = 1", "b = 2\nraise ValueError('b is bad')")
    book.write_page("dies", "import os", "os.kill(os.getpid(), 9)")
    slow = "mystnb: {execution_timeout: 1}\n"
    book.write_page("slow", DEAF, head=slow)
    book.write("code/ml2020/__init__.py", "")
    book.write("code/ml2020/data/__init__.py", "")
    book.write("code/ml2020/data/files.py", DATA.read_text(encoding="utf-8"))
    book.write("code/ml2020/data/cut.csv", "1,2,4\n")
    good = sha256(b"1,2,3\n").hexdigest()
    read = f"from ml2020.data.files import verified\nverified('cut.csv', '{good}')"
    book.write_page("reads", read)
    book.write_page("works", "print('it works')")
    announced = ":tags: [raises-exception]\n"
    book.write_page("lesson", "raise ValueError('as announced')", tags=announced)
    forgiving = "mystnb: {execution_allow_errors: true}\n"
    book.write_page("strict", "raise ValueError('no more')", head=forgiving)
    book.change_circle()
    first = book.build()
    book.write_page("strict", "raise ValueError('no more')")
    second = book.build()
    kernel = int((book.root / "book/asleep").read_text())
    return first, second, book.runs, kernel


def test_a_failing_cell_is_named_with_its_page_number_line_and_traceback(broken):
    first, *_ = broken
    assert first.code != 0
    assert first.log.count("book/fails, code cell 2 (line 13): b = 2\n") == 1
    assert first.log.count("ValueError: b is bad") == 1
    assert "An error occurred while executing" not in first.log  # nbclient, at length
    assert "\x1b" not in first.log
    assert "Exception occurred" not in first.log


def test_a_kernel_that_dies_is_named_with_its_page(broken):
    first, *_ = broken
    assert (
        "book/dies, code cell 2 (line 13): os.kill(os.getpid(), 9)\n"
        "The kernel died (is memory short?)." in first.log
    )


def test_a_cell_that_takes_too_long_is_named_with_its_page_and_its_kernel_killed(
    broken,
):
    first, _, _, kernel = broken
    assert "book/slow, code cell 1 (line 10): import ctypes, os" in first.log
    assert "The cell took more than the 1 s that a cell may take." in first.log
    assert not psutil.pid_exists(kernel)


def test_a_data_file_that_is_another_is_named_with_the_remedy(broken):
    first, *_ = broken
    assert "book/reads, code cell 1 (line 9): from ml2020.data.files" in first.log
    said = "cut.csv is not the committed file: delete it and run"
    assert f"ValueError: {said} `git checkout -- cut.csv` in ml2020/data" in first.log


def test_the_pages_beside_a_failing_one_are_kept(broken):
    first, _, runs, _ = broken
    assert re.match(r"4 executed in .* 4 failed, 2 from the cache", first.summary), (
        first.summary
    )
    assert runs.keys() == ALL | {"works", "lesson", "strict"}


def test_an_error_that_a_cell_announces_is_no_failure(broken):
    first, _, runs, _ = broken
    assert "lesson" in runs
    assert "as announced" not in first.log


def test_a_failing_page_is_executed_again_until_it_works(broken):
    _, second, *_ = broken
    assert second.code != 0
    assert set(second.executed) == {"fails", "dies", "slow", "reads", "strict"}


def test_a_page_that_no_longer_allows_errors_is_executed_again(broken):
    first, second, *_ = broken
    assert "no more" not in first.log
    assert "ValueError: no more" in second.log


def test_a_page_that_fails_keeps_its_good_run_in_case_the_fault_is_undone(book):
    good = (book.root / "code/mini/shapes/circle.py").read_text()
    book.write("code/mini/shapes/circle.py", "def circle_area(r): return 1 / 0\n")
    assert "ZeroDivisionError" in book.build().log
    book.write("code/mini/shapes/circle.py", good)
    built = book.build()
    assert built.code == 0, built.log
    assert built.summary == "0 executed, 3 from the cache"


def test_a_worker_that_is_killed_loses_its_own_page_and_no_other(book):
    book.write_page("kills", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)")
    book.change_circle()
    built = book.build()
    assert built.code != 0
    assert "book/kills: its process was killed" in built.log
    assert built.executed == ["kills", "circle"]
    assert built.summary.endswith("1 failed, 2 from the cache")


def test_a_build_that_failed_is_not_taken_for_shown(tmp_path):
    settings = SimpleNamespace(execution_cache_path=tmp_path)
    app = SimpleNamespace(
        env=SimpleNamespace(mystnb_config=settings, found_docs={"index"}),
        builder=SimpleNamespace(name="html"),
        doctreedir=tmp_path,
    )
    chapters = ChapterCache(app)
    chapters.finish(app, ValueError("while writing"))
    assert not chapters.shown_file.exists()
    chapters.finish(app, None)
    assert chapters.shown_file.exists()
    chapters.cached.cache.db.dispose()


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "no space"), True),
        (sqlite3.OperationalError("database or disk is full"), True),
        (OSError(errno.EACCES, "no permission"), False),
        (ValueError("full of errors"), False),
    ],
    ids=["system", "database", "permission", "other"],
)
def test_a_full_disk_is_known_from_what_caused_the_error(error, full):
    outer = RuntimeError("while writing")
    outer.__cause__ = error
    assert is_full_disk(outer) == full


# ---- CPU budgets


def set_cpu(book, **seconds: float) -> None:
    runs = recorded_runs(book.root / ".jupyter_cache")
    for name, cpu in seconds.items():
        runs[f"book/{name}"]["cpu_seconds"] = cpu
    book.write(".jupyter_cache/runs.json", json.dumps(runs))


def test_a_page_over_its_cpu_budget_is_named(book):
    set_cpu(book, circle=30, square=90, facts=180)
    book.write_page("facts", *book.cells["facts"], head="cpu_budget: 61.5\n")
    built = book.build()
    assert built.code == 0, built.log
    assert "book/circle: CPU" not in built.log
    assert "book/square: CPU 90 s of a budget of 30 s\n" in built.log
    assert "book/facts: CPU 180 s of a budget of 61.5 s\n" in built.log
    assert "budget" not in book.html("facts")


@pytest.mark.parametrize("strict", [True, False])
def test_a_page_over_three_times_its_cpu_budget_fails_the_build(book, strict):
    set_cpu(book, circle=91, square=181)
    book.write_page("square", *book.cells["square"], head="cpu_budget: 200\n")
    book.append("book/circle.md", "More words.\n")
    built = book.build(strict=strict)
    assert built.code != 0
    assert "book/circle: CPU 91 s of a budget of 30 s, more than 3" in built.log
    assert "book/square: CPU" not in built.log
    assert "More words." in book.html("circle")  # the site is built all the same


def test_the_book_sets_the_budget_of_pages_that_set_none(book):
    set_cpu(book, circle=3.1, square=2.9)
    built = book.build("-D", "chapter_cpu_budget=1")
    assert built.code != 0
    assert "book/circle: CPU 3 s of a budget of 1 s, more than 3" in built.log
    assert "book/square: CPU 3 s of a budget of 1 s\n" in built.log


def test_a_budget_that_is_no_number_is_an_error(book):
    book.write_page("square", *book.cells["square"], head="cpu_budget: much\n")
    built = book.build()
    assert built.code != 0
    assert "book/square: cpu_budget is 'much'" in built.log


# ---- the end of a build before its time


@pytest.mark.parametrize(
    "end",
    [
        lambda build: os.killpg(build.pid, signal.SIGINT),
        lambda build: os.kill(build.pid, signal.SIGKILL),
    ],
    ids=["Ctrl-C", "kill"],
)
def test_a_build_that_is_ended_leaves_no_process_and_keeps_what_is_finished(book, end):
    old = book.runs["circle"]
    asleep = book.root / "book" / "asleep"

    def half_done() -> bool:
        return asleep.exists() and book.runs.get("circle", old) != old

    book.change_circle()
    book.write_page("sleeps", DEAF)
    command = book.command("-D", "chapter_workers=2")
    log = book.root / "log"
    with log.open("w") as writer:
        build = subprocess.Popen(
            command,
            env=book.environment,
            start_new_session=True,  # as in a terminal of its own
            preexec_fn=hear_ctrl_c,
            stdout=writer,
            stderr=writer,
        )
    with build:
        book.wait_until(lambda: build.poll() is not None or half_done())
        family = psutil.Process(build.pid).children(recursive=True)
        ended = time.perf_counter()
        end(build)
    assert len(family) >= 4  # two workers, a kernel, and a watcher that Python adds
    # Three seconds, and what a busy machine adds.
    _, alive = psutil.wait_procs(family, timeout=10)
    print(f"ended after {time.perf_counter() - ended:.1f} s")
    assert alive == []
    assert build.returncode != 0
    assert book.runs.keys() == ALL
    assert book.kernel_files == []
    assert "Traceback" not in log.read_text()


def hear_ctrl_c() -> None:
    """Undo what a shell does to its background jobs, which the tests may be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


# ---- with Jupyter Book itself


def test_jupyter_book_builds_without_a_warning_and_then_executes_nothing(book):
    for folder in ("_build", ".jupyter_cache"):
        shutil.rmtree(book.root / folder)
    command = [JUPYTER_BOOK, "build", ".", "-W", "-n", "--keep-going"]
    too_long_for_a_socket = book.root / ("temporary" * 12)
    too_long_for_a_socket.mkdir()
    first = book.run(command, book.root, TMPDIR=str(too_long_for_a_socket))
    assert first.code == 0, first.log
    assert set(first.executed) == ALL
    assert book.printed(book.html("circle")) == "circle 12\n"
    second = book.run(command, book.root)
    assert second.code == 0, second.log
    assert second.summary == "0 executed, 3 from the cache"


def test_jupyter_book_says_of_a_failing_cell_what_failed_and_no_more(book):
    book.write_page("circle", "1 / 0")
    built = book.run([JUPYTER_BOOK, "build", "."], book.root)
    assert built.code != 0
    assert "book/circle, code cell 1 (line 9): 1 / 0\n" in built.log
    assert built.log.count("ZeroDivisionError: division by zero") == 1
