"""How this chapter words what it counts, and amounts with no more digits than their sources bear."""

from compute_ledger.exhibits import formatting

# What counts in each perimeter, as a noun that "of Exemplar" may follow.
COUNTED = {
    "firm": "contracts in force or reported",
    "firm_and_conditional": "contracts and frameworks",
    "announced": "contracts, frameworks and letters of intent",
}
# The same as one of several ways of counting.
PERIMETERS = {
    "firm": "contracts in force or reported",
    "firm_and_conditional": "with frameworks",
    "announced": "everything announced",
}
BASES = {"headline": "full value", "annualised": "value a year", "remaining": "value still to run"}
OVERLAPS = {
    "count_parts": "where one contract contains another, its parts count",
    "count_parents": "where one contract contains another, the whole counts",
    "count_both": "contracts inside others counted beside them",
}
# The sentences on who holds the commitments, with a place for each word that is computed: the desk says the same.
RANKED = {
    "what": "{buyer}'s {counted}",
    "a_year": "{amount} a year",
    "nothing": "On {day} no amount was published for {what}.",
    "alone": "{names} alone",
    "together": "{names} together",
    "only": "Only {leader} has a published amount among {what}",
    "holds": "{leaders} holds {share} of {what}",
    "hold": "{leaders} hold {share} of {what}",
    "total": "On {day} {what} with a published amount came to {total}",
    "one": "{total}. {leader} has 100% of it for want of other amounts, so an index of concentration says nothing.",
    "shares": "{total}: {leader} {cr1}, the {many} largest {cr3}.",
    "index": "The HHI is {hhi} at the printed amounts; with {suppliers} it cannot be below {floor}.",
    "normalised": "Measured from that floor (0) to one supplier (1) it is {normalised}.",
    "open": "What {who} is promised is worded “at least”: half as much again would make the index {hhi}.",
    "open_many": "What {who} are promised is worded “at least”: half as much again would make the index {hhi}.",
    "outside": "{names} is missing: it has a contract and no published amount.",
    "outside_many": "{names} are missing: they have a contract and no published amount.",
}
# The same of the key figures.
FIGURES = {
    "none": "none published",
    "way": "{counted}, {basis}",
    "way_and_ends": "{counted}, {basis}; {ends}",
    "open_end": "at least {low}, some amounts being open upwards",
    "ends": "{low} to {high}",
    "one": "one supplier",
    "one_note": "an index of one says nothing",
    "floor": "at the printed amounts; {floor} at least with so many suppliers",
    "of_priced": "of {suppliers} with an amount",
    "of": "of {suppliers}, by {level}",
}


def usd(value: float) -> str:
    """730.4 -> '$730 billion', 2481 -> '$2.5 trillion', 6.5 -> '$6.5 billion'."""
    return f"{_dollars(value)} {'trillion' if _is_trillion(value) else 'billion'}"


def usd_short(value: float) -> str:
    """730.4 -> '$730bn', 2481 -> '$2.5tn', 6.5 -> '$6.5bn', for labels in charts."""
    return f"{_dollars(value)}{'tn' if _is_trillion(value) else 'bn'}"


def _is_trillion(value: float) -> bool:
    return abs(value) >= 999.5


def _dollars(value: float) -> str:
    scaled = value / 1_000 if _is_trillion(value) else value
    text = formatting.number(scaled, 1 if _is_trillion(value) or abs(scaled) < 9.95 else 0)
    return f"−${text[1:]}" if text.startswith("−") else f"${text}"
