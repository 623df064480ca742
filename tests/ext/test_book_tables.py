"""The status page shows what was measured, and where."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).parents[2] / "book" / "_ext"
CONF = f"""\
import sys
sys.path.append({str(EXTENSIONS)!r})
extensions = ["myst_parser", "book_tables"]
html_theme = "basic"
"""
PAGE = """\
# Status

```{book-benchmark} rules
```

```{book-benchmark} none
```

```{book-table} versions
```
"""
RESULTS = {
    "rules": {
        "machine": "A machine, 2 cores",
        "date": "2026-01-02",
        "versions": {"python": "3.11.7", "torch": "2.13.0"},
        "rows": [{"ms": "Adam", "ours": "1.5"}, {"ms": "SGD", "ours": "0.5"}],
    }
}


def build(root: Path, page: str = PAGE) -> tuple[str, str]:
    """Build a site of one page; return its words and the log."""
    (root / "conf.py").write_text(CONF, encoding="utf-8")
    (root / "index.md").write_text(page, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-N", str(root), str(root / "_build")]
    done = subprocess.run(command, capture_output=True, text=True)
    text = (root / "_build" / "index.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]*>", " ", html.unescape(text))
    return " ".join(words.split()), done.stderr


@pytest.fixture
def root(tmp_path):
    (tmp_path / "bench").mkdir()
    results = tmp_path / "bench" / "results.json"
    results.write_text(json.dumps(RESULTS), encoding="utf-8")
    return tmp_path


def test_a_benchmark_is_shown_with_its_machine_and_its_own_columns(root):
    words, log = build(root)
    assert log == ""
    assert (
        "Measured on 2026-01-02: A machine, 2 cores; python 3.11.7, torch 2.13.0. "
        "ms ours Adam 1.5 SGD 0.5" in words
    )
    assert "It has not been measured yet." in words
    assert "what version python" in words


def test_a_new_measurement_is_shown_although_no_page_changed(root):
    build(root)
    again = RESULTS["rules"] | {"rows": [{"ms": "Adam", "ours": "9.5"}]}
    results = root / "bench" / "results.json"
    results.write_text(json.dumps({"rules": again}), encoding="utf-8")
    assert "Adam 9.5" in build(root)[0]


def test_a_table_that_does_not_exist_is_named_with_those_that_do(root):
    _, log = build(root, "# Status\n\n```{book-table} nothing\n```\n")
    assert "{book-table} nothing: there is no such table, only versions, runs" in log
