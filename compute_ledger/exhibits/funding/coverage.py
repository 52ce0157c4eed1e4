"""Whether revenue could cover what falls due: coverage by year, and where else money comes from."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.revenue_path import PATH_LABELS, path_words
from compute_ledger.exhibits.funding.schedule import RAMP_LABELS
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import GREY, INK, VERMILION, domain_when_narrow, finish, text, when_narrow
from compute_ledger.measures.funding import peak
from compute_ledger.measures.payment_schedule import RAMPS
from compute_ledger.shared import rounding

RAMP_NAMES = {"flat": "flat", "linear": "linear", "back_loaded": "back-loaded"}
FULL, HIGHEST = 100.0, 1_000.0
TICKS = (1, 3, 10, 30, 100, 300, 1_000)


def _no_coverage(covered: pd.DataFrame, as_of: pd.Timestamp) -> str:
    if not (covered["due_usd_bn"] > 0).any():
        return f"Nothing with a published amount falls due in {as_of.year} or the four years after, so there is nothing to cover."
    return "The figures known on that day do not allow this revenue path, so coverage cannot be said."


@exhibit("coverage")
@rounding.inputs
def coverage(
    covered: pd.DataFrame, due: pd.DataFrame, anchors: pd.DataFrame, scope: Scope, *, ramp: str, path: str
) -> Exhibit:
    """Lines of coverage by year, one for each ramp, on a log scale, against full cover.

    `covered` from `funding.coverage`, `due` from `due_deals`, `anchors` from `path_anchors`.
    """
    drawn = covered[covered["coverage_pct"] > 0]
    if drawn.empty:
        return Exhibit.empty(_no_coverage(covered, scope.as_of), scope.as_of)
    ramp_rows = drawn[drawn["ramp"] == ramp]
    short = int((ramp_rows["coverage_pct"] < FULL).sum())
    first, last, used = int(drawn["year"].min()), int(drawn["year"].max()), due[due["due_usd_bn"] > 0]
    return Exhibit(
        title=f"On the assumed path, revenue falls short of what is due in {_of(short, len(ramp_rows))}",
        subtitle=(
            f"Revenue on an assumed path ({PATH_LABELS[path]}) over what falls due, %, by calendar year; "
            f"bold: amounts {RAMP_LABELS[ramp]}, grey: the other ramps; at 100 revenue equals what falls due"
        ),
        description=(
            f"Lines of coverage for {first} to {last} under {formatting.count(drawn['ramp'].nunique(), 'ramp')}; under the chosen one ({RAMP_NAMES[ramp]}) "
            f"from {formatting.pct(float(ramp_rows['coverage_pct'].min()), 0)} to {formatting.pct(float(ramp_rows['coverage_pct'].max()), 0)}; over all of them from "
            f"{formatting.pct(float(drawn['coverage_pct'].min()), 0)} to {formatting.pct(float(drawn['coverage_pct'].max()), 0)}."
        ),
        chart=finish(_coverage_lines(drawn, ramp), height=330, narrow_height=300),
        table=_coverage_table(covered),
        columns={"year": ("Year", ""), "revenue_usd_bn": ("Revenue, assumed", "USD bn")}
        | {f"due_usd_bn_{name}": (f"Due, {RAMP_NAMES[name]}", "USD bn") for name in RAMPS}
        | {f"coverage_pct_{name}": (f"Coverage, {RAMP_NAMES[name]}", "%") for name in RAMPS}
        | {f"growth_pct_{name}": (f"Growth needed, {RAMP_NAMES[name]}", "% a year") for name in RAMPS},
        rests_on={"deals": used, "financials": anchors},
        as_of=scope.as_of,
        note=(
            "An upper limit: it takes every dollar of revenue as free for these deals, though running costs, research and people are paid from it too. "
            "Growth needed is counted from revenue of the last whole year."
            + (" Coverage above 1,000% is not drawn." if (drawn["coverage_pct"] > HIGHEST).any() else "")
        ),
    )


def _of(part: int, total: int) -> str:
    """'three of five years', 'all five years', 'no year'."""
    if part in (0, total):
        return formatting.count(0, "year") if part == 0 else f"all {formatting.count(total, 'year')}"
    return f"{formatting.count(part, 'year').split()[0]} of {formatting.count(total, 'year')}"


def _coverage_frame(drawn: pd.DataFrame, ramp: str) -> pd.DataFrame:
    """What is drawn of each ramp and year, and what its mark says."""
    data = drawn[["ramp", "year", "coverage_pct"]].assign(
        chosen=drawn["ramp"].eq(ramp),
        label=drawn["coverage_pct"].map(lambda value: formatting.pct(value, 0)),
        name=drawn["ramp"].map(RAMP_NAMES),
    )
    due = data["label"] + " of what falls due is covered"
    data["mark"] = mark_labels(data["year"].astype("str"), due, "amounts spread " + data["name"])
    return rounding.frame(data, 3)


def _coverage_lines(drawn: pd.DataFrame, ramp: str) -> alt.TopLevelMixin:
    data = _coverage_frame(drawn, ramp)
    first, last = int(data["year"].min()), int(data["year"].max())
    room = 0.2 * max(last - first, 1)
    ends = domain_when_narrow(last + room * 2.9, last + room * 1.1, first - room / 2)
    years = alt.Axis(grid=False, values=list(range(first, last + 1)), format="d")
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=ends, nice=False), axis=years)
    low = min(float(data["coverage_pct"].min()), 60) * 0.7
    high = min(max(float(data["coverage_pct"].max()), 150) * 1.4, HIGHEST)
    y = alt.Y(
        "coverage_pct:Q",
        title="% of what falls due, log scale",
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(values=[tick for tick in TICKS if low <= tick <= high], format=",d"),
    )
    lines = alt.Chart(data).encode(x=x, y=y, detail=alt.Detail("ramp:N"), description=SPOKEN)
    other_ramps, chosen_ramp = lines.transform_filter("!datum.chosen"), lines.transform_filter("datum.chosen")
    names = _apart(data[data["year"] == last], (high / low) ** 0.06)
    full = pd.DataFrame({"coverage_pct": [FULL], "year": [first - room / 2], "until": [last + room / 10]})
    along = chosen_ramp.transform_filter(alt.datum.year < last)
    return alt.layer(
        alt.Chart(full).mark_rule(color=INK, strokeWidth=1.5).encode(x=x, x2=alt.X2("until:Q"), y=y),
        other_ramps.mark_line(color=GREY, strokeWidth=1.5, clip=True),
        other_ramps.mark_circle(color=GREY, size=28, opacity=1, clip=True),
        chosen_ramp.mark_line(color=VERMILION, strokeWidth=3, clip=True),
        chosen_ramp.mark_circle(color=VERMILION, size=60, opacity=1, clip=True),
        *text(along.encode(text=alt.Text("label:N")), dy=-13, fontWeight="bold", clip=True),
        *text(
            alt.Chart(names).encode(x=x, y=y, text=alt.Text("name:N")),
            align="left",
            dx=10,
            fontSize=when_narrow(11, 12),
        ),
    )


def _apart(ends: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Names with figures for the ends of lines, at least `gap` times apart and as near to them as that allows."""
    ordered = ends.sort_values(["coverage_pct", "ramp"], ignore_index=True)
    heights = ordered["coverage_pct"].clip(upper=HIGHEST).tolist()
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] * gap)
    pushed = (heights[-1] / ordered["coverage_pct"].iloc[-1]) ** 0.5
    label_heights = [height / pushed for height in heights] if pushed > 1 else heights
    return ordered.assign(coverage_pct=label_heights, name=ordered["name"] + " " + ordered["label"])


