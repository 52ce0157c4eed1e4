"""How fast the deals came: a tick for each on the time line under their number by quarter; and the list of all."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, evidence_links, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, Explorer, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, INK, PLAIN, finish
from compute_ledger.measures import timeline as measure
from compute_ledger.shared import rounding

MOST_QUARTERS, MOST_TICKS = 60, 300


@exhibit("deal-pace")
@rounding.inputs
def deal_strip(announced: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """A tick a deal on a time line, the number by quarter above it, and the stretch of days in which most came.

    `announced` from `announcement_outcomes.announcements`, those chosen; `deals` the rows that they name.
    """
    if announced.empty:
        return Exhibit.empty("Nor are there deals to count by quarter.", scope.as_of)
    rows = announced.sort_values(["announced_on", "deal_id"], ignore_index=True)
    quarters, peak = _quarters(rows, scope.as_of), measure.busiest_days(rows)
    return Exhibit(
        title=_title(quarters, peak),
        subtitle="Deals announced, by quarter; below, each on its day, or on the day it was first reported",
        key=_key(rows, peak),
        description=(
            f"Time line of {formatting.count(len(rows), 'deal')} of {scope.buyer} from {formatting.day(rows['announced_on'].min())} to {formatting.day(rows['announced_on'].max())}; "
            f"by quarter {', '.join(quarters['quarter'] + ' ' + quarters['deals'].astype(str))}."
        ),
        chart=finish(_strip(rows, quarters, peak), height=190, narrow_height=170),
        table=quarters,
        columns={"quarter": ("Quarter", ""), "deals": ("Deals", "count"), "who": ("Which", "")},
        rests_on={"deals": deals[deals["deal_id"].isin(rows["deal_id"])]},
        as_of=scope.as_of,
        note=f"Q{scope.as_of.quarter} {scope.as_of.year} ends for this count on {formatting.day(scope.as_of)}.",
    )


def _key(rows: pd.DataFrame, peak: pd.Series | None) -> list[Swatch]:
    exact = rows["date_precision"].eq("day")
    return drawn_only(
        [
            (True, Swatch("bar", PLAIN, "deals of a quarter")),
            (bool(exact.any()), Swatch("tick", INK, "a deal")),
            (not exact.all(), Swatch("line", INK, "a deal of which only the month or year is known")),
            (peak is not None, Swatch("pale bar", ACCENT, "the days of the title")),
        ]
    )


def _title(quarters: pd.DataFrame, peak: pd.Series | None) -> str:
    if peak is None:
        return (
            f"{formatting.capital(formatting.count(int(quarters['deals'].sum()), 'deal'))}, too few to speak of a pace"
        )
    if peak["first"] == peak["last"]:
        return f"Most deals came on one day, {formatting.day(peak['first'])}: {formatting.count(peak['deals'], 'deal')}"
    return f"At the peak, from {formatting.day(peak['first'])} to {formatting.day(peak['last'])}, a new deal came {every(peak)}"


def every(peak: pd.Series) -> str:
    """'every five days', 'every day'."""
    days = int(rounding.rounded(float(peak["days_per_deal"]), 0))
    return "every day" if days <= 1 else f"every {formatting.count(days, 'day')}"


def _quarters(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Deals by quarter of their announcement, up to the quarter of the day."""
    quarter = rows["announced_on"].dt.to_period("Q")
    every_quarter = pd.period_range(quarter.min(), as_of.to_period("Q"), freq="Q")[-MOST_QUARTERS:]
    names = rows.assign(name=_names(rows)).groupby(quarter)["name"].agg(lambda listed: formatting.names(listed, 100))
    return pd.DataFrame(
        {
            "quarter": [f"Q{period.quarter} {period.year}" for period in every_quarter],
            "deals": quarter.value_counts().reindex(every_quarter, fill_value=0).to_numpy(),
            "who": names.reindex(every_quarter).fillna("").to_numpy(),
            "from": every_quarter.start_time,
            "until": every_quarter.end_time.normalize(),
        }
    )


def _names(rows: pd.DataFrame) -> list[str]:
    return [formatting.deal(*pair) for pair in zip(rows["counterparty"], rows["title"], strict=True)]


