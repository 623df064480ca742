"""Pins move to what fits together, and what that changes is shown."""

import json

import pytest

from tools import upgrade
from tools.upgrade import HELD, changes, main, moved, newest, pins

REQUIREMENTS = """# Everything, pinned.
-e .

# the chapters
torch==2.13.0
jupyter-book==1.0.4.post1
pytest-xdist==3.8.0
"""


def test_only_pins_move_and_comments_stay():
    old = pins(REQUIREMENTS)
    assert old["pytest-xdist"] == "3.8.0"
    new = moved(REQUIREMENTS, old | {"pytest-xdist": "4.0"})
    assert new == REQUIREMENTS.replace("3.8.0", "4.0")


def test_what_is_held_back_is_asked_for_within_its_bounds(monkeypatch):
    asked = []

    def pip(command, check):
        asked.extend(command)
        report = command[command.index("--report") + 1]
        found = {"torch": "2.13.0+cpu", "Jupyter_Book": "1.0.9"}
        items = [{"metadata": {"name": n, "version": v}} for n, v in found.items()]
        report.write_text(json.dumps({"install": items}), encoding="utf-8")

    monkeypatch.setattr(upgrade.subprocess, "run", pip)
    found = newest(["torch", "jupyter-book"])
    assert found == {"torch": "2.13.0", "jupyter-book": "1.0.9"}
    assert f"torch{HELD['torch']}" in asked
    assert "jupyter-book<2" in asked
    assert "--dry-run" in asked


def test_a_changed_cell_a_new_page_and_nothing_else_are_shown():
    old = {"book/a": [["1"], ["2"]], "book/b": [["same"]]}
    new = {"book/a": [["1"], ["3"]], "book/b": [["same"]], "book/c": [["new"]]}
    found = list(changes(old, new))
    assert len(found) == 2
    assert found[0].startswith("book/a: code cell 2 differs\n")
    assert "--- old versions" in found[0]
    assert "-2" in found[0]
    assert "+3" in found[0]
    assert found[1].startswith("book/c: code cell 1 differs")


@pytest.mark.parametrize("write", [False, True])
def test_the_file_is_written_only_when_asked(tmp_path, monkeypatch, capsys, write):
    path = tmp_path / "requirements.txt"
    path.write_text(REQUIREMENTS, encoding="utf-8")
    new = pins(REQUIREMENTS) | {"pytest-xdist": "4.0"}
    monkeypatch.setattr(upgrade, "newest", lambda names: new)
    shown = []
    monkeypatch.setattr(upgrade, "show_changes", shown.append)
    assert main(["--write"] if write else [], tmp_path) == 0
    assert capsys.readouterr().out == "pytest-xdist: 3.8.0 -> 4.0\n"
    assert ("4.0" in path.read_text(encoding="utf-8")) == write
    assert bool(shown) == write
