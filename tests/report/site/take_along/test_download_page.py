"""download.html: every file by its address, and lines of Python, R and curl that work."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.exporter import render_words
from compute_ledger.report.site.take_along import download_page
from tests.tiny_project import CONTENTS, make_project

OLDER = "editions/2025-11-07"
FILES = "CSV  ·  JSON  ·  SVG  ·  PNG  ·  16:9  ·  square"
DEALS = "deal_id,amount\none,3\n"


@pytest.fixture
def contents(tmp_path):
    named = CONTENTS.replace('slug = "chapter"', 'slug = "index-of-all"')
    return read_contents(make_project(tmp_path / "p", named))


@pytest.fixture
def book(tmp_path):
    """Two chapters of which one's name begins with the other's, in two editions, with data."""
    folder = tmp_path / "book"
    for place in ("embed", "data", "charts", "notebooks", f"{OLDER}/charts"):
        (folder / place).mkdir(parents=True)
    (folder / "data/deals.csv").write_text(DEALS)
    (folder / "data/deals.json").write_text("[]")
    (folder / "data/ledger.sqlite").write_bytes(b"x" * 2_500_000)
    tables = [{"path": "deals.csv", "title": "Deals", "grain": "one deal | signed"}, {"path": "gone.csv"}]
    (folder / "data/datapackage.json").write_text(json.dumps({"resources": tables}))
    for place in ("", f"{OLDER}/"):
        (folder / f"{place}index.html").write_text('<p id="b"><p id="a"><p id="frame-rows">')
        (folder / f"{place}index-of-all.html").write_text('<p id="a">')
        for name in ("index-a", "index-b", "index-of-all-a"):
            (folder / f"{place}charts/{name}.json").write_text(json.dumps({"title": f"{name} *grew*"}))
            for suffix in ("svg", "png", "csv", "16x9.png", "square.png"):
                (folder / f"{place}charts/{name}.{suffix}").write_text("")
        (folder / f"{place}charts/index-frame-rows.csv").write_text("")
    (folder / "charts/index.zip").write_bytes(b"")
    (folder / "embed/index-of-all-a.html").write_text("")
    (folder / "key-figures.json").write_text("[]")
    return folder


def page(book, contents, edition=0, whats_new=""):
    markdown = download_page.markdown(book, contents, contents.editions[edition], whats_new)
    html = render_words(
        contents, contents.editions[edition], contents.editions, "download.html", markdown, codebook=False
    )
    return BeautifulSoup(html, "html.parser").main


def tables(main):
    return [
        [[cell.get_text(" ") for cell in row.select("td")] for row in table.select("tbody tr")]
        for table in main.select("table")
    ]


def test_every_chart_and_table_is_listed_with_its_files_in_the_order_of_its_page(book, contents):
    main = page(book, contents)
    assert tables(main)[1:] == [
        [
            ["index-b *grew*", FILES],
            ["index-a *grew*", FILES],
            ["Table in the code: rows", "CSV"],
        ],
        [["index-of-all-a *grew*", f"{FILES}  ·  embed"]],
    ]
    hrefs = {link["href"] for link in main.select("a")}
    files = {path.relative_to(book).as_posix() for path in (book / "charts").iterdir()}
    assert files <= hrefs
    assert {"index.html#b", "index-of-all.html#a", "index.html#frame-rows"} <= hrefs


def test_the_data_are_listed_for_every_edition_from_the_root(book, contents):
    assert tables(page(book, contents))[0] == [["Deals", "one deal | signed", "CSV  ·  JSON"]], (
        "what is not there is not"
    )
    main = page(book, contents, edition=1)
    hrefs = {link["href"] for link in main.select("a")}
    files = {path.relative_to(book).as_posix() for path in (book / "data").iterdir()}
    assert {f"../../{name}" for name in files} <= hrefs
    assert "ledger.sqlite (2.5 MB)" in main.get_text()


def test_without_data_nothing_is_said_of_them(book, contents):
    shutil.rmtree(book / "data")
    assert "The data" not in page(book, contents).get_text()


def test_what_is_new_is_linked_where_there_is_something(book, contents):
    assert not page(book, contents).select('a[href="whats-new.html"]')
    assert page(book, contents, whats_new="whats-new.html").select('a[href="whats-new.html"]')


def lines_of(main):
    return dict(zip(("python", "r", "curl"), (pre.get_text().splitlines() for pre in main.select("pre")), strict=False))


def test_the_line_of_python_reads_the_table_in_the_folder_of_the_book(book, contents):
    main = page(book, contents)
    code = "\n".join([*lines_of(main)["python"], "print(deals.amount.sum())"])
    done = subprocess.run([sys.executable, "-c", code], cwd=book, capture_output=True, text=True, check=True)
    assert done.stdout == "3\n"
    assert "knows no address of its own" in main.get_text()


def test_with_an_address_every_line_has_it(book, contents):
    main = page(book, replace(contents, base_url="https://example.org/book/"), edition=1)
    address = "https://example.org/book/data/deals.csv"
    assert lines_of(main) == {
        "python": ["import pandas as pd", f'deals = pd.read_csv("{address}")'],
        "r": [f'deals <- read.csv("{address}", na.strings = "")'],
        "curl": [f'curl -O "{address}"'],
    }
    assert "knows no address" not in main.get_text()


def test_code_that_may_scroll_can_be_reached_by_key(book, contents):
    assert all(pre["tabindex"] == "0" for pre in page(book, contents).select("pre"))
