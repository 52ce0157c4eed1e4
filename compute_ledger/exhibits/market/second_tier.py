"""Providers below the three leaders, in the quarters that name them."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.market.provider_shares import share_spans
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PLAIN, finish, when_narrow
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding


@exhibit("second-tier")
@rounding.inputs
def second_tier(series: pd.DataFrame, quarter: str, estimate: str, scope: Scope) -> Exhibit:
    """A tile a provider and quarter with its share, up to `quarter`. `series` from `measures.market.series`."""
    rows = series[(series["quarter"] <= quarter) & ~series["provider"].isin(_leaders(series, quarter))]
    rows = rows[rows["quarter"].eq(rows.groupby(rows["quarter"].str[:4])["quarter"].transform("max"))]
    if rows.empty:
        return Exhibit.empty("No provider below the leaders was named then.", scope.as_of)
    newest = measure.largest_first(rows[rows["quarter"] == rows["quarter"].max()])
    data = _frame(rows)
    return Exhibit(
        title=_title(rows, newest),
        subtitle=f"Share of cloud infrastructure services revenue, %, newest quarter of each year that names any, {code_labels.ESTIMATE_LABELS[estimate]}; brackets: derived, on no page",
        description=f"Tiles of the shares of {formatting.count(data['provider'].nunique(), 'provider')} in {formatting.count(data['quarter'].nunique(), 'quarter')}. {_title(rows, newest)}.",
        chart=finish(_chart(data), height=26 * data["provider"].nunique() + 60),
        table=data,
        columns={
            "provider": ("Provider", ""),
            "quarter": ("Quarter", ""),
            "share_pct": ("Share", "%"),
            "low_pct": ("Low", "%"),
            "high_pct": ("High", "%"),
        },
        rests_on={"market_shares": rows[rows["quarter"] == rows["quarter"].max()]},
        source_ids=formatting.lead_sources(rows),
        as_of=scope.as_of,
        evidence=("market_shares", "share_id"),
        note="A provider without a tile is not named in that quarter; its share is not zero. Shares of 1 to 4% in whole points bear no ranking.",
    )


def _leaders(series: pd.DataFrame, quarter: str) -> list[str]:
    """The three largest of the newest quarter up to one that names as many."""
    upto = series[series["quarter"] <= quarter]
    full = upto.groupby("quarter").filter(lambda rows: len(rows) >= measure.LEADERS)
    newest = full[full["quarter"] == full["quarter"].max()] if len(full) else upto
    return measure.largest_first(newest)["provider"].head(measure.LEADERS).tolist()


def _title(rows: pd.DataFrame, newest: pd.DataFrame) -> str:
    when = formatting.quarter(newest["quarter"].iloc[0])
    named = formatting.names(newest["provider"].head(3) + " " + newest["share_pct"].head(3).map(formatting.pct))
    title = f"Below the leaders none has more than {formatting.pct(newest['share_pct'].max())}: {named} in {when}"
    by_provider = rows.sort_values("quarter", kind="stable").groupby("provider")
    ends = pd.DataFrame({"first": by_provider["share_pct"].first(), "last": by_provider["share_pct"].last()})
    ends = ends.assign(first_quarter=by_provider["quarter"].first(), last_quarter=by_provider["quarter"].last())
    fallen = (
        ends[rounding.column(ends["last"] - ends["first"]) < -1]
        .sort_values("first", ascending=False, kind="stable")
        .head(1)
    )
    for name, row in fallen.iterrows():
        title += f"; {name} went from {formatting.pct(row['first'])} ({formatting.quarter(row['first_quarter'])}) to {formatting.pct(row['last'])} ({formatting.quarter(row['last_quarter'])})"
    return title


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    derived = rows["derived"].eq(True)
    shown = rows["share_pct"].map(lambda share: formatting.number(share, 1))
    name = rows["provider"] + ", " + rows["quarter"].map(formatting.quarter)
    words = derived.map({True: "derived, on no page", False: ""})
    return rows[["provider", "quarter", "share_pct", "low_pct", "high_pct", "share_id", "derived"]].assign(
        label=shown.where(~derived, "(" + shown + ")"),
        short="’" + rows["quarter"].str[2:4] + " " + rows["quarter"].str[4:],
        mark=mark_labels(name, rows["share_pct"].map(formatting.pct), share_spans(rows), words),
    )


def _chart(data: pd.DataFrame) -> alt.LayerChart:
    newest = data.sort_values("quarter", kind="stable").groupby("provider")["share_pct"].last()
    order = newest.sort_values(ascending=False, kind="stable").index.tolist()
    quarters = data.sort_values("quarter", kind="stable")["short"].drop_duplicates().tolist()
    x = alt.X("short:N", sort=quarters, title=None, axis=alt.Axis(labelAngle=-90, ticks=False, domain=False))
    y = alt.Y("provider:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK))
    depth = alt.Opacity("share_pct:Q", legend=None, scale=alt.Scale(domain=[0, 10], range=[0.08, 0.6], clamp=True))
    base = alt.Chart(data.drop(columns=["share_id"])).encode(x=x, y=y)
    return alt.layer(
        base.mark_rect(color=PLAIN).encode(opacity=depth, description=SPOKEN),
        base.mark_text(color=INK, fontSize=when_narrow(8, 11)).encode(text=alt.Text("label:N")),
    )
