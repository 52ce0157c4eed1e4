"""Examples of what falls due when, what pays for it, and the schedules that published points allow."""

import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.method.worked_examples.example_rows import (
    BUYER,
    DAY,
    Example,
    deals,
    each,
    figures,
    number,
    percent,
    span,
)
from compute_ledger.measures import funding, payment_schedule
from compute_ledger.measures.payments import (
    chosen_schedule,
    half_years,
    published_points,
    revenue_by_schedule,
    schedule_band,
    schedule_family,
    sources_and_uses,
)
from compute_ledger.shared import rounding

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
EVEN = pd.Series(10.0, index=REVENUE.index)
ANCHORS = pd.DataFrame({"year": [2025, 2028], "value": [10.0, 80.0], "at": [2025.5, 2028.5]}, dtype=object)
YEARS = [2027, 2028, 2029, 2030]
FIRST_YEAR = {"point": "first", "from_on": "2027-01-01", "until_on": "2027-12-31", "high_usd_bn": 20.0}


def _dues(ramp: str) -> str:
    due = rounding.column(payment_schedule.dues_by_year(DUE, ramp)["due_usd_bn"])
    return formatting.names(due[due > 0].map(number))


def _coverage() -> str:
    covered = funding.coverage(DUE, REVENUE)
    first = covered[(covered["ramp"] == "flat") & (covered["year"] == 2026)].iloc[0]
    return f"{percent(first['coverage_pct'])}, short by {number(first['short_usd_bn'])}"


def _short() -> str:
    row = revenue_by_schedule.revenue_by_schedule({"path": REVENUE}, {"schedule": EVEN}).iloc[0]
    return f"short by {number(row['short_usd_bn'])}, coverage {percent(row['coverage_pct'])}"


def _spread() -> str:
    table = revenue_by_schedule.revenue_by_schedule({"slow": REVENUE, "fast": 2 * REVENUE}, {"schedule": EVEN})
    rows = revenue_by_schedule.spread_by_choice(table).set_index("choice")
    return f"the path moves it by {number(rows.loc['revenue_path', 'most_usd_bn'])}"


def _family() -> schedule_family.ScheduleFamily:
    due = payment_schedule.due_deals(deals({"start_on": "2027-01-01", "term_years": 4.0}), DAY)
    return schedule_family.schedule_family(due, exponents=[1, 2, 3])


def _band() -> schedule_band.ScheduleBand:
    return schedule_band.schedule_band(_family(), published_points.published_points(FIRST_YEAR), YEARS)


def _first_year() -> str:
    row = _band().years.iloc[0]
    return f"{span(row['low_usd_bn'], row['high_usd_bn'])}, fitted {number(row['fitted_usd_bn'])}"


def _fitted() -> str:
    rows = chosen_schedule.fitted_dues(_family(), _band())
    due = rounding.column(rows["due_usd_bn"])
    return formatting.names(due[due > 0].map(number))


def _point() -> str:
    budget = figures(
        {
            "metric": published_points.IN_ONE_YEAR,
            "period_start": "2026-01-01",
            "period_end": "2026-12-31",
            "value": 40.0,
        }
    )
    row = published_points.points_of_ledger(budget, BUYER, ["Alpha"]).iloc[0]
    return f"at most {number(row['high_usd_bn'])} in {row['until_on'].year}"


def _duration() -> str:
    older, newer = ({"entity": "Alpha", "period_start": day, "period_end": day} for day in ("2025-06-30", "2025-12-31"))
    rows = figures(
        {**older, "metric": published_points.DURATION, "value": 2.0, "unit": "years"},
        {**newer, "metric": published_points.DURATION, "value": 3.0, "unit": "years"},
        {**newer, "metric": "buyer_share_of_rpo", "value": 50.0, "unit": "pct"},
    )
    row = published_points.duration_points(rows, BUYER, ["Alpha"]).iloc[0]
    return f"{span(row['low_years'], row['high_years'])} years"


