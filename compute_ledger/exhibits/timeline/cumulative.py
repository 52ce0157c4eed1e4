"""How payables piled up beside the totals that others quote; and all else that the timeline shows."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PAPER, colours, days, finish, text, ticks, time_scale
from compute_ledger.shared import rounding

MOST_DRAWN, MOST_SUPPLIERS = 300, 10


@exhibit("cumulative-payables")
@rounding.inputs
def cumulative(payables: pd.DataFrame, quoted: pd.DataFrame, scope: Scope, counted: pd.DataFrame) -> Exhibit:
    """Firm payables standing, stacked by supplier, with the totals that others quote as points beside them.

    `payables` from `measures.timeline.cumulative_payables`, `quoted` from `quoted_totals`, `counted` the deals
    behind them (`ever_counted`).
    """
    if payables.empty:
        return Exhibit.empty(f"No firm amount was published by {formatting.day(scope.as_of)}.", scope.as_of)
    totals = rounding.column(payables.groupby("day")["amount_usd_bn"].sum())
    payables = _small(payables)
    final = _final(payables)
    order = final["supplier"].tolist()
    tall = float(max(totals.max(), quoted["value"].max() if len(quoted) else 0))
    named, thin = _end_labels(final, scope.as_of, 0.04 * tall)
    wide = _wide(payables, order)
    last = float(totals.iloc[-1])
    return Exhibit(
        title=f"Firm payables with a published amount stand at {formatting.usd_bn(last)}",
        subtitle=(
            f"Firm payables of {scope.buyer} with a published amount, USD bn, by the day they became known; "
            "squares: totals quoted by others, each with its own perimeter"
        ),
        description=(
            f"Stacked step area of firm payables from {formatting.day(payables['day'].min())} to {formatting.day(scope.as_of)}: {formatting.usd_bn(float(totals.iloc[0]))} at first, "
            f"{formatting.usd_bn(last)} at the end, of which {order[0]} {formatting.usd_bn(float(final['amount_usd_bn'].iloc[0]))}. "
            f"{formatting.capital(formatting.count(len(quoted), 'quoted total'))} beside it."
        ),
        chart=finish(
            _cumulative_chart(payables, quoted, scope.as_of, order, tall, named), height=380, narrow_height=320
        ),
        table=wide.assign(total=wide[order].sum(axis=1)),
        columns={"day": ("Day", "")} | {name: (name, "USD bn") for name in order} | {"total": ("Total", "USD bn")},
        rests_on={"deals": counted[counted["amount_usd_bn"] > 0], "financials": quoted},
        # Also of the deals that have no amount.
        source_ids=formatting.lead_sources(counted, quoted),
        as_of=scope.as_of,
        note="Quoted totals are not sums of these deals: they include other things or stop at other horizons."
        + (f" Squares: {_squares_words(quoted)}." if len(quoted) else "")
        + (f" Too thin to label: {formatting.names(thin)}." if thin else ""),
    )


def _final(payables: pd.DataFrame) -> pd.DataFrame:
    """The last day, largest first."""
    final = payables[payables["day"] == payables["day"].max()]
    return final.sort_values(["amount_usd_bn", "supplier"], ascending=[False, True], key=rounding.column)


def _wide(payables: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """A row a day, a column a supplier."""
    return payables.pivot_table(index="day", columns="supplier", values="amount_usd_bn", aggfunc="sum")[
        order
    ].reset_index()


def _cumulative_chart(
    payables: pd.DataFrame, quoted: pd.DataFrame, as_of: pd.Timestamp, order: list[str], tall: float, named: alt.Chart
) -> alt.LayerChart:
    """The stack with the names of its bands at the right, under the totals that others quote."""
    start = payables["day"].min()
    time = time_scale(start, max(as_of, start + pd.Timedelta(days=1)), wide=0.2, narrow=0.5)
    x = alt.X("day:T", scale=time, axis=days(format="%b %Y", values=ticks(start, as_of, 5), labelBound=True))
    y_scale = alt.Scale(domain=[0, tall * 1.08], nice=False)
    return alt.layer(
        _stack(payables, order, x, y_scale),
        _spoken_bands(payables, order, as_of, x, y_scale),
        named.mark_text(align="left", dx=6, color=INK).encode(
            x=x, y=alt.Y("middle:Q", scale=y_scale), text=alt.Text("label:N")
        ),
        *_quoted_points(quoted, x, y_scale),
    )


def _small(payables: pd.DataFrame) -> pd.DataFrame:
    """At most MOST_DRAWN rows: the suppliers largest at the end, all others as one, on evenly spread days."""
    last = rounding.column(payables[payables["day"] == payables["day"].max()].set_index("supplier")["amount_usd_bn"])
    if len(last) > MOST_SUPPLIERS:
        named = last.nlargest(MOST_SUPPLIERS - 1).index
        folded = payables.assign(supplier=payables["supplier"].where(payables["supplier"].isin(named), "Others"))
        payables = folded.groupby(["day", "supplier"])[["amount_usd_bn"]].sum().reset_index()
    days = sorted(payables["day"].unique(), reverse=True)
    step = -(-len(days) * payables["supplier"].nunique() // MOST_DRAWN)
    return payables[payables["day"].isin(days[::step])] if step > 1 else payables


def _stack(payables: pd.DataFrame, order: list[str], x: alt.X, y_scale: alt.Scale) -> alt.Chart:
    data = payables.assign(
        day=payables["day"].dt.strftime("%Y-%m-%d"),
        rank=payables["supplier"].map({name: i for i, name in enumerate(order)}),
    )
    return (
        alt.Chart(data)
        .mark_area(interpolate="step-after", opacity=1, stroke=PAPER, strokeWidth=0.5)
        .encode(
            x=x,
            y=alt.Y(
                "amount_usd_bn:Q", stack="zero", scale=y_scale, title="USD bn", axis=alt.Axis(grid=True, tickCount=6)
            ),
            color=alt.Color("supplier:N", scale=colours(order), legend=None, sort=order),
            order=alt.Order("rank:Q"),
        )
    )


def _spoken_bands(
    payables: pd.DataFrame, order: list[str], as_of: pd.Timestamp, x: alt.X, y_scale: alt.Scale
) -> alt.Chart:
    """Unseen bars over each band from one day to the next, so that an area speaks at the pointer."""
    rows = payables[payables["amount_usd_bn"] > 0]
    rows = rows.assign(rank=rows["supplier"].map({name: i for i, name in enumerate(order)}))
    rows = rows.sort_values(["day", "rank"], ignore_index=True)
    top = rounding.column(rows.groupby("day")["amount_usd_bn"].cumsum())
    days_shown = sorted(payables["day"].unique())
    following = dict(zip(days_shown, [*days_shown[1:], as_of], strict=True))
    total = rounding.column(rows.groupby("day")["amount_usd_bn"].transform("sum"))
    data = pd.DataFrame(
        {
            "day": rows["day"].dt.strftime("%Y-%m-%d"),
            "until": rows["day"].map(following).dt.strftime("%Y-%m-%d"),
            "low": rounding.column(top - rows["amount_usd_bn"]),
            "high": top,
            "mark": mark_labels(
                rows["supplier"] + ", from " + rows["day"].map(formatting.day),
                rows["amount_usd_bn"].map(formatting.usd_short) + " of " + total.map(formatting.usd_short),
            ),
        }
    )
    y = alt.Y("low:Q", scale=y_scale, title="USD bn")
    bands = alt.Chart(data[data["day"] < data["until"]])
    return bands.mark_rect(opacity=0).encode(x=x, x2=alt.X2("until:T"), y=y, y2=alt.Y2("high:Q"), description=SPOKEN)


def _end_labels(final: pd.DataFrame, as_of: pd.Timestamp, thinnest: float) -> tuple[alt.Chart, list[str]]:
    """A chart of names beside the last day, in the middle of their bands, and the names too thin for one."""
    top = final["amount_usd_bn"].cumsum()
    ends = pd.DataFrame(
        {
            "day": f"{as_of:%Y-%m-%d}",
            "middle": (top - final["amount_usd_bn"] / 2).pipe(rounding.column, 3),
            "label": final["supplier"] + " " + final["amount_usd_bn"].map(formatting.number),
        }
    )
    wide = final["amount_usd_bn"] >= thinnest
    thin = ends.loc[~wide & (final["amount_usd_bn"] > 0), "label"]
    return alt.Chart(ends[wide]), thin.tolist()


def _squares_words(quoted: pd.DataFrame) -> str:
    pairs = zip(quoted["value"].map(formatting.usd_short), quoted["known_on"].map(formatting.day), strict=True)
    return formatting.names((f"{amount} on {day}" for amount, day in pairs), MOST_DRAWN)


def _quoted_points(quoted: pd.DataFrame, x: alt.X, y_scale: alt.Scale) -> list[alt.Chart]:
    """Squares at the totals that others quote; a total quoted twice is labelled once."""
    if quoted.empty:
        return []
    points = pd.DataFrame(
        {
            "day": quoted["known_on"].dt.strftime("%Y-%m-%d"),
            "value": quoted["value"],
            "label": quoted["value"].map(lambda value: f"{formatting.number(value)} quoted"),
            "short": quoted["value"].map(formatting.number),
            "again": quoted["value"].duplicated(),
            "mark": mark_labels(
                "Quoted, " + quoted["known_on"].map(formatting.day),
                quoted["value"].map(formatting.usd_short),
            ),
        }
    )
    base = alt.Chart(points).encode(x=x, y=alt.Y("value:Q", scale=y_scale))
    square = base.mark_point(
        shape="square", size=60, color=INK, filled=True, fill=PAPER, stroke=INK, strokeWidth=1.6, opacity=1
    )
    once = base.transform_filter("!datum.again").transform_calculate(shown="narrow ? datum.short : datum.label")
    return [
        square.encode(description=SPOKEN),
        *text(once.encode(text=alt.Text("shown:N")), align="right", dx=-9),
    ]


@rounding.inputs
def payables_finding(
    growth: pd.DataFrame, quoted: pd.DataFrame, counted: pd.DataFrame, firm: pd.DataFrame, scope: Scope
) -> Finding:
    """How the firm total grew, and how far the quoted totals stand from it.

    `growth`, `quoted` and `counted` as in `cumulative`, `firm` the payables of the day, with and without an amount.
    """
    if growth.empty:
        none = f"No firm amount owed by {scope.buyer or 'any buyer'} had been published."
        return Finding(name="payables", detail=none)
    totals = rounding.column(growth.groupby("day")["amount_usd_bn"].sum())
    last, sentences = float(totals.iloc[-1]), []
    if len(totals) > 1:
        step = rounding.column(totals.diff())
        sentences.append(
            f"The largest step, {formatting.usd_bn(float(step.max()))}, came on {formatting.day(pd.Timestamp(str(step.idxmax())))}."
        )
    if len(quoted):
        largest = quoted.nlargest(1, "value").iloc[0]
        sentences.append(
            f"The largest total that others quote, {formatting.usd_bn(largest['value'])}, is {formatting.number(largest['value'] / last)} times "
            f"what can be listed deal by deal on {formatting.day(scope.as_of)}; what each quoted total covers stands beside it below."
        )
    missing = firm[firm["amount_usd_bn"].isna()]
    if len(missing):
        sentences.append(f"Firm but without a published amount: {formatting.names(missing['counterparty'])}.")
    return Finding(
        name="payables",
        claim=f"Firm payables of {scope.buyer} with a published amount {_grown(totals)}",
        detail=" ".join(sentences),
        rests_on={"deals": pd.concat([counted, missing]), "financials": quoted},
    )


def _grown(totals: pd.Series) -> str:
    """'went from $1 billion on 1 May 2024 to $2 billion on 2 May 2024'; with one day only 'stood at ...'."""
    first, last = (
        f"{formatting.usd_bn(float(amount))} on {formatting.day(pd.Timestamp(str(day)))}"
        for day, amount in totals.iloc[[0, -1]].items()
    )
    return f"stood at {last}" if len(totals) == 1 else f"went from {first} to {last}"
