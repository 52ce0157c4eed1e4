"""The totals that others quote, in gigawatts before dollars, and the parts that one of them was printed with."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, SLATE, colours, domain_when_narrow, finish, when_narrow
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import CAPACITY_BASES

NONE_QUOTED = "No total quoted by others was known on that day, so there is nothing to compare."
MOST_SUPPLIERS = 8


def same_total(picked: pd.DataFrame, quoted: pd.DataFrame) -> pd.DataFrame:
    """The newest quotation of the picked total that states gigawatts with it; else the picked one."""
    if picked.empty:
        return picked
    value, metric = rounding.column(picked["value"]).iloc[0], picked["metric"].iloc[0]
    same = quoted[rounding.column(quoted["value"]).eq(value) & quoted["metric"].eq(metric)]
    stated = same[same["quoted_gw"].notna()]
    return stated.tail(1) if len(stated) else picked


@exhibit("gigawatt-bridge")
@rounding.inputs
def gigawatt_bridge(
    capacity: pd.DataFrame, total: pd.DataFrame, costs: pd.DataFrame, behind: pd.DataFrame, scope: Scope
) -> Exhibit:
    """Bars of announced capacity by basis, those of one basis stacked by supplier, above a quoted total in gigawatts.

    `capacity` from `capacity.by_supplier` on the day of `total` (one row of `reconciliation.totals`), `costs` from
    `cost_per_gw`, `behind`: the deals.
    """
    if total.empty:
        return Exhibit.empty(NONE_QUOTED, scope.as_of)
    quoted = total.iloc[0]
    data = _frame(capacity, quoted, costs)
    day = formatting.day(quoted["known_on"])
    if data.empty:
        return Exhibit.empty(
            f"Neither a capacity announced by {day} nor one stated with the total was known, so there is nothing to compare in gigawatts.",
            scope.as_of,
        )
    names = list(dict.fromkeys(data.loc[data["supplier"] != "", "supplier"]))
    return Exhibit(
        title=_title(capacity, quoted),
        subtitle=f"Gigawatts known on {day}, one bar for each thing that is measured, by supplier; below: what was stated with the total, and what its dollars would buy{_price(costs)}. Bars must not be added: chips go into sites",
        description=f"Stacked bars, longest {formatting.number(float(data['ends'].max()))} GW, {formatting.count(len(names), 'supplier')}.",
        chart=finish(_chart(data, names), height=56 * data["bar"].nunique() + 40, narrow_height=56 * data["bar"].nunique() + 40),
        table=data,
        columns={"bar": ("Gigawatts of", ""), "label": ("Supplier", ""), "capacity_gw": ("Capacity", "GW"), "contracted_gw": ("of it contracted", "GW")},
        rests_on={"deals": behind, "financials": pd.concat([total, costs])},
        as_of=scope.as_of,
        note="Capacity that lies inside another supplier's is counted there alone; options are left out. Whether the speaker counted the same deals was never published.",
    )  # fmt: skip


def _basis_name(basis: str) -> str:
    return formatting.capital(code_labels.CAPACITY_LABELS.get(basis, basis))


def _price(costs: pd.DataFrame) -> str:
    """What a gigawatt is said to cost, with its chips."""
    if costs.empty:
        return ""
    return f" at {formatting.between(float(costs['low'].min()), float(costs['high'].max()))} billion a gigawatt"


def _frame(capacity: pd.DataFrame, quoted: pd.Series, costs: pd.DataFrame) -> pd.DataFrame:
    own = capacity[~capacity["inside"].astype(bool) & (capacity["capacity_gw"] > 0)]
    own = own.assign(place=own["basis"].map({basis: place for place, basis in enumerate(CAPACITY_BASES)}))
    own = own.sort_values(["place", "capacity_gw", "supplier"], ascending=[True, False, True], kind="stable")
    own = _few(own)
    ends = own.groupby("basis")["capacity_gw"].cumsum()
    rows = pd.DataFrame(
        {
            "bar": own["basis"].map(_basis_name),
            "supplier": own["supplier"],
            "label": own["supplier"],
            "capacity_gw": own["capacity_gw"],
            "contracted_gw": own["contracted_gw"],
            "begins": ends - own["capacity_gw"],
            "ends": ends,
        }
    )
    added = pd.DataFrame(_of_the_total(quoted, costs), columns=rows.columns)
    data = pd.concat([frame for frame in (rows, added) if len(frame)] or [rows], ignore_index=True)
    reading = data["capacity_gw"].map(lambda value: "" if pd.isna(value) else f"{formatting.number(value, 2)} GW")
    return data.assign(mark=mark_labels(data["bar"] + ", " + data["label"], reading), row=_rows(data["bar"]))


def _of_the_total(quoted: pd.Series, costs: pd.DataFrame) -> list[tuple[object, ...]]:
    """Rows for the gigawatts that were stated with a total, and for those that its dollars would buy."""
    rows: list[tuple[object, ...]] = []
    none, stated, value = float("nan"), float(quoted["quoted_gw"]), float(quoted["value"])
    if pd.notna(stated):
        rows.append(("Stated with the total", "", "Stated", stated, none, 0.0, stated))
    if len(costs):
        least, most = value / float(costs["high"].max()), value / float(costs["low"].min())
        span = f"{formatting.between(least, most)} GW"
        rows.append(("Its dollars buy", "", span, none, none, least, most))
    return rows


def _few(own: pd.DataFrame) -> pd.DataFrame:
    """The largest suppliers of each basis, the rest of them as one."""
    rank = own.groupby("basis").cumcount()
    rest = own[rank >= MOST_SUPPLIERS].groupby(["basis", "place"], sort=False)[["capacity_gw", "contracted_gw"]].sum()
    if rest.empty:
        return own
    few = pd.concat([own[rank < MOST_SUPPLIERS], rest.reset_index().assign(supplier="Others")])
    return few.sort_values("place", kind="stable", ignore_index=True)


def _rows(bars: pd.Series) -> pd.Series:
    places = {bar: place for place, bar in enumerate(dict.fromkeys(bars))}
    return bars.map(lambda bar: f"{places[bar]:02d}|{bar}")


def _chart(data: pd.DataFrame, names: list[str]) -> alt.LayerChart:
    longest = float(data["ends"].max())
    axis = alt.Axis(
        labelExpr="split(slice(datum.label, 3), ', ')",
        ticks=False,
        domain=False,
        labelColor=INK,
        labelLimit=when_narrow(110, 170),
    )
    y = alt.Y("row:N", sort="ascending", title=None, axis=axis)
    x = alt.X(
        "begins:Q",
        title="GW",
        axis=alt.Axis(tickCount=6),
        scale=alt.Scale(domain=domain_when_narrow(longest * 1.04, longest * 1.04), nice=False),
    )
    wide = data.assign(
        text=data["label"].where((data["ends"] - data["begins"]) >= 0.09 * longest, ""),
        middle=(data["begins"] + data["ends"]) / 2,
    )
    frame = rounding.frame(wide[["row", "begins", "ends", "supplier", "text", "middle", "mark"]], 3)
    base = alt.Chart(frame).encode(y=y, x=x, x2="ends:Q", description=SPOKEN)
    named = base.transform_filter("datum.supplier != ''")
    layers = [
        base.transform_filter("datum.supplier == ''").mark_bar(height=22, color=SLATE, fillOpacity=0.55, stroke=SLATE)
    ]
    if names:
        layers.insert(
            0,
            named.mark_bar(height=22, fillOpacity=0.75, stroke=INK, strokeWidth=0.5).encode(
                fill=alt.Fill("supplier:N", scale=colours(names), legend=None)
            ),
        )
    words = (
        alt.Chart(frame)
        .mark_text(color=INK, dy=19, fontSize=when_narrow(10, 11))
        .encode(y=y, x="middle:Q", text="text:N")
    )
    return alt.layer(*layers, words)


def _title(capacity: pd.DataFrame, quoted: pd.Series) -> str:
    words = [
        f"{formatting.number(amount)} GW of {code_labels.CAPACITY_LABELS.get(str(basis), str(basis)).replace('announced, no basis', 'sites and clouds')}"
        for basis, amount in _by_basis(capacity).items()
    ]
    value = _quoted_words(quoted)
    stated = (
        f"; {formatting.number(quoted['quoted_gw'])} GW were stated with the {value}"
        if pd.notna(quoted["quoted_gw"])
        else f"; no gigawatts were stated with the {value}"
    )
    return formatting.capital(f"{formatting.names(words) if words else 'no gigawatts'} had been announced{stated}")


def _by_basis(capacity: pd.DataFrame) -> pd.Series:
    """Gigawatts of each basis that are inside no other supplier's."""
    own = capacity[~capacity["inside"].astype(bool)]
    sums = own.groupby("basis", sort=False)["capacity_gw"].sum()
    return sums[sums > 0]


