"""What suppliers have on their books: the buyer's promises against their backlog, and their other customers."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, colours, finish, text
from compute_ledger.measures.dependence import figures_used
from compute_ledger.shared import rounding

MOST_DRAWN = 10
METRIC_LABELS = {"rpo": "RPO", "revenue_backlog": "revenue backlog"}


@exhibit("backlog")
@rounding.inputs
def backlog(parts: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, scope: Scope) -> Exhibit:
    """What was promised to each supplier in % of its backlog. `parts` from `measures.mirror.backlog_parts`."""
    if parts.empty:
        note = f"No backlog is known of a supplier to whom {scope.buyer or 'a buyer'} had promised an amount by the day of the balance."
        return Exhibit.empty(note, scope.as_of)
    rows = parts.head(MOST_DRAWN)
    rows = rows.assign(low=rows["part_low_pct"].clip(upper=100), high=rows["part_high_pct"].clip(upper=100))
    rows = rows.assign(part=[_span(row) for _, row in rows.iterrows()])
    used, owed = figures_used(financials, rows), deals[deals["deal_id"].isin(rows["deal_ids"].explode())]
    printed_parts = _as_printed(rows, scope.buyer)
    return Exhibit(
        title=_backlog_title(rows, scope.buyer),
        subtitle=(
            f"Promises of {scope.buyer} in % of the supplier's newest backlog known on {formatting.day(scope.as_of)}; filled: the low end of the amounts, "
            "as far as it is still to run; pale: the high end, whole term; diamond: as the supplier printed it"
        ),
        description=f"Bars for {formatting.count(len(rows), 'supplier')}: {formatting.names(rows['supplier'] + ' ' + rows['part'])} of the backlog.{printed_parts}",
        chart=finish(_backlog_bars(rows), height=40 * len(rows) + 20),
        table=rows.assign(metric=rows["metric"].map(METRIC_LABELS)).replace(float("inf"), float("nan")),
        columns={
            "supplier": ("Supplier", ""),
            "metric": ("Measure", ""),
            "balance_day": ("Balance", ""),
            "backlog": ("Backlog", "USD bn"),
            "promised_low": ("Promised: low end, still to run", "USD bn"),
            "promised_high": ("Promised: high end, whole term", "USD bn"),
            "part_low_pct": ("Low", "% of backlog"),
            "part_high_pct": ("High", "% of backlog"),
            "reported_pct": ("Printed by the supplier", "% of backlog"),
            "reported_day": ("Printed for", ""),
        },
        rests_on={"deals": owed, "financials": used},
        as_of=scope.as_of,
        note=(
            "Not shares: suppliers do not say how much of a promise they have booked, and a backlog of their own count is wider than remaining performance obligations (RPO)."
            f"{printed_parts} Counted are deals announced by the balance date, and contracts known only from reports, whose day of signing nobody has published."
        ),
    )


def _as_printed(rows: pd.DataFrame, buyer: str) -> str:
    """What suppliers themselves print of the buyer's part of their backlog."""
    printed = rows.dropna(subset="reported_pct")
    return "".join(
        f" {row['supplier']} itself put {buyer} at {formatting.pct(row['reported_pct'], 0)} of its backlog of {formatting.day(row['reported_day'], 'month')}, which may hold older orders than the deals listed."
        for _, row in printed.iterrows()
    )


def _backlog_title(rows: pd.DataFrame, buyer: str) -> str:
    words = [f"{row['part']} of {row['supplier']}'s" for _, row in rows.head(3).iterrows()]
    return f"What {buyer} has promised equals {formatting.names(words)} backlog"


def _span(row: pd.Series) -> str:
    """'47%', '37 to 40%', or '78% or more' where the high end is more than the whole backlog."""
    if row["part_high_pct"] > 100:
        return f"{formatting.pct(row['low'], 0)} or more"
    return f"{formatting.between(row['low'], row['high'])}%"


