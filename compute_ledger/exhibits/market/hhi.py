"""How concentrated the market is, as an interval for each quarter."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.hhi_lines import guidelines
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.market.provider_shares import NOT_DRAWN, row_of, series_breaks
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, VERMILION, days, finish, text, ticks, time_scale, when_narrow
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

COLUMNS = {
    "quarter": ("Quarter", ""),
    "hhi_low": ("HHI, low", "0 to 10,000"),
    "hhi_high": ("HHI, high", "0 to 10,000"),
    "named": ("Named providers", "count"),
    "named_share_pct": ("Named share", "%"),
    "tail_cap_pct": ("Unnamed ones no larger than one with", "%"),
    "joined": ("Break", ""),
}


def verdict(low: float, high: float) -> str:
    """Where an interval lies by the line for highly concentrated markets."""
    if low > measure.HIGHLY_CONCENTRATED:
        return "above 1,800 whatever the tail"
    if high <= measure.HIGHLY_CONCENTRATED:
        return "not above 1,800 whatever the tail"
    return "on either side of 1,800, depending on the unnamed tail"


@exhibit("market-hhi")
@rounding.inputs
def hhi_interval(by_quarter: pd.DataFrame, quarter: str, shares: pd.DataFrame, estimate: str, scope: Scope) -> Exhibit:
    """HHI of each quarter as a bar from its smallest to its largest possible value.

    `by_quarter` from `measures.market_hhi.hhi_by_quarter`, `shares` the rows of the estimate it is computed from.
    """
    if by_quarter.empty:
        return Exhibit.empty(NOT_DRAWN, scope.as_of)
    quarter_row = row_of(by_quarter, quarter)
    low, high = quarter_row["hhi_low"], quarter_row["hhi_high"]
    named = formatting.count(int(quarter_row["named"]), "named provider")
    return Exhibit(
        title=f"The HHI of {formatting.quarter(quarter_row['quarter'])} lies between {formatting.number(low, 0)} and {formatting.number(high, 0)}: {verdict(low, high)}",
        subtitle=f"Herfindahl-Hirschman index, 0 to 10,000, {code_labels.ESTIMATE_LABELS[estimate]}; each bar spans rounding and every unnamed tail that fits; dotted: series breaks",
        description=(
            f"Range bars of the HHI for {formatting.count(len(by_quarter), 'quarter')} from {formatting.quarter(by_quarter['quarter'].min())} to {formatting.quarter(by_quarter['quarter'].max())}; "
            f"{formatting.quarter(quarter_row['quarter'])} spans {formatting.between(low, high)} with {named}; the narrowest bar is that of "
            f"{formatting.quarter(_narrowest(by_quarter))}."
        ),
        chart=finish(_interval_chart(by_quarter, quarter_row), height=300),
        table=by_quarter.assign(joined=by_quarter["series_break"].map({True: "new series", False: ""})),
        columns=COLUMNS,
        rests_on={"market_shares": shares[shares["quarter"] == quarter_row["quarter"]]},
        # Of all quarters drawn; claims are linked for the chosen one.
        source_ids=formatting.lead_sources(shares[shares["quarter"].isin(by_quarter["quarter"])]),
        as_of=scope.as_of,
        note=(
            f"The evidence linked here is that of {formatting.quarter(quarter_row['quarter'])}; the shares of the other quarters lead to theirs above. Bars are long where few providers are named. "
            "An unnamed provider is taken to be no larger than the smallest named one, or than the smallest that outranks every provider missing from that quarter but named in others. "
            "The lines of the US Merger Guidelines (2023) are for relevant antitrust markets; this market is a statistic, so they only orient."
        ),
    )


def _narrowest(by_quarter: pd.DataFrame) -> str:
    """The quarter of which most can be said."""
    widths = rounding.column(by_quarter["hhi_high"] - by_quarter["hhi_low"])
    return str(by_quarter["quarter"].iloc[int(widths.argmin())])


def _interval_chart(by_quarter: pd.DataFrame, quarter_row: pd.Series) -> alt.LayerChart:
    """A bar a quarter from the smallest to the largest index, the chosen one coloured, over the lines of the guidelines."""
    start = measure.start_of(by_quarter["quarter"])
    data = by_quarter[["quarter", "hhi_low", "hhi_high", "named"]].pipe(rounding.frame, 1)
    spans = data.apply(lambda row: formatting.between(row["hhi_low"], row["hhi_high"]), axis=1)
    named = data["named"].map(lambda many: formatting.count(int(many), "named provider"))
    mark = mark_labels(data["quarter"].map(formatting.quarter), "HHI " + spans.astype("str"), named)
    chosen_quarter = data["quarter"].eq(quarter_row["quarter"])
    data = data.assign(day=start.dt.strftime("%Y-%m-%d"), chosen=chosen_quarter, mark=mark)
    first, last = start.iloc[0], start.iloc[-1]
    time = time_scale(first - pd.Timedelta(days=90), last + pd.Timedelta(days=60), wide=0.13, narrow=0.4)
    x = alt.X("day:T", scale=time, axis=days(values=ticks(first, last, 9), format="%b %Y", labelOverlap=True))
    top = max(float(by_quarter["hhi_high"].max()), measure.HIGHLY_CONCENTRATED) * 1.12
    y = alt.Y("hhi_low:Q", title="HHI", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=5))
    bars = alt.Chart(data).encode(x=x, description=SPOKEN)
    size = when_narrow(3.5, 7)
    chosen = alt.Chart(
        data[data["chosen"]].assign(label=formatting.between(quarter_row["hhi_low"], quarter_row["hhi_high"]))
    ).encode(x=x, description=SPOKEN)
    lines, line_names = guidelines(at_right=True)
    return alt.layer(
        lines,
        *series_breaks(start[by_quarter["series_break"]], x),
        bars.transform_filter("!datum.chosen")
        .mark_rule(strokeWidth=size, color=BLUE, opacity=0.8)
        .encode(y=y, y2=alt.Y2("hhi_high:Q")),
        chosen.mark_rule(strokeWidth=size, color=VERMILION).encode(y=y, y2=alt.Y2("hhi_high:Q")),
        *line_names,
        *text(chosen.encode(y=alt.YValue(8), text=alt.Text("label:N")), fontWeight="bold"),
    )


@rounding.inputs
def hhi_finding(by_quarter: pd.DataFrame, quarter: str, shares: pd.DataFrame) -> Finding:
    """The interval of the chosen quarter, what it can and cannot say, and when more could be said.

    Frames as in `hhi_interval`; the evidence is that of the quarters that are named.
    """
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
    sentences = [
        f"{formatting.capital(formatting.count(int(row['named']), 'provider is', 'providers are'))} named, with {formatting.pct(row['named_share_pct'])} of the market: "
        f"the lower end takes the unnamed rest as many tiny firms, the upper end as firms {_as_large(row['tail_cap_pct'])}. By the lines of the 2023 guidelines that is {_place(low, high)}."
    ]
    ended = by_quarter[by_quarter["quarter"] <= quarter]
    sure = ended[(ended["hhi_high"] <= measure.HIGHLY_CONCENTRATED) | (ended["hhi_low"] > measure.HIGHLY_CONCENTRATED)]
    settles = sure.iloc[:0] if verdict(low, high).endswith("whatever the tail") else sure.tail(1)
    for _, newest in settles.iterrows():
        sentences.append(
            f"The newest quarter that settles the question is {formatting.quarter(newest['quarter'])}, with {formatting.count(int(newest['named']), 'named provider')}: "
            f"{formatting.between(newest['hhi_low'], newest['hhi_high'])}, {verdict(newest['hhi_low'], newest['hhi_high'])}."
        )
    if len(ended) > 1:
        sentences.append(_so_far(ended, sure, quarter))
    quarters_told = [quarter, *settles["quarter"]]
    return Finding(
        name="hhi",
        claim=f"The HHI of the market in {formatting.quarter(quarter)} lies between {formatting.number(low, 0)} and {formatting.number(high, 0)}",
        detail=" ".join(sentences),
        rests_on={"market_shares": shares[shares["quarter"].isin(quarters_told)]},
    )


def _so_far(ended: pd.DataFrame, sure: pd.DataFrame, quarter: str) -> str:
    """How many of the quarters up to one lie above or below the line for certain."""
    above, left = int((ended["hhi_low"] > measure.HIGHLY_CONCENTRATED).sum()), len(ended) - len(sure)
    over, under = (
        formatting.count(many, "lies", "lie") if many else "none lies" for many in (above, len(sure) - above)
    )
    rest = f"; for the other {left} that depends on the tail" if left else ""
    return f"Of the {formatting.count(len(ended), 'quarter')} up to {formatting.quarter(quarter)} {over} above 1,800 for certain and {under} at or below it{rest}."


def _as_large(cap_pct: float) -> str:
    if pd.isna(cap_pct):
        return "of any size, as even the largest provider is not named"
    return f"no larger than the one printed with {formatting.pct(cap_pct)}, which outranks every provider that this quarter does not name"


def _place(low: float, high: float) -> str:
    if low > measure.HIGHLY_CONCENTRATED:
        return "highly concentrated"
    if high <= measure.MODERATELY_CONCENTRATED:
        return "not even moderately concentrated"
    if high <= measure.HIGHLY_CONCENTRATED:
        return "moderately concentrated" if low > measure.MODERATELY_CONCENTRATED else "moderately concentrated at most"
    return (
        "at least moderately concentrated, and may be highly so"
        if low > measure.MODERATELY_CONCENTRATED
        else "anything from unconcentrated to highly concentrated"
    )
