"""The cloud market: who holds how much of it, and how that moved."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import MUTED, colours, days, finish, text, ticks, time_scale
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

NO_SHARES = "No market share was known then from this house and this grade of source."
SERIES_BREAK = Swatch("dotted upright line", MUTED, "series break")
NOT_DRAWN = "There is nothing to draw here."


def row_of(rows: pd.DataFrame, quarter: str) -> pd.Series:
    """The row of one quarter, or the last one where there is none."""
    quarter_rows = rows[rows["quarter"] == quarter]
    return (quarter_rows if len(quarter_rows) else rows).iloc[-1]


def series_breaks(starts: pd.Series, x: alt.X) -> list[alt.Chart]:
    """A dotted line at each quarter with which a new series begins."""
    if starts.empty:
        return []
    data = pd.DataFrame({"day": starts.drop_duplicates().dt.strftime("%Y-%m-%d")})
    data["mark"] = mark_labels("Series break of " + starts.drop_duplicates().map(formatting.day), [""] * len(data))
    return [alt.Chart(data).mark_rule(strokeDash=[2, 3]).encode(x=x, description=SPOKEN)]


def _printed_as(shares: pd.DataFrame) -> pd.Series:
    """How each share is printed; of those that no page prints, that they are derived."""
    return shares["share_is"].mask(shares["derived"].eq(True), "not printed, derived")


def share_spans(shares: pd.DataFrame) -> pd.Series:
    """'27.5 to 28.5% before rounding' where an interval is printed, else nothing."""
    spans = shares.apply(lambda row: formatting.between(row["low_pct"], row["high_pct"], 1), axis=1).astype("str")
    return (spans + "% before rounding").where(shares["low_pct"] < shares["high_pct"], "")


@exhibit("shares-over-time")
@rounding.inputs
def over_time(shares: pd.DataFrame, quarter: str, estimate: str, scope: Scope) -> Exhibit:
    """Lines of the largest providers of a quarter; a missing quarter or a series break is a gap, never bridged.

    `shares` from `measures.market.series`.
    """
    if shares.empty:
        return Exhibit.empty("Without shares there is no history of them.", scope.as_of)
    order = measure.largest_first(shares[shares["quarter"] == quarter])["provider"].tolist()[: measure.LEADERS]
    rows = shares[shares["provider"].isin(order)]
    breaks = rows.loc[rows["series_break"], "start"]
    layers = _lines_over_time(rows, breaks, quarter, order)
    changes = _changes(rows[rows["quarter"] <= quarter])
    broken = formatting.count(breaks.nunique(), "series break")
    return Exhibit(
        title=changes,
        subtitle=(
            f"Share of cloud infrastructure services revenue, %, {formatting.quarter(rows['quarter'].min())} to "
            f"{formatting.quarter(rows['quarter'].max())}, {code_labels.ESTIMATE_LABELS[estimate]}"
        ),
        key=_key(rows, quarter, order),
        description=f"Line chart of the {formatting.count(len(order), 'largest provider')} with rounding intervals. {changes}. {formatting.capital(broken)} marked.",
        chart=finish(alt.layer(*layers), height=280, narrow_height=260),
        table=rows.assign(joined=rows["series_break"].map({True: "new series", False: ""}), share_is=_printed_as(rows)),
        columns={
            "provider": ("Provider", ""),
            "quarter": ("Quarter", ""),
            "share_pct": ("Share", "%"),
            "low_pct": ("Low", "%"),
            "high_pct": ("High", "%"),
            "share_is": ("Printed as", ""),
            "joined": ("Break", ""),
        },
        rests_on={"market_shares": rows[rows["quarter"] == quarter]},
        source_ids=formatting.lead_sources(rows),
        as_of=scope.as_of,
        evidence=("market_shares", "share_id"),
        note="Each share is open by half a point on either side, where no bar says more. A series break is a change of scope or a restatement. Lines stop at breaks and at missing quarters, and nothing is compared across a break. Only breaks that the figures show are marked.",
    )


def _key(rows: pd.DataFrame, quarter: str, order: list[str]) -> list[Swatch]:
    shades = dict(zip(order, colours(order).range, strict=True))

    def shown(which: pd.Series) -> list[str]:
        return rows.loc[which, "provider"].map(shades).tolist()

    chosen, derived = shown(rows["quarter"] == quarter), shown(rows["derived"].eq(True))
    wide = shown(rows["high_pct"] - rows["low_pct"] > 1.01)
    return drawn_only(
        [
            (bool(chosen), Swatch("dot", chosen, formatting.quarter(quarter))),
            (bool(derived), Swatch("ring", derived, "derived, on no page")),
            (bool(wide), Swatch("faint bar", wide, "open by more than half a point on either side")),
            (bool(rows["series_break"].any()), SERIES_BREAK),
        ]
    )


def _lines_over_time(rows: pd.DataFrame, breaks: pd.Series, quarter: str, order: list[str]) -> list[alt.Chart]:
    """Lines that stop at breaks, with the rounding of each share as a pale bar and the last share as a label."""
    data = rows[["provider", "quarter", "share_pct", "low_pct", "high_pct", "segment", "derived"]]
    name = data["provider"] + ", " + data["quarter"].map(formatting.quarter)
    derived = data["derived"].eq(True).map({True: "derived, on no page", False: ""})
    mark = mark_labels(name, data["share_pct"].map(formatting.pct), share_spans(data), derived)
    data = data.assign(day=rows["start"].dt.strftime("%Y-%m-%d"), mark=mark)
    first, last = rows["start"].min(), rows["start"].max()
    time = time_scale(first, max(last, first + pd.Timedelta(days=1)), wide=0.2, narrow=0.62)
    years = "%Y" if (last - first).days > 1500 else "%b %Y"
    axis = days(values=ticks(first, last, 9), format=years, labelOverlap="greedy", labelFlush=False, labelSeparation=4)
    x = alt.X("day:T", scale=time, axis=axis)
    y = alt.Y(
        "share_pct:Q",
        title="%",
        scale=alt.Scale(domain=[0, float(rows["high_pct"].max()) + 3], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    shade = alt.Color("provider:N", scale=colours(order), legend=None)
    base = alt.Chart(data).encode(x=x, color=shade)
    dots = base.encode(y=y, description=SPOKEN)
    ends = data.sort_values("day", kind="stable").groupby("provider").tail(1)
    ends = ends.assign(label=ends["provider"] + " " + ends["share_pct"].map(formatting.pct))
    quarter_points = data[data["quarter"].eq(quarter) & data["day"].ne(data["day"].max())]
    quarter_points = quarter_points.assign(label=quarter_points["share_pct"].map(formatting.pct))
    values = alt.Chart(quarter_points).encode(x=x, y=y, text=alt.Text("label:N"))
    return [
        *series_breaks(breaks, x),
        base.transform_filter("datum.high_pct - datum.low_pct > 1.01")
        .mark_rule(strokeWidth=5, opacity=0.25)
        .encode(y=alt.Y("low_pct:Q", title="%"), y2=alt.Y2("high_pct:Q")),
        base.mark_line(strokeWidth=2).encode(y=y, detail=alt.Detail("segment:N")),
        dots.transform_filter("!datum.derived").mark_circle(size=18, opacity=1),
        dots.transform_filter("datum.derived").mark_point(size=18, opacity=1, filled=False),
        base.transform_filter(alt.datum.quarter == quarter).mark_circle(size=70, opacity=1).encode(y=y),
        *text(values, dy=-13, fontWeight="bold"),
        *text(alt.Chart(ends).encode(x=x, y=y, text=alt.Text("label:N")), align="left", dx=9),
    ]


def _changes(rows: pd.DataFrame) -> str:
    """How each share moved since the newest series break; where nothing came after it, how each stands."""
    broken = rows.loc[rows["series_break"], "quarter"]
    unbroken = rows[rows["quarter"] >= (broken.max() if len(broken) else "")]
    first, last = unbroken.groupby("provider")["quarter"].min().max(), unbroken["quarter"].max()
    by_provider = (
        unbroken[unbroken["quarter"] >= first].sort_values("quarter", kind="stable").groupby("provider")["share_pct"]
    )
    if first == last:
        return f"In {formatting.quarter(last)}: " + formatting.names(
            f"{name} {formatting.pct(shares.iloc[-1])}" for name, shares in by_provider
        )
    moves = [f"{name} {formatting.moved(shares.iloc[0], shares.iloc[-1], 1)}%" for name, shares in by_provider]
    return f"From {formatting.quarter(first)} to {formatting.quarter(last)} {formatting.names(moves)}"


@rounding.inputs
def latest_finding(
    shares: pd.DataFrame, sizes: pd.DataFrame, quarter: str, estimate: str, sources: pd.DataFrame
) -> Finding:
    """Who leads and what the three largest hold together, as far as shares and printed total leave it open."""
    if shares.empty:
        return Finding(name="latest", detail=NO_SHARES)
    top, leaders = measure.top_k(shares), shares.head(measure.LEADERS)
    together = "together hold" if len(leaders) > 1 else "holds"
    printed = sizes[sizes["quarter"].eq(quarter) & sizes["top3_is"].eq("printed")]
    total = printed["top3_share_pct"].iloc[0] if len(printed) and len(leaders) == measure.LEADERS else float("nan")
    low, high = max(top["low_pct"], total - 0.5), min(top["high_pct"], total + 0.5)
    narrowed = pd.notna(total) and low < high
    low, high = (low, high) if narrowed else (top["low_pct"], top["high_pct"])
    return Finding(
        name="latest",
        claim=(
            f"{formatting.names(leaders['provider'])} {together} {formatting.pct(top['share_pct'])} of the market "
            f"that {code_labels.ESTIMATE_LABELS[estimate]} counted in {formatting.quarter(quarter)}"
        ),
        detail=(
            f"{_rounding(total, top['share_pct'], narrowed)} that is {formatting.number(low)} to just under {formatting.pct(high)} "
            f"({formatting.cite(leaders, sources)}). It is an estimate: providers report no comparable revenue."
        ),
        rests_on={"market_shares": leaders},
    )


def _rounding(total: float, added: float, narrowed: bool) -> str:
    """What the ends of the sum come from; a printed total that is another number is named."""
    if not narrowed:
        return "By the rounding of the shares"
    other = (
        f"Their total is printed as {formatting.pct(total)}; b"
        if formatting.pct(total) != formatting.pct(added)
        else "B"
    )
    return f"{other}y the rounding of shares and total"
