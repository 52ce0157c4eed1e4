"""The measures of the report: each with its formula, its source and the chapter that uses it."""

from collections.abc import Callable

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, colours, finish
from compute_ledger.measures import capital, concentration, funding, payment_schedule, specification_curve
from compute_ledger.measures.concentration import hhi
from compute_ledger.measures.market import market_entry, market_estimates, market_hhi
from compute_ledger.shared import rounding
from compute_ledger.shared.measure_notes import measure_notes

MOST_DRAWN = 20

# Name, the measure whose docstring has its formula in words and its reference, chapter that uses it.
MEASURES: tuple[tuple[str, Callable[..., object], str], ...] = (
    ("Herfindahl-Hirschman index (HHI)", concentration.hhi, "commitment-concentration"),
    ("Effective number of suppliers", concentration.effective_number, "commitment-concentration"),
    ("CR1, CR3", concentration.concentration_ratio, "commitment-concentration"),
    ("Normalised entropy", concentration.normalised_entropy, "commitment-concentration"),
    ("HHI over the intervals of the amounts", concentration.hhi_interval, "commitment-concentration"),
    ("HHI of a market with an unnamed rest", market_hhi.market_hhi_interval, "cloud-market-shares"),
    ("Rounding", market_estimates.top_k, "cloud-market-shares"),
    ("Change of the HHI by an entrant", market_entry.change_of_hhi, "cloud-market-shares"),
    ("Specification curve", specification_curve.combinations, "commitment-concentration"),
    ("Dues by calendar year", payment_schedule.dues_by_year, "funding-gap"),
    ("Coverage", funding.coverage, "funding-gap"),
    ("Loop", capital.loops, "capital-loops"),
)
PRINTED = {"Rounding": " What is computed here is printed from twelve digits, halves away from zero"}


def formulas(scope: Scope) -> Table:
    """Each measure with its formula, its source and the chapter that uses it."""
    notes = {name: measure_notes(measure.__doc__) for name, measure, _ in MEASURES}
    rows = [
        (name, notes[name].in_words + PRINTED.get(name, ""), notes[name].reference, chapter)
        for name, _, chapter in MEASURES
    ]
    table = pd.DataFrame(rows, columns=["measure", "formula", "source", "chapter"])
    links = [{"text": slug.replace("-", " "), "href": f"{slug}.html"} for slug in table["chapter"]]
    return Table(
        id="formulas",
        caption="The measures of this report",
        table=table.assign(chapter=pd.Series(links, dtype=object)),
        columns={
            "measure": ("Measure", ""),
            "formula": ("Formula", ""),
            "source": ("Source", ""),
            "chapter": ("Used in", ""),
        },
        as_of=scope.as_of,
        note="Shares s are parts of what is published: an undisclosed amount is in no sum.",
    )


@exhibit("worked")
@rounding.inputs
def worked(suppliers: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """The HHI worked out: what each supplier's squared share adds. Frames from `by_supplier` and `payables`."""
    if scope.no_index:
        return Exhibit.empty(scope.no_index, scope.as_of)
    if suppliers.empty:
        return Exhibit.empty(
            f"No firm amount was published by {formatting.day(scope.as_of)}, so nothing can be worked out.", scope.as_of
        )
    data = suppliers[["supplier", "counted", "share_pct"]].head(MOST_DRAWN)
    data = data.assign(
        points=data["share_pct"] ** 2, label=(data["share_pct"] ** 2).map(lambda points: formatting.number(points, 0))
    )
    index = hhi(suppliers["counted"])
    first = data.iloc[0]
    return Exhibit(
        title=f"{first['supplier']} alone adds {first['label']} of the {formatting.number(index, 0)} points of the HHI",
        subtitle=f"Squared shares in percent of the firm payables of {scope.buyer}, points of the HHI (0 to 10,000), {formatting.day(scope.as_of)}",
        description=(
            f"Bar chart of what {formatting.count(len(suppliers), 'supplier')} add to the HHI of {formatting.number(index, 0)}: "
            f"{formatting.names(data['supplier'] + ' ' + data['label'])}. The effective number of suppliers is 10,000 / {formatting.number(index, 0)} = {formatting.number(10_000 / index, 2)}."
        ),
        chart=finish(_worked_chart(data), height=34 * len(data) + 20),
        table=data,
        columns={
            "supplier": ("Supplier", ""),
            "counted": ("Payables", "USD bn"),
            "share_pct": ("Share", "%"),
            "points": ("Share squared", "points"),
        },
        rests_on={"deals": counted[counted["counted"].notna()]},
        # Also of the deals that have no amount.
        source_ids=formatting.lead_sources(counted),
        as_of=scope.as_of,
        note="A share of one half adds 2,500 points, a share of one tenth 100: the index is made by the largest.",
    )


def _worked_chart(data: pd.DataFrame) -> alt.LayerChart:
    """A bar for what each supplier adds."""
    order = data["supplier"].tolist()
    y = alt.Y("supplier:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK))
    squared = data["label"] + " points of the HHI"
    mark = mark_labels(data["supplier"], squared, "share " + data["share_pct"].map(formatting.pct))
    bars = alt.Chart(rounding.frame(data.assign(mark=mark), 3)).encode(
        y=y,
        description=SPOKEN,
        x=alt.X("points:Q", title=None, axis=None, scale=alt.Scale(domain=[0, float(data["points"].max()) * 1.15])),
    )
    return alt.layer(
        bars.mark_bar(height=18).encode(color=alt.Color("supplier:N", scale=colours(order), legend=None)),
        bars.mark_text(align="left", dx=7).encode(text=alt.Text("label:N")),
    )
