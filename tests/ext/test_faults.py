"""A build that is killed, starved or misled: the next one is right, and loses no work.

What goes wrong inside a page (it fails, hangs, dies) is in `test_chapter_cache.py`.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
ALL = {"circle", "facts", "square"}
pytestmark = pytest.mark.slow


def can_unshare(*options: str) -> bool:
    """Whether we may have namespaces of our own."""
    command = ["unshare", *options, "true"]
    return bool(shutil.which("unshare")) and not subprocess.run(command).returncode


needs_mounts = pytest.mark.skipif(
    not can_unshare("-rm"), reason="unshare -rm is refused here: no mounts of our own"
)
needs_no_network = pytest.mark.skipif(
    not can_unshare("-rn"), reason="unshare -rn is refused here: the network stays"
)


def site(book) -> dict[str, str]:
    """The pages of the site, and the styles and scripts that they load.

    Without the check sums in their links, for MyST-NB writes a file after them; and
    without the index of the search, which keeps words that no page has any longer.
    """
    html = book.root / "_build" / "html"
    files = [f for f in html.rglob("*.*") if f.suffix in (".html", ".css", ".js")]
    texts = {f.name: f.read_text(encoding="utf-8") for f in files}
    del texts["searchindex.js"]
    return {name: re.sub(r"\?v=\w+", "", text) for name, text in texts.items()}


# ---- killed


def test_after_twenty_kills_a_build_finishes_what_they_left_and_no_more(book):
    script = str(Path(__file__).with_name("killed_builds.py"))
    command = book.command()
    arguments = command[command.index("sphinx") + 1 :]
    kills = book.run([sys.executable, script, "20", *arguments], book.root)
    assert kills.code == 0, kills.log
    print(kills.log.splitlines()[-1])
    assert int(kills.log.split()[-1]) >= 15, kills.log
    before = book.runs
    built = book.build()
    assert built.code == 0, built.log
    assert "Traceback" not in built.log
    assert set(built.executed) <= ALL - before.keys() | {"circle"}
    for name in before.keys() - set(built.executed):
        assert book.runs[name] == before[name]
    mended = site(book)
    shutil.rmtree(book.root / "_build")
    assert book.build().summary == "0 executed, 3 from the cache"
    clean = site(book)
    assert mended.keys() == clean.keys()
    assert [name for name in clean if mended[name] != clean[name]] == []


DIE = """
def setup(app):
    app.connect("html-page-context", die)

def die(app, pagename, *_):
    import os, signal
    if pagename == os.environ.get("DIE_AT"):
        os.kill(os.getpid(), signal.SIGKILL)
