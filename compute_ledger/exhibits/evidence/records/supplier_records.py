"""A record of each supplier: what every buyer promised it by each way of counting, its deals and its ties."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.evidence_links import Link, links
from compute_ledger.exhibits.records import PlainTable, Record
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.shared import markdown_escape
from compute_ledger.shared.choices import PERIMETERS
from compute_ledger.shared.text import slug


def supplier_records(ledger: Ledger) -> list[Record]:
    """One record a counterparty of a deal, in the order of names."""
    sums = promised(ledger)
    paths = supplier_paths(ledger)
    return [
        Record(
            path=path,
            title=name,
            text=_text(name, ledger),
            standing=True,
            related=_related(name, ledger),
            tables=_sums(sums[sums["supplier"] == name]),
        )
        for name, path in paths.items()
    ]


def supplier_paths(ledger: Ledger) -> dict[str, str]:
    """The address of each counterparty's page below the edition; of names that make one word, the later has a number."""
    paths: dict[str, str] = {}
    for name in sorted(ledger.deals["counterparty"].unique()):
        stem = path = f"suppliers/{slug(name)}"
        number = 1
        while path in paths.values():
            number += 1
            path = f"{stem}-{number}"
        paths[name] = path
    return paths


def promised(ledger: Ledger) -> pd.DataFrame:
    """What each buyer promised each supplier on the day of the ledger.

    Grain: buyer, perimeter and supplier with an amount. Columns: those of `commitments.by_supplier`, `buyer`,
    `perimeter`.
    """
    frames = [
        commitments.by_supplier(
            commitments.payables(ledger.deals[ledger.deals["buyer"] == buyer], ledger.as_of, perimeter=perimeter)
        ).assign(buyer=buyer, perimeter=perimeter)
        for buyer in ledger.buyers
        for perimeter in PERIMETERS
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"supplier": []})


def _text(name: str, ledger: Ledger) -> str:
    deals = ledger.deals[ledger.deals["counterparty"] == name]
    group = deals["counterparty_group"].iloc[0]
    belongs = "" if group == name else f" It belongs to {group}."
    days = formatting.day(deals["announced_on"].min()), formatting.day(deals["announced_on"].max())
    when = f"on {days[0]}" if days[0] == days[1] else f"from {days[0]} to {days[1]}"
    buyers = formatting.names(sorted(deals["buyer"].unique()))
    rows = formatting.capital(formatting.count(len(deals), "row"))
    sentence = f"{rows} of the ledger on deals of {buyers} with {name}, announced {when}, with amendments and what was replaced.{belongs}"
    return markdown_escape.escaped(sentence)


def _related(name: str, ledger: Ledger) -> list[tuple[str, list[Link]]]:
    deals = ledger.deals[ledger.deals["counterparty"] == name].sort_values(["announced_on", "deal_id"])
    ties = ledger.ties[(ledger.ties["from"] == name) | (ledger.ties["to"] == name)]
    lists = [(f"Deals with {buyer}", links({"deals": rows})) for buyer, rows in deals.groupby("buyer", sort=False)]
    return [*lists, *([("Ties", links({"ties": ties}))] if len(ties) else [])]


def _sums(rows: pd.DataFrame) -> tuple[PlainTable, ...]:
    if rows.empty:
        return ()
    cells = [
        [
            row["buyer"],
            code_labels.PERIMETER_LABELS[row["perimeter"]],
            formatting.usd_bn(row["counted"]),
            formatting.open_sum(row["counted_low"], row["counted_high"]) if _is_open(row) else "",
            formatting.pct(row["share_pct"]),
        ]
        for _, row in rows.iterrows()
    ]
    columns = ("Buyer", "What is counted", "Promised", "Interval", "Of all that the buyer promised")
    return (PlainTable(caption="What was promised, by way of counting", columns=columns, rows=cells),)


def _is_open(row: pd.Series) -> bool:
    return bool(row["counted_low"] != row["counted"] or row["counted_high"] != row["counted"])
