"""The swim lanes of deals, under a band of the exclusivity regime."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing import text_metrics
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN
from compute_ledger.exhibits.drawing.text_metrics import ROW_LIFT, ROW_NAME, name_style
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, MUTED, days, finish, text, ticks, when_narrow
from compute_ledger.exhibits.timeline import swimlane_layout
from compute_ledger.exhibits.timeline.regime_band import band, band_rows, regime_names, regimes_between
from compute_ledger.measures import timeline as measure
from compute_ledger.shared import markdown_escape, rounding

MOST_DRAWN = 120
NOTHING = "No deal of the chosen layers and kinds was publicly known then."
STEP_WIDE, STEP_NARROW = 24, 42
# On a phone the words stand below the mark: how far it moves up from the middle of its row, and they down.
MARK_UP, WORDS_DOWN = -13, 3
# What the forms of marks mean: by form and whether the deal binds.
FORMS = {
    ("circle", True): ("dot", "binding"),
    ("circle", False): ("ring", "not binding"),
    ("diamond", True): ("diamond", "changes an earlier deal"),
    ("diamond", False): ("hollow diamond", "the same, not binding"),
}
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
def lanes(deals: pd.DataFrame, announced: pd.DataFrame, regimes: pd.DataFrame, scope: Scope, since: str) -> Exhibit:
    """One row a deal, in lanes by counterparty ordered by their first deal.

    `deals` from `measures.timeline.select`, with earlier versions and amendments; `announced` what counts as a deal of
    its own, from `announcement_outcomes.announcements`. A pale bar runs from the announcement (or the later start) to
    the end of the term or of the deal. Filled marks bind, hollow ones do not, diamonds change an earlier deal.
    """
    if deals.empty:
        return Exhibit.empty("There is nothing to draw here.", scope.as_of)
    total, parties = len(deals), deals["counterparty"].nunique()
    deals = deals.nlargest(MOST_DRAWN, "amount_usd_bn") if total > MOST_DRAWN else deals
    left_out = f" Drawn are the {MOST_DRAWN} largest of {total:,}." if total > MOST_DRAWN else ""
    start, end = pd.Timestamp(since), scope.as_of + pd.Timedelta(days=120)
    rows = _in_lanes(deals)
    data, regime_rows = swimlane_layout.drawn(rows, start, end), regimes_between(regimes, start, end)
    names = f" Regimes: {regime_names(regime_rows)}." if len(regime_rows) else ""
    stopped = int(data["ends_as"].ne("").sum())
    softer = int((~data["binding"] & data["ends_as"].eq("")).sum())
    return Exhibit(
        title=_lanes_title(rows, announced, start),
        subtitle=f"Deals of {scope.buyer} by counterparty, one row each with earlier versions and amendments, as known on {formatting.day(scope.as_of)}",
        description=(
            f"Timeline with one lane for each of {parties} counterparties of {scope.buyer}, {len(rows)} rows from {formatting.day(rows['announced_on'].min())} to "
            f"{formatting.day(rows['announced_on'].max())}; {stopped} stopped or replaced, {softer} of the others not binding.{names}"
        ),
        key=_key(data),
        chart=_lanes_chart(data, regime_rows, scope.as_of, start, end),
        table=_table(rows),
        columns=COLUMNS,
        rests_on={"deals": rows, "regimes": regimes},
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note=(
            f"Bars cut off at the right continue. No bar: no published term, or one that begins later.{names}{left_out}"
        ),
    )


def _lanes_title(rows: pd.DataFrame, announced: pd.DataFrame, start: pd.Timestamp) -> str:
    """How many deals with how many partners, and what has ended."""
    if announced.empty:
        return f"{formatting.capital(formatting.count(len(rows), 'row'))} since {formatting.day(start)}, none a deal announced on its own"
    behind = rows[rows["deal_id"].isin(announced["deal_id"])]
    many = announced["outcome"].value_counts()
    ended = [formatting.count(int(many[end]), end, end) for end in ("cancelled", "paused") if end in many]
    partners = f" with {formatting.count(measure.partners(behind).nunique(), 'partner')}" if len(behind) else ""
    return f"{formatting.capital(formatting.count(len(announced), 'deal'))}{partners} since {formatting.day(start)}" + (
        f", {formatting.names(ended)}" if ended else ""
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
    return finish(
        alt.layer(
            *band(regime_rows, start, end, y, time, when_narrow(STEP_NARROW / 2, STEP_WIDE / 2)),
            *_bars(data, y, alt.X("announced:T", scale=time, axis=when)),
            *_labels(data, y, alt.X("at:T", scale=time, axis=when)),
        ),
        height=STEP_WIDE * len(lanes) + 20,
        narrow_height=STEP_NARROW * len(lanes) + 20,
        narrow={"config": {"axisY": name_style(*swimlane_layout.NAMES_NARROW), "axisX": {"labelFontSize": 10}}},
    ).configure_axisY(**name_style(*swimlane_layout.NAMES_WIDE))


def _bars(data: pd.DataFrame, y: alt.Y, x: alt.X) -> list[alt.Chart]:
    """Terms and announcements."""
    up = when_narrow(MARK_UP, 0)
    base = alt.Chart(data).encode(y=y, x=x, color=alt.Color("shade:N", scale=None), description=SPOKEN)
    layers = [
        base.transform_filter("isValid(datum.bar_end)")
        .mark_bar(height=when_narrow(11, 17), fillOpacity=0.2, strokeWidth=0.75, clip=True, yOffset=up)
        .encode(x=alt.X("bar_start:T"), x2=alt.X2("bar_end:T"), stroke=alt.Stroke("shade:N", scale=None)),
        base.transform_filter("datum.first < datum.last")
        .mark_rule(strokeWidth=1.5, yOffset=up)
        .encode(x=alt.X("first:T"), x2=alt.X2("last:T")),
    ]
    for (form, binding), _ in data.groupby(["form", "binding"]):
        same = base.transform_filter((alt.datum.form == form) & (alt.datum.binding == bool(binding)))
        layers.append(
            same.mark_point(
                shape=str(form), size=70, filled=bool(binding), strokeWidth=2, clip=True, opacity=1, yOffset=up
            )
        )
    return layers


def _labels(data: pd.DataFrame, y: alt.Y, x: alt.X) -> list[alt.Chart]:
    """What each deal is: beside its mark, on a phone below it."""
    style = {"fontSize": swimlane_layout.SIZE, "lineBreak": "\n", "lineHeight": 11}
    shade = alt.condition("datum.ends_as == 'cancelled'", alt.value(MUTED), alt.value(INK))
    layers = []
    for side, sign in (("left", -1), ("right", 1)):
        placed = (
            alt.Chart(data)
            .transform_filter(f"!narrow && datum.side == '{side}'")
            .transform_calculate(
                shown="datum.label", at=f"datum.at_end ? datum.bar_end : datum.{'first' if side == 'left' else 'last'}"
            )
            .encode(y=y, x=x, text=alt.Text("shown:N"))
        )
        halo, words = text(
            placed, align="right" if side == "left" else "left", dx=9 * sign, dy=text_metrics.lift(11), **style
        )
        layers += [halo, words.encode(color=shade)]
    below = alt.Chart(data).transform_filter("narrow").encode(y=y, x=alt.XValue(2), text=alt.Text("label_narrow:N"))
    halo, words = text(below, align="left", dy=WORDS_DOWN, **style)
    return [*layers, halo, words.encode(color=shade)]


def _key(data: pd.DataFrame) -> list[Swatch]:
    """What the forms of marks mean, each in the colours of the first lanes that have it."""
    shades = data.groupby(["form", "binding"], sort=False)["shade"].agg(list).to_dict()
    marks = [Swatch(look, shades[form], words) for form, (look, words) in FORMS.items() if form in shades]
    bars, months = (
        data.loc[which, "shade"].tolist() for which in (data["bar_end"].notna(), data["first"] < data["last"])
    )
    return [
        *marks,
        *drawn_only(
            [
                (bool(bars), Swatch("faint bar", bars, "term, or until the deal ended")),
                (bool(months), Swatch("line", months, "only the month or year is known")),
            ]
        ),
    ]


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
    announced: pd.DataFrame, deals: pd.DataFrame, regimes: pd.DataFrame, sources: pd.DataFrame, scope: Scope, since: str
) -> Finding:
    """From how many clouds to how many, what has no amount, and the regime of exclusivity in force.

    `announced` are the deals counted, from `announcement_outcomes.announcements`, `deals` all of the buyer's.
    """
    start = pd.Timestamp(since)
    days = (start, scope.as_of) if start < scope.as_of else ()
    claim = _clouds(deals, start, scope) if days else ""
    sentences = (
        [f"No cloud supplier was known on {' or on '.join(map(formatting.day, days))}."] if days and not claim else []
    )
    clouds = [measure.cloud_deals(deals, day) for day in days]
    behind = {"deals": pd.concat([deals[deals["deal_id"].isin(announced["newest_id"])], *clouds])}
    if announced.empty:
        return Finding(name="lanes", claim=claim, detail=" ".join([*sentences, NOTHING]), rests_on=behind)
    if claim:
        sentences.append(
            "Counted is who has a contract of its own in force, published or reported: no frameworks, sites or talks, and no cloud whose capacity comes through another: counting those would change the number."
        )
    sentences += _unpriced(announced)
    regime = measure.regime_on(regimes, scope.as_of)
    if regime is not None:
        behind["regimes"] = regimes[regimes["regime_id"] == regime["regime_id"]]
        label, cited = markdown_escape.plain(regime["label"]), formatting.cite(behind["regimes"], sources)
        sentences.append(
            f"On {formatting.day(scope.as_of)} the arrangement with {regime['holder']} was “{label}”, since {formatting.day(regime['from'])} ({cited})."
        )
    return Finding(name="lanes", claim=claim, detail=" ".join(sentences), rests_on=behind)


def _unpriced(announced: pd.DataFrame) -> list[str]:
    """How many deals stand without a published amount."""
    standing = ~announced["outcome"].isin(["cancelled", "paused", "replaced"])
    rows = announced[standing & announced["amount_now_usd_bn"].isna()]
    if rows.empty:
        return []
    return [
        f"No amount has been published for {formatting.count(len(rows), 'of', 'of')} {formatting.count(len(announced), 'deal')}; the drawing names them."
    ]


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
