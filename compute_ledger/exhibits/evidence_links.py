"""From a figure to the claims it rests on: links to rows of the ledger, on the page that lists all claims."""

from collections import Counter
from collections.abc import Callable, Mapping

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.shared.languages.phrases import Words, phrase

EVIDENCE_PAGE = "evidence.html"
Link = dict[str, str]
Behind = Mapping[str, pd.DataFrame]


TIE_PHRASES = Words(
    {
        "pays": "{from} pays {to}",
        "buys_chips_from": "{from} buys chips from {to}",
        "earns_from": "{from} earns from {to}",
        "owns": "{from}, stake in {to}",
        "lends": "{from} lends to {to}",
        "guarantees": "{from} guarantees {to}",
    }
)


def _deal(row: pd.Series) -> str:
    if row["amount_usd_bn"] > 0:
        return f"{row['counterparty']} {formatting.usd_short(row['amount_usd_bn'])}"
    return formatting.deal(row["counterparty"], row["title"])


def _capacity(row: pd.Series) -> str:
    basis = code_labels.CAPACITY_LABELS.get(row["basis"], row["basis"])
    party = row.get("counterparty", row["deal_id"])  # of rows that a measure has joined to their deals
    return f"{party}, {formatting.number(row['capacity_gw'], 2)} GW, {basis}"


def _financial(row: pd.Series) -> str:
    return f"{row['entity']}, {formatting.metric(row['metric'])} {formatting.period(row['period'])}"


def _tie(row: pd.Series) -> str:
    details = [formatting.usd_short(row["amount_usd_bn"])] if pd.notna(row["amount_usd_bn"]) else []
    details += [formatting.pct(row["share_pct"], 0)] if pd.notna(row["share_pct"]) else []
    details += [] if row["binding"] else [phrase("not firm")]
    return ", ".join([TIE_PHRASES[row["kind"]].format_map(row), *details])


def _since(row: pd.Series) -> str:
    return formatting.day(row["known_on"])


def _estimate(row: pd.Series) -> str:
    return code_labels.ESTIMATE_LABELS.get(row["estimate"], row["estimate"])


# Of each table of the ledger: its key, how one of its rows is called in a list of links, and what tells it apart
# from another that is called the same.
ROWS: dict[str, tuple[str, Callable[[pd.Series], str], Callable[[pd.Series], str]]] = {
    "deals": ("deal_id", _deal, _since),
    "capacities": ("capacity_id", _capacity, _since),
    "financials": ("financial_id", _financial, _since),
    "market_shares": ("share_id", lambda row: f"{row['provider']} {formatting.quarter(row['quarter'])}", _estimate),
    "market_size": ("size_id", lambda row: formatting.quarter(row["quarter"]), _estimate),
    "ties": ("tie_id", _tie, _since),
    "regimes": ("regime_id", lambda row: str(row["label"]), _since),
}


def address(table: str, key: object) -> str:
    """Where the claims behind one row of the ledger are listed."""
    return f"{EVIDENCE_PAGE}#{table}-{key}"


def links(behind: Behind) -> list[Link]:
    """One link, {"text", "href"}, for each row of the given frames of the ledger, each row once.

    `behind` maps a table of the ledger ("deals", "ties", ...) to some of its rows. KeyError names a table
    that has no evidence. A row whose figure no page prints (`derived`) says so.
    """
    link_by_row: dict[str, tuple[str, str]] = {}
    for table, rows in behind.items():
        key, called, apart = ROWS[table]
        for _, row in rows.drop_duplicates(key).iterrows():
            text = phrase("{row}, derived", row=called(row)) if row.get("derived", False) else called(row)
            link_by_row[address(table, row[key])] = (text, apart(row))
    times = Counter(text for text, _ in link_by_row.values())
    return [
        {"text": f"{text} ({apart})" if times[text] > 1 else text, "href": href}
        for href, (text, apart) in link_by_row.items()
    ]
