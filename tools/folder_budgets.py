"""Folder budgets: what the tests of a lecture cost, printed, and refused far beyond it.

A plugin of pytest, which tests/conftest.py registers. Each test is charged with the
seconds of CPU that its process and the processes that it waited for have spent since
the test before; workers send them along with what they report.
"""

import os
from collections import defaultdict
from collections.abc import Generator

import pytest

SECONDS, HOMEWORK_SECONDS = 15, 60  # of CPU, for the tests of a folder
TOLERANCE = 3  # a run of the tests fails at so many times as much


class FolderBudgets:
    """Adds up the seconds of each lecture's folder.

    Args:
        lectures: The folders of tests/ that have a budget.
    """

    def __init__(self, lectures: list[str]) -> None:
        self.lectures = {*lectures, "homework"}
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.before = 0.0

    def pytest_runtest_logstart(self) -> None:
        """Begin to count, in the process that runs the test."""
        self.before = cpu_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self,
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note in a report what its part of the test has cost."""
        report = yield
        now = cpu_seconds()
        report.cpu_seconds = now - self.before
        self.before = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Charge the folder, in the process that gathers the reports."""
        folder = report.nodeid.split("/")[1] if report.nodeid.count("/") > 1 else ""
        if folder in self.lectures:
            self.spent[folder] += getattr(report, "cpu_seconds", 0.0)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run in which a folder cost far too much."""
        if any(cost > TOLERANCE * budget(name) for name, cost in self.spent.items()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Say what each folder cost, the dearest first."""
        for name, cost in sorted(self.spent.items(), key=lambda item: -item[1]):
            line = f"tests/{name}: CPU {cost:.1f} s of a budget of {budget(name)} s"
            if cost > TOLERANCE * budget(name):
                line += f", more than {TOLERANCE} times as much: make its tests cheaper"
            if cost > budget(name):
                terminalreporter.write_line(line, yellow=True)
            else:
                terminalreporter.write_line(line)


def budget(folder: str) -> int:
    """Return the seconds that the tests of a folder may cost."""
    return HOMEWORK_SECONDS if folder == "homework" else SECONDS


def cpu_seconds() -> float:
    """Return the seconds of CPU of this process and of those that it waited for."""
    return sum(os.times()[:4])
