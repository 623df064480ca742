"""The built site, a server for it, and a browser that cannot leave this machine.

The tests run on two workers, each with a browser and a server of its own. All tests of
a page go to one of them (`--dist loadgroup`), so that no page is opened twice; a test
that belongs to another group says so.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tools.browser import chromium

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PARTS = ('class="movie"', "solution dropdown", "sd-dropdown", "admonition hide")
MISSING = "BROWSER TESTS SKIPPED: install chromium, or set CHROMIUM to its path"


def toc_pages() -> list[str]:
    """The pages of the table of contents, in its order, as they are named there."""

    def walk(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (node[key] for key in ("root", "file") if key in node)
            for key in ("parts", "chapters", "sections"):
                yield from walk(node.get(key))
        elif isinstance(node, list):
            for child in node:
                yield from walk(child)

    return list(walk(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `built` runs for each page of the book."""
    if "built" in metafunc.fixturenames:
        group = pytest.mark.xdist_group
        grouped = metafunc.definition.get_closest_marker("xdist_group")
        metafunc.parametrize(
            "built",
            [
                pytest.param(page, marks=() if grouped else group(page))
                for page in toc_pages()
            ],
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, where nobody overlooks it, what was not tested."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(MISSING, yellow=True, bold=True)
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            page = report.nodeid.split("[")[-1].split("]")[0]
            terminalreporter.write_line(f"{page} {value} {name}")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing; whatever is missing, the browser tells."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Serves one folder on a free port of this machine."""

    block_on_close = True  # or the thread of an open connection outlives the test

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Quiet, directory=folder))
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        """Where the folder is."""
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        """Close the port and wait for the thread."""
        self.shutdown()
        self.server_close()
        self.thread.join()


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail("the site is not built: run make html first", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def page_with(site) -> Callable[..., str]:
    """The smallest page that contains some texts: the cheapest to open."""

    def find(*texts: str) -> str:
        pages = sorted(site.glob("book/*.html"), key=lambda page: page.stat().st_size)
        for page in pages:
            if all(text in page.read_text("utf-8") for text in texts):
                return page.name
        return pytest.skip(f"no page contains {texts}")

    return find


@pytest.fixture(scope="session")
def chapter(page_with) -> str:
    """The smallest page with all that chapters are made of."""
    return page_with(*PARTS)


@pytest.fixture(scope="session")
def serve() -> Iterator[object]:
    """Serve folders: call it with one to get its address."""
    servers: dict[Path, Server] = {}

    def start(folder: Path) -> str:
        if folder not in servers:
            servers[folder] = Server(folder)
        return servers[folder].address

    yield start
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="session")
def browser(serve) -> Iterator[object]:
    """Chromium, without window; skipped where there is none, but never in CI.

    It goes before the servers, which would wait for the connections that it keeps.
    """
    program = chromium()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium: run make system first", pytrace=False)
        pytest.skip(MISSING)
    if not shutil.which(program):
        pytest.fail(f"CHROMIUM={program} is no program: mend the path", pytrace=False)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chrome
        chrome.close()
