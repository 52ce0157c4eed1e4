"""Whose balance sheet carries it: what others borrowed, signed or stand in for so that the buyer can be served."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import (
    BLUE,
    GREY,
    INK,
    PURPLE,
    TEAL,
    VERMILION,
    domain_when_narrow,
    finish,
    when_narrow,
)
from compute_ledger.shared import rounding

MOST_ROWS = 14
# Height in px of a row: a name above a bar.
ROW = 44
SHADES = {
    "guarantee": PURPLE,
    "partners' debt": VERMILION,
    "loan against shares": TEAL,
    "leases not started": BLUE,
    "own debt": GREY,
}
# A figure over several firms goes by this name in the ledger.
TOGETHER = {"Partners": "partners together"}
# What a figure is, and what it is where planned or in talks.
PHRASES = {
    "guarantee": ("a guarantee of {amount} by {firm}", "a planned guarantee of {amount} by {firm}"),
    "partners' debt": ("debt of {amount} of or for {firm}", "planned debt of {amount} of or for {firm}"),
    "loan against shares": (
        "a loan of {amount} to {firm} against its shares",
        "talks on a loan of {amount} to {firm} against its shares",
    ),
    "leases not started": (
        "leases of {amount} that {firm} signed and that have not begun",
        "planned leases of {amount} of {firm}",
    ),
    "own debt": ("{amount} that {firm} owes", "{amount} that {firm} is to owe"),
}


def carried_rows_behind(carried: pd.DataFrame, ties: pd.DataFrame, financials: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of the ledger that `measures.payments.loop_cash.carried_by_others` picked, by table."""
    ids = set(carried["row_id"])
    tables = {
        "financials": financials[financials["financial_id"].isin(ids)],
        "ties": ties[ties["tie_id"].isin(ids)],
    }
    return {name: rows for name, rows in tables.items() if len(rows)}


def _none(scope: Scope) -> str:
    return (
        f"No debt, guarantee or lease that others took on to serve {scope.buyer or 'any buyer'} "
        f"was known with an amount on {formatting.day(scope.as_of)}."
    )


@exhibit("carried-by-others")
@rounding.inputs
def carried_by_others(carried: pd.DataFrame, behind: Behind, scope: Scope) -> Exhibit:
    """A bar for each figure, by company. `carried` from `measures.payments.loop_cash.carried_by_others`."""
    if carried.empty:
        return Exhibit.empty(_none(scope), scope.as_of)
    drawn = carried.head(MOST_ROWS)
    amounts = _amounts(carried)
    cut = f" Drawn are the first {MOST_ROWS} of {len(carried)}." if len(carried) > MOST_ROWS else ""
    return Exhibit(
        title=_title(carried, scope.buyer),
        subtitle=(
            f"What others borrowed, signed or guarantee, USD bn, newest figure known on {formatting.day(scope.as_of)}"
        ),
        key=_key(_drawn_rows(drawn), scope.buyer),
        description=f"Bar chart of {formatting.count(len(drawn), 'figure')}: {formatting.names(_phrases(drawn, short=True), limit=8)}.",
        chart=_chart(drawn),
        table=carried.assign(
            amount=amounts,
            serves=carried["all_customers"].astype(bool).map({True: "all its customers", False: scope.buyer}),
            standing=carried["planned"].astype(bool).map({True: "planned or in talks", False: "signed"}),
            when=carried["period"].map(formatting.period),
        ),
        columns={
            "firm": ("Company", ""),
            "taken_on": ("Carries", ""),
            "value_usd_bn": ("Amount", "USD bn"),
            "amount": ("In words", ""),
            "serves": ("Serves", ""),
            "standing": ("Standing", ""),
            "when": ("Of", ""),
            "note": ("Remark", ""),
        },
        rests_on=behind,
        as_of=scope.as_of,
        note=(
            f"{scope.buyer} owes none of the debt and leases, and no figure of this report adds any row to commitments. The rows overlap (a total beside its "
            f"parts, debt beside leases of the same sites): they have no sum.{cut}"
        ),
    )


def _capped(carried: pd.DataFrame) -> pd.Series:
    return carried["low_usd_bn"].lt(carried["value_usd_bn"]) & carried["high_usd_bn"].le(carried["value_usd_bn"])


def _amounts(carried: pd.DataFrame, short: bool = True) -> pd.Series:
    """'up to $105bn'."""
    words = carried["value_usd_bn"].map(formatting.usd_short if short else formatting.usd_bn)
    return _capped(carried).map({True: "up to ", False: ""}) + words


def _phrases(carried: pd.DataFrame, short: bool = False) -> list[str]:
    """'a guarantee of up to $105 billion by Nvidia', one for each row."""
    return [
        PHRASES[row["taken_on"]][int(row["planned"])].format(firm=TOGETHER.get(row["firm"], row["firm"]), amount=amount)
        for row, amount in zip(carried.to_dict("records"), _amounts(carried, short), strict=True)
    ]


