"""When the contracts fall due: what published figures allow, the fitted path, and three conventions to compare."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.money_words import SCHEDULE_NAMES, spread_words
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import (
    ACCENT,
    GREY,
    INK,
    PAPER,
    PLAIN,
    domain_when_narrow,
    finish,
    text,
    when_narrow,
)
from compute_ledger.measures import payment_schedule
from compute_ledger.measures.funding import peak
from compute_ledger.measures.payment_schedule import RAMPS
from compute_ledger.measures.payments.chosen_schedule import Schedules
from compute_ledger.measures.payments.schedule_family import schedule_family
from compute_ledger.measures.payments.sources_and_uses import growth_to_cover
from compute_ledger.shared import rounding

SLACK = 1e-6
NAMED_LIMITS = 3  # published figures that a sentence names; the table of the chapter has all


def nothing_due(as_of: pd.Timestamp) -> str:
    """The sentence in place of a chart."""
    return f"No amount was published of the contracts known on {formatting.day(as_of)}, so there is nothing to spread over years."


@exhibit("dues-by-year")
@rounding.inputs
def dues_by_year(
    schedules: Schedules, due: pd.DataFrame, points: pd.DataFrame, earned: pd.DataFrame, scope: Scope
) -> Exhibit:
    """A band by year with the chosen schedule in it, the others as thin lines, and what the buyer says of one year.

    `schedules` from `compared_schedules`, `due` from `due_deals`, `points`: rows of `financials` that bound the band,
    `earned` from `revenue_points`.
    """
    used = due[due["due_usd_bn"] > 0]
    if used.empty:
        return Exhibit.empty(nothing_due(scope.as_of), scope.as_of)
    table = _table(schedules, points, earned)
    first, last = int(table["year"].min()), int(table["year"].max())
    year, most = peak(schedules.lines[schedules.chosen])
    return Exhibit(
        title=_title(schedules, year, most),
        subtitle=(f"What falls due of {scope.buyer}'s contracts by calendar year, USD bn"),
        key=_key(schedules, table),
        description=(
            f"Bars from the least to the most that may fall due in each year from {first} to {last}, and {formatting.count(len(schedules.lines), 'line')}; "
            f"the chosen one goes from {formatting.usd_bn(float(schedules.lines[schedules.chosen].iloc[0]))} in {first} to {formatting.usd_bn(float(schedules.lines[schedules.chosen].iloc[-1]))} in {last}."
        ),
        chart=finish(_chart(schedules, table), height=340, narrow_height=320),
        table=table.assign(year=table["year"].astype(str)),
        columns={"year": ("Year", ""), "low_usd_bn": ("Least", "USD bn"), "high_usd_bn": ("Most", "USD bn")}
        | {name: (formatting.capital(SCHEDULE_NAMES[name]), "USD bn") for name in schedules.lines}
        | {
            "own_figure": ("Own figure, all computing", "USD bn"),
            "growth_pct": ("Growth of revenue needed", "% a year"),
        },
        rests_on={"deals": used, "financials": points},
        as_of=scope.as_of,
        note=_note(schedules),
    )


def _key(schedules: Schedules, table: pd.DataFrame) -> list[Swatch]:
    return drawn_only(
        [
            (
                bool(table["low_usd_bn"].notna().any()),
                Swatch("faint bar", PLAIN, "all schedules that break no published figure"),
            ),
            (True, Swatch("thick line", ACCENT, spread_words(schedules))),
            (len(schedules.lines) > 1, Swatch("thin line", GREY, "the other schedules")),
            (
                bool(table["own_figure"].notna().any()),
                Swatch("hollow diamond", INK, "its own figure for all computing of that year"),
            ),
        ]
    )


def _title(schedules: Schedules, year: int, most: float) -> str:
    years = schedules.band.years.set_index("year")
    if not schedules.band.admissible or year not in years.index:
        return f"Contracts take up to {formatting.about_usd(most)} a year, in {year}"
    row = years.loc[[year]].iloc[0]
    low, high = float(row["low_usd_bn"]), float(row["high_usd_bn"])
    return f"Contracts take up to {formatting.about_usd(most)} a year, in {year}; {_allowed(schedules)} anything from {formatting.about_usd(low)} to {formatting.about_usd(high)}"


def _allowed(schedules: Schedules) -> str:
    return "the terms alone allow" if schedules.band.points.empty else "published figures allow"


def _note(schedules: Schedules) -> str:
    grouped = (
        "each supplier's contracts share a ramp" if len(schedules.band.ramps) > 1 else "all contracts share one ramp"
    )
    return (
        f"Tried: {schedules.band.schedules:,} schedules in which payments rise or fall over the term as a power of time (exponent 0.5 to 4; {grouped}); {schedules.band.admissible:,} break no published figure. "
        "A payment before the start of a contract, or a stop in between, lies outside. Growth needed: from revenue of the last whole year to the amount of the chosen schedule."
    )


def _table(schedules: Schedules, points: pd.DataFrame, earned: pd.DataFrame) -> pd.DataFrame:
    stated = points[points["metric"] == "compute_spend_target"]
    own = pd.Series(stated["value"].to_numpy(), stated["period_end"].dt.year.to_numpy(), dtype=float)
    frame = pd.DataFrame(schedules.lines).reset_index()
    band = schedules.band.years[["year", "low_usd_bn", "high_usd_bn"]]
    return band.merge(frame, on="year").assign(
        own_figure=lambda rows: rows["year"].map(own[~own.index.duplicated(keep="last")]).astype(float),
        growth_pct=lambda rows: rows["year"].map(growth_needed(schedules, earned)),
    )


def growth_needed(schedules: Schedules, earned: pd.DataFrame) -> pd.Series:
    """Growth of revenue needed each year for the chosen schedule, from revenue of the last whole year."""
    base = earned[earned["metric"] == "revenue"].tail(1)
    line = schedules.lines[schedules.chosen]
    if base.empty:
        return pd.Series(np.nan, index=line.index)
    return growth_to_cover(float(base["value"].iloc[0]), int(base["year"].iloc[0]), line)


def _chart(schedules: Schedules, table: pd.DataFrame) -> alt.LayerChart:
    first, last = int(table["year"].min()), int(table["year"].max())
    highest = float(np.nanmax(table[[*schedules.lines, "high_usd_bn", "own_figure"]].to_numpy(dtype=float)))
    years = alt.Axis(grid=False, ticks=False, values=list(range(first, last + 1)), format="d")
    ends = domain_when_narrow(last + 2.1, last + 1.0, first - 0.45)
    x = alt.X("year:Q", title=None, axis=years, scale=alt.Scale(domain=ends, nice=False))
    upright = alt.Scale(domain=[0, highest * 1.08], nice=False)
    y = alt.Y("value:Q", title="USD bn", axis=alt.Axis(tickCount=6), scale=upright)
    lines = _line_frame(schedules, table)
    names = rounding.frame(_apart(lines[lines["year"] == last], 0.055 * highest), 3)
    base = alt.Chart(rounding.frame(lines, 3)).encode(x=x, y=y, detail="schedule:N", description=SPOKEN)
    others, chosen = base.transform_filter("!datum.chosen"), base.transform_filter("datum.chosen")
    figures = chosen.transform_filter(f"datum.year < {last}").encode(text="label:N")
    return alt.layer(
        *_band_bars(table, x, y),
        others.mark_line(color=GREY, strokeWidth=1.5),
        others.mark_circle(color=GREY, size=24, opacity=1),
        chosen.mark_line(color=ACCENT, strokeWidth=3),
        chosen.mark_circle(color=ACCENT, size=60, opacity=1),
        *text(figures, dy=-12, fontWeight="bold"),
        *text(alt.Chart(names).encode(x=x, y=y, text="name:N"), align="left", dx=15, fontSize=when_narrow(10, 12)),
        *_own_diamonds(table, x, y),
    )


def _band_bars(table: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    band = table.dropna(subset=["low_usd_bn"])
    if band.empty:
        return []
    low, high = (band[end].map(formatting.usd_short) for end in ("low_usd_bn", "high_usd_bn"))
    mark = mark_labels(band["year"].astype("str"), low + " to " + high, ["what is possible"] * len(band))
    drawn = band[["year", "high_usd_bn"]].assign(value=band["low_usd_bn"], mark=mark)
    bars = alt.Chart(rounding.frame(drawn, 3)).mark_bar(
        size=26, color=PLAIN, fillOpacity=0.22, stroke=PLAIN, strokeWidth=1
    )
    return [bars.encode(x=x, y=y, y2="high_usd_bn:Q", description=SPOKEN)]


def _own_diamonds(table: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    own = table.dropna(subset=["own_figure"])
    if own.empty:
        return []
    amounts = own["own_figure"].map(formatting.usd_short)
    mark = mark_labels(own["year"].astype("str"), amounts, ["own figure for all computing"] * len(own))
    diamond = {"shape": "diamond", "size": 120, "filled": True, "fill": PAPER, "stroke": INK, "strokeWidth": 2}
    drawn = alt.Chart(own[["year"]].assign(value=own["own_figure"], mark=mark)).mark_point(opacity=1, **diamond)
    return [drawn.encode(x=x, y=y, description=SPOKEN)]


def _line_frame(schedules: Schedules, table: pd.DataFrame) -> pd.DataFrame:
    long = table.melt(id_vars="year", value_vars=list(schedules.lines), var_name="schedule", value_name="value")
    name = long["schedule"].map(SCHEDULE_NAMES)
    return long.assign(
        chosen=long["schedule"].eq(schedules.chosen),
        label=long["value"].map(lambda value: formatting.number(value, 0)),
        name=name,
        mark=mark_labels(long["year"].astype("str"), long["value"].map(formatting.usd_short), name + " schedule"),
    )


def _apart(ends: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Names with figures beside the ends of lines, at least `gap` apart and none below zero."""
    ordered = ends.sort_values(["value", "schedule"], ignore_index=True)
    heights = ordered["value"].tolist()
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + gap)
    return ordered.assign(value=heights, name=ordered["name"] + " " + ordered["label"])


