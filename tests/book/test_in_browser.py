"""The built book in a real browser, from disk: at every width, light and dark, with and without JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .test_built_book import PAGES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = [(width, scheme, True) for width in (320, 375, 768, 1280) for scheme in ("light", "dark")]
WITHOUT_SCRIPT = [(375, "dark", False), (1280, "light", False)]
# The older edition has the same templates over less data: a phone and a desk are enough for it.
VISITS = [
    (setting, name) for setting in SETTINGS + WITHOUT_SCRIPT for name in PAGES if not name.startswith("editions/")
]
VISITS += [
    (setting, name) for setting in SETTINGS[2:3] + SETTINGS[7:8] for name in PAGES if name.startswith("editions/")
]

OUTSIDE = """() => [...document.querySelectorAll('main *')]
  .filter(e => !e.closest('.table-scroll, pre, details:not([open])') && e.getClientRects().length)
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.tagName + '.' + (e.className.baseVal ?? e.className) + ' ' + e.textContent.slice(0, 40))"""
DRAWN = """() => [...document.querySelectorAll('figure svg')]
  .filter(svg => svg.getClientRects().length)
  .map(svg => { const box = svg.getBoundingClientRect();
                return [box.width, box.height, svg.querySelectorAll('path, line, rect').length]; })"""
CUT = """() => [...document.querySelectorAll('figure svg')]
  .filter(svg => svg.getClientRects().length)
  .flatMap(svg => { const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(text => {
      const box = text.getBoundingClientRect();
      return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
                           || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
    }).map(text => text.textContent); })"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; .ci/run installs it")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


def named(setting: tuple[int, str, bool]) -> str:
    width, scheme, script = setting
    return f"{width}-{scheme}-{'js' if script else 'nojs'}"


@pytest.fixture(scope="module")
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    width, scheme, script = request.param
    window = {"width": width, "height": 900}
    with browser.new_context(viewport=window, color_scheme=scheme, java_script_enabled=script) as opened:
        yield opened


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as opened:
        yield opened


@pytest.mark.parametrize(
    ("context", "name"),
    VISITS,
    indirect=["context"],
    ids=[f"{named(setting)}-{name}" for setting, name in VISITS],
    scope="module",
)
def test_page_shows_whole_and_quiet(tab: Page, book: Path, name: str):
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((book / name).as_uri())
    assert [address for address in asked if not address.startswith("file://")] == []
    assert len(asked) <= 4
    assert said == []
    wide, window = tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window, f"the page scrolls sideways: {tab.evaluate(OUTSIDE)[:5]}"
    drawn = tab.evaluate(DRAWN)
    assert drawn or name == "codebook.html"
    assert all(width > 200 and height > 60 and marks > 3 for width, height, marks in drawn), drawn
    assert tab.evaluate(CUT) == []
