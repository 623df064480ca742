"""What the menu of downloads saves, also when the site is opened from the disk.

There a browser heeds no `download` of a link and shows a notebook as text; a page may
not read another file either, but it may load a script. So beside each notebook and each
source stands a script that hands it over, packed, to `saveFile` in book.js.
"""

import base64
import gzip
import json
from pathlib import Path

from sphinx.application import Sphinx

from plain_notebooks import FOLDER


def packed(name: str) -> str:
    """Return the name of the script that holds a file."""
    return f"{name}.js"


def script(path: Path) -> str:
    """Return the script that hands over a file; the same for the same file."""
    text = base64.b64encode(gzip.compress(path.read_bytes(), mtime=0)).decode("ascii")
    return f"saveFile({json.dumps(path.name)}, {json.dumps(text)});\n"


def pack_texts(app: Sphinx, exception: Exception | None) -> None:
    """Write the scripts of all notebooks and sources, and no other."""
    if exception is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    texts = [*(out / FOLDER).glob("*.ipynb"), *(out / "_sources").rglob("*.md")]
    wanted = {path.with_name(packed(path.name)): path for path in texts}
    for place in (out / FOLDER, out / "_sources"):
        for old in set(place.rglob(packed("*"))) - wanted.keys():
            old.unlink()
    for new, path in wanted.items():
        new.write_text(script(path), encoding="ascii")