def _quoted_words(quoted: pd.Series) -> str:
    return f"{formatting.about_usd(float(quoted['value'])) if quoted['value'] >= 1000 else formatting.usd_bn(quoted['value'])} of {formatting.day(quoted['known_on'])}"


@rounding.inputs
def bridge_finding(capacity: pd.DataFrame, total: pd.DataFrame, costs: pd.DataFrame, behind: pd.DataFrame) -> Finding:
    """What the gigawatts say of a quoted total. Frames as of the chart."""
    if total.empty:
        return Finding(name="bridge", detail=NONE_QUOTED)
    quoted = total.iloc[0]
    sums = _by_basis(capacity)
    value, stated = float(quoted["value"]), quoted["quoted_gw"]
    sentences = [
        f"By that day there had been announced: {formatting.names(formatting.capacity(amount, str(basis)) for basis, amount in sums.items())}."
        if len(sums)
        else ""
    ]
    if pd.notna(stated):
        sentences.append(_coincidence(capacity, sums, float(stated)))
    if len(costs):
        low, high = float(costs["low"].min()), float(costs["high"].max())
        sentences.append(f"A gigawatt with its chips is said to cost {formatting.between(low, high)} billion dollars.")
        if pd.isna(stated):
            sentences.append(f"The total would build {formatting.between(value / high, value / low)} GW at that price.")
    claim = (
        f"The {_quoted_words(quoted)} was quoted with {formatting.number(float(stated))} GW: {formatting.usd_bn(value / float(stated))} a gigawatt{_within(value / float(stated), costs)}"
        if pd.notna(stated)
        else f"No gigawatts were stated with the {_quoted_words(quoted)}"
    )
    return Finding(
        name="bridge",
        claim=claim,
        detail=" ".join(filter(None, sentences)),
        rests_on={"deals": behind, "financials": pd.concat([total, costs])},
    )


