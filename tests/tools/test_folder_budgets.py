"""The tests of a lecture have a budget: it is printed; far beyond it a run fails."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = """
    from tools import folder_budgets

    folder_budgets.SECONDS, folder_budgets.HOMEWORK_SECONDS = 0.5, 9

    def pytest_configure(config):
        plugin = folder_budgets.FolderBudgets(["toy", "calm"])
        config.pluginmanager.register(plugin, "folder-budgets")
    """
TESTS = """
    import subprocess
    import sys
    import time

    def test_in_this_process():
        end = time.process_time() + {seconds}
        while time.process_time() < end:
            pass

    def test_in_another_process():
        busy = "import time\\nwhile time.process_time() < {seconds}: pass"
        subprocess.run([sys.executable, "-c", busy], check=True)
    """


def run(folder: Path, *options: str, **seconds: float) -> tuple[int, str]:
    """Run tests of some folders; in each, two take so many seconds of CPU."""
    files = {f"{name}/test_it.py": TESTS for name in seconds} | {
        "conftest.py": CONFTEST
    }
    for name, text in files.items():
        path = folder / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        each = str(seconds.get(path.parent.name))
        path.write_text(dedent(text).replace("{seconds}", each), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib"]
    done = subprocess.run(
        [*command, "-o", f"pythonpath={ROOT}", *options, "tests"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_what_each_folder_costs_is_printed_and_the_dearest_comes_first(
    tmp_path, options
):
    code, said = run(tmp_path, *options, calm=0.01, toy=0.4, tools=0.1)
    assert code == 0, said
    toy, calm = (said.index(f"tests/{name}: CPU ") for name in ("toy", "calm"))
    assert toy < calm
    assert said[calm:].startswith("tests/calm: CPU 0.")
    assert " s of a budget of 0.5 s\n" in said
    assert "more than 3" not in said
    assert "tests/tools" not in said  # no lecture


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_folder_at_three_times_its_budget_fails_the_run(tmp_path, options):
    code, said = run(tmp_path, *options, toy=0.8, homework=0.8)
    assert code == 1
    assert "4 passed" in said
    assert said.count("s, more than 3 times as much: make its tests cheaper\n") == 1
    assert "tests/homework: CPU 1." in said
    assert " s of a budget of 9 s\n" in said
