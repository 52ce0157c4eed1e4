"""What can be disputed in the chapter: its statements, what a careful expert may say, and why they stand."""

from IPython.display import Markdown

from compute_ledger.exhibits.dispute import Dispute, listed


def disputes(ranked: str, undisclosed: str, curve: str, influence: str, needs: str) -> Markdown:
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
