"""The pages of the built book, a browser to open them in, and a server to load them from."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import pytest
from playwright.sync_api import Browser, Page

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.layout import EMBEDS, RECORDS

from ..chromium import chromium
from .visit import Tabs, seen_before, seen_twice

ROOT = Path(__file__).parents[2]
SCRIPT_DELAY_SECONDS = 0.15
BUSY_MACHINE_MS = 120_000  # until a page has done what it is waited for
# Whole lines: about what the first screen of a page takes, and then the rest.
PAGE_PARTS, PAGE_PART_BYTES, PAGE_PART_DELAY_SECONDS = 12, 2_000, 0.03


def pages_of(metafunc: pytest.Metafunc) -> list[str]:
    """Every page of the book, as an address within it; of those to embed, which are alike, one of each edition."""
    folder = metafunc.config.getoption("--book")
    names = sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*.html")) if folder else []
    embeds = [name for name in names if Path(name).parent.name == EMBEDS]
    first = {Path(name).parent: name for name in reversed(embeds)}
    return [name for name in names if name not in embeds or name in first.values()]


def without_alike(metafunc: pytest.Metafunc, pages: list[str]) -> list[str]:
    """`pages`, and of those of records, which one template lays out, the longest of each kind in the newest edition."""
    folder = Path(metafunc.config.getoption("--book") or ".")
    records = {name: (folder / name).stat().st_size for name in pages if Path(name).parent.name in RECORDS}
    newest = [[name for name in records if Path(name).parent == Path(kind)] for kind in RECORDS]
    longest = {max(names, key=lambda name: records[name]) for names in newest if names}
    return [name for name in pages if name not in records or name in longest]


def newest_alike(pages: list[str]) -> list[str]:
    """`pages` without those of records in older editions, which are made like those of the newest."""
    return [name for name in pages if name.count("/") < 2 or Path(name).parent.name not in RECORDS]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`page_name`: every page of the book; `new_page_name`: not `seen_before`; `chapter_name`: made from a notebook.

    A page that was `seen_twice` is not opened in the browser again.
    """
    pages = pages_of(metafunc)
    opened = "tabs" in metafunc.fixturenames
    pages = without_alike(metafunc, pages) if opened else newest_alike(pages)
    if "page_name" in metafunc.fixturenames and "way" not in metafunc.fixturenames:
        metafunc.parametrize("page_name", [name for name in pages if not (opened and seen_twice(name))])
    if "new_page_name" in metafunc.fixturenames:
        metafunc.parametrize("new_page_name", [name for name in pages if not seen_before(name)])
    if "chapter_name" in metafunc.fixturenames:
        slugs = {chapter.slug for chapter in read_contents(ROOT).chapters}
        metafunc.parametrize("chapter_name", [name for name in pages if Path(name).stem in slugs])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab in which nothing may be said on the console, nor asked of another host."""
    said: list[str] = []
    with browser.new_page(viewport={"width": 1280, "height": 900}) as page:
        page.set_default_timeout(BUSY_MACHINE_MS)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith("file:") or said.append(asked.url))
        yield page
    assert said == []


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as over a slow line, scripts late and pages in parts, so that what comes late is seen to move."""

    def do_GET(self) -> None:
        if self.path.endswith(".js"):
            time.sleep(SCRIPT_DELAY_SECONDS)
        super().do_GET()

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        if self.path.endswith(".html"):
            for _ in range(PAGE_PARTS - 1):
                outputfile.write(source.read(PAGE_PART_BYTES) + source.readline())
                outputfile.flush()
                time.sleep(PAGE_PART_DELAY_SECONDS)
        super().copyfile(source, outputfile)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def addresses(book: Path) -> Iterator[dict[str, str]]:
    """Where the book opens: from disk and from a server on this machine; each ends in a slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(book))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"file": f"{book.as_uri()}/", "http": f"http://127.0.0.1:{server.server_port}/"}
        server.shutdown()
