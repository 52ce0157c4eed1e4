"""Capacity beside money: gigawatts by supplier, each basis apart, with the amounts that the same deals print."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PLAIN, domain_when_narrow, finish, when_narrow
from compute_ledger.measures import capacity
from compute_ledger.measures.commitments import unpriced
from compute_ledger.shared import rounding

MOST_DRAWN = 20
NO_AMOUNT = "no amount printed"
HEADINGS = {
    "it_load": "IT LOAD",
    "site_load": "SITE LOAD",
    "chips": "CHIPS",
    "announced_total": "NO BASIS STATED",
}
FORMS = ("contracted", "planned", "option")
SPOKEN_FORMS = {"contracted": "under contract", "planned": "planned", "option": "option"}


def _nothing(scope: Scope) -> str:
    return f"On {formatting.day(scope.as_of)} no deal of {scope.buyer or 'any buyer'} had a published capacity."


@exhibit("capacity-beside-money")
@rounding.inputs
def capacity_beside_money(table: pd.DataFrame, rows: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """Bars of gigawatts by supplier under a heading for each basis, the amount of the same deals beside each.

    `table` from `capacity.by_supplier` of `rows`, `rows` from `capacity.standing_capacity`, `counted` the commitments.
    """
    if table.empty:
        return Exhibit.empty(_nothing(scope), scope.as_of)
    drawn = _in_words(table.head(MOST_DRAWN), scope)
    bars = _bars_frame(drawn)
    return Exhibit(
        title=_title(drawn),
        subtitle=(
            f"Gigawatts in deals standing on {formatting.day(scope.as_of)}, by supplier and by what they measure, which must not be added; "
            "beside each bar the amount that the same deals print"
        ),
        key=_key(bars),
        description=f"Bars under {formatting.count(drawn['basis'].nunique(), 'heading')}. {' '.join(_by_basis(drawn))}",
        chart=finish(_chart(drawn, bars), height=24 * (len(drawn) + drawn["basis"].nunique()) + 30),
        table=drawn,
        columns={
            "basis_label": ("Measures", ""),
            "supplier": ("Supplier", ""),
            "contracted_gw": ("Under contract", "GW"),
            "planned_gw": ("Planned", "GW"),
            "option_gw": ("Option", "GW"),
            "gigawatts": ("Wording", ""),
            "money": ("Amount of the same deals", ""),
            "inside_label": ("Inside the capacity of", ""),
        },
        rests_on={"capacities": rows, "deals": counted[counted["deal_id"].isin(rows["deal_id"])]},
        as_of=scope.as_of,
        note=(
            "Talks are left out. A site holds chips and draws more than its computers, so bars under different headings may be the same machines. "
            f"A gigawatt announced is not one built: what is in use, or a smaller figure of a party, would change a bar.{_outside(counted, rows)}"
        ),
    )


def _in_words(table: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rows with their words: what is printed of capacity and of money, and in whose capacity they are."""
    called = code_labels.LAYER_LABELS if scope.level == "layer" else {}
    return table.assign(
        supplier=table["supplier"].replace(called),
        basis_label=table["basis"].map(code_labels.CAPACITY_LABELS),
        gigawatts=[_gigawatts(row) for _, row in table.iterrows()],
        money=[NO_AMOUNT if pd.isna(amount) else formatting.usd_short(amount) for amount in table["amount_usd_bn"]],
        inside_label=table["inside"].map(
            lambda names: formatting.names([called.get(name, name) for name in names]) if names else ""
        ),
    )


def _gigawatts(row: pd.Series) -> str:
    """'at least 1 GW', 'at most 7 GW', '0.75 GW and an option on 1.25', 'an option on 1 GW'."""
    if not row["capacity_gw"]:
        return f"an option on {formatting.number(row['option_gw'], 2)} GW"
    open_end = "at least " if row["at_least"] else "at most " if row["at_most"] else ""
    option = f" and an option on {formatting.number(row['option_gw'], 2)}" if row["option_gw"] else ""
    return f"{open_end}{formatting.number(row['capacity_gw'], 2)} GW{option}"


def _title(drawn: pd.DataFrame) -> str:
    """The largest capacity without an amount, under contract before planned, or that all have an amount."""
    bare = drawn[drawn["amount_usd_bn"].isna()]
    if bare.empty:
        return "Every supplier with a published capacity has a published amount"
    first = bare.sort_values(["contracted_gw", "capacity_gw", "option_gw"], ascending=False, kind="stable").iloc[0]
    firm = f"{formatting.number(first['contracted_gw'], 2)} GW ({first['basis_label']}) under contract"
    what = firm if first["contracted_gw"] else f"{first['gigawatts']} ({first['basis_label']}) in plans"
    others = bare["supplier"].nunique() - 1
    more = (
        f", nor for {formatting.count(others, 'other supplier', 'other suppliers')} with a capacity" if others else ""
    )
    return f"{formatting.capital(first['supplier'])} has {what}, for which no amount is printed{more}"


