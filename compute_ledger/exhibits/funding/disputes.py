"""What can be disputed in the chapter: its statements, what a careful expert may say, and why they stand."""

from IPython.display import Markdown

from compute_ledger.exhibits.dispute import Dispute, listed


def disputes(dues: str, coverage: str, sensitivity: str, bridge: str, gigawatts: str) -> Markdown:
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