def _coincidence(capacity: pd.DataFrame, sums: pd.Series, stated: float) -> str:
    """Chips and contracted sites beside what was stated, as a coincidence."""
    chips = float(sums.get("chips", 0.0))
    sites = float(capacity.loc[capacity["basis"].eq("announced_total"), "contracted_gw"].sum())
    if not chips or not sites:
        return ""
    return f"Chips and contracted sites would make {formatting.number(chips + sites)} GW beside the {formatting.number(stated)} stated. They overlap and are no sum; that the figures lie so close may be chance."


def _within(per_gw: float, costs: pd.DataFrame) -> str:
    if costs.empty:
        return ""
    low, high = float(costs["low"].min()), float(costs["high"].max())
    return (
        ", within what one is said to cost"
        if low <= per_gw <= high
        else f", {'less' if per_gw < low else 'more'} than one is said to cost"
    )


@rounding.inputs
def against_firm(
    quoted: pd.DataFrame, firm: list[float], parts: pd.DataFrame, deals: pd.DataFrame, scope: Scope
) -> Finding:
    """How quoted totals and listed contracts moved, and what one total was printed with. Frames as of the table."""
    if quoted.empty:
        return Finding(name="against-firm", detail=NONE_QUOTED)
    rows = quoted.assign(firm=firm)
    first, last = rows.nlargest(1, "value").iloc[0], rows.iloc[-1]
    ratio = (
        "no contract with an amount"
        if not last["firm"]
        else f"{scope.buyer}'s contracts came to {formatting.about_usd(float(last['firm']))}"
    )
    claim = (
        f"The newest total, {_quoted_words(last)}, is lower than the {_quoted_words(first)}; on the day of the newest {ratio}"
        if last["value"] < first["value"]
        else f"When the newest total, {_quoted_words(last)}, was quoted, {ratio}"
    )
    return Finding(
        name="against-firm",
        claim=claim,
        detail=" ".join(_parts_words(parts, quoted)),
        rests_on={"financials": quoted, "deals": deals},
    )


def _parts_words(parts: pd.DataFrame, quoted: pd.DataFrame) -> list[str]:
    sentences = []
    for key, rows in parts.groupby("financial_id", sort=False):
        total = quoted[quoted["financial_id"] == key].iloc[0]
        printed, other = (rows[rows["printed"].eq(is_printed)] for is_printed in (True, False))
        named, beside = (
            formatting.names(part["counterparty"] + " " + part["high"].map(formatting.usd_short))
            for part in (printed, other)
        )
        known = (
            f"; with the contracts of others known that day ({beside}) {formatting.about_usd(float(rows['high'].sum()))}"
            if len(other)
            else ""
        )
        sentences.append(
            f"The {_quoted_words(total)} was printed with parts: {named}, upper figures, together {formatting.about_usd(float(printed['high'].sum()))}{known}. Chips and the sites that hold them are both in it."
        )
    return sentences
