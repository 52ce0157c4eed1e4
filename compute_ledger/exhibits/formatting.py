"""Numbers, dates and names as people read them: one format each for the whole book."""

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.ledger.grades import GRADES
from compute_ledger.shared import rounding
from compute_ledger.shared.languages.phrases import Words, number_of, phrase, phrase_of, spoken
from compute_ledger.shared.markdown_escape import plain

# Words of metrics that are no plain English words.
_METRIC_WORDS = {
    **{
        name.lower(): name
        for name in ("OpenAI", "Microsoft", "Nvidia", "Azure", "Stargate", "RPO", "IPO", "API", "DRAM")
    },
    "gpus": "GPUs",
    "gw": "GW",
    "s1": "S-1",
    "yoy": "year-over-year",
    "ttm": "trailing-twelve-month",
    "top2": "top-two",
    "top3": "top-three",
    "rev2024": "as revised in 2024",
}
HIGHEST_HHI = 10_000
HALVES = Words({"H1": "first half of {year}", "H2": "second half of {year}"})
SPAN_OF_YEARS = re.compile(r"[0-9]{4}-[0-9]{4}")
# USD bn. An amount changes its unit, or loses a digit, where rounding would carry it over the next power of ten.
A_TRILLION, TEN = 1_000, 10
TRILLION, NO_BREAK = "trillion", "\N{NO-BREAK SPACE}"
UNITS = Words(
    {
        "{dollars} billion": "{dollars} billion",
        "{dollars}bn": "{dollars}bn",
        "{dollars} trillion": "{dollars} trillion",
        "{dollars}tn": "{dollars}tn",
    }
)
TWO_DIGIT_TRILLION, TWO_DIGIT_HUNDRED, WHOLE_TRILLION, ONE_DECIMAL_BELOW = 995, 99.5, 999.5, 9.95


def number(value: float, decimals: int = 1) -> str:
    """1234.50 -> '1,234.5': no trailing zeros, a true minus sign, none before a zero, 'n/a' for a missing value.

    Halves are rounded away from zero, see `rounding`.
    """
    if pd.isna(value):
        return not_available()
    text = rounding.text(value, decimals).replace("-", "−")
    return spoken().digits(text.rstrip("0").rstrip(".") if "." in text else text)


def not_available() -> str:
    """What stands for a value that is missing."""
    return str(phrase("n/a"))


def capacity(gigawatts: float, basis: str) -> str:
    """'4.5 GW (chips)': never without what it measures."""
    return f"{number(gigawatts, 2)} GW ({code_labels.CAPACITY_LABELS.get(basis, basis)})"


def capacities(deals: pd.DataFrame) -> list[str]:
    """The capacity of each deal in words, '' where it prints none."""
    pairs = zip(deals["capacity_gw"], deals["capacity_basis"], strict=True)
    return ["" if pd.isna(gigawatts) else capacity(gigawatts, basis) for gigawatts, basis in pairs]


def usd_bn(value: float) -> str:
    """730.4 -> '$730.4 billion'."""
    return _dollars("{dollars} billion", value)


def usd_short(value: float) -> str:
    """730.4 -> '$730.4bn', for labels in charts."""
    return _dollars("{dollars}bn", value, 2 if abs(rounding.rounded(value)) < 1 else 1)


def _dollars(unit: str, value: float, decimals: int = 1) -> str:
    """The sign of an amount stands before its currency, where that stands before the figures; `unit` is one of UNITS."""
    text = number(value, decimals)
    sign, figures = ("−", text[1:]) if text.startswith("−") else ("", text)
    amount = rounding.rounded(value, decimals) if pd.notna(value) else 0
    return sign + str(phrase_of(amount, unit, dollars=phrase("${figures}", figures=figures)))


def about_usd(value: float) -> str:
    """A computed sum with the two digits that its inputs bear: '$130 billion', '$8.6 billion', '$1.4 trillion', 'n/a'."""
    if pd.isna(value):
        return not_available()
    size = abs(rounding.rounded(value))
    if size >= TWO_DIGIT_TRILLION:
        return _in_trillions(value, "{dollars} trillion", "{dollars} billion")
    if size >= TWO_DIGIT_HUNDRED:
        return _dollars("{dollars} billion", TEN * rounding.rounded(value / TEN, 0), 0)
    return usd_bn(rounding.rounded(value, 0 if size >= ONE_DECIMAL_BELOW else 1))


