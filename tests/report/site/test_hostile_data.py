"""A book made from a ledger full of payloads: all of them are read as text, none of them does anything.

`COMPUTE_LEDGER_LONG=1` takes every chapter; else those with the most text, as the rest is made by the same functions.
"""

import csv
import json
import os
import re
import zipfile
from xml.etree import ElementTree

import mistune
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from compute_ledger.ledger import LedgerError, load
from compute_ledger.ledger.export import ARCHIVE
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.site.page_checks import check_site
from compute_ledger.shared.typeface import faces
from tests import hostile_book
from tests.chromium import chromium
from tests.hostile_ledger import CANARY, PAYLOADS, REFUSED, hostile_ledger
from tests.ledger_copy import copy_ledger, set_cells
from tests.markup import OF_EMBEDS, foreign
from tests.tiny_project import REPO

CHAPTERS = ("index", "partnership-timeline", "evidence")
HOSTS = r"example\.org|source\.example|creativecommons\.org"
FEED_TAGS = "feed id title link updated author name entry summary content rights subtitle"
JUPYTER_TAGS = "p strong a ul li table thead tbody tr th td blockquote em"
TITLE_ID = re.compile(r"(index--)?who-powers-[a-z0-9-]+-and-can-it-pay")
TITLE_CELL = "headline"  # of the first page: its heading names the buyer
IN_BOOK = re.compile(r"[\w-]*(\.html|\.ipynb)?(#[\w.-]+)?")
FORMULA = re.compile(r"[=+@\t\r]|-(?![\d.]*$)")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return hostile_ledger(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def book(ledger):
    every = [chapter.slug for chapter in read_contents(REPO).chapters]
    return hostile_book.build(ledger, ledger.parent, every if os.environ.get("COMPUTE_LEDGER_LONG") else CHAPTERS)


@pytest.fixture(scope="module")
def pages(book):
    """Every page and picture, read as a browser would, but for the typeface in a picture."""
    files = [*sorted(book.rglob("*.html")), *sorted(book.rglob("*.svg"))]
    ours = f"<style>{faces()}</style>".encode()
    read = {path.relative_to(book).as_posix(): path.read_bytes() for path in files}
    return {name: BeautifulSoup(text.replace(ours, b"", 1), "html.parser") for name, text in read.items()}


def test_the_ledger_is_a_sound_one(ledger):
    assert [str(problem) for problem in check_folder(ledger, second_opinion=False) if problem.column != "hash"] == []


def test_what_makes_text_read_as_other_text_is_refused_with_its_place(tmp_path):
    folder = copy_ledger(tmp_path)
    keys = [line.partition(",")[0] for line in (folder / "claims.csv").read_text(encoding="utf-8").splitlines()[1:]]
    pairs = zip(keys, REFUSED.items(), strict=False)
    rows = {name: set_cells(folder, "claims", key, note=payload) for key, (name, payload) in pairs}
    problems = [str(problem) for problem in check_folder(folder, second_opinion=False)]
    for name, row in rows.items():
        (problem,) = [line for line in problems if line.startswith(f"claims.csv, row {row}, column note: ")]
        assert problem.isprintable(), name
        assert len(problem) < 300, name
    with pytest.raises(LedgerError, match=r"^claims\.csv, row 2: holds a NUL byte"):
        load(folder)


def test_no_page_has_an_element_attribute_or_address_of_the_data(pages):
    elements = {
        f"{name}: {element}"
        for name, soup in pages.items()
        for element in set(foreign(soup, HOSTS)) - (OF_EMBEDS if name.startswith("embed/") else set())
    }
    tags = [(name, tag) for name, soup in pages.items() for tag in soup.find_all(id=re.compile(CANARY))]
    titles = {id(tag) for _, tag in tags if TITLE_ID.fullmatch(tag["id"])}  # the first page's names the buyer
    ids = {f"{name}: id {tag['id']}" for name, tag in tags if id(tag) not in titles}
    assert elements | {anchor for anchor in ids if not anchor.startswith("codebook.html")} == set()
    assert all(tag.name in ("h1", "h2") for _, tag in tags if id(tag) in titles)


def test_every_payload_is_read_as_it_was_written(pages):
    texts = [" ".join(text.split()) for soup in pages.values() for text in soup.find_all(string=True)]
    everything = "\n".join(texts)
    assert [payload for payload in PAYLOADS if " ".join(payload.split()) not in everything] == []


def test_the_checks_of_the_build_find_nothing_but_chapters_that_are_not_there(book):
    absent = ("leads to no file", "leads to no place in that page")
    assert [problem for problem in check_site(book) if not problem.endswith(absent)] == []


def test_what_programs_read_can_be_read(book, pages):
    for path in book.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    index = (book / "search-index.js").read_text(encoding="utf-8")
    assert CANARY in str(json.loads(index.removeprefix("window.reportIndex=").removesuffix(";\n")))
    for soup in pages.values():
        for data in soup.find_all("script", type="application/ld+json"):
            assert "<" not in data.string
            json.loads(data.string)
    for name in ("feed.xml", "sitemap.xml"):
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(book / name).iter()}
        assert tags <= set(f"{FEED_TAGS} urlset url loc".split())


