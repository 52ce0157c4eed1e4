"""Half-years of a company's money and what its plans imply, worked on paper."""

import pandas as pd
import pytest

from compute_ledger.measures.payments import half_years as m
from tests.measures.hand_made import figures


def period(metric, name, value, **others):
    year, part = name[:4], name[4:] or "Y"
    months = {"H1": ("01-01", "06-30"), "H2": ("07-01", "12-31"), "Q1": ("01-01", "03-31"), "Q2": ("04-01", "06-30")}
    start, end = months.get(part, ("01-01", "12-31"))
    days = {"period_start": f"{year}-{start}", "period_end": f"{year}-{end}"}
    return {"metric": metric, "period": name, "value": value} | days | others


def known(*rows):
    """Rows of `financials` that keep the names of their periods."""
    return figures(*rows).assign(period=[row["period"] for row in rows])


def test_a_half_is_reported_or_two_quarters_or_what_a_year_has_beyond_the_first():
    halves = m.half_years(
        known(
            period("revenue", "2025H1", 4.3),
            period("revenue", "2025", 13),
            period("revenue", "2026Q1", 5.7),
            period("revenue", "2026Q2", 6.7),
            period("operating_loss", "2026Q1", 9.3),
            period("cash_burn", "2026H1", 9, is_projection=True),
            period("revenue", "2025H1", 99, entity="Another"),
        ),
        "Exemplar",
    )
    rows = {(row["half"], row["item"]): (row["value_usd_bn"], row["made_of"]) for _, row in halves.iterrows()}
    assert rows == {
        ("2025H1", "revenue"): (4.3, m.REPORTED),
        ("2025H2", "revenue"): (pytest.approx(8.7), m.DIFFERENCE),
        ("2026H1", "revenue"): (pytest.approx(12.4), m.TWO_QUARTERS),
    }
    assert halves["financial_ids"].map(len).tolist() == [1, 2, 2]


def test_nothing_known_gives_no_half():
    empty = m.half_years(known(period("revenue", "2025", 13)), "Another")
    assert empty.empty
    assert list(empty.columns) == m.HALF_COLUMNS


def test_plans_imply_what_all_else_costs():
    assert m.implied_other_costs(790, 278, 856) == 212
    assert pd.isna(m.implied_other_costs(float("nan"), 278, 856))