@rounding.inputs
def dues_finding(schedules: Schedules, due: pd.DataFrame, points: pd.DataFrame, scope: Scope) -> Finding:
    """What falls due in the dearest year, what published figures allow and rule out. Frames as of the chart."""
    used = due[due["due_usd_bn"] > 0]
    if used.empty:
        return Finding(name="dues", detail=nothing_due(scope.as_of))
    line = schedules.lines[schedules.chosen]
    year, most = peak(line)
    total = float(used["due_usd_bn"].sum())
    sentences = [
        f"That is {formatting.about_usd(total)} of contracts, {spread_words(schedules)}.",
        *_bounds(schedules, due, points),
        _open(used),
    ]
    return Finding(
        name="dues",
        claim=f"{scope.buyer}'s contracts would take {formatting.about_usd(float(line.iloc[0]))} in {line.index[0]} and {formatting.about_usd(most)} in {year}, the most of the years up to {line.index[-1]}",
        detail=" ".join(filter(None, sentences)),
        rests_on={"deals": used, "financials": points},
    )


def _bounds(schedules: Schedules, due: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    band = schedules.band
    if points.empty:
        return [
            "No figure was published that would bound it: any schedule over the terms is possible, and an even one is taken as the simplest."
        ]
    named = dict(zip(points["financial_id"], _point_words(points), strict=True))
    if not band.admissible:
        failing = formatting.names(named.get(point, point) for point in band.failing)
        return [f"No schedule of these contracts meets all published figures ({failing}), so an even one is taken."]
    years = band.years.set_index("year")
    second = years.index[1] if len(years) > 1 else years.index[0]
    broken = [
        f"{SCHEDULE_NAMES[ramp]} payments, with {words}"
        for ramp in RAMPS
        if (words := _breaking(due, ramp, band.points))
    ]
    return [
        f"The limits are {formatting.names((named.get(point, point) for point in band.points['point']), NAMED_LIMITS)}; they leave {formatting.about_usd_between(*years.loc[second, ['low_usd_bn', 'high_usd_bn']])} for {second}.",
        f"They rule out {'; '.join(broken)}." if broken else "",
    ]


def _point_words(points: pd.DataFrame) -> list[str]:
    words = {
        "compute_spend_target": "all computing in {year}",
        "compute_spend_target_cumulative": "all computing up to {year}",
        "revenue_guidance": "all that {entity} expects to earn in the year to {end}",
        "rpo_due": "all that falls due of {entity}'s backlog by {end}",
    }
    rows: list[Any] = list(points.itertuples())
    return [
        f"the mean duration of {row.entity}'s backlog, {formatting.number(row.value)} years in {row.period_end:%B %Y}"
        if row.unit == "years"
        else f"{formatting.usd_bn(row.value)} for {words[row.metric].format(year=row.period_end.year, entity=row.entity, end=f'{row.period_end:%B %Y}')}"
        if row.metric in words
        else f"{formatting.usd_bn(row.value)} of {formatting.metric(row.metric)} in {row.period_end.year}"
        for row in rows
    ]


def _breaking(due: pd.DataFrame, ramp: str, points: pd.DataFrame) -> str:
    """What a convention has in the span of each point whose upper bound it breaks, '' where it breaks none.

    The conventions are the paths with the exponents 1, 2 and 3.
    """
    family = schedule_family(due, "common", exponents=[RAMPS.index(ramp) + 1])
    sums: list[str] = []
    bounds: list[Any] = list(points.dropna(subset="high_usd_bn").itertuples())
    for point in bounds:
        start, end = payment_schedule.year_fraction(pd.Series([point.from_on, point.until_on + pd.Timedelta(days=1)]))
        supplier = None if pd.isna(point.counterparty) else point.counterparty
        amount = float(family.paid_between(start, end, supplier).ravel()[0])
        first, last = point.from_on.year, point.until_on.year
        span = str(first) if first == last else f"{first} to {last}"
        paid = formatting.about_usd(amount)
        paid = f"{paid} to {supplier}" if supplier else paid
        sums += [f"{paid} in {span}"] if amount > point.high_usd_bn + SLACK else []
    return formatting.names(sums) if sums else ""


def assumed_terms(used: pd.DataFrame) -> list[str]:
    """For how much of the amount no term is published, and what is assumed for it."""
    guessed = used[used["term_assumed"]]
    if guessed.empty:
        return []
    share = 100 * guessed["due_usd_bn"].sum() / used["due_usd_bn"].sum()
    years = formatting.number(float(guessed["years"].iloc[0]))
    return [
        f"No term is published for {formatting.pct(share, 0)} of the amount ({formatting.names(guessed['counterparty'])}): {years} years are assumed."
    ]


def _open(used: pd.DataFrame) -> str:
    """Whose amounts are worded with an open upper end."""
    ends = used["amount_low_usd_bn"].notna() & used["amount_high_usd_bn"].isna()
    return (
        f"{formatting.names(used.loc[ends, 'counterparty'])} may come to more: the amount is worded as more than a figure."
        if ends.any()
        else ""
    )


@rounding.inputs
def left_finding(
    schedules: Schedules, totals: pd.DataFrame, unpriced: list[str], due: pd.DataFrame, scope: Scope
) -> Finding:
    """What the contracts leave of the buyer's own totals for computing, for deals without an amount.

    `totals`: rows of `financials`, totals up to a year, oldest first; `unpriced`: whose deals print no amount.
    """
    used = due[due["due_usd_bn"] > 0]
    if totals.empty or used.empty:
        return Finding(
            name="left",
            detail=f"{scope.buyer} had published no total for its computing up to a year, so what its contracts leave for other deals cannot be said.",
        )
    newest = totals.iloc[-1]
    taken, first, last = _taken(schedules, newest)
    band = schedules.band.points.set_index("point")
    spread = ""
    if newest["financial_id"] in band.index and schedules.band.admissible:
        low, high = band.loc[newest["financial_id"], ["left_low_usd_bn", "left_high_usd_bn"]]
        spread = f"Over all schedules that break no published figure it is {formatting.about_usd_between(low, high)}."
    rest = float(newest["value"]) - taken
    sentences = [
        f"The contracts take {formatting.about_usd(taken)} from {first} to {last}, {spread_words(schedules)}.",
        spread,
        *_other_totals(schedules, totals.iloc[:-1]),
    ]
    to_whom = f" for {formatting.names(unpriced)}, whose deals print no amount" if unpriced else ""
    claim = (
        f"Of the {formatting.usd_bn(newest['value'])} that {scope.buyer} means to spend on computing up to {last}, its contracts leave {formatting.about_usd(rest)}{to_whom}"
        if rest >= 0
        else f"{scope.buyer}'s contracts exceed the {formatting.usd_bn(newest['value'])} that it means to spend on computing up to {last} by {formatting.about_usd(-rest)}"
    )
    return Finding(
        name="left",
        claim=claim,
        detail=" ".join(filter(None, sentences)),
        rests_on={"deals": used, "financials": totals},
    )


def _taken(schedules: Schedules, total: pd.Series) -> tuple[float, int, int]:
    """What the chosen schedule takes from the year in which a total was said to the year up to which it runs."""
    first, last = int(total["known_on"].year), int(total["period_end"].year)
    rows = schedules.yearly
    return float(rows.loc[rows["year"].between(first, last), "due_usd_bn"].sum()), first, last


def _other_totals(schedules: Schedules, others: pd.DataFrame) -> list[str]:
    sentences = []
    for _, row in others.iterrows():
        rest = float(row["value"]) - _taken(schedules, row)[0]
        name = "computing and infrastructure together" if row["metric"].startswith("infrastructure") else "computing"
        sentences.append(
            f"Of the {formatting.usd_bn(row['value'])} for {name} up to {row['period_end'].year} ({formatting.day(row['known_on'])}) "
            + (
                f"{formatting.about_usd(rest)} would be left."
                if rest >= 0
                else f"nothing would be left: the contracts exceed it by {formatting.about_usd(-rest)}."
            )
        )
    return sentences
