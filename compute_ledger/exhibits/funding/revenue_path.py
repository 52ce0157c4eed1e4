"""Revenue as points: run rates, recognised revenue and targets are three measures and are never joined."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PAPER, finish, text, when_narrow
from compute_ledger.shared import rounding

PATH_LABELS = {
    "targets": "growth from the newest run rate to the newest targets",
    "flat": "the newest run rate held",
    "constant_increase": "as many dollars more each year as between two run rates",
}
METRIC_LABELS = {
    "run_rate": "annualised run rate",
    "revenue": "recognised revenue of the year",
    "revenue_target": "target for the year",
}
SHORT_LABELS = {"run_rate": "run rate", "revenue": "revenue", "revenue_target": "target"}
SHAPES = {"run_rate": "circle", "revenue": "square", "revenue_target": "diamond"}
# Where the figure of a point stands: in a chart with room beside the points, and over bars.
BESIDE = {"run_rate": "right", "revenue": "left", "revenue_target": "below"}
ABOVE = {"run_rate": "above", "revenue": "above", "revenue_target": "below"}
MOST_POINTS = 100
LOG_TICKS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000)


def path_words(anchors: pd.DataFrame, path: str) -> str:
    """The assumed path with the figures it rests on (`path_anchors`)."""
    first, last = anchors.iloc[0], anchors.iloc[-1]
    if path == "flat":
        return f"the newest run rate, {formatting.usd_bn(last['value'])} a year ({formatting.period(last['period'])}), held"
    if path == "targets":
        earned = anchors[anchors["metric"] != "revenue_target"].iloc[-1]
        growth = 100 * ((last["value"] / earned["value"]) ** (1 / (last["at"] - earned["at"])) - 1)
        between = anchors[(anchors["metric"] == "revenue_target") & (anchors["at"] < last["at"])]
        by_way = f", by way of {formatting.names(_target_words(between))}" if len(between) else ""
        return (
            f"growth of {formatting.pct(growth, 0)} a year from {'the run rate' if earned['metric'] == 'run_rate' else 'revenue'} of {formatting.usd_bn(earned['value'])} ({formatting.period(earned['period'])}) "
            f"to the newest target, {formatting.usd_bn(last['value'])} in {formatting.period(last['period'])}{by_way}"
        )
    added = (last["value"] - first["value"]) / (last["at"] - first["at"])
    return (
        f"{formatting.usd_bn(added)} more each year, as between the run rates of {formatting.period(first['period'])} ({formatting.usd_bn(first['value'])}) "
        f"and {formatting.period(last['period'])} ({formatting.usd_bn(last['value'])})"
    )


def _target_words(rows: pd.DataFrame) -> list[str]:
    return [f"{formatting.usd_bn(row['value'])} in {formatting.period(row['period'])}" for _, row in rows.iterrows()]


def year_x(field: str, first: int, last: int) -> alt.X:
    """An x axis of calendar years, `first` to `last`, each named in its middle; two figures where it is narrow."""
    axis = alt.Axis(
        grid=False,
        ticks=False,
        values=[year + 0.5 for year in range(first, last + 1)],
        labelExpr="narrow ? '’' + slice(toString(floor(datum.value)), 2) : toString(floor(datum.value))",
    )
    return alt.X(field, title=None, axis=axis, scale=alt.Scale(domain=[first, last + 1], nice=False))


def telling(points: pd.DataFrame) -> pd.DataFrame:
    """The newest run rate, the newest revenue of a year, and the newest target for each year."""
    newest = points.groupby("metric")["at"].transform("max") == points["at"]
    latest = points.sort_values("known_on", kind="stable").drop_duplicates(["metric", "year"], keep="last").index
    return points[(newest | points["metric"].eq("revenue_target")) & points.index.isin(latest)].tail(MOST_POINTS)


def dashes(assumed: pd.Series, left: alt.X, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A dash over each year for the revenue assumed, named once: steps, not a line through measures."""
    if assumed.empty:
        return []
    years = assumed.index.to_numpy()
    data = pd.DataFrame({"left": years + 0.04, "right": years + 0.96, "value": assumed.to_numpy()}).pipe(
        rounding.frame, 3
    )
    amounts = data["value"].map(formatting.usd_short)
    data["mark"] = mark_labels("Revenue, " + assumed.index.astype("str"), amounts, ["assumed"] * len(data))
    across = alt.Chart(data).encode(x=left, x2=alt.X2("right:Q"), y=y, description=SPOKEN)
    name = pd.DataFrame({"at": [years[-1] + 0.5], "value": data["value"].tail(1), "label": "assumed"})
    size = when_narrow(10, 11)
    return [
        across.mark_rule(color=PAPER, strokeWidth=5),
        across.mark_rule(color=INK, strokeWidth=2, strokeDash=[5, 3]),
        *text(alt.Chart(name).encode(x=x, y=y, text=alt.Text("label:N")), dy=-13, fontSize=size),
    ]


