"""Published figures that a payment schedule has to meet, as points: spans of days with a bound."""

import re

import pandas as pd

from compute_ledger.measures.bounds.open_amounts import amount_ends

POINT_COLUMNS = ["point", "counterparty", "from_on", "until_on", "value_usd_bn", "low_usd_bn", "high_usd_bn"]
YEAR_DAYS = (363, 366)
IN_ONE_YEAR, UP_TO_A_YEAR = "compute_spend_target", "compute_spend_target_cumulative"


def published_points(*points: dict[str, object]) -> pd.DataFrame:
    """Points as a frame for `schedule_band`; missing cells are empty, `until_on` is the last day counted.

    Grain: one row a point. Columns: POINT_COLUMNS. `counterparty` missing: of all contracts. `value_usd_bn`: the
    printed figure that the fitted path comes near to; missing where the point only bounds. `low_usd_bn`, `high_usd_bn`:
    what the contracts may pay from `from_on` to `until_on`. A figure for all computing is an upper bound: deals without
    an amount are in it too. ValueError for a low end above its high one, or days in the wrong order.

    No formula: rows are put together.
    """
    frame = pd.DataFrame(list(points), columns=POINT_COLUMNS)
    amounts, days = ["value_usd_bn", "low_usd_bn", "high_usd_bn"], ["from_on", "until_on"]
    frame = frame.astype(dict.fromkeys(amounts, "float64")).assign(**{day: pd.to_datetime(frame[day]) for day in days})
    wrong = (frame["low_usd_bn"] > frame["high_usd_bn"]) | ~(frame["from_on"] <= frame["until_on"])
    if wrong.any():
        raise ValueError(f"a point must have its low end and first day first: {', '.join(frame.loc[wrong, 'point'])}")
    return frame


def points_of_ledger(financials: pd.DataFrame, buyer: str, suppliers: list[str]) -> pd.DataFrame:
    """What the buyer says of its computing, and what it is known to have paid a supplier in a whole year, as points.

    A figure for all computing of one year bounds that year, one up to a year all from the year in which it was said;
    of several for one span the newest counts. What went to a supplier in a year bounds the contracts with it. None has
    a low end: each figure holds more than the contracts. A figure worded as 'more than' bounds nothing. Grain and
    columns of `published_points`; `point` is the row's `financial_id`.

    No formula: rows are picked.
    """
    names = {"payments_to_" + re.sub(r"\W+", "_", name.lower()): name for name in suppliers}
    days = (financials["period_end"] - financials["period_start"]).dt.days
    wanted = financials["metric"].isin([IN_ONE_YEAR, UP_TO_A_YEAR, *names]) & days.between(*YEAR_DAYS)
    rows = financials[wanted & financials["entity"].eq(buyer) & financials["unit"].eq("usd_bn")]
    rows = rows.sort_values(["known_on", "financial_id"]).drop_duplicates(["metric", "period_end"], keep="last")
    said_in = rows["known_on"].dt.to_period("Y").dt.start_time
    _, high = amount_ends(rows["value"], rows["low"], rows["high"])
    points = pd.DataFrame(
        {
            "point": rows["financial_id"],
            "counterparty": rows["metric"].map(names),
            "from_on": rows["period_start"].mask(rows["metric"].eq(UP_TO_A_YEAR), said_in),
            "until_on": rows["period_end"],
            "value_usd_bn": rows["value"].where(rows["metric"].eq(IN_ONE_YEAR)),
            "low_usd_bn": float("nan"),
            "high_usd_bn": high.where(high < float("inf")),
        }
    )
    points = points[points["high_usd_bn"].notna() & (points["from_on"] <= points["until_on"])]
    return points.sort_values(["until_on", "point"], ignore_index=True)
