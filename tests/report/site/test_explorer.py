"""The explorer of book/static/report.js in a real browser, from disk and over http, with JavaScript and without."""

import functools
import http.server
import shutil
import threading

import nbformat
import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob
from tests.chromium import wait_until
from tests.tiny_project import executed, make_project

KIND = "application/vnd.compute-ledger.explorer+json"
COLUMNS = [{"name": name, "label": name.title(), "unit": "", "type": "string"} for name in ("claim", "said", "grade")]
ROWS = [
    ["Oracle", "300 milliards, déjà signés", "A"],
    ["Oracle", "cloud <b>contract</b>", "B"],
    ["CoreWeave", "11.9 or nearly 12", "A"],
    ["Nvidia", "letter of intent", ""],
]
EXPLORER = {
    "id": "claims",
    "caption": "All claims",
    "note": "",
    "source_ids": [],
    "as_of": "2025-11-07",
    "filters": ["grade", "claim"],
    "table": {"columns": COLUMNS, "rows": ROWS, "row_ids": ["claims-1", "claims-2", "claims-3", None]},
}
HEAD = {"@context": "https://schema.org/", "@type": "Dataset", "name": "</script><script>document.title=1</script>"}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A folder with one page: a second table, an explorer and JSON-LD that tries to leave its element."""
    project = make_project(tmp_path_factory.mktemp("explorer") / "p")
    contents, out = read_contents(project), project / "html"
    words = "# Claims\n\n[A row](#claims-2), [another](#claims-3)."
    bundles = [{KIND: EXPLORER, "text/plain": "x"}, {"application/ld+json": HEAD, "text/plain": "x"}]
    nbformat.write(executed(*bundles, title=words), project / "executed.ipynb")
    edition = contents.editions[0]
    page = render_page(PageJob(contents, edition, (edition,), "index", project / "executed.ipynb"))
    shutil.copytree(project / "book/static", out / "static")
    (out / "index.html").write_text(page.html, encoding="utf-8")
    return out


@pytest.fixture(scope="module", params=["file", "http"])
def address(request, book):
    if request.param == "file":
        yield f"{book.as_uri()}/index.html"
        return
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=book)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@pytest.fixture
def page(browser, address):
    """The page, open; whatever the console says (errors, CSP violations) fails the test."""
    opened, messages = browser.new_page(reduced_motion="reduce"), []
    opened.on("console", lambda message: messages.append(message.text))
    opened.on("pageerror", lambda error: messages.append(str(error)))
    opened.goto(address)
    yield opened
    title = opened.title()
    opened.close()
    assert messages == []
    assert title == "Claims – Tiny & <small>", "the JSON-LD was run"


def visible(page):
    rows = page.locator("#claims tbody tr").all()
    return [number for number, row in enumerate(rows) if row.is_visible()]


def count(page):
    return page.get_by_role("status").text_content()


def search(page, words):
    page.get_by_label("Search").fill(words)
    wait_until(page, "words => (new URLSearchParams(location.hash.split('?')[1]).get('q') ?? '') === words", words)


FOUND = {
    "ORACLE": [0, 1],
    "deja": [0],
    "DÉJÀ  oracle": [0],
    "oracle nvidia": [],
    "nearly 12": [2],
    "<b>": [1],
    "": [0, 1, 2, 3],
}


def test_every_word_is_found_in_any_cell(page):
    for words, rows in FOUND.items():
        search(page, words)
        assert visible(page) == rows, words
        assert count(page) == f"{len(rows)} of 4 rows"


def test_filters_narrow_the_search_and_reset_ends_both(page):
    assert count(page) == "4 of 4 rows"
    assert page.get_by_label("Grade").locator("option").all_text_contents() == ["all", "– (1)", "A (2)", "B (1)"]
    assert page.get_by_role("button", name="Reset").is_disabled()
    page.get_by_label("Grade").select_option("A (2)")
    assert visible(page) == [0, 2]
    search(page, "oracle")
    assert visible(page) == [0]
    page.get_by_label("Search").press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Reset"
    page.keyboard.press("Enter")
    assert visible(page) == [0, 1, 2, 3]
    assert page.evaluate("document.activeElement.type") == "search"
    assert page.evaluate("location.hash") == ""
    page.get_by_label("Grade").select_option("– (1)")
    assert visible(page) == [3], "cells without a value can be asked for"


def test_what_was_chosen_is_in_the_address(page, browser):
    search(page, "deja & co")
    page.get_by_label("Grade").select_option("A (2)")
    other_page = browser.new_page()
    other_page.goto(page.url)
    assert other_page.get_by_label("Search").input_value() == "deja & co"
    assert other_page.get_by_label("Grade").input_value() == "=A"
    assert count(other_page) == "0 of 4 rows"
    other_page.goto(page.url.partition("#")[0] + "#claims?grade=Z&nonsense=%E0")
    assert count(other_page) == "4 of 4 rows"
    other_page.close()


def test_a_link_to_a_row_always_shows_it(page):
    search(page, "coreweave")
    assert visible(page) == [2]
    page.get_by_role("link", name="A row").click()
    # The row is the target before the script hears of it.
    wait_until(page, "[...document.querySelectorAll('.explorer tbody tr')].every(row => !row.hidden)")
    assert page.locator("#claims-2:target").count() == 1
    assert visible(page) == [0, 1, 2, 3]
    assert page.get_by_label("Search").input_value() == ""
    row = page.locator("#claims-2")
    assert row.evaluate("row => getComputedStyle(row).backgroundColor") != "rgba(0, 0, 0, 0)"
    search(page, "nvidia")
    page.get_by_role("link", name="A row").click()
    wait_until(page, "!document.getElementById('claims-2').hidden")
    page.goto(page.url.partition("#")[0] + "#claims-3")
    wait_until(page, "[...document.querySelectorAll('.explorer tbody tr')].every(row => !row.hidden)")
    assert visible(page) == [0, 1, 2, 3]


def test_without_javascript_the_table_is_whole_and_has_no_dead_controls(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}#claims-2")
    page.locator("#claims-2").wait_for()  # the page shows once its typefaces are read
    assert visible(page) == [0, 1, 2, 3]
    assert page.locator("input, select, button").count() == 0
    context.close()


def test_print_has_no_controls(page):
    page.emulate_media(media="print")
    assert not page.get_by_label("Search").is_visible()
    assert visible(page) == [0, 1, 2, 3]
