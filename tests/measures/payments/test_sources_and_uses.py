"""Sources and uses by year, a capped share of revenue and growth needed, worked on paper."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.commitments import buyer_deals
from compute_ledger.measures.payments import sources_and_uses as m
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import contracts, figures, ties

DAY = pd.Timestamp("2026-06-30")
SCHEDULE = pd.DataFrame(
    {"year": [2026, 2027], "low_usd_bn": [10, 20], "high_usd_bn": [50, 90], "fitted_usd_bn": [40, 80]}
)


def test_reported_years_are_whole_and_newest():
    rows = m.reported_years(
        figures(
            {"value": 13},
            {"value": 13.07, "known_on": "2026-06-18"},
            {"metric": "cash_burn", "value": 8},
            {"metric": "operating_loss", "value": 20, "low": 19.5, "high": 20.5},
            {"value": 4.3, "period_end": "2025-06-30"},
            {"value": 36, "is_projection": True, "period_start": "2026-01-01", "period_end": "2026-12-31"},
            {"entity": "Another", "value": 1},
        ),
        "Exemplar",
    ).set_index("item")
    assert rows["value_usd_bn"].to_dict() == {"cash_burn": 8, "operating_loss": 20, "revenue": 13.07}
    assert rows["side"].to_dict() == {"cash_burn": "result", "operating_loss": "result", "revenue": "source"}
    assert rows.loc["operating_loss", ["low_usd_bn", "high_usd_bn"]].tolist() == [19.5, 20.5]
    more = m.reported_years(figures({"value": 13, "low": 13}), "Exemplar").iloc[0]
    assert more[["low_usd_bn", "high_usd_bn"]].tolist() == [13, float("inf")]


def test_equity_firm_and_conditional():
    """50 in two parts, of which 35 hang on a condition, in the year of its start where one is given."""
    equity = {"layer": "equity", "kind": "equity", "direction": "buyer_receives"}
    rows = m.equity_by_year(
        contracts(
            {**equity, "amount_usd_bn": 50, "status": "conditional"},
            {**equity, "amount_usd_bn": 15, "part_of": "d0", "status": "completed"},
            {**equity, "amount_usd_bn": 35, "part_of": "d0", "status": "conditional", "start_on": "2027-01-01"},
        ),
        ties({}).iloc[:0],
        "Exemplar",
        DAY,
    )
    assert rows[["year", "standing", "value_usd_bn"]].to_numpy().tolist() == [
        [2026, "firm", 15],
        [2027, "conditional", 35],
    ]
    assert list(rows.columns) == m.LINE_COLUMNS


def test_a_share_of_revenue_ends_at_its_cap():
    """A fifth of 50, 100 and 100 under a cap of 38: 10, 20 and the 8 that are left."""
    revenue = pd.Series({2026: 50.0, 2027: 100.0, 2028: 100.0, 2029: 100.0})
    assert m.revenue_share(revenue, 20, 38).tolist() == [10, 20, 8, 0]
    assert m.revenue_share(revenue, 20).tolist() == [10, 20, 20, 20]
    gap = m.revenue_share(pd.Series({2026: 50.0, 2027: float("nan"), 2028: 200.0}), 20, 38)
    assert gap.dropna().tolist() == [10, 28]


def test_sources_less_uses():
    """2026: 30 of revenue and 15 of firm equity against 40 for computing and 6 shared: 1 short, 35 conditional."""
    revenue = pd.Series({2026: 30.0, 2027: 60.0})
    ahead = m.lines_ahead(revenue, SCHEDULE, partner_share=revenue / 5, other_costs={2027: 12})
    equity = pd.DataFrame(
        [
            (2026, "source", "equity", "firm", 15.0, 15.0, 15.0),
            (2026, "source", "equity", "conditional", 35.0, 35.0, 35.0),
        ],
        columns=m.LINE_COLUMNS,
    )
    balance = m.balance_by_year(pd.concat([ahead, equity])).set_index("year")
    assert balance.loc[2026, ["sources_usd_bn", "conditional_usd_bn", "uses_usd_bn", "balance_usd_bn"]].tolist() == [
        45,
        35,
        46,
        -1,
    ]
    assert balance.loc[2026, ["balance_low_usd_bn", "balance_high_usd_bn"]].tolist() == [-11, 64]
    assert balance.loc[2027, ["uses_usd_bn", "balance_usd_bn"]].tolist() == [104, -44]
    assert set(ahead["standing"]) == {"assumed"}


def test_a_year_without_a_figure_has_no_line():
    ahead = m.lines_ahead(pd.Series({2026: 30.0, 2027: float("nan")}), SCHEDULE)
    assert ahead[["year", "item"]].to_numpy().tolist() == [[2026, "revenue"], [2026, "computing"], [2027, "computing"]]
    assert m.balance_by_year(ahead)["year"].tolist() == [2026]
    nothing = m.lines_ahead(pd.Series(dtype=float), SCHEDULE.iloc[:0])
    assert m.balance_by_year(nothing).empty
    unmet = m.lines_ahead(
        pd.Series({2026: 1.0}), SCHEDULE.assign(low_usd_bn=None, high_usd_bn=None, fitted_usd_bn=None)
    )
    assert m.balance_by_year(unmet).empty


def test_growth_to_cover():
    """From 10 to 40 in two years is a doubling a year."""
    growth = m.growth_to_cover(10, 2025, pd.Series({2025: 20.0, 2026: 15.0, 2027: 40.0, 2028: 0.0}))
    assert growth.dropna().to_dict() == pytest.approx({2026: 50, 2027: 100})
    assert m.growth_to_cover(0, 2025, pd.Series({2026: 15.0})).isna().all()


def test_months_of_money():
    assert m.months_of_money(30, 90) == 4
    assert m.months_of_money(30, 0) == float("inf")


def test_the_ledger_of_a_day():
    ledger = load(as_of=WORKED_OUT_ON)
    reported = m.reported_years(ledger.financials, "OpenAI").set_index(["year", "item"])["value_usd_bn"]
    assert 12 < reported[2025, "revenue"] < 14
    assert reported[2025, "total_costs"] > reported[2025, "revenue"]
    equity = m.equity_by_year(
        buyer_deals(ledger.deals, "OpenAI")[1], ledger.ties, "OpenAI", pd.Timestamp(WORKED_OUT_ON)
    )
    sums = equity.groupby("standing")["value_usd_bn"].sum()
    assert 120 < sums["firm"] < 200
    assert 20 < sums["conditional"] < 60
