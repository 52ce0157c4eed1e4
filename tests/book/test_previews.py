"""Previews of terms, sources and evidence: by pointer, by finger, by key; a plain link where no script runs."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from .visit import Tabs

TERM, SOURCE, ROW = "main a.term", '.row .sources-line a[href^="#source-"]', 'main .prose a[href^="deals/"]'
CARD = ".preview:popover-open"
OPENS_MS = 5_000  # beside other work; the card itself waits 300


@pytest.fixture(params=[1280, 375])
def page(request: pytest.FixtureRequest, browser: Browser, addresses: dict[str, str]) -> Iterator[Page]:
    """The first page from disk; what the console says, or asks of elsewhere, fails the test."""
    said: list[str] = []
    touch = request.param == 375
    with browser.new_context(viewport={"width": request.param, "height": 900}, has_touch=touch) as context:
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or said.append(asked.url))
        tab.goto(addresses["file"] + "index.html")
        # Those of "Download" and "Cite" get their buttons when they are opened.
        tab.evaluate("for (const fold of document.querySelectorAll('main details:not(.take, .cite)')) fold.open = true")
        yield tab
    assert said == []


def is_touched(page: Page) -> bool:
    return page.viewport_size["width"] == 375


def opened(page: Page, selector: str) -> str:
    """The words of the card that a link opens, by pointer or finger."""
    link = page.locator(selector).first
    link.scroll_into_view_if_needed()
    link.tap() if is_touched(page) else link.hover()
    expect(page.locator(CARD)).to_be_visible(timeout=OPENS_MS)
    return page.locator(CARD).inner_text()


def test_a_term_shows_its_definition(page: Page):
    where = page.url
    term = page.locator(TERM).first.inner_text()
    words = opened(page, TERM)
    assert len(words) > len(term) + 40
    assert words.endswith("Open")
    assert page.url == where
    page.keyboard.press("Escape")
    expect(page.locator(CARD)).to_have_count(0)


def test_a_source_shows_publisher_title_day_and_grade(page: Page):
    words = opened(page, SOURCE)
    listed = page.evaluate(
        "name => document.querySelector(name).textContent", page.locator(SOURCE).first.get_attribute("href")
    )
    parts = words.split("\n")
    assert all(part in listed for line in parts[:-1] if line for part in line.split(" · "))
    assert "Grade" in words


def test_evidence_shows_the_figure_as_printed_with_source_day_and_grade(page: Page):
    words = opened(page, ROW)
    assert all(label in words for label in ("As printed", "Source", "Grade"))


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_key_opens_the_card_and_then_the_link(page: Page, key: str):
    where = page.url
    link = page.locator(TERM).first
    link.focus()
    link.press(key)
    expect(page.locator(CARD)).to_be_visible(timeout=OPENS_MS)
    assert page.evaluate("document.activeElement.textContent") == "Open"
    page.keyboard.press("Escape")
    expect(page.locator(CARD)).to_have_count(0)
    assert page.evaluate("document.activeElement.className") == "term"
    assert page.url == where
    link.press(key)
    expect(page.locator(CARD)).to_be_visible(timeout=OPENS_MS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#*")


def test_a_card_lies_within_the_page_and_moves_nothing(page: Page):
    before = page.evaluate("[document.documentElement.scrollHeight, document.querySelector('main').offsetHeight]")
    for selector in (TERM, SOURCE, ROW):
        opened(page, selector)
        box = page.locator(CARD).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]
        page.keyboard.press("Escape")
    after = page.evaluate("[document.documentElement.scrollHeight, document.querySelector('main').offsetHeight]")
    assert before == after


def test_a_card_has_no_fault_of_accessibility(page: Page):
    opened(page, ROW)
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "axe.run('.preview', { preload: false }).then(({ violations }) => violations.map(({ id }) => id))"
    )
    assert found == []


def test_without_script_a_link_leads_on(tabs: Tabs, addresses: dict[str, str]):
    with tabs.visit(addresses["file"] + "index.html", 1280, script=False) as page:
        page.tab.locator(TERM).first.click()
        page.tab.wait_for_url("**/glossary.html#*")
