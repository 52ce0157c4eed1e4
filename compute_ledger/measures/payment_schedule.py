"""When promised amounts fall due: each deal once, over its term, under a ramp that is a convention."""

from typing import Any

import numpy as np
import pandas as pd

from compute_ledger.measures.commitments import in_perimeter, standing_on
from compute_ledger.shared.choices import TERM_YEARS, one_of, within

RAMPS = ("flat", "linear", "back_loaded")
# Below a tenth of a cent: what is left of binary fractions.
NOTHING_USD_BN = 1e-13
LONG_WAIT_DAYS = 365  # from an announcement to a start, beyond which a term may be meant to run from either


def counted_once(rows: pd.DataFrame, deals: pd.DataFrame, column: str) -> pd.Series:
    r"""What each row adds to a sum over `rows` in which nothing is counted twice.

    A part counts in full; what it is part of counts for what its parts leave, never below zero. Parts are found
    along `part_of`, also through deals that are not in `rows` or have no value; where `rows` and `deals` differ in it,
    `rows` hold (`standing_on` leads the parts of a replaced deal to its successor). Missing where `column` is.

    Formula: $\max(0, a - \sum_p a_p)$, with amount $a$ of a deal and amounts $a_p$ of its parts
    Reference: convention of this report
    """
    valued = set(rows.loc[rows[column].notna(), "deal_id"])
    part_deals = pd.concat([deals[["deal_id", "part_of"]], rows[["deal_id", "part_of"]]]).dropna(subset="part_of")
    links: dict[str, str] = dict(zip(part_deals["deal_id"], part_deals["part_of"], strict=True))
    nearest: dict[str, str | None] = {deal: deal for deal in valued}
    wholes = [_nearest(links.get(deal), links, nearest) for deal in rows["deal_id"]]
    nearest_deals = pd.Series(wholes, rows.index, dtype=object)
    parts = rows.groupby(nearest_deals)[column].sum()
    remainder = rows[column] - rows["deal_id"].map(parts.to_dict()).astype(float).fillna(0.0)
    return remainder.mask(remainder < 1e-9, 0.0)


def _nearest(deal: str | None, links: dict[str, str], nearest: dict[str, str | None]) -> str | None:
    """`deal`, or the first along its links that `nearest` knows; what was passed on the way is added to it."""
    passed = []
    while deal is not None and deal not in nearest:
        passed.append(deal)
        deal = links.get(deal)
    nearest_deal = None if deal is None else nearest[deal]
    nearest.update(dict.fromkeys(passed, nearest_deal))
    return nearest_deal


def due_deals(
    deals: pd.DataFrame, day: pd.Timestamp, *, perimeter: str = "firm", default_term_years: float = 5.0
) -> pd.DataFrame:
    """Deals of a perimeter as they stood on `day`, with what each adds and when it runs.

    Grain: one row a deal, deals without a published amount included with `due_usd_bn` missing. Adds `due_usd_bn`
    (USD bn, see `counted_once`), `begins_on` (start, else the announcement), `years` (term, else
    `default_term_years`), `start_assumed` and `term_assumed`. ValueError for a default term that is not 1 to 20 years.

    No formula: amounts as of `counted_once`, and dates.
    """
    within("default_term_years", default_term_years, TERM_YEARS)
    rows = in_perimeter(standing_on(deals, day), perimeter)
    term = rows["term_years"].where(rows["term_years"] > 0)
    return rows.assign(
        due_usd_bn=counted_once(rows, deals, "amount_usd_bn"),
        begins_on=rows["start_on"].fillna(rows["announced_on"]),
        years=term.fillna(default_term_years),
        start_assumed=rows["start_on"].isna(),
        term_assumed=term.isna(),
    )


def begun_when_announced(due: pd.DataFrame) -> pd.DataFrame:
    """The other reading of a start that lies far ahead: the term begins with the announcement instead.

    `due` from `due_deals`; grain and columns of it, and `is_other_reading` for deals whose published start lies
    LONG_WAIT_DAYS or more after the announcement. Of these `begins_on` is the announcement and `start_assumed` true.

    No formula: dates.
    """
    waits = ~due["start_assumed"] & (due["begins_on"] - due["announced_on"]).dt.days.ge(LONG_WAIT_DAYS)
    return due.assign(
        begins_on=due["begins_on"].mask(waits, due["announced_on"]),
        start_assumed=due["start_assumed"] | waits,
        is_other_reading=waits,
    )


def year_fraction(days: pd.Series) -> pd.Series:
    """Days as calendar years: 2025-07-01 is 2025 + 181/365, so that each year is as long as any other.

    No formula: a date is written as a number.
    """
    length = 365 + days.dt.is_leap_year.astype(int)
    return days.dt.year + (days.dt.day_of_year - 1) / length


def share_due(elapsed: Any, ramp: str) -> Any:
    """Part of an amount that has fallen due after the part `elapsed` (u, 0 to 1) of its term.

    flat: u; the yearly rate is the mean throughout. linear: u squared; the rate rises in a straight line from 0 to
    twice the mean. back_loaded: u cubed; the rate rises with the square of time, to three times the mean.

    Formula: $g(u) = u$ (flat), $u^2$ (linear) or $u^3$ (back-loaded)
    Reference: convention of this report: no contract has published its ramp
    """
    one_of("ramp", ramp, RAMPS)
    part = np.clip(elapsed, 0, 1)
    # Products, as processors differ in the last bit of a power.
    return {"flat": part, "linear": part * part, "back_loaded": part * part * part}[ramp]


def dues_by_year(due: pd.DataFrame, ramp: str = "flat") -> pd.DataFrame:
    """Amounts by the calendar year in which they fall due, by the day in the first and the last year.

    `due` from `due_deals`. Grain: deal-year with something due. Columns: `deal_id`, `counterparty`,
    `start_assumed`, `term_assumed`, `year`, `due_usd_bn`. Adds up to each deal's amount.

    Formula: $a (g(u_t) - g(u_{t-1}))$, with amount $a$, the part $u_t$ of the term that is over at the end of year $t$,
    and $g(u) = u$ (flat), $u^2$ (linear) or $u^3$ (back-loaded)
    In words: amount × share of the ramp that falls into the year, from the start of the term to its end; the shares of
    one deal sum to 1
    Reference: convention of this report: flat, linear or back-loaded
    """
    columns = ["deal_id", "counterparty", "start_assumed", "term_assumed"]
    priced = due[due["due_usd_bn"] > 0]
    one_of("ramp", ramp, RAMPS)
    if priced.empty:
        return priced[columns].assign(year=pd.Series(dtype=int), due_usd_bn=pd.Series(dtype=float))
    begin = year_fraction(priced["begins_on"]).to_numpy()[:, None]
    years = priced["years"].to_numpy()[:, None]
    edges = np.arange(np.floor(begin.min()), np.ceil((begin + years).max()) + 1)
    shares = np.diff(share_due((edges - begin) / years, ramp), axis=1)
    yearly = priced["due_usd_bn"].to_numpy()[:, None] * shares
    table = pd.DataFrame(yearly, index=priced.index, columns=edges[:-1].astype(int))
    long = priced[columns].join(table).melt(id_vars=columns, var_name="year", value_name="due_usd_bn")
    return long[long["due_usd_bn"] > NOTHING_USD_BN].astype({"year": int}).reset_index(drop=True)
