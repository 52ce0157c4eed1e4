"""Who needs whom more: what a buyer promises a supplier beside what the supplier earns and has on its books."""

import re

import pandas as pd

from compute_ledger.measures.commitments import by_supplier, payables
from compute_ledger.shared.open_ends import open_ends

# The part of a supplier that sells computing, where that part is reported on its own; else the supplier itself.
BUSINESS = {"Microsoft": "Azure", "Oracle": "OCI"}
BACKLOGS = ("rpo", "revenue_backlog")
YEAR_DAYS, QUARTER_DAYS = (350, 380), (80, 100)
REVENUE_COLUMNS = ["entity", "revenue", "revenue_low", "revenue_high", "revenue_period", "period_end", "financial_ids"]


def yearly_revenue(financials: pd.DataFrame) -> pd.DataFrame:
    """The newest year of reported revenue of each entity: a fiscal year, or four quarters in a row.

    Whichever ends later is taken, the year where both end together; the two are never mixed in one figure.
    Grain: one row an entity. Columns: `entity`, `revenue`, `revenue_low`, `revenue_high` (USD bn; a figure worded as
    'more than' has no upper end: infinity), `revenue_period` (such as 'FY2026' or '2025Q2 to 2026Q1'), `period_end`
    and `financial_ids` (tuple).

    No formula: sums of four quarters, or rows are picked.
    """
    reported = financials["metric"].eq("revenue") & financials["unit"].eq("usd_bn") & ~financials["is_projection"]
    rows = financials[reported & financials["value"].notna()].sort_values(["entity", "period_start", "period_end"])
    low, high = open_ends(rows["value"], rows["low"], rows["high"])
    keys = _tuples(rows[["financial_id"]])
    rows = rows.assign(
        revenue=rows["value"], revenue_low=low, revenue_high=high, revenue_period=rows["period"], financial_ids=keys
    )
    days = (rows["period_end"] - rows["period_start"]).dt.days + 1
    years = rows[days.between(*YEAR_DAYS)].assign(rank=1)
    candidates = pd.concat([_four_quarters(rows[days.between(*QUARTER_DAYS)]), years])
    newest = candidates.sort_values(["entity", "period_end", "rank"]).drop_duplicates("entity", keep="last")
    return newest[REVENUE_COLUMNS].reset_index(drop=True)


def _four_quarters(quarters: pd.DataFrame) -> pd.DataFrame:
    """Sums over each four quarters in a row of an entity; a gap among them makes the span too long."""
    by_entity = quarters.groupby("entity")
    span = (quarters["period_end"] - by_entity["period_start"].shift(3)).dt.days + 1
    amounts = ["revenue", "revenue_low", "revenue_high"]
    sums = by_entity[amounts].rolling(4).sum().reset_index(level=0, drop=True)
    keys = pd.concat([by_entity["financial_id"].shift(back) for back in (3, 2, 1, 0)], axis=1)
    period = by_entity["period"].shift(3) + " to " + quarters["period"]
    # `rolling` takes an infinite figure for a missing one.
    sums["revenue_high"] = sums["revenue_high"].fillna(float("inf"))
    rows = quarters.assign(**sums, revenue_period=period, rank=0, financial_ids=_tuples(keys))
    return rows[span.between(*YEAR_DAYS)]


def _tuples(keys: pd.DataFrame) -> pd.Series:
    """The present values of each row as one tuple."""
    rows = [tuple(key for key in row if pd.notna(key)) for row in keys.itertuples(index=False)]
    return pd.Series(rows, index=keys.index, dtype=object)


