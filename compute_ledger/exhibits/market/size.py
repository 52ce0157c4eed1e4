"""How large the market is."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.market.provider_shares import SERIES_BREAK, row_of, series_breaks
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, GREY, days, finish, text, ticks, when_narrow
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding


def quarters(start: pd.Series) -> alt.X:
    """A time axis over the first days of quarters, in order."""
    axis = days(values=ticks(start.iloc[0], start.iloc[-1], 9), format="%b %Y", labelOverlap=True, labelFlush=True)
    return alt.X("day:T", scale=alt.Scale(type="utc", padding=16), axis=axis)


def worth(size: pd.Series, bases: pd.DataFrame, estimate: str) -> str:
    """What the market was worth in a quarter, and its growth: as printed, and against the print of a year before."""
    sentence = (
        f"The market was worth {formatting.usd_bn(size['revenue_usd_bn'])} in {formatting.quarter(size['quarter'])}"
    )
    if pd.isna(size["yoy_growth_pct"]):
        return sentence
    house, printed = code_labels.ESTIMATE_LABELS[estimate], formatting.pct(size["yoy_growth_pct"], 0)
    base = bases[bases["quarter"] == size["quarter"]]
    between = formatting.pct(base["growth_by_print_pct"].iloc[0], 0) if len(base) else printed
    if between == printed:
        return f"{sentence}, {printed} more than a year before"
    return f"{sentence}: {printed} more than a year before by the count of {house}, {between} more than it printed then"


@exhibit("market-size")
@rounding.inputs
def market_size(sizes: pd.DataFrame, bases: pd.DataFrame, quarter: str, estimate: str, scope: Scope) -> Exhibit:
    """Quarterly revenue of the whole market, USD bn, quarters without a printed size left empty.

    `bases` from `measures.market.market_restatement.implied_bases`.
    """
    rows = sizes[sizes["revenue_usd_bn"].notna() & sizes["quarter"].str.contains("Q")]
    rows = rows.sort_values("quarter", kind="stable", ignore_index=True)
    if rows.empty:
        note = "No market size was known then from this house and this grade of source."
        return Exhibit.empty(note, scope.as_of)
    quarter_row = row_of(rows, quarter)
    return Exhibit(
        title=worth(quarter_row, bases, estimate),
        subtitle=f"Revenue of cloud infrastructure services, USD bn a quarter, {code_labels.ESTIMATE_LABELS[estimate]}",
        key=[
            Swatch("bar", ACCENT, formatting.quarter(quarter_row["quarter"])),
            *drawn_only([(bool(rows["series_break"].any()), SERIES_BREAK)]),
        ],
        description=f"Bar chart of quarterly market revenue, {formatting.usd_bn(rows.iloc[0]['revenue_usd_bn'])} in {formatting.quarter(rows.iloc[0]['quarter'])} to {formatting.usd_bn(rows.iloc[-1]['revenue_usd_bn'])} in {formatting.quarter(rows.iloc[-1]['quarter'])}.",
        chart=finish(_size_chart(rows, quarter_row), height=190),
        table=rows.assign(
            joined=rows["series_break"].map({True: "new series", False: ""}),
            printed=rows["derived"].map({True: "derived", False: ""}),
        ),
        columns={
            "quarter": ("Quarter", ""),
            "revenue_usd_bn": ("Revenue", "USD bn"),
            "ttm_usd_bn": ("Trailing twelve months", "USD bn"),
            "yoy_growth_pct": ("Growth on the year", "%"),
            "top3_share_pct": ("Three largest together", "%"),
            "printed": ("Not printed", ""),
            "joined": ("Break", ""),
        },
        rests_on={"market_size": rows[rows["quarter"] == quarter_row["quarter"]]},
        source_ids=formatting.lead_sources(rows),
        as_of=scope.as_of,
        evidence=("market_size", "size_id"),
        note=f"{'' if quarter_row['quarter'] == quarter else f'No size of {formatting.quarter(quarter)} was known. ' if quarter else ''}Sizes are first prints, but those marked derived, some worded as about, over or just under; quarters without a bar have none.",
    )


def _size_labels(rows: pd.DataFrame) -> pd.Series:
    growth = rows["yoy_growth_pct"].map(formatting.pct) + " more on the year"
    return mark_labels(
        rows["quarter"].map(formatting.quarter),
        rows["revenue_usd_bn"].map(formatting.usd_short),
        growth.where(rows["yoy_growth_pct"].notna(), ""),
    )


def _size_chart(rows: pd.DataFrame, quarter_row: pd.Series) -> alt.LayerChart:
    """Bars by quarter, the chosen one coloured; the first, the chosen and the last with their figure."""
    start = measure.start_of(rows["quarter"])
    data = rows[["quarter", "revenue_usd_bn"]].assign(
        day=start.dt.strftime("%Y-%m-%d"), chosen=rows["quarter"].eq(quarter_row["quarter"]), mark=_size_labels(rows)
    )
    x = quarters(start)
    top = float(data["revenue_usd_bn"].max()) * 1.12
    y = alt.Y(
        "revenue_usd_bn:Q", title="USD bn", axis=alt.Axis(tickCount=5), scale=alt.Scale(domain=[0, top], nice=False)
    )
    labelled = data[data["chosen"] | data.index.isin([0, len(data) - 1])]
    labelled = labelled.assign(label=labelled["revenue_usd_bn"].map(formatting.number))
    shade = alt.condition("datum.chosen", alt.value(ACCENT), alt.value(GREY))
    return alt.layer(
        *series_breaks(start[rows["series_break"]], x),
        alt.Chart(data).mark_bar(size=when_narrow(5, 9)).encode(x=x, y=y, color=shade, description=SPOKEN),
        *text(alt.Chart(labelled).encode(x=x, y=y, text=alt.Text("label:N")), dy=-8),
    )
