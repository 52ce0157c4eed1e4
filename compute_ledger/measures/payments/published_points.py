"""Published figures that a payment schedule has to meet, as points: spans of days with a bound."""

import re

import numpy as np
import pandas as pd

from compute_ledger.measures.bounds.open_amounts import amount_ends
from compute_ledger.measures.dependence import BUSINESS

POINT_COLUMNS = [
    "point", "counterparty", "from_on", "until_on", "value_usd_bn", "low_usd_bn", "high_usd_bn", "low_years",
    "high_years",
]  # fmt: skip
YEAR_DAYS = (363, 366)
IN_ONE_YEAR, UP_TO_A_YEAR = "compute_spend_target", "compute_spend_target_cumulative"
# What a supplier expects of all its customers: revenue of a year, and what of its backlog falls due from a day on.
EXPECTED, DUE, DURATION = "revenue_guidance", "rpo_due", "rpo_duration"


def published_points(*points: dict[str, object]) -> pd.DataFrame:
    """Points as a frame for `schedule_band`; missing cells are empty, `until_on` is the last day counted.

    Grain: one row a point. Columns: POINT_COLUMNS. `counterparty` missing: of all contracts. `value_usd_bn`: the
    printed figure that the fitted path comes near to; missing where the point only bounds. `low_usd_bn`, `high_usd_bn`:
    what the contracts may pay from `from_on` to `until_on`. `low_years`, `high_years`: how long the payments to
    `counterparty` that are left on the evening of `until_on` may be away on average; such a point bounds no amount. A
    figure for all computing is an upper bound: deals without an amount are in it too. ValueError for a low end above
    its high one, or days in the wrong order.

    No formula: rows are put together.
    """
    frame = pd.DataFrame(list(points), columns=POINT_COLUMNS)
    figures, days = POINT_COLUMNS[4:], ["from_on", "until_on"]
    frame = frame.astype(dict.fromkeys(figures, "float64")).assign(**{day: pd.to_datetime(frame[day]) for day in days})
    wrong = (frame["low_usd_bn"] > frame["high_usd_bn"]) | (frame["low_years"] > frame["high_years"])
    wrong |= ~(frame["from_on"] <= frame["until_on"])
    if wrong.any():
        raise ValueError(f"a point must have its low end and first day first: {', '.join(frame.loc[wrong, 'point'])}")
    return frame


def points_of_ledger(financials: pd.DataFrame, buyer: str, suppliers: list[str]) -> pd.DataFrame:
    r"""What the buyer says of its computing and its suppliers of their revenue and backlog, as points.

    Those of `buyer_points`, `expected_points` and `duration_points`, by their last day. Grain and columns of
    `published_points`; `point` is the row's `financial_id`.

    Formula: $\sum_t D_t \le h_k$ over the span of point $k$, with payments $D_t$ and what $h_k$ the buyer says of all
    its computing, or the supplier of all its customers
    In words: no supplier gets more from one customer than it expects from all of them, in a year that it gives a
    figure for or out of the backlog that falls due by then; and the other customers' part of a backlog is paid as far
    ahead as all of it was before the contract. Assumed is that suppliers count the contract in, and no prepayment
    Reference: convention of this report
    """
    parts = [
        buyer_points(financials, buyer, suppliers),
        expected_points(financials, suppliers),
        duration_points(financials, buyer, suppliers),
    ]
    filled = [part for part in parts if len(part)] or parts[:1]
    points = pd.concat(filled, ignore_index=True)
    return points.sort_values(["until_on", "point"], ignore_index=True)


def buyer_points(financials: pd.DataFrame, buyer: str, suppliers: list[str]) -> pd.DataFrame:
    """What the buyer says of its computing, and what it is known to have paid a supplier in a whole year, as points.

    A figure for all computing of one year bounds that year, one up to a year all from the year in which it was said;
    of several for one span the newest counts. What went to a supplier in a year bounds the contracts with it. None has
    a low end: each figure holds more than the contracts. A figure worded as 'more than' bounds nothing. Grain and
    columns of `published_points`.

    No formula: rows are picked.
    """
    names = {f"payments_to_{_in_metrics(name)}": name for name in suppliers}
    days = (financials["period_end"] - financials["period_start"]).dt.days
    wanted = financials["metric"].isin([IN_ONE_YEAR, UP_TO_A_YEAR, *names]) & days.between(*YEAR_DAYS)
    rows = financials[wanted & financials["entity"].eq(buyer) & financials["unit"].eq("usd_bn")]
    rows = rows.sort_values(["known_on", "financial_id"]).drop_duplicates(["metric", "period_end"], keep="last")
    said_in = rows["known_on"].dt.to_period("Y").dt.start_time
    points = _ceilings(rows, rows["metric"].map(names))
    points = points.assign(
        from_on=rows["period_start"].mask(rows["metric"].eq(UP_TO_A_YEAR), said_in),
        value_usd_bn=rows["value"].where(rows["metric"].eq(IN_ONE_YEAR)),
    )
    return points[points["high_usd_bn"].notna() & (points["from_on"] <= points["until_on"])]


