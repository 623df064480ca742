"""A book of three small pages and a package of two functions, built once."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from cached_runs import Run, recorded_runs

# Sphinx is imported once, and each build is forked from there: that spares two seconds
# of three. The extensions of the book are imported by each build anew.
WARM = get_context("forkserver")
WARM.set_forkserver_preload(
    ["sphinx.cmd.build", "myst_nb.sphinx_ext", "sphinx_external_toc", "nbclient"]
)
SPHINX = [sys.executable, "-m", "sphinx"]
LONGEST = 120  # seconds
EXTENSIONS = Path(__file__).parents[2] / "book" / "_ext"

FILES = {
    "_config.yml": f"""\
title: Mini
author: Nobody
logo: ""
only_build_toc_files: true
exclude_patterns: [".*", code]
execute: {{execute_notebooks: cache, cache: .jupyter_cache, timeout: 60}}
repository: {{url: "", path_to_book: "", branch: ""}}
html: {{use_issues_button: false, use_repository_button: false}}
sphinx:
  recursive_update: true
  local_extensions: {{chapter_cache: {EXTENSIONS}, neighbours: {EXTENSIONS}}}
""",
    # What Jupyter Book makes of it, without its theme: half the time.
    "conf.py": f"""\
import sys
sys.path.append({str(EXTENSIONS)!r})
extensions = ["myst_nb", "sphinx_external_toc", "chapter_cache", "neighbours"]
numfig = True
external_toc_exclude_missing = True
exclude_patterns = ["_build", ".*", "code"]
html_theme = "basic"
nb_execution_mode = "cache"
nb_execution_cache_path = ".jupyter_cache"
nb_execution_timeout = 60
nb_merge_streams = False
nb_execution_excludepatterns = ["book/excluded*"]
""",
    "_toc.yml": """\
