"""Announced gigawatts at what a gigawatt is said to cost, beside the amounts published for them."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, PAPER, domain_when_narrow, finish
from compute_ledger.shared import rounding

MOST_PLANS = 8
NO_COST = "What a gigawatt costs had not been said publicly, so announced capacity cannot be priced."
NO_CAPACITY = "No announced capacity in gigawatts was known on that day, so there is nothing to price."


def _label(row: pd.Series) -> str:
    day = pd.Timestamp(row["item"]) if row["kind"] == "quoted" else None
    item = code_labels.CAPACITY_LABELS.get(row["item"], row["item"])
    name = formatting.capital(item) if day is None else f"Quoted {day.day} {day:%b %Y}"
    return f"{name}, {formatting.number(row['capacity_gw'])} GW"


def _few(table: pd.DataFrame) -> pd.DataFrame:
    """The largest plans only, where there are more than a chart can name; what is quoted and the sums stay."""
    plans = table[table["kind"] == "plan"].nlargest(MOST_PLANS, "published_usd_bn").index
    quoted = table[table["kind"] == "quoted"].tail(MOST_PLANS).index
    return table[table["kind"].eq("sum") | table.index.isin(plans.union(quoted))]


@exhibit("cost-per-gigawatt")
@rounding.inputs
def cost_per_gigawatt(
    table: pd.DataFrame, costs: pd.DataFrame, deals: pd.DataFrame, quoted: pd.DataFrame, scope: Scope
) -> Exhibit:
    """Intervals of cost for announced capacity, with a diamond at the amount published for it.

    `table` from `reconciliation.capacity_cost`, `costs` from `cost_per_gw`; `deals` and `quoted`: the rows behind.
    """
    if costs.empty or table.empty:
        return Exhibit.empty(NO_COST if costs.empty else NO_CAPACITY, scope.as_of)
    table = _few(table)
    low, high, stated = float(costs["low"].min()), float(costs["high"].max()), quoted[quoted["quoted_gw"].notna()]
    data = _cost_frame(table)
    widest = data.nlargest(1, "high_usd_bn").iloc[0]
    return Exhibit(
        title=_title(table, low, high),
        subtitle=f"Announced capacity times {formatting.between(low, high)} billion US dollars a gigawatt, USD bn; diamonds: amount published for the same capacity; {formatting.day(scope.as_of)}",
        description=(
            f"Interval bars for {formatting.count(len(data), 'sum')} of capacity, from {formatting.number(float(data['capacity_gw'].min()))} to {formatting.number(float(data['capacity_gw'].max()))} GW; "
            f"the largest is {widest['label']}, {widest['span']} billion US dollars. {formatting.capital(formatting.count(int(data['published_usd_bn'].notna().sum()), 'amount is', 'amounts are'))} published beside them."
        ),
        chart=finish(_cost_chart(data), height=38 * len(data) + 40),
        table=data,
        columns={
            "label": ("Capacity", ""),
            "low_usd_bn": ("Cost, low", "USD bn"),
            "high_usd_bn": ("Cost, high", "USD bn"),
            "published_usd_bn": ("Published", "USD bn"),
            "published_per_gw": ("Published a gigawatt", "USD bn"),
        },
        rests_on={"deals": deals, "financials": pd.concat([costs, stated])},
        as_of=scope.as_of,
        note=(
            "Assumes that every gigawatt is new, built in full and equally dear, chips included. Chips go into the sites: sums on different bases "
            "describe the same buildings from several sides and must not be added. Counted is capacity that the buyer is among those to pay for."
        ),
    )


def _cost_frame(table: pd.DataFrame) -> pd.DataFrame:
    """What is drawn of each sum of capacity."""
    data = table.assign(
        label=table.apply(_label, axis=1),
        span=[formatting.between(a, b) for a, b in zip(table["low_usd_bn"], table["high_usd_bn"], strict=True)],
    )
    published = data["published_usd_bn"].map(formatting.usd_short) + " published"
    return data.assign(
        short=data["span"].str.replace(" to ", "–"),
        mark=mark_labels(
            data["label"],
            "$" + data["span"] + "bn at what a gigawatt is said to cost",
            published.where(data["published_usd_bn"].notna(), ""),
        ),
    )


def _cost_chart(data: pd.DataFrame) -> alt.LayerChart:
    """Bars of what capacity would cost, diamonds at what is published for it."""
    longest = float(data[["high_usd_bn", "published_usd_bn"]].max().max())
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.95, longest * 1.2), nice=False)
    short = "narrow ? replace(datum.label, 'Quoted ', '') : datum.label"
    names = alt.Axis(ticks=False, domain=False, labelColor=INK, labelLimit=190, labelExpr=short)
    y = alt.Y("label:N", sort=None, title=None, axis=names)
    base = alt.Chart(data).encode(y=y, description=SPOKEN)
    x = alt.X(
        "low_usd_bn:Q",
        title=None,
        scale=scale,
        axis=alt.Axis(values=_ticks(longest), format=",.2~f", labelOverlap="greedy", labelSeparation=6),
    )
    return alt.layer(
        base.mark_bar(height=14, color=BLUE).encode(x=x, x2=alt.X2("high_usd_bn:Q")),
        base.transform_filter("isValid(datum.published_usd_bn)")
        .mark_point(shape="diamond", size=130, filled=True, fill=PAPER, stroke=INK, strokeWidth=2, opacity=1)
        .encode(x=alt.X("published_usd_bn:Q", scale=scale, title=None)),
        base.transform_calculate(
            shown="narrow ? datum.short : datum.span", end="max(datum.high_usd_bn, datum.published_usd_bn || 0)"
        )
        .mark_text(align="left", dx=10)
        .encode(x=alt.X("end:Q", scale=scale, title=None), text=alt.Text("shown:N")),
    )


def _ticks(longest: float) -> list[float]:
    """Steps of half a round number, from zero to `longest`."""
    size = 10.0 ** (len(str(int(longest))) - 1)
    step = size * max(part for part in (1, 2, 5) if part * size <= max(longest, 1)) / 2
    return [place * step for place in range(int(longest / step) + 1)]


def _title(table: pd.DataFrame, low: float, high: float) -> str:
    plans = table[table["kind"] == "plan"]
    if plans.empty:
        widest = table.nlargest(1, "high_usd_bn").iloc[0]
        return f"{formatting.number(widest['capacity_gw'])} GW would cost {formatting.between(widest['low_usd_bn'], widest['high_usd_bn'])} billion dollars"
    plan = plans.nlargest(1, "published_usd_bn").iloc[0]
    return f"{plan['item']}'s {formatting.usd_bn(plan['published_usd_bn'])} for {formatting.number(plan['capacity_gw'])} GW is {_place(plan, low, high)}"


def _place(plan: pd.Series, low: float, high: float) -> str:
    per_gw = rounding.rounded(plan["published_per_gw"])
    if per_gw < low or per_gw > high:
        return f"{'less' if per_gw < low else 'more'} than that capacity is said to cost"
    if per_gw in (low, high):
        return f"the {'low' if per_gw == low else 'high'} end of what that capacity is said to cost"
    return "within what that capacity is said to cost"


@rounding.inputs
def gigawatt_finding(
    table: pd.DataFrame, costs: pd.DataFrame, deals: pd.DataFrame, quoted: pd.DataFrame, scope: Scope
) -> Finding:
    """What the announced capacity would cost, and what the published amounts come to for each gigawatt.

    Frames as in `cost_per_gigawatt`.
    """
    if costs.empty or table.empty:
        return Finding(name="gigawatts", detail=NO_COST if costs.empty else NO_CAPACITY)
    low, high = float(costs["low"].min()), float(costs["high"].max())
    cost = f"One gigawatt with its chips is said to cost {formatting.between(low, high)} billion dollars"
    sentences = []
    for _, row in table[table["kind"] != "sum"].iterrows():
        name = (
            row["item"] if row["kind"] == "plan" else f"The total quoted on {formatting.day(pd.Timestamp(row['item']))}"
        )
        sentences.append(
            f"{name} comes to {formatting.usd_bn(row['published_per_gw'])} a gigawatt ({formatting.number(row['published_usd_bn'])} for {formatting.number(row['capacity_gw'])} GW)."
        )
    for _, row in table[table["kind"] == "sum"].iterrows():
        sentences.append(
            f"The {formatting.capacity(row['capacity_gw'], row['item'])} that {scope.buyer} is to pay for would cost {formatting.between(row['low_usd_bn'], row['high_usd_bn'])} billion."
        )
    stated = quoted[quoted["quoted_gw"].notna()]
    rests_on = {"deals": deals, "financials": pd.concat([costs, stated])}
    return Finding(name="gigawatts", claim=cost, detail=" ".join(sentences), rests_on=rests_on)
