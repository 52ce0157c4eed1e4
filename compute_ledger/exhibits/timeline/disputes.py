"""What can be disputed in the chapter: its statements, what a careful expert may say, and why they stand."""

from IPython.display import Markdown

from compute_ledger.exhibits.dispute import Dispute, listed


def disputes(lanes_finding: str, payables_finding: str) -> Markdown:
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