def _second_half() -> str:
    year, first = {"value": 10.0}, {"value": 4.0, "period_end": "2025-06-30"}
    halves = half_years.half_years(figures(year, first).assign(period=["2025", "2025H1"]), BUYER)
    return f"{number(halves.loc[halves['half'] == '2025H2', 'value_usd_bn'].iloc[0])} in the second"


def _balance() -> str:
    lines = [
        ("source", "revenue", "expected", 30.0),
        ("source", "equity", "conditional", 20.0),
        ("use", "compute", "expected", 40.0),
    ]
    rows = pd.DataFrame(
        [(2026, side, item, standing, value, value, value) for side, item, standing, value in lines],
        columns=sources_and_uses.LINE_COLUMNS,
    )
    row = sources_and_uses.balance_by_year(rows).iloc[0]
    return f"{number(row['balance_usd_bn'])}, at most {number(row['balance_high_usd_bn'])}"


def _revenue_share() -> str:
    shared = sources_and_uses.revenue_share(REVENUE, 20, 4)
    return each(shared.index, shared)


EXAMPLES: tuple[Example, ...] = (
    (
        payment_schedule.share_due,
        "Half of the term over, linear: ",
        lambda: number(payment_schedule.share_due(0.5, "linear")),
    ),
    (payment_schedule.dues_by_year, "30 over 2026 to 2028, linear: ", lambda: _dues("linear")),
    (
        schedule_family.share_paid,
        "Half of the term over, exponent 3: ",
        lambda: number(schedule_family.share_paid(np.array([0.5]), np.array([3.0]))[0], 3),
    ),
    (
        schedule_band.schedule_band,
        "100 over 2027 to 2030, exponents 1, 2 and 3, at most 20 in the first year, which takes: ",
        _first_year,
    ),
    (chosen_schedule.fitted_dues, "The same, by year: ", _fitted),
    (published_points.points_of_ledger, "40 for all computing of 2026: ", _point),
    (
        published_points.duration_points,
        "Mean duration of 2 years, half a year later 3 with half of it new: ",
        _duration,
    ),
    (half_years.half_years, "10 in 2025, 4 in its first half: ", _second_half),
    (
        half_years.implied_other_costs,
        "100 earned and 30 burnt, 80 for computing: ",
        lambda: number(half_years.implied_other_costs(100, 30, 80)),
    ),
    (
        revenue_by_schedule.uncovered,
        "5, 10 and 20 earned, 10 due each year: ",
        lambda: each(REVENUE.index, revenue_by_schedule.uncovered(REVENUE, EVEN)),
    ),
    (funding.coverage, "10 due, 5 earned: ", _coverage),
    (
        funding.peak,
        "5, 10 and 20 in 2026 to 2028: ",
        lambda: f"{number(funding.peak(REVENUE)[1])} in {funding.peak(REVENUE)[0]}",
    ),
    (
        funding.revenue_path,
        "From 10 in 2025 to 80 in 2028, targets, 2026: ",
        lambda: number(funding.revenue_path(ANCHORS, "targets", [2026]).iloc[0]),
    ),
    (revenue_by_schedule.revenue_by_schedule, "5, 10 and 20 earned, 10 due each year: ", _short),
    (revenue_by_schedule.spread_by_choice, "The same, and twice the revenue: ", _spread),
    (sources_and_uses.balance_by_year, "30 earned, 20 on a condition, 40 used: ", _balance),
    (
        sources_and_uses.months_of_money,
        "40 in hand, 20 burnt a year: ",
        lambda: f"{number(sources_and_uses.months_of_money(40, 20))} months",
    ),
    (
        sources_and_uses.growth_to_cover,
        "10 earned in 2025, 40 used in 2027: ",
        lambda: f"{percent(sources_and_uses.growth_to_cover(10, 2025, pd.Series({2027: 40.0})).iloc[0])} a year",
    ),
    (sources_and_uses.revenue_share, "20% of 5, 10 and 20, at most 4 in all: ", _revenue_share),
)