def shapes(points: pd.DataFrame, x: alt.X, y: alt.Y, *, over_bars: bool) -> list[alt.Chart]:
    """One shape for each measure; the newest of each and every target carry their figure."""
    if points.empty:
        return []
    labelled = points["financial_id"].isin(telling(points)["financial_id"])
    data = pd.DataFrame(
        {
            "at": points["at"].pipe(rounding.column, 3),
            "value": points["value"],
            "shape": points["metric"].map(SHAPES),
            "mark": mark_labels(
                points["metric"].map(METRIC_LABELS).map(formatting.capital)
                + ", "
                + points["period"].map(formatting.period),
                points["value"].map(formatting.usd_short),
            ),
            "label": (points["metric"].map(SHORT_LABELS) + " " + points["value"].map(formatting.number)).where(
                labelled, ""
            ),
            "short": points["value"].map(formatting.number).where(labelled, ""),
            "side": points["metric"].map(ABOVE if over_bars else BESIDE),
        }
    )
    base = alt.Chart(data).encode(x=x, y=y)
    shaped = base.encode(shape=alt.Shape("shape:N", scale=None), description=SPOKEN)
    label_expression = "narrow ? datum.short : datum.label" if over_bars else "datum.label"
    label, size = base.transform_calculate(shown=label_expression).encode(text=alt.Text("shown:N")), when_narrow(10, 12)
    return [
        shaped.mark_point(size=75, filled=True, fill=PAPER, stroke=INK, strokeWidth=2, opacity=1),
        *text(label.transform_filter("datum.side == 'left'"), dx=-9, align="right", fontSize=size),
        *text(label.transform_filter("datum.side == 'right'"), dx=9, dy=9, align="left", fontSize=size),
        *text(label.transform_filter("datum.side == 'above'"), dy=-13, fontSize=size),
        *text(label.transform_filter("datum.side == 'below'"), dy=14, fontSize=size),
    ]


@exhibit("revenue-points")
@rounding.inputs
def revenue_points(points: pd.DataFrame, revenue: pd.Series, path: str, scope: Scope) -> Exhibit:
    """Every point of revenue on a log scale, one shape for each measure, with the assumed path as dashes.

    `points` from `funding.revenue_points`, `revenue` from `revenue_path`.
    """
    if points.empty:
        return Exhibit.empty(f"No revenue figure was known on {formatting.day(scope.as_of)}.", scope.as_of)
    drawn, assumed = points.tail(MOST_POINTS), revenue.dropna()
    first = int(drawn["at"].min())
    last = max(int(drawn["at"].max()), scope.as_of.year, *assumed.index)
    return Exhibit(
        title=_title(points),
        subtitle="USD bn a year, log scale",
        key=_key(drawn, assumed, path),
        description=(
            f"{formatting.capital(formatting.count(len(drawn), 'point'))} in {formatting.count(drawn['metric'].nunique(), 'measure')}, never joined, {first} to {last}; lowest {formatting.usd_bn(min(drawn['value']))}, highest {formatting.usd_bn(max(drawn['value']))}"
            + (
                f"; assumed revenue from {formatting.usd_bn(float(assumed.iloc[0]))} in {assumed.index[0]} to {formatting.usd_bn(float(assumed.iloc[-1]))} in {assumed.index[-1]}."
                if len(assumed)
                else "."
            )
        ),
        chart=finish(_revenue_chart(drawn, assumed, first, last), height=320, narrow_height=300),
        table=points.assign(measure=points["metric"].map(METRIC_LABELS)),
        columns={
            "measure": ("Measure", ""),
            "period": ("Period", ""),
            "value": ("Figure", "USD bn a year"),
            "known_on": ("Known on", ""),
            "note": ("Note", ""),
            "grade": ("Grade", ""),
        },
        rests_on={"financials": points},
        list_all=True,
        as_of=scope.as_of,
        evidence=("financials", "financial_id"),
        note="A run rate is one month times twelve, drawn at the end of its month. Revenue of parts of a year is left out: it compares with nothing else here."
        + (f" Assumed: {_assumed_words(assumed)}." if len(assumed) else ""),
    )


def _key(drawn: pd.DataFrame, assumed: pd.Series, path: str) -> list[Swatch]:
    forms = {
        "run_rate": ("ring", "run rates"),
        "revenue": ("hollow square", "recognised revenue of whole years"),
        "revenue_target": ("hollow diamond", "targets"),
    }
    entries = [(metric in set(drawn["metric"]), Swatch(form, INK, words)) for metric, (form, words) in forms.items()]
    return drawn_only([*entries, (len(assumed) > 0, Swatch("dashed line", INK, f"assumed, {PATH_LABELS[path]}"))])


def _assumed_words(assumed: pd.Series) -> str:
    amounts = assumed.map(formatting.usd_short).items()
    return formatting.names((f"{amount} in {year}" for year, amount in amounts), MOST_POINTS)


def _revenue_chart(drawn: pd.DataFrame, assumed: pd.Series, first: int, last: int) -> alt.LayerChart:
    """The points over the dashes of the assumed path, on a log scale."""
    values = [*drawn["value"], *assumed[assumed > 0]]
    low, high = min(values) * 0.7, max(values) * 1.4
    y = alt.Y(
        "value:Q",
        title="USD bn a year, log scale",
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(values=[tick for tick in LOG_TICKS if low <= tick <= high]),
    )
    x, left = year_x("at:Q", first, last), year_x("left:Q", first, last)
    return alt.layer(*dashes(assumed[assumed > 0], left, x, y), *shapes(drawn, x, y, over_bars=False))


def _title(points: pd.DataFrame) -> str:
    rates, targets = points[points["metric"] == "run_rate"], points[points["metric"] == "revenue_target"]
    parts = []
    if len(rates) > 1:
        a, b = rates.iloc[0], rates.iloc[-1]
        parts.append(
            f"the run rate {formatting.moved(a['value'], b['value'], 1)} billion dollars between {formatting.period(a['period'])} and {formatting.period(b['period'])}"
        )
    if len(targets):
        newest = targets.sort_values(["known_on", "year"]).iloc[-1]
        parts.append(f"the newest target is {formatting.usd_bn(newest['value'])} for {newest['period']}")
    return (
        formatting.capital("; ".join(parts))
        if parts
        else f"Only {formatting.count(len(points), 'point')} of revenue is known"
    )