def _by_basis(drawn: pd.DataFrame) -> list[str]:
    """A sentence for each basis: every supplier with its gigawatts, its money and whose capacity holds it."""
    inside = drawn["inside_label"].map(lambda name: f"; inside that of {name}" if name else "")
    words = drawn["supplier"] + " " + drawn["gigawatts"] + " (" + drawn["money"] + inside + ")"
    return [
        f"{formatting.capital(code_labels.CAPACITY_LABELS[str(basis)])}: {formatting.names(words[group.index])}."
        for basis, group in drawn.groupby("basis", sort=False)
    ]


def _outside(counted: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Suppliers counted in money that print no capacity, and those that print neither."""
    without = capacity.without_capacity(counted, rows)
    neither = unpriced(without)["counterparty"]
    priced = without[without["counted"].notna() & ~without["counterparty"].isin(neither)]
    sums = priced.groupby("counterparty")["amount_usd_bn"].sum().sort_values(ascending=False, kind="stable")
    parts = [f"{name} {formatting.usd_short(amount)}" for name, amount in sums.items()]
    words = f" An amount and no capacity: {formatting.names(parts)}." if parts else ""
    return words + (f" Neither: {formatting.names(neither)}." if len(neither) else "")


def _bars_frame(drawn: pd.DataFrame) -> pd.DataFrame:
    """A row for each part of a bar, end to end: under contract, planned, option."""
    columns = ["basis", "basis_label", "supplier", "money"]
    parts = drawn.melt(columns, [f"{form}_gw" for form in FORMS], "form", "gw")
    parts = parts.assign(key=parts["basis"] + "|" + parts["supplier"], form=parts["form"].str.removesuffix("_gw"))
    end = parts.groupby("key")["gw"].cumsum()
    mark = mark_labels(
        parts["supplier"] + ", " + parts["basis_label"],
        parts["gw"].map(lambda gigawatts: formatting.number(gigawatts, 2)) + " GW",
        parts["form"].map(SPOKEN_FORMS),
        parts["money"],
    )
    return parts.assign(end=end, start=end - parts["gw"], mark=mark)[parts["gw"] > 0]


def _key(bars: pd.DataFrame) -> list[Swatch]:
    words = ("under contract", "planned", "option")
    forms = zip(("bar", "pale bar", "faint bar"), FORMS, words, strict=True)
    return drawn_only((form in set(bars["form"]), Swatch(look, PLAIN, named)) for look, form, named in forms)


def _chart(drawn: pd.DataFrame, bars: pd.DataFrame) -> alt.TopLevelMixin:
    order: list[str] = []
    for basis, group in drawn.groupby("basis", sort=False):
        order += [f"{basis}|", *(group["basis"] + "|" + group["supplier"])]
    longest = float(bars["end"].max())
    x = alt.X(
        "start:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=domain_when_narrow(longest * 3.1, longest * 2.1), nice=False),
    )
    y = alt.Y("key:N", sort=order, title=None, axis=_names(), scale=alt.Scale(domain=order))
    opacity = alt.FillOpacity("form:N", scale=alt.Scale(domain=list(FORMS), range=[1, 0.45, 0.2]), legend=None)
    return alt.layer(
        alt.Chart(bars[["key", "form", "start", "end", "mark"]])
        .mark_bar(height=15, color=PLAIN, stroke=PLAIN, strokeWidth=1)
        .encode(y=y, x=x, x2=alt.X2("end:Q"), fillOpacity=opacity, description=SPOKEN),
        alt.Chart(_ends(drawn))
        .transform_calculate(shown="narrow ? datum.short : datum.label")
        .mark_text(align="left", dx=7, color=INK)
        .encode(y=y, x=alt.X("end:Q", axis=None), text=alt.Text("shown:N")),
    )


def _names() -> alt.Axis:
    """Suppliers under the heading of their basis, which is bold."""
    headings = ", ".join(f"'{basis}|': '{words}'" for basis, words in HEADINGS.items())
    return alt.Axis(
        ticks=False,
        domain=False,
        labelPadding=6,
        labelColor=INK,
        labelLimit=when_narrow(112, 160),
        # Of a name of two parties a phone has room for the first.
        labelExpr=(
            f"({{{headings}}})[datum.value] || "
            "replace(slice(datum.value, indexof(datum.value, '|') + 1), narrow ? / and .*/ : '', narrow ? ' & co.' : '')"
        ),
        labelFontWeight=alt.condition(
            "indexof(datum.value, '|') == length(datum.value) - 1", alt.value("bold"), alt.value("normal")
        ),
    )


def _ends(drawn: pd.DataFrame) -> pd.DataFrame:
    """What stands beside each bar, whole and as a narrow drawing has it."""
    ends = drawn.assign(key=drawn["basis"] + "|" + drawn["supplier"], end=drawn["capacity_gw"] + drawn["option_gw"])
    inside = ends["inside_label"].map(lambda name: f", inside {name}" if name else "")
    short = ends["end"].map(lambda gigawatts: formatting.number(gigawatts, 2)) + " GW, "
    return ends.assign(
        label=ends["gigawatts"] + ", " + ends["money"] + inside,
        short=short + ends["money"].replace(NO_AMOUNT, "no amount"),
    )[["key", "end", "label", "short"]]
