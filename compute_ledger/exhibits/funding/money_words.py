"""Words that the exhibits of this chapter share: names of schedules, paths and years, and sentences with places for
what is computed, which the desk fills too."""

import pandas as pd

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

# Whether revenue reaches the contracts.
PAY = {
    "unknown": "No amount was published of the contracts of {buyer} known on {day}, so what is to be paid cannot be said in dollars.",
    "short": "Revenue would leave {short} of {buyer}'s computing contracts uncovered from {first} to {last}, even if every dollar of it went to them",
    "enough": "Revenue on the assumed path would reach {buyer}'s computing contracts in every year from {first} to {last}, if every dollar of it went to them",
    "least": "In {year}, when it covers least, revenue is {part} of what falls due.",
    "others": "On other revenue paths {between} would be left.",
    "rests": "This rests on {rows}, and on a schedule of ours: when the money is due is not published.",
    "change": "A published schedule, or revenue of another year, would change the figure.",
    "path": "Revenue is assumed to follow {path}.",
    "path_from": "Revenue is assumed to follow {path}; from {year} on it is enough.",
    "terms": "No term is published for {part} of the amount ({names}): {years} years are assumed.",
    "no_path": "Of {buyer}, {missing} was not known on {day}, so its revenue of the years ahead cannot be said on this path.",
    "on_others": "On the paths that can be had, {between} of the contracts would stay uncovered, depending on path and schedule.",
}
# The same of the key figures.
CARDS = {
    "uncovered": "{first} to {last}, years that fall short, surplus years not set off",
    "uncovered_others": "{first} to {last}, years that fall short, surplus years not set off; {between} on other revenue paths",
    "least": "in {year}, every dollar of revenue counted",
    "dearest": "in {year}",
    "dearest_between": "in {year}; published figures allow {between}",
    "left": "of {total} for computing up to {last}",
}
# Bars of the desk.
BARS = {
    "key": "USD bn by calendar year. Bars: what falls due, {spread}, pink where revenue does not reach it; upright line: revenue assumed.",
    "due": "{due} due",
    "due_and_revenue": "{due} due, {revenue} revenue",
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


def left_between(cell: pd.Series, varied: pd.DataFrame) -> str:
    """What stays uncovered on all revenue paths under the schedule of `cell`: '$81 billion to $370 billion'.

    Rows of `revenue_by_schedule`. '' where every path leaves as much.
    """
    left = varied.loc[varied["schedule"] == cell["schedule"], "short_usd_bn"]
    return formatting.about_usd_between(left.min(), left.max()) if left.max() > left.min() else ""
