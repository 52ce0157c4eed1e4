"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

from collections.abc import Iterator

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.formatting import number_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.two_buyers.buyer_pair import BuyerPair
from compute_ledger.exhibits.two_buyers.hhi_bands import bands, counted_deals, like_for_like, money
from compute_ledger.exhibits.two_buyers.shared_suppliers import shared
from compute_ledger.shared import rounding

NOTHING = "none published"


@rounding.inputs
def key_figures(
    rows: pd.DataFrame, stock: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair
) -> KeyFigures:
    """The sum of each, the backlog most shared, and the HHI of each with its band.

    `rows` from `measures.contracts.buyers_compared.compared`, `stock` from `shared_suppliers.stock`.
    """
    sides = list(zip(("first", "second"), pair.names, strict=False))
    figures = [figure for side, name in sides for figure in _sums(side, name, rows, deals, pair)]
    figures.append(_most_shared(stock, deals, financials))
    return KeyFigures(pair.as_of, (*figures, *(_index(side, name, rows, deals) for side, name in sides)))


def _like(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    like = like_for_like(rows)
    return like[like["buyer"] == name]


def _sums(side: str, name: str, rows: pd.DataFrame, deals: pd.DataFrame, pair: BuyerPair) -> Iterator[KeyFigure]:
    own = _like(rows, name)
    total = float(own["total"].iloc[0]) if len(own) else float("nan")
    yield KeyFigure(
        id=f"{side}_buyer_commitments_usd_bn",
        label=f"{name}: committed",
        value=total,
        unit=pair.first.unit,
        text=money(total, pair) if len(own) else NOTHING,
        note=_counted_words(own),
        href="#hhi-bands",
        rests_on={"deals": counted_deals(own, deals)},
    )


def _counted_words(own: pd.DataFrame) -> str:
    if own.empty:
        return ""
    return "in force, in one document" if own["source_id"].iloc[0] else "in force or reported, full value"


def _index(side: str, name: str, rows: pd.DataFrame, deals: pd.DataFrame) -> KeyFigure:
    own, span = _like(rows, name), bands(rows[rows["buyer"] == name])
    value = float(own["hhi"].iloc[0]) if len(own) else float("nan")
    return KeyFigure(
        id=f"{side}_buyer_hhi",
        label=f"{name}: concentration (HHI)",
        value=value,
        unit="0 to 10,000",
        text=number_or_na(value, 0),
        note=f"{formatting.between(span['min'].iloc[0], span['max'].iloc[0])}, depending on what counts"
        if len(span)
        else "",
        href="#hhi-bands",
        rests_on={"deals": counted_deals(rows[rows["buyer"] == name], deals)},
    )


def _most_shared(stock: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame) -> KeyFigure:
    common = shared(stock).head(1)
    value = float(common["both_pct"].iloc[0]) if len(common) else float("nan")
    owed = deals[deals["counterparty"].isin(common["supplier"]) & deals["amount_usd_bn"].notna()]
    return KeyFigure(
        id="most_shared_backlog_pct",
        label="Both in one backlog",
        value=value,
        unit="% of backlog",
        text=formatting.pct(value, 0),
        note=f"of {common['supplier'].iloc[0]}, {formatting.day(common['balance_day'].iloc[0], 'month')}"
        if len(common)
        else "",
        href="#shared-backlogs",
        rests_on={
            "deals": owed if len(common) else deals.iloc[:0],
            "financials": financials[financials["financial_id"].isin(common["financial_id"])],
        },
    )
