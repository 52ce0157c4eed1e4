"""The full-text search tried as a new reader would, in every edition, from disk and over http."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.layout import SEARCH_INDEX

from ..chromium import wait_until
from .conftest import ROOT

FOLDERS = [f"{edition.path}/" if edition.path else "" for edition in read_contents(ROOT).editions]
INDEX_LIMIT_BYTES = 110_000  # gzip; loaded only when a reader first searches
HERE = ("file", FOLDERS[0])
CASES = [*(("file", folder) for folder in FOLDERS), ("http", FOLDERS[0])]
# What an index of another edition, or one that comes over http, could change; the rest is tried in one place.
everywhere = pytest.mark.parametrize("case", CASES, ids=["-".join(filter(None, case)).strip("/") for case in CASES])


@pytest.fixture
def case() -> tuple[str, str]:
    return HERE


@pytest.fixture
def page(case: tuple[str, str], browser: Browser, addresses: dict[str, str]) -> Iterator[Page]:
    """A chapter, open; whatever the console says or asks of another host fails the test."""
    way, folder = case
    said: list[str] = []
    with browser.new_page(viewport={"width": 1280, "height": 900}) as tab:
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda asked: asked.url.startswith(addresses[way]) or said.append(asked.url))
        tab.goto(f"{addresses[way]}{folder}index.html")
        yield tab
    assert said == []


def find(page: Page, words: str) -> list[str]:
    """Open the search with its key, type, and wait for the answer; the hits' texts."""
    if not page.locator("dialog.search[open]").count():
        page.keyboard.press("/")
    page.locator("dialog.search .keys").wait_for(state="attached")
    page.locator("dialog.search").get_by_role("combobox").fill(words)
    wait_until(page, "words => document.querySelector('dialog.search').dataset.answered === words", words)
    return page.locator("dialog.search").get_by_role("option").all_inner_texts()


def said(page: Page) -> str:
    return page.locator("dialog.search .said").inner_text()


@everywhere
def test_a_name(page: Page):
    hits = find(page, "Oracle")
    assert len(hits) > 5
    assert all("Oracle" in hit for hit in hits[:5])
    assert set(page.locator(".hits mark").all_inner_texts()) >= {"Oracle"}
    assert "occurs nowhere" not in said(page)


@pytest.mark.parametrize(("words", "kind"), [("Oracle", "suppliers/"), ("Oracle cloud contract", "deals/")])
def test_a_supplier_and_a_deal_are_found_on_their_own_pages(page: Page, words: str, kind: str):
    find(page, words)
    first = page.locator(".hits [role=option]").first
    assert f"/{kind}oracle" in first.get_attribute("href")
    first.click()
    page.wait_for_url(f"**/{kind}oracle*.html")
    assert "Oracle" in page.locator("h1").inner_text()


def test_a_term_of_two_words_finds_the_place_that_has_them_side_by_side(page: Page):
    hits = find(page, "effective number")
    assert "effective number" in hits[0].casefold()
    marked = [mark.casefold() for mark in page.locator(".hits [aria-selected] mark").all_inner_texts()]
    assert marked[:2] == ["effective", "number"]


def test_a_number_is_one_word(page: Page):
    hits = find(page, "1,400")
    assert "1,400" in hits[0]
    assert hits == find(page, "1400")


@pytest.mark.parametrize("typed", ["300 billion", "USD 300", "300bn", "US$300 billion", "$0.3 trillion"])
def test_an_amount_is_found_however_it_is_written(page: Page, typed: str):
    hits = find(page, "$300bn")
    assert any("300" in hit and "Oracle" in hit for hit in hits[:3])
    assert all("300" in hit for hit in hits[:5])
    assert find(page, typed) == hits


def test_a_question_in_words_finds_what_it_asks_for(page: Page):
    hits = find(page, "how much does OpenAI owe")
    assert hits == find(page, "OpenAI owe")
    assert {mark.casefold() for mark in page.locator(".hits mark").all_inner_texts()}.isdisjoint(
        {"how", "much", "does"}
    )
    assert find(page, "what is the"), "words of a question are looked for where there are no others"


