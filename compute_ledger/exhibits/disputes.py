"""What can be disputed: the statements of the chapters, what a careful expert may say, and why they stand.

A statement is the part in bold of a chapter's own finding, made by the same function, so it cannot differ from the
chapter. Objections and answers are words without figures: they hold whatever the ledger says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from IPython.display import Markdown

from compute_ledger.exhibits import formatting, markdown_escape


@dataclass(frozen=True)
class Dispute:
    """A finding of a chapter, what a careful expert may say against it, and why it stands."""

    finding: str
    objection: str
    answer: str


def stated(finding: str) -> str:
    """What a finding states in bold, '' where it has nothing to state."""
    parts = [part.strip() for part in re.findall(r"\*\*(.+?)\*\*", finding, re.DOTALL)]
    return " ".join(formatting.capital(part) + ("" if part.endswith((".", ":")) else ".") for part in parts)


def listed(chapter: str, disputes: Iterable[Dispute]) -> Markdown:
    """Statement, objection and answer, one after another, with a link to the chapter's page."""
    entries = [
        f"> {markdown_escape.escaped(stated(each.finding))}\n\n*Disputed:* {each.objection}\n\n*Why it stands:* {each.answer}"
        for each in disputes
        if stated(each.finding)
    ]
    link = f"The findings stand in [their chapter]({chapter}.html), with all that bears on them."
    return Markdown(
        "\n\n".join([*entries, link]) if entries else "On this day the chapter states nothing that could be disputed."
    )


def timeline(lanes_finding: str, payables_finding: str) -> Markdown:
    """Of the partnership timeline."""
    return listed(
        "partnership-timeline",
        (
            Dispute(
                lanes_finding,
                "Press and company statements are no contracts; some suppliers were used before anybody wrote of them, and a reseller or a site partner is not a cloud.",
                "A supplier counts from the day the public could know it, and only where a contract in force is published or reported. Who that is stands in the deal table, each with its source and grade. Frameworks, letters of intent and sites are drawn, but not counted as clouds.",
            ),
            Dispute(
                payables_finding,
                "Headline amounts are neither cash nor present values: terms differ or are unpublished, the largest amounts rest on press reports or on a company's own round number, and an enlarged contract adds up different periods.",
                "The sentence says firm, and with a published amount, no more. Deals inside other deals are counted once; amounts in doubt carry their interval; the chapters on concentration and on the funding gap redo the figure a year at a time and for what is still to run.",
            ),
        ),
    )


def market(
    latest_finding: str, totals_finding: str, hhi_finding: str, implied_finding: str, entry_title: str
) -> Markdown:
    """Of the market shares."""
    return listed(
        "cloud-market-shares",
        (
            Dispute(
                latest_finding,
                "One research house's estimate is no fact: providers do not report comparable revenue, and another house has other shares for the same quarter.",
                "The sentence names the house. The two houses are never mixed, stand side by side in a table, and the estimate of the leader is checked against what the leader itself reports.",
            ),
            Dispute(
                totals_finding,
                "A different total may be a revision or a mistake, not rounding.",
                "The sentence says only that rounding is enough to explain both totals; it does not say that nothing else happened. The arithmetic is written out.",
            ),
            Dispute(
                hhi_finding,
                "Cloud infrastructure services as a research house counts them are not a relevant market in the sense of competition law, so the lines of the merger guidelines do not apply.",
                "Agreed, and said in the chapter: the lines orient. The interval is exact for what is printed: both ends are markets that fit every printed share.",
            ),
            Dispute(
                implied_finding,
                "A share times a market size multiplies two rounded estimates, and a segment that a company reports holds other things than the house counts.",
                "That is what the comparison shows: it carries both roundings as an interval and calls the steady gap a difference of definitions, which it fits, not an error.",
            ),
            Dispute(
                f"**{entry_title}.**",
                "Nobody knows from whom an entrant would take its share; a supplier's own customer entering would also change what it buys.",
                "It is a what-if with the rule as a parameter. All rules are drawn, and the unnamed rest is bounded as in the index itself.",
            ),
        ),
    )


