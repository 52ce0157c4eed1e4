"""What can be disputed in the chapter: its statements, what a careful expert may say, and why they stand."""

from IPython.display import Markdown

from compute_ledger.exhibits.dispute import Dispute, listed


def disputes(
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
