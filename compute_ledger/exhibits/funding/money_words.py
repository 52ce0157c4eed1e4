"""Words that the exhibits of this chapter share: computed sums to two digits, names of schedules and of paths."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.measures.payments.chosen_schedule import FITTED, Schedules
from compute_ledger.shared import rounding

SCHEDULE_NAMES = {"fitted": "fitted", "flat": "even", "linear": "linear", "back_loaded": "back-loaded"}
SCHEDULE_LABELS = {
    "fitted": "on the path fitted to what is published",
    "flat": "spread evenly over each term",
    "linear": "at a rate that rises in a straight line over each term",
    "back_loaded": "at a rate that rises with the square of time over each term",
}
PATH_NAMES = {
    "targets": "to targets",
    "flat": "run rate held",
    "constant_increase": "same dollars more",
}


def about(value: float) -> str:
    """A computed sum with the two digits that its inputs bear: '$130 billion', '$8.6 billion', '$1.4 trillion'."""
    size = abs(rounding.rounded(value))
    if size >= 995:
        return f"{_signed(value)}${formatting.number(abs(value) / 1000)} trillion"
    if size >= 99.5:
        return f"{_signed(value)}${formatting.number(10 * rounding.rounded(abs(value) / 10, 0), 0)} billion"
    return formatting.usd_bn(rounding.rounded(value, 0 if size >= 9.95 else 1))


def _signed(value: float) -> str:
    return "−" if value < 0 else ""


def about_between(low: float, high: float) -> str:
    """'$86 billion to $320 billion', 'nothing to $5 billion', or one sum where both print alike."""
    first, last = ("nothing" if rounding.rounded(end, 1) == 0 else about(end) for end in (low, high))
    return first if first == last else f"{first} to {last}"


def about_or_na(value: float) -> str:
    """As `about`, and 'n/a' for a missing value."""
    return "n/a" if pd.isna(value) else about(value)


def years_of(years: list[int]) -> str:
    """'2026 to 2028', '2026' or '2026 and 2027'."""
    if len(years) > 2 and years == list(range(years[0], years[-1] + 1)):
        return f"{years[0]} to {years[-1]}"
    return formatting.names(map(str, years))


def spread_words(schedules: Schedules) -> str:
    """How the chosen schedule spreads an amount; the fitted one is even where no published figure bounds it."""
    if schedules.chosen == FITTED and schedules.band.points.empty:
        return SCHEDULE_LABELS["flat"]
    return SCHEDULE_LABELS[schedules.chosen]
