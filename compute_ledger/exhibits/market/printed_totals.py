"""The sums of the three largest printed shares beside the totals that are printed, quarter by quarter."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, VERMILION, days, finish, text, ticks, when_narrow
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding


@exhibit("sums-and-totals")
@rounding.inputs
def sums(of_quarters: pd.DataFrame, quarter: str, estimate: str, sizes: pd.DataFrame, scope: Scope) -> Exhibit:
    """Printed totals beside the interval of the sum, all quarters. `of_quarters` from `measures.market.sums_of_leaders`."""
    if of_quarters.empty:
        note = "No quarter was known then with three shares in whole percents and a printed total beside them."
        return Exhibit.empty(note, scope.as_of)
    off = of_quarters["printed_pct"] - of_quarters["sum_pct"]
    outside = _outside(of_quarters)
    differing = int(off.ne(0).sum())
    return Exhibit(
        title=_title(of_quarters, off, differing),
        subtitle=(
            f"Three largest providers together, %, {code_labels.ESTIMATE_LABELS[estimate]}. Bars and ticks: sum of the printed shares and what their rounding leaves open. "
            "Dots: total as printed; a ring marks the chosen quarter"
        ),
        description=(
            f"Interval bars for {formatting.count(len(of_quarters), 'quarter')} from {formatting.quarter(of_quarters['quarter'].iloc[0])} to {formatting.quarter(of_quarters['quarter'].iloc[-1])} with the printed total of each: "
            f"{formatting.count(differing, 'differs', 'differ') if differing else 'none differs'} from the sum of the printed shares, {formatting.count(outside, 'lies', 'lie') if outside else 'none lies'} outside what rounding allows."
        ),
        chart=finish(_sums_chart(of_quarters, off, quarter), height=260),
        table=of_quarters.assign(off=off),
        columns={
            "quarter": ("Quarter", ""),
            "sum_pct": ("Sum of the printed shares", "%"),
            "low_pct": ("Low", "%"),
            "high_pct": ("High, not reached", "%"),
            "printed_pct": ("Total as printed", "%"),
            "off": ("Difference", "points"),
        },
        rests_on={"market_size": sizes[sizes["size_id"].isin(of_quarters["size_id"])]},
        as_of=scope.as_of,
        evidence=("market_size", "size_id"),
        note=(
            "Only quarters with three shares in whole percents and a printed total. The axis does not begin at zero. If the three rounding errors were independent, "
            "the two would differ in one quarter of three."
        ),
    )


def _title(of_quarters: pd.DataFrame, off: pd.Series, differing: int) -> str:
    return (
        f"In {differing} of {formatting.count(len(of_quarters), 'quarter')} the printed total is not the sum of the printed shares, never by more than {formatting.count(int(off.abs().max()), 'point')}"
        if differing
        else f"In {'each of ' if len(of_quarters) > 1 else 'the only '}{formatting.count(len(of_quarters), 'quarter') if len(of_quarters) > 1 else 'quarter that can be compared'} the printed total is the sum of the printed shares"
    )


def _outside(of_quarters: pd.DataFrame) -> int:
    """In how many quarters the printed total lies outside what rounding of the shares allows."""
    return int(
        (
            (of_quarters["printed_pct"] + 0.5 <= of_quarters["low_pct"])
            | (of_quarters["printed_pct"] - 0.5 >= of_quarters["high_pct"])
        ).sum()
    )


def _sums_chart(of_quarters: pd.DataFrame, off: pd.Series, quarter: str) -> alt.LayerChart:
    """The interval of each sum, the sum as a tick and the printed total as a dot."""
    start = measure.start_of(of_quarters["quarter"])
    data = of_quarters.drop(columns="size_id").assign(
        day=start.dt.strftime("%Y-%m-%d"),
        differs=off.ne(0),
        chosen=of_quarters["quarter"].eq(quarter),
        mark=mark_labels(
            of_quarters["quarter"].map(formatting.quarter),
            "printed total " + of_quarters["printed_pct"].map(formatting.pct),
            "sum of the printed shares " + of_quarters["sum_pct"].map(formatting.pct),
        ),
    )
    x = alt.X(
        "day:T",
        scale=alt.Scale(type="utc", padding=18),
        axis=days(values=ticks(start.iloc[0], start.iloc[-1], 6), format="%b %Y", labelOverlap=True),
    )
    floor, top = float(data["low_pct"].min()) - 1, float(data["high_pct"].max()) + 1.5
    y = alt.Y(
        "low_pct:Q", title="%", scale=alt.Scale(domain=[floor, top], nice=False, zero=False), axis=alt.Axis(tickCount=5)
    )
    base = alt.Chart(data).encode(x=x, description=SPOKEN)
    label = base.transform_filter("datum.differs").transform_calculate(
        label="datum.sum_pct + ' → ' + datum.printed_pct"
    )
    return alt.layer(
        base.mark_rule(strokeWidth=when_narrow(4, 7), color=BLUE).encode(y=y, y2=alt.Y2("high_pct:Q")),
        base.mark_tick(color=INK, opacity=1, thickness=2.5, size=when_narrow(9, 16)).encode(y=alt.Y("sum_pct:Q")),
        base.transform_filter("datum.chosen")
        .mark_point(size=220, stroke=INK, strokeWidth=1, opacity=1)
        .encode(y=alt.Y("printed_pct:Q")),
        base.mark_circle(size=45, color=VERMILION, opacity=1).encode(y=alt.Y("printed_pct:Q")),
        *text(label.encode(y=alt.Y("high_pct:Q"), text=alt.Text("label:N")), dy=-9, fontSize=11),
    )
