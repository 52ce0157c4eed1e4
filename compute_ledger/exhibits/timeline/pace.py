"""How fast the deals came: days between announcements, deals a quarter, and the table of every deal."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, domain_when_narrow, finish, when_narrow
from compute_ledger.measures import timeline as measure
from compute_ledger.shared import rounding

MOST_QUARTERS, MOST_GAPS = 60, 40


@exhibit("days-between-deals")
@rounding.inputs
def gaps(pace: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """Days since the announcement before, a bar for each day of announcements. `pace` from `measures.timeline.pace`."""
    rows = pace.dropna(subset="days_since_previous")
    if rows.empty:
        note = "There are no two announcements of which the day is known, so there are no days between them to count."
        return Exhibit.empty(note, scope.as_of)
    longest, median = rows.nlargest(1, "days_since_previous").iloc[0], float(rows["days_since_previous"].median())
    before = longest["announced_on"] - pd.Timedelta(days=longest["days_since_previous"])
    at_most = "at most " if longest["at_most"] else ""
    who = deals.groupby("announced_on")["counterparty"].agg(lambda names: formatting.names(names, 3))
    rows = rows.assign(
        who=rows["announced_on"].map(who), known=rows["at_most"].map({True: "at most", False: "exactly"})
    )
    data = _gaps_frame(rows)
    return Exhibit(
        title=f"Half of the announcements came within {_days(median)} of the one before; the longest silence was {at_most}{_days(longest['days_since_previous'])}",
        subtitle="Days since the announcement before, for each day on which a deal was announced, and with whom",
        description=(
            f"Bar chart of the days since the announcement before, for {formatting.count(len(rows), 'day')} of announcements from {formatting.day(rows['announced_on'].min())} to {formatting.day(rows['announced_on'].max())}; "
            f"longest {at_most}{_days(longest['days_since_previous'])}, from {formatting.day(before)} to {formatting.day(longest['announced_on'])}, median {_days(median)}, shortest {_days(rows['days_since_previous'].min())}."
        ),
        chart=finish(_gaps_chart(data), height=19 * len(data) + 10),
        table=rows,
        columns={
            "announced_on": ("Announced", ""),
            "who": ("With", ""),
            "deals": ("Deals that day", "count"),
            "days_since_previous": ("Days since the one before", "days"),
            "known": ("Known", ""),
        },
        rests_on={"deals": deals},
        as_of=scope.as_of,
        note=_gaps_note(deals, rows),
    )


def _gaps_note(deals: pd.DataFrame, rows: pd.DataFrame) -> str:
    """What bars do not show."""
    left_out = int((deals["date_precision"] != "day").sum())
    hollow = (
        " Hollow bars are upper ends: a deal of which only the month is known may fall between the two days."
        if rows["at_most"].any()
        else ""
    )
    no_day = (
        f" {formatting.capital(formatting.count(left_out, 'deal'))} without a known day {'has' if left_out == 1 else 'have'} no bar."
        if left_out
        else ""
    )
    cut = f" Drawn are the {MOST_GAPS} longest of {len(rows)}." if len(rows) > MOST_GAPS else ""
    return f"Announcements of one day count once.{hollow}{no_day}{cut}"


def _gaps_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """The longest gaps in the order of their days, with what stands beside each bar."""
    longer = rows.nlargest(MOST_GAPS, "days_since_previous").sort_values("announced_on", kind="stable")
    return pd.DataFrame(
        {
            "row": [f"{i:03d}|{formatting.day(day)}" for i, day in enumerate(longer["announced_on"])],
            "gap": longer["days_since_previous"],
            "sure": ~longer["at_most"],
            "label": longer["days_since_previous"].map(formatting.number) + "  " + longer["who"],
            "mark": mark_labels(
                longer["announced_on"].map(formatting.day) + ", " + longer["who"],
                longer["at_most"].map({True: "at most ", False: ""})
                + longer["days_since_previous"].map(_days)
                + " after the announcement before",
            ),
        }
    )


def _gaps_chart(data: pd.DataFrame) -> alt.LayerChart:
    """A bar for each day of announcements, hollow where its length is an upper end."""
    short = "narrow ? replace(split(datum.label,'|')[1], /(\\w{3})\\w* 20/, '$1 ’') : split(datum.label,'|')[1]"
    y = alt.Y("row:N", title=None, axis=alt.Axis(labelExpr=short, ticks=False, domain=False, labelFontSize=11))
    base = alt.Chart(data).encode(y=y, description=SPOKEN)
    most = float(data["gap"].max())
    room = alt.Scale(domain=domain_when_narrow(most * 2, most * 1.5))
    x = alt.X("gap:Q", title=None, axis=None, scale=room)
    return alt.layer(
        base.transform_filter("datum.sure").mark_bar(color=BLUE, height=11).encode(x=x),
        base.transform_filter("!datum.sure")
        .mark_bar(filled=False, stroke=BLUE, strokeWidth=1.5, height=10)
        .encode(x=x),
        base.mark_text(align="left", dx=6, fontSize=11).encode(x=x, text=alt.Text("label:N")),
    )


def _days(number: float) -> str:
    return f"{formatting.number(number)} {'day' if number == 1 else 'days'}"


@exhibit("deal-pace")
@rounding.inputs
def by_quarter(deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """Deals by calendar quarter of the announcement."""
    if deals.empty:
        return Exhibit.empty("Nor are there deals to count by quarter.", scope.as_of)
    counts = deals["announced_on"].dt.to_period("Q").value_counts()
    counts = counts.reindex(pd.period_range(counts.index.min(), scope.as_of.to_period("Q"), freq="Q"), fill_value=0)
    data = pd.DataFrame({"quarter": [f"Q{p.quarter} {p.year}" for p in counts.index], "deals": counts.to_numpy()})
    data = data.tail(MOST_QUARTERS)
    announced = data["deals"].map(lambda many: f"{formatting.count(many, 'deal')} announced")
    data = data.assign(mark=mark_labels(data["quarter"], announced))
    most = data["deals"].max()
    busiest = formatting.names(data.loc[data["deals"] == most, "quarter"])
    short = "narrow ? slice(datum.label, 0, 2) + '’' + slice(datum.label, 5) : datum.label"
    axis = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, labelExpr=short, labelColor=INK)
    bars = alt.Chart(data).encode(
        x=alt.X("quarter:N", sort=None, title=None, axis=axis),
        y=alt.Y("deals:Q", title=None, axis=None),
        description=SPOKEN,
    )
    chart = alt.layer(
        bars.mark_bar(color=BLUE, size=when_narrow(16, 26)), bars.mark_text(dy=-8).encode(text=alt.Text("deals:Q"))
    )
    return Exhibit(
        title=f"{busiest} saw the most announcements, {formatting.count(int(most), 'deal')}{' each' if data['deals'].eq(most).sum() > 1 else ''}",
        subtitle="Number of deals announced in each calendar quarter",
        description=(
            f"Bar chart of deals announced by quarter, {data['quarter'].iloc[0]} to {data['quarter'].iloc[-1]}; "
            f"most in {busiest} ({int(most)}), {int(data['deals'].iloc[-1])} in the last."
        ),
        chart=finish(chart, height=200),
        table=data,
        columns={"quarter": ("Quarter", ""), "deals": ("Deals", "count")},
        rests_on={"deals": deals},
        as_of=scope.as_of,
        note=f"The last quarter is counted up to {formatting.day(scope.as_of)}.",
    )


@exhibit("deal-table")
@rounding.inputs
def deal_table(deals: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """Every deal known on the day, ended ones included, with the days since the announcement before."""
    if deals.empty:
        return Exhibit.empty(f"No deal was publicly known on {formatting.day(scope.as_of)}.", scope.as_of)
    rows = deals.sort_values(["announced_on", "deal_id"])
    dates = list(zip(rows["announced_on"], rows["date_precision"], strict=True))
    kind, layer = rows["kind"].map(code_labels.KIND_LABELS), rows["layer"].map(code_labels.LAYER_LABELS)
    gap = measure.pace(rows).set_index("announced_on")["days_since_previous"]
    exact = rows["date_precision"] == "day"
    same_day = rows["announced_on"].where(exact).duplicated() & exact
    ended = rows["ended_on"].dt.strftime(", %Y-%m-%d").fillna("")
    return Table(
        caption=f"{formatting.capital(formatting.count(len(rows), 'deal'))} publicly known on {formatting.day(scope.as_of)}, totals of others included",
        table=rows.assign(
            deal=rows["title"] + (". " + rows["note"]).fillna(""),
            announced=[formatting.iso_day(day, precision) for day, precision in dates],
            gap=rows["announced_on"].where(exact).map(gap).mask(same_day, 0),
            kind_label=kind.where(kind == layer, kind + ", " + layer),
            status_label=rows["status"].map(code_labels.STATUS_LABELS) + ended,
            capacity=formatting.capacities(rows),
        ),
        columns={
            "announced": ("Announced", ""),
            "gap": ("Since the one before", "days"),
            "counterparty": ("Counterparty", ""),
            "deal": ("Deal", ""),
            "kind_label": ("Kind and layer", ""),
            "status_label": ("Status", ""),
            "amount_usd_bn": ("Amount", "USD bn"),
            "capacity": ("Capacity", ""),
            "term_years": ("Term", "years"),
            "grade": ("Grade", ""),
        },
        rests_on={"deals": rows},
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note="An empty amount means that no party has published one; it does not mean zero. No days are counted where only the month or year of a deal is known.",
    )
