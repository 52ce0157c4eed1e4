"""What cannot be compared between the two buyers, and the contracts behind each of them."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.two_buyers.buyer_pair import BuyerPair
from compute_ledger.exhibits.two_buyers.hhi_bands import AMOUNT
from compute_ledger.measures import commitments, concentration
from compute_ledger.measures.contracts.buyers_compared import (
    LEAST_SUPPLIERS,
    document_break,
    first_day_comparable,
)
from compute_ledger.shared import rounding

NOT_YET = "not yet"


def differences(deals: pd.DataFrame, pair: BuyerPair) -> pd.DataFrame:
    """What sets the figures of the two apart. Grain: one row a difference; columns `what` and each buyer's name."""
    columns = {name: _of_one(deals[deals["buyer"] == name], pair) for name in pair.names}
    return pd.DataFrame(columns).rename_axis("what").reset_index()


def _of_one(deals: pd.DataFrame, pair: BuyerPair) -> dict[str, str]:
    counted = rounding.frame(commitments.payables(deals, pair.as_of))
    priced = counted[counted["counted"] > 0]
    whole = priced["counted"].sum()
    chips = priced.loc[priced["layer"] == "chips", "counted"].sum()
    termed = priced.loc[priced["term_years"].notna(), "counted"].sum()
    day, three = first_day_comparable(deals, pair.as_of), formatting.count(LEAST_SUPPLIERS, "supplier")
    no_amount = commitments.unpriced(counted)["counterparty"].unique()
    return {
        "Contracts in force or reported, with an amount": formatting.usd_bn(whole) if len(priced) else "none",
        "Of it for chips": _part(chips, whole),
        "Chip makers without an amount": _chip_makers(deals, pair, priced),
        "Suppliers in force without an amount": formatting.names(no_amount) if len(no_amount) else "none",
        "Most that one publication stands for": _one_publication(priced, whole),
        "Publications that lead an amount": formatting.number(priced["source_id"].nunique(), 0),
        "Of it with a published term": _part(termed, whole),
        f"{formatting.capital(three)} with an amount since": NOT_YET if day is None else formatting.day(day),
        "Break in the series": _break(deals, pair),
    }


def _part(amount: float, whole: float) -> str:
    return formatting.pct(100 * amount / whole, 0) if whole > 0 else "n/a"


def _chip_makers(deals: pd.DataFrame, pair: BuyerPair, priced: pd.DataFrame) -> str:
    """Chip makers whose standing deals, firm or not, name no amount that counts."""
    wide = commitments.payables(deals, pair.as_of, perimeter="announced")
    chips = wide[wide["layer"].eq("chips") & ~wide["counterparty"].isin(priced["counterparty"])]
    return formatting.names(chips["counterparty"]) if len(chips) else "none"


def _one_publication(priced: pd.DataFrame, whole: float) -> str:
    if priced.empty:
        return "n/a"
    return _part(float(priced.groupby("source_id")["counted"].sum().max()), whole)


def _break(deals: pd.DataFrame, pair: BuyerPair) -> str:
    moved = rounding.frame(document_break(deals, pair.as_of))
    if moved.empty:
        return "none"
    row = moved.iloc[0]
    return f"{formatting.day(row['day'])}: HHI {formatting.number(row['hhi_before'], 0)} to {formatting.number(row['hhi_after'], 0)} in a day"


@rounding.inputs
def incomparable_finding(deals: pd.DataFrame, moves: pd.DataFrame, pair: BuyerPair) -> Finding:
    """What of the comparison the sources do not bear. `moves` from `breaks`."""
    priced = {
        scope.buyer: rounding.frame(commitments.payables(deals[deals["buyer"] == scope.buyer], pair.as_of)).query(
            "counted > 0"
        )
        for scope in pair.scopes
    }
    absent = pair.absent({name for name, rows in priced.items() if len(rows)}, AMOUNT)
    if absent or pair.second is None:
        return Finding(name="incomparable", detail=absent)
    sentences = [_chips(priced), _documents(priced), _since(deals, pair), *(_moved(row) for _, row in moves.iterrows())]
    rows = pd.concat(priced.values())
    ids = {*rows["deal_id"], *(moves["deal_ids"].explode() if len(moves) else ())}
    return Finding(
        name="incomparable",
        claim="The two have no common history and no common list of what is inside",
        detail=" ".join(sentences),
        rests_on={"deals": deals[deals["deal_id"].isin(ids)]},
    )


def breaks(deals: pd.DataFrame, pair: BuyerPair) -> pd.DataFrame:
    """`document_break` of each buyer that has one, with `buyer`."""
    rows = [document_break(deals[deals["buyer"] == name], pair.as_of).assign(buyer=name) for name in pair.names]
    rows = [row for row in rows if len(row)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["buyer", "deal_ids"])