def concentration(ranked: str, undisclosed: str, curve: str, influence: str, needs: str) -> Markdown:
    """Of the concentration of commitments."""
    return listed(
        "commitment-concentration",
        (
            Dispute(
                ranked,
                "The index was made for sellers in a market; a buyer's order book is not one. The amounts are not of one kind.",
                "The index is used as a description of how uneven a list of amounts is, which is all that its formula says. The effective number of suppliers says the same without any line. Every other basis, perimeter and level is one parameter away, and the specification curve shows them all.",
            ),
            Dispute(
                undisclosed,
                "What is not published may be large, and would change every share.",
                "The sentence names who is outside, and the finding says how far the unpublished amounts could move the index at most while the published ones stand.",
            ),
            Dispute(
                curve,
                "The specifications are not independent, not equally sensible, and nobody drew them from a population.",
                "Nothing is inferred from them: the curve only shows whether the conclusion hangs on a choice. Specifications that give the same shares are counted once.",
            ),
            Dispute(
                influence,
                "If a deal fell away, its load would go to somebody else; the rest would not stay as it is.",
                "The exercise asks how much the figure hangs on one row of the ledger, and so on one source. It is no forecast of what a cancellation would do.",
            ),
            Dispute(
                needs,
                "Commitments over a term, much of it to come, are set against last year's revenue, and dependence is more than a ratio: capacity, chips and exit clauses matter.",
                "The chapter sets out the assumption (paid evenly over the term, all else equal) beside the sentence, gives bounds where revenue is only known as more than a figure, and calls nothing that the bounds leave open.",
            ),
        ),
    )


def funding(dues: str, coverage: str, sensitivity: str, bridge: str, gigawatts: str) -> Markdown:
    """Of the funding gap."""
    return listed(
        "funding-gap",
        (
            Dispute(
                dues,
                "No contract's payment schedule is public; capacity is paid for as it is delivered, and delivery slips.",
                "The sentence says would, and that the schedule is ours. The ramp is a parameter, the assumed terms are drawn apart, and every schedule adds up to the published amount.",
            ),
            Dispute(
                coverage,
                "Targets told to investors are no forecast, revenue is not what is left to pay with, and equity and debt pay for computing too.",
                "The sentence says assumed path. Equity raised and costs are said beside it and deliberately not netted, because part is spent and part is still to come.",
            ),
            Dispute(
                sensitivity,
                "A range from ramp and term alone understates what is unknown: amounts, renegotiation and delays come on top.",
                "It is a lower bound on the doubt, from the two things that this chapter has to assume, and it is wide already.",
            ),
            Dispute(
                bridge,
                "Those who quote the total may count deals, extensions and sites that never were itemised; unexplained does not mean invented.",
                "Unexplained is used in just that sense: no deal with a published amount stands behind the rest. The bridge closes to the last digit and uses only what was public on the day of the quotation.",
            ),
            Dispute(
                gigawatts,
                "Cost per gigawatt differs between site, power and chips, and capacity is announced for different years.",
                "The range that was quoted is carried through as an interval, sites and chips are kept apart, and no total is made of the two.",
            ),
        ),
    )


def capital(loops: str, times: str, equity: str) -> Markdown:
    """Of the capital loops."""
    return listed(
        "capital-loops",
        (
            Dispute(
                loops,
                "A cycle in a graph proves nothing: no dollar can be followed, the order in time is ignored, and vendor financing is common.",
                "The chapter says so beside the finding. Loops on contracts and paid stakes are counted apart from those that need a letter of intent, a condition, or shares given with an order.",
            ),
            Dispute(
                times,
                "The days are those on which ties became public, not those on which money moved.",
                "That is how this report dates everything. A loop counts as closed on the day on which a reader could have seen it.",
            ),
            Dispute(
                equity,
                "Who counts as a supplier decides the answer, and investors named only as others may be suppliers too.",
                "Both are shown: the share for firms under contract and with frameworks and letters of intent, and an upper end in which every unnamed investor is a supplier.",
            ),
        ),
    )
