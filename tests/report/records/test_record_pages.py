"""Pages of records: what they say, what leads to them, and what they lead to."""

import csv

import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.pages import exporter
from compute_ledger.report.pages.page_context import PageJob
from compute_ledger.report.records import amount_drawing, record_blocks, record_links, record_pages
from compute_ledger.shared.mime_types import EXPLORER, RECORDS, SOURCES, TABLE
from tests.tiny_project import executed, make_project

DAY = "2025-11-07"
COLUMNS = [{"name": name, "label": name.title(), "unit": "", "type": "string"} for name in ("row", "printed")]
COLUMNS.append({"name": "source", "label": "Source", "unit": "", "type": "string", "link": True})
PAGE = "https://example.org/a"
CLAIMS = [
    ["d1", "$1bn <b>", {"text": "Reuters", "href": PAGE}],
    ["d1", "=2+2", {"text": "Article", "href": "#source-s1"}],
    ["f1", "3", {"text": "AP", "href": "https://example.org/b"}],
    ["f2", "4", {"text": "AP", "href": "https://example.org/b"}],
]
STANDING = {"caption": "c", "note": "", "source_ids": [], "as_of": DAY, "evidence": []}
EXPLORED = STANDING | {
    "id": "claims",
    "filters": [],
    "table": {"columns": COLUMNS, "rows": CLAIMS, "row_ids": ["deals-d1", None, "financials-f1", "financials-f2"]},
}
AMOUNTS = {"unit": "USD bn", "low": None, "high": 2, "value": 1, "title": "Two claims", "claims": [
    {"low": None, "high": 2, "value": 1, "leads": True, "label": "Reuters: $1bn"},
    {"low": None, "high": None, "value": 1, "leads": False, "label": "AP <i>"},
]}  # fmt: skip
RECORD = {
    "path": "deals/d1",
    "title": "Stratus <b>",
    "text": "It pays \\$1 billion.",
    "anchor": "deals-d1",
    "standing": True,
    "amounts": AMOUNTS,
    "related": [["Part of", [{"text": "the plan", "href": "index.html#deals-d1"}]]],
    "tables": [{"caption": "Differ", "columns": ["On", "Said"], "rows": [["amount", "one"]]}],
}
ROWS = [
    {"path": f"rows/financials-{name}", "title": name, "text": "x", "anchor": f"financials-{name}"}
    for name in ("f1", "f2")
]
SOURCE = {"source_id": "s1", "publisher": "Reuters", "title": "t", "published_on": "2025-09-10", "language": "en"}
SOURCE |= {"url": PAGE, "grade": "A", "document": None}
LEADING = STANDING | {
    "id": "figures",
    "evidence": [{"text": "F1", "href": "index.html#financials-f1"}, {"text": "D1", "href": "index.html#deals-d1"}],
    "table": {"columns": COLUMNS[:1], "rows": [["x"]], "row_ids": []},
}


def rendered(tmp_path, *records):
    """The page of a notebook that hands over these records, and the edition with its contents."""
    project = make_project(tmp_path / "p")
    handed_over = {"table": "claims", "columns": ["printed", "source"], "as_of": DAY, "records": list(records)}
    outputs = ({EXPLORER: EXPLORED}, {RECORDS: handed_over}, {TABLE: LEADING}, {SOURCES: {"sources": [SOURCE]}})
    write_notebook(executed(*outputs), project / "executed.ipynb")
    contents = read_contents(project)
    edition = contents.editions[0]
    page = exporter.render_page(PageJob(contents, edition, contents.editions, "index", project / "executed.ipynb"))
    return page, contents, edition


@pytest.fixture
def folder(tmp_path):
    """The folder of an edition with the page and its records."""
    page, contents, edition = rendered(tmp_path, RECORD, *ROWS)
    known = {"records": record_blocks.of_page(page.blocks), "rests": record_blocks.rests(page.blocks)}
    pages = [exporter.Page(page.slug, page.edition, page.html, **known)]
    (tmp_path / "index.html").write_text(page.html, encoding="utf-8")
    record_pages.write(tmp_path, contents, edition, contents.editions, pages, codebook=False)
    return tmp_path


def soup(folder, name):
    return BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")


def test_links_to_rows_lead_to_the_pages_of_their_records(folder):
    page = soup(folder, "index.html")
    assert [link["href"] for link in page.select(".evidence-line a")] == ["rows/financials-f1.html", "deals/d1.html"]


def test_a_record_that_needs_no_page_has_one_where_a_page_leads_to_it(folder):
    assert (folder / "rows/financials-f1.html").is_file()
    assert not (folder / "rows/financials-f2.html").exists()


def test_a_page_says_who_says_what_and_what_counts_it(folder):
    page = soup(folder, "deals/d1.html")
    assert page.h1.get_text() == "Stratus <b>"
    assert "It pays $1 billion." in page.article.get_text()
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.select("#claims tbody tr")]
    assert cells == [["$1bn <b>", "Reuters, 2025-09-10"], ["=2+2", "Article"]]
    hrefs = [link["href"] for link in page.article.find_all("a")]
    assert {PAGE, "../index.html#source-s1", "../deals/d1.html", "../index.html#figures", "../deals/d1.csv"} <= {*hrefs}
    assert page.select_one("#table-1 caption").get_text() == "Differ"


def test_all_that_a_page_loads_and_leads_to_is_one_folder_up(folder):
    page = soup(folder, "deals/d1.html")
    beside = [tag.get("href") or tag.get("src") for tag in page.find_all(["a", "link", "script"])]
    assert all(address.startswith(("../", "#", "https:")) for address in beside)
    assert "../static/report.css" in beside
    assert "../editions/2025-11-07/index.html" in beside


def test_the_file_of_claims_is_run_by_no_spreadsheet(folder):
    lines = list(csv.reader((folder / "deals/d1.csv").read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["Printed", "Source", "Source: address"]
    assert lines[2] == ["'=2+2", "Article", "#source-s1"]


def test_every_claim_of_the_amount_is_a_dot_and_the_intervals_are_lines(folder):
    drawing = soup(folder, "deals/d1.html").select_one("figure svg")
    assert [dot.title.get_text() for dot in drawing.find_all("circle")] == ["Reuters: $1bn", "AP <i>"]
    assert len({(dot["cx"], dot["cy"]) for dot in drawing.find_all("circle")}) == 2
    assert len(drawing.select("g > line[stroke-width]")) == 1
    assert drawing.desc.get_text().startswith("2 dots, one a claim, at 1 USD bn;")


def test_an_amount_without_a_figure_is_not_drawn():
    nothing = {"low": None, "high": None, "value": None, "leads": True, "label": "x"}
    assert amount_drawing.drawing({**AMOUNTS, "claims": [nothing]}, "a") == ""
    assert "<svg" in amount_drawing.drawing({**AMOUNTS, "claims": [{**nothing, "value": 0.0}]}, "a")


@pytest.mark.parametrize("path", ["../x", "elsewhere/x", "deals/x.html", "deals/D1"])
def test_an_address_that_is_none_or_that_of_two_is_refused(tmp_path, path):
    with pytest.raises(NotebookError, match="no address of a record"):
        rendered(tmp_path, RECORD, {**RECORD, "path": path})


def test_links_elsewhere_stay_as_they_are():
    html = '<a href="evidence.html#deals-d2">x</a> <a href="#deals-d1">y</a>'
    assert record_links.led(html, {"evidence.html#deals-d1": "deals/d1.html"}, "x.html") == html
