"""The size of it: what is signed for beside what falls due next year and what the buyer earns."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.drawing.text_metrics import plot_beside, scale_end
from compute_ledger.exhibits.outputs import Exhibit, KeyFigures, exhibit
from compute_ledger.exhibits.overview.year_ahead import YearAhead, run_rate, year_ahead
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, NARROW, PLAIN, WIDTH, domain_when_narrow, finish
from compute_ledger.ledger import Ledger
from compute_ledger.shared import rounding
from compute_ledger.shared.languages.phrases import Words, number_of, phrase

TOTAL = "firm_payables_usd_bn"
NAMES = Words({TOTAL: "Signed for", "due_next_year_usd_bn": "Due in {year}", "run_rate_usd_bn": "Earned a year"})


@exhibit("scale")
@rounding.inputs
def scale(figures: KeyFigures, ledger: Ledger, scope: Scope) -> Exhibit:
    """Total, payments of next year with what the published figures leave open, and the run rate, in USD bn."""
    ahead, rate = year_ahead(ledger, scope), run_rate(ledger.financials, scope.buyer)
    by_id = {figure.id: figure for figure in figures.figures}
    values = {name: float(by_id[name].value or 0) for name in NAMES}
    if pd.isna(values[TOTAL]):
        return Exhibit.empty(_nothing(scope), scope.as_of)
    data = _amounts(values, ahead, rate)
    total, due, earned = (by_id[name] for name in NAMES)
    span = Swatch("line", INK, phrase("schedules that meet every published figure"))
    return Exhibit(
        title=_title(total.text, due.text, earned.text if len(rate) else "", ahead, scope),
        subtitle=phrase("USD bn, as known on {day}", day=formatting.day(scope.as_of)),
        key=drawn_only([(bool(data["low"].notna().any()), span)]),
        description=_described(data, ahead),
        chart=finish(_bars(data), height=44 * len(data) + 30),
        table=data,
        columns={
            "what": (phrase("Amount"), ""),
            "usd_bn": (phrase("Amount"), phrase("USD bn")),
            "low": (phrase("Low"), phrase("USD bn")),
            "high": (phrase("High"), phrase("USD bn")),
            "basis": (phrase("Basis"), ""),
        },
        rests_on={"deals": ahead.deals, "financials": rate},
        as_of=scope.as_of,
        note=phrase(
            "A whole over many years stands beside two amounts of one year. "
            "Where no term is published {years} years are assumed.",
            years=formatting.number(scope.default_term_years),
        ),
    )


def _nothing(scope: Scope) -> str:
    day = formatting.day(scope.as_of)
    if not scope.buyer:
        return str(phrase("No contract of any buyer with an amount had been published by {day}.", day=day))
    words = phrase("No contract of {buyer} with an amount had been published by {day}.", buyer=scope.buyer, day=day)
    return str(words)


def _title(total: str, due: str, earned: str, ahead: YearAhead, scope: Scope) -> str:
    known = pd.notna(ahead.low_usd_bn)
    span = (
        formatting.about_usd_between(ahead.low_usd_bn, ahead.high_usd_bn)
        if known
        else phrase("about {amount}", amount=due)
    )
    title = phrase(
        "{buyer} has signed for {total}, of which {span} falls due in {year}",
        buyer=scope.buyer,
        total=total,
        span=span,
        year=ahead.year,
    )
    return str(phrase("{title}; it earns {earned} a year", title=title, earned=earned) if earned else title)


def _described(data: pd.DataFrame, ahead: YearAhead) -> str:
    words = phrase(
        "Bar chart of {amounts}: {each}. Payments of {year} may lie from {low} to {high}.",
        amounts=number_of(len(data), "amount"),
        each=formatting.names(data["what"] + " " + data["label"]),
        year=ahead.year,
        low=formatting.about_usd(ahead.low_usd_bn),
        high=formatting.about_usd(ahead.high_usd_bn),
    )
    return str(words)


def _amounts(values: dict[str, float], ahead: YearAhead, rate: pd.DataFrame) -> pd.DataFrame:
    """The bars, those without an amount left out."""
    nothing = float("nan")
    bases = (
        phrase("contracts in force or reported, full value"),
        phrase("schedule nearest to what is published"),
    )
    earned = phrase("run rate of {period}", period=formatting.period(rate["period"].iloc[0])) if len(rate) else ""
    data = pd.DataFrame(
        {
            "what": [label.format(year=ahead.year) for label in NAMES.values()],
            "usd_bn": list(values.values()),
            "low": [nothing, ahead.low_usd_bn, nothing],
            "high": [nothing, ahead.high_usd_bn, nothing],
            "basis": [*bases, earned],
        }
    ).dropna(subset="usd_bn")
    return rounding.frame(data.assign(label=data["usd_bn"].map(formatting.about_usd)))


def _bars(data: pd.DataFrame) -> alt.TopLevelMixin:
    order = data["what"].tolist()
    edges = data[["usd_bn", "high"]].max(axis=1)
    ends = [scale_end(edges, data["label"], plot_beside(order, size, size)) for size in (NARROW, WIDTH)]
    scale = alt.Scale(domain=domain_when_narrow(*ends), nice=False)
    y = alt.Y("what:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK))
    span = pd.Series(
        [
            phrase("{low} to {high}", low=formatting.number(low), high=formatting.number(high))
            for low, high in zip(data["low"], data["high"], strict=True)
        ],
        index=data.index,
        dtype="str",
    )
    mark = mark_labels(
        data["what"], data["usd_bn"].map(formatting.usd_short), span.where(data["low"].notna(), ""), data["basis"]
    )
    frame = data.assign(mark=mark, edge=edges)
    base = alt.Chart(frame).encode(y=y, description=SPOKEN)
    x = alt.X("usd_bn:Q", scale=scale, title=phrase("USD bn"), axis=alt.Axis(tickCount=5))
    return alt.layer(
        base.mark_bar(height=20, color=PLAIN).encode(x=x),
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x=alt.X("low:Q", scale=scale), x2=alt.X2("high:Q")),
        base.mark_text(align="left", dx=8, color=INK).encode(x=alt.X("edge:Q", scale=scale), text=alt.Text("label:N")),
    )