format: jb-book
root: index
chapters: [{glob: book/*}]
""",
    "index.md": "# Mini\n",
    "book/plain.md": "---\nfile_format: mystnb\n---\n# A page without cells\n",
    "code/mini/__init__.py": "",
    "installed/mini/__init__.py": "raise ImportError('another folder has this code')",
    "code/mini/shapes/__init__.py": """\
from mini.shapes.circle import circle_area as circle_area
from mini.shapes.square import square_area as square_area
""",
    "code/mini/shapes/circle.py": "def circle_area(r): return 3 * r**2\n",
    "code/mini/shapes/square.py": "def square_area(a): return a**2\n",
    # jsonschema can do without it, and its import takes most of a worker's start.
    "code/rfc3987_syntax.py": "raise ImportError\n",
    # Another Python that calls itself python3, as a user may well have installed one.
    "tmp/empty": "",
    "jupyter/kernels/python3/kernel.json": """\
{"argv": ["false", "{connection_file}"], "display_name": "Other", "language": "python"}
""",
}
CELLS = {
    "circle": ["from mini.shapes import circle_area\nprint('circle', circle_area(2))"],
    "square": ["from mini.shapes import square_area\nprint('square', square_area(2))"],
    "facts": [
        "import os, sys\nprint(sys.executable)",
        "print(os.path.basename(os.getcwd()))",
        "print(*(v for k, v in sorted(os.environ.items()) if 'THREADS' in k))",
        "print(os.environ.get('ML2020_GROUND'))",
        "import time\nprint(os.environ['PYTHONHASHSEED'], time.time_ns())",
    ],
}


def forked_build(
    arguments: list[str], folder: Path, environment: dict[str, str], log: Path
) -> None:
    """Do in a forked process what `python -m sphinx` would do in a new one."""
    from sphinx.cmd.build import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:0] = environment["PYTHONPATH"].split(os.pathsep)
    with log.open("w") as out:
        os.dup2(out.fileno(), sys.stdout.fileno())
        os.dup2(out.fileno(), sys.stderr.fileno())
    sys.exit(main(arguments))


def page(title: str, *cells: str, head: str = "", tags: str = "") -> str:
    """Return the text of a page."""
    fences = "\n".join(f"```{{code-cell}}\n{tags}{cell}\n```\n" for cell in cells)
    kernel = "kernelspec: {name: python3, display_name: Python 3, language: python}"
    return f"---\nfile_format: mystnb\n{kernel}\n{head}---\n\n# {title}\n\n{fences}"


@dataclass(frozen=True)
class Build:
    """What a build said and did."""

    code: int
    log: str

    @property
    def executed(self) -> list[str]:
        """The pages that it executed, in the order in which they finished."""
        return re.findall(r"^\[\d+/\d+\] book/(\S+): ", self.log, re.M)

    @property
    def summary(self) -> str:
        """Its last word on the chapters."""
        return re.findall(r"^chapters: (.*)$", self.log, re.M)[-1]


class Book:
    """The mini book in its folder."""

    cells = CELLS  # of its pages, by name

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, text: str) -> None:
        """Write a file of the book."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def write_page(
        self, name: str, *cells: str, head: str = "", tags: str = ""
    ) -> None:
        """Write a page of the book."""
        self.write(f"book/{name}.md", page(name, *cells, head=head, tags=tags))

    def append(self, name: str, text: str) -> None:
        """Write something at the end of a file of the book."""
        self.write(name, (self.root / name).read_text(encoding="utf-8") + text)

    def command(
        self,
        *options: str,
        builder: str = "html",
        out: str = "_build",
        strict: bool = True,
    ) -> list[str]:
        """Return the command that builds, without the time that Jupyter Book adds."""
        output = self.root / out
        command = [*SPHINX, "-N", "-b", builder]
        command += ["-d", str(output / ".doctrees"), "-D", "chapter_workers=1"]
        command += ["-W", "-n", "--keep-going"] if strict else []
        return [*command, *options, str(self.root), str(output / builder)]

    @property
    def environment(self) -> dict[str, str]:
        """Return an environment where all goes wrong that the build leaves to it."""
        return os.environ | {
            "PYTHONPATH": str(self.root / "installed"),
            "TMPDIR": str(self.root / "tmp"),
            "JUPYTER_PATH": str(self.root / "jupyter"),
            "JUPYTER_PREFER_ENV_PATH": "0",
            "OMP_NUM_THREADS": "4",
            "PYTHONHASHSEED": "7",
            "ML2020_GROUND": "red",
        }

    def run(self, command: list[str], folder: Path, **environment: str) -> Build:
        """Run a command that builds the book; one that waits for ever is a fault."""
        environment = self.environment | environment
        log = self.root.with_name("log")
        if command[:3] == SPHINX:
            arguments = (command[3:], folder, environment, log)
            build = WARM.Process(target=forked_build, args=arguments)
            build.start()
            build.join(LONGEST)
            code = build.exitcode
            build.kill()
            assert code is not None, "the build waits for ever"
            return Build(code, log.read_text())
        with log.open("w") as out:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdout=out,
                stderr=out,
                timeout=LONGEST,
            )
        return Build(done.returncode, log.read_text())

    def build(self, *options: str, **place: str | bool) -> Build:
        """Build from another folder, so that nothing depends on where we stand."""
        return self.run(self.command(*options, **place), self.root.parent)

    def html(self, name: str, out: str = "_build") -> str:
        """Return what a page looks like."""
        file = self.root / out / "html" / "book" / f"{name}.html"
        return file.read_text(encoding="utf-8")

    @staticmethod
    def printed(html: str) -> str:
        """Return what the cells of a page printed."""
        outputs = re.findall(r'class="output.*?<pre>(.*?)</pre>', html, re.S)
        return re.sub("<.*?>", "", "".join(outputs))

    def change_circle(self) -> None:
        """Change the module that one page reaches: it prints 12.4 instead of 12."""
        code = "def circle_area(r): return 3.1 * r**2\n"
        self.write("code/mini/shapes/circle.py", code)

    @staticmethod
    def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
        """Wait for something that a build does beside us."""
        for _ in range(int(seconds * 20)):
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError("waited in vain")

    @property
    def runs(self) -> dict[str, Run]:
        """Return the recorded runs of all pages, without their folder."""
        runs = recorded_runs(self.root / ".jupyter_cache")
        return {name.removeprefix("book/"): run for name, run in runs.items()}

    @property
    def kernel_files(self) -> list[Path]:
        """Return what is left of kernels in the folder for temporary files."""
        return list((self.root / "tmp").glob("kernel-*"))

    @property
    def cached(self) -> set[str]:
        """Return the keys of the notebooks in jupyter-cache that have cells."""
        folder = self.root / ".jupyter_cache" / "executed"
        return {
            file.parent.name
            for file in folder.glob("*/base.ipynb")
            if json.loads(file.read_text())["cells"]
        }


@pytest.fixture(scope="session")
def cold(tmp_path_factory) -> tuple[Book, Build]:
    """The book after its first build, and what that build said."""
    book = Book(tmp_path_factory.mktemp("mini") / "work")
    for name, text in FILES.items():
        book.write(name, text)
    for name, cells in CELLS.items():
        book.write_page(name, *cells)
    built = book.build()
    assert built.code == 0, built.log
    shutil.copytree(book.root, book.root.with_name("pristine"))
    return book, built


@pytest.fixture
def book(cold) -> Book:
    """The built book, as new.

    Always in the same folder: Sphinx would read every page of a book that has moved.
    """
    book = cold[0]
    shutil.rmtree(book.root)
    shutil.copytree(book.root.with_name("pristine"), book.root)
    return book
