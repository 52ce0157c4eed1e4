"""How the purchase commitments piled up, by supplier."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, MUTED, PAPER, colours, days, finish, ticks, time_scale
from compute_ledger.shared import rounding

MOST_DRAWN, MOST_SUPPLIERS = 300, 10


@exhibit("cumulative-payables")
@rounding.inputs
def cumulative(payables: pd.DataFrame, quoted: pd.DataFrame, scope: Scope, counted: pd.DataFrame) -> Exhibit:
    """Commitments in force, stacked by supplier, by the day they became known.

    `payables` from `measures.timeline.cumulative_payables`, `counted` the deals behind them (`ever_counted`);
    `quoted` from `quoted_totals`, which are not drawn here.
    """
    if payables.empty:
        return Exhibit.empty(f"No firm amount was published by {formatting.day(scope.as_of)}.", scope.as_of)
    totals = rounding.column(payables.groupby("day")["amount_usd_bn"].sum())
    payables = _small(payables)
    final = _final(payables)
    order = final["supplier"].tolist()
    wide = _wide(payables, order)
    first, last = float(totals.iloc[0]), float(totals.iloc[-1])
    return Exhibit(
        title=_title(final, last),
        subtitle=(
            f"Purchase commitments of {scope.buyer} (contracts in force or reported, full value) with a published amount, USD bn, by the day they became known"
        ),
        description=(
            f"Stacked step area of purchase commitments from {formatting.day(payables['day'].min())} to {formatting.day(scope.as_of)}: {formatting.usd_bn(first)} at first, "
            f"{formatting.usd_bn(last)} at the end, of which {order[0]} {formatting.usd_bn(float(final['amount_usd_bn'].iloc[0]))}."
        ),
        chart=finish(_cumulative_chart(payables, scope.as_of, order, final), height=360, narrow_height=320),
        table=wide.assign(total=wide[order].sum(axis=1), **wide[order].where(wide[order].gt(0).cummax())),
        columns={"day": ("Day", "")} | {name: (name, "USD bn") for name in order} | {"total": ("Total", "USD bn")},
        rests_on={"deals": counted[counted["amount_usd_bn"] > 0]},
        # Also of the deals that have no amount.
        source_ids=formatting.lead_sources(counted),
        as_of=scope.as_of,
        note="No area, and an empty cell, before a supplier's first published amount: what was bought there by then is not published."
        + (" Totals that others quote cover other things and stand apart." if len(quoted) else ""),
    )


def _title(final: pd.DataFrame, total: float) -> str:
    """'Oracle and Microsoft hold 75% of the $730 billion of purchase commitments'."""
    leading = final[final["amount_usd_bn"] > 0].head(2)
    if len(leading) == 1:
        return f"The {formatting.usd_whole(total)} of purchase commitments are all with {leading['supplier'].iloc[0]}"
    part = formatting.pct(100 * float(leading["amount_usd_bn"].sum()) / total, 0)
    return f"{formatting.names(leading['supplier'])} hold {part} of the {formatting.usd_whole(total)} of purchase commitments"


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
    payables: pd.DataFrame, as_of: pd.Timestamp, order: list[str], final: pd.DataFrame
) -> alt.LayerChart:
    """The stack, and at the right the names of its bands, with a leader line where a band is too thin for its own."""
    start = payables["day"].min()
    end = max(as_of, start + pd.Timedelta(days=1))
    time = time_scale(start, end, wide=0.25, narrow=0.72)
    x = alt.X("day:T", scale=time, axis=days(format="%b %Y", values=ticks(start, as_of, 5), labelBound=True))
    tall = float(payables.groupby("day")["amount_usd_bn"].sum().max())
    y_scale = alt.Scale(domain=[0, tall * 1.08], nice=False)
    ends = _end_labels(final, end, (end - start) * 0.03, tall)
    y = alt.Y("middle:Q", scale=y_scale)
    named = alt.Chart(ends)
    return alt.layer(
        _stack(payables, order, x, y_scale),
        _spoken_bands(payables, order, as_of, x, y_scale),
        named.mark_rule(color=MUTED, strokeWidth=0.8).encode(
            x=alt.X("day:T", scale=time), x2=alt.X2("label_day:T"), y=y, y2=alt.Y2("label_at:Q")
        ),
        named.mark_text(align="left", dx=3, color=INK).encode(
            x=alt.X("label_day:T", scale=time), y=alt.Y("label_at:Q", scale=y_scale), text=alt.Text("label:N")
        ),
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


def _end_labels(final: pd.DataFrame, end: pd.Timestamp, away: pd.Timedelta, tall: float) -> pd.DataFrame:
    """Names and amounts of the last day: the middle of each band, and where its name stands, clear of the others."""
    rows = final[final["amount_usd_bn"] > 0]
    middle = rows["amount_usd_bn"].cumsum() - rows["amount_usd_bn"] / 2
    places: list[float] = []
    for wanted in middle:
        places.append(max(wanted, places[-1] + 0.05 * tall) if places else wanted)
    # What was pushed above the top comes down again, and so on from there.
    ceiling = 1.05 * tall
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], ceiling)
        ceiling = places[i] - 0.05 * tall
    return pd.DataFrame(
        {
            "day": f"{end:%Y-%m-%d}",
            "label_day": f"{end + away:%Y-%m-%d}",
            "middle": middle.pipe(rounding.column, 3),
            "label_at": pd.Series(places, index=rows.index, dtype="float64").pipe(rounding.column, 3),
            "label": rows["supplier"] + " " + rows["amount_usd_bn"].map(formatting.number),
        }
    )


@rounding.inputs
def payables_finding(
    growth: pd.DataFrame, quoted: pd.DataFrame, counted: pd.DataFrame, firm: pd.DataFrame, scope: Scope
) -> Finding:
    """From when to when the commitments grew, in which largest step, and what is missing in them.

    `growth`, `quoted` and `counted` as in `cumulative`, `firm` the commitments of the day, with and without an amount.
    """
    if growth.empty:
        none = f"No purchase commitment of {scope.buyer or 'any buyer'} with an amount had been published."
        return Finding(name="payables", detail=none)
    totals = rounding.column(growth.groupby("day")["amount_usd_bn"].sum())
    begin, first = (
        pd.Timestamp(str(totals.index[0])),
        growth[growth["day"] == totals.index[0]].nlargest(1, "amount_usd_bn"),
    )
    sentences = [
        f"The first published amount is of {formatting.day(begin)}, {formatting.usd_bn(float(totals.iloc[0]))} ({first['supplier'].iloc[0]}); what was bought before had none."
    ]
    missing = firm[firm["amount_usd_bn"].isna()]
    if len(missing):
        names = [formatting.deal(*pair) for pair in zip(missing["counterparty"], missing["title"], strict=True)]
        sentences.append(f"In force, but without a published amount, and so not in it: {formatting.names(names)}.")
    sentences.append(
        "Amounts are full values over terms that differ or are unpublished, neither cash nor present values. "
        "An amount for what is missing would raise the total; a cancelled contract would lower it."
    )
    return Finding(
        name="payables",
        claim=f"The purchase commitments of {scope.buyer} with a published amount stand at {formatting.usd_whole(float(totals.iloc[-1]))}{_steps(totals)}",
        detail=" ".join(sentences),
        rests_on={"deals": pd.concat([counted, missing]), "financials": quoted},
    )


def _steps(totals: pd.Series) -> str:
    """'; $550 billion of it came in two steps, on 1 May and on 2 May 2025', or nothing after one day."""
    steps = rounding.column(totals.diff()).dropna()
    steps = steps[steps > 0].nlargest(2)
    if steps.empty:
        return ""
    days = " and ".join(formatting.day(pd.Timestamp(str(day))) for day in sorted(steps.index))
    return (
        f"; {formatting.usd_whole(float(steps.sum()))} of it came in {formatting.count(len(steps), 'step')}, on {days}"
    )
