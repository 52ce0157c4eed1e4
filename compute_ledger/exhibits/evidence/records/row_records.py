"""A record of each other row of the ledger that evidence leads to: a capacity, a tie, a company's figure, a share."""

import pandas as pd

from compute_ledger.exhibits.evidence_links import ROWS, address, links
from compute_ledger.exhibits.records import Record
from compute_ledger.ledger import Ledger
from compute_ledger.shared import markdown_escape

KINDS = {
    "capacities": "Capacity of a deal",
    "financials": "Figure of a company",
    "market_shares": "Share of the cloud market",
    "market_size": "Size of the cloud market",
    "ties": "Tie between two companies",
    "regimes": "Exclusivity of a supplier",
}


def row_records(ledger: Ledger) -> list[Record]:
    """One record a row of the tables in `KINDS`."""
    return [record for table in KINDS for record in _of_table(table, ledger)]


def _of_table(table: str, ledger: Ledger) -> list[Record]:
    key = ROWS[table][0]
    frame = ledger.tables[table]
    if table == "capacities":
        parties = ledger.deals.set_index("deal_id")["counterparty"]
        frame = frame.assign(counterparty=frame["deal_id"].map(parties).fillna(frame["deal_id"]))
    titles = {link["href"]: link["text"] for link in links({table: frame})}
    return [
        Record(
            path=f"rows/{table}-{row[key]}",
            title=titles[address(table, row[key])],
            text=_text(table, row),
            anchor=f"{table}-{row[key]}",
            related=_deal(row, ledger) if table == "capacities" else (),
        )
        for _, row in frame.iterrows()
    ]


def _text(table: str, row: pd.Series) -> str:
    note = row.get("note")
    sentence = f"{KINDS[table]}." if not isinstance(note, str) else f"{KINDS[table]}. {note}"
    return markdown_escape.escaped(sentence)


def _deal(row: pd.Series, ledger: Ledger) -> list[tuple[str, list[dict[str, str]]]]:
    listed = links({"deals": ledger.deals[ledger.deals["deal_id"] == row["deal_id"]]})
    return [("Deal", listed)] if listed else []
