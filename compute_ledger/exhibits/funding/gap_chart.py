"""The gap: columns of what falls due each year, one line of revenue, and between them what is short."""

from collections.abc import Callable
from typing import TypeAlias

import altair as alt
import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels, pointer_marks
from compute_ledger.exhibits.funding.money_bars import no_path
from compute_ledger.exhibits.funding.money_words import SCHEDULE_NAMES, spread_words, years_of
from compute_ledger.exhibits.funding.revenue_path import PATH_LABELS
from compute_ledger.exhibits.funding.schedule_lines import growth_needed, nothing_due, own_figures
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, GREY, INK, PAPER, PLAIN, finish, text, when_narrow
from compute_ledger.measures.payments.chosen_schedule import Schedules
from compute_ledger.measures.payments.revenue_by_schedule import uncovered
from compute_ledger.shared import rounding

# Where in its year a column begins and ends, and the span of what may fall due beside it.
LEFT, RIGHT, SPAN = 0.16, 0.74, 0.87
# A figure of revenue stands above its line where the line runs lower than this part of the chart's height.
LOW = 0.08


@exhibit("gap")
@rounding.inputs
def gap_chart(
    cell: pd.DataFrame,
    paths: dict[str, pd.Series],
    schedules: Schedules,
    behind: dict[str, pd.DataFrame],
    points: pd.DataFrame,
    scope: Scope,
    *,
    path: str,
) -> Exhibit:
    """Columns of the chosen schedule, the chosen revenue path as a line in steps, and what is short between them.

    `cell`: the chosen row of `revenue_by_schedule`, or none; `paths`: every revenue path that can be had, USD bn by
    year; `points` from `revenue_points`; `behind`: the rows of `deals` and `financials` that it rests on.
    """
    if not (schedules.lines[schedules.chosen] > 0).any():
        return Exhibit.empty(nothing_due(scope.as_of), scope.as_of)
    years = list(cell["years"].iloc[0]) if len(cell) else list(schedules.lines[schedules.chosen].index)
    rows = gap_rows(years, paths, path, schedules)
    table = rows.assign(
        own_figure=rows["year"].map(own_figures(behind["financials"])).astype(float),
        growth_pct=rows["year"].map(growth_needed(schedules, points)),
        **{name: line.reindex(years).to_numpy() for name, line in schedules.lines.items() if name != schedules.chosen},
    )
    return Exhibit(
        title=_title(rows, scope),
        subtitle=_subtitle(rows, schedules, scope, path),
        description=_description(rows),
        chart=finish(_chart(rows, schedules), height=380, narrow_height=340),
        table=table.dropna(axis="columns", how="all").assign(year=table["year"].astype("str")),
        columns=_columns(table, schedules),
        rests_on=behind,
        as_of=scope.as_of,
        note=_note(rows, schedules, scope, path),
    )


def gap_rows(years: list[int], paths: dict[str, pd.Series], path: str, schedules: Schedules) -> pd.DataFrame:
    """What is drawn, USD bn, one row a year; revenue is missing where the path cannot be had.

    Columns: `year`, `due`, `due_low`, `due_high` (over all schedules that break no published figure), `revenue`,
    `revenue_low`, `revenue_high` (over all paths), `short` (0 where revenue is enough, missing without revenue).
    """
    band = schedules.band_years().set_index("year")
    due, none = schedules.lines[schedules.chosen].reindex(years), pd.Series(np.nan, years)
    revenue = paths.get(path, none).reindex(years)
    every = pd.DataFrame({name: values.reindex(years) for name, values in paths.items()}, index=years)
    columns = {
        "year": pd.Series(years, years),
        "due": due,
        "due_low": band["low_usd_bn"].reindex(years),
        "due_high": band["high_usd_bn"].reindex(years),
        "revenue": revenue,
        "revenue_low": every.min(axis=1),
        "revenue_high": every.max(axis=1),
        "short": uncovered(revenue, due),
    }
    return pd.DataFrame(columns).astype(dict.fromkeys(list(columns)[1:], float)).reset_index(drop=True)


def _short_years(rows: pd.DataFrame) -> list[int]:
    return [int(year) for year in rows.loc[rows["short"] > 0, "year"]]


