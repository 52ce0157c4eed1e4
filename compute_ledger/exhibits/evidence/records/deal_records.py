"""A record of each deal: in words, its amount as claimed, what it replaced, what sources dispute."""

from collections.abc import Mapping

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.evidence.claim_figures import figures
from compute_ledger.exhibits.evidence.records import deal_words
from compute_ledger.exhibits.evidence.records.supplier_records import supplier_paths
from compute_ledger.exhibits.evidence_links import Link, address, links
from compute_ledger.exhibits.records import Amounts, ClaimedAmount, PlainTable, Record
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.shared import markdown_escape, rounding
from compute_ledger.shared.choices import PERIMETERS

AMOUNT, UNIT = "amount", "usd_bn"
CONFLICT_COLUMNS = ("On what", "Kind", "What is said", "Kept", "How it was settled")


def deal_records(claims: pd.DataFrame, disputed: pd.DataFrame, ledger: Ledger) -> list[Record]:
    """One record a deal. `claims` from `linked_claims`, `disputed` from `conflict_charts.settled`."""
    of_deals = claims[claims["table"] == "deals"]
    claimed = dict(tuple(of_deals[(of_deals["metric"] == AMOUNT) & (of_deals["unit"] == UNIT)].groupby("row_id")))
    about = dict(tuple(disputed.groupby("subject"))) if len(disputed) else {}
    perimeters = first_perimeters(ledger)
    titles = {link["href"]: link["text"] for link in links({"deals": ledger.deals})}
    paths = supplier_paths(ledger)
    return [
        Record(
            path=path(deal["deal_id"]),
            title=_title(deal),
            text=_text(deal, perimeters),
            anchor=f"deals-{deal['deal_id']}",
            standing=True,
            amounts=_amounts(deal, claimed[deal["deal_id"]]) if deal["deal_id"] in claimed else None,
            related=[("Supplier", [_supplier(deal, paths)]), *_related(deal, ledger, titles)],
            tables=_conflicts(about[deal["deal_id"]]) if deal["deal_id"] in about else (),
        )
        for _, deal in ledger.deals.iterrows()
    ]


def _supplier(deal: pd.Series, paths: Mapping[str, str]) -> Link:
    name = deal["counterparty"]
    return {"text": name, "href": f"{paths[name]}.html"}


def path(deal_id: str) -> str:
    """The address of a deal's page below the edition."""
    return f"deals/{deal_id}"


def first_perimeters(ledger: Ledger) -> Mapping[str, str]:
    """By the id of a deal the narrowest perimeter in which it counts, of those that count at all."""
    counted: dict[str, str] = {}
    for perimeter in PERIMETERS:
        for buyer in ledger.buyers:
            own_deals = ledger.deals[ledger.deals["buyer"] == buyer]
            rows = commitments.payables(own_deals, ledger.as_of, perimeter=perimeter)
            counted = dict.fromkeys(rows["deal_id"], perimeter) | counted
    return counted


def _title(deal: pd.Series) -> str:
    name = formatting.deal(deal["counterparty"], deal["title"])
    return f"{name}, {formatting.usd_bn(deal['amount_usd_bn'])}" if deal["amount_usd_bn"] > 0 else name


def _text(deal: pd.Series, perimeters: Mapping[str, str]) -> str:
    perimeter = perimeters.get(deal["deal_id"])
    counted = (
        f"It counts among commitments as {code_labels.PERIMETER_LABELS[perimeter]}."
        if perimeter
        else "The sums of commitments, as published, leave it out."
    )
    note = [deal["note"]] if pd.notna(deal["note"]) else []
    paragraphs = [" ".join(deal_words.sentences(deal, counted)), *note]
    return "\n\n".join(map(markdown_escape.escaped, paragraphs))


def _related(deal: pd.Series, ledger: Ledger, titles: Mapping[str, str]) -> list[tuple[str, list[Link]]]:
    deals, own_id = ledger.deals, deal["deal_id"]

    def named(rows: pd.Series) -> list[Link]:
        hrefs = [address("deals", row) for row in rows.dropna()]
        return [{"text": titles[href], "href": href} for href in hrefs if href in titles]

    capacities = ledger.capacities[ledger.capacities["deal_id"] == own_id]
    lists = [
        ("It replaced", named(pd.Series([deal["replaces"]]))),
        ("Replaced by", named(deals.loc[deals["replaces"] == own_id, "deal_id"])),
        ("Part of", named(pd.Series([deal["part_of"]]))),
        ("Its parts", named(deals.loc[deals["part_of"] == own_id, "deal_id"])),
        ("Capacity", links({"capacities": capacities.assign(counterparty=deal["counterparty"])})),
    ]
    return [(heading, listed) for heading, listed in lists if listed]


def _amounts(deal: pd.Series, claimed: pd.DataFrame) -> Amounts:
    """The claims of an amount, the lowest first."""
    shown = claimed.assign(
        label=claimed["publisher"] + ": " + figures(claimed),
        at=rounding.column(claimed["value"].fillna(claimed["low"])),
    )
    ordered = shown.sort_values(["at", "rank"], kind="stable")
    title = f"{formatting.capital(formatting.count(len(claimed), 'claim'))} of the amount"
    return Amounts(
        unit="USD bn",
        low=_or_none(deal["amount_low_usd_bn"]),
        high=_or_none(deal["amount_high_usd_bn"]),
        value=_or_none(deal["amount_usd_bn"]),
        title=title,
        claims=[
            ClaimedAmount(
                low=_or_none(claim["low"]),
                high=_or_none(claim["high"]),
                value=_or_none(claim["value"]),
                leads=claim["role"] in ("headline", "derived"),
                label=claim["label"],
            )
            for _, claim in ordered.iterrows()
        ],
    )


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _conflicts(rows: pd.DataFrame) -> tuple[PlainTable]:
    cells = rows[["label", "cause", "figures", "kept", "reason"]].fillna("")
    return (PlainTable(caption="Where sources differ", columns=CONFLICT_COLUMNS, rows=cells.to_numpy().tolist()),)