def about_usd_short(value: float) -> str:
    """The same with the unit of labels in charts: '$130bn'."""
    size = abs(rounding.rounded(value))
    if size >= TWO_DIGIT_TRILLION:
        return _in_trillions(value, "{dollars}tn", "{dollars}bn")
    if size >= TWO_DIGIT_HUNDRED:
        return _dollars("{dollars}bn", TEN * rounding.rounded(value / TEN, 0), 0)
    return _dollars("{dollars}bn", rounding.rounded(value, 0 if size >= ONE_DECIMAL_BELOW else 1))


def about_usd_between(low: float, high: float) -> str:
    """'$86 billion to $320 billion', 'nothing to $5 billion', or one sum where both print alike."""
    first, last = (phrase("nothing") if rounding.rounded(end, 1) == 0 else about_usd(end) for end in (low, high))
    return str(first if first == last else phrase("{low} to {high}", low=without_unit(first, last), high=last))


def without_unit(first: str, last: str) -> str:
    """The `first` of two amounts, without its unit where `last` has the same and the language says it once."""
    figures, space, unit = first.partition(NO_BREAK)
    shared = spoken().says_unit_once and last.endswith(space + unit)
    return figures if shared and unit else first


def _in_trillions(value: float, unit: str, smaller: str) -> str:
    """With one decimal, as thousands of the smaller unit in a language that names no larger one."""
    if spoken().largest_unit == TRILLION:
        return _dollars(unit, value / A_TRILLION)
    return _dollars(smaller, A_TRILLION * rounding.rounded(value / A_TRILLION, 1), 0)


def usd_whole(value: float) -> str:
    """A printed amount without decimals from ten up: '$138 billion', '$2.5 trillion', '$6.5 billion'."""
    return _whole(value, "{dollars} trillion", "{dollars} billion")


def usd_whole_short(value: float) -> str:
    """As `usd_whole`, for labels in charts: '$138bn', '$2.5tn', '$6.5bn'."""
    return _whole(value, "{dollars}tn", "{dollars}bn")


def _is_trillion(value: float) -> bool:
    return abs(value) >= WHOLE_TRILLION


def _whole(value: float, unit: str, smaller: str) -> str:
    if _is_trillion(value):
        return _in_trillions(value, unit, smaller)
    return _dollars(smaller, value, 1 if abs(value) < ONE_DECIMAL_BELOW else 0)


def pct(value: float, decimals: int = 1) -> str:
    """41.07 -> '41.1%', 'n/a' for a missing value."""
    return str(phrase("{number}%", number=number(value, decimals))) if pd.notna(value) else number(value)


def between(low: float, high: float, decimals: int = 0) -> str:
    """'1,349 to 1,928', or one number when both print alike."""
    first, last = number(low, decimals), number(high, decimals)
    return str(first if first == last else phrase("{low} to {high}", low=first, high=last))


def count(amount: int, singular: str, plural: str = "") -> str:
    """3, 'deal' -> 'three deals'; words up to ten, figures above."""
    return number_of(amount, singular, plural)


def in_words(amount: int) -> str:
    """3 -> 'three', of a number up to ten."""
    return spoken().small_numbers[amount]


def day(value: pd.Timestamp, precision: str = "day") -> str:
    """'3 November 2025', 'May 2025' or '2025', as precise as the source is."""
    if pd.isna(value):
        return not_available()
    if precision == "year":
        return f"{value.year}"
    month = f"{spoken().months[value.month - 1] if spoken().months else f'{value:%B}'} {value.year}"
    return month if precision == "month" else f"{spoken().first_day if value.day == 1 else value.day} {month}"


def iso_day(value: pd.Timestamp, precision: str = "day") -> str:
    """'2025-11-03', '2025-05' or '2025', for tables."""
    return f"{value:%Y-%m-%d}"[: {"day": 10, "month": 7, "year": 4}[precision]]


def period(value: str) -> str:
    """'2026-03' -> 'March 2026', '2026-04-28' -> '28 April 2026', '2026Q1' -> 'Q1 2026', 'FY2026Q2' -> 'Q2 FY2026',
    '2026H1' -> 'first half of 2026', '2026-2027' -> '2026 to 2027'; years stay as they are."""
    if "Q" in value:
        return quarter(value)
    if value.endswith(tuple(HALVES)):
        return HALVES[value[-2:]].format(year=value[:-2])
    if SPAN_OF_YEARS.fullmatch(value):
        first, last = value.split("-")
        return str(phrase("{low} to {high}", low=first, high=last))
    parts = value.count("-")
    return day(pd.Timestamp(value), ("year", "month", "day")[parts]) if parts else value


