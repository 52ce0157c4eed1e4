"""What stays uncovered under every ramp and every term that might hold where none is published."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.coverage import RAMP_NAMES
from compute_ledger.exhibits.funding.revenue_path import PATH_LABELS
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, VERMILION, finish, text, when_narrow
from compute_ledger.shared import rounding

COLUMNS = {
    "ramp_name": ("Ramp", ""),
    "term_years": ("Term assumed", "years"),
    "due_usd_bn": ("Due", "USD bn"),
    "revenue_usd_bn": ("Revenue, assumed", "USD bn"),
    "coverage_pct": ("Coverage of all years", "%"),
    "short_usd_bn": ("Uncovered", "USD bn"),
    "years_short": ("Years short", "count"),
    "peak_year": ("Most due in", "year"),
    "peak_usd_bn": ("Most due", "USD bn"),
}


@exhibit("sensitivity")
@rounding.inputs
def sensitivity(
    table: pd.DataFrame, due: pd.DataFrame, anchors: pd.DataFrame, scope: Scope, *, ramp: str, path: str
) -> Exhibit:
    """Heat map of what stays uncovered, by ramp and by the term assumed. `table` from `funding.sensitivity`."""
    if table.empty:
        why = "Coverage cannot be said, so there is nothing to vary: either no amount is published or no revenue path can be had."
        return Exhibit.empty(why, scope.as_of)
    data = _sensitivity_frame(table, ramp, scope.default_term_years)
    ordered = table.sort_values("short_usd_bn", kind="stable")
    least, most = ordered.iloc[0], ordered.iloc[-1]
    used = due[due["due_usd_bn"] > 0]
    return Exhibit(
        title=f"{_spread(least['short_usd_bn'], most['short_usd_bn'])} would stay uncovered, depending on ramp and term",
        subtitle=(
            f"Sum of the years in which revenue falls short, USD bn, by ramp and term assumed; below it: revenue of all those years together over what falls due. "
            f"Revenue: {PATH_LABELS[path]} (assumed); outlined: the choice made here"
        ),
        description=(
            f"Heat map of {len(table)} combinations of {formatting.count(table['ramp'].nunique(), 'ramp')} and {formatting.count(table['term_years'].nunique(), 'term')}. Least stays uncovered "
            f"with the {RAMP_NAMES[least['ramp']]} ramp and {formatting.number(least['term_years'])} years ({formatting.usd_bn(least['short_usd_bn'])}), most with the {RAMP_NAMES[most['ramp']]} ramp "
            f"and {formatting.number(most['term_years'])} years ({formatting.usd_bn(most['short_usd_bn'])})."
        ),
        chart=finish(_heat_map(data), height=230, narrow_height=230),
        table=data.assign(peak_year=table["peak_year"].astype(str)),
        columns=COLUMNS,
        rests_on={"deals": used, "financials": anchors},
        as_of=scope.as_of,
        note="A longer term moves money beyond the years compared; it does not make it go away. Deals with a published term keep it.",
    )


def _sensitivity_frame(table: pd.DataFrame, ramp: str, default_term_years: float) -> pd.DataFrame:
    """What is drawn of each combination."""
    worst = float(table["short_usd_bn"].max())
    return table.assign(
        ramp_name=table["ramp"].map(RAMP_NAMES),
        term=table["term_years"].map(lambda years: formatting.number(years, 2)),
        label=table["short_usd_bn"].map(lambda value: formatting.number(value, 0 if value >= 10 else 1)),
        cover=table["coverage_pct"].map(lambda value: formatting.pct(value, 0)),
        depth=(0.75 * table["short_usd_bn"] / worst if worst > 0 else 0.0 * table["short_usd_bn"]),
        covered=table["short_usd_bn"].le(0),
        chosen=table["ramp"].eq(ramp) & table["term_years"].eq(float(default_term_years)),
        mark=mark_labels(
            table["ramp"].map(RAMP_NAMES) + ", term of " + table["term_years"].map(formatting.number) + " years",
            table["short_usd_bn"].map(formatting.usd_short) + " uncovered",
            table["coverage_pct"].map(lambda value: formatting.pct(value, 0)) + " covered",
        ),
    ).pipe(rounding.frame)


def _heat_map(data: pd.DataFrame) -> alt.LayerChart:
    """A cell for each ramp and term, the darker the more stays uncovered."""
    columns = ["ramp_name", "term", "label", "cover", "depth", "covered", "chosen", "short_usd_bn", "mark"]
    base = alt.Chart(data[columns]).encode(
        x=alt.X(
            "term:N",
            sort=None,
            title="term assumed where none is published, years",
            axis=alt.Axis(labelAngle=0, ticks=False, domain=False),
        ),
        y=alt.Y(
            "ramp_name:N",
            sort=list(RAMP_NAMES.values()),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelColor=INK),
        ),
        description=SPOKEN,
    )
    cell = base.encode(fillOpacity=alt.FillOpacity("depth:Q", scale=None))
    return alt.layer(
        cell.mark_rect(fill=VERMILION, stroke=None),
        base.transform_filter("datum.covered").mark_rect(fill=BLUE, fillOpacity=0.3),
        base.transform_filter("datum.chosen").mark_rect(fillOpacity=0, stroke=INK, strokeWidth=2.5),
        *text(base.encode(text=alt.Text("label:N")), dy=-8, fontSize=when_narrow(12, 15), fontWeight="bold"),
        *text(base.encode(text=alt.Text("cover:N")), dy=10, fontSize=when_narrow(10, 12)),
    )


def _spread(least: float, most: float) -> str:
    if rounding.rounded(most, 1) == 0:
        return "Nothing"
    if formatting.number(least) == formatting.number(most):
        return f"{formatting.usd_bn(most)} in every case"
    return (
        f"Between nothing and {formatting.usd_bn(most)}"
        if rounding.rounded(least, 1) == 0
        else f"Between {formatting.usd_bn(least)} and {formatting.usd_bn(most)}"
    )


@rounding.inputs
def sensitivity_finding(
    table: pd.DataFrame, due: pd.DataFrame, anchors: pd.DataFrame, scope: Scope, *, ramp: str
) -> Finding:
    """Which of the two choices moves the answer more, around the choice made. Frames as in `sensitivity`."""
    if table.empty:
        none = "Neither ramp nor term can be varied where nothing falls due or no revenue can be assumed."
        return Finding(name="sensitivity", detail=none)
    by_ramp = table[table["term_years"] == float(scope.default_term_years)]["short_usd_bn"]
    by_term = table[table["ramp"] == ramp]["short_usd_bn"]
    used = due[due["due_usd_bn"] > 0].sort_values(["due_usd_bn", "deal_id"], ascending=[False, True])
    guessed = used[used["term_assumed"]]
    years = (
        f"With {formatting.number(scope.default_term_years)} years where no term is known"
        if len(guessed)
        else "With every term as published"
    )
    decides = "decides" if by_ramp.max() > by_ramp.min() else "does not change"
    sentences = [f"{years}, the ramp alone moves it {_moves(by_ramp)}."]
    if len(guessed):
        sentences.append(
            f"With the {RAMP_NAMES[ramp]} ramp, the term alone moves it {_moves(by_term)}, though only {formatting.usd_bn(float(guessed['due_usd_bn'].sum()))} of {formatting.usd_bn(float(used['due_usd_bn'].sum()))} has no published term ({formatting.names(guessed['counterparty'])})."
        )
    return Finding(
        name="sensitivity",
        claim=f"How the promises are spread, which is not published, {decides} what stays uncovered",
        detail=" ".join(sentences),
        rests_on={"deals": used, "financials": anchors},
    )


def _moves(amounts: pd.Series) -> str:
    low, high = formatting.usd_bn(amounts.min()), formatting.usd_bn(amounts.max())
    if low == high:
        return f"not at all ({high})"
    return f"between {'nothing' if amounts.min() < 0.05 else low} and {high}"
