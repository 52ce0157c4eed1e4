"""Whether revenue could cover what falls due: points of each measure, assumed paths, and coverage by year."""

import math
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_ledger.measures.commitments import in_perimeter, standing_on
from compute_ledger.measures.payment_schedule import RAMPS, counted_once, due_deals, dues_by_year, year_fraction
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import one_of

REVENUE_PATHS = ("targets", "flat", "constant_increase")
REVENUE_METRICS = ("run_rate", "revenue", "revenue_target")
COVERED_YEARS = 5
DOLLAR_USD_BN = 1e-9
TERMS = (3.0, 5.0, 7.0, 10.0, 15.0, 20.0)


def covered_years(day: pd.Timestamp) -> list[int]:
    """The calendar year of `day` and the four after it.

    No formula: a list of years.
    """
    return list(range(day.year, day.year + COVERED_YEARS))


def revenue_points(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    """Run rates, recognised revenue of whole years, and revenue targets of one company: three measures, as points.

    Grain: one row of `financials`. Adds `year` (calendar year in which the period ends) and `at` (where the point
    lies in calendar years: a run rate on the last day of its period, a year's revenue in mid-year). Oldest first.

    No formula: rows are picked.
    """
    rows = financials[(financials["entity"] == entity) & financials["metric"].isin(REVENUE_METRICS)]
    rows = rows[rows["value"].notna() & (rows["is_projection"] == rows["metric"].eq("revenue_target"))]
    days = (rows["period_end"] - rows["period_start"]).dt.days
    rows = rows[rows["metric"].eq("run_rate") | days.between(363, 366)]
    year = rows["period_end"].dt.year
    at = year_fraction(rows["period_end"]).where(rows["metric"] == "run_rate", year + 0.5)
    return rows.assign(year=year, at=at).sort_values(["at", "known_on"], key=rounding.column, ignore_index=True)


def compute_targets(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    """What one company says it will spend on computing, in one year or up to one: the newest target for each.

    Grain: one row of `financials` for each metric and last day of its period; of several the one known last.

    No formula: rows are picked.
    """
    metrics = ["compute_spend_target", "compute_spend_target_cumulative"]
    rows = financials[(financials["entity"] == entity) & financials["metric"].isin(metrics)].dropna(subset="value")
    older = rows.sort_values(["known_on", "financial_id"]).duplicated(["metric", "period_end"], keep="last")
    return rows[~older.reindex(rows.index)]


def yearly_costs(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    """Total costs of one company's whole years, oldest first: rows of `financials`.

    No formula: rows are picked.
    """
    rows = financials[(financials["entity"] == entity) & (financials["metric"] == "total_costs")]
    return rows[rows["value"].notna() & ~rows["is_projection"]].sort_values(["period_end", "financial_id"])


def payments_made(financials: pd.DataFrame, yearly: pd.DataFrame, entity: str) -> pd.DataFrame:
    """What one company is known to have paid a supplier in a whole year, beside what was due to it by the schedule.

    `yearly` from `schedule.dues_by_year`. Grain: one row of `financials` whose metric is payments_to_ and the
    supplier's name, for the suppliers in `yearly`. Adds `supplier`, `year` and `due_usd_bn` (0 where nothing was due).

    No formula: rows are put side by side.
    """
    names = {re.sub(r"\W+", "_", name.lower()): name for name in yearly["counterparty"].unique()}
    rows = financials[(financials["entity"] == entity) & ~financials["is_projection"] & financials["value"].notna()]
    rows = rows.assign(
        supplier=rows["metric"].str.extract(r"^payments_to_(\w+)$")[0].map(names), year=rows["period_end"].dt.year
    ).dropna(subset="supplier")
    rows = rows[(rows["period_end"] - rows["period_start"]).dt.days.between(363, 366)]
    due = yearly.groupby(["counterparty", "year"])["due_usd_bn"].sum()
    of_rows = due.reindex(pd.MultiIndex.from_frame(rows[["supplier", "year"]]), fill_value=0.0)
    return rows.assign(due_usd_bn=of_rows.to_numpy()).sort_values(["year", "supplier"])


def path_anchors(points: pd.DataFrame, path: str) -> pd.DataFrame:
    """The published points that an assumed path rests on: rows of `revenue_points`, first to last, or none.

    targets: revenue of the last whole year, and the target published last. flat: the newest run rate.
    constant_increase: the newest run rate, and before it the newest that is at least six months older.

    No formula: rows are picked.
    """
    one_of("revenue_path", path, REVENUE_PATHS)
    if path == "targets":
        base = points[points["metric"] == "revenue"].tail(1)
        ahead = points[(points["metric"] == "revenue_target") & (points["year"] > base["year"].max())]
        target = ahead.sort_values(["known_on", "year"]).tail(1)
        return pd.concat([base, target]) if len(target) else points.iloc[:0]
    rates = points[points["metric"] == "run_rate"]
    newest = rates.tail(1)
    if path == "flat" or newest.empty:
        return newest
    half_a_year_before = newest["period_end"].iloc[0] - pd.DateOffset(months=6)
    older = rates[rates["period_end"] <= half_a_year_before].tail(1)
    return pd.concat([older, newest]) if len(older) else points.iloc[:0]


def revenue_path(anchors: pd.DataFrame, path: str, years: Sequence[int]) -> pd.Series:
    r"""Revenue by calendar year under an assumption, USD bn, indexed by year; missing where it cannot be said.

    `anchors` from `path_anchors`. targets: one growth rate a year that leads from the one anchor to the other, and
    nothing beyond the target's year. flat: the newest run rate in every year. constant_increase: as many dollars
    more each year as between the two run rates, read in mid-year and never below zero.

    Formula: $R_0 (\frac{R_1}{R_0})^{\frac{t - t_0}{t_1 - t_0}}$ (targets), $r$ (flat) or $\max(0, r + m (t - t_r))$
    (constant increase), with revenue $R_0$ of year $t_0$, target $R_1$ for $t_1$, newest run rate $r$ of day $t_r$ and
    increase $m$ a year
    Reference: convention of this report
    """
    one_of("revenue_path", path, REVENUE_PATHS)
    index = pd.Index(years, name="year")
    if anchors.empty:
        return pd.Series(np.nan, index=index)
    first, last = anchors.iloc[0], anchors.iloc[-1]
    ahead = index.to_numpy(dtype=float)
    if path == "flat":
        values = np.full(len(index), last["value"], dtype=float)
    elif path == "targets":
        growth = (last["value"] / first["value"]) ** (1 / (last["year"] - first["year"]))
        grown = [first["value"] * math.prod([growth] * (year - first["year"])) for year in index]
        values = np.where(ahead <= last["year"], grown, np.nan)
    else:
        per_year = (last["value"] - first["value"]) / (last["at"] - first["at"])
        values = np.maximum(last["value"] + per_year * (ahead + 0.5 - last["at"]), 0.0)
    return pd.Series(values, index=index)


def coverage(due: pd.DataFrame, revenue: pd.Series) -> pd.DataFrame:
    r"""Revenue of a path over what falls due, by year, under each ramp.

    `due` from `schedule.due_deals`, `revenue` from `revenue_path`. Grain: ramp-year, for the years of `revenue`.
    Columns: `ramp`, `year`, `due_usd_bn`, `revenue_usd_bn`, `coverage_pct` (missing where nothing falls due),
    `short_usd_bn` (what revenue leaves uncovered, at least 0).

    Formula: $\frac{100\, R_t}{D_t}$ (coverage) and $\max(0, D_t - R_t)$ (short), with revenue $R_t$ and dues $D_t$ of
    year $t$
    In words: revenue of the year on the chosen path / dues of the year
    Reference: convention of this report; revenue is not cash
    """
    frames = []
    for ramp in RAMPS:
        yearly = dues_by_year(due, ramp).groupby("year")["due_usd_bn"].sum()
        yearly = yearly.mask(yearly < DOLLAR_USD_BN, 0.0).reindex(revenue.index, fill_value=0.0)
        share, short = 100 * revenue / yearly.where(yearly > 0), yearly - revenue
        frame = pd.DataFrame({"due_usd_bn": yearly, "revenue_usd_bn": revenue, "coverage_pct": share})
        frame = frame.assign(short_usd_bn=short.mask(short < DOLLAR_USD_BN, 0.0))
        frames.append(frame.reset_index().assign(ramp=ramp))
    columns = ["ramp", "year", "due_usd_bn", "revenue_usd_bn", "coverage_pct", "short_usd_bn"]
    return pd.concat(frames, ignore_index=True)[columns]


def peak(yearly: pd.Series) -> tuple[int, float]:
    r"""First of the years in which most falls due, and how much; amounts that print alike count as one.

    Formula: $\max_t D_t$, with dues $D_t$ of year $t$
    Reference: arithmetic
    """
    rounded = rounding.column(yearly)
    year = int(rounded.index[int(rounded.to_numpy().argmax())])
    return year, float(yearly.loc[year])


def growth_needed(covered: pd.DataFrame, points: pd.DataFrame) -> pd.Series:
    r"""Growth of revenue a year, in percent, that makes it equal what falls due, for each row of `coverage`.

    100 * ((due / base) ** (1 / years between) - 1), from recognised revenue of the last whole year among `points`.
    Missing where there is no such year, nothing due, or no time to grow.

    Formula: $100 ((\frac{D_t}{R_0})^{\frac{1}{t - t_0}} - 1)$, with dues $D_t$ of year $t$ and revenue $R_0$ of year
    $t_0$
    Reference: arithmetic
    """
    base = points[points["metric"] == "revenue"].tail(1)
    if base.empty or not base["value"].iloc[0] > 0:
        return pd.Series(np.nan, index=covered.index)
    ahead = covered["year"] - base["year"].iloc[0]
    possible = (ahead > 0) & (covered["due_usd_bn"] > 0)
    times = covered["due_usd_bn"].where(possible) / base["value"].iloc[0]
    return 100 * (times ** (1 / ahead.where(possible)) - 1)


def sensitivity(
    deals: pd.DataFrame, day: pd.Timestamp, revenue: pd.Series, *, perimeter: str, default_term_years: float
) -> pd.DataFrame:
    r"""What a revenue path leaves uncovered, under each ramp and each term assumed where none is published.

    Grain: ramp-term; the terms are TERMS and the one chosen. Columns: `ramp`, `term_years`, and over the years with
    a revenue: `due_usd_bn`, `revenue_usd_bn`, `coverage_pct` (of all years together), `short_usd_bn` (sum of the
    years that are short; a surplus of other years is not set against it), `years_short`, `peak_year`, `peak_usd_bn`.

    Formula: $\frac{100 \sum_t R_t}{\sum_t D_t}$ (coverage) and $\sum_t \max(0, D_t - R_t)$ (short), with revenue $R_t$
    and dues $D_t$ of year $t$
    Reference: convention of this report
    """
    known_revenue = revenue.dropna()
    rows = []
    for term in sorted({*TERMS, float(default_term_years)}):
        due = due_deals(deals, day, perimeter=perimeter, default_term_years=term)
        for ramp, frame in coverage(due, known_revenue).groupby("ramp", sort=False):
            sums = frame[["due_usd_bn", "revenue_usd_bn", "short_usd_bn"]].sum()
            if sums["due_usd_bn"] > 0:
                year, highest = peak(frame.set_index("year")["due_usd_bn"])
                rows.append(
                    {"ramp": ramp, "term_years": term, **sums}
                    | {"coverage_pct": 100 * sums["revenue_usd_bn"] / sums["due_usd_bn"]}
                    | {"years_short": int((frame["short_usd_bn"] > 0).sum())}
                    | {"peak_year": year, "peak_usd_bn": highest}
                )
    return pd.DataFrame(rows)


def equity_raised(deals: pd.DataFrame, ties: pd.DataFrame, buyer: str, day: pd.Timestamp) -> pd.DataFrame:
    """Equity announced as put into the buyer and standing on `day`, with what each investment adds to the sum.

    Grain: one round or investment with an amount. Adds `raised_usd_bn` (a round and its parts count once),
    `conditional_usd_bn` (what of it hangs on a condition or is not final), `also_supplier` (the investor's group
    has a standing deal that the buyer pays for), `round_on` and `round_precision` (when the investment was announced
    first, before later rows on what was paid or amended took its place). Shares that the buyer itself receives in
    a supplier (`ties`: the buyer owns the counterparty) are not money raised.

    No formula: sums.
    """
    owned = ties.loc[(ties["from"] == buyer) & (ties["kind"] == "owns"), "to"]
    standing = standing_on(deals, day)
    paid = in_perimeter(standing, "announced").query("direction == 'buyer_pays'")["counterparty_group"]
    rows = standing[(standing["kind"] == "equity") & (standing["direction"] == "buyer_receives")]
    rows = rows[rows["amount_usd_bn"].notna()]
    rows = rows[~rows["counterparty"].isin(owned) & ~rows["status"].isin(["cancelled", "superseded", "talks"])]
    has_parts = rows["deal_id"].isin(rows["part_of"])
    waits = rows["status"].isin(["conditional", "not_finalised"]) & ~has_parts
    investments = deals[deals["kind"] == "equity"].set_index("deal_id")
    first = _first_in_line(rows["deal_id"], investments["replaces"])
    return rows.assign(
        round_on=investments["announced_on"].reindex(first).set_axis(rows.index),
        round_precision=investments["date_precision"].reindex(first).set_axis(rows.index),
        raised_usd_bn=counted_once(rows, deals, "amount_usd_bn"),
        conditional_usd_bn=rows["amount_usd_bn"].where(waits, 0.0),
        also_supplier=rows["counterparty_group"].isin(paid),
    )


def _first_in_line(deal_ids: pd.Series, replaces: pd.Series) -> pd.Series:
    """What each deal replaced in the end, along `replaces` (by deal_id), as far as that is listed there itself."""
    first = deal_ids.astype("object")
    while True:
        earlier = first.map(replaces)
        listed = earlier.isin(replaces.index)
        if not listed.any():
            return first
        first = first.mask(listed, earlier)
