"""What changed in the data: the page, and a feed that can be followed wherever it lies."""

import csv
import json

import feedparser
import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.exporter import render_words
from compute_ledger.report.site.take_along import changed_cells, whats_new
from tests.tiny_project import REPO, make_project

HEAD = ("changed_on", "table", "row_id", "column", "old", "new", "reason")
ROWS = (
    ("2026-01-02", "deals", "one", "amount", "3", "2.9", "The filing | prints it"),
    ("2026-01-02", "deals", "two", "note", "a" * 70, "b", "Shortened"),
    ("2026-01-02", "ties", "x", "until", "", "2027-01-01", "'=read <b>"),
    *(("2026-01-01", "deals", f"row-{n}", "day", "2025", "", "Nobody prints a day") for n in range(1200)),
)


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    tables = [{"path": "deals.csv"}, {"path": "changes.csv", "onlyHistory": True}]
    (folder / "datapackage.json").write_text(json.dumps({"resources": tables}))
    with (folder / "changes.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *ROWS])
    return folder


@pytest.fixture
def contents(tmp_path):
    return read_contents(make_project(tmp_path / "p"))


def test_changes_are_told_by_day_table_and_reason(package):
    newest, older = changed_cells.days(package)
    assert (newest.date, newest.cells, newest.tables) == ("2026-01-02", 3, {"deals": 2, "ties": 1})
    assert [change.reason for change in newest.changes] == ["The filing | prints it", "Shortened", "=read <b>"]
    assert [(change.columns, len(change.cells)) for change in older.changes] == [(["day"], 1200)]


@pytest.mark.parametrize("spoil", ["no package", "no history", "other columns", "no file"])
def test_data_without_a_history_have_no_days(package, spoil):
    if spoil == "no package":
        (package / "datapackage.json").unlink()
    elif spoil == "no history":
        (package / "datapackage.json").write_text(json.dumps({"resources": [{"path": "changes.csv"}]}))
    elif spoil == "other columns":
        (package / "changes.csv").write_text("when,what\n2026-01-01,all\n")
    else:
        (package / "changes.csv").unlink()
    assert changed_cells.days(package) == []


def test_the_page_shows_few_and_short_cells_and_counts_the_others(package, contents):
    markdown = whats_new.markdown(changed_cells.days(package), "data/changes.csv", "whats-new.xml")
    html = render_words(contents, contents.editions[1], contents.editions, "whats-new.html", markdown, codebook=False)
    soup = BeautifulSoup(html, "html.parser")
    assert [heading.get_text() for heading in soup.select("h2")] == ["2026-01-02 #", "2026-01-01 #"]
    rows = [[cell.get_text() for cell in row.select("td")] for row in soup.select("tbody tr")]
    assert rows == [
        ["deals", "one, amount: 3 → 2.9", "The filing | prints it"],
        ["deals", "1 cell of note", "Shortened"],
        ["ties", "x, until: nothing → 2027-01-01", "=read <b>"],
        ["deals", "1,200 cells of day", "Nobody prints a day"],
    ]
    links = {link["href"] for link in soup.select("main a")}
    assert {"../../data/changes.csv", "../../whats-new.xml"} <= links


def test_a_feed_reader_sees_an_entry_a_day_with_addresses_that_need_no_host(package, contents):
    feed = feedparser.parse(whats_new.feed(changed_cells.days(package), contents, "whats-new.html"))
    assert not feed.bozo
    assert feed.version == "atom10"
    titles = [entry.title for entry in feed.entries]
    assert titles == [
        "2026-01-02: 3 values changed",
        "2026-01-01: 1,200 values changed",
    ]
    assert feed.entries[0].link == "whats-new.html#s-2026-01-02"
    assert feed.feed.updated == feed.entries[0].updated == "2026-01-02T00:00:00Z"
    assert "deals: one, amount: 3 → 2.9. The filing | prints it." in feed.entries[0].content[0].value
    assert all(entry.id.startswith("urn:uuid:") for entry in feed.entries)
    assert len({feed.feed.id, *(entry.id for entry in feed.entries)}) == 3
    later = feedparser.parse(whats_new.feed(changed_cells.days(package)[1:], contents, "elsewhere.csv"))
    assert later.entries[0].id == feed.entries[1].id, "a reader who has seen a day is not told it again"


def test_the_feed_in_the_repository_is_up_to_date():
    contents = read_contents(REPO)
    assert (REPO / "whats-new.xml").read_bytes() == whats_new.of_project(contents), "run: compute-ledger refresh"
    entry = feedparser.parse(REPO / "whats-new.xml").entries[0]
    assert (REPO / entry.link).is_file(), "it leads to a file of the clone"


def test_a_project_without_a_history_has_no_feed(contents):
    assert whats_new.of_project(contents) is None