def dependence(counted: pd.DataFrame, financials: pd.DataFrame) -> pd.DataFrame:
    r"""A buyer's yearly commitments to each supplier, against the supplier's yearly revenue and the buyer's total.

    counted: from `payables` with basis annualised. Grain: one row a supplier with an amount, largest first; where
    no year of revenue is known, the columns from `revenue` on are missing. Columns of `by_supplier` (`share_pct`: the
    supplier's share of the buyer's yearly commitments), of `yearly_revenue`, and `term_assumed` (bool),
    `ratio_pct`, `ratio_low_pct`, `ratio_high_pct` (commitment a year / revenue of the past year) and `part_low_pct`,
    `part_high_pct`: the part of the supplier's revenue that the buyer would be if all else stayed the same, from
    c / (R + c), when nothing of R came from the buyer, to c / R, at most 100, when as much as possible did.

    Formula: $\frac{100\, c}{R}$ (ratio) and $\frac{100\, c}{R + c}$ to $\min(100, \frac{100\, c}{R})$ (part), with
    commitment $c$ a year and yearly revenue $R$
    Reference: arithmetic
    """
    suppliers = by_supplier(counted)
    businesses = suppliers["supplier"].map(BUSINESS)
    revenues = yearly_revenue(financials)
    entity = businesses.where(businesses.isin(revenues["entity"]), suppliers["supplier"])
    rows = suppliers.assign(entity=entity).merge(revenues, on="entity", how="left")
    assumed = counted[counted["counted"] > 0].groupby("counterparty")["term_assumed"].any()
    low, high = rows["counted_low"], rows["counted_high"]
    return rows.assign(
        term_assumed=rows["supplier"].map(assumed).astype(bool),
        ratio_pct=100 * rows["counted"] / rows["revenue"],
        ratio_low_pct=100 * low / rows["revenue_high"],
        ratio_high_pct=100 * high / rows["revenue_low"],
        part_low_pct=100 * low / (rows["revenue_high"] + low),
        part_high_pct=(100 * high / rows["revenue_low"]).clip(upper=100),
    )


def _printed(financials: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """The buyer's part of each supplier's backlog as the supplier printed it last."""
    metric = re.sub(r"\W+", "_", buyer.lower()) + "_share_of_rpo"
    names = {"entity": "supplier", "value": "reported_pct", "period_end": "reported_day", "financial_id": "reported_id"}
    rows = (
        financials[financials["metric"] == metric]
        .sort_values(["period_end", "financial_id"])
        .drop_duplicates("entity", keep="last")
    )
    return rows.rename(columns=names)[list(names.values())]


def _promised(
    deals: pd.DataFrame, day: pd.Timestamp, choices: dict[str, object]
) -> tuple[float, float, tuple[str, ...]]:
    announced = deals["announced_on"].mask(deals["kind"] == "reported_contract", day)
    dated = deals.assign(known_on=announced)
    remaining = payables(dated, day, basis="remaining", **choices)  # type: ignore[arg-type]
    headline = payables(dated, day, basis="headline", **choices)  # type: ignore[arg-type]
    priced = headline[headline["counted"] > 0]
    return float(remaining["counted_low"].sum()), float(priced["counted_high"].sum()), tuple(priced["deal_id"])


def figures_used(financials: pd.DataFrame, *frames: pd.DataFrame) -> pd.DataFrame:
    """The rows of `financials` that frames of this module (column `financial_ids`) rest on.

    No formula: rows are picked.
    """
    used = pd.concat([frame["financial_ids"].explode() for frame in frames])
    return financials[financials["financial_id"].isin(used)]


def largest_customers(financials: pd.DataFrame, suppliers: list[str]) -> pd.DataFrame:
    """Printed parts (%) of suppliers' backlogs that the largest customer has, oldest first. Columns of `financials`.

    No formula: rows are picked.
    """
    rows = financials["metric"].eq("largest_customer_share_of_backlog") & financials["entity"].isin(suppliers)
    return financials[rows].sort_values(["entity", "period_end"], ignore_index=True)


def customers(ties: pd.DataFrame, suppliers: list[str]) -> pd.DataFrame:
    """Parts of a supplier's revenue of one period that came from one customer.

    Grain: one row a tie `earns_from` that has a share and an end (a tie without one is a standing share of a
    backlog, not of a period's revenue), by supplier, customer and time. Columns of `ties`.

    No formula: rows are picked.
    """
    earned = ties["kind"].eq("earns_from") & ties["share_pct"].notna() & ties["until"].notna()
    return ties[earned & ties["from"].isin(suppliers)].sort_values(["from", "to", "since"], ignore_index=True)
