"""Dates as they stand in notes and titles: days, months, quarters, halves and years, calendar and fiscal."""

import calendar
import datetime
import re
from collections.abc import Iterator

MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
MONTH = "|".join(MONTHS)
DAY = re.compile(rf"\b(?P<day>\d{{1,2}})\.? (?P<month>{MONTH}) (?P<year>20\d\d)\b")
DAY_AMERICAN = re.compile(rf"\b(?P<month>{MONTH}) (?P<day>\d{{1,2}}), (?P<year>20\d\d)\b")
MONTH_OF_YEAR = re.compile(rf"\b(?P<month>{MONTH}) (?:of )?(?P<year>20\d\d)\b")
ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?\b")
QUARTER = re.compile(r"\b(?:Q(?P<before>[1-4]) (?:of )?(?P<year>20\d\d)|(?P<other>20\d\d) ?Q(?P<after>[1-4]))\b")
HALF = re.compile(r"\b(?:H(?P<before>[12]) (?P<year>20\d\d)|(?P<other>20\d\d) ?H(?P<after>[12]))\b")
YEAR = re.compile(r"(?<![\d,.])(?:FY)?(?P<year>20[0-4]\d)(?![\d,]|\.\d)")


def first_days(text: str) -> Iterator[tuple[datetime.date, str]]:
    """Each date in `text` as the first day that it can mean, and how it is written; more exact forms first."""
    for pattern in (ISO, DAY, DAY_AMERICAN, MONTH_OF_YEAR, QUARTER, HALF, YEAR):
        for match in pattern.finditer(text):
            yield _first_day(match), match.group()
        text = pattern.sub(" ", text)


def _first_day(match: "re.Match[str]") -> datetime.date:
    parts = match.groupdict()
    year = int(parts["year"] or parts["other"])
    if match.re in (QUARTER, HALF):
        months = 3 if match.re is QUARTER else 6
        return datetime.date(year, (int(parts["before"] or parts["after"]) - 1) * months + 1, 1)
    month = parts.get("month") or "1"
    return datetime.date(year, MONTHS.get(month) or int(month), int(parts.get("day") or 1))
