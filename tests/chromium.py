"""The browser of the tests, quiet, without a network of its own and without the fonts of the machine it runs on.

On a machine without a browser the tests are skipped. Where there is no font at all its tabs crash, so it has one.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Page, sync_playwright

from tests.machine_fonts import plain_machine

# The shell is the same engine without the rest of a browser: a page opens in a third of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = next(filter(None, map(shutil.which, NAMES)), None)
PATIENCE_S = 20
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that runs until the block ends."""
    if PROGRAM is None:
        pytest.skip("no Chromium on this machine; .ci/run installs it")
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as home,
        _launched(playwright.chromium, plain_machine(Path(home))) as running,
    ):
        yield running


@contextmanager
def another(browser: Browser, machine: dict[str, str]) -> Iterator[Browser]:
    """A second browser beside the `browser`, as on a machine with these variables: a process has one Playwright."""
    with _launched(browser.browser_type, machine) as running:
        yield running


@contextmanager
def _launched(engine: BrowserType, machine: dict[str, str]) -> Iterator[Browser]:
    running = engine.launch(executable_path=PROGRAM, args=QUIET, env={**os.environ, **machine})
    yield running
    running.close()


def wait_until(page: Page, true: str, arg: str | None = None) -> None:
    """Wait until an expression (or a function of `arg`) is true in the page.

    Playwright's own wait asks again from within the page, where our policy forbids what it does, now and then.
    """
    last = time.monotonic() + PATIENCE_S
    while not page.evaluate(true, arg):
        assert time.monotonic() < last, f"not so after {PATIENCE_S} s on {page.url}: {true}"
        time.sleep(0.02)
