"""The measures of the report: each with its formula, its source and the chapter that uses it."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, colours, finish
from compute_ledger.measures.concentration import hhi
from compute_ledger.shared import rounding

MOST_DRAWN = 20

# Measure, formula, source, chapter that uses it.
FORMULAS = (
    (
        "Herfindahl-Hirschman index (HHI)",
        "10,000 × Σ s², s the shares that sum to 1; 10,000 for one supplier, 10,000 / n for n equal ones",
        "Hirschman 1964, American Economic Review 54(5), 761; lines of 1,000 and 1,800: US Merger Guidelines 2023, Guideline 1, and the page of the US Department of Justice on the HHI",
        "commitment-concentration",
    ),
    (
        "Effective number of suppliers",
        "1 / Σ s²: as many equal suppliers would give the same HHI",
        "Laakso and Taagepera 1979, Comparative Political Studies 12(1), 3–27; as numbers equivalent: Adelman 1969, Review of Economics and Statistics 51(1), 99–101",
        "commitment-concentration",
    ),
    (
        "CR1, CR3",
        "sum of the largest, of the three largest shares",
        "Kvålseth 2018, Heliyon 4(10), e00846",
        "commitment-concentration",
    ),
    (
        "Normalised entropy",
        "−Σ s ln s / ln n, from 0 (one supplier) to 1 (n equal ones)",
        "Shannon 1948, Bell System Technical Journal 27; Theil 1967, Economics and Information Theory",
        "commitment-concentration",
    ),
    (
        "HHI over disputed amounts",
        "smallest: every amount clipped to one common level, the best of all levels; largest: every amount at one of its ends, all corners tried",
        "Marshall, Olkin and Arnold 2011, Inequalities: Theory of Majorization",
        "commitment-concentration",
    ),
    (
        "HHI of a market with an unnamed rest",
        "smallest: named shares at their low ends, the rest in tiny firms; largest: the rest in firms no larger than the smallest named one, all vertices tried",
        "Kvålseth 2018, Heliyon 4(10), e00846; Naldi and Flamini 2014, hal-01008144",
        "cloud-market-shares",
    ),
    (
        "Rounding",
        "a share printed as a whole number n stands for anything from n − ½ to just under n + ½; ends of a sum are sums of ends. "
        "What is computed here is printed from twelve digits, halves away from zero",
        "arithmetic",
        "cloud-market-shares",
    ),
    (
        "Change of the HHI by an entrant",
        "Σ s² after minus before, for three rules of whom the entrant takes its share from; for a merger of two firms it is 2 × s₁ × s₂",
        "arithmetic",
        "cloud-market-shares",
    ),
    (
        "Specification curve",
        "the measure under every defensible combination of the choices, sorted, the choices shown below; descriptive, no inference",
        "Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4, 1208–1214",
        "commitment-concentration",
    ),
    (
        "Dues by calendar year",
        "amount × share of the ramp that falls into the year, from the start of the term to its end; the shares of one deal sum to 1",
        "convention of this report: flat, linear or back-loaded",
        "funding-gap",
    ),
    (
        "Coverage",
        "revenue of the year on the chosen path / dues of the year",
        "convention of this report; revenue is not cash",
        "funding-gap",
    ),
    (
        "Loop",
        "a simple cycle in the directed graph of announced money flows, each flow counted once",
        "Johnson 1975, SIAM Journal on Computing 4(1), 77–84, as implemented in networkx",
        "capital-loops",
    ),
)


def formulas(scope: Scope) -> Table:
    """Each measure with its formula, its source and the chapter that uses it."""
    table = pd.DataFrame(FORMULAS, columns=["measure", "formula", "source", "chapter"])
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
    bars = alt.Chart(rounding.frame(data, 3)).encode(
        y=y,
        x=alt.X("points:Q", title=None, axis=None, scale=alt.Scale(domain=[0, float(data["points"].max()) * 1.15])),
    )
    return alt.layer(
        bars.mark_bar(height=18).encode(color=alt.Color("supplier:N", scale=colours(order), legend=None)),
        bars.mark_text(align="left", dx=7).encode(text=alt.Text("label:N")),
    )
