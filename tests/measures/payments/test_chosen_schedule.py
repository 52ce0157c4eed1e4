"""The schedule that is used, beside the conventions: sums conserved, fallbacks, and what bounds it."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.commitments import buyer_deals
from compute_ledger.measures.payment_schedule import due_deals, dues_by_year
from compute_ledger.measures.payments.chosen_schedule import SCHEDULES, Schedules, all_schedules, compared_schedules
from compute_ledger.measures.payments.published_points import points_of_ledger, published_points
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import contracts

DAY = pd.Timestamp("2026-06-30")
YEARS = [2027, 2028, 2029, 2030]
CENT_USD_BN = 1e-6


def due_rows(*rows: dict) -> pd.DataFrame:
    """Contracts of 100 over four whole years, 2027 to 2030, unless their cells say otherwise."""
    return due_deals(contracts(*({"start_on": "2027-01-01", "term_years": 4.0} | row for row in rows)), DAY)


def first_year_at_most(amount: float, value: float | None = None) -> pd.DataFrame:
    point = {"point": "first", "from_on": "2027-01-01", "until_on": "2027-12-31", "high_usd_bn": amount}
    return published_points(point | ({} if value is None else {"value_usd_bn": value}))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_conserves_the_amounts(schedule):
    due = due_rows({}, {"amount_usd_bn": 40.0, "counterparty": "Beta", "start_on": "2028-07-01"})
    compared = compared_schedules(due, first_year_at_most(20.0), YEARS, schedule)
    assert compared.chosen == schedule
    assert compared.yearly["due_usd_bn"].sum() == pytest.approx(140, abs=CENT_USD_BN)
    within = compared.yearly[compared.yearly["year"].isin(YEARS)].groupby("year")["due_usd_bn"].sum()
    assert compared.lines[schedule].tolist() == pytest.approx(within.tolist(), abs=CENT_USD_BN)


def test_without_a_point_the_fitted_path_is_even():
    due = due_rows({})
    compared = compared_schedules(due, published_points(), YEARS)
    assert compared.lines["fitted"].tolist() == pytest.approx([25.0] * 4)
    assert compared.lines["flat"].tolist() == pytest.approx([25.0] * 4)


def test_the_fitted_path_comes_to_the_figure_printed_for_a_year():
    """Of 100 over four years the first takes 100/4^p, which is 6.25 for p of 2."""
    compared = compared_schedules(due_rows({}), first_year_at_most(6.25, 6.25), YEARS)
    assert compared.lines["fitted"].tolist() == pytest.approx([100 * n / 16 for n in (1, 3, 5, 7)], abs=0.05)


def test_where_no_schedule_meets_the_points_the_even_one_is_used():
    compared = compared_schedules(due_rows({}), first_year_at_most(0.1), YEARS)
    assert compared.band.admissible == 0
    assert compared.chosen == "flat"
    assert "fitted" not in compared.lines
    assert compared.band_years()[["low_usd_bn", "high_usd_bn"]].to_numpy().tolist() == [[25.0, 25.0]] * 4


def test_the_band_holds_the_chosen_schedule_even_where_points_rule_it_out():
    compared = compared_schedules(due_rows({}), first_year_at_most(6.25, 6.25), YEARS, "flat")
    years = compared.band_years()
    assert (years["low_usd_bn"] <= years["fitted_usd_bn"]).all()
    assert (years["high_usd_bn"] >= years["fitted_usd_bn"]).all()
    assert years["fitted_usd_bn"].tolist() == pytest.approx([25.0] * 4)


def test_many_suppliers_share_one_ramp():
    due = due_rows(*({"counterparty": f"Supplier {i}"} for i in range(9)))
    compared = compared_schedules(due, first_year_at_most(50.0, 50.0), YEARS)
    assert len(compared.band.ramps) == 1
    assert compared.lines["fitted"].sum() == pytest.approx(900, abs=CENT_USD_BN)


def test_nothing_due_is_nothing_in_every_year():
    due = due_rows({"amount_usd_bn": float("nan")})
    compared = compared_schedules(due, published_points(), YEARS)
    assert compared.yearly.empty
    assert all((line == 0).all() for line in compared.lines.values())
    assert dues_by_year(due).empty


def test_a_typo_is_named_with_its_mend():
    with pytest.raises(ValueError, match="did you mean 'back_loaded'"):
        compared_schedules(due_rows({}), published_points(), YEARS, "backloaded")


def same(schedules: Schedules, compared: Schedules) -> bool:
    lines = [{name: line.tolist() for name, line in each.lines.items()} for each in (schedules, compared)]
    return (
        (schedules.chosen, schedules.band.admissible) == (compared.chosen, compared.band.admissible)
        and schedules.band.years.equals(compared.band.years)
        and schedules.yearly.equals(compared.yearly)
        and lines[0] == lines[1]
    )


@pytest.mark.parametrize("as_of", ["2025-11-07", WORKED_OUT_ON, "2026-10-10"])
@pytest.mark.parametrize(("perimeter", "term"), [("firm", 1.0), ("firm", 5.0), ("firm", 20.0), ("announced", 5.0)])
def test_the_fitted_schedule_is_the_same_at_a_glance(as_of, perimeter, term):
    """Of days with few and with many points; under some terms no schedule meets all of them."""
    ledger = load(as_of=as_of)
    buyer, deals = buyer_deals(ledger.deals, "auto")
    due = due_deals(deals, ledger.as_of, perimeter=perimeter, default_term_years=term)
    points = points_of_ledger(ledger.financials, buyer, sorted(set(due["counterparty"])))
    years = list(range(ledger.as_of.year, ledger.as_of.year + 5))
    assert same(all_schedules(due, points, years)["fitted"], compared_schedules(due, points, years))


@pytest.mark.parametrize("high", [20.0, 0.1])
def test_all_schedules_are_those_compared_one_by_one(high):
    due = due_rows({}, {"amount_usd_bn": 40.0, "counterparty": "Beta", "start_on": "2028-07-01"})
    points = first_year_at_most(high)
    schedules = all_schedules(due, points, YEARS)
    assert list(schedules) == list(SCHEDULES)
    assert all(same(each, compared_schedules(due, points, YEARS, name)) for name, each in schedules.items())


def test_where_all_ramps_of_one_supplier_break_a_point_there_is_no_fitted_schedule():
    due = due_rows({}, {"amount_usd_bn": 40.0, "counterparty": "Beta"})
    least = {"point": "Beta", "counterparty": "Beta", "from_on": "2027-01-01", "until_on": "2027-12-31"}
    for high, chosen in ((0.05, "flat"), (2.5, "fitted")):
        points = published_points(least | {"high_usd_bn": high})
        assert all_schedules(due, points, YEARS)["fitted"].chosen == chosen
        assert compared_schedules(due, points, YEARS).chosen == chosen
