"""What has no published amount, and how far that could spread the whole."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.concentration import effective_number, hhi
from compute_ledger.shared import rounding


def _state(row: pd.Series) -> str:
    """'two of nine contracts in force or reported have no published amount'; with one or none without, what that is."""
    deals, unpriced = int(row["deals"]), int(row["unpriced"])
    what = code_labels.COUNTED_LABELS[row["perimeter"]]
    if deals == 1:
        return f"the only deal among {what} has {'no' if unpriced else 'a'} published amount"
    if not unpriced:
        return f"all {_few(deals)} {what} have a published amount"
    if unpriced == deals:
        return f"none of {_few(deals)} {what} has a published amount"
    return f"{_few(unpriced)} of {_few(deals)} {what} {'has' if unpriced == 1 else 'have'} no published amount"


def _few(amount: int) -> str:
    """2 -> 'two', 12 -> '12'."""
    return formatting.count(amount, "deal").split()[0]


@rounding.inputs
def undisclosed_finding(disclosure: pd.DataFrame, even: pd.DataFrame, widest: pd.DataFrame, scope: Scope) -> Finding:
    """How many deals of each perimeter have no amount, who is new among them, and how far they could spread the whole.

    `disclosure` and `even` from `measures.concentration` (`disclosure`, `most_even`), `widest` everything announced.
    """
    totals = disclosure[disclosure["layer"] == "all"]
    if totals.empty:
        return Finding(name="undisclosed", detail=f"No deal of {scope.buyer} counts, however widely one looks.")
    named: set[str] = set()
    states = []
    for _, row in totals.iterrows():
        fresh = [name for name in row["outside"] if name not in named]
        again = "also " if named and fresh else ""
        named.update(fresh)
        states.append(formatting.capital(_state(row)) + (f": {again}{formatting.names(fresh, 12)}" if fresh else ""))
    return Finding(
        name="undisclosed",
        claim=states[0],
        detail=" ".join(
            [
                *(f"{state}." for state in states[1:]),
                *(() if scope.no_index else _floor(even, scope.perimeter, scope.basis)),
            ]
        ),
        rests_on={"deals": widest},
    )


def _floor(even: pd.DataFrame, perimeter: str, basis: str) -> list[str]:
    """How far undisclosed amounts could lower the index, and what that would take."""
    if not even["unpriced"].any() or not (even["published"] > 0).any():
        return []
    spread = effective_number(even["published"] + even["needed"])
    needed = even[even["needed"] > 0]
    if needed.empty:
        return []
    unit = " a year" if basis == "annualised" else ""
    ends = [formatting.usd_whole(amount) for amount in (needed["needed"].min(), needed["needed"].max())]
    amounts = f"{' to '.join(dict.fromkeys(ends))}{unit}"
    return [
        f"Even if {formatting.names(needed['supplier'])} were as large as it takes ({amounts}{' each' if len(needed) > 1 else ''}), {code_labels.COUNTED_LABELS[perimeter]} would be spread over no more than "
        f"{formatting.number(spread, 1)} equal suppliers, and the HHI would not be below {formatting.number(hhi(even['published'] + even['needed']), 0)}. "
        "Upwards there is no such limit."
    ]
