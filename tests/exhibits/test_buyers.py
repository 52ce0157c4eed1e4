"""Chapters told for other buyers: sentences name them, figures are theirs, and thin data reads as sentences."""

import re

import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import evidence as show
from compute_ledger.ledger import load
from compute_ledger.measures import commitments, concentration
from tests.chapters import EXHIBIT, FINDING, NOTEBOOKS, ROOT, VEGA_LITE, run_chapter
from tests.ledger_copy import EXAMPLE

CHAPTERS = [path.stem for path in NOTEBOOKS]
DAY = "2026-10-10"
# Meta has firm contracts and no index, Mistral nothing to pay: the chapters that say so.
THIN = ["index", "commitment-concentration", "capital-loops", "funding-gap", "cloud-market-shares", "method"]


def well(bundles):
    """All that the chapter says, after checking that no chart is blank and no number missing."""
    exhibits = [bundle[EXHIBIT] for bundle in bundles.values() if VEGA_LITE in bundle]
    assert all(exhibit["title"] and exhibit["table"]["rows"] for exhibit in exhibits)
    text = "\n".join(bundle["text/markdown"] for bundle in bundles.values() if "text/markdown" in bundle)
    assert not re.search(r"\b(nan|NaT|inf)\b", text + str(exhibits))
    return text


def charts(bundles):
    return {bundle[EXHIBIT]["id"] for bundle in bundles.values() if VEGA_LITE in bundle}


def own_words(bundles):
    """What is computed: findings and the titles and subtitles of charts."""
    findings = [bundle[FINDING]["text"] for bundle in bundles.values() if FINDING in bundle]
    about = [bundle[EXHIBIT] for bundle in bundles.values() if EXHIBIT in bundle]
    return " ".join([*findings, *(part for exhibit in about for part in (exhibit["title"], exhibit["subtitle"]))])


def figures(bundles):
    shown = next(bundle for bundle in bundles.values() if any("key-figures" in kind for kind in bundle))
    kind = next(kind for kind in shown if "key-figures" in kind)
    return {figure["id"]: figure["value"] for figure in shown[kind]["figures"]}


@pytest.mark.parametrize(
    ("chapter", "buyer"),
    [(chapter, "Anthropic") for chapter in CHAPTERS]
    + [(name, buyer) for name in THIN for buyer in ("Meta", "Mistral")],
)
def test_every_chapter_runs_for_the_buyer_and_speaks_of_it(chapter, buyer):
    bundles = run_chapter(chapter, buyer=buyer, as_of=DAY)
    well(bundles)
    words = own_words(bundles)
    # What is said of the market, of claims, of the suppliers' books and of two buyers names all that the ledger holds.
    about_all = {"evidence", "cloud-market-shares", "commitment-concentration", "two-buyers"}
    assert chapter in about_all or not re.search(r"\bOpenAI\b", words)
    if chapter != "method":
        assert buyer in words


@pytest.mark.parametrize("chapter", ["index", "commitment-concentration"])
def test_key_figures_are_those_of_the_buyer(chapter):
    ledger = load(ROOT / "data", as_of=DAY)
    values = {}
    for buyer in ("OpenAI", "Anthropic"):
        shown = figures(run_chapter(chapter, buyer=buyer, as_of=DAY))
        counted = commitments.payables(ledger.deals[ledger.deals["buyer"] == buyer], ledger.as_of)
        index = concentration.hhi(commitments.by_supplier(counted)["counted"])
        total = shown.get("firm_payables_usd_bn", shown.get("counted_usd_bn"))
        values[buyer] = total
        assert shown.get("counted_hhi", index) == pytest.approx(index, abs=1e-3)
        assert total == pytest.approx(counted["counted"].sum(), abs=1e-3)
    assert values["OpenAI"] != values["Anthropic"]


def test_meta_has_no_index_and_a_sentence_says_why():
    bundles = run_chapter("commitment-concentration", buyer="Meta", as_of=DAY)
    text = well(bundles)
    assert "17% of the \\$349.3 billion of purchase commitments that it reported for June 2026" in text
    assert not charts(bundles) & {"hhi-history"}
    shown = figures(bundles)
    assert shown["counted_hhi"] is None
    assert shown["counted_usd_bn"] == pytest.approx(60.1)


@pytest.mark.parametrize("chapter", ["index", "partnership-timeline", "commitment-concentration", "capital-loops"])
def test_a_day_on_which_nothing_was_known_of_the_buyer(chapter):
    bundles = run_chapter(chapter, buyer="Anthropic", as_of="2022-06-30")
    well(bundles)


def shown_tables(bundles):
    """Rows of what has a table, by the id on the page."""
    about = [bundle[EXHIBIT] for bundle in bundles.values() if EXHIBIT in bundle]
    kinds = [
        value
        for bundle in bundles.values()
        for kind, value in bundle.items()
        if "explorer" in kind or "table+json" in kind
    ]
    return {entry["id"]: str(entry["table"]) for entry in [*about, *kinds] if entry.get("table")}


@pytest.mark.parametrize(("buyer", "others"), [("OpenAI", "Anthropic"), ("Anthropic", "OpenAI"), ("Meta", "OpenAI")])
def test_evidence_is_that_of_the_buyer(buyer, others):
    """Counts, grades and conflicts leave out what is about other buyers alone; the list says whom each is about."""
    ledger = load(ROOT / "data", as_of=DAY)
    own = show.about_buyer(ledger, Scope.of(ledger, buyer))
    bundles = run_chapter("evidence", buyer=buyer, as_of=DAY)
    shown = figures(bundles)
    assert (shown["claims"], shown["sources"]) == (len(own.claims), len(own.sources))
    assert 0 < shown["claims"] < len(ledger.claims)
    assert f"about {buyer}, its partners and the market" in own_words(bundles)
    assert set(own.deals["buyer"]) == {buyer}
    assert others not in set(own.financials["entity"])
    between = own.ties[own.ties[["from", "to"]].isin([others]).any(axis=1)]
    assert between[["from", "to"]].isin([buyer]).any(axis=1).all()
    tables = shown_tables(bundles)
    assert f"{others}, " not in tables["conflicts"]
    assert {buyer, others, "market", "partners"} <= set(re.findall(r"'([^']+)'", tables["claims"]))


def test_the_evidence_for_one_buyer_and_for_its_suppliers_stays_together():
    """Microsoft buys itself, and sells to OpenAI: its books stay, its own purchases go."""
    ledger = load(ROOT / "data", as_of=DAY)
    own = show.about_buyer(ledger, Scope.of(ledger, "OpenAI"))
    assert {"Microsoft", "Azure", "Oracle"} <= set(own.financials["entity"])
    assert "microsoft-iren-2025-11" in set(ledger.deals["deal_id"]) - set(own.deals["deal_id"])
    assert own.capacities["deal_id"].isin(own.deals["deal_id"]).all()
    assert own.evidence["claim_id"].isin(own.claims["claim_id"]).all()
    assert own.claims["source_id"].isin(own.sources["source_id"]).all()
    alone = show.about_buyer(load(EXAMPLE), Scope.of(load(EXAMPLE)))
    assert len(alone.claims) == len(load(EXAMPLE).claims)
