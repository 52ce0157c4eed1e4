"""Two buyers on the same perimeters: how much each has promised, to how few, and since when that is known."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from compute_ledger.measures.capacity import standing_capacity, total, under_contract
from compute_ledger.measures.commitments import COUNTED_COLUMNS, by_supplier, days_of_change, payables
from compute_ledger.measures.concentration import concentration_ratio, hhi, hhi_interval
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import CAPACITY_BASES

LEAST_SUPPLIERS = 3  # with two amounts an index says how one compares with the other, and no more
# Google designs the processors that Broadcom makes and leases out: one fault or one quarrel reaches both.
CHAIN = {"Google Cloud": "Google and Broadcom", "Broadcom": "Google and Broadcom"}


class Reading(NamedTuple):
    """What counts: a perimeter of `payables`, of one document only, clouds only, with suppliers of CHAIN as one."""

    perimeter: str
    one_document: bool = False
    clouds: bool = False
    chain: bool = False


READINGS = {
    "document": Reading("firm", one_document=True),
    "document_soft": Reading("firm_and_conditional", one_document=True),
    "document_clouds": Reading("firm", one_document=True, clouds=True),
    "document_chain": Reading("firm", one_document=True, chain=True),
    "firm": Reading("firm"),
    "firm_soft": Reading("firm_and_conditional"),
    "firm_clouds": Reading("firm", clouds=True),
    "firm_chain": Reading("firm", chain=True),
}
COMPARED_COLUMNS = [
    "reading", "buyer", "source_id", "total", "total_low", "total_high", "suppliers", "hhi", "hhi_low", "hhi_high",
    "effective_number", "cr1_pct", "cr3_pct", "largest", "deal_ids",
]  # fmt: skip
INDICES = ["hhi", "hhi_low", "hhi_high", "effective_number", "cr1_pct", "cr3_pct"]


def one_document(counted: pd.DataFrame) -> str:
    """The source that leads the amounts of three suppliers or more, of several the one with most money; '' for none.

    `counted` from `payables`. A buyer's own statement of what it has promised to each supplier is such a document.

    No formula: a source is picked.
    """
    priced = counted[counted["counted"] > 0]
    sums = priced.groupby("source_id").agg(suppliers=("counterparty", "nunique"), money=("counted", "sum"))
    sums = sums[sums["suppliers"] >= LEAST_SUPPLIERS].reset_index()
    return (
        "" if sums.empty else str(sums.sort_values(["money", "source_id"], key=rounding.column)["source_id"].iloc[-1])
    )


def counted_in(deals: pd.DataFrame, day: pd.Timestamp, reading: str, basis: str = "headline") -> pd.DataFrame:
    """The deals of one buyer that count in one of READINGS, as in `payables`, with `counterparty` as told apart there.

    Of a buyer without a document that names three suppliers all its deals stand in the readings of one document.

    No formula: rows are picked.
    """
    choice = READINGS[reading]
    document = one_document(payables(deals, day, basis=basis)) if choice.one_document else ""
    rows = payables(deals, day, perimeter=choice.perimeter, basis=basis)
    rows = rows[rows["source_id"].eq(document) | (document == "")]
    rows = rows[rows["layer"].eq("cloud") | (not choice.clouds)]
    return rows.assign(counterparty=rows["counterparty"].replace(CHAIN)) if choice.chain else rows


def compared(
    deals: pd.DataFrame,
    day: pd.Timestamp,
    buyers: Sequence[str],
    basis: str = "headline",
    without_index: Sequence[str] = (),
) -> pd.DataFrame:
    r"""How much each buyer has promised in each reading, and how concentrated that is.

    Grain: one row a reading and a buyer with an amount in it, in the order of READINGS and `buyers`. Readings of one
    document are left out where no buyer has one. Columns: COMPARED_COLUMNS (amounts in USD bn, a year where
    annualised; `source_id` of the document, '' where all deals count; `largest`: names of the three largest,
    tuple; indices missing for buyers in `without_index`).

    Formula: $10{,}000 \sum_i s_i^2$ (HHI) and $\frac{1}{\sum_i s_i^2}$ (effective number), with shares $s_i$ of what
    counts in the reading
    Reference: Hirschman 1964, American Economic Review 54(5), 761; Laakso and Taagepera 1979
    """
    own = {buyer: deals[deals["buyer"] == buyer] for buyer in buyers}
    documents = {buyer: one_document(payables(rows, day, basis=basis)) for buyer, rows in own.items()}
    rows = []
    for reading, choice in READINGS.items():
        if choice.one_document and not any(documents.values()):
            continue
        for buyer, of_buyer in own.items():
            counted = counted_in(of_buyer, day, reading, basis)
            suppliers = by_supplier(counted)
            if len(suppliers):
                document = documents[buyer] if choice.one_document else ""
                head = {"reading": reading, "buyer": buyer, "source_id": document}
                ids = tuple(counted.loc[counted["counted"] > 0, "deal_id"])
                rows.append(head | _measured(suppliers) | {"deal_ids": ids})
    table = pd.DataFrame(rows, columns=COMPARED_COLUMNS)
    table[INDICES] = table[INDICES].astype(float).mask(table["buyer"].isin(list(without_index)))
    return table


def _measured(suppliers: pd.DataFrame) -> dict[str, object]:
    amounts = suppliers["counted"]
    low, high = hhi_interval(suppliers["counted_low"], suppliers["counted_high"])
    index = hhi(amounts)
    return {
        "total": float(amounts.sum()),
        "total_low": float(suppliers["counted_low"].sum()),
        "total_high": float(suppliers["counted_high"].sum()),
        "suppliers": len(suppliers),
        "hhi": index,
        "hhi_low": low,
        "hhi_high": high,
        "effective_number": 10_000 / index,
        "cr1_pct": concentration_ratio(amounts, 1),
        "cr3_pct": concentration_ratio(amounts, 3),
        "largest": tuple(suppliers["supplier"].head(3)),
    }


def first_day_comparable(deals: pd.DataFrame, until: pd.Timestamp) -> pd.Timestamp | None:
    """The first day from which three suppliers of a buyer had contracts with an amount; None if not by `until`.

    No formula: a day is picked.
    """
    slim = deals[COUNTED_COLUMNS]
    for day in days_of_change(slim, until):
        if len(by_supplier(payables(slim, day))) >= LEAST_SUPPLIERS:
            return day
    return None


def document_break(deals: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    r"""What one document changed in a buyer's contracts on the day it became known, with the day before beside it.

    Grain: one row, none without such a document. Columns: `day`, `source_id`, `total_before`, `total_after`
    (USD bn), `hhi_before`, `hhi_after`, `deal_ids` (tuple, of both days).

    Formula: $H(d - 1)$ and $H(d)$, with the index $H$ of what was known on a day and the day $d$ of the document
    Reference: arithmetic
    """
    counted = payables(deals, until)
    document = one_document(counted)
    if not document:
        return pd.DataFrame(columns=["day", "source_id", "total_before", "total_after", "hhi_before", "hhi_after"])
    day = counted.loc[counted["source_id"].eq(document), "known_on"].min()
    before, after = (payables(deals, on) for on in (day - pd.Timedelta(days=1), day))
    sums = [by_supplier(counted_then)["counted"] for counted_then in (before, after)]
    ids = pd.concat([before, after]).query("counted > 0")["deal_id"]
    return pd.DataFrame(
        {
            "day": [day],
            "source_id": [document],
            "total_before": [float(sums[0].sum())],
            "total_after": [float(sums[1].sum())],
            "hhi_before": [hhi(sums[0])],
            "hhi_after": [hhi(sums[1])],
            "deal_ids": [tuple(dict.fromkeys(ids))],
        }
    )


def capacity_by_basis(
    capacities: pd.DataFrame, deals: pd.DataFrame, day: pd.Timestamp, buyers: Sequence[str]
) -> pd.DataFrame:
    r"""Gigawatts of each buyer's standing deals on each basis, each once; bases are never added.

    Grain: one row a basis and a buyer with a capacity on it. Columns: `basis`, `buyer`, `contracted_gw`, `planned_gw`
    (contracted or planned, less what is contracted), `option_gw`, `suppliers` (tuple), `capacity_ids` (tuple).

    Formula: $\sum_i g_i$ over the capacities $g_i$ of one basis that no other of them contains
    Reference: arithmetic
    """
    rows = []
    for buyer in buyers:
        standing = standing_capacity(capacities, deals[deals["buyer"] == buyer], day)
        for basis, group in standing.groupby("basis", sort=True):
            firm = group[group["commitment"] != "option"]
            contracted = under_contract(group)
            rows.append(
                {
                    "basis": basis,
                    "buyer": buyer,
                    "contracted_gw": contracted,
                    "planned_gw": max(0.0, total(firm) - contracted),
                    "option_gw": total(group[group["commitment"] == "option"]),
                    "suppliers": tuple(sorted(group["counterparty"].unique())),
                    "capacity_ids": tuple(sorted(group["capacity_id"])),
                }
            )
    columns = ["basis", "buyer", "contracted_gw", "planned_gw", "option_gw", "suppliers", "capacity_ids"]
    table = pd.DataFrame(rows, columns=columns)
    place = table["basis"].map({basis: place for place, basis in enumerate(CAPACITY_BASES)})
    return table.assign(place=place).sort_values("place", kind="stable", ignore_index=True).drop(columns="place")


def newest_run_rates(financials: pd.DataFrame, buyers: Sequence[str]) -> pd.DataFrame:
    """The newest annualised run rate of each buyer, and the newest that counts what partners sell, where one is known.

    Grain: one row of `financials` a buyer and metric (run_rate, run_rate_with_partners), buyers in their order.

    No formula: rows are picked.
    """
    rows = run_rates(financials, buyers)
    newest = rows.drop_duplicates(["entity", "metric"], keep="last")
    order = newest["entity"].map({buyer: place for place, buyer in enumerate(buyers)})
    return newest.assign(order=order).sort_values(["order", "metric"], ignore_index=True).drop(columns="order")


def run_rates(financials: pd.DataFrame, buyers: Sequence[str]) -> pd.DataFrame:
    """All run rates of the buyers, oldest first: rows of `financials` of the two metrics, projections apart.

    No formula: rows are picked.
    """
    metrics = ["run_rate", "run_rate_with_partners"]
    rows = financials[financials["entity"].isin(list(buyers)) & financials["metric"].isin(metrics)]
    rows = rows[rows["value"].notna() & ~rows["is_projection"]]
    return rows.sort_values(["period_end", "known_on", "financial_id"], ignore_index=True)
