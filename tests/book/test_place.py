"""Finding one's place: the bar that stays, the marked section, the same place in another edition, sorted tables."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from compute_ledger.report.book.contents import read_contents

from ..chromium import wait_until
from .conftest import ROOT

CONTENTS = read_contents(ROOT)
CHAPTER = "commitment-concentration.html"
OLDER = f"{CONTENTS.editions[-1].path}/"
BAR = "document.querySelector('.topbar').getBoundingClientRect()"


@pytest.fixture
def page(browser: Browser, addresses: dict[str, str]) -> Iterator[Page]:
    with browser.new_page(viewport={"width": 1280, "height": 900}) as tab:
        tab.goto(f"{addresses['file']}{CHAPTER}")
        yield tab


@pytest.mark.parametrize("width", [375, 1280])
def test_the_search_stays_in_sight_and_hides_no_place_that_an_address_names(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    anchors = page.evaluate("[...document.querySelectorAll('article h2[id], figure.exhibit')].map(({ id }) => id)")
    for anchor in anchors[1:4]:
        page.goto(f"{page.url.partition('#')[0]}#{anchor}")
        wait_until(page, "scrollY > 300")
        assert page.get_by_role("button", name="Search").is_visible()
        under = page.evaluate(
            f"document.getElementById(location.hash.slice(1)).getBoundingClientRect().top - {BAR}.bottom"
        )
        assert 0 <= under < 60, anchor
        assert page.evaluate(f"{BAR}.bottom") < 60, "the bar leaves room to read"


def test_contents_mark_the_section_at_the_top_of_the_window(page: Page):
    marked = page.locator(".sidebar .toc [aria-current=location]")
    links = page.locator(".sidebar .toc a")
    for number in (2, 4, 3):
        link = links.nth(number)
        link.click()
        wait_until(page, "hash => location.hash === hash", link.get_attribute("href"))
        wait_until(
            page,
            "hash => document.querySelector('.sidebar .toc [aria-current=location]')?.hash === hash",
            link.get_attribute("href"),
        )
        assert marked.count() == 1
    page.evaluate("scrollTo(0, 0)")
    wait_until(page, "document.querySelector('.sidebar .toc [aria-current=location]')?.hash === '#content'")


def test_another_edition_opens_at_the_same_place(page: Page):
    anchor = page.evaluate("document.querySelectorAll('figure.exhibit')[1].id")
    page.goto(f"{page.url}#{anchor}")
    page.locator(".sidebar .editions a").last.click()
    page.wait_for_url(f"**/{OLDER}{CHAPTER}#{anchor}")
    page.locator(".edition-line a.same-place").click()
    page.wait_for_url(f"**/html/{CHAPTER}#{anchor}")
    page.locator(".sidebar .toc a").nth(4).click()
    page.evaluate("scrollBy(0, 40)")
    hash_of_section = page.evaluate("location.hash")
    page.locator(".sidebar .editions a").last.click()
    page.wait_for_url(f"**/{OLDER}{CHAPTER}{hash_of_section}")


@pytest.mark.parametrize(
    "name", [CHAPTER, "method.html", "evidence.html", "status.html", "glossary.html", "codebook.html"]
)
def test_every_page_says_where_it_is_and_leads_to_itself_in_each_edition(book, name: str):
    for edition in CONTENTS.editions:
        page = BeautifulSoup((book / edition.path / name).read_text(encoding="utf-8"), "html.parser")
        here = page.select_one(".edition-line")
        assert here.a["href"] == "index.html"
        assert edition.label in here.get_text()
        links = {(book / edition.path / link["href"]).resolve() for link in page.select(".sidebar .editions a")}
        assert links == {(book / other.path / name).resolve() for other in CONTENTS.editions}
        assert page.select_one(".to-top a")["href"] == "#content"
        assert not page.select(".chapters a[href$='print.html']")


def test_a_chapter_says_how_long_it_takes_to_read(book, chapter_name: str):
    page = BeautifulSoup((book / chapter_name).read_text(encoding="utf-8"), "html.parser")
    for fold in page.select(".prose details"):
        fold.decompose()
    parts = page.select(".prose, .exhibit-title, .exhibit-subtitle, .exhibit > .note, .standing-table > .note")
    words = " ".join(part.get_text(" ") for part in parts).split()
    minutes = int(page.select_one(".edition-line").get_text().split(" min ")[0].split()[-1])
    assert minutes - 1.5 <= len(words) / 230 <= minutes + 1


def test_the_contents_of_a_phone_lie_over_the_page_and_close_by_themselves(page: Page):
    page.set_viewport_size({"width": 375, "height": 700})
    page.evaluate("scrollTo(0, 1200)")
    before = page.evaluate("document.querySelector('main').getBoundingClientRect().top")
    page.get_by_text("Contents", exact=True).click()
    sheet = page.locator(".sheet").bounding_box()
    assert sheet["y"] + sheet["height"] <= 700
    assert page.evaluate("document.querySelector('main').getBoundingClientRect().top") == before
    page.locator(".sheet .toc a").nth(3).click()
    assert not page.locator(".sheet").is_visible()


def test_a_table_is_sorted_by_a_click_on_a_head(page: Page):
    page.locator("figure.exhibit details.data summary").first.click()
    table = page.locator("figure.exhibit details.data[open] table").first
    printed = table.locator("tbody tr").all_inner_texts()
    column, head = next(
        (i, head)
        for i, head in enumerate(table.locator("thead th").all())
        if f"num-{i + 1}" in table.get_attribute("class")
    )
    cells = f"table => [...table.tBodies[0].rows].map(row => row.cells[{column}].textContent)"
    button = head.get_by_role("button")
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    texts = [text for text in table.evaluate(cells) if text]
    numbers = [float(text.replace(",", "").replace("−", "-")) for text in texts]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers != sorted(numbers)
    button.focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert [text for text in table.evaluate(cells) if text] == texts[::-1] or len(set(texts)) < len(texts)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") is None
    assert table.locator("tbody tr").all_inner_texts() == printed, "the third gives the printed order again"


CELLS = """[...document.querySelector("article .table-wrap > table").tBodies[0].rows]
  .map((row) => [...row.cells].map((cell) => cell.textContent))"""
SORTED = """rows => {
  const old = document.querySelector("article .table-wrap > table");
  const table = old.cloneNode(true);
  old.replaceWith(table);
  const head = (text) => Object.assign(document.createElement("th"), { textContent: text });
  table.tHead.rows[0].replaceChildren(head("Key"), head("No"));
  table.tBodies[0].replaceChildren(...rows.map(([key, number]) => {
    const row = document.createElement("tr");
    row.append(...[key, number].map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return row;
  }));
  sortTables();
}"""


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (["9", "1,400", "", "−3", "9"], "1,400|9|9|−3|"),
        (
            ["2025-11-07", "2026-01-02", "7 November 2024", "", "2025-03"],
            "2026-01-02|2025-11-07|2025-03|7 November 2024|",
        ),
        (["Oracle", "AWS", "", "Émile", "Zed"], "AWS|Émile|Oracle|Zed|"),
    ],
)
def test_numbers_are_sorted_by_value_dates_by_day_and_equals_stay_as_they_stood(
    page: Page, keys: list[str], order: str
):
    page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
    page.evaluate(SORTED, [[key, str(number)] for number, key in enumerate(keys)])
    head = page.locator("article .table-wrap > table").first.locator("th").first
    head.scroll_into_view_if_needed()
    head.get_by_role("button").click()
    rows = page.evaluate(CELLS)
    assert "|".join(key for key, _ in rows) == order
    equal = [int(number) for key, number in rows if key == "9"]
    assert equal == sorted(equal)


def test_no_table_has_decimals_that_nobody_measured(book):
    for path in sorted(book.glob("*.html")):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        cells = [
            cell.get_text()
            for cell in soup.select(".data td, .standing-table td")
            if not cell.find_parent(class_="frame")
        ]
        assert [text for text in cells if text.replace(",", "").replace("−", "").endswith(".00")] == [], path.name
