"""Move the pins of requirements.txt to the newest versions that fit together.

python -m tools.upgrade               say what would move
python -m tools.upgrade --write       move the pins; run each page with the old versions
                                      and with the new ones, and show what differs

What is held back, and why, stands in HELD. The new versions live in a throw-away
virtual environment: `.venv` stays as it is until the next `make`.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tools.promises.pages import ROOT, chosen
from tools.twice import both, run, seen

PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)$", re.MULTILINE)
HELD = {
    "torch": "==2.13.0",  # moves every result: by hand, with a look at each page
    "jupyter-book": "<2",  # another program
    "ipykernel": "<7",  # 7 warns about every kernel that it starts
    "jupyter-client": "<8.7",  # likewise
    "pytest": "<9.2",  # pytest-xdist 3.8 cannot keep a group of tests on one worker
}


def pins(requirements: str) -> dict[str, str]:
    """Return the pinned version of each package."""
    return dict(PIN.findall(requirements))


def newest(names: Sequence[str], python: str = sys.executable) -> dict[str, str]:
    """Return the newest versions that fit together, as pip resolves them."""
    wanted = [f"{name}{HELD.get(name, '')}" for name in names]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--dry-run", "--ignore-installed", "--quiet", "--report", report]
        subprocess.run([python, "-m", "pip", "install", *options, *wanted], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {
        canonical(item["metadata"]["name"]): item["metadata"]["version"].split("+")[0]
        for item in found  # what follows a plus says how it was built
    }
    return {name: versions[canonical(name)] for name in names}


def canonical(name: str) -> str:
    """Return a package's name as the index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def moved(requirements: str, versions: dict[str, str]) -> str:
    """Return the requirements with other pins; comments and order stay."""
    return PIN.sub(lambda pin: f"{pin[1]}=={versions[pin[1]]}", requirements)


def environment(requirements: Path, folder: Path) -> Path:
    """Install requirements into a new virtual environment; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = ["install", "--quiet", "--disable-pip-version-check", "-r", requirements]
    subprocess.run([python, "-m", "pip", *install], cwd=requirements.parent, check=True)
    return python


def outputs(root: Path) -> dict[str, list[list[str]]]:
    """Run every page once; return what a reader sees of each cell."""
    pages = [page for page in chosen([], root) if page.cells]
    shown = {}
    for name, (result,) in run(pages, workers=2, times=1).items():
        if result.failure:
            shown[name] = [[result.failure]]
        else:
            cells = [c for c in result.notebook.cells if c.cell_type == "code"]
            shown[name] = [seen(cell) for cell in cells]
    return shown


def outputs_with(python: Path, root: Path) -> dict[str, list[list[str]]]:
    """Return the same, run by another Python."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "outputs.json"
        command = [python, "-m", "tools.upgrade", "--outputs", file]
        subprocess.run(command, cwd=root, check=True)
        return json.loads(file.read_text(encoding="utf-8"))


def changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield each cell whose outputs differ, with both texts."""
    for page in sorted(old.keys() | new.keys()):
        pairs = zip_longest(old.get(page, []), new.get(page, []), fillvalue=[])
        for number, (before, after) in enumerate(pairs, 1):
            if before != after:
                names = ("old versions", "new versions")
                texts = both("\n".join(before), "\n".join(after), names)
                yield f"{page}: code cell {number} differs\n{texts}"


def show_changes(root: Path) -> None:
    """Run the pages with the old and the new versions; print the cells that differ."""
    with tempfile.TemporaryDirectory() as folder:
        python = environment(root / "requirements.txt", Path(folder))
        found = list(changes(outputs(root), outputs_with(python, root)))
    print("\n".join(found) or "No output of any page changes.")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Say what would move; with --write, move it and show what changes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="move the pins")
    parser.add_argument("--outputs", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.outputs:
        options.outputs.write_text(json.dumps(outputs(root)), encoding="utf-8")
        return 0
    path = root / "requirements.txt"
    old = path.read_text(encoding="utf-8")
    now = pins(old)
    versions = newest([*now])
    steps = [f"{n}: {now[n]} -> {versions[n]}" for n in now if now[n] != versions[n]]
    print("\n".join(steps) or "Every pin is the newest that fits.")
    if steps and options.write:
        path.write_text(moved(old, versions), encoding="utf-8")
        show_changes(root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
