"""What falls due in the next whole calendar year, and what the buyer earns at its newest rate."""

from dataclasses import dataclass

import pandas as pd

from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures.payment_schedule import due_deals, dues_by_year
from compute_ledger.measures.payments.published_points import points_of_ledger
from compute_ledger.measures.payments.schedule_band import schedule_band
from compute_ledger.measures.payments.schedule_family import schedule_family
from compute_ledger.shared import rounding

MOST_RAMPS = 7  # suppliers with ramps of their own; more would be too many combinations


@dataclass(frozen=True)
class YearAhead:
    """`due_usd_bn` of `year` on the schedule nearest to what is published, `low_usd_bn` to `high_usd_bn` on all that
    meet it; missing where nothing with an amount stands. `deals`: what falls due; `is_assumed`: a term is assumed."""

    year: int
    due_usd_bn: float
    low_usd_bn: float
    high_usd_bn: float
    deals: pd.DataFrame
    is_assumed: bool


@rounding.inputs
def year_ahead(ledger: Ledger, scope: Scope) -> YearAhead:
    """The payments of the calendar year after the day, by `measures.payments.schedule_band`."""
    year = scope.as_of.year + 1
    due = due_deals(scope.deals(ledger), scope.as_of, default_term_years=scope.default_term_years)
    priced = due[due["due_usd_bn"] > 0]
    if priced.empty:
        return YearAhead(year, float("nan"), float("nan"), float("nan"), priced, False)
    suppliers = sorted(priced["counterparty"].unique())
    family = schedule_family(due, "supplier" if len(suppliers) <= MOST_RAMPS else "common")
    band = schedule_band(family, points_of_ledger(ledger.financials, scope.buyer, suppliers), [year])
    low, high, fitted = band.years[["low_usd_bn", "high_usd_bn", "fitted_usd_bn"]].iloc[0]
    if pd.isna(fitted):
        evenly = dues_by_year(due)
        fitted = float(evenly.loc[evenly["year"] == year, "due_usd_bn"].sum())
    return YearAhead(year, float(fitted), float(low), float(high), priced, bool(priced["term_assumed"].any()))


@rounding.inputs
def run_rate(financials: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """The newest annualised run rate of revenue of the buyer: one row of `financials`, or none."""
    rows = financials[
        (financials["entity"] == buyer) & (financials["metric"] == "run_rate") & ~financials["is_projection"]
    ]
    return rows.sort_values(["period_end", "known_on", "financial_id"]).tail(1)
