"""How the figures are made: the formulas with their sources, and every statement that an expert could dispute."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from IPython.display import Markdown

from .outputs import Table, say

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
        "a share printed as a whole number n stands for anything from n − ½ to just under n + ½; ends of a sum are sums of ends",
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


@dataclass(frozen=True)
class Dispute:
    """A statement of the report, what a careful expert may say against it, and why it stands."""

    statement: str
    objection: str
    answer: str


def formulas(as_of: pd.Timestamp) -> Table:
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
        source_ids=[],
        as_of=as_of,
        note="Shares s are parts of what is published: an undisclosed amount is in no sum.",
    )


def listed(disputes: Iterable[Dispute]) -> Markdown:
    """Statement, objection and answer, one after another."""
    entries = [
        f"> {each.statement}\n\n**Disputed:** {each.objection}\n\n**Why it stands:** {each.answer}" for each in disputes
    ]
    return say("\n\n".join(entries) or "Nothing is stated on this day.")
