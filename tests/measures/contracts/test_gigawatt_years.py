"""Dollars per gigawatt-year, bought and earned, worked on paper."""

import pandas as pd
import pytest

from compute_ledger.measures.contracts import gigawatt_years as m
from tests.measures.hand_made import contracts, figures


def used(year: int, value: float) -> dict:
    days = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    return {"metric": "compute_in_use", "unit": "gw", "value": value, **days}


def test_amount_over_capacity_and_years():
    """300 for 4.5 GW over 5 years: 13.33 a gigawatt-year."""
    prices = m.bought(contracts({"amount_usd_bn": 300, "capacity_gw": 4.5, "term_years": 5}))
    assert prices["gw_years"].iloc[0] == 22.5
    assert prices["price"].iloc[0] == pytest.approx(13.3333, abs=1e-4)


def test_a_worded_amount_has_two_prices_or_an_open_one():
    """20 to 30 for 0.75 GW over 3 years is 8.9 to 13.3; 'at least 500' for 10 GW over 20 years is 2.5 or more."""
    deal = {
        "amount_usd_bn": 20,
        "amount_low_usd_bn": 20,
        "amount_high_usd_bn": 30,
        "capacity_gw": 0.75,
        "term_years": 3,
    }
    lease = {
        "amount_usd_bn": 500,
        "amount_low_usd_bn": 500,
        "capacity_gw": 10,
        "term_years": 20,
        "layer": "data_centre",
    }
    prices = m.bought(contracts(deal, lease)).set_index("deal_id")
    assert prices.loc["d0", ["price_low", "price_high"]].tolist() == pytest.approx([80 / 9, 40 / 3])
    assert prices.loc["d1", ["price_low", "price_high"]].tolist() == [2.5, float("inf")]


def test_bases_are_never_mixed():
    deal = {"amount_usd_bn": 10, "capacity_gw": 1, "term_years": 1}
    deals = contracts(deal, {**deal, "amount_usd_bn": 40}, {**deal, "layer": "data_centre", "amount_usd_bn": 2})
    bases = m.bought(deals).set_index("deal_id")["basis"]
    assert bases.to_dict() == {"d0": "cloud", "d1": "cloud", "d2": "data_centre"}
    named = m.bought(deals, pd.Series({"d0": "IT load"}))
    assert named.set_index("deal_id")["basis"].to_dict() == {"d0": "IT load", "d1": "cloud", "d2": "data_centre"}


@pytest.mark.parametrize(
    "cells", [{"amount_usd_bn": None}, {"capacity_gw": None}, {"term_years": None}, {"term_years": 0.0}]
)
def test_what_lacks_a_part_has_no_price(cells):
    prices = m.bought(contracts({"amount_usd_bn": 10, "capacity_gw": 1, "term_years": 1, **cells}))
    assert prices.empty


def test_money_received_is_no_price():
    assert m.bought(contracts({"capacity_gw": 1.0, "direction": "buyer_receives"})).empty


def test_earned_of_a_day_and_of_a_year():
    """Run rate of 20 on 1.9 GW: 10.5. Revenue of 13.07 on (0.6 + 1.9) / 2 GW: 10.5."""
    december = {"period_start": "2025-12-01", "period_end": "2025-12-31", "metric": "run_rate"}
    earned = m.earned(
        figures(used(2024, 0.6), used(2025, 1.9), {"value": 13.07}, {**december, "value": 20, "low": 20}), "Exemplar"
    ).set_index("measure")
    assert earned.loc["run_rate", ["earned", "earned_low", "earned_high"]].tolist() == [
        20 / 1.9,
        20 / 1.9,
        float("inf"),
    ]
    assert earned.loc["revenue", "earned"] == pytest.approx(13.07 / 1.25)
    assert earned.loc["revenue", "financial_ids"] == ("f2", "f1")
    assert m.earned(figures(used(2025, 1.9), {"value": 13.07}), "Exemplar").empty  # no capacity at the year's beginning
    assert m.earned(figures(used(2025, 1.9), {**december, "value": 20}), "Another").empty


def test_a_run_rate_of_july_is_not_set_beside_december():
    july = {"period_start": "2025-07-01", "period_end": "2025-07-31", "metric": "run_rate", "value": 12}
    assert m.earned(figures(used(2025, 1.9), july), "Exemplar").empty


def test_capacity_needed():
    assert m.capacity_needed(280, 10) == 28
    assert pd.isna(m.capacity_needed(280, 0))