def short_words(rows: pd.DataFrame) -> str:
    """'$93 billion short, 2026 to 2028', or that nothing is short; '' where revenue is not known."""
    if rows["revenue"].isna().all():
        return ""
    if not _short_years(rows):
        return "Revenue is enough in every year"
    return f"{formatting.about_usd(float(rows['short'].sum()))} short, {years_of(_short_years(rows))}"


def _title(rows: pd.DataFrame, scope: Scope) -> str:
    years, known = _short_years(rows), rows["revenue"].notna()
    span = years_of([int(year) for year in rows["year"]])
    if not known.any():
        most = rows.loc[rows["due"].eq(rows["due"].max())].iloc[0]
        return f"{scope.buyer}'s contracts take up to {formatting.about_usd(float(most['due']))} a year, in {int(most['year'])}; what it would earn is not known on this path"
    if not years:
        return f"Revenue on the assumed path reaches {scope.buyer}'s contracts in every year, {span}"
    gap = f"{scope.buyer}'s contracts exceed the revenue assumed by {formatting.about_usd(float(rows['short'].sum()))} in {years_of(years)}"
    after = [int(year) for year in rows.loc[rows["year"] > years[-1], "year"]]
    return f"{gap}; from {after[0]} on revenue is enough" if after else gap


def _subtitle(rows: pd.DataFrame, schedules: Schedules, scope: Scope, path: str) -> str:
    line = f"; line: revenue, {PATH_LABELS[path]}" if rows["revenue"].notna().any() else ""
    band = "; steps: from the lowest to the highest path of revenue" if _is_banded(rows) else ""
    spans = "; spans: the least and most that published figures allow" if schedules.band.admissible else ""
    return f"USD bn by calendar year. Columns: what falls due of {scope.buyer}'s contracts, {spread_words(schedules)}{spans}{line}{band}"


def _description(rows: pd.DataFrame) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    due = f"Columns of what falls due, from {formatting.usd_bn(first['due'])} in {int(first['year'])} to {formatting.usd_bn(last['due'])} in {int(last['year'])}"
    if rows["revenue"].isna().all():
        return f"{due}, without a line of revenue."
    return f"{due}, and a line of revenue from {formatting.usd_bn(first['revenue'])} to {formatting.usd_bn(last['revenue'])}. {short_words(rows)}."


def _note(rows: pd.DataFrame, schedules: Schedules, scope: Scope, path: str) -> str:
    band = schedules.band
    grouped = "each supplier's contracts share a ramp" if len(band.ramps) > 1 else "all contracts share one ramp"
    return (
        (f"{no_path(scope, path)} " if rows["revenue"].isna().all() else "")
        + "Revenue is counted whole, as if nothing else were paid from it. "
        + f"Tried: {band.schedules:,} schedules in which payments rise or fall over the term as a power of time (exponent 0.5 to 4; {grouped}); {band.admissible:,} break no published figure. "
        + "A payment before the start of a contract, or a stop in between, lies outside. Growth needed: from revenue of the last whole year to what falls due."
    )


def _columns(table: pd.DataFrame, schedules: Schedules) -> dict[str, tuple[str, str]]:
    named = {
        "year": ("Year", ""),
        "due": (f"Falls due, {SCHEDULE_NAMES[schedules.chosen]}", "USD bn"),
        "due_low": ("Least", "USD bn"),
        "due_high": ("Most", "USD bn"),
        "revenue": ("Revenue assumed", "USD bn"),
        "revenue_low": ("Lowest path", "USD bn"),
        "revenue_high": ("Highest path", "USD bn"),
        "short": ("Short", "USD bn"),
        **{name: (formatting.capital(SCHEDULE_NAMES[name]), "USD bn") for name in schedules.lines},
        "own_figure": ("Own figure, all computing", "USD bn"),
        "growth_pct": ("Growth of revenue needed", "% a year"),
    }
    return {name: words for name, words in named.items() if name in table and table[name].notna().any()}


def _is_banded(rows: pd.DataFrame) -> bool:
    return bool((rows["revenue_high"] > rows["revenue_low"]).any())


X: TypeAlias = Callable[[str], alt.X]
Y: TypeAlias = Callable[[str], alt.Y]


