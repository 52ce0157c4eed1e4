"""What a claim allows for: the interval of its wording, and which claims about the same thing cannot both hold."""

from typing import Literal

import numpy as np
import pandas as pd

from compute_ledger.shared import rounding

SAME = ["subject", "metric", "unit"]
# Lengths of an ISO date that is unknown, a year, a month, a day.
DATE_LENGTHS = (0, 4, 7, 10)
PERIODS = {"month": "M", "year": "Y"}


def spans(claims: pd.DataFrame) -> pd.DataFrame:
    """The claims that say a figure or a day, with `start` and `end` of what they allow for, both ends included.

    Grain: one row a claim. Keeps the columns of `claims`, with "" for no `fact_date`. `start`, `end`: float64, in the
    claim's unit, or in days since 1970 for dates. An exact print is a point. A figure with both ends is half-open,
    [low, high): 62 % ends below 62.5. A range without a figure ("350-500") has both its ends, and so has "up to 100"
    (only high). "More than 20" (only low) has no end.
    """
    claims = claims.assign(
        **{name: rounding.column(claims[name].astype("float64"), rounding.FINER) for name in ("value", "low", "high")}
    )
    value, low, high = claims["value"], claims["low"], claims["high"]
    start = low.fillna(value.where(high.isna(), -np.inf))
    end = high.fillna(value.where(low.isna(), np.inf))
    half_open = value.notna() & (low < high)
    just_below = pd.Series(np.nextafter(end.to_numpy(), -np.inf), index=end.index)
    end = end.mask(half_open, just_below)
    dated = claims["unit"] == "date"
    if dated.any():
        first, last = _days(claims[dated])
        start, end = start.mask(dated, first), end.mask(dated, last)
    says = (claims[["value", "low", "high"]].notna().any(axis=1) & ~dated) | (dated & claims["value_date"].notna())
    dates = claims["fact_date"].astype("object").fillna("")
    return claims.assign(fact_date=dates, start=start, end=end)[says]


def _days(claims: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """First and last day of what is claimed, as days since 1970: of the whole month where only that is known."""
    days = claims["value_date"]
    first, last = days.copy(), days.copy()
    if "value_precision" in claims:
        for precision, freq in PERIODS.items():
            rows = (claims["value_precision"] == precision).fillna(False).astype(bool) & days.notna()
            if rows.any():
                period = days[rows].dt.to_period(freq)
                first[rows] = period.dt.start_time.to_numpy().astype(first.dtype)
                last[rows] = period.dt.end_time.dt.normalize().to_numpy().astype(last.dtype)
    epoch = pd.Timestamp("1970-01-01")
    return (first - epoch).dt.days.astype("float64"), (last - epoch).dt.days.astype("float64")


def in_dispute(rows: pd.DataFrame) -> pd.DataFrame:
    """Of `spans`, the claims that some other claim contradicts, with `date_group`.

    Two claims contradict each other when `subject`, `metric` and `unit` are the same, one fact_date is the other or
    its beginning (2025-10 and 2025-10-28), and their spans do not meet. A claim is contradicted exactly when it
    ends before the latest start, or starts after the earliest end, among the claims of a compatible date; so three
    grouped passes find all of them, in time linear in the claims. Among claims of one date those that are contradicted
    hang together: each ends before the latest start or starts after the earliest end.
    """
    rows = rows[rows.duplicated(SAME, keep=False)]
    if rows.empty:
        return rows.assign(date_group="")
    same = rows.groupby(SAME, sort=False).ngroup()
    lengths = rows["fact_date"].str.len()
    latest_start = pd.Series(-np.inf, index=rows.index)
    earliest_end = pd.Series(np.inf, index=rows.index)
    bounds: tuple[tuple[pd.Series, str, Literal["max", "min"]], ...]
    bounds = ((latest_start, "start", "max"), (earliest_end, "end", "min"))
    for length in DATE_LENGTHS:
        precise_rows = rows[lengths >= length]
        if precise_rows.empty:
            continue
        of_length = lengths[precise_rows.index] == length
        by = [same[precise_rows.index], precise_rows["fact_date"].str[:length]]
        for bound, column, most in bounds:
            # A claim of this length meets all that is as precise or more; the more precise ones meet only it.
            among_all = precise_rows[column].groupby(by, sort=False).transform(most)
            among_own = precise_rows[column].where(of_length).groupby(by, sort=False).transform(most)
            furthest = among_all.where(of_length, among_own)
            wider = np.fmax if most == "max" else np.fmin
            bound[precise_rows.index] = wider(bound[precise_rows.index], furthest)
    disputed = rows[(rows["end"] < latest_start) | (rows["start"] > earliest_end)]
    return disputed.assign(date_group=date_groups(disputed))


def date_groups(rows: pd.DataFrame) -> pd.Series:
    """For each claim the least precise fact_date that its own begins with, among claims about the same thing."""
    groups = rows["fact_date"].copy()
    lengths = rows["fact_date"].str.len()
    for length in reversed(DATE_LENGTHS):
        precise_rows = rows[lengths >= length]
        if precise_rows.empty:
            continue
        prefix = precise_rows["fact_date"].str[:length]
        by = [precise_rows[column] for column in SAME]
        has_beginning = (lengths[precise_rows.index] == length).groupby([*by, prefix], sort=False).transform("any")
        groups[has_beginning[has_beginning].index] = prefix[has_beginning]
    return groups
