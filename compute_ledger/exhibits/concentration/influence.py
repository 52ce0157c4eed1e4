"""What single deals do to the index, and what deals without a published amount could do to it."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.concentration.specification_bars import OPTION_LABELS
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, MUTED, PAPER, VERMILION, domain_when_narrow, finish, text
from compute_ledger.measures.concentration import effective_number, hhi
from compute_ledger.shared import rounding

MOST_DRAWN = 20


@exhibit("leave-one-out")
@rounding.inputs
def leave_one_out(influence: pd.DataFrame, scope: Scope) -> Exhibit:
    """The index without each deal in turn, most influential first. `influence` from `measures.concentration`."""
    if scope.no_index:
        return Exhibit.empty(scope.nothing_drawn, scope.as_of)
    measured = influence.dropna(subset="hhi_without")
    if measured.empty:
        return Exhibit.empty(_no_influence(influence), scope.as_of)
    base = float((measured["hhi_without"] - measured["hhi_change"]).iloc[0])
    rows = measured.assign(deal=_names(measured))
    data = _influence_frame(rows, base)
    top = rows.iloc[0]
    return Exhibit(
        title=f"Without {top['deal']} the HHI would be {formatting.number(top['hhi_without'], 0)} instead of {formatting.number(base, 0)}",
        subtitle=(
            f"Herfindahl-Hirschman index, 0 to 10,000, and effective number of suppliers with each deal left out, {formatting.day(scope.as_of)}; "
            "vertical line: all deals"
        ),
        description=(
            f"Dot plot of {formatting.count(len(data), 'deal')} against the index of all, {formatting.number(base, 0)}: without "
            f"{formatting.names(data['deal'] + ' ' + data['long'])}."
        ),
        chart=finish(_dots(data, base), height=30 * len(data) + 50),
        table=rows,
        columns={
            "deal": ("Deal left out", ""),
            "counted": ("Counted", scope.unit),
            "hhi_without": ("HHI without it", "0 to 10,000"),
            "hhi_change": ("Change of the HHI", "points"),
            "effective_without": ("Effective number without it", "suppliers"),
        },
        rests_on={"deals": rows},
        list_all=True,
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note=(
            "Nothing takes the place of the deal left out. Leaving out a large deal makes the rest look more concentrated when it was one of few large ones."
            + (f" The {MOST_DRAWN} most influential of {len(rows)} are drawn." if len(rows) > MOST_DRAWN else "")
        ),
    )


def _no_influence(influence: pd.DataFrame) -> str:
    """Why there is nothing to leave out."""
    only = influence["counterparty"].iloc[0] if len(influence) else ""
    why = (
        f"The deal with {only} is the only one with an amount, so none can be left out."
        if only
        else "No deal counted has an amount."
    )
    return f"{why} There is no influence to compare."


def _influence_frame(rows: pd.DataFrame, base: float) -> pd.DataFrame:
    """The most influential deals as they are drawn."""
    return (
        rows.head(MOST_DRAWN)[["deal", "hhi_without", "effective_without"]]
        .assign(
            label=lambda frame: frame["hhi_without"].map(lambda value: formatting.number(value, 0)),
            long=lambda frame: (
                frame["label"]
                + " ("
                + frame["effective_without"].map(lambda n: formatting.number(n, 2))
                + " suppliers)"
            ),
            mark=lambda frame: mark_labels("Without " + frame["deal"], "HHI " + frame["long"]),
        )
        .pipe(rounding.frame, 2)
        .assign(base=rounding.rounded(base, 1))
    )


def _names(rows: pd.DataFrame) -> list[str]:
    """Counterparty and amount, with the month where that does not tell two deals apart."""
    names = rows["counterparty"] + "'s " + rows["amount_usd_bn"].map(formatting.usd_short)
    return names.where(~names.duplicated(keep=False), names + ", " + rows["announced_on"].dt.strftime("%b %Y")).tolist()


def _dots(data: pd.DataFrame, base: float) -> alt.TopLevelMixin:
    low, high = min(float(data["hhi_without"].min()), base), max(float(data["hhi_without"].max()), base)
    span = max(high - low, 100.0)
    domain = domain_when_narrow(high + span * 0.55, high + span * 0.4, low - span * 0.06)
    x = alt.X(
        "hhi_without:Q",
        title="HHI",
        scale=alt.Scale(domain=domain, nice=False, zero=False),
        axis=alt.Axis(tickCount=4, labelBound=True),
    )
    axis = alt.Axis(ticks=False, domain=False, labelColor=INK, labelLimit=200, labelPadding=6)
    marks = alt.Chart(data).encode(y=alt.Y("deal:N", sort=None, title=None, axis=axis), description=SPOKEN)
    ends = marks.transform_calculate(
        shown="narrow ? datum.label : datum.long", end="max(datum.hhi_without, datum.base)"
    )
    return alt.layer(
        alt.Chart(pd.DataFrame({"base": [rounding.rounded(base, 1)]}))
        .mark_rule(strokeWidth=1.5, color=INK)
        .encode(x=alt.X("base:Q")),
        marks.mark_rule(strokeWidth=2, color=VERMILION).encode(x=x, x2=alt.X2("base:Q")),
        marks.mark_circle(size=60, color=VERMILION, opacity=1).encode(x=x),
        *text(ends.encode(x=alt.X("end:Q", title="HHI"), text=alt.Text("shown:N")), align="left", dx=8),
    )


@rounding.inputs
def influence_finding(influence: pd.DataFrame, scope: Scope) -> Finding:
    """Which deal moves the index most, and how many could go without any matter."""
    if scope.no_index:
        return Finding(name="influence", detail=scope.nothing_drawn)
    measured = influence.dropna(subset="hhi_without")
    if measured.empty:
        no_index = f"Fewer than two deals of {scope.buyer} with an amount count here: no index is left when one of them is taken out."
        return Finding(name="influence", detail=no_index)
    base = float((measured["hhi_without"] - measured["hhi_change"]).iloc[0])
    names = _names(measured)
    top = measured.iloc[0]
    verb = "raises" if top["hhi_change"] > 0 else "lowers"
    small = int((measured["hhi_change"].abs() < 100).sum())
    sentences = [
        f"Leaving it out {verb} the HHI from {formatting.number(base, 0)} to {formatting.number(top['hhi_without'], 0)}, "
        f"and the effective number of suppliers from {formatting.number(10_000 / base, 2)} to {formatting.number(top['effective_without'], 2)}."
    ]
    if len(measured) > 1:
        sentences.append(
            f"Whichever deal is left out, the index stays between {formatting.number(measured['hhi_without'].min(), 0)} and {formatting.number(measured['hhi_without'].max(), 0)}."
        )
    if small:
        sentences.append(
            f"{formatting.capital(formatting.count(small, 'deal moves', 'deals move'))} it by less than 100 points."
        )
    return Finding(
        name="influence",
        claim=f"No single deal matters more than {names[0]}",
        detail=" ".join(sentences),
        rests_on={"deals": measured},
    )


@exhibit("undisclosed")
@rounding.inputs
def undisclosed(disclosure: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """Deals with and without a published amount by perimeter, and by layer of the chosen one.

    `disclosure` from `measures.concentration`; `counted` are the deals of the widest perimeter.
    """
    disclosure_rows = disclosure[disclosure["layer"].eq("all") | disclosure["perimeter"].eq(scope.perimeter)]
    if disclosure_rows.empty:
        note = f"On {formatting.day(scope.as_of)} no deal of {scope.buyer} counted in any perimeter."
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
            "group": ("Perimeter and layer", ""),
            "deals": ("Deals", "count"),
            "unpriced": ("Without an amount", "count"),
            "unpriced_pct": ("Without an amount", "%"),
            "names": ("Without an amount", "counterparties"),
        },
        rests_on={"deals": counted},
        as_of=scope.as_of,
        note="A count of deals, not of money: what share of the money is undisclosed cannot be known. Each perimeter includes the narrower ones.",
    )


def _by_perimeter(disclosure_rows: pd.DataFrame) -> pd.DataFrame:
    """A row a perimeter, and one a layer of the chosen one below it, with what is said beside each."""
    order = {name: place for place, name in enumerate(OPTION_LABELS)}
    is_total = disclosure_rows["layer"].eq("all")
    rows = disclosure_rows.assign(place=disclosure_rows["perimeter"].map(order), inside=~is_total).sort_values(
        ["place", "inside", "deals", "layer"], ascending=[True, True, False, True]
    )
    total, layer = rows["perimeter"].map(OPTION_LABELS), rows["layer"].map(code_labels.LAYER_LABELS)
    return rows.assign(
        group=total.where(~rows["inside"], "of which " + layer.fillna("")),
        priced=rows["deals"] - rows["unpriced"],
        names=rows["outside"].map(lambda names: ", ".join(names)),
        label=[f"{row['unpriced']} of {row['deals']} without" for _, row in rows.iterrows()],
    )


def _state(row: pd.Series) -> str:
    """'two of nine deals in firm payables have no published amount'; with one deal or none without, what that is."""
    deals, unpriced = int(row["deals"]), int(row["unpriced"])
    where = f"in {code_labels.PERIMETER_LABELS[row['perimeter']]}"
    if deals == 1:
        return f"the only deal {where} has {'no' if unpriced else 'a'} published amount"
    if not unpriced:
        return f"all {formatting.count(deals, 'deal')} {where} have a published amount"
    if unpriced == deals:
        return f"none of {formatting.count(deals, 'deal')} {where} has a published amount"
    return f"{_few(unpriced)} of {formatting.count(deals, 'deal')} {where} {'has' if unpriced == 1 else 'have'} no published amount"


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

    `disclosure` and `even` from `measures.concentration` (`disclosure`, `most_even`), `widest` the announced payables.
    """
    totals = disclosure[disclosure["layer"] == "all"]
    if totals.empty:
        return Finding(name="undisclosed", detail=f"No deal of {scope.buyer} counts in any perimeter.")
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
    now, spread = effective_number(even["published"]), effective_number(even["published"] + even["needed"])
    needed = even.loc[even["needed"] > 0, "needed"]
    if needed.empty:
        return []
    unit = " a year" if basis == "annualised" else ""
    amount = formatting.between(needed.min(), needed.max())
    amounts_needed = f"${amount} billion{unit}" if len(needed) == 1 else f"${amount} billion{unit} each"
    return [
        f"Whatever those amounts are, as long as the published ones stand, {code_labels.PERIMETER_LABELS[perimeter]} cannot be spread more widely than over {formatting.equal_suppliers(spread)}, against {formatting.number(now, 2)} as published, "
        f"and the HHI cannot be below {formatting.number(hhi(even['published'] + even['needed']), 0)}: that would take {amounts_needed} for {formatting.count(len(needed), 'supplier')}. "
        "Upwards there is no such limit."
    ]
