"""The swim lanes of deals, under a band of the exclusivity regime."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing import text_metrics
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN
from compute_ledger.exhibits.drawing.text_metrics import ROW_LIFT, ROW_NAME, name_style
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, days, finish, text, ticks, when_narrow
from compute_ledger.exhibits.timeline import swimlane_layout
from compute_ledger.exhibits.timeline.regime_band import band, band_rows, regime_names, regimes_between
from compute_ledger.measures import timeline as measure
from compute_ledger.shared import markdown_escape, rounding

MOST_DRAWN = 120
NOTHING = "No deal of the chosen layers and kinds was publicly known then."
STEP_WIDE, STEP_NARROW = 24, 22
# Marks at the end of a bar; the paths are in the units of Vega's symbols.
END_MARKS = {
    "replaced": "M0,-1L0,1",
    "paused": "M-0.4,-1L-0.4,1M0.4,-1L0.4,1",
    "cancelled": "M-0.7,-0.7L0.7,0.7M-0.7,0.7L0.7,-0.7",
}
LEGEND = {"replaced": "| replaced", "paused": "‖ paused", "cancelled": "× cancelled, struck through"}
COLUMNS = {
    "counterparty": ("Counterparty", ""),
    "title": ("Deal", ""),
    "announced": ("Announced", ""),
    "known_on": ("Publicly known", ""),
    "ended_on": ("Ended", ""),
    "kind_label": ("Kind", ""),
    "status_label": ("Status", ""),
    "amount_usd_bn": ("Amount", "USD bn"),
    "capacity": ("Capacity", ""),
    "term_years": ("Term", "years"),
}


@exhibit("deal-lanes")
@rounding.inputs
def lanes(deals: pd.DataFrame, regimes: pd.DataFrame, scope: Scope, since: str) -> Exhibit:
    """One row a deal, in lanes by counterparty ordered by their first deal.

    `deals` from `measures.timeline.select`. A pale bar runs from the announcement (or the later start) to the
    end of the term or of the deal. Filled marks bind, hollow ones do not, diamonds change an earlier deal.
    """
    if deals.empty:
        return Exhibit.empty("There is nothing to draw here.", scope.as_of)
    total, parties = len(deals), deals["counterparty"].nunique()
    deals = deals.nlargest(MOST_DRAWN, "amount_usd_bn") if total > MOST_DRAWN else deals
    left_out = f" Drawn are the {MOST_DRAWN} largest of {total:,} deals." if total > MOST_DRAWN else ""
    start, end = pd.Timestamp(since), scope.as_of + pd.Timedelta(days=120)
    rows = _in_lanes(deals)
    data, regime_rows = swimlane_layout.drawn(rows, start, end), regimes_between(regimes, start, end)
    names = f" Regimes: {regime_names(regime_rows)}." if len(regime_rows) else ""
    stopped = {str(end): int(count) for end, count in data["ends_as"].value_counts().items() if end}
    softer = int((~data["binding"] & data["ends_as"].eq("")).sum())
    return Exhibit(
        title=f"{formatting.capital(formatting.count(total, 'deal'))} with {formatting.count(parties, 'counterparty', 'counterparties')} since {formatting.day(start)}"
        + _endings(stopped),
        subtitle=_lanes_subtitle(scope.as_of, scope.buyer, start, stopped),
        description=(
            f"Timeline with one lane for each of {parties} counterparties of {scope.buyer}, {len(rows)} deals from {formatting.day(rows['announced_on'].min())} to "
            f"{formatting.day(rows['announced_on'].max())}; {sum(stopped.values())} stopped, {softer} of the others not binding.{names}"
        ),
        chart=_lanes_chart(data, regime_rows, scope.as_of, start, end),
        table=_table(rows),
        columns=COLUMNS,
        rests_on={"deals": rows, "regimes": regimes},
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note=(
            "A bar that reaches the right edge runs beyond it; where no term is published there is none. A thin line beside a mark: only the month or year is known. "
            f"Totals of deals that are listed one by one are not drawn.{names}{left_out}"
        ),
    )


def _lanes_subtitle(as_of: pd.Timestamp, buyer: str, start: pd.Timestamp, stopped: dict[str, int]) -> str:
    """What is drawn, and how to read the marks."""
    marks = " ".join(["At the end of a bar:", ", ".join(LEGEND[end] for end in LEGEND if end in stopped)])
    return (
        f"Deals of {buyer} announced since {formatting.day(start)}, one row a deal, as known on {formatting.day(as_of)}. "
        "Filled: binding. Hollow: letter of intent, framework, joint venture, talks or an open condition. Diamond: changes or replaces an earlier deal. "
        f"Pale bar: published term, or until the end.{f' {marks}.' if stopped else ''}"
    )


def _in_lanes(deals: pd.DataFrame) -> pd.DataFrame:
    """The deals by counterparty, in the order of the first deal with each."""
    first = deals.groupby("counterparty")["announced_on"].transform("min")
    return deals.assign(first=first).sort_values(
        ["first", "counterparty", "announced_on", "deal_id"], ignore_index=True
    )


def _lanes_chart(
    data: pd.DataFrame, regime_rows: pd.DataFrame, as_of: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp
) -> alt.TopLevelMixin:
    """The band of regimes above a row for each deal."""
    lanes = [*band_rows(regime_rows), *data["row"]]
    axis = alt.Axis(labelExpr=ROW_NAME, labelOffset=ROW_LIFT, ticks=False, domain=False)
    y = alt.Y("row:N", scale=alt.Scale(domain=lanes), title=None, axis=axis)
    time = alt.Scale(type="utc", domain=[f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"])
    when = days(orient="top", format="%b %Y", values=ticks(start, as_of, 5), labelBound=True)
    height = STEP_WIDE * len(lanes) + 20
    return finish(
        alt.layer(
            *band(regime_rows, start, end, y, time, when_narrow(STEP_NARROW / 2, STEP_WIDE / 2)),
            *_bars(data, y, alt.X("announced:T", scale=time, axis=when)),
            *_labels(data, y, alt.X("at:T", scale=time, axis=when)),
        ),
        height=height,
        narrow_height=STEP_NARROW * len(lanes) + 20,
        narrow={"config": {"axisY": name_style(*swimlane_layout.NAMES_NARROW), "axisX": {"labelFontSize": 10}}},
    ).configure_axisY(**name_style(*swimlane_layout.NAMES_WIDE))


def _endings(stopped: dict[str, int]) -> str:
    """', of which two were cancelled, ...' or nothing."""
    counts = [f"{formatting.count(count, end, end)}" for end, count in stopped.items()]
    return f", {formatting.names(counts)}" if counts else ""


def _bars(data: pd.DataFrame, y: alt.Y, x: alt.X) -> list[alt.Chart]:
    """Terms, announcements and ends; a line through what was cancelled."""
    base = alt.Chart(data).encode(y=y, x=x, color=alt.Color("shade:N", scale=None), description=SPOKEN)
    layers = [
        base.transform_filter("isValid(datum.bar_end)")
        .mark_bar(height=17, opacity=0.2, clip=True)
        .encode(x2=alt.X2("bar_end:T")),
        base.transform_filter("datum.first < datum.last")
        .mark_rule(strokeWidth=1.5)
        .encode(x=alt.X("first:T"), x2=alt.X2("last:T")),
    ]
    if (data["ends_as"] == "cancelled").any():
        struck = base.transform_filter("datum.ends_as == 'cancelled'")
        layers.append(struck.mark_rule(strokeWidth=1.5).encode(x2=alt.X2("bar_end:T")))
    for (form, binding), _ in data.groupby(["form", "binding"]):
        same = base.transform_filter((alt.datum.form == form) & (alt.datum.binding == bool(binding)))
        layers.append(
            same.mark_point(shape=str(form), size=70, filled=bool(binding), strokeWidth=2, clip=True, opacity=1)
        )
    for end, shape in END_MARKS.items():
        if (data["ends_as"] == end).any():
            ended = base.transform_filter(alt.datum.ends_as == end).encode(x=alt.X("bar_end:T"))
            layers.append(ended.mark_point(shape=shape, size=150, filled=False, strokeWidth=2, opacity=1))
    return layers


def _labels(data: pd.DataFrame, y: alt.Y, x: alt.X) -> list[alt.Chart]:
    """What each deal is, beside its mark, and a line through the name of a cancelled one."""
    layers = []
    for side, sign in (("left", -1), ("right", 1)):
        base = (
            alt.Chart(data)
            .transform_filter(f"(narrow ? datum.side_narrow : datum.side) == '{side}'")
            .transform_calculate(
                shown="narrow ? datum.label_narrow : datum.label",
                at=f"(narrow ? datum.at_end_narrow : datum.at_end) ? datum.bar_end : datum.{'first' if side == 'left' else 'last'}",
                far=f"{9 * sign} + (narrow ? datum.wide_narrow : datum.wide)",
            )
            .encode(y=y, x=x)
        )
        layers += text(
            base.encode(text=alt.Text("shown:N")),
            align="right" if side == "left" else "left",
            dx=9 * sign,
            dy=text_metrics.lift(11),
            fontSize=swimlane_layout.SIZE,
            lineBreak="\n",
            lineHeight=11,
        )
        if (data["ends_as"] == "cancelled").any():
            struck = base.transform_filter("datum.ends_as == 'cancelled' && datum.shown != ''")
            layers.append(
                struck.mark_rule(
                    color=INK, strokeWidth=1.2, xOffset=9 * sign, x2Offset=alt.ExprRef("datum.far")
                ).encode(x2=alt.X2("at:T"))
            )
    return layers


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    dates = zip(rows["announced_on"], rows["date_precision"], strict=True)
    return rows.assign(
        announced=[formatting.iso_day(day, precision) for day, precision in dates],
        kind_label=rows["kind"].map(code_labels.KIND_LABELS),
        status_label=rows["status"].map(code_labels.STATUS_LABELS),
        capacity=formatting.capacities(rows),
    )


@rounding.inputs
def lanes_finding(
    chosen: pd.DataFrame, deals: pd.DataFrame, regimes: pd.DataFrame, sources: pd.DataFrame, scope: Scope, since: str
) -> Finding:
    """From how many clouds to how many, what ended, what has no amount, and the regime of exclusivity in force.

    `chosen` are the deals drawn, `deals` all of the buyer's.
    """
    start = pd.Timestamp(since)
    days = (start, scope.as_of) if start < scope.as_of else ()
    claim = _clouds(deals, start, scope) if days else ""
    sentences = (
        [f"No cloud supplier was known on {' or on '.join(map(formatting.day, days))}."] if days and not claim else []
    )
    clouds = [measure.cloud_deals(deals, day) for day in days]
    behind = {"deals": pd.concat([chosen, *clouds])}
    if chosen.empty:
        return Finding(name="lanes", claim=claim, detail=" ".join([*sentences, NOTHING]), rests_on=behind)
    sentences += _announced(chosen)
    regime = measure.regime_on(regimes, scope.as_of)
    if regime is not None:
        behind["regimes"] = regimes[regimes["regime_id"] == regime["regime_id"]]
        label, cited = markdown_escape.plain(regime["label"]), formatting.cite(behind["regimes"], sources)
        sentences.append(
            f"On {formatting.day(scope.as_of)} the arrangement with {regime['holder']} was “{label}”, since {formatting.day(regime['from'])} ({cited})."
        )
    return Finding(name="lanes", claim=claim, detail=" ".join(sentences), rests_on=behind)


def _announced(chosen: pd.DataFrame) -> list[str]:
    """How many deals were announced when and with how many, what ended since, and what has no amount."""
    first, last = chosen.iloc[0], chosen.iloc[-1]
    days = [formatting.day(deal["announced_on"], deal["date_precision"]) for deal in (first, last)]
    span = (
        f"From {days[0]} to {days[1]}"
        if days[0] != days[1]
        else f"{'On' if first['date_precision'] == 'day' else 'In'} {days[0]}"
    )
    parties = formatting.count(chosen["counterparty"].nunique(), "counterparty", "counterparties")
    were = "was" if len(chosen) == 1 else "were"
    sentences = [f"{span}, {formatting.count(len(chosen), 'deal')} with {parties} {were} announced."]
    ended = swimlane_layout.ends_as(chosen).value_counts().drop("", errors="ignore")
    if len(ended):
        gone = (f"{formatting.count(count, 'has', 'have')} been {end}" for end, count in ended.items())
        sentences.append(f"Of these {formatting.names(gone)} since.")
    elif len(chosen) > 1:
        sentences.append("None of them has ended.")
    promised = chosen["kind"].isin(["contract", "reported_contract", "letter_of_intent"]) & chosen["standing"]
    unpriced = chosen[promised & chosen["amount_usd_bn"].isna()]
    if len(unpriced):
        sentences.append(
            f"Of the contracts and letters of intent, those with {formatting.names(unpriced['counterparty'])} have no published amount: that is not zero, it is unknown."
        )
    return sentences


def _clouds(deals: pd.DataFrame, start: pd.Timestamp, scope: Scope) -> str:
    """How many cloud suppliers there were at the start and are now; '' where none was known."""
    before, now = (measure.cloud_suppliers(deals, day) for day in (start, scope.as_of))
    then, later = (f" ({formatting.names(clouds)})" if clouds else "" for clouds in (before, now))
    then_day, today = formatting.day(start), f"on {formatting.day(scope.as_of)}"
    if before == now:
        number = formatting.count(len(now), "cloud supplier")
        return f"{scope.buyer} had {number}{later} on {then_day} and {today}" if now else ""
    number = formatting.count(len(before), "cloud supplier")
    return f"{scope.buyer} had {number} on {then_day}{then} and {formatting.count(len(now), today, today)}{later}"