@pytest.mark.parametrize("typed", ["Hervé", "herve", "Xaicco"])
def test_a_short_word_or_a_name_is_not_taken_for_another_word(page: Page, typed: str):
    assert find(page, typed) == []
    assert "read as" not in said(page)


@pytest.mark.parametrize("typed", ["PDF", "CSV", "download", "cite", "print"])
def test_the_tools_of_the_book_are_found(page: Page, typed: str):
    assert any("tool" in hit.split("\n")[0] for hit in find(page, typed)[:3])


def test_a_chart_of_two_pages_is_listed_once(page: Page):
    charts = [hit.split("\n")[1] for hit in find(page, "chart supplier") if "· chart" in hit.split("\n")[0]]
    assert len(charts) == len(set(charts))


def test_ctrl_k_opens_the_search(page: Page):
    page.keyboard.press("Control+k")
    assert page.locator("dialog.search").is_visible()


def test_going_back_from_a_hit_gives_the_answers_again(page: Page):
    start = page.url
    hits = find(page, "effective number")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: address != start)
    page.go_back()
    page.locator("dialog.search[open]").wait_for()
    wait_until(page, "document.querySelector('dialog.search').dataset.answered === 'effective number'")
    assert page.locator("dialog.search").get_by_role("option").all_inner_texts() == hits
    page.keyboard.press("Escape")
    page.reload()
    assert not page.locator("dialog.search[open]").count(), "what was closed stays closed"


@everywhere
def test_a_slip_of_the_finger_is_understood_and_said(page: Page):
    assert find(page, "Orcale") == find(page, "Oracle")
    find(page, "Orcale")
    assert "“Orcale” occurs nowhere; read as “oracle”." in said(page)
    assert "microsoft" in find(page, "microsft")[0].casefold()


def test_the_beginning_of_a_word_is_enough(page: Page):
    assert any("concentration" in hit.casefold() for hit in find(page, "concentr")[:5])


def test_a_word_that_occurs_nowhere_is_said_to(page: Page):
    assert find(page, "qwertyuiop") == []
    assert said(page).strip() == "“qwertyuiop” occurs nowhere in this edition."
    assert find(page, "Oracle qwertyuiop") == find(page, "Oracle"), "the other words still count"
    assert find(page, "Oracle qwertyuiop")
    assert "“qwertyuiop” occurs nowhere" in said(page)
    assert find(page, "98,765,432") == [], "a number is never read as another"


def test_markup_is_words_and_nothing_more(page: Page):
    find(page, '<img src=x onerror="document.title=1">')
    assert page.locator("dialog.search img").count() == 0
    assert page.title() != "1"


def test_code_is_not_in_the_index(page: Page):
    assert find(page, "load_ledger") == [] or "load_ledger" not in page.locator(".hits").inner_text()
    assert "import" not in " ".join(find(page, "pandas"))


@everywhere
def test_the_keyboard_leads_to_the_place_and_it_is_marked(page: Page):
    find(page, "effective number")
    first = page.locator(".hits [aria-selected]").get_attribute("id")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".hits [aria-selected]")
    assert chosen.get_attribute("id") != first
    assert page.locator("dialog.search").get_by_role("combobox").get_attribute(
        "aria-activedescendant"
    ) == chosen.get_attribute("id")
    page.keyboard.press("ArrowUp")
    address = page.locator(".hits [aria-selected]").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(address)
    place = page.locator(":target")
    assert place.count() == 1
    assert page.locator("dialog.search[open]").count() == 0
    wait_until(page, "CSS.highlights.has('found')")
    words = page.evaluate("[...CSS.highlights.get('found')].map(range => range.toString().toLowerCase())")
    assert {"effective", "number"} <= set(words)


