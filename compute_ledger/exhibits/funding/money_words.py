"""Words that the exhibits of this chapter share: names of schedules, of paths and of years."""

from compute_ledger.exhibits import formatting
from compute_ledger.measures.payments.chosen_schedule import FITTED, Schedules

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
