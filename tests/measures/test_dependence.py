"""The mirror: yearly revenue, backlog and customers of suppliers beside what a buyer has promised them."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.measures import commitments
from compute_ledger.measures import dependence as m
from tests.chapters import ROOT
from tests.measures.test_commitments import ledger_rows

DAY = pd.Timestamp("2026-06-30")


def figures(*rows: dict) -> pd.DataFrame:
    """Rows of `financials` with the given cells; the rest as in revenue of Alpha in the year 2025."""
    plain = {
        "entity": "Alpha",
        "metric": "revenue",
        "period": "2025",
        "period_start": "2025-01-01",
        "period_end": "2025-12-31",
        "value": 10.0,
        "low": None,
        "high": None,
        "unit": "usd_bn",
        "is_projection": False,
        "known_on": "2026-02-01",
    }
    frame = pd.DataFrame([{"financial_id": f"f{i}", **plain, **row} for i, row in enumerate(rows)])
    frame = frame.astype(dict.fromkeys(["value", "low", "high"], "float64"))
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("period_start", "period_end", "known_on")})


def quarters(first: str, *values: float) -> list[dict]:
    """Rows of quarters in a row."""
    periods = pd.period_range(first, periods=len(values), freq="Q")
    return [
        {"period": str(p), "period_start": p.start_time.date(), "period_end": p.end_time.date(), "value": value}
        for p, value in zip(periods, values, strict=True)
    ]


def newest(*rows: dict) -> pd.Series:
    return m.yearly_revenue(figures(*rows)).iloc[0]


def test_the_last_four_quarters_are_taken_where_they_end_after_the_last_year():
    row = newest({"value": 8}, *quarters("2025Q1", 1, 2, 3, 4, 5))
    assert row["revenue"] == 2 + 3 + 4 + 5
    assert row["revenue_period"] == "2025Q2 to 2026Q1"
    assert row["financial_ids"] == ("f2", "f3", "f4", "f5")


def test_the_year_is_taken_where_both_end_together():
    row = newest({"value": 11}, *quarters("2025Q1", 1, 2, 3, 4))
    assert (row["revenue"], row["revenue_period"], row["financial_ids"]) == (11, "2025", ("f0",))


def test_a_gap_among_the_quarters_is_not_bridged():
    held = [row for row in quarters("2025Q1", 1, 2, 3, 4, 5) if row["period"] != "2025Q3"]
    assert m.yearly_revenue(figures(*held)).empty
    assert newest({"value": 8}, *held)["revenue"] == 8


def test_projections_other_metrics_and_other_units_are_no_revenue():
    assert m.yearly_revenue(
        figures({"is_projection": True}, {"metric": "run_rate"}, {"unit": "pct"}, {"value": None})
    ).empty


def test_more_than_has_no_upper_end_and_up_to_no_lower():
    assert newest({"value": 75, "low": 75})[["revenue_low", "revenue_high"]].tolist() == [75, math.inf]
    assert newest({"value": 12, "high": 12})[["revenue_low", "revenue_high"]].tolist() == [0, 12]
    assert newest({"value": 12, "low": 11, "high": 13})[["revenue_low", "revenue_high"]].tolist() == [11, 13]
    opened = quarters("2025Q1", 1, 2, 3, 4)
    opened[1]["low"] = 2.0
    assert newest(*opened)[["revenue_low", "revenue_high"]].tolist() == [10, math.inf]


def test_dependence_worked_on_paper():
    # 40 over 4 years to Alpha, with revenue above 20: at most half of it, and no lower bound.
    # 30 a year to Beta with revenue of 10: three times, and at least 30 / (10 + 30) if all else stays.
    deals = ledger_rows(
        {"amount_usd_bn": 40, "term_years": 4},
        {"amount_usd_bn": 60, "term_years": 2, "counterparty": "Beta"},
        {"amount_usd_bn": 10, "term_years": None, "counterparty": "Gamma"},
    )
    counted = commitments.payables(deals, DAY, basis="annualised", default_term_years=1)
    financials = figures({"value": 20, "low": 20}, {"entity": "Beta", "value": 10})
    rows = m.dependence(counted, financials).set_index("supplier")
    assert rows["share_pct"].to_dict() == pytest.approx({"Beta": 60, "Alpha": 20, "Gamma": 20})
    assert rows.loc["Alpha", ["ratio_low_pct", "ratio_pct", "ratio_high_pct"]].tolist() == [0, 50, 50]
    assert rows.loc["Beta", ["ratio_pct", "part_low_pct", "part_high_pct"]].tolist() == pytest.approx([300, 75, 100])
    assert rows.loc["Gamma", "revenue":].drop("term_assumed").isna().all()
    assert rows["term_assumed"].to_dict() == {"Beta": False, "Alpha": False, "Gamma": True}


def test_a_supplier_without_figures_of_its_computing_part_is_taken_whole():
    deals = ledger_rows({"counterparty": "Oracle"})
    counted = commitments.payables(deals, DAY, basis="annualised")
    company, business = {"entity": "Oracle", "value": 50}, {"entity": "OCI", "value": 10}
    assert m.dependence(counted, figures(company))["revenue"].tolist() == [50]
    assert m.dependence(counted, figures(company, business))["revenue"].tolist() == [10]


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 500), st.floats(0.1, 500), st.floats(0, 1))
def test_the_part_of_revenue_lies_in_its_interval_however_much_came_from_the_buyer_already(yearly, revenue, already):
    counted = commitments.payables(ledger_rows({"amount_usd_bn": yearly, "term_years": 1.0}), DAY, basis="annualised")
    row = m.dependence(counted, figures({"value": revenue})).iloc[0]
    bought = already * min(yearly, revenue)
    part = 100 * yearly / (revenue - bought + yearly)
    assert row["part_low_pct"] - 1e-9 <= part <= row["part_high_pct"] + 1e-9


def real(day: str):
    ledger = load(ROOT / "data", as_of=day)
    deals = commitments.buyer_deals(ledger.deals, "OpenAI")[1]
    yearly = commitments.payables(deals, ledger.as_of, basis="annualised")
    needs = m.dependence(yearly, ledger.financials).set_index("supplier")
    return ledger, deals, needs


def test_the_mirror_of_july_2026_worked_on_paper():
    ledger, deals, needs = real("2026-07-01")
    # OCI: four fiscal quarters that add to the year; AWS: the four quarters up to March 2026.
    assert needs.loc["Oracle", "revenue"] == pytest.approx(3.3 + 4.1 + 4.9 + 5.8)
    assert needs.loc["AWS", "revenue"] == pytest.approx(30.9 + 33.0 + 35.6 + 37.6)
    yearly = {
        "Oracle": 300 / 5,
        "Microsoft": 250 / 5,
        "AWS": 38 / 7 + 100 / 8,
        "CoreWeave": 11.9 / 5 + 4 / 5 + 6.5 / 5.7,
        "Cerebras": 20 / 3,
    }
    assert needs["counted"].to_dict() == pytest.approx(yearly)
    assert needs["ratio_pct"].dropna().to_dict() == pytest.approx(
        {
            "Oracle": 100 * 60 / 18.1,
            "Microsoft": 100 * 50 / 75,
            "AWS": 100 * yearly["AWS"] / 137.1,
            "CoreWeave": 100 * yearly["CoreWeave"] / (1.21279 + 1.36468 + 1.6 + 2.08),
        }
    )
    # Azure is known only to be above 75.
    assert needs.loc["AWS", "ratio_low_pct"] == pytest.approx(100 * yearly["AWS"] / 137.1)
    assert needs.loc["Microsoft", ["ratio_low_pct", "part_low_pct"]].tolist() == [0, 0]
    assert needs.loc["Oracle", "part_low_pct"] == pytest.approx(100 * 60 / (18.1 + 60))
    earned = m.customers(ledger.ties, deals["counterparty"].tolist())
    assert earned["share_pct"].tolist() == [35, 62, 67]
    assert set(earned["to"]) == {"Microsoft"}


def test_the_mirror_of_november_2025_uses_nothing_published_later():
    _, _, needs = real("2025-11-07")
    assert needs.loc["Oracle", "revenue"] == pytest.approx(2.4 + 2.7 + 3.0 + 3.3)
    assert needs.loc["AWS", "revenue"] == pytest.approx(28.8 + 29.3 + 30.9 + 33.0)
    # The quarters of CoreWeave known then have a gap, so the year 2024 is the newest.
    assert needs.loc["CoreWeave", ["revenue", "revenue_period"]].tolist() == [1.92, "2024"]


def test_without_deals_or_figures_the_mirror_is_empty():
    nothing = commitments.payables(ledger_rows({}).iloc[:0], DAY, basis="annualised")
    assert m.dependence(nothing, figures({})).empty
    counted = commitments.payables(ledger_rows({}), DAY, basis="annualised")
    assert m.dependence(counted, figures({}).iloc[:0])["ratio_pct"].isna().all()