def _for_buyer(carried: pd.DataFrame) -> pd.DataFrame:
    """Of what serves the buyer alone, the largest row of each kind, what is signed before what is planned."""
    own = carried[~carried["all_customers"].astype(bool)]
    own = own.assign(rank=own["taken_on"].map({kind: i for i, kind in enumerate(SHADES)}))
    own = own.sort_values(["rank", "planned", "value_usd_bn"], ascending=[True, True, False], kind="stable")
    return own.drop_duplicates("taken_on")


def _title(carried: pd.DataFrame, buyer: str) -> str:
    own = _for_buyer(carried)
    titled = own if len(own) else carried.head(1)
    phrases = formatting.names(_phrases(titled.head(2), short=True))
    return f"Beside {buyer}'s own commitments: {phrases}" + ("" if len(own) else ", for all customers")


def _drawn_rows(drawn: pd.DataFrame) -> pd.DataFrame:
    """What is drawn and said of each figure."""
    hollow = _capped(drawn) & drawn["taken_on"].eq("guarantee") | drawn["planned"].astype(bool)
    rows = pd.DataFrame(
        {
            "name": drawn["firm"].replace(TOGETHER).map(formatting.capital) + ": " + drawn["taken_on"],
            "amount": drawn["value_usd_bn"],
            "top": [float(ROW * i) for i in range(len(drawn))],
            "beside": _amounts(drawn),
            "shade": drawn["taken_on"].map(SHADES),
            "look": hollow.map({True: "hollow", False: "solid"}).mask(
                ~hollow & drawn["all_customers"].astype(bool), "pale"
            ),
        }
    )
    remark = drawn["planned"].astype(bool).map({True: "planned or in talks", False: ""})
    whom = drawn["all_customers"].astype(bool).map({True: "for all of its customers", False: ""})
    return rows.assign(mark=mark_labels(rows["name"], rows["beside"], whom, remark)).pipe(rounding.frame, 3)


def _key(rows: pd.DataFrame, buyer: str) -> list[Swatch]:
    looks = {
        "solid": ("bar", f"for {buyer}"),
        "pale": ("pale bar", "for all customers of the firm"),
        "hollow": ("dashed bar", "a cap, due only if called, or planned"),
    }
    shades = {look: rows.loc[rows["look"] == look, "shade"].tolist() for look in looks}
    return [Swatch(form, shades[look], words) for look, (form, words) in looks.items() if shades[look]]


def _chart(drawn: pd.DataFrame) -> alt.LayerChart:
    """A name, below it a bar, and beside it the amount."""
    rows = _drawn_rows(drawn)
    height = ROW * len(drawn)
    scale = alt.Scale(
        domain=domain_when_narrow(*(float(drawn["value_usd_bn"].max()) * room for room in (1.4, 1.2))), nice=False
    )
    heights = alt.Scale(domain=[height, 0], nice=False, zero=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=heights)

    base = alt.Chart(rows).transform_calculate(
        zero="0", name_at="datum.top + 9", bar="datum.top + 19", foot="datum.top + 35", beside_at="datum.top + 27"
    )
    x = alt.X("zero:Q", axis=None, scale=scale)
    bars = base.encode(x=x, x2=alt.X2("amount:Q"), y=y("bar"), y2=alt.Y2("foot:Q"), description=SPOKEN)
    fill, stroke = alt.Color("shade:N", scale=None), alt.Stroke("shade:N", scale=None)
    layers = [
        bars.transform_filter("datum.look == 'solid'").mark_rect().encode(color=fill),
        bars.transform_filter("datum.look == 'pale'").mark_rect(fillOpacity=0.4).encode(color=fill, stroke=stroke),
        bars.transform_filter("datum.look == 'hollow'")
        .mark_rect(filled=False, strokeDash=[3, 3], strokeWidth=1.4)
        .encode(stroke=stroke),
        base.mark_text(align="left", dx=6, fontSize=11, color=INK).encode(
            x=alt.X("amount:Q", axis=None, scale=scale), y=y("beside_at"), text=alt.Text("beside:N")
        ),
        base.mark_text(align="left", fontWeight="bold", fontSize=when_narrow(11, 12)).encode(
            x=x, y=y("name_at"), text=alt.Text("name:N")
        ),
    ]
    return finish(alt.layer(*layers), height=height + 8)


@rounding.inputs
def carried_finding(carried: pd.DataFrame, behind: Behind, scope: Scope) -> Finding:
    """The largest guarantee, debt and loan taken on for the buyer, then what serves other customers as well."""
    if carried.empty:
        return Finding(name="carried", detail=_none(scope))
    own = _for_buyer(carried)
    shared = carried[carried["all_customers"].astype(bool)]
    sentences = []
    if len(shared):
        sentences.append(f"Taken on for all customers, {scope.buyer} among them: {formatting.names(_phrases(shared))}.")
    if own["taken_on"].eq("guarantee").any():
        sentences.append(
            "A guarantee costs nothing until it is called: what it covers is owed first by the party that it stands in for."
        )
    claim = (
        f"Beside {scope.buyer}'s own commitments, and in no sum of this report, {'stands' if len(own) == 1 else 'stand'} {formatting.names(_phrases(own))}"
        if len(own)
        else f"Nothing was known on {formatting.day(scope.as_of)} to be taken on for {scope.buyer} alone"
    )
    return Finding(name="carried", claim=claim, detail=" ".join(sentences), rests_on=behind)
