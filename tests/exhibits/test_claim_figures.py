"""Figures of claims: the print where it was seen, else the recorded figure with its unit, marked."""

import pandas as pd
import pytest

from compute_ledger.exhibits import Sources
from compute_ledger.exhibits.evidence.claim_figures import AS_RECORDED, figures
from compute_ledger.exhibits.evidence.claims import claims_explorer, counts_finding, linked_claims
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.source_list import UNTITLED
from compute_ledger.ledger import load
from compute_ledger.measures.market import market_estimates
from tests.chapters import ROOT

NOTHING = {"as_printed": None, "value": None, "low": None, "high": None, "value_date": None, "value_precision": None}
RECORDED = {
    "38 USD bn": {"unit": "usd_bn", "value": 38},
    "0.35 USD bn": {"unit": "usd_bn", "value": 0.35},
    "1,400 USD bn": {"unit": "usd_bn", "value": 1400, "low": 1350, "high": 1450},
    "4 USD bn a year": {"unit": "usd_bn_per_year", "value": 4},
    "50 to 60 USD bn a GW": {"unit": "usd_bn_per_gw", "low": 50, "high": 60},
    "at least 20 USD bn": {"unit": "usd_bn", "low": 20},
    "at most 5 USD bn": {"unit": "usd_bn", "high": 5},
    "4.5 GW": {"unit": "gw", "value": 4.5},
    "31%": {"unit": "pct", "value": 31},
    "40 USD": {"unit": "usd", "value": 40},
    "7 years": {"unit": "years", "value": 7},
    "2030": {"unit": "year", "value": 2030},
    "250,000": {"unit": "count", "value": 250_000},
    "2025-11-03": {"unit": "date", "value_date": "2025-11-03"},
    "2025-11": {"unit": "date", "value_date": "2025-11-01", "value_precision": "month"},
    "2025": {"unit": "date", "value_date": "2025-01-01", "value_precision": "year"},
    "a statement": {"unit": "none"},
}


def claims(**cells):
    rows = pd.DataFrame([{**NOTHING, **cells}])
    numbers = {name: rows[name].astype("float64") for name in ("value", "low", "high")}
    texts = {name: rows[name].astype("string") for name in ("as_printed", "value_precision")}
    return rows.assign(**numbers, **texts, value_date=pd.to_datetime(rows["value_date"]))


@pytest.mark.parametrize("text", RECORDED)
def test_a_figure_nobody_saw_in_print_has_its_unit_and_says_so(text):
    assert figures(claims(**RECORDED[text])).tolist() == [f"{AS_RECORDED}: {text}"]


def test_a_print_stands_alone():
    assert figures(claims(unit="usd_bn", value=0.35, as_printed="$350 million")).tolist() == ["$350 million"]


def test_a_bare_number_of_a_table_says_what_it_was_read_as():
    shown = figures(claims(unit="usd_bn", value=1.627, as_printed="1,627")).tolist()
    assert shown == ["1,627, read as 1.627 USD bn"]


@pytest.fixture(scope="module")
def report():
    return load(ROOT / "data")


def test_the_list_of_claims_has_prints_and_recorded_figures(report):
    explorer = claims_explorer(linked_claims(report), report, Scope.of(report))
    assert explorer.table["printed"].notna().all()
    bare = explorer.table.loc[explorer.table["unit"].isin(["usd bn", "pct", "gw"]), "printed"]
    assert not bare.str.fullmatch(r"[0-9.,]+").any()


def test_the_finding_counts_what_nobody_saw(report):
    unseen = int(report.claims["as_printed"].isna().sum())
    finding = counts_finding(report, report, Scope.of(report))
    assert f"Of {unseen:,} claims" in finding.detail


def test_a_document_without_a_title_is_listed_as_untitled(report):
    bundle = Sources(report.sources[report.sources["title"].isna()])._repr_mimebundle_()
    assert {row["title"] for row in bundle["application/vnd.compute-ledger.sources+json"]["sources"]} == set(
        UNTITLED.values()
    )


def test_totals_that_are_derived_are_no_printed_totals(report):
    totals = market_estimates.printed_totals(report.market_size, report.evidence, report.claims)
    notes = report.claims.set_index("claim_id").loc[totals["claim_id"], "note"]
    assert len(totals)
    assert not notes.str.startswith("Derived").any()
