"""What has no published amount, and how far that could spread the whole."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.concentration.commitment_words import COUNTED, PERIMETERS
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, MUTED, PAPER, domain_when_narrow, finish
from compute_ledger.measures.concentration import effective_number, hhi
from compute_ledger.shared import rounding


@exhibit("undisclosed")
@rounding.inputs
def undisclosed(disclosure: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """Deals with and without a published amount by perimeter, and by layer of the chosen one.

    `disclosure` from `measures.concentration`; `counted` are the deals of the widest perimeter.
    """
    disclosure_rows = disclosure[disclosure["layer"].eq("all") | disclosure["perimeter"].eq(scope.perimeter)]
    if disclosure_rows.empty:
        note = f"On {formatting.day(scope.as_of)} no deal of {scope.buyer} counted, however widely one looks."
        return Exhibit.empty(note, scope.as_of)
    rows = _by_perimeter(disclosure_rows)
    head = rows[rows["perimeter"].eq(scope.perimeter) & ~rows["inside"]]
    head = head if len(head) else rows.head(1)
    chosen = head.iloc[0]
    return Exhibit(
        title=formatting.capital(_state(chosen)),
        subtitle=f"Number of deals counted with a published amount (filled) and without (hollow), {formatting.day(scope.as_of)}",
        description=f"Bar chart of deals without a published amount: {formatting.names(rows['group'] + ' ' + rows['label'])}.",
        chart=finish(_stacks(rows), height=30 * len(rows) + 20),
        table=rows,
        columns={
            "group": ("What counts", ""),
            "deals": ("Deals", "count"),
            "unpriced": ("Without an amount", "count"),
            "unpriced_pct": ("Without an amount", "%"),
            "names": ("Without an amount", "counterparties"),
        },
        rests_on={"deals": counted},
        as_of=scope.as_of,
        note="A count of deals, not of money: what share of the money is undisclosed cannot be known. Each group includes the ones above it.",
    )


def _by_perimeter(disclosure_rows: pd.DataFrame) -> pd.DataFrame:
    """A row a perimeter, and one a layer of the chosen one below it, with what is said beside each."""
    order = {name: place for place, name in enumerate(PERIMETERS)}
    is_total = disclosure_rows["layer"].eq("all")
    rows = disclosure_rows.assign(place=disclosure_rows["perimeter"].map(order), inside=~is_total).sort_values(
        ["place", "inside", "deals", "layer"], ascending=[True, True, False, True]
    )
    total, layer = rows["perimeter"].map(PERIMETERS), rows["layer"].map(code_labels.LAYER_LABELS)
    return rows.assign(
        group=total.where(~rows["inside"], "of which " + layer.fillna("")),
        priced=rows["deals"] - rows["unpriced"],
        names=rows["outside"].map(lambda names: ", ".join(names)),
        label=[f"{row['unpriced']} of {row['deals']} without" for _, row in rows.iterrows()],
    )


def _state(row: pd.Series) -> str:
    """'two of nine contracts in force or reported have no published amount'; with one or none without, what that is."""
    deals, unpriced = int(row["deals"]), int(row["unpriced"])
    what = COUNTED[row["perimeter"]]
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


def _stacks(rows: pd.DataFrame) -> alt.TopLevelMixin:
    mark = mark_labels(rows["group"], rows["label"] + " a published amount")
    data = rows[["group", "deals", "priced", "label"]].assign(mark=mark)
    axis = alt.Axis(ticks=False, domain=False, labelColor=INK, labelLimit=200, labelPadding=6)
    bars = alt.Chart(data).encode(y=alt.Y("group:N", sort=None, title=None, axis=axis), description=SPOKEN)
    most = float(data["deals"].max())
    scale = alt.Scale(domain=domain_when_narrow(most * 1.9, most * 1.35), nice=False)
    x = alt.X("priced:Q", title=None, axis=None, scale=scale)
    return alt.layer(
        bars.mark_bar(height=16, fill=PAPER, stroke=MUTED, strokeDash=[3, 2]).encode(
            x=alt.X("deals:Q", title=None, axis=None, scale=scale)
        ),
        bars.mark_bar(height=16, color=BLUE).encode(x=x),
        bars.mark_text(align="left", dx=7).encode(x=alt.X("deals:Q", axis=None), text=alt.Text("label:N")),
    )


@rounding.inputs
def undisclosed_finding(disclosure: pd.DataFrame, even: pd.DataFrame, widest: pd.DataFrame, scope: Scope) -> Finding:
    """How many deals of each perimeter have no amount, who they are with, and how far they could spread the whole.

    `disclosure` and `even` from `measures.concentration` (`disclosure`, `most_even`), `widest` everything announced.
    """
    totals = disclosure[disclosure["layer"] == "all"]
    if totals.empty:
        return Finding(name="undisclosed", detail=f"No deal of {scope.buyer} counts, however widely one looks.")
    states = []
    for _, row in totals.iterrows():
        part = f" ({formatting.pct(row['unpriced_pct'], 0)})" if row["unpriced"] < row["deals"] else ""
        who = f"{part}: {formatting.names(row['outside'], 12)}" if row["unpriced"] else ""
        states.append(f"{formatting.capital(_state(row))}{who}")
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
        f"Even if {formatting.names(needed['supplier'])} were as large as it takes ({amounts}{' each' if len(needed) > 1 else ''}), {COUNTED[perimeter]} would be spread over no more than "
        f"{formatting.number(spread, 1)} equal suppliers, and the HHI would not be below {formatting.number(hhi(even['published'] + even['needed']), 0)}. "
        "Upwards there is no such limit."
    ]
