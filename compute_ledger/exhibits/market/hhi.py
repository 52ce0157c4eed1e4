"""How concentrated the market is, as an interval for each quarter."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.market.provider_shares import NOT_DRAWN, SERIES_BREAK, row_of, series_breaks
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import (
    ACCENT,
    INK,
    MUTED,
    PLAIN,
    days,
    finish,
    text,
    ticks,
    time_scale,
    when_narrow,
)
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

COLUMNS = {
    "quarter": ("Quarter", ""),
    "hhi_low": ("HHI, low", "0 to 10,000"),
    "hhi_high": ("HHI, high", "0 to 10,000"),
    "outer_high": ("HHI, logical limit", "0 to 10,000"),
    "named": ("Named providers", "count"),
    "cap": ("No unnamed one larger than", ""),
}
LINES = pd.DataFrame(
    {
        "hhi": [measure.MODERATELY_CONCENTRATED, measure.HIGHLY_CONCENTRATED],
        "label": ["1,000\nJustice\nDepartment", "1,800\nguidelines\nof 2023"],
    }
)
SHARE_LINE_PCT = 30  # of the merger guidelines of 2023, Guideline 1


def verdict(low: float, high: float, outer_high: float) -> str:
    """Where an interval lies by the line for highly concentrated markets, and whether any tail could move it."""
    if low > measure.HIGHLY_CONCENTRATED:
        return "above 1,800 whatever the tail"
    if high <= measure.HIGHLY_CONCENTRATED:
        any_tail = outer_high <= measure.HIGHLY_CONCENTRATED
        return f"not above 1,800 {'whatever the tail' if any_tail else 'with a tail like that of other quarters'}"
    return "on either side of 1,800, depending on the unnamed tail"


@exhibit("market-hhi")
@rounding.inputs
def hhi_interval(by_quarter: pd.DataFrame, quarter: str, shares: pd.DataFrame, estimate: str, scope: Scope) -> Exhibit:
    """HHI of each quarter as a bar from its smallest to its largest value, and as a thin one to its logical limit.

    `by_quarter` from `measures.market.carried_tail.carried_hhi_by_quarter`, `shares` the rows that it is computed from.
    """
    if by_quarter.empty:
        return Exhibit.empty(NOT_DRAWN, scope.as_of)
    quarter_row = row_of(by_quarter, quarter)
    low, high = quarter_row["hhi_low"], quarter_row["hhi_high"]
    named = formatting.count(int(quarter_row["named"]), "named provider")
    breaks = shares.loc[shares["series_break"] & shares["quarter"].isin(by_quarter["quarter"]), "quarter"]
    return Exhibit(
        title=f"The HHI of {formatting.quarter(quarter_row['quarter'])} lies between {formatting.number(low, 0)} and {formatting.number(high, 0)}: {verdict(low, high, quarter_row['outer_high'])}",
        subtitle=f"Herfindahl-Hirschman index, 0 to 10,000, {code_labels.ESTIMATE_LABELS[estimate]}",
        key=[
            Swatch("bar", ACCENT, formatting.quarter(quarter_row["quarter"])),
            Swatch("bar", PLAIN, "rounding, and a tail of providers as large as other quarters print them"),
            Swatch("thin line", INK, "any tail that logic allows"),
            *drawn_only([(len(breaks) > 0, SERIES_BREAK)]),
        ],
        description=(
            f"Range bars of the HHI for {formatting.count(len(by_quarter), 'quarter')} from {formatting.quarter(by_quarter['quarter'].min())} to {formatting.quarter(by_quarter['quarter'].max())}; "
            f"{formatting.quarter(quarter_row['quarter'])} spans {formatting.between(low, high)} with {named}; the narrowest bar is that of "
            f"{formatting.quarter(_narrowest(by_quarter))}."
        ),
        chart=finish(_interval_chart(by_quarter, quarter_row, breaks), height=250),
        table=by_quarter.assign(cap=by_quarter.apply(_cap, axis=1)),
        columns=COLUMNS,
        rests_on={"market_shares": shares[shares["quarter"] == quarter_row["quarter"]]},
        # Of all quarters drawn; claims are linked for the chosen one.
        source_ids=formatting.lead_sources(shares[shares["quarter"].isin(by_quarter["quarter"])]),
        as_of=scope.as_of,
        note=(
            "Above 1,800 the merger guidelines of 2023 call a market highly concentrated; that 1,000 to 1,800 is moderately so stands on the Justice Department's page, not in them. "
            "Both are for relevant markets; this one is a statistic. Shares that no page prints, worked out from other figures, are taken as they are."
        ),
    )


def _cap(row: pd.Series) -> str:
    """'5.5% (Alibaba, Q1 2026, one point added)'."""
    if pd.isna(row["cap_pct"]):
        return ""
    return f"{formatting.pct(row['cap_pct'])} ({row['cap_provider']}, {formatting.quarter(row['cap_quarter'])}, one point added)"


def _narrowest(by_quarter: pd.DataFrame) -> str:
    """The quarter of which most can be said."""
    widths = rounding.column(by_quarter["hhi_high"] - by_quarter["hhi_low"])
    return str(by_quarter["quarter"].iloc[int(widths.argmin())])


def _interval_chart(by_quarter: pd.DataFrame, quarter_row: pd.Series, breaks: pd.Series) -> alt.LayerChart:
    """A bar a quarter from the smallest to the largest index, the chosen one coloured, over the two lines."""
    start = measure.start_of(by_quarter["quarter"])
    data = by_quarter[["quarter", "hhi_low", "hhi_high", "outer_high", "named"]].pipe(rounding.frame, 1)
    spans = data.apply(lambda row: formatting.between(row["hhi_low"], row["hhi_high"]), axis=1)
    named = data["named"].map(lambda many: formatting.count(int(many), "named provider"))
    mark = mark_labels(data["quarter"].map(formatting.quarter), "HHI " + spans.astype("str"), named)
    chosen_quarter = data["quarter"].eq(quarter_row["quarter"])
    data = data.assign(day=start.dt.strftime("%Y-%m-%d"), chosen=chosen_quarter, mark=mark)
    first, last = start.iloc[0], start.iloc[-1]
    time = time_scale(first - pd.Timedelta(days=90), last + pd.Timedelta(days=60), wide=0.13, narrow=0.4)
    x = alt.X("day:T", scale=time, axis=days(values=ticks(first, last, 9), format="%b %Y", labelOverlap=True))
    top = max(float(by_quarter["outer_high"].max()), measure.HIGHLY_CONCENTRATED) * 1.12
    y = alt.Y("hhi_low:Q", title="HHI", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=5))
    bars = alt.Chart(data).encode(x=x, description=SPOKEN)
    size = when_narrow(3.5, 7)
    chosen = alt.Chart(
        data[data["chosen"]].assign(label=formatting.between(quarter_row["hhi_low"], quarter_row["hhi_high"]))
    ).encode(x=x, description=SPOKEN)
    lines = alt.Chart(LINES).encode(y=alt.Y("hhi:Q"))
    names = lines.encode(text=alt.Text("label:N"), x=alt.XValue("width"))
    names_style = {"align": "right", "dy": -33, "lineBreak": "\n", "lineHeight": 12, "color": MUTED, "fontSize": 11}
    return alt.layer(
        lines.mark_rule(strokeDash=[4, 3], strokeWidth=1),
        *series_breaks(start[by_quarter["quarter"].isin(breaks)], x),
        alt.Chart(data).mark_rule(strokeWidth=1, color=INK, opacity=0.6).encode(x=x, y=y, y2=alt.Y2("outer_high:Q")),
        bars.transform_filter("!datum.chosen")
        .mark_rule(strokeWidth=size, color=PLAIN)
        .encode(y=y, y2=alt.Y2("hhi_high:Q")),
        chosen.mark_rule(strokeWidth=size, color=ACCENT).encode(y=y, y2=alt.Y2("hhi_high:Q")),
        *text(names, **names_style),
        *text(chosen.encode(y=alt.YValue(8), text=alt.Text("label:N")), fontWeight="bold"),
    )


@rounding.inputs
def hhi_finding(by_quarter: pd.DataFrame, quarter: str, shares: pd.DataFrame) -> Finding:
    """The interval of the chosen quarter, what it rests on, and what would move it. Frames as in `hhi_interval`."""
    rows = by_quarter[by_quarter["quarter"] == quarter]
    if rows.empty:
        where = (
            f"Fewer than three providers are named for {formatting.quarter(quarter)}"
            if quarter
            else "No provider is named"
        )
        return Finding(name="hhi", detail=f"{where}, so no interval can be given.")
    row = rows.iloc[0]
    low, high = row["hhi_low"], row["hhi_high"]
    ended = by_quarter[by_quarter["quarter"] <= quarter]
    own = shares[shares["quarter"] == quarter]
    sentences = [f"That is {_place(low, high)}.", _tail(row), _share_test(own), _so_far(ended, quarter)]
    return Finding(
        name="hhi",
        claim=f"The HHI of the market in {formatting.quarter(quarter)} lies between {formatting.number(low, 0)} and {formatting.number(high, 0)}",
        detail=" ".join(filter(None, sentences)),
        rests_on={"market_shares": own},
    )


def _tail(row: pd.Series) -> str:
    """What bounds the unnamed providers, and what it would take to break the bound."""
    named = formatting.capital(formatting.count(int(row["named"]), "provider is", "providers are"))
    if pd.isna(row["cap_pct"]):
        return f"{named} named, and no quarter near names another."
    higher = rounding.rounded(row["outer_high"]) > rounding.rounded(row["hhi_high"])
    limit = (
        f" Larger unnamed ones could bring it to {formatting.number(row['outer_high'], 0)} at most; no quarter within two years prints one."
        if higher
        else ""
    )
    return f"{named} named; no other is taken to have more than {_cap(row)}.{limit}"


def _share_test(own: pd.DataFrame) -> str:
    """The second half of the guidelines' presumption: a firm of more than 30 %."""
    leader = measure.largest_first(measure.with_midpoints(measure.named(own))).iloc[0]
    where = "more" if rounding.rounded(leader["low_pct"]) > SHARE_LINE_PCT else "less"
    if where == "less" and rounding.rounded(leader["high_pct"]) > SHARE_LINE_PCT:
        where = "about as much"
    return f"The guidelines also presume harm where a merger makes a firm of more than {SHARE_LINE_PCT}% and adds over 100 points; {leader['provider']} alone has {where} ({formatting.pct(leader['share_pct'])})."