def _chips(priced: dict[str, pd.DataFrame]) -> str:
    parts = [
        f"{_part(rows.loc[rows['layer'] == 'chips', 'counted'].sum(), rows['counted'].sum())} of {name}'s sum"
        for name, rows in priced.items()
    ]
    return f"Chips are {' and '.join(parts)}."


def _documents(priced: dict[str, pd.DataFrame]) -> str:
    parts = [
        f"{name}'s amounts come from {formatting.count(rows['source_id'].nunique(), 'publication')}, the largest with {_one_publication(rows, rows['counted'].sum())} of the sum"
        for name, rows in priced.items()
    ]
    return f"{'; '.join(parts)}."


def _since(deals: pd.DataFrame, pair: BuyerPair) -> str:
    days = {name: first_day_comparable(deals[deals["buyer"] == name], pair.as_of) for name in pair.names}
    parts = [
        f"from {formatting.day(day)} for {name}" if pd.notna(day) else f"on no day for {name}"
        for name, day in days.items()
    ]
    return f"Three suppliers have an amount only {' and '.join(parts)}: before, there is no line to draw."


def _moved(row: pd.Series) -> str:
    return (
        f"On {formatting.day(row['day'])} the HHI of {row['buyer']} {formatting.moved(row['hhi_before'], row['hhi_after'])} and its sum {formatting.moved(row['total_before'], row['total_after'], 1)} (USD bn), "
        "as one document replaced what had been reported: the step is one of sources."
    )


@exhibit("differences")
@rounding.inputs
def differences_table(deals: pd.DataFrame, pair: BuyerPair) -> Table | Exhibit:
    """What is inside and outside for each buyer, side by side."""
    counted = _counted(deals, pair)
    if counted.empty:
        return Exhibit.empty(pair.nothing(AMOUNT), pair.as_of)
    return Table(
        caption="What is inside the figures of each buyer",
        table=differences(deals, pair),
        columns={"what": ("What", "")} | {name: (name, "") for name in pair.names},
        rests_on={"deals": counted},
        as_of=pair.as_of,
    )


def _counted(deals: pd.DataFrame, pair: BuyerPair) -> pd.DataFrame:
    """The firm deals of both with an amount, largest first within a buyer."""
    own = [
        commitments.payables(deals[deals["buyer"] == name], pair.as_of, basis=pair.first.basis).query("counted > 0")
        for name in pair.names
    ]
    rows = pd.concat(own) if own else deals.iloc[:0].assign(counted=float("nan"))
    rows = rounding.frame(rows)
    order = rows["buyer"].map({name: place for place, name in enumerate(pair.names)})
    return rows.assign(order=order).sort_values(
        ["order", "counted", "deal_id"], ascending=[True, False, True], ignore_index=True
    )


@exhibit("contracts-of-both")
@rounding.inputs
def contracts_of_both(deals: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair) -> Table | Exhibit:
    """The contracts in force or reported that have an amount, of both buyers, and how much of a reported total they cover."""
    rows = _counted(deals, pair)
    if rows.empty:
        return Exhibit.empty(pair.nothing(AMOUNT), pair.as_of)
    return Table(
        caption=f"Contracts in force or reported with an amount, on {pair.day}",
        table=rows.assign(kind_label=rows["kind"].map(code_labels.KIND_LABELS)),
        columns={
            "buyer": ("Buyer", ""),
            "counterparty": ("Supplier", ""),
            "title": ("Deal", ""),
            "kind_label": ("Kind", ""),
            "amount_usd_bn": ("Headline", "USD bn"),
            "counted": ("Counted", pair.first.unit),
            "term_years": ("Term", "years"),
            "grade": ("Grade", ""),
        },
        rests_on={"deals": rows},
        as_of=pair.as_of,
        evidence=("deals", "deal_id"),
        note=_coverage(rows, financials, pair),
    )


def _coverage(rows: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair) -> str:
    """How much of the total that a buyer itself reports the listed contracts cover, where it reports one."""
    words = []
    for name, own in rows.groupby("buyer", sort=False):
        reported = rounding.frame(concentration.named_part(commitments.by_supplier(own), financials, str(name)))
        words += [
            f"The contracts of {name} cover {formatting.pct(row['named_pct'], 0)} of the {formatting.usd_bn(row['value'])} of purchase commitments that it reported for {formatting.period(row['period'])}."
            for _, row in reported.iterrows()
        ]
    return " ".join(words) if pair.first.basis == "headline" else ""
