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