def _strip(rows: pd.DataFrame, quarters: pd.DataFrame, peak: pd.Series | None) -> alt.LayerChart:
    """Columns above the line, ticks below it."""
    most = float(quarters["deals"].max())
    first, last = quarters["from"].iloc[0], quarters["until"].iloc[-1]
    time = alt.Scale(type="utc", domain=[f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"])
    axis = alt.Axis(title=None, format="%b %Y", grid=False, tickCount={"interval": "month", "step": 6}, labelColor=INK)
    y_scale = alt.Scale(domain=[-0.32 * most, 1.15 * most], nice=False)
    bars = pd.DataFrame(
        {
            "from": (quarters["from"] + pd.Timedelta(days=4)).dt.strftime("%Y-%m-%d"),
            "until": (quarters["until"] - pd.Timedelta(days=4)).dt.strftime("%Y-%m-%d"),
            "middle": (quarters["from"] + (quarters["until"] - quarters["from"]) / 2).dt.strftime("%Y-%m-%d"),
            "deals": quarters["deals"],
            "floor": 0,
            "mark": mark_labels(
                quarters["quarter"], quarters["deals"].map(lambda many: f"{formatting.count(many, 'deal')} announced")
            ),
        }
    )
    x = alt.X("from:T", scale=time, axis=axis)
    columns = alt.Chart(bars).encode(x=x, y=alt.Y("deals:Q", scale=y_scale, axis=None))
    layers = [
        columns.mark_rect(color=PLAIN).encode(x2=alt.X2("until:T"), y2=alt.Y2("floor:Q"), description=SPOKEN),
        columns.mark_text(dy=-8).encode(x=alt.X("middle:T", scale=time), text=alt.Text("deals:Q")),
    ]
    if peak is not None:
        span = pd.DataFrame(
            {
                "from": [f"{peak['first']:%Y-%m-%d}"],
                "until": [f"{peak['last'] + pd.Timedelta(days=1):%Y-%m-%d}"],
                "low": [-0.32 * most],
                "high": [-0.03 * most],
            }
        )
        shaded = alt.Chart(span).mark_rect(color=ACCENT, fillOpacity=0.35, stroke=ACCENT)
        layers.append(shaded.encode(x=x, x2=alt.X2("until:T"), y=alt.Y("low:Q", scale=y_scale), y2=alt.Y2("high:Q")))
    return alt.layer(*layers, *_ticks(rows, x, y_scale, most))


def _ticks(rows: pd.DataFrame, x: alt.X, y_scale: alt.Scale, most: float) -> list[alt.Chart]:
    """An upright line on each day; where only the month or year is known, a flat one along it."""
    exact = rows["date_precision"].eq("day")
    month = rows["announced_on"] + pd.offsets.MonthEnd(0)
    last = month.where(rows["date_precision"].eq("month"), rows["announced_on"] + pd.offsets.YearEnd(0))
    dates = [formatting.day(*date) for date in zip(rows["announced_on"], rows["date_precision"], strict=True)]
    data = pd.DataFrame(
        {
            "from": rows["announced_on"].dt.strftime("%Y-%m-%d"),
            "until": rows["announced_on"].where(exact, last).dt.strftime("%Y-%m-%d"),
            "low": pd.Series(-0.28 * most, index=rows.index).where(exact, -0.17 * most),
            "high": pd.Series(-0.07 * most, index=rows.index).where(exact, -0.17 * most),
            "mark": mark_labels(pd.Series(_names(rows), index=rows.index), dates),
        }
    ).head(MOST_TICKS)
    rule = alt.Chart(data).mark_rule(strokeWidth=2, color=INK, opacity=0.8)
    return [
        rule.encode(x=x, x2=alt.X2("until:T"), y=alt.Y("low:Q", scale=y_scale), y2=alt.Y2("high:Q"), description=SPOKEN)
    ]


@rounding.inputs
def deal_list(deals: pd.DataFrame, scope: Scope) -> Explorer | Exhibit:
    """Every deal known on the day, ended ones included, to search and filter; parts stand below their whole."""
    if deals.empty:
        return _no_deals(scope)
    rows = _parts_below(deals)
    dates = list(zip(rows["announced_on"], rows["date_precision"], strict=True))
    kind, layer = rows["kind"].map(code_labels.KIND_LABELS), rows["layer"].map(code_labels.LAYER_LABELS)
    ended = rows["ended_on"].dt.strftime(", %Y-%m-%d").fillna("")
    return Explorer(
        id="deal-table",
        caption=f"{formatting.capital(formatting.count(len(rows), 'row'))} of deals publicly known on {formatting.day(scope.as_of)}, with earlier versions, parts and amendments",
        table=rows.assign(
            announced=[formatting.iso_day(*date) for date in dates],
            deal=rows["depth"].map(lambda depth: "– " * depth) + rows["title"],
            kind_label=kind.where(kind == layer, kind + ", " + layer),
            status_label=rows["status"].map(code_labels.STATUS_LABELS) + ended,
            capacity=formatting.capacities(rows),
            claims=pd.Series(
                [{"text": "claims", "href": evidence_links.address("deals", key)} for key in rows["deal_id"]],
                index=rows.index,
                dtype=object,
            ),
        ),
        columns={
            "announced": ("Announced", ""),
            "counterparty": ("Counterparty", ""),
            "deal": ("Deal", ""),
            "kind_label": ("Kind and layer", ""),
            "status_label": ("Status", ""),
            "amount_usd_bn": ("Amount", "USD bn"),
            "capacity": ("Capacity", ""),
            "term_years": ("Term", "years"),
            "grade": ("Grade", ""),
            "claims": ("Evidence", ""),
        },
        row_ids=[None] * len(rows),
        filters=("counterparty", "kind_label"),
        as_of=scope.as_of,
        note="– A part of the deal above it. An empty amount means that no party has published one.",
    )


@exhibit("deal-table")
def _no_deals(scope: Scope) -> Exhibit:
    return Exhibit.empty(f"No deal was publicly known on {formatting.day(scope.as_of)}.", scope.as_of)


def _parts_below(deals: pd.DataFrame) -> pd.DataFrame:
    """The deals by announcement, parts right below the deal that they are part of, with `depth`."""
    ordered = deals.sort_values(["announced_on", "deal_id"])
    known = set(ordered["deal_id"])
    whole = dict(zip(ordered["deal_id"], ordered["part_of"].where(ordered["part_of"].isin(known)), strict=True))
    parts: dict[str, list[str]] = {}
    for deal, around in whole.items():
        parts.setdefault(around if isinstance(around, str) else "", []).append(deal)
    depths: dict[str, int] = {}
    waiting = [(deal, 0) for deal in reversed(parts.get("", []))]
    while waiting:
        deal, depth = waiting.pop()
        depths[deal] = depth
        waiting += [(part, depth + 1) for part in reversed(parts.get(deal, []))]
    rows = ordered.set_index("deal_id", drop=False).loc[list(depths)].reset_index(drop=True)
    return rows.assign(depth=list(depths.values()))
