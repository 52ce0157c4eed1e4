"""The measures of the report: each with its formula, an example, its source and the chapter that uses it."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import altair as alt
import pandas as pd

from compute_ledger import measures
from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.method.examples import examples
from compute_ledger.exhibits.method.plain_formula import plain_formula
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, colours, finish
from compute_ledger.measures.concentration import hhi
from compute_ledger.shared import rounding
from compute_ledger.shared.measure_notes import MeasureNotes, formula_anchor, measure_notes

MOST_DRAWN = 20
# The chapter for which the measures of a module, or of a folder of modules, are made; others use some of them too.
CHAPTERS = {
    "timeline": "partnership-timeline",
    "contracts": "partnership-timeline",
    "backlog_rise": "commitment-concentration",
    "buyers_compared": "two-buyers",
    "gigawatt_years": "funding-gap",
    "market": "cloud-market-shares",
    "commitments": "commitment-concentration",
    "concentration": "commitment-concentration",
    "dependence": "commitment-concentration",
    "specification_curve": "commitment-concentration",
    "bounds": "commitment-concentration",
    "capacity": "commitment-concentration",
    "funding": "funding-gap",
    "payment_schedule": "funding-gap",
    "payments": "funding-gap",
    "cash_by_pair": "capital-loops",
    "loop_cash": "capital-loops",
    "reconciliation": "funding-gap",
    "capital": "capital-loops",
    "investors": "capital-loops",
    "conflicts": "evidence",
    "evidence": "evidence",
}
# What a measure is called where its name in the code says too little, by module and name.
NAMES = {
    "concentration.hhi": "Herfindahl-Hirschman index (HHI)",
    "concentration.concentration_ratio": "CR1, CR3",
    "market_estimates.top_k": "Rounding of sums",
    "commitments.payables": "Commitments counted",
    "commitments.by_supplier": "Commitments by supplier",
    "capacity.by_supplier": "Capacity by supplier",
    "capacity.total": "Capacity in all",
    "gigawatt_years.bought": "Dollars per gigawatt-year, bought",
    "gigawatt_years.earned": "Dollars per gigawatt-year, earned",
    "capital.ceiling": "Most that could go round",
}


def measures_with_formula() -> Iterator[tuple[str, MeasureNotes]]:
    """Address ('compute_ledger.measures.concentration.hhi') and notes of each public measure that has a formula."""
    for entry in pkgutil.walk_packages(measures.__path__, f"{measures.__name__}."):
        module = importlib.import_module(entry.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            notes = measure_notes(function.__doc__)
            if function.__module__ == entry.name and not name.startswith("_") and notes.formula:
                yield f"{entry.name}.{name}", notes


def formulas(scope: Scope) -> Table:
    """Each measure with its formula, an example, its source and the chapter for which it is made."""
    worked_out = examples()
    rows = [
        (
            _name(address),
            notes.summary.replace("`", ""),
            _formula(notes),
            worked_out.get(address, ""),
            notes.reference,
            _chapter(address),
            formula_anchor(address),
        )
        for address, notes in measures_with_formula()
    ]
    table = pd.DataFrame(rows, columns=["measure", "what", "formula", "example", "source", "chapter", "anchor"])
    table = table.sort_values(["chapter", "measure"], kind="stable", ignore_index=True)
    links = [{"text": formatting.capital(slug.replace("-", " ")), "href": f"{slug}.html"} for slug in table["chapter"]]
    return Table(
        id="formulas",
        caption=f"The {len(table)} measures of this report",
        table=table.assign(chapter=pd.Series(links, dtype=object)),
        columns={
            "measure": ("Measure", ""),
            "what": ("What it says", ""),
            "formula": ("Formula", ""),
            "example": ("Worked example", ""),
            "source": ("Source", ""),
            "chapter": ("Chapter", ""),
        },
        as_of=scope.as_of,
        row_ids=table["anchor"].tolist(),
        fold_by="chapter",
    )


def _name(address: str) -> str:
    module, name = address.split(".")[-2:]
    words = formatting.capital(name.replace("_", " ").replace("hhi", "HHI"))
    return NAMES.get(f"{module}.{name}", words)


def _formula(notes: MeasureNotes) -> str:
    """In words where the docstring has them, else the formula in plain signs."""
    return plain_formula(notes.in_words or notes.formula).replace("`", "")


def _chapter(address: str) -> str:
    """By the module, else by its folder."""
    *folders, module, _ = address.split(".")
    return CHAPTERS.get(module) or CHAPTERS[folders[-1]]


@exhibit("worked")
@rounding.inputs
def worked(suppliers: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """The HHI worked out: what each supplier's squared share adds. Frames from `by_supplier` and `payables`."""
    if scope.no_index:
        return Exhibit.empty(scope.no_index, scope.as_of)
    if suppliers.empty:
        return Exhibit.empty(
            f"No contract with an amount was published by {formatting.day(scope.as_of)}, so nothing can be worked out.",
            scope.as_of,
        )
    data = suppliers[["supplier", "counted", "share_pct"]].head(MOST_DRAWN)
    data = data.assign(
        points=data["share_pct"] ** 2, label=(data["share_pct"] ** 2).map(lambda points: formatting.number(points, 0))
    )
    index = hhi(suppliers["counted"])
    first = data.iloc[0]
    return Exhibit(
        title=f"{first['supplier']} alone adds {first['label']} of the {formatting.number(index, 0)} points of the HHI",
        subtitle=f"Squared shares in percent of the commitments of {scope.buyer}, contracts in force or reported, points of the HHI (0 to 10,000), {formatting.day(scope.as_of)}",
        description=(
            f"Bar chart of what {formatting.count(len(suppliers), 'supplier')} add to the HHI of {formatting.number(index, 0)}: "
            f"{formatting.names(data['supplier'] + ' ' + data['label'])}. The effective number of suppliers is 10,000 / {formatting.number(index, 0)} = {formatting.number(10_000 / index, 2)}."
        ),
        chart=finish(_worked_chart(data), height=34 * len(data) + 20),
        table=data,
        columns={
            "supplier": ("Supplier", ""),
            "counted": ("Commitments", "USD bn"),
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
