"""The totals that others quote, what they were printed with, and what a gigawatt is said to cost."""

import pandas as pd

from compute_ledger.measures.payment_schedule import due_deals
from compute_ledger.measures.timeline import quoted_totals
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import one_of

QUOTED = ("largest", "newest", "oldest")
PART_COLUMNS = ["financial_id", "deal_id", "counterparty", "high", "printed"]
ESTIMATES = ("all_in_estimate", "chips_cost_estimate", "cost_estimate", "sales_estimate", "value_estimate")


def totals(financials: pd.DataFrame, claims: pd.DataFrame, evidence: pd.DataFrame, entity: str) -> pd.DataFrame:
    """Totals that others quote, oldest first, with the horizon and the capacity stated beside them.

    Grain and columns of `timeline.quoted_totals`. Adds `horizon_on` (last day covered: the end of a target's
    period, or the day it was quoted plus the years stated with it; missing where none is) and `quoted_gw`.

    No formula: rows are picked.
    """
    rows = quoted_totals(financials, entity)
    links = evidence[(evidence["table"] == "financials") & (evidence["role"] != "conflicts")]
    stated = links.merge(claims[["claim_id", "metric", "value"]], on="claim_id").groupby(["metric", "row_id"])["value"]
    figures = stated.max().to_dict()
    years = [figures.get(("commitments_horizon", key)) for key in rows["financial_id"]]
    horizon = [
        row["period_end"] if row["is_projection"] else _years_later(row["known_on"], term)
        for (_, row), term in zip(rows.iterrows(), years, strict=True)
    ]
    capacity = [figures.get(("capacity_quoted", key)) for key in rows["financial_id"]]
    return rows.assign(
        horizon_on=pd.to_datetime(pd.Series(horizon, index=rows.index, dtype="datetime64[us]")),
        quoted_gw=pd.Series(capacity, index=rows.index, dtype=float),
    )


def _years_later(day: pd.Timestamp, years: float | None) -> pd.Timestamp | None:
    return (
        None
        if years is None
        else day + pd.DateOffset(months=int(rounding.rounded(12 * years, 0))) - pd.Timedelta(days=1)
    )


def pick(quoted: pd.DataFrame, which: str) -> pd.DataFrame:
    """One of the `totals`, as a frame of one row (or none): the largest (quoted last), the newest or the oldest.

    No formula: rows are picked.
    """
    one_of("quoted_total", which, QUOTED)
    by = ["value", "known_on"] if which == "largest" else ["known_on", "value"]
    ordered = quoted.sort_values(by, key=rounding.column)
    return ordered.head(1) if which == "oldest" else ordered.tail(1)


def printed_parts(
    deals: pd.DataFrame, claims: pd.DataFrame, evidence: pd.DataFrame, quoted: pd.DataFrame
) -> pd.DataFrame:
    """What the pages that print a total print as its parts: amounts and estimates of single deals of the buyer.

    Only of pages that give an estimate for a deal without an amount beside the total: a page that merely repeats an
    amount says nothing of the make-up. Beside them the contracts with others known that day. Grain: a total and a
    deal. Columns: `financial_id`, `deal_id`, `counterparty`, `high` (USD bn, the highest figure of those pages, or the
    contract's amount), `printed` (whether those pages print it).

    No formula: rows are picked.
    """
    links = evidence[evidence["table"].eq("financials") & evidence["role"].ne("conflicts")]
    links = links[links["row_id"].isin(quoted["financial_id"])].merge(claims, on="claim_id")
    pages = links.loc[links["metric"].isin(quoted["metric"].unique()), ["row_id", "source_id"]].drop_duplicates()
    known = deals.loc[deals["known_on"] <= quoted["known_on"].max(), ["deal_id", "counterparty"]]
    parts = claims[claims["metric"].isin(["amount", *ESTIMATES])]
    parts = parts.merge(known, left_on="subject", right_on="deal_id").merge(pages, on="source_id")
    estimated = parts.loc[parts["metric"].isin(ESTIMATES), ["row_id", "source_id"]].drop_duplicates()
    parts = parts.merge(estimated, on=["row_id", "source_id"])
    parts = parts.assign(high=parts["high"].fillna(parts["value"]).fillna(parts["low"])).dropna(subset="high")
    parts = parts.rename(columns={"row_id": "financial_id"}).sort_values(
        ["financial_id", "high", "deal_id"], key=rounding.column
    )
    parts = parts.drop_duplicates(["financial_id", "deal_id"], keep="last").assign(printed=True)
    day = quoted.set_index("financial_id")["known_on"]
    others = [
        _firm_of_others(deals, day[key], rows["counterparty"], str(key)) for key, rows in parts.groupby("financial_id")
    ]
    rows = pd.concat([parts[PART_COLUMNS], *others]).astype({"printed": bool})
    order = ["financial_id", "printed", "high"]
    return rows.sort_values(order, ascending=[True, False, False], key=rounding.column, ignore_index=True)


def _firm_of_others(deals: pd.DataFrame, day: pd.Timestamp, printed: pd.Series, key: str) -> pd.DataFrame:
    due = due_deals(deals, day)
    rows = due[(due["due_usd_bn"] > 0) & ~due["counterparty"].isin(printed)]
    return rows.assign(financial_id=key, high=rows["due_usd_bn"], printed=False)[PART_COLUMNS]


def firm_by_day(deals: pd.DataFrame, quoted: pd.DataFrame) -> list[float]:
    """Full amounts of the contracts known on the day of each total, USD bn, in the order of `quoted`.

    No formula: sums of `due_deals`.
    """
    return [float(due_deals(deals, day)["due_usd_bn"].sum()) for day in quoted["known_on"]]


def cost_per_gw(financials: pd.DataFrame) -> pd.DataFrame:
    """What a gigawatt of data centre is said to cost, chips included: rows of `financials`, oldest first.

    USD bn a gigawatt; `low` and `high` are filled with the value where the print is a single figure. A print
    that is open upwards ("over 40") says its low end alone: the high end of several is the highest that one names.

    No formula: rows are picked.
    """
    rows = financials[(financials["metric"] == "cost_per_gw") & (financials["unit"] == "usd_bn_per_gw")]
    rows = rows.assign(low=rows["low"].fillna(rows["value"]), high=rows["high"].fillna(rows["value"]))
    return rows.dropna(subset=["low", "high"]).sort_values(["known_on", "financial_id"], ignore_index=True)
