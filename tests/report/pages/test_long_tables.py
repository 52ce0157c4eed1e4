"""What is too long for its page stands apart: whole on a page of its own, and in a script that the page asks for."""

import json

import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.pages import exporter
from compute_ledger.report.pages.apart import long_tables
from compute_ledger.report.pages.page_context import PageJob
from compute_ledger.report.records import record_blocks, record_links
from compute_ledger.report.site import search_index
from compute_ledger.shared.mime_types import EXPLORER, SOURCES, TABLE
from tests.tiny_project import executed, make_project

MANY = long_tables.MOST_ROWS + 1
COLUMN = {"name": "said", "label": "Said", "unit": "", "type": "string"}
LINK = {**COLUMN, "name": "source", "label": "Source", "link": True}
SHARED = {"note": "", "as_of": "2025-11-07", "caption": "c", "evidence": []}
SOURCE = {"publisher": "Reuters", "title": "t", "published_on": "", "language": "en", "url": None, "grade": "A"}


def page(tmp_path, rows):
    """A page with an explorer of so many rows, a table that names the second of its sources, and 200 sources."""
    cells = [["</script>", {"text": "x", "href": "#source-s0"}]] * rows
    ids = [f"row-{number}" for number in range(rows)]
    table = {"columns": [COLUMN, LINK], "rows": cells, "row_ids": ids}
    explored = {**SHARED, "id": "claims", "source_ids": [], "filters": ["said"], "table": table}
    named = {"columns": [COLUMN], "rows": [["a"]], "row_ids": []}
    small = {**SHARED, "id": "small", "source_ids": ["s1"], "table": named}
    sources = [{**SOURCE, "source_id": f"s{number}", "document": f"d{number}"} for number in range(200)]
    project = make_project(tmp_path / "p")
    outputs = ({EXPLORER: explored}, {TABLE: small}, {SOURCES: {"sources": sources}})
    write_notebook(executed(*outputs, title="# Title\n\n[A row](#row-3)."), project / "executed.ipynb")
    contents = read_contents(project)
    job = PageJob(contents, contents.editions[0], contents.editions, "index", project / "executed.ipynb")
    return exporter.render_page(job)


@pytest.fixture
def long(tmp_path):
    return page(tmp_path, MANY)


def test_a_short_table_stands_in_its_page_with_the_sources_that_the_page_names(tmp_path):
    short = page(tmp_path, MANY - 1)
    soup = BeautifulSoup(short.html, "html.parser")
    assert len(soup.select("#claims tbody tr")) == MANY - 1
    assert [source["id"] for source in soup.select(".sources li")] == ["source-s0", "source-s1"]
    assert soup.select_one(".source-fold a[download]").text == "All 200 as CSV"
    assert not any(
        "index-claims" in name.rpartition("/")[2] and name.endswith((".html", ".js")) for name in short.files
    )


def test_of_a_long_one_the_page_has_the_way_there_and_the_sources_that_it_names(long):
    soup = BeautifulSoup(long.html, "html.parser")
    assert soup.select_one("#claims tbody") is None
    assert soup.select_one(".bring")["href"] == "index-claims.html"
    assert [item["id"] for item in soup.select(".sources li")] == ["source-s1"]


def test_the_page_of_its_own_has_every_row_and_every_source(long):
    soup = BeautifulSoup(long.files["index-claims.html"], "html.parser")
    assert [row["id"] for row in soup.select("#claims tbody tr")] == [f"row-{number}" for number in range(MANY)]
    assert len(soup.select(".sources li")) == 200
    assert len(soup.find_all("h1")) == 1


def test_the_script_puts_the_rows_into_the_page_and_their_sources_lead_to_the_other(long):
    place, _, rows = long.files["index-claims.js"].decode().partition(" = ")
    assert place == 'document.getElementById("claims-rows").outerHTML'
    soup = BeautifulSoup(json.loads(rows.rstrip(";\n")), "html.parser")
    assert len(soup.select("tbody tr")) == MANY
    assert soup.select_one("tbody a")["href"] == "index-claims.html#source-s0"


def test_links_to_rows_and_sources_that_stand_apart_lead_there(long):
    held = exporter.Page("index", "latest", long.html, records=record_blocks.of_page(long.blocks))
    leads = record_links.addresses([held], [long.html])
    assert 'href="index-claims.html#row-3"' in record_links.led(long.html, leads, "index.html")
    assert leads["index.html#source-s0"] == "index-claims.html#source-s0"
    assert "index.html#source-s1" not in leads


def test_a_source_is_found_where_it_is(long):
    entries = search_index.page_entries(long.blocks)
    pages = {entry.anchor: entry.page for entry in entries if entry.kind == "source"}
    assert pages["source-s0"] == "index-claims.html"
    assert pages["source-s1"] == ""
