"""The built book as it lies on disk: whole, closed in itself, and with the figures it must have."""

import functools
import json
import re
import sqlite3
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from compute_ledger.ledger import load
from compute_ledger.measures.commitments import buyer_deals, by_supplier, payables
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.layout import EMBEDS
from compute_ledger.report.site.page_checks import check_site

from ..markup import OF_EMBEDS, foreign
from ..traces import traces
from .conftest import ROOT

ALLOWED = {
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
SVG_TEXT = re.compile(r"<t(?:ext|span)\b[^>]*>([^<]+)<")
EDITIONS = {edition.name: edition.path for edition in read_contents(ROOT).editions}


def figures(book: Path, edition: str) -> dict[str, object]:
    rows = json.loads((book / EDITIONS[edition] / "key-figures.json").read_text())
    assert all({"id", "label", "value", "unit", "as_of"} <= row.keys() for row in rows)
    return {row["id"]: row["value"] for row in rows}


def page(book: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((book / name).read_text(encoding="utf-8"), "html.parser")


def test_links_anchors_ids_addresses_and_charts_hold(book):
    assert check_site(book) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_chapter_is_there(book, edition):
    for chapter in read_contents(ROOT).chapters:
        assert (book / EDITIONS[edition] / f"{chapter.slug}.html").is_file()


# Oracle, Microsoft, AWS before its expansion, and CoreWeave's 11.9 + 4 + 6.5. What the newest day gives moves with the
# ledger: it is compared with the rows here, and worked out by hand for a day in tests/measures/test_concentration.py.
NOVEMBER = [300, 250, 38, 22.4]


@functools.cache
def promised(edition: str) -> tuple[str, list[float]]:
    """The day of the edition and what each firm supplier is promised on it, the largest first."""
    if edition == "2025-11-07":
        return edition, NOVEMBER
    ledger = load(ROOT / "data", as_of=edition)
    suppliers = by_supplier(payables(buyer_deals(ledger.deals, "OpenAI")[1], ledger.as_of))
    return f"{ledger.as_of:%Y-%m-%d}", suppliers["counted"].tolist()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_sums_come_out_of_the_ledger(book, edition):
    day, amounts = promised(edition)
    rows = json.loads((book / EDITIONS[edition] / "key-figures.json").read_text())
    assert {row["as_of"] for row in rows} == {day}
    values = figures(book, edition)
    assert values["firm_payables_usd_bn"] == pytest.approx(sum(amounts))
    assert values["two_largest_share_pct"] == pytest.approx(100 * sum(amounts[:2]) / sum(amounts), abs=1e-3)


@pytest.mark.parametrize("edition", EDITIONS)
def test_concentration_is_the_sum_of_squared_shares(book, edition):
    _, amounts = promised(edition)
    squares = sum((amount / sum(amounts)) ** 2 for amount in amounts)
    assert figures(book, edition)["counted_hhi"] == pytest.approx(10_000 * squares, abs=1e-3)


def test_the_figures_of_the_day_in_november_use_nothing_published_later(book):
    # 29 + 20 + 13, as the article of that day prints the shares of 2025 Q3
    assert figures(book, "2025-11-07")["three_largest_share_pct"] == 62
    assert figures(book, "2025-11-07")["deals"] < figures(book, "latest")["deals"]
    assert figures(book, "2025-11-07")["sources"] < figures(book, "latest")["sources"]


def test_a_source_younger_than_its_edition_says_so(book):
    listed = [
        (item, day)
        for day in ("2025-11-07", "2026-07-01")
        for chapter in read_contents(ROOT).chapters
        for item in page(book / EDITIONS[day], f"{chapter.slug}.html").select('li[id^="source-"]')
    ]
    # A page dated to a month or a year counts from its end.
    ends = {4: "-12-31", 7: "-31", 10: ""}
    dates = {id(item): item.time.get_text() if item.time else "" for item, _ in listed}
    younger = {id(item) for item, day in listed if (on := dates[id(item)]) and on + ends[len(on)] > day}
    assert younger
    assert all(("published after the day" in item.get_text()) == (id(item) in younger) for item, _ in listed)
    assert "published after the day" not in page(book, "evidence.html").get_text()


def test_page_is_made_of_our_elements_alone_and_asks_nobody(book, page_name):
    soup = page(book, page_name)
    assert set(foreign(soup, ".*")) == (OF_EMBEDS if Path(page_name).parent.name == EMBEDS else set())
    loaded = [tag.get("src") or tag.get("href") for tag in soup.find_all(["script", "img", "link", "iframe", "source"])]
    assert not [address for address in loaded if re.match(r"(https?:)?//", address or "")]
    assert not [tag for tag in soup.find_all("script") if tag.string and tag.get("type") != "application/ld+json"]
    assert not [tag for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]


def test_every_chart_leads_to_its_numbers_and_sources(book, chapter_name):
    charts = page(book, chapter_name).find_all("figure", class_="exhibit")
    assert charts
    for chart in charts:
        drawing = chart.find("svg", class_="chart")
        assert drawing["role"] == "img"
        assert drawing.find("desc").get_text(strip=True)
        assert len(chart.find("table").find_all("tr")) > 1
        assert chart.find("a", href=re.compile("#source-"))


def test_every_deal_leads_to_its_claims_and_they_to_their_source(book):
    links = page(book, "partnership-timeline.html").find(id="deal-table").select('a[href^="deals/"]')
    assert len(links) == figures(book, "latest")["deals"]
    for link in links:
        claims = page(book, link["href"]).find(id="claims")
        sources = [row.find("a", href=True)["href"] for row in claims.select("tbody tr")]
        assert sources
        assert all(source.startswith(("http", "../evidence")) for source in sources)


def test_no_label_of_a_chart_is_cut(book):
    shown = [path for path in book.rglob("*.html") if path.name != "print.html"]
    texts = {path: SVG_TEXT.findall(path.read_text(encoding="utf-8")) for path in shown}
    assert sum(map(len, texts.values())) > 1000
    assert {str(path): cut for path, found in texts.items() if (cut := [text for text in found if "…" in text])} == {}


def test_the_data_can_be_taken_along(book):
    assert {"compute-ledger-data.zip", "compute-ledger.sqlite", "datapackage.json", "README.md"} <= {
        path.name for path in (book / "data").iterdir()
    }
    with sqlite3.connect(f"file:{book / 'data' / 'compute-ledger.sqlite'}?mode=ro", uri=True) as database:
        (deals,) = database.execute("SELECT count(*) FROM deals WHERE buyer = 'OpenAI'").fetchone()
        (all_deals,) = database.execute("SELECT count(*) FROM deals").fetchone()
    assert deals == figures(book, "latest")["deals"]
    assert all_deals == len((ROOT / "data/deals.csv").read_text(encoding="utf-8").splitlines()) - 1


def test_the_evidence_page_describes_the_data_for_machines(book):
    about = json.loads(page(book, "evidence.html").find("script", type="application/ld+json").string)
    assert about["@type"] == "Dataset"
    assert about["license"].startswith("https://creativecommons.org/")


def test_nothing_is_left_of_the_machine_that_built_it(book):
    found = [
        f"{path.relative_to(book)}: {each}"
        for path in sorted(book.rglob("*"))
        if path.is_file()
        for each in traces(path.read_bytes(), path.name)
    ]
    assert found == []


def test_each_page_may_load_what_it_needs_and_nothing_else(book, page_name):
    text = (book / page_name).read_text(encoding="utf-8").partition("</head>")[0]
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    assert "unsafe" not in policy
    assert rules.pop("default-src") == "'none'"
    assert rules.items() <= ALLOWED.items()


@pytest.mark.parametrize("edition", EDITIONS)
def test_ranked_shares_lead_to_the_formula_of_the_index(book, edition):
    soup = page(book, f"{EDITIONS[edition]}/commitment-concentration.html".lstrip("/"))
    fold = soup.find(id="ranked-shares").select_one("details.details")
    named = {link.get_text(): link["href"] for link in fold.select(".measures-above a")}
    assert {"summary", "hhi", "hhi_interval"} <= named.keys()
    term = soup.find("dt", id=named["hhi"].removeprefix("#"))
    assert term.find_next("dd").find("math").get_text().startswith("HHI=10,000∑")


def test_what_is_folded_has_its_title_on_the_fold_and_stands_open_on_paper(book):
    folds = {
        (page.stem, fold.select_one("figure[id], section[id]")["id"]): fold
        for page in sorted(book.glob("*.html"))
        for fold in BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select("details.exhibit-fold")
    }
    assert {("capital-loops", "loops"), ("evidence", "conflicts")} <= folds.keys()
    for fold in folds.values():
        heading = fold.select_one("caption, figcaption") or fold
        assert fold.summary.get_text(" ", strip=True) in heading.get_text(" ", strip=True)
    paper = BeautifulSoup((book / "print.html").read_text(encoding="utf-8"), "html.parser")
    assert not paper.select("details.exhibit-fold")
    assert all(paper.find(id=f"{chapter}--{name}") for chapter, name in folds)
