"""Open the chapters in JupyterLab: executed notebooks, in a folder of the reader's own.

python -m tools.lab [options of jupyter lab]

The folder is lab/, which git ignores. It gets the notebooks that the build has written;
the build comes first where there is none. What a reader has changed there stays: where
the book has a newer notebook we ask, and even then the reader's own is kept beside it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from tools.preview import BUILD, ROOT

BUILT, LAB = ROOT / "_build" / "html" / "notebooks", ROOT / "lab"
GIVEN = ".given.json"  # in the folder: of each notebook, the version last given to it
SETTINGS = Path(sys.prefix) / "etc/jupyter/labconfig/default_setting_overrides.json"
DEFAULTS = {
    # For authors, who open book/: jupytext reads a page as a notebook.
    "@jupyterlab/docmanager-extension:plugin": {
        "defaultViewers": {"markdown": "Jupytext Notebook"}
    },
    # The book asks nobody outside: nor does its laboratory.
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
}
# For readers alone: their notebooks are plain Markdown; as MyST, each formula would get
# a second number.
PLAIN = Path(sys.prefix) / "etc/jupyter-plain"
PAGE = {"disabledExtensions": {"jupyterlab-myst": True}}
Ask = Callable[[str], bool]


def deliver(built: Path, lab: Path, ask: Ask | None) -> Iterator[str]:
    """Bring the notebooks of the book into the reader's folder; yield what to tell.

    Args:
        built: The notebooks that the build has written.
        lab: The reader's folder.
        ask: Says whether the reader wants the book's newer notebook of this name, of
            which there is a changed one; None where there is nobody to ask.
    """
    lab.mkdir(exist_ok=True)
    given = read_given(lab)
    new = {path.name: path.read_bytes() for path in sorted(built.glob("*.ipynb"))}
    for name in given.keys() - new.keys():  # a page that the book no longer has
        if version_of(lab / name) == given.pop(name):
            (lab / name).unlink()
    for name, content in new.items():
        version, here = sha256(content).hexdigest(), version_of(lab / name)
        mine = here not in ("", version, given.get(name))
        if mine and given.get(name) != version:
            if ask is None or not ask(name):
                yield f"lab/{name} is yours and stays, though the book has a newer one"
                if ask is None:
                    continue  # and ask when there is somebody
            else:
                kept = free_name(lab / name)
                (lab / name).replace(kept)
                yield f"lab/{name} is the book's newest; yours is lab/{kept.name}"
                mine = False
        if not mine and here != version:
            put(lab / name, content)
        given[name] = version
    (lab / GIVEN).write_text(json.dumps(given, indent=1), encoding="utf-8")


def read_given(lab: Path) -> dict[str, str]:
    """Return the version of each notebook that was given; none if nobody knows."""
    with suppress(FileNotFoundError, ValueError):
        return dict(json.loads((lab / GIVEN).read_text(encoding="utf-8")))
    return {}


def version_of(path: Path) -> str:
    """Return a digest of a file; nothing if it is missing."""
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def free_name(path: Path) -> Path:
    """Return a name beside a notebook under which nothing is lost."""
    names = (path.with_suffix(f".mine{n or ''}.ipynb") for n in range(sys.maxsize))
    return next(name for name in names if not name.exists())


def put(path: Path, content: bytes) -> None:
    """Write the whole notebook or nothing of it, and trust it: this machine made it."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
    NotebookNotary().sign(nbformat.reads(content.decode("utf-8"), 4))


def ask_reader(name: str) -> bool:
    """Ask at the terminal; no answer keeps what the reader has."""
    question = f"lab/{name}: you changed it, and the book has a newer one. Take it? "
    answer = input(f"{question}Yours is kept under another name. [y/N] ")
    return answer.strip().lower() in ("y", "yes")


def settings() -> dict[str, str]:
    """Write the settings beside this Python; return what tells Jupyter of them."""
    page = PLAIN / "labconfig/page_config.json"
    for path, content in (SETTINGS, DEFAULTS), (page, PAGE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    return {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, [str(PLAIN), others]))}


def main() -> int:
    """Bring the notebooks, and start JupyterLab."""
    if not any(BUILT.glob("*.ipynb")):
        print("The notebooks are not built yet: building them, some minutes, once")
        status = subprocess.run(BUILD, cwd=ROOT).returncode
        if status:
            return status
    ask = ask_reader if sys.stdin.isatty() else None
    for line in deliver(BUILT, LAB, ask):
        print(line)
    environment = os.environ | settings()
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(LAB)]
    command += sys.argv[1:]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