def _so_far(ended: pd.DataFrame, quarter: str) -> str:
    """How many of the quarters up to one lie above or below the line for certain."""
    if len(ended) < 2:
        return ""
    above = int((ended["hhi_low"] > measure.HIGHLY_CONCENTRATED).sum())
    under = int((ended["hhi_high"] <= measure.HIGHLY_CONCENTRATED).sum())
    left = len(ended) - above - under
    rest = f"; for {left} it depends on the tail" if left else ""
    over, at = (formatting.count(many, "lies", "lie") if many else "none lies" for many in (above, under))
    return f"Of the {formatting.count(len(ended), 'quarter')} up to {formatting.quarter(quarter)}, {over} above 1,800 and {at} at or below it{rest}{_newest_run(ended)}."


def _newest_run(ended: pd.DataFrame) -> str:
    """'; the newest eight all lie at or below it', where more than one does."""
    others = (ended["hhi_high"] > measure.HIGHLY_CONCENTRATED).to_numpy().nonzero()[0]
    run = len(ended) - 1 - (others[-1] if len(others) else -1)
    if run < 2 or run == len(ended):
        return ""
    return f". The newest {formatting.count(run, 'quarter')} all lie at or below it, since {formatting.quarter(ended['quarter'].iloc[-run])}"


def _place(low: float, high: float) -> str:
    page = "by the Justice Department's page on the index"
    if low > measure.HIGHLY_CONCENTRATED:
        return "highly concentrated by the merger guidelines of 2023"
    if high <= measure.MODERATELY_CONCENTRATED:
        return f"not even moderately concentrated {page}"
    if high <= measure.HIGHLY_CONCENTRATED:
        most = "" if low > measure.MODERATELY_CONCENTRATED else " at most"
        return f"moderately concentrated{most} {page}"
    least = (
        "at least moderately concentrated"
        if low > measure.MODERATELY_CONCENTRATED
        else "anything from unconcentrated on"
    )
    return f"{least} {page}, and may lie above the 1,800 of the merger guidelines"
