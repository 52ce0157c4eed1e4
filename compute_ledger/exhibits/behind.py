"""From a figure to the claims it rests on: links to rows of the ledger, on the page that lists all claims."""

from collections.abc import Callable, Mapping

import pandas as pd

from . import prose

EVIDENCE_PAGE = "evidence.html"
Link = dict[str, str]
Behind = Mapping[str, pd.DataFrame]


def _deal(row: pd.Series) -> str:
    amount = f" {prose.usd_short(row['amount_usd_bn'])}" if pd.notna(row["amount_usd_bn"]) else ""
    return f"{row['counterparty']}{amount}"


def _financial(row: pd.Series) -> str:
    return f"{row['entity']}, {prose.metric(row['metric'])} {prose.period(row['period'])}"


# Key of each table of the ledger, and how one of its rows is called in a list of links.
ROWS: dict[str, tuple[str, Callable[[pd.Series], str]]] = {
    "deals": ("deal_id", _deal),
    "financials": ("financial_id", _financial),
    "market_shares": ("share_id", lambda row: f"{row['provider']} {prose.quarter(row['quarter'])}"),
    "market_size": ("size_id", lambda row: prose.quarter(row["quarter"])),
    "ties": ("tie_id", lambda row: f"{row['from']} {row['kind'].replace('_', ' ')} {row['to']}"),
    "regimes": ("regime_id", lambda row: str(row["label"])),
}


def address(table: str, key: object) -> str:
    """Where the claims behind one row of the ledger are listed."""
    return f"{EVIDENCE_PAGE}#{table}-{key}"


def links(behind: Behind) -> list[Link]:
    """One link, {"text", "href"}, for each row of the given frames of the ledger, each row once.

    `behind` maps a table of the ledger ("deals", "ties", ...) to some of its rows. KeyError names a table
    that has no evidence.
    """
    found: dict[str, str] = {}
    for table, rows in behind.items():
        key, called = ROWS[table]
        for _, row in rows.drop_duplicates(key).iterrows():
            found[address(table, row[key])] = called(row)
    return [{"text": text, "href": href} for href, text in found.items()]
