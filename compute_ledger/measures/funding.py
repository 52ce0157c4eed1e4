"""Whether revenue could cover what falls due: points of each measure, assumed paths, and coverage by year."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_ledger.measures.commitments import in_perimeter, standing_on
from compute_ledger.measures.payment_schedule import RAMPS, counted_once, dues_by_year, year_fraction
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import one_of

REVENUE_PATHS = ("targets", "flat", "constant_increase")
REVENUE_METRICS = ("run_rate", "revenue", "revenue_target")
COVERED_YEARS = 5
DOLLAR_USD_BN = 1e-9


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


def own_totals(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    """What one company means to spend up to a year: totals for infrastructure first, then for computing, oldest first.

    Grain: one row of `financials`; the last one is the newest total for computing (none where there is none at all).

    No formula: rows are picked.
    """
    own = financials[financials["entity"].eq(entity) & financials["value"].notna() & financials["is_projection"]]
    computing = own[own["metric"].eq("compute_spend_target_cumulative")]
    wider = own[own["metric"].eq("infrastructure_spend_plan_cumulative")]
    if computing.empty:
        return computing
    order = ["known_on", "financial_id"]
    return pd.concat([wider.sort_values(order), computing.sort_values(order)])


def partner_terms(financials: pd.DataFrame, entity: str) -> tuple[float | None, float | None, pd.DataFrame]:
    """The share of revenue that one company pays a partner, in percent, the cap on its sum (USD bn), and their rows.

    The newest row of each: metrics revenue_share_to_ and payments_to_ with _cap. None where none is known.

    No formula: rows are picked.
    """
    own = financials[financials["entity"].eq(entity) & financials["value"].notna()].sort_values(
        "known_on", kind="stable"
    )
    share = own[own["metric"].str.startswith("revenue_share_to_")].tail(1)
    cap = own[own["metric"].str.fullmatch(r"payments_to_\w+_cap")].tail(len(share))
    first, last = (None if rows.empty else float(rows["value"].iloc[0]) for rows in (share, cap))
    return first, last, pd.concat([share, cap])


def money_held(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    """The newest cash, the newest credit line, and the newest plan of what is to be burnt: rows of `financials`.

    No formula: rows are picked.
    """
    metrics = ["cash_and_securities", "credit_line", "cash_burn_plan_cumulative"]
    own = financials[financials["entity"].eq(entity) & financials["metric"].isin(metrics)].dropna(subset="value")
    newest = own.sort_values(["known_on", "financial_id"]).drop_duplicates("metric", keep="last")
    return newest.sort_values(
        "metric", key=lambda column: column.map({name: i for i, name in enumerate(metrics)}), kind="stable"
    )


def unpriced_suppliers(deals: pd.DataFrame, day: pd.Timestamp) -> list[str]:
    """Suppliers none of whose standing deals, plans included, prints an amount: sorted names.

    No formula: names are picked.
    """
    rows = in_perimeter(standing_on(deals, day), "announced")
    priced = rows.loc[rows["amount_usd_bn"].notna(), "counterparty_group"]
    return sorted(set(rows.loc[~rows["counterparty_group"].isin(priced), "counterparty"]))


def rows_behind(financials: pd.DataFrame, reported: pd.DataFrame, *frames: pd.DataFrame) -> pd.DataFrame:
    """Rows of `financials` behind `sources_and_uses.reported_years` and other picked rows, each once.

    No formula: rows are picked.
    """
    ids = [*reported["financial_id"], *(key for frame in frames for key in frame["financial_id"])]
    return financials[financials["financial_id"].isin(ids)]


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

    targets: revenue of the last whole year, the newest run rate where it is later, and the targets of the day on which
    the newest was published (none before the last whole year). flat: the newest run rate. constant_increase: the
    newest run rate, and before it the newest that is at least six months older.

    No formula: rows are picked.
    """
    one_of("revenue_path", path, REVENUE_PATHS)
    rates = points[points["metric"] == "run_rate"]
    newest = rates.tail(1)
    if path == "targets":
        return _anchors_to_target(points, newest)
    if path == "flat" or newest.empty:
        return newest
    half_a_year_before = newest["period_end"].iloc[0] - pd.DateOffset(months=6)
    older = rates[rates["period_end"] <= half_a_year_before].tail(1)
    return pd.concat([older, newest]) if len(older) else points.iloc[:0]


def _anchors_to_target(points: pd.DataFrame, newest_rate: pd.DataFrame) -> pd.DataFrame:
    """What is earned, newest first to be known, and the newest plan; none where nothing lies before its last target."""
    base = points[points["metric"] == "revenue"].tail(1)
    earned = pd.concat([base, newest_rate[newest_rate["at"] > base["at"].max()] if len(base) else newest_rate])
    targets = points[(points["metric"] == "revenue_target") & ~(points["at"] <= base["at"].max())]
    plan = targets[targets["known_on"] == targets["known_on"].max()].drop_duplicates("year", keep="last")
    if plan.empty or earned.empty or plan["at"].max() <= earned["at"].max():
        return points.iloc[:0]
    return pd.concat([earned, plan]).sort_values("at", key=rounding.column, kind="stable")


def revenue_path(anchors: pd.DataFrame, path: str, years: Sequence[int]) -> pd.Series:
    r"""Revenue by calendar year under an assumption, USD bn, indexed by year; missing where it cannot be said.

    `anchors` from `path_anchors`. targets: one growth rate a year between each two anchors, read in mid-year (before
    the first anchor at the rate that follows it), and nothing beyond the last target's year. flat: the newest run rate
    in every year. constant_increase: as many dollars more each year as between the two run rates, read in mid-year and
    never below zero.

    Formula: $R_0 (\frac{R_1}{R_0})^{\frac{t - t_0}{t_1 - t_0}}$ (targets), $r$ (flat) or $\max(0, r + m (t - t_r))$
    (constant increase), with anchors $R_0$ of day $t_0$ and $R_1$ of day $t_1$ on either side of mid-year $t$, newest
    run rate $r$ of day $t_r$ and increase $m$ a year
    Reference: convention of this report
    """
    one_of("revenue_path", path, REVENUE_PATHS)
    index = pd.Index(years, name="year")
    if anchors.empty:
        return pd.Series(np.nan, index=index)
    first, last = anchors.iloc[0], anchors.iloc[-1]
    middle = index.to_numpy(dtype=float) + 0.5
    if path == "flat":
        values = np.full(len(index), last["value"], dtype=float)
    elif path == "targets":
        values = np.where(index <= last["year"], _between_anchors(anchors, middle), np.nan)
    else:
        per_year = (last["value"] - first["value"]) / (last["at"] - first["at"])
        values = np.maximum(last["value"] + per_year * (middle - last["at"]), 0.0)
    return pd.Series(values, index=index)


def _between_anchors(anchors: pd.DataFrame, middle: np.ndarray) -> np.ndarray:
    """Values at days given as calendar years, along one growth rate between each two anchors."""
    at, value = anchors["at"].to_numpy(dtype=float), anchors["value"].to_numpy(dtype=float)
    later = np.clip(np.searchsorted(at, middle), 1, len(at) - 1)
    part = (middle - at[later - 1]) / (at[later] - at[later - 1])
    return np.asarray(rounding.array(value[later - 1] * (value[later] / value[later - 1]) ** part, rounding.FINER))


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
