"""How concentration changed: the index and the effective number of suppliers at each month's end."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.hhi_lines import guidelines
from compute_ledger.exhibits.drawing.mark_labels import mark_labels, pointer_marks
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, VERMILION, days, finish, ticks, time_scale
from compute_ledger.measures.market.market_estimates import HIGHLY_CONCENTRATED
from compute_ledger.shared import rounding


def _steps(history: pd.DataFrame, column: str) -> tuple[pd.DataFrame, alt.X, pd.DataFrame]:
    drawn = history[["hhi", "hhi_low", "hhi_high", "effective_suppliers", "suppliers"]].pipe(rounding.frame, 3)
    mark = mark_labels(
        history["day"].map(formatting.day),
        "HHI " + history["hhi"].map(lambda hhi: formatting.number(hhi, 0)),
        "as if of " + history["effective_suppliers"].map(formatting.equal_suppliers),
        history["suppliers"].map(lambda many: f"{int(many)} with an amount"),
    )
    data = drawn.assign(day=history["day"].dt.strftime("%Y-%m-%d"), mark=mark)
    first, last, end = history["day"].iloc[0], history["day"].iloc[-1], history[column].iloc[-1]
    scale = time_scale(first, max(last, first + pd.Timedelta(days=1)), wide=0.08, narrow=0.2)
    x = alt.X("day:T", scale=scale, axis=days(format="%b %Y", values=ticks(first, last, 5), labelOverlap=True))
    return (
        data,
        x,
        data.iloc[[-1]].assign(label=formatting.number(end, 0 if end > 100 else 2)),
    )


@rounding.inputs
def counted_ever(history: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """The deals that counted on any day of the history, ended ones included."""
    return deals[deals["deal_id"].isin(history["deal_ids"].explode())]


@exhibit("hhi-history")
@rounding.inputs
def hhi_history(history: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """HHI at each month's end as known then, with its interval where amounts are disputed. `history` of `deals`."""
    subtitle = "Herfindahl-Hirschman index of payables, 0 to 10,000, at each month's end as known then"
    if scope.no_index:
        return Exhibit.empty(scope.nothing_drawn, scope.as_of)
    if history.empty:
        return Exhibit.empty("No amount was published yet, so there is no history.", scope.as_of)
    data, x, end = _steps(history, "hhi")
    first, last = history.iloc[0], history.iloc[-1]
    months_high = int((history["hhi"] > HIGHLY_CONCENTRATED).sum())
    return Exhibit(
        title=f"The HHI of payables {_moved(history)}",
        subtitle=subtitle,
        description=(
            f"Step line of the HHI from {formatting.day(first['day'])} ({formatting.number(first['hhi'], 0)}) to {formatting.day(last['day'])} ({formatting.number(last['hhi'], 0)}); "
            f"above 1,800 on {months_high} of {len(history)} days shown; lowest {formatting.number(history['hhi'].min(), 0)}, highest {formatting.number(history['hhi'].max(), 0)}."
        ),
        chart=finish(_hhi_chart(data, end, x), height=300),
        table=history,
        columns={
            "day": ("Day", ""),
            "hhi": ("HHI", "0 to 10,000"),
            "hhi_low": ("Low", "0 to 10,000"),
            "hhi_high": ("High", "0 to 10,000"),
            "total": ("Payables", "USD bn"),
            "suppliers": ("Suppliers", "count"),
            "effective_suppliers": ("Effective number", "suppliers"),
        },
        rests_on={"deals": counted_ever(history, deals)},
        as_of=scope.as_of,
        note="Not an antitrust measure: the lines of the US Merger Guidelines are for sellers in a relevant market and only orient here.",
    )


def _hhi_chart(data: pd.DataFrame, end: pd.DataFrame, x: alt.X) -> alt.LayerChart:
    """The index in steps over its interval, and the lines of the guidelines."""
    y = alt.Y("hhi:Q", title="HHI", scale=alt.Scale(domain=[0, 10_400], nice=False), axis=alt.Axis(tickCount=5))
    lines, labels = guidelines()
    return alt.layer(
        lines,
        alt.Chart(data)
        .mark_area(interpolate="step-after", opacity=0.25, color=BLUE)
        .encode(x=x, y=alt.Y("hhi_low:Q", title="HHI"), y2=alt.Y2("hhi_high:Q")),
        alt.Chart(data).mark_line(interpolate="step-after", color=BLUE, strokeWidth=2.5).encode(x=x, y=y),
        alt.Chart(end).mark_point(filled=True, color=BLUE, size=50, opacity=1).encode(x=x, y=y),
        pointer_marks(alt.Chart(data).encode(x=x, y=y)),
        alt.Chart(end)
        .mark_text(align="left", dx=7, dy=-8, fontWeight="bold")
        .encode(x=x, y=y, text=alt.Text("label:N")),
        *labels,
    )