def _coverage_table(covered: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for ramp, frame in covered.groupby("ramp", sort=False):
        wide = frame.set_index("year")[["due_usd_bn", "coverage_pct", "growth_pct"]]
        parts.append(wide.add_suffix(f"_{ramp}"))
    revenue = covered.drop_duplicates("year").set_index("year")["revenue_usd_bn"]
    table = pd.concat([revenue, *parts], axis=1).reset_index()
    return table.assign(year=table["year"].astype(str))


@rounding.inputs
def coverage_finding(
    covered: pd.DataFrame,
    due: pd.DataFrame,
    points: pd.DataFrame,
    anchors: pd.DataFrame,
    scope: Scope,
    *,
    ramp: str,
    path: str,
) -> Finding:
    """What the assumed path covers, what stays open, and how fast revenue would have to grow."""
    ramp_rows = covered[(covered["ramp"] == ramp) & covered["coverage_pct"].notna()].set_index("year")
    if ramp_rows.empty:
        return Finding(name="coverage", detail=_no_coverage(covered, scope.as_of))
    first, last, open_years = ramp_rows.index[0], ramp_rows.index[-1], ramp_rows[ramp_rows["short_usd_bn"] > 0]
    verdict = (
        f"would leave {formatting.usd_bn(float(open_years['short_usd_bn'].sum()))} of what falls due uncovered, in {formatting.names(map(str, open_years.index))}"
        if len(open_years)
        else f"would cover what falls due in every year from {first} to {last}"
    )
    sentences = [
        f"It covers {formatting.pct(float(ramp_rows['coverage_pct'].iloc[0]), 0)} in {first} and {formatting.pct(float(ramp_rows['coverage_pct'].iloc[-1]), 0)} in {last}.",
        f"The path is {path_words(anchors, path)}: an assumption, not a forecast.",
        *_growth(ramp_rows, points),
    ]
    return Finding(
        name="coverage",
        claim=f"On the assumed path, {scope.buyer}'s revenue {verdict}",
        detail=" ".join(sentences),
        rests_on={
            "deals": due[due["due_usd_bn"] > 0],
            "financials": pd.concat([anchors, _whole_years(points)]),
        },
    )


def _whole_years(points: pd.DataFrame) -> pd.DataFrame:
    """Revenue of the last whole year and of the one before it."""
    return points[points["metric"] == "revenue"].tail(2)


def _growth(ramp_rows: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    """How fast revenue would have to grow to equal the dearest year, and how fast it last grew."""
    year, most = peak(ramp_rows["due_usd_bn"])
    base = _whole_years(points)
    if pd.isna(ramp_rows["growth_pct"].loc[year]):
        return []
    newest = base.iloc[-1]
    past = (
        f"; in {newest['year']} it grew {formatting.pct(100 * (newest['value'] / base.iloc[0]['value'] - 1), 0)}"
        if len(base) == 2 and base.iloc[0]["year"] == newest["year"] - 1
        else ""
    )
    return [
        f"To equal the {formatting.usd_bn(most)} of {year}, revenue would have to grow by {formatting.pct(float(ramp_rows['growth_pct'].loc[year]), 0)} a year from the {formatting.usd_bn(newest['value'])} of {newest['year']}{past}."
    ]


@rounding.inputs
def money_finding(raised: pd.DataFrame, costs: pd.DataFrame, points: pd.DataFrame, scope: Scope) -> Finding:
    """Equity announced, beside and not against what falls due, and what revenue already pays for."""
    claim = ""
    sentences = [
        f"On {formatting.day(scope.as_of)} no equity put into {scope.buyer} had been announced with an amount."
    ]
    if len(raised):
        total, waits = float(raised["raised_usd_bn"].sum()), float(raised["conditional_usd_bn"].sum())
        newest = raised.sort_values(["round_on", "amount_usd_bn", "deal_id"]).iloc[-1]
        claim = f"Revenue is not {scope.buyer}'s only source of money: equity announced up to {formatting.day(scope.as_of)} comes to {formatting.usd_bn(total)}"
        sentences = [
            (f"Of it {formatting.usd_bn(waits)} is under conditions; the" if waits else "The")
            + f" newest round is {formatting.usd_bn(newest['amount_usd_bn'])} ({formatting.day(newest['round_on'], newest['round_precision'])}).",
            "It is not set against what falls due here: part may be spent, part may be still to come"
            + (
                f", and part comes from groups that {scope.buyer} pays, or would pay, under other deals ({formatting.names(raised.loc[raised['also_supplier'], 'counterparty_group'])})."
                if raised["also_supplier"].any()
                else "."
            ),
        ]
    newest_costs, earned = costs.tail(1), points.iloc[:0]
    for _, row in newest_costs.iterrows():
        earned = points[(points["metric"] == "revenue") & (points["year"] == row["period_end"].year)].tail(1)
        beside = f", against revenue of {formatting.usd_bn(earned['value'].iloc[-1])}" if len(earned) else ""
        sentences.append(
            f"Nor is revenue free for this: total costs of {row['period']} are put at {formatting.usd_bn(row['value'])}{beside}."
        )
    rests_on = {"deals": raised, "financials": pd.concat([newest_costs, earned])}
    return Finding(name="money", claim=claim, detail=" ".join(sentences), rests_on=rests_on)