def expected_points(financials: pd.DataFrame, suppliers: list[str]) -> pd.DataFrame:
    """What a supplier expects from all its customers together bounds what one of them pays it.

    Rows with the metric EXPECTED (revenue of a year ahead, of the supplier or the part of it that sells computing) and
    DUE (what of its backlog falls due from `period_start` to `period_end`), of several for one span the newest. Assumed
    is that the supplier counts the contracts in, as they stood when it spoke, and that no customer pays it less than
    nothing; so there is no low end. Prepayments would break it. Grain and columns of `published_points`.

    No formula: rows are picked.
    """
    sellers = {business: supplier for supplier, business in BUSINESS.items()} | {name: name for name in suppliers}
    rows = financials[financials["metric"].isin([EXPECTED, DUE]) & financials["unit"].eq("usd_bn")]
    supplier = rows["entity"].map({seller: name for seller, name in sellers.items() if name in suppliers})
    rows = rows.assign(supplier=supplier)[supplier.notna()].sort_values(["known_on", "financial_id"])
    rows = rows.drop_duplicates(["supplier", "metric", "period_start", "period_end"], keep="last")
    points = _ceilings(rows, rows["supplier"])
    return points[points["high_usd_bn"].notna()]


def duration_points(financials: pd.DataFrame, buyer: str, suppliers: list[str]) -> pd.DataFrame:
    r"""How far away the buyer's payments to a supplier are on average, from the durations of the supplier's backlog.

    Of two days on which a supplier printed its backlog (`rpo`) and its mean duration (DURATION, years), the later one
    also with the buyer's part of it (`BUYER_share_of_rpo`, percent). Assumed is that the mean duration is that of the
    dollars until they are earned, and that the other customers' part kept the mean duration that all had on the earlier
    day. Grain: a supplier, the newest such day. Columns of `published_points`; `point` is the later duration's row.

    Formula: $\frac{D_2 - (1 - s) D_1}{s}$, with the mean durations $D_1$ and $D_2$ of the earlier and the later
    backlog and the buyer's part $s$ of the later one, its ends from the ends of each
    Reference: arithmetic
    """
    part_metric = f"{_in_metrics(buyer)}_share_of_rpo"
    wanted = financials["metric"].isin([DURATION, part_metric]) & financials["entity"].isin(suppliers)
    rows = financials[wanted].sort_values(["period_end", "known_on", "financial_id"])
    low, high = amount_ends(rows["value"], rows["low"], rows["high"])
    rows = rows.assign(low=low, high=high)
    durations = rows[rows["metric"].eq(DURATION)].drop_duplicates(["entity", "period_end"], keep="last")
    before = durations.groupby("entity")[["low", "high"]].shift().add_prefix("before_")
    parts = rows.loc[rows["metric"].eq(part_metric) & rows["low"].gt(0), ["entity", "period_end", "low", "high"]]
    parts = parts.drop_duplicates(["entity", "period_end"], keep="last")
    both = durations.join(before).merge(parts, on=["entity", "period_end"], suffixes=("", "_part"))
    both = both[both["before_low"].notna()].drop_duplicates("entity", keep="last")
    return pd.DataFrame(
        {
            "point": both["financial_id"],
            "counterparty": both["entity"],
            "from_on": both["period_end"],
            "until_on": both["period_end"],
            "value_usd_bn": np.nan,
            "low_usd_bn": np.nan,
            "high_usd_bn": np.nan,
            "low_years": _rest(both["low"], both["before_high"], both["low_part"], both["high_part"], np.fmin).clip(0),
            "high_years": _rest(both["high"], both["before_low"], both["low_part"], both["high_part"], np.fmax),
        }
    )


def _in_metrics(name: str) -> str:
    """A company as the names of metrics spell it."""
    return re.sub(r"\W+", "_", name.lower())


def _rest(
    duration: pd.Series, before: pd.Series, low_pct: pd.Series, high_pct: pd.Series, end: np.ufunc
) -> "pd.Series[float]":
    """The duration that the buyer's part must have, at whichever end of that part it is furthest."""
    ends = [before + (duration - before) / (part / 100) for part in (low_pct, high_pct)]
    return pd.Series(end(*ends), duration.index)


def _ceilings(rows: pd.DataFrame, counterparty: pd.Series) -> pd.DataFrame:
    """Rows of `financials` as upper bounds; missing where the figure is open upwards."""
    _, high = amount_ends(rows["value"], rows["low"], rows["high"])
    return pd.DataFrame(
        {
            "point": rows["financial_id"],
            "counterparty": counterparty,
            "from_on": rows["period_start"],
            "until_on": rows["period_end"],
            "value_usd_bn": np.nan,
            "low_usd_bn": np.nan,
            "high_usd_bn": high.where(high < np.inf),
            "low_years": np.nan,
            "high_years": np.nan,
        }
    )
