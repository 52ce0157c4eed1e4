"""The schedule that published points allow beside the conventions: one fitted path, three to compare, by year."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from compute_ledger.measures.payment_schedule import NOTHING_USD_BN, RAMPS, dues_by_year, year_fraction
from compute_ledger.measures.payments.schedule_band import ScheduleBand, schedule_band
from compute_ledger.measures.payments.schedule_family import ScheduleFamily, schedule_family, share_paid
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import one_of

FITTED = "fitted"
SCHEDULES = (FITTED, *RAMPS)
MOST_GROUPS = 6  # more suppliers than that share one ramp, or a band takes minutes
COLUMNS = ["deal_id", "counterparty", "start_assumed", "term_assumed", "year", "due_usd_bn"]


@dataclass(frozen=True)
class Schedules:
    """What published points allow, and how each schedule spreads the contracts.

    `band`: see `schedule_band`. `yearly`: of the chosen schedule, one row a deal and year (columns of `dues_by_year`).
    `lines`: by the name of a schedule (SCHEDULES), USD bn by calendar year; without the fitted one where no schedule
    meets all points. `chosen`: the schedule that is used: the one asked for, or flat in place of a fitted one that
    there is not.
    """

    band: ScheduleBand
    yearly: pd.DataFrame
    lines: dict[str, pd.Series]
    chosen: str

    def band_years(self) -> pd.DataFrame:
        """The years of the band with the chosen schedule in place of the fitted one, its ends at least as wide.

        One row a calendar year, columns of `ScheduleBand.years`, USD bn.

        No formula: the ends of `schedule_band`, widened to hold the line that is drawn.
        """
        years = self.band.years.set_index("year")
        line = self.lines[self.chosen].reindex(years.index)
        low, high = years["low_usd_bn"].fillna(line), years["high_usd_bn"].fillna(line)
        ends = {"low_usd_bn": low.where(low < line, line), "high_usd_bn": high.where(high > line, line)}
        return years.assign(**ends, fitted_usd_bn=line).reset_index()


def compared_schedules(due: pd.DataFrame, points: pd.DataFrame, years: list[int], schedule: str = FITTED) -> Schedules:
    """The band, the fitted path and the conventions for `years`; each supplier has a ramp of its own, or all share one.

    `due` from `due_deals`, `points` from `published_points`, `schedule` one of SCHEDULES. ValueError for another.

    No formula: `schedule_band` and `dues_by_year`, side by side.
    """
    one_of("ramp", schedule, SCHEDULES)
    family = _family(due)
    band = schedule_band(family, points, years)
    spread = _spread(due, family, band)
    chosen = schedule if schedule in spread else RAMPS[0]
    clean = replace(band, years=rounding.frame(band.years), points=rounding.frame(band.points))
    return Schedules(clean, rounding.frame(spread[chosen]), _lines(spread, years), chosen)


def all_schedules(due: pd.DataFrame, points: pd.DataFrame, years: list[int]) -> dict[str, Schedules]:
    """What `compared_schedules` gives for each of SCHEDULES, by the name asked for, at the cost of one.

    Of its bands only `years` and `admissible` are worked out; `points` are as given.

    No formula: see `compared_schedules`.
    """
    family = _family(due)
    band = schedule_band(family, points, years, only_years=True)
    spread = _spread(due, family, band)
    lines, clean = _lines(spread, years), replace(band, years=rounding.frame(band.years))
    each = {name: Schedules(clean, rounding.frame(rows), lines, name) for name, rows in spread.items()}
    return {name: each.get(name, each[RAMPS[0]]) for name in SCHEDULES}


def _family(due: pd.DataFrame) -> ScheduleFamily:
    suppliers = due.loc[due["due_usd_bn"] > 0, "counterparty"].nunique()
    return schedule_family(due, "supplier" if suppliers <= MOST_GROUPS else "common")


def _spread(due: pd.DataFrame, family: ScheduleFamily, band: ScheduleBand) -> dict[str, pd.DataFrame]:
    """Amounts by calendar year under each schedule that there is."""
    conventions = {ramp: dues_by_year(due, ramp) for ramp in RAMPS}
    return ({FITTED: fitted_dues(family, band)} if band.admissible else {}) | conventions


def _lines(spread: dict[str, pd.DataFrame], years: list[int]) -> dict[str, pd.Series]:
    return {name: rounding.column(_by_year(rows, years)) for name, rows in spread.items()}


def _by_year(rows: pd.DataFrame, years: list[int]) -> pd.Series:
    sums = rows.groupby("year")["due_usd_bn"].sum()
    return sums.reindex(pd.Index(years, name="year"), fill_value=0.0).astype(float)


def fitted_dues(family: ScheduleFamily, band: ScheduleBand) -> pd.DataFrame:
    r"""Amounts by calendar year under the fitted ramps of a band: grain and columns of `payment_schedule.dues_by_year`.

    Formula: $a (u_t^p - u_{t-1}^p)$, with amount $a$, the part $u_t$ of the term that is over at the end of year $t$
    and the exponent $p$ fitted for the supplier
    Reference: convention of this report: no contract has published its ramp
    """
    rows = family.contracts
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS).astype({"year": int, "due_usd_bn": float})
    ramps = band.ramps.set_index("ramp_group")
    exponent = rows["ramp_group"].map(ramps["exponent_fitted"]).to_numpy(dtype=float)[:, None]
    assumed_years = rows["ramp_group"].map(ramps["term_fitted"])
    years = rows["years"].mask(rows["term_assumed"], assumed_years).to_numpy(dtype=float)[:, None]
    begins = year_fraction(rows["begins_on"]).to_numpy()[:, None]
    edges = np.arange(np.floor(begins.min()), np.ceil((begins + years).max()) + 1)
    shares = np.diff(share_paid((edges - begins) / years, exponent), axis=1)
    table = pd.DataFrame(rows["due_usd_bn"].to_numpy()[:, None] * shares, rows.index, edges[:-1].astype(int))
    keys = COLUMNS[:4]
    long = rows[keys].join(table).melt(id_vars=keys, var_name="year", value_name="due_usd_bn")
    return long[long["due_usd_bn"] > NOTHING_USD_BN].astype({"year": int}).reset_index(drop=True)