def test_no_spreadsheet_finds_a_formula(book):
    with zipfile.ZipFile(book / "data" / ARCHIVE) as archive:
        archive.extractall(book.parent / "unzipped")
    tables = [*book.rglob("*.csv"), *(book.parent / "unzipped").glob("*.csv")]
    assert len(tables) > 12
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            assert [cell for row in csv.reader(file) for cell in row if FORMULA.match(cell)] == [], path


def test_the_data_of_the_book_are_the_ledger_again(book, ledger):
    with zipfile.ZipFile(book / "data" / ARCHIVE) as archive:
        archive.extractall(book.parent / "again")
    before, after = load(ledger), load(book.parent / "again")
    for name, frame in before.tables.items():
        pd.testing.assert_frame_equal(frame, after.tables[name])


def test_jupyter_is_given_nothing_live(book):
    """Jupyter shows Markdown with the HTML that is in it: sanitised at first, as it is once the notebook was run."""
    markdown = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
    for path in (book / "notebooks").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", ()):
                soup = BeautifulSoup(markdown(output.data.get("text/markdown", "")), "html.parser")
                tags = [tag.name for tag in soup.find_all(True)]
                if cell.id == TITLE_CELL:
                    tags.remove("h1")
                assert set(tags) <= set(JUPYTER_TAGS.split()), (path.name, cell.id)
                assert [tag for tag in soup.find_all("a") if not IN_BOOK.fullmatch(tag["href"])] == []


def test_a_browser_runs_and_fetches_nothing(book, tmp_path):
    addresses, events = [], []
    documents = [*sorted(book.rglob("*.html")), *sorted((book / "charts").glob("*.svg"))]
    frames = tmp_path / "frames.html"
    frames.write_text("".join(f'<iframe src="{path.as_uri()}"></iframe>' for path in documents))
    with chromium() as browser:
        tab = browser.new_page()
        tab.add_init_script(f"window.{CANARY} = () => console.error('the payload was run')")
        tab.on("request", lambda request: addresses.append(request.url))
        tab.on("dialog", lambda dialog: events.append(dialog.message))
        tab.on("console", lambda message: events.append(message.text))
        tab.on("pageerror", lambda error: events.append(str(error)))
        tab.goto(frames.as_uri())
        assert len(tab.frames) == len(documents) + 1
        tab.goto((book / "evidence.html").as_uri())
        tab.keyboard.press("/")
        tab.locator("dialog.search input[type=search]").fill(CANARY)
        tab.locator("dialog.search .hits a").first.wait_for()
        assert tab.locator("dialog.search .hits :not(a, span, mark)").count() == 0
        tab.keyboard.press("Enter")
    assert events == []
    assert [address for address in addresses if not address.startswith((book.as_uri(), frames.as_uri()))] == []