def deal(counterparty: str, title: str) -> str:
    """'Oracle cloud contract', 'CoreWeave: First expansion': a title, with the counterparty where it does not say it."""
    return title if counterparty in title else f"{counterparty}: {title}"


def metric(name: str) -> str:
    """'yoy_growth' -> 'year-over-year growth', 'net_loss' -> 'net loss'."""
    words = " ".join(_METRIC_WORDS.get(word, word) for word in name.split("_"))
    return words.replace("all in ", "all-in ")


def quarter(value: str) -> str:
    """'2025Q3' -> 'Q3 2025', of a fiscal year 'FY2026Q2' -> 'Q2 FY2026'; of a whole year '2023FY' -> 'FY 2023'."""
    year, part = value[:-2], value[-2:]
    if part == "FY":
        return str(phrase("FY {year}", year=year))
    return str(phrase("Q{number} {year}", year=year, number=part[1:]))


def names(items: Iterable[str], limit: int = 6) -> str:
    """'A, B and C'; beyond `limit` the rest is counted."""
    listed = list(dict.fromkeys(items))
    if len(listed) > limit:
        listed = [*listed[:limit], phrase("{number} more", number=len(listed) - limit)]
    if len(listed) < 2:
        return listed[0] if listed else str(phrase("nobody"))
    return str(phrase("{names} and {last}", names=", ".join(listed[:-1]), last=listed[-1]))


def disputed(low: float, high: float) -> str:
    """'3,155 to 3,408 over the intervals of the amounts', '3,155 or more' where one is open, or that none has any."""
    if high >= HIGHEST_HHI > low:
        return str(phrase("{low} or more: an amount is open upwards", low=number(low, 0)))
    if number(low, 0) == number(high, 0):
        return str(phrase("no amount with an interval"))
    return str(phrase("{span} over the intervals of the amounts", span=between(low, high)))


def open_sum(low: float, high: float) -> str:
    """'at least $708.0 billion', 'from $30.0 billion to $31.0 billion', or nothing where both ends print alike."""
    if high == float("inf"):
        return f"at least {usd_bn(low)}"
    return f"from {usd_bn(low)} to {usd_bn(high)}" if number(low) != number(high) else ""


def moved(before: float, after: float, decimals: int = 0) -> str:
    """'rose from 3,000 to 3,400', 'fell from ...' or 'stayed at ...', judged on the printed numbers."""
    first, last = number(before, decimals), number(after, decimals)
    if first == last:
        return f"stayed at {last}"
    return f"{'rose' if after > before else 'fell'} from {first} to {last}"


def capital(sentence: str) -> str:
    """First letter upper case, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def cite(rows: pd.DataFrame, sources: pd.DataFrame, limit: int = 2) -> str:
    """Markdown links to the chapter's source list for the lead sources of some rows."""
    ids = list(dict.fromkeys(rows["source_id"].dropna()))[:limit]
    publisher = sources.set_index("source_id")["publisher"]
    return "; ".join(f"[{plain(publisher[source])}](#source-{source})" for source in ids if source in publisher.index)


@rounding.inputs
def lead_sources(*frames: pd.DataFrame | Sequence[str]) -> list[str]:
    """Source ids that lead the given rows, each once, in order of appearance."""
    source_ids: list[str] = []
    for frame in frames:
        source_ids.extend(frame["source_id"].dropna() if isinstance(frame, pd.DataFrame) else frame)
    return list(dict.fromkeys(source_ids))


def graded(*frames: pd.DataFrame) -> str:
    """'14 rows of the ledger, graded from A to B', '' for none: the rows that a finding rests on, each once a frame."""
    grades = pd.concat([frame["grade"] for frame in frames]) if frames else pd.Series(dtype=str)
    if grades.empty:
        return ""
    present = [grade for grade in GRADES if grades.eq(grade).any()]
    rows = number_of(len(grades), "row of the ledger", "rows of the ledger")
    if len(present) == 1:
        return str(phrase("{rows}, graded {grade}", rows=rows, grade=present[0]))
    return str(phrase("{rows}, graded from {best} to {lowest}", rows=rows, best=present[0], lowest=present[-1]))


def number_or_na(value: float, decimals: int) -> str:
    return formatting.number(value, decimals)


def usd_or_na(value: float) -> str:
    return formatting.usd_bn(value) if pd.notna(value) else not_available()