def _backlog_bars(rows: pd.DataFrame) -> alt.TopLevelMixin:
    order = rows["supplier"].tolist()
    data = rows[["supplier", "low", "high", "reported_pct"]].pipe(rounding.frame, 2)
    data["end"] = data[["high", "reported_pct"]].max(axis=1)
    data["short"] = [f"{row['part']} of {formatting.usd_short(row['backlog'])}" for _, row in rows.iterrows()]
    when = rows["balance_day"].map(lambda day: formatting.day(day, "month"))
    # Not a sum of columns: one that is all missing is of numbers, which pyarrow's strings cannot be added to.
    printed = [
        f"; printed {formatting.pct(part, 0)}, {formatting.day(day, 'month')}" if pd.notna(part) else ""
        for part, day in zip(rows["reported_pct"], rows["reported_day"], strict=True)
    ]
    data["label"] = (
        data["short"]
        + " "
        + rows["metric"].map(METRIC_LABELS)
        + ", "
        + when
        + pd.Series(printed, rows.index, dtype="str")
    )
    data["mark"] = mark_labels(rows["supplier"], data["label"])
    x_scale = alt.Scale(domain=alt.ExprRef("[0, narrow ? 230 : 200]"), nice=False)
    x = alt.X("low:Q", title=None, axis=None, scale=x_scale)
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK)
    bars = alt.Chart(data).encode(y=alt.Y("supplier:N", sort=order, title=None, axis=axis), description=SPOKEN)
    shade = alt.Color("supplier:N", scale=colours(order), legend=None)
    ends = bars.transform_calculate(shown="narrow ? datum.short : datum.label").encode(
        x=alt.X("end:Q", axis=None), text=alt.Text("shown:N")
    )
    return alt.layer(
        bars.mark_bar(height=18, opacity=0.35).encode(
            x=alt.X("high:Q", title=None, axis=None, scale=x_scale), color=shade
        ),
        bars.mark_bar(height=18).encode(x=x, color=shade),
        bars.transform_filter("isValid(datum.reported_pct)")
        .mark_point(shape="diamond", filled=True, size=90, color=INK, opacity=1)
        .encode(x=alt.X("reported_pct:Q", axis=None)),
        *text(ends, align="left", dx=9),
    )


@exhibit("supplier-customers")
@rounding.inputs
def customers(earned: pd.DataFrame, largest: pd.DataFrame, scope: Scope) -> Exhibit:
    """Part of a supplier's revenue that came from one customer, by year.

    `earned` from `measures.mirror.customers`, `largest` (of backlogs) from `largest_customers`.
    """
    if earned.empty:
        note = "How much of a supplier's revenue comes from which customer was not known of any supplier."
        return Exhibit.empty(note, scope.as_of)
    rows = earned.tail(MOST_DRAWN).assign(year=earned["until"].dt.strftime("%Y"))
    rows["name"] = rows["from"] + " " + rows["year"]
    rows["label"] = rows["share_pct"].map(formatting.pct) + " from " + rows["to"]
    newest = rows.sort_values(["until", "share_pct", "tie_id"]).iloc[-1]
    pair_rows = rows[(rows["from"] == newest["from"]) & (rows["to"] == newest["to"])]
    before = (
        f", {formatting.pct(pair_rows['share_pct'].iloc[0])} in {pair_rows['year'].iloc[0]}"
        if len(pair_rows) > 1
        else ""
    )
    return Exhibit(
        title=f"{newest['from']} earned {formatting.pct(newest['share_pct'])} of its {newest['year']} revenue from {newest['to']}{before}",
        subtitle="Part of a supplier's yearly revenue that came from one customer, %, by fiscal year",
        description=f"Bar chart of {formatting.count(len(rows), 'year')}: {formatting.names(rows['name'] + ' ' + rows['label'])}.",
        chart=finish(_year_bars(rows), height=32 * len(rows) + 20),
        table=rows,
        columns={
            "from": ("Supplier", ""),
            "to": ("Customer", ""),
            "year": ("Year", ""),
            "share_pct": ("Part of revenue", "%"),
        },
        rests_on={"ties": rows, "financials": largest},
        list_all=True,
        as_of=scope.as_of,
        evidence=("ties", "tie_id"),
        note=(
            "Printed as whole numbers, so each may be half a point off. Whose demand the customer passes on is not published."
            + "".join(_of_backlog(str(supplier), figures) for supplier, figures in largest.groupby("entity"))
        ),
    )


def _of_backlog(supplier: str, figures: pd.DataFrame) -> str:
    parts = formatting.names(
        f"{formatting.pct(row['value'], 0)} in {formatting.day(row['period_end'], 'month')}"
        for _, row in figures.iterrows()
    )
    return f" Of the backlog of {supplier}, not its revenue, the largest customer, unnamed, had {parts}."


def _year_bars(rows: pd.DataFrame) -> alt.TopLevelMixin:
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK)
    order = rows["name"].tolist()
    data = rows[["name", "from", "share_pct", "label"]]
    data = data.assign(mark=mark_labels(data["name"], data["label"]))
    bars = alt.Chart(data).encode(y=alt.Y("name:N", sort=order, title=None, axis=axis), description=SPOKEN)
    scale = alt.Scale(domain=alt.ExprRef("[0, narrow ? 150 : 115]"), nice=False)
    x = alt.X("share_pct:Q", title=None, axis=None, scale=scale)
    shade = alt.Color("from:N", scale=colours(list(dict.fromkeys(rows["from"]))), legend=None)
    return alt.layer(
        bars.mark_bar(height=18).encode(x=x, color=shade),
        bars.mark_text(align="left", dx=7).encode(x=x, text=alt.Text("label:N")),
    )
