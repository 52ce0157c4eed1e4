"""How concentration changed: the index at each month's end, from the day on which it measures concentration."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.concentration.ranked_suppliers import majority
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.mark_labels import mark_labels, pointer_marks
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import MUTED, PLAIN, days, finish, ticks, time_scale
from compute_ledger.measures.capacity import LEVEL_COLUMNS
from compute_ledger.measures.concentration import hhi_floor
from compute_ledger.shared import rounding


@rounding.inputs
def counted_ever(history: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """The deals that counted on any day of the history, ended ones included."""
    return deals[deals["deal_id"].isin(history["deal_ids"].explode())]


def _measurable(history: pd.DataFrame, suppliers: pd.DataFrame, deals: pd.DataFrame, level: str) -> pd.DataFrame:
    """The days of the history on which all suppliers that hold most of the whole at its end had an amount.

    Before, an index would show whose amount is published, not how commitments are spread. Adds `floor` (least index of
    as many suppliers) and `normalised` (0 at the floor, 1 for one supplier).
    """
    if history.empty:
        return history
    named = deals.set_index("deal_id")[LEVEL_COLUMNS[level]].to_dict()
    most = set(majority(suppliers)["supplier"])
    known = [most <= {named.get(deal) for deal in deals_then} for deals_then in history["deal_ids"]]
    rows = history[pd.Series(known, history.index, dtype=bool) & (history["suppliers"] > 1)]
    floor = rows["suppliers"].map(hhi_floor)
    return rows.assign(floor=floor, normalised=(rows["hhi"] - floor) / (10_000 - floor)).reset_index(drop=True)


def _nothing(rows: pd.DataFrame, suppliers: pd.DataFrame, scope: Scope) -> str:
    if scope.no_index:
        return scope.nothing_drawn
    if suppliers.empty:
        return f"No amount promised by {scope.buyer} was public yet, so there is no history."
    if len(suppliers) == 1:
        return f"Only {suppliers['supplier'].iloc[0]} has a published amount: an index of one supplier says nothing, so there is no history of it."
    return "" if len(rows) else "No month's end had amounts of more than one supplier, so there is no history."


@exhibit("hhi-history")
@rounding.inputs
def hhi_history(history: pd.DataFrame, suppliers: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """HHI at each month's end as known then, over the least it could be with as many suppliers.

    `history` of `deals`, `suppliers` from `by_supplier`: those of its last day.
    """
    rows = _measurable(history, suppliers, deals, scope.level)
    if _nothing(rows, suppliers, scope):
        return Exhibit.empty(_nothing(rows, suppliers, scope), scope.as_of)
    first, last = rows.iloc[0], rows.iloc[-1]
    return Exhibit(
        title=_above_floor(rows),
        subtitle="HHI of commitments at their printed amounts, at each month's end as known then",
        key=[
            Swatch("thick line", PLAIN, "HHI"),
            Swatch("dashed line", MUTED, "the least it could be with as many suppliers, 10,000 / n"),
        ],
        description=(
            f"Step line of the HHI from {formatting.day(first['day'])} ({formatting.number(first['hhi'], 0)}) to {formatting.day(last['day'])} ({formatting.number(last['hhi'], 0)}), "
            f"over its floor, from {formatting.number(first['floor'], 0)} to {formatting.number(last['floor'], 0)}."
        ),
        chart=finish(_chart(rows), height=290),
        table=rows,
        columns={
            "day": ("Day", ""),
            "hhi": ("HHI", "0 to 10,000"),
            "floor": ("Its floor", "10,000 / n"),
            "normalised": ("Normalised", "0 to 1"),
            "total": ("Commitments", scope.unit),
            "suppliers": ("Suppliers", "count"),
        },
        rests_on={"deals": counted_ever(rows, deals)},
        as_of=scope.as_of,
        note=f"{_left_out(history, rows, suppliers)}A supplier counts from the day its amount became public.",
    )


def _title(rows: pd.DataFrame) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    if len(rows) == 1:
        return f"On {formatting.day(last['day'])} the HHI of commitments was {formatting.number(last['hhi'], 0)}, with a floor of {formatting.number(last['floor'], 0)}"
    return f"From {formatting.day(first['day'], 'month')} to {formatting.day(last['day'], 'month')} the HHI of commitments {formatting.moved(first['hhi'], last['hhi'])}"


def _above_floor(rows: pd.DataFrame) -> str:
    # Of the numbers as printed, so that a reader's subtraction gives the same.
    above = rounding.column(rows["hhi"], 0) - rounding.column(rows["floor"], 0)
    first, last = (formatting.number(above.iloc[place], 0) for place in (0, -1))
    points = f"{last} points above the least that it could be with as many suppliers"
    if len(rows) == 1:
        return f"The HHI stands {points}"
    return f"The HHI stands {points}; in {formatting.day(rows['day'].iloc[0], 'month')} it was {first} above"


def _left_out(history: pd.DataFrame, rows: pd.DataFrame, suppliers: pd.DataFrame) -> str:
    if len(rows) == len(history):
        return ""
    names = majority(suppliers)["supplier"].replace(code_labels.LAYER_LABELS)
    needed = formatting.names([*names, *(["a second one"] if len(names) == 1 else [])])
    return f"Months before {formatting.day(rows['day'].iloc[0], 'month')} are left out: without amounts of {needed} the index would show whose amount is published. "


def _chart(rows: pd.DataFrame) -> alt.LayerChart:
    """The index in steps over its floor, both labelled at the end."""
    index, floor = (rows[name].map(lambda value: formatting.number(value, 0)) for name in ("hhi", "floor"))
    many = rows["suppliers"].map(lambda count: formatting.count(int(count), "supplier"))
    data = rows[["hhi", "floor"]].assign(
        day=rows["day"].dt.strftime("%Y-%m-%d"),
        mark=mark_labels(rows["day"].map(formatting.day), "HHI " + index, "floor " + floor, many),
    )
    first, last = rows["day"].iloc[0], rows["day"].iloc[-1]
    scale = time_scale(first, max(last, first + pd.Timedelta(days=1)), wide=0.15, narrow=0.3)
    x = alt.X("day:T", scale=scale, axis=days(format="%b %Y", values=ticks(first, last, 5), labelOverlap=True))
    y = alt.Y(
        "hhi:Q", title="HHI", scale=alt.Scale(domain=[0, float(rows["hhi"].max()) * 1.12]), axis=alt.Axis(tickCount=5)
    )
    low = alt.Y("floor:Q", title="HHI")
    end = data.iloc[[-1]].assign(label=index.iloc[-1], least=f"floor {floor.iloc[-1]}")
    line = alt.Chart(data).encode(x=x)
    return alt.layer(
        line.mark_line(interpolate="step-after", color=MUTED, strokeDash=[4, 3], strokeWidth=1.5).encode(y=low),
        line.mark_line(interpolate="step-after", color=PLAIN, strokeWidth=2.5).encode(y=y),
        alt.Chart(end).mark_point(filled=True, color=PLAIN, size=50, opacity=1).encode(x=x, y=y),
        pointer_marks(line.encode(y=y)),
        alt.Chart(end).mark_text(align="left", dx=7, fontWeight="bold").encode(x=x, y=y, text=alt.Text("label:N")),
        alt.Chart(end).mark_text(align="left", dx=7, color=MUTED).encode(x=x, y=low, text=alt.Text("least:N")),
    )


@rounding.inputs
def history_finding(history: pd.DataFrame, suppliers: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Finding:
    """First and last value of the index with their floors, and of the normalised one. Frames as in `hhi_history`."""
    rows = _measurable(history, suppliers, deals, scope.level)
    if _nothing(rows, suppliers, scope):
        return Finding(name="history", detail=_nothing(rows, suppliers, scope))
    first, last = rows.iloc[0], rows.iloc[-1]
    floor = formatting.moved(first["floor"], last["floor"])
    number = formatting.moved(first["normalised"], last["normalised"], 2)
    more = (
        f"The least that it could be {floor}, as amounts of {formatting.count(int(last['suppliers']), 'supplier')} are public instead of {formatting.count(int(first['suppliers']), 'x').split()[0]}: measured between that floor (0) and one supplier (1), it {number}. "
        if first["suppliers"] != last["suppliers"]
        else f"Between its floor (0) and one supplier (1) it {number}. "
    )
    return Finding(
        name="history",
        claim=_title(rows),
        detail=more.strip(),
        rests_on={"deals": counted_ever(rows, deals)},
    )