"""
TABLE = """
```{{table}} {}
| a |
| - |
| 1 |
```
"""


def test_a_build_that_is_killed_while_it_writes_leaves_no_old_page(book):
    """Sphinx knows which other pages a change concerns, and forgets it with us."""
    book.append("conf.py", DIE)
    book.append("book/facts.md", TABLE.format("of facts"))
    assert book.build().code == 0
    assert "Table 1" in book.html("facts")
    book.append("book/circle.md", TABLE.format("of circles"))
    killed = book.run(book.command(), book.root, DIE_AT="book/facts")
    assert killed.code == -signal.SIGKILL, killed.log
    assert "Table 1" in book.html("facts")
    assert book.build().summary == "0 executed, 3 from the cache"
    assert "Table 2" in book.html("facts")


def test_what_is_undone_after_a_kill_is_shown_undone(book):
    """Even by a file that is older than what the killed build has read."""
    book.append("conf.py", DIE)
    assert book.build().code == 0
    page = book.root / "book/facts.md"
    before = page.read_text(encoding="utf-8")
    book.append("book/facts.md", "Words that will go.\n")
    book.append("book/square.md", "Other words.\n")
    killed = book.run(book.command(), book.root, DIE_AT="book/square")
    assert killed.code == -signal.SIGKILL, killed.log
    assert "Words that will go." in book.html("facts")
    page.write_text(before, encoding="utf-8")
    os.utime(page, (1e9, 1e9))
    assert book.build().code == 0
    assert "Words that will go." not in book.html("facts")


# ---- two at once


@pytest.fixture
def start(book):
    """Start builds that go on beside us, each with its log; at our end they end."""
    started = []

    def start_one(name: str) -> Path:
        log = book.root / name
        environment = book.environment | {"PYTHONUNBUFFERED": "1"}
        with log.open("w") as out:
            build = subprocess.Popen(
                book.command(), env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        started.append(build)
        return log

    yield start_one
    for build in started:
        build.kill()
        build.wait()


def test_a_second_build_waits_for_the_first_and_finds_all_executed(book, start):
    wait = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.05)"
    book.write_page("waits", f"open('asleep', 'x')\n{wait}")
    first = start("first")
    book.wait_until((book.root / "book/asleep").exists)
    second = start("second")
    book.wait_until(lambda: re.search("waiting|chapters", second.read_text()))
    time.sleep(2)
    assert second.read_text().endswith("waiting for its end\n")
    book.write("book/go", "")
    book.wait_until(lambda: "build succeeded" in second.read_text(), 20)
    assert "chapters: 1 executed" in first.read_text()
    assert second.read_text().count("waiting for its end\n") == 1
    assert "chapters: 0 executed, 4 from the cache" in second.read_text()


# ---- another place


def test_a_copy_of_the_book_runs_the_code_of_the_copy(book, tmp_path):
    copy = type(book)(shutil.copytree(book.root, tmp_path / "copy"))
    copy.change_circle()
    built = copy.build()
    assert built.code == 0, built.log
    assert built.executed == ["circle"]
    assert copy.printed(copy.html("circle")) == "circle 12.4\n"


def test_a_page_alone_is_refused_in_one_line_and_leaves_no_cache(book):
    command = [JUPYTER_BOOK, "build", str(book.root / "book" / "circle.md")]
    built = book.run(command, book.root)
    assert built.code == 1
    assert "make html NAME=circle for one lecture" in built.log
    assert "Traceback" not in built.log
    assert not list((book.root / "book").glob(".*"))


# ---- a damaged cache


def test_a_damaged_database_is_mended_and_nothing_executed(book):
    book.write(".jupyter_cache/global.db", "Somebody else's file\n" * 1000)
    built = book.build()
    assert built.code == 0, built.log
    assert built.log.count("its list of runs is damaged: mended\n") == 1
    assert "Traceback" not in built.log
    assert built.summary == "0 executed, 3 from the cache"


def test_half_written_outputs_are_made_again(book):
    folder = book.root / ".jupyter_cache" / "executed"
    outputs = folder / book.runs["circle"]["notebook"] / "base.ipynb"
    outputs.write_text(outputs.read_text()[:200])
    shutil.rmtree(book.root / "_build")
    built = book.build()
    assert built.code == 0, built.log
    assert built.executed == ["circle"]
    assert book.printed(book.html("circle")) == "circle 12\n"


# ---- a full disk, a book that is read-only, no network


def in_namespace(book, options: str, script: str, **environment: str):
    """Run a script in namespaces of its own; they go with it."""
    command = ["unshare", options, "sh", "-ec", script]
    return book.run(command, book.root.parent, **environment)


@needs_mounts
@pytest.mark.parametrize(
    ("place", "executed"),
    [(".jupyter_cache", "2 executed"), ("_build", "0 executed")],
    ids=["cache", "output"],
)
def test_a_full_disk_is_said_in_one_line_and_no_run_is_lost(book, place, executed):
    book.change_circle()
    book.write_page("long", "print('long ' * 200_000)")
    shutil.copytree(book.root / ".jupyter_cache", book.root / "saved")
    build = shlex.join(book.command())
    built = in_namespace(
        book,
        "-rm",
        f"""
        mount -t tmpfs -o size=500k tmpfs {book.root / place}
        [ {place} = _build ] || cp -r {book.root}/saved/. {book.root / place}
        ! {build}
        echo ---- room is made
        mount -o remount,size=50m {book.root / place}
        {build}
        """,
    )
    assert built.code == 0, built.log
    full, room = built.log.split("---- room is made")
    assert full.count("the disk is full: make room and build again") == 1
    assert "Traceback" not in built.log
    assert "Exception occurred" not in built.log
    assert re.search(rf"chapters: {executed}.* (2|4) from the cache", room), room


@needs_mounts
def test_a_book_that_is_read_only_is_built_elsewhere(book):
    out = book.root.with_name("elsewhere")
    out.mkdir()
    shutil.rmtree(book.root / ".jupyter_cache")
    shutil.rmtree(book.root / "_build")
    command = [JUPYTER_BOOK, "build", str(book.root), "--path-output", str(out)]
    built = in_namespace(
        book,
        "-rm",
        f"""
        mount --bind {book.root} {book.root}
        mount -o remount,bind,ro {book.root}
        ! touch {book.root}/book/new
        {shlex.join(command)} -W -n --keep-going
        """,
        TMPDIR=str(out),
    )
    assert built.code == 0, built.log
    assert built.summary.startswith("3 executed")
    assert "is read-only: the runs go to" in built.log
    assert "circle 12" in (out / "_build/html/book/circle.html").read_text()
    assert (out / "_build/.jupyter_cache/runs.json").exists()
    shutil.rmtree(out)


@needs_no_network
def test_without_any_network_a_cold_build_gives_the_same(book):
    before = {name: book.printed(book.html(name)) for name in ("circle", "square")}
    for folder in (".jupyter_cache", "_build"):
        shutil.rmtree(book.root / folder)
    (book.root / "book/facts.md").unlink()  # one of them is the time
    built = in_namespace(book, "-rn", shlex.join(book.command()))
    assert built.code == 0, built.log
    assert set(built.executed) == before.keys()
    assert {name: book.printed(book.html(name)) for name in before} == before


# ---- the clock


def set_times(book, seconds: float) -> None:
    """Change the time of all files: touched, or written by another clock."""
    for file in book.root.rglob("*"):
        os.utime(file, (time.time() + seconds,) * 2)


@pytest.mark.parametrize("seconds", [0, 1e6])
def test_the_times_of_files_execute_nothing(book, seconds):
    set_times(book, seconds)
    built = book.build()
    assert built.code == 0, built.log
    assert built.summary == "0 executed, 3 from the cache"


@pytest.mark.parametrize("name", ["circle", "plain"])
def test_what_is_written_after_the_clock_was_set_back_is_shown(book, name):
    book.append(f"book/{name}.md", "\nMore words.\n")
    os.utime(book.root / f"book/{name}.md", (1e9, 1e9))
    assert book.build().summary == "0 executed, 3 from the cache"
    assert "More words." in book.html(name)
