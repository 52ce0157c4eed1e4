"""What can be disputed in the chapter: its statements, what a careful expert may say, and why they stand."""

from IPython.display import Markdown

from compute_ledger.exhibits.dispute import Dispute, listed


def disputes(loops: str, times: str, equity: str) -> Markdown:
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