def _chart(rows: pd.DataFrame, schedules: Schedules) -> alt.LayerChart:
    first, last = int(rows["year"].min()), int(rows["year"].max())
    highest = float(np.nanmax(rows[["due", "due_high", "revenue_high"]].to_numpy()))
    middles = [year + (LEFT + RIGHT) / 2 for year in range(first, last + 1)]
    years = alt.Axis(grid=False, ticks=False, values=middles, labelExpr="toString(floor(datum.value))")
    across = alt.Scale(domain=[first, last + 1], nice=False)
    upright = alt.Scale(domain=[0, highest * 1.1], nice=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, axis=years, scale=across)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title="USD bn", axis=alt.Axis(tickCount=6), scale=upright)

    drawn = rounding.frame(_drawn(rows, schedules), 3)
    return alt.layer(
        *_band(rows, x, y),
        *_columns_drawn(drawn, x, y),
        *(_spans(drawn, x, y) if schedules.band.admissible else []),
        *_line(rows, x, y),
        *_figures(drawn, x, y, highest),
        *_shortfall(rows, x, y, highest),
    )


def _drawn(rows: pd.DataFrame, schedules: Schedules) -> pd.DataFrame:
    """Places of the columns, and the figures at them, as texts."""
    year = rows["year"].astype("str")
    short = rows["short"].fillna(0.0) > 0
    spread = [f"{SCHEDULE_NAMES[schedules.chosen]} schedule"] * len(rows)
    between = rows["due_low"].map(formatting.usd_short) + " to " + rows["due_high"].map(formatting.usd_short)
    return rows[["year", "due", "due_low", "due_high", "revenue"]].assign(
        left=rows["year"] + LEFT,
        right=rows["year"] + RIGHT,
        middle=rows["year"] + (LEFT + RIGHT) / 2,
        span=rows["year"] + SPAN,
        zero=0.0,
        covered=rows["due"].where(~short, rows["revenue"]),
        is_short=short,
        due_figure=rows["due"].map(lambda value: formatting.number(value, 0)),
        revenue_figure=rows["revenue"].map(lambda value: "" if pd.isna(value) else formatting.number(value, 0)),
        mark=mark_labels("Due, " + year, rows["due"].map(formatting.usd_short), spread),
        mark_short=mark_labels("Short, " + year, rows["short"].fillna(0.0).map(formatting.usd_short)),
        mark_span=mark_labels("Due, " + year, between, ["what published figures allow"] * len(rows)),
    )


def _columns_drawn(drawn: pd.DataFrame, x: X, y: Y) -> list[alt.Chart]:
    """What revenue covers of a column, and on it what is short, shaded."""
    column = alt.Chart(drawn).encode(x=x("left"), x2="right:Q")
    short = column.transform_filter("datum.is_short").encode(
        y=y("covered"), y2="due:Q", description=alt.Description("mark_short:N")
    )
    return [
        column.encode(y=y("zero"), y2="covered:Q", description=SPOKEN).mark_rect(fill=PLAIN),
        short.mark_rect(fill=ACCENT, fillOpacity=0.3, stroke=ACCENT, strokeWidth=1.5),
    ]


def _spans(drawn: pd.DataFrame, x: X, y: Y) -> list[alt.Chart]:
    span = alt.Chart(drawn).encode(
        x=x("span"), y=y("due_low"), y2="due_high:Q", description=alt.Description("mark_span:N")
    )
    return [span.mark_rule(color=GREY, strokeWidth=3)]


def _steps(rows: pd.DataFrame) -> pd.DataFrame:
    """A year's sum holds for the whole year: each begins where the year does, the last ends with it."""
    known = rows.dropna(subset=["revenue_low"])
    return rounding.frame(pd.concat([known, known.tail(1).assign(year=lambda end: end["year"] + 1)]), 3)


def _band(rows: pd.DataFrame, x: X, y: Y) -> list[alt.Chart]:
    if not _is_banded(rows):
        return []
    steps = alt.Chart(_steps(rows)).encode(x=x("year"), y=y("revenue_low"), y2="revenue_high:Q")
    return [steps.mark_area(interpolate="step-after", fill=GREY, fillOpacity=0.22, stroke=GREY, strokeWidth=1)]


