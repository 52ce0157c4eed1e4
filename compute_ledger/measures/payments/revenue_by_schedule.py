"""Every revenue path against every payment schedule: what stays uncovered moves with both."""

from collections.abc import Mapping

import pandas as pd

from compute_ledger.shared import rounding

DOLLAR_USD_BN = 1e-9
COLUMNS = [
    "revenue_path", "schedule", "years", "due_usd_bn", "revenue_usd_bn", "coverage_pct", "least_coverage_pct",
    "least_covered_year", "short_usd_bn", "years_short", "first_covered_year",
]  # fmt: skip


def revenue_by_schedule(paths: Mapping[str, pd.Series], schedules: Mapping[str, pd.Series]) -> pd.DataFrame:
    r"""Each revenue path against each schedule, over the years that all paths and schedules give.

    Paths and schedules: USD bn by calendar year (`funding.revenue_path`; conventions, or the low, fitted and high path
    of a `ScheduleBand`). The same years for every pair, so that cells compare. Grain: path-schedule, in the given
    order. Columns: `revenue_path`, `schedule`, `years` (tuple), `due_usd_bn`, `revenue_usd_bn` (sums), `coverage_pct`
    (of all years together), `least_coverage_pct` and `least_covered_year` (missing where nothing is due),
    `short_usd_bn` (sum of what single years lack; a surplus of others is not set against it), `years_short`,
    `first_covered_year` (from which on no year is short; missing where there is none).

    Formula: $\sum_t \max(0, D_t - R_t)$ (short) and $\frac{100 \sum_t R_t}{\sum_t D_t}$ (coverage), with dues $D_t$ and
    revenue $R_t$ of year $t$
    Reference: convention of this report; revenue is not cash
    """
    series = [values.dropna() for values in (*paths.values(), *schedules.values())]
    years = sorted(set.intersection(*(set(values.index) for values in series))) if series else []
    rows = [
        (path, schedule, *_compared(revenue.loc[years], due.loc[years]))
        for path, revenue in paths.items()
        for schedule, due in schedules.items()
        if years
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"least_covered_year": "Int64", "first_covered_year": "Int64"})


def uncovered(revenue: pd.Series, due: pd.Series) -> pd.Series:
    r"""What revenue of a year does not reach of what falls due in it, USD bn by calendar year; missing where either is.

    Less than a dollar is nothing.

    Formula: $\max(0, D_t - R_t)$, with dues $D_t$ and revenue $R_t$ of year $t$
    Reference: arithmetic
    """
    short = (due - revenue).clip(lower=0.0)
    return short.mask(short < DOLLAR_USD_BN, 0.0)


def _compared(revenue: pd.Series, due: pd.Series) -> tuple[object, ...]:
    short = uncovered(revenue, due)
    covered = (100 * revenue / due.where(due > DOLLAR_USD_BN)).dropna()
    years = [int(year) for year in due.index]
    worst = int(rounding.column(covered).to_numpy().argmin()) if len(covered) else None
    least = (float("nan"), None) if worst is None else (float(covered.iloc[worst]), int(covered.index[worst]))
    last_short = max((year for year in years if short[year] > 0), default=None)
    after = [year for year in years if last_short is None or year > last_short]
    total_due, total_revenue = float(due.sum()), float(revenue.sum())
    share = 100 * total_revenue / total_due if total_due > DOLLAR_USD_BN else float("nan")
    return (
        tuple(years),
        total_due,
        total_revenue,
        share,
        *least,
        float(short.sum()),
        int((short > 0).sum()),
        after[0] if after else None,
    )


def spread_by_choice(table: pd.DataFrame) -> pd.DataFrame:
    r"""How far the uncovered sum moves with the revenue path, and with the schedule, the other one held.

    `table` from `revenue_by_schedule`. Grain: one row a choice (revenue_path, schedule). Columns: `choice`,
    `least_usd_bn`, `most_usd_bn` (range of the uncovered sum over that choice, its least and its widest over the other
    one). None for an empty table.

    Formula: $\max_i X_{ij} - \min_i X_{ij}$ for each $j$, with the uncovered sum $X_{ij}$ of choice $i$ and the other
    choice $j$
    Reference: arithmetic
    """
    rows = []
    for choice, other in (("revenue_path", "schedule"), ("schedule", "revenue_path")):
        by_other = table.groupby(other, sort=False)["short_usd_bn"]
        widths = by_other.max() - by_other.min()
        if len(widths):
            rows.append((choice, float(widths.min()), float(widths.max())))
    return pd.DataFrame(rows, columns=["choice", "least_usd_bn", "most_usd_bn"])
