"""What stays uncovered on each revenue path under each schedule: the answer's two assumptions, side by side."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.money_words import PATH_NAMES, SCHEDULE_NAMES
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, INK, PLAIN, finish, text, when_narrow
from compute_ledger.measures.payments.revenue_by_schedule import spread_by_choice
from compute_ledger.shared import rounding

NOTHING = "Either no amount falls due or no revenue path can be had, so there is nothing to vary."


@exhibit("revenue-by-schedule")
@rounding.inputs
def revenue_by_schedule_map(
    table: pd.DataFrame, due: pd.DataFrame, points: pd.DataFrame, scope: Scope, *, path: str, schedule: str
) -> Exhibit:
    """Cells of what stays uncovered, by revenue path and schedule. `table` from `revenue_by_schedule`."""
    if table.empty or not (table["due_usd_bn"] > 0).any():
        return Exhibit.empty(NOTHING, scope.as_of)
    data = _frame(table, path, schedule)
    years = table["years"].iloc[0]
    least, most = float(table["short_usd_bn"].min()), float(table["short_usd_bn"].max())
    return Exhibit(
        title=f"Uncovered from {years[0]} to {years[-1]}: {formatting.about_usd_between(least, most)}, depending on revenue and schedule",
        subtitle="Sum of the years in which revenue is less than what falls due, USD bn; below it: revenue of all those years over what falls due in them",
        key=_key(data),
        description=f"Table of {formatting.count(len(table), 'cell')}: {formatting.count(table['revenue_path'].nunique(), 'revenue path')} by {formatting.count(table['schedule'].nunique(), 'schedule')}; from {formatting.usd_bn(least)} to {formatting.usd_bn(most)} uncovered.",
        chart=finish(_map(data), height=70 * data["schedule_name"].nunique() + 40, narrow_height=64 * data["schedule_name"].nunique() + 50),
        table=data,
        columns={
            "path_name": ("Revenue", ""), "schedule_name": ("Schedule", ""), "due_usd_bn": ("Due", "USD bn"), "revenue_usd_bn": ("Revenue", "USD bn"),
            "short_usd_bn": ("Uncovered", "USD bn"), "coverage_pct": ("Coverage, all years", "%"), "least_coverage_pct": ("Lowest coverage", "%"),
            "least_covered_year": ("in", ""), "years_short": ("Years short", "count"),
        },
        rests_on={"deals": due[due["due_usd_bn"] > 0], "financials": points},
        as_of=scope.as_of,
        note="A surplus of one year is not set against what another lacks, so a cell may lack much while coverage of all years is above 100%. Even, linear and back-loaded are conventions; the fitted schedule breaks no published figure.",
    )  # fmt: skip


def _key(data: pd.DataFrame) -> list[Swatch]:
    return drawn_only(
        [
            (bool(data["covered"].any()), Swatch("pale bar", PLAIN, "no year lacks anything")),
            (bool(data["chosen"].any()), Swatch("hollow bar", INK, "the choice made here")),
        ]
    )


def _frame(table: pd.DataFrame, path: str, schedule: str) -> pd.DataFrame:
    worst = float(table["short_usd_bn"].max())
    path_name, schedule_name = table["revenue_path"].map(PATH_NAMES), table["schedule"].map(SCHEDULE_NAMES)
    cover = table["coverage_pct"].map(lambda value: formatting.pct(value, 0))
    return (
        table.drop(columns="years")
        .assign(
            path_name=path_name,
            schedule_name=schedule_name,
            label=table["short_usd_bn"].map(lambda value: formatting.number(value, 0 if value >= 10 else 1)),
            cover=cover,
            depth=(0.75 * table["short_usd_bn"] / worst if worst > 0 else 0.0 * table["short_usd_bn"]),
            covered=table["short_usd_bn"].le(0),
            chosen=table["revenue_path"].eq(path) & table["schedule"].eq(schedule),
            least_covered_year=table["least_covered_year"].astype("str"),
            mark=mark_labels(
                path_name.map(formatting.capital) + ", " + schedule_name + " schedule",
                table["short_usd_bn"].map(formatting.usd_short) + " uncovered",
                cover + " covered",
            ),
        )
        .pipe(rounding.frame)
    )


def _map(data: pd.DataFrame) -> alt.LayerChart:
    columns = ["path_name", "schedule_name", "label", "cover", "depth", "covered", "chosen", "mark"]
    names = list(dict.fromkeys(data["path_name"]))
    broken = alt.Axis(
        labelAngle=0,
        ticks=False,
        domain=False,
        labelColor=INK,
        labelExpr="narrow ? split(datum.label, ' ') : datum.label",
    )
    base = alt.Chart(data[columns]).encode(
        x=alt.X("path_name:N", sort=names, title=None, axis=broken),
        y=alt.Y(
            "schedule_name:N",
            sort=list(SCHEDULE_NAMES.values()),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelColor=INK),
        ),
        description=SPOKEN,
    )
    return alt.layer(
        base.encode(fillOpacity=alt.FillOpacity("depth:Q", scale=None)).mark_rect(fill=ACCENT, stroke=None),
        base.transform_filter("datum.covered").mark_rect(fill=PLAIN, fillOpacity=0.3),
        base.transform_filter("datum.chosen").mark_rect(fillOpacity=0, stroke=INK, strokeWidth=2.5),
        *text(base.encode(text="label:N"), dy=-8, fontSize=when_narrow(12, 15), fontWeight="bold"),
        *text(base.encode(text="cover:N"), dy=10, fontSize=when_narrow(10, 12)),
    )


@rounding.inputs
def sensitivity_finding(table: pd.DataFrame, due: pd.DataFrame, points: pd.DataFrame, scope: Scope) -> Finding:
    """Which of the two assumptions moves what stays uncovered more. Frames as of the map."""
    choices = spread_by_choice(table).set_index("choice") if len(table) else pd.DataFrame()
    if choices.empty or not (table["due_usd_bn"] > 0).any():
        return Finding(name="sensitivity", detail=NOTHING)
    revenue, schedule = (choices.loc[name].astype(float).to_dict() for name in ("revenue_path", "schedule"))
    more = revenue["most_usd_bn"] >= schedule["most_usd_bn"]
    first, second = ("Revenue", "the schedule of payments") if more else ("The schedule of payments", "revenue")
    ranges = {
        "revenue": formatting.about_usd_between(revenue["least_usd_bn"], revenue["most_usd_bn"]),
        "schedule": formatting.about_usd_between(schedule["least_usd_bn"], schedule["most_usd_bn"]),
    }
    return Finding(
        name="sensitivity",
        claim=f"{first} decides more than {second} how much of {scope.buyer}'s contracts stays uncovered",
        detail=f"Under one schedule, another revenue path moves the sum by {ranges['revenue']}; on one revenue path, another schedule moves it by {ranges['schedule']}.",
        rests_on={"deals": due[due["due_usd_bn"] > 0], "financials": points},
    )