def _line(rows: pd.DataFrame, x: X, y: Y) -> list[alt.Chart]:
    """Revenue in steps over a halo, and unseen points at which it speaks."""
    known = rows.dropna(subset=["revenue"])
    if known.empty:
        return []
    steps = alt.Chart(_steps(known)).encode(x=x("year"), y=y("revenue"))
    low, high = (known[end].map(formatting.usd_short) for end in ("revenue_low", "revenue_high"))
    others = (low + " to " + high + " on all paths") if _is_banded(rows) else low.map(lambda _: "")
    amounts = known["revenue"].map(formatting.usd_short)
    points = known[["revenue"]].assign(
        middle=known["year"] + (LEFT + RIGHT) / 2,
        mark=mark_labels("Revenue, " + known["year"].astype("str"), amounts, ["assumed"] * len(known), others),
    )
    return [
        steps.mark_line(interpolate="step-after", color=PAPER, strokeWidth=6),
        steps.mark_line(interpolate="step-after", color=INK, strokeWidth=2.5),
        pointer_marks(alt.Chart(rounding.frame(points, 3)).encode(x=x("middle"), y=y("revenue"))),
    ]


def _figures(drawn: pd.DataFrame, x: X, y: Y, highest: float) -> list[alt.Chart]:
    """Figures on the side of line and column that is free; the first column and the last step say what they are."""
    short, place = drawn["is_short"], pd.Series(range(len(drawn)), drawn.index)
    ends = place.eq(len(drawn) - 1) & drawn["revenue_figure"].ne("")
    is_low = drawn["revenue"] < LOW * highest
    beside = drawn[["middle", "due", "revenue"]].assign(
        due_words=drawn["due_figure"].where(place > 0, drawn["due_figure"] + " due"),
        due_over=short | drawn["revenue"].isna(),
        # Where all is thin there is room for one figure.
        revenue_words=drawn["revenue_figure"].mask(
            ends | (short & is_low & (drawn["due"] - drawn["revenue"] < LOW * highest)), ""
        ),
        ends=ends,
        end=drawn["year"] + 1,
        last_words="revenue assumed: " + drawn["revenue_figure"],
        last_short="revenue|" + drawn["revenue_figure"],
        revenue_over=~short | is_low,
    )
    at, size = alt.Chart(beside), when_narrow(11, 13)
    due = at.encode(x=x("middle"), y=y("due"), text="due_words:N")
    revenue = at.encode(x=x("middle"), y=y("revenue"), text="revenue_words:N")
    last = at.transform_filter("datum.ends").transform_calculate(words="narrow ? datum.last_short : datum.last_words")
    named = last.encode(x=x("end"), y=y("revenue"), text="words:N")
    bold = {"fontSize": size, "fontWeight": "bold", "lineBreak": "|", "lineHeight": 12}
    return [
        *text(due.transform_filter("datum.due_over"), dy=-9, fontSize=size),
        *text(due.transform_filter("!datum.due_over"), dy=13, fontSize=size),
        *(
            label
            for chart, align in ((revenue, "center"), (named, "right"))
            for label in (
                *text(chart.transform_filter("datum.revenue_over"), dy=-5, baseline="bottom", align=align, **bold),
                *text(chart.transform_filter("!datum.revenue_over"), dy=7, baseline="top", align=align, **bold),
            )
        ),
    ]


def _shortfall(rows: pd.DataFrame, x: X, y: Y, highest: float) -> list[alt.Chart]:
    """The sum and the years of what is short, over a bracket as wide as these years."""
    words, years = short_words(rows), _short_years(rows)
    if not words:
        return []
    spanned = rows[rows["year"].between(years[0], years[-1])] if years else rows.head(3)
    top = float(np.nanmax(spanned[["due", "due_high", "revenue_high"]].to_numpy())) + 0.1 * highest
    place = pd.DataFrame(
        {
            "left": [spanned["year"].min() + LEFT],
            "right": [spanned["year"].max() + RIGHT],
            "top": [min(top, highest)],
            "words": [words],
        }
    )
    bracket = alt.Chart(rounding.frame(place, 3)).encode(x=x("left"), y=y("top"))
    rule = [bracket.encode(x2="right:Q").mark_rule(color=ACCENT, strokeWidth=2)] if years else []
    # Two lines on a phone: as wide as the columns of two years.
    label = bracket.transform_calculate(shown="narrow ? replace(datum.words, ', ', '|') : datum.words").encode(
        text="shown:N"
    )
    return [
        *rule,
        *text(label, align="left", baseline="bottom", dy=when_narrow(-22, -6), lineBreak="|", lineHeight=16, fontSize=when_narrow(13, 19), fontWeight="bold"),
    ]  # fmt: skip
