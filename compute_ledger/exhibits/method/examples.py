"""One example for each measure that plain numbers suffice for, worked out by the measure itself."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.measures import concentration, funding, payment_schedule
from compute_ledger.measures.contracts import gigawatt_years
from compute_ledger.measures.market import market_estimates, market_hhi
from compute_ledger.measures.payments import revenue_by_schedule, schedule_family, sources_and_uses
from compute_ledger.shared import rounding

THREE = pd.Series([50.0, 30.0, 20.0])
GIVEN = "Of 50, 30 and 20: "
DUE = pd.DataFrame(
    {
        "deal_id": ["example"],
        "counterparty": ["Supplier"],
        "start_assumed": [False],
        "term_assumed": [False],
        "due_usd_bn": [30.0],
        "begins_on": pd.to_datetime(["2026-01-01"]),
        "years": [3.0],
    }
)
REVENUE = pd.Series({2026: 5.0, 2027: 10.0, 2028: 20.0}).rename_axis("year")
ANCHORS = pd.DataFrame({"year": [2025, 2028], "value": [10.0, 80.0], "at": [2025.5, 2028.5]}, dtype=object)


def _number(value: float, decimals: int = 2) -> str:
    return formatting.number(float(value), decimals)


def _dues(ramp: str) -> str:
    due = rounding.column(payment_schedule.dues_by_year(DUE, ramp)["due_usd_bn"])
    return formatting.names(due[due > 0].map(_number))


def _coverage() -> str:
    covered = funding.coverage(DUE, REVENUE)
    first = covered[(covered["ramp"] == "flat") & (covered["year"] == 2026)].iloc[0]
    return f"{_number(first['coverage_pct'])}%, short by {_number(first['short_usd_bn'])}"


def _short() -> str:
    dues = pd.Series(10.0, index=REVENUE.index)
    row = revenue_by_schedule.revenue_by_schedule({"path": REVENUE}, {"schedule": dues}).iloc[0]
    return f"short by {_number(row['short_usd_bn'])}, coverage {_number(row['coverage_pct'])}%"


# Measure, what is given, and what the measure makes of it.
EXAMPLES: tuple[tuple[Callable[..., object], str, Callable[[], str]], ...] = (
    (concentration.hhi, GIVEN, lambda: _number(concentration.hhi(THREE), 0)),
    (concentration.effective_number, GIVEN, lambda: _number(concentration.effective_number(THREE))),
    (concentration.concentration_ratio, GIVEN, lambda: f"CR2 {_number(concentration.concentration_ratio(THREE, 2))}%"),
    (concentration.normalised_entropy, GIVEN, lambda: _number(concentration.normalised_entropy(THREE))),
    (concentration.normalised_hhi, GIVEN, lambda: _number(concentration.normalised_hhi(THREE))),
    (concentration.hhi_floor, "Five suppliers: ", lambda: _number(concentration.hhi_floor(5), 0)),
    (
        concentration.hhi_interval,
        "40 to 60 beside 50: ",
        lambda: formatting.between(*concentration.hhi_interval(np.array([40.0, 50.0]), np.array([60.0, 50.0]))),
    ),
    (
        payment_schedule.share_due,
        "Half of the term over, linear: ",
        lambda: _number(payment_schedule.share_due(0.5, "linear")),
    ),
    (payment_schedule.dues_by_year, "30 over 2026 to 2028, linear: ", lambda: _dues("linear")),
    (
        schedule_family.share_paid,
        "Half of the term over, exponent 3: ",
        lambda: _number(schedule_family.share_paid(np.array([0.5]), np.array([3.0]))[0], 3),
    ),
    (funding.coverage, "10 due, 5 earned: ", _coverage),
    (
        funding.peak,
        "5, 10 and 20 in 2026 to 2028: ",
        lambda: f"{_number(funding.peak(REVENUE)[1])} in {funding.peak(REVENUE)[0]}",
    ),
    (
        funding.revenue_path,
        "From 10 in 2025 to 80 in 2028, targets, 2026: ",
        lambda: _number(funding.revenue_path(ANCHORS, "targets", [2026]).iloc[0]),
    ),
    (
        revenue_by_schedule.revenue_by_schedule,
        "5, 10 and 20 earned, 10 due each year: ",
        _short,
    ),
    (
        sources_and_uses.months_of_money,
        "40 in hand, 20 burnt a year: ",
        lambda: f"{_number(sources_and_uses.months_of_money(40, 20))} months",
    ),
    (
        sources_and_uses.growth_to_cover,
        "10 earned in 2025, 40 used in 2027: ",
        lambda: f"{_number(sources_and_uses.growth_to_cover(10, 2025, pd.Series({2027: 40.0})).iloc[0])}% a year",
    ),
    (
        sources_and_uses.revenue_share,
        "20% of 5, 10 and 20, at most 4 in all: ",
        lambda: formatting.names(
            [f"{year}: {_number(value)}" for year, value in sources_and_uses.revenue_share(REVENUE, 20, 4).items()]
        ),
    ),
    (
        gigawatt_years.capacity_needed,
        "280 a year at 10 a gigawatt-year: ",
        lambda: f"{_number(gigawatt_years.capacity_needed(280, 10))} GW",
    ),
    (
        market_estimates.printable_totals,
        "A sum from 61.5 to 64.5: ",
        lambda: formatting.names(map(str, market_estimates.printable_totals(61.5, 64.5))),
    ),
    (
        market_hhi.market_hhi_interval,
        "Shares 40 and 30, the rest unnamed: ",
        lambda: formatting.between(*market_hhi.market_hhi_interval(np.array([40.0, 30.0]), np.array([40.0, 30.0]))),
    ),
)


def examples() -> dict[str, str]:
    """The worked examples by address of the measure."""
    return {f"{measure.__module__}.{measure.__name__}": given + result() for measure, given, result in EXAMPLES}