@exhibit("effective-suppliers")
@rounding.inputs
def effective_history(history: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """Effective number of suppliers beside their plain number, at each month's end as known then. `history` of `deals`."""
    subtitle = "Effective number of suppliers (1 / sum of squared shares) and plain number of suppliers with an amount"
    if scope.no_index:
        return Exhibit.empty(scope.nothing_drawn, scope.as_of)
    if history.empty:
        return Exhibit.empty("No amount was published yet, so there is no history.", scope.as_of)
    data, x, end = _steps(history, "effective_suppliers")
    last = history.iloc[-1]
    return Exhibit(
        title=f"{formatting.capital(formatting.count(int(last['suppliers']), 'supplier'))} with an amount, as concentrated as {formatting.equal_suppliers(last['effective_suppliers'])}",
        subtitle=f"{subtitle}; dashed: plain number",
        description=(
            f"Two step lines from {formatting.day(history['day'].iloc[0])} to {formatting.day(last['day'])}: {formatting.count(int(last['suppliers']), 'supplier')} at the end, "
            f"an effective number of {formatting.number(last['effective_suppliers'], 2)}."
        ),
        chart=finish(_effective_chart(history, data, end, x), height=240),
        table=history,
        columns={
            "day": ("Day", ""),
            "effective_suppliers": ("Effective number", "suppliers"),
            "suppliers": ("Plain number", "suppliers"),
            "hhi": ("HHI", "0 to 10,000"),
        },
        rests_on={"deals": counted_ever(history, deals)},
        as_of=scope.as_of,
        note="A supplier counts from the day its amount became public.",
    )


def _effective_chart(history: pd.DataFrame, data: pd.DataFrame, end: pd.DataFrame, x: alt.X) -> alt.LayerChart:
    """The effective number in steps, the plain one dashed."""
    y = alt.Y(
        "effective_suppliers:Q",
        title="suppliers",
        scale=alt.Scale(domain=[0, float(history["suppliers"].max()) + 0.8], nice=False),
        axis=alt.Axis(tickMinStep=1),
    )
    return alt.layer(
        alt.Chart(data)
        .mark_line(interpolate="step-after", color=INK, strokeDash=[3, 3], strokeWidth=1.5)
        .encode(x=x, y=alt.Y("suppliers:Q")),
        alt.Chart(data).mark_line(interpolate="step-after", color=VERMILION, strokeWidth=2.5).encode(x=x, y=y),
        pointer_marks(alt.Chart(data).encode(x=x, y=y)),
        alt.Chart(end).mark_text(align="left", dx=7, fontWeight="bold").encode(x=x, y=y, text=alt.Text("label:N")),
        alt.Chart(end.assign(label=end["suppliers"].map(lambda value: formatting.number(value, 0))))
        .mark_text(align="left", dx=7)
        .encode(x=x, y=alt.Y("suppliers:Q"), text=alt.Text("label:N")),
    )


def _moved(history: pd.DataFrame) -> str:
    """How the index moved from the first day to the last; ends that meet again are no standstill."""
    index = history["hhi"]
    first, last = index.iloc[0], index.iloc[-1]
    back = formatting.number(first, 0) == formatting.number(last, 0) and index.max() - index.min() > 1
    return f"came back to {formatting.number(last, 0)}, where it began" if back else formatting.moved(first, last)


@rounding.inputs
def history_finding(history: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Finding:
    """First, lowest and last value of the index."""
    if scope.no_index:
        return Finding(name="history", detail=scope.nothing_drawn)
    if history.empty:
        return Finding(name="history", detail=f"No amount promised by {scope.buyer} was public yet.")
    first, last = history.iloc[0], history.iloc[-1]
    lowest = history.nsmallest(1, "hhi").iloc[0]
    at_first = (
        f"From {formatting.day(first['day'])} to {formatting.day(last['day'])} the HHI of payables {_moved(history)}"
    )
    below = formatting.number(lowest["hhi"], 0) not in (
        formatting.number(first["hhi"], 0),
        formatting.number(last["hhi"], 0),
    )
    between = (
        f"It was lowest on {formatting.day(lowest['day'])}, at {formatting.number(lowest['hhi'], 0)}. " if below else ""
    )
    number = formatting.moved(first["effective_suppliers"], last["effective_suppliers"], 2)
    return Finding(
        name="history",
        claim=at_first,
        detail=f"{between}The effective number of suppliers {number}.",
        rests_on={"deals": counted_ever(history, deals)},
    )
