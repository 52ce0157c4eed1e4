"""Bars of what falls due by year: stacked by supplier, paler where more of the period is assumed."""

from typing import Any

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.funding.revenue_path import dashes, shapes, year_x
from compute_ledger.exhibits.theme import colours, text, when_narrow
from compute_ledger.measures.funding import covered_years, peak
from compute_ledger.shared import rounding

YEARS_BEFORE, YEARS_AFTER, MOST_SUPPLIERS = 2, 8, 8
HALF_BAR, THINNEST = 0.41, 0.04
# How much of a deal's period is published: the opacity of its bars.
KNOWN = {"start and term given": 0.95, "start assumed": 0.55, "term assumed": 0.2}


def period_known(due: pd.DataFrame) -> pd.Series:
    """What is published of the period over which each deal falls due: one of the keys of KNOWN."""
    published, start, term = KNOWN
    knowledge = pd.Series(published, index=due.index).mask(due["start_assumed"], start)
    return knowledge.mask(due["term_assumed"], term)


def shown_years(yearly: pd.DataFrame, as_of: pd.Timestamp) -> tuple[int, int]:
    """First and last year drawn: what is due up to eight years ahead, and at most two years back."""
    years = yearly["year"]
    first = max(int(years.min()), as_of.year - YEARS_BEFORE)
    return min(first, as_of.year), max(min(int(years.max()), as_of.year + YEARS_AFTER), covered_years(as_of)[-1])


def folded(yearly: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Years and suppliers, the smallest of many suppliers as one; and the suppliers in order of size."""
    size = (
        yearly.groupby("counterparty")["due_usd_bn"]
        .sum()
        .pipe(rounding.column)
        .sort_values(ascending=False, kind="stable")
    )
    named = size.index[: MOST_SUPPLIERS if len(size) <= MOST_SUPPLIERS else MOST_SUPPLIERS - 1]
    supplier = yearly["counterparty"].where(yearly["counterparty"].isin(named), "Others")
    rows = yearly.assign(supplier=supplier, known=period_known(yearly))
    rows = rows.groupby(["year", "supplier", "known"])["due_usd_bn"].sum().reset_index()
    return rows, [*named, *(["Others"] if len(size) > len(named) else [])]


def bars(
    rows: pd.DataFrame, order: list[str], points: pd.DataFrame, assumed: pd.Series, first: int, last: int
) -> tuple[alt.TopLevelMixin, list[str]]:
    """The chart for the years `first` to `last`, and the suppliers whose part is too thin for a name.

    `rows` and `order` from `folded`; `points` and `assumed` (revenue by year) are drawn over the bars.
    """
    stacked = _stacked(rows, order)
    highest = max([float(stacked["value"].max()), *points["value"], *assumed])
    x, left = year_x("at:Q", first, last), year_x("left:Q", first, last)
    scale = alt.Scale(domain=[0, highest * 1.09], nice=False)
    y = alt.Y("value:Q", title="USD bn", scale=scale, axis=alt.Axis(tickCount=6))
    named = _named(stacked, assumed, highest)
    size = when_narrow(10, 12)
    chart = alt.layer(
        *_segments(stacked, left, y, order),
        *dashes(assumed, left, x, y),
        *text(
            alt.Chart(_sums(stacked, points, highest)).encode(x=x, y=y, text=alt.Text("label:N")), dy=-8, fontSize=size
        ),
        *text(alt.Chart(named).encode(x=x, y=y, text=alt.Text("label:N")), fontSize=size, fontWeight="bold"),
        *shapes(points, x, y, over_bars=True),
    )
    return chart, [name for name in order if name not in set(named["label"])]


def _stacked(rows: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    rank, step = {name: i for i, name in enumerate(order)}, {name: i for i, name in enumerate(KNOWN)}
    rows = rows.assign(rank=rows["supplier"].map(rank), step=rows["known"].map(step))
    rows = rows.sort_values(["year", "rank", "step"], ignore_index=True)
    top, at = rows.groupby("year")["due_usd_bn"].cumsum(), rows["year"] + 0.5
    name = rows["supplier"] + ", " + rows["year"].astype("str")
    by_bar = rows.groupby(["year", "supplier"])
    known = rows["known"].mask(by_bar["known"].transform("size") > 1, "start or term assumed for a part")
    mark = mark_labels(name, by_bar["due_usd_bn"].transform("sum").map(formatting.usd_short), known)
    bars = rows.assign(
        low=top - rows["due_usd_bn"], value=top, at=at, left=at - HALF_BAR, right=at + HALF_BAR, mark=mark
    )
    return rounding.frame(bars.drop(columns=["rank", "step"]))


def _segments(bars: pd.DataFrame, left: alt.X, y: alt.Y, order: list[str]) -> list[alt.Chart]:
    layers = []
    for knowledge, opacity in KNOWN.items():
        part = bars[bars["known"] == knowledge]
        mark = alt.Chart(part).mark_bar(
            fillOpacity=opacity, strokeWidth=1, strokeDash=[3, 2] if knowledge == "term assumed" else [1, 0]
        )
        if len(part):
            fill = alt.Fill("supplier:N", scale=colours(order), legend=None)
            stroke = alt.Stroke("supplier:N", scale=colours(order), legend=None)
            place: dict[str, Any] = {"x": left, "x2": alt.X2("right:Q"), "y": y, "y2": alt.Y2("low:Q")}
            layers.append(mark.encode(**place, fill=fill, stroke=stroke, description=SPOKEN))
    return layers


def _sums(stacked: pd.DataFrame, points: pd.DataFrame, highest: float) -> pd.DataFrame:
    """Each year's total, above its bar; none where a point of revenue takes the room."""
    tops = stacked.groupby("year").agg(value=("value", "max"), at=("at", "first")).reset_index()
    tops = tops.assign(label=tops["value"].map(lambda value: formatting.number(value, 0 if value >= 10 else 1)))
    room = tops["value"] + 0.04 * highest
    free = [
        not ((points["year"] == year) & (points["value"] - above).abs().lt(0.05 * highest)).any()
        for year, above in zip(tops["year"], room, strict=True)
    ]
    return tops[free]


def _named(stacked: pd.DataFrame, assumed: pd.Series, highest: float) -> pd.DataFrame:
    """Each supplier's name inside one bar: that of the year in which most falls due, or else its own thickest."""
    year, _ = peak(stacked.groupby("year")["value"].max())
    parts = stacked.groupby(["supplier", "year"]).agg(low=("low", "min"), top=("value", "max")).reset_index()
    parts = parts.assign(thick=rounding.column(parts["top"] - parts["low"]), first=parts["year"].eq(year))
    parts = parts[parts["thick"] >= THINNEST * highest]
    parts = parts.sort_values(
        ["first", "thick", "year", "supplier"], ascending=[False, False, True, True]
    ).drop_duplicates("supplier")
    value = _clear_of(parts["year"].map(assumed), parts)
    return pd.DataFrame({"label": parts["supplier"], "value": value, "at": parts["year"] + 0.5})


def _clear_of(dash: pd.Series, inside: pd.DataFrame) -> pd.Series:
    """Middle of each part of a bar or, where the dash of assumed revenue cuts it, of its larger piece."""
    low, top = inside["low"], inside["top"]
    cut, above = (low < dash) & (dash < top), (top - dash) > (dash - low)
    low, top = low.mask(cut & above, dash), top.mask(cut & ~above, dash)
    return ((low + top) / 2).pipe(rounding.column, 3)