@everywhere
def test_every_hit_leads_to_a_place_that_is_there(page: Page):
    folder = page.url.rpartition("/")[0]
    find(page, "Oracle")
    links = {link.get_attribute("href") for link in page.locator("dialog.search").get_by_role("option").all()}
    for link in sorted(links)[:6]:
        assert link.startswith(folder)
        page.goto(link)
        assert page.locator(":target").count() == 1 or "?" in link.partition("#")[2], link


@everywhere
def test_a_row_of_a_table_is_shown_and_marked(page: Page):
    find(page, "Oracle")
    row = page.locator("dialog.search").get_by_role("option").filter(has_text="table row").first
    address = row.get_attribute("href")
    row.click()
    page.wait_for_url(address)
    marked = page.locator("tr.landed, tr:target")
    marked.wait_for()
    assert "Oracle" in marked.inner_text()
    assert marked.evaluate("row => row.getBoundingClientRect().top < innerHeight")


def test_escape_closes_and_gives_the_focus_back(page: Page):
    page.get_by_role("button", name="Search").focus()
    page.keyboard.press("Enter")
    find(page, "Oracle")
    page.keyboard.press("Escape")
    assert not page.locator("dialog.search").is_visible()
    assert page.evaluate("document.activeElement.className") == "search-button"
    page.keyboard.press("/")
    assert page.locator("dialog.search").get_by_role("combobox").input_value() == "Oracle", "what was asked is kept"
    page.get_by_role("button", name="Close").click()
    assert not page.locator("dialog.search").is_visible()


def test_the_key_can_be_switched_off(page: Page):
    find(page, "")
    page.get_by_label("the key / opens the search").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    assert not page.locator("dialog.search").count()
    page.get_by_role("button", name="Search").click()
    assert page.locator("dialog.search").is_visible()


def test_a_search_fits_a_phone(page: Page):
    page.set_viewport_size({"width": 320, "height": 568})
    find(page, "concentration")
    box = page.locator("dialog.search").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert box["y"] + box["height"] <= 568
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_loaded_before_the_first_search_and_the_index_is_light(book: Path, browser: Browser, folder: str):
    asked: list[str] = []
    with browser.new_page() as tab:
        tab.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        tab.goto(f"{book.as_uri()}/{folder}index.html")
        assert not {SEARCH_INDEX, "search.js", "minisearch.js"} & set(asked)
    assert len(gzip.compress((book / folder / SEARCH_INDEX).read_bytes(), mtime=0)) <= INDEX_LIMIT_BYTES


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_index_names_pages_and_anchors_of_its_own_edition(book: Path, folder: str):
    text = (book / folder / SEARCH_INDEX).read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("window.reportIndex=").rstrip(";\n"))
    anchors: dict[int, set[str]] = {}
    for number, anchor, *_ in index["entries"]:
        anchors.setdefault(number, set()).add(anchor)
    assert set(anchors) == set(range(len(index["pages"]))), "no page is without an entry"
    for number, wanted in anchors.items():
        html = (book / folder / index["pages"][number][0]).read_text(encoding="utf-8")
        missing = [anchor for anchor in wanted if anchor and f'id="{anchor}"' not in html]
        assert not missing, index["pages"][number]


def test_without_javascript_there_is_no_search(book: Path, browser: Browser):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{book.as_uri()}/index.html")
        tab.locator("h1").wait_for()  # the page shows once its typefaces are read
        assert tab.locator("button:visible, input:visible, select:visible, dialog:visible").count() == 0


def test_a_page_taken_out_of_the_book_says_that_it_cannot_search(book: Path, browser: Browser, tmp_path: Path):
    (tmp_path / "static").mkdir()
    for name in ("index.html", "static/report.js", "static/report.css"):
        (tmp_path / name).write_bytes((book / name).read_bytes())
    with browser.new_page() as tab:
        tab.goto((tmp_path / "index.html").as_uri())
        tab.keyboard.press("/")
        tab.get_by_text("The search cannot be loaded").wait_for()
