"""Build one lecture's pages alone, for a quick look.

python -m tools.preview regression

The other chapters are neither run nor read, so links to them stay open and warn. The
site proper is built by `make html`.
"""

import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "_build" / "preview"
# The program beside this Python: its package cannot be run with `python -m`.
BUILD = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]


def pages_of(name: str) -> list[str]:
    """Return the pages of a lecture: NAME and NAME_<aspect>.

    Raises:
        ValueError: If there is no such page.
    """
    book = ROOT / "book"
    found = [*book.glob(f"{name}.md"), *sorted(book.glob(f"{name}_*.md"))]
    if not found:
        known = ", ".join(sorted(page.stem for page in book.glob("*.md")))
        raise ValueError(f"NAME={name}: there is no book/{name}.md, only {known}")
    return [f"book/{page.stem}" for page in found]


def main(name: str) -> int:
    """Build the preview; return the exit status."""
    try:
        pages = pages_of(name)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    PLACE.mkdir(parents=True, exist_ok=True)
    toc = {
        "format": "jb-book",
        "root": "book/index",
        "chapters": [{"file": page} for page in pages],
    }
    (PLACE / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    place = str(PLACE.relative_to(ROOT))
    options = ["--toc", f"{place}/_toc.yml", "--path-output", place]
    status = subprocess.run([*BUILD, *options], cwd=ROOT).returncode
    if not status:
        print(f"A preview of {name}: {place}/_build/html/{pages[0]}.html")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
