"""What the folds "Cite" and "Download" offer besides their links, and the chart in a frame elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, expect

CHAPTER = "funding-gap.html"


@pytest.fixture(params=["http", "file"])
def page(browser: Browser, addresses: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(addresses[request.param] + CHAPTER)
    yield tab
    context.close()


def fold(page: Page, name: str) -> Locator:
    """The fold of that name below the first chart, opened."""
    opened = page.locator("figure.exhibit").first.locator("details", has=page.locator(f"summary:text-is('{name}')"))
    opened.locator("summary").first.click()
    return opened


def copied(place: Locator, button: str) -> str:
    """The words that a button of the place copies."""
    place.get_by_role("button", name=button).click()
    expect(place.get_by_role("status")).to_contain_text("Copied")
    return str(place.page.evaluate("navigator.clipboard.readText()"))


def path_of(page: Page, address: str) -> str:
    return unquote(urlsplit(str(page.evaluate("address => new URL(address, location).href", address))).path)


def test_citation_and_link_are_copied(page: Page):
    cite = fold(page, "Cite")
    assert copied(cite, "Copy citation") == cite.locator(".citation").inner_text()
    chart = page.locator("figure.exhibit").first.get_attribute("id")
    assert copied(cite, "Copy link") == f"{page.url.partition('#')[0]}#{chart}"


def test_the_pictures_of_the_chart_are_there(page: Page, book: Path):
    download = fold(page, "Download")
    expect(download.get_by_role("link", name="16:9")).to_be_visible()
    for name in ("16:9", "Square", "Page to embed"):
        address = download.get_by_role("link", name=name).get_attribute("href")
        assert address
        assert (book / address).is_file()
        assert path_of(page, address).endswith(address)


def test_the_picture_is_copied_where_the_browser_lets_it(page: Page):
    download = fold(page, "Download")
    expect(download.get_by_role("link", name="16:9")).to_be_visible()
    button = download.get_by_role("button", name="Copy picture")
    if page.url.startswith("file:"):
        expect(button).to_have_count(0)
        return
    button.click()
    expect(download.get_by_role("status")).to_have_text("Copied.")
    kinds = page.evaluate("navigator.clipboard.read().then((items) => items.flatMap((item) => item.types))")
    assert kinds == ["image/png"]


def test_the_code_to_embed_shows_the_chart_in_a_frame(page: Page, book: Path, tmp_path: Path):
    code = copied(fold(page, "Download"), "Copy code to embed")
    frame = BeautifulSoup(code, "html.parser").iframe
    assert frame
    title = page.locator("figure.exhibit .exhibit-title").first.inner_text().removesuffix("#").strip()
    assert frame["title"] == title
    if page.url.startswith("file:"):
        assert re.fullmatch(r"embed/[\w-]+\.html", str(frame["src"]))
        frame["src"] = (book / str(frame["src"])).resolve().as_uri()
    else:
        assert str(frame["src"]).startswith(page.url.rpartition("/")[0])
    (tmp_path / "elsewhere.html").write_text(f"<!DOCTYPE html><title>x</title><body>{frame}")
    page.goto((tmp_path / "elsewhere.html").as_uri())
    inside = page.frame_locator("iframe")
    expect(inside.locator("h1")).to_have_text(title)
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        expect(inside.locator("svg.chart:visible")).to_have_count(1)
        shown = inside.locator("html").evaluate("page => [page.scrollHeight, page.scrollWidth, page.clientWidth]")
        assert shown[0] <= int(str(frame["height"])), f"at {width} px the frame is too low"
        assert shown[1] <= shown[2], f"at {width} px the chart is wider than its frame"


def test_without_script_nothing_is_offered_that_cannot_work(browser: Browser, addresses: dict[str, str]):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(addresses["file"] + CHAPTER)
    assert tab.locator("button:visible").count() == 0
    context.close()
