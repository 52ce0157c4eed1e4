"""From the text of a cell to its value, or to a sentence that says what is wrong with it and how to fix it."""

import datetime
import functools
import re
from collections.abc import Callable
from typing import Any

from compute_ledger.ledger.tables.problems import LedgerError, did_you_mean, shown
from compute_ledger.ledger.tables.schema import SCHEMA_FILE, Field
from compute_ledger.shared.text import UNSEEN, iso_day

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
LONGEST_TEXT = 10_000
UNSEEN_IN_CELL = re.compile(rf"{UNSEEN.pattern}|[\t\n\r]")  # a row is one line, its cells are parted by commas


class CellFault(Exception):
    """A cell that does not hold what its column asks for: `message` says what, `fix` what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


def converter(field: Field) -> Callable[[str], Any]:
    """A function from the text of a cell to its value; it raises `CellFault`. Made once for each column.

    Raises `LedgerError` when the schema's own limits for the column cannot be read.
    """
    if field.type == "string":
        return _text_converter(field)
    number = functools.partial(_number, f", in {field.unit}" if field.unit else "")
    converters: dict[str, Callable[[str], Any]]
    converters = {"number": number, "integer": _integer, "date": _date, "boolean": _boolean}
    convert = converters[field.type]
    low, high = (_limit(field, word, convert) for word in ("minimum", "maximum"))

    def checked(text: str) -> Any:
        value = convert(text)
        if low is not None and value < low:
            raise CellFault(f"is below the minimum {field.constraints['minimum']}", _unit_mend(field))
        if high is not None and value > high:
            raise CellFault(f"is above the maximum {field.constraints['maximum']}", _unit_mend(field))
        return value

    return checked


def _limit(field: Field, word: str, convert: Callable[[str], Any]) -> Any:
    limit = field.constraints.get(word)
    try:
        return None if limit is None else convert(str(limit))
    except CellFault as fault:
        raise LedgerError(
            f"{SCHEMA_FILE}: {word} of column {field.name}: {shown(str(limit))} {fault.message}; {fault.fix}"
        ) from None


def _unit_mend(field: Field) -> str:
    return f"check the figure, the unit of {field.name} is {field.unit}" if field.unit else "check the cell"


def all_sound(texts: list[str], field: Field) -> bool:
    """Whether a text column can skip the look at each cell, as nearly all can: the same tests, without a Python
    call for each text. Half of the time to load a large ledger goes there."""
    limits = field.constraints
    return (
        all(map(str.isprintable, texts))
        and list(map(str.strip, texts)) == texts
        and ("enum" not in limits or set(texts) <= set(limits["enum"]))
        and ("pattern" not in limits or all(map(re.compile(limits["pattern"]).fullmatch, texts)))
        and max(map(len, texts), default=0) <= limits.get("maxLength", LONGEST_TEXT)
    )


def _text_converter(field: Field) -> Callable[[str], str]:
    limits = field.constraints
    pattern = re.compile(limits["pattern"]) if "pattern" in limits else None
    longest = limits.get("maxLength", LONGEST_TEXT)
    example = f"write it like {field.example}" if field.example else "see the codebook for its form"

    def checked(text: str) -> str:
        if text != text.strip():
            raise CellFault("has spaces around it", "remove them")
        if not text.isprintable() and (unseen := UNSEEN_IN_CELL.search(text)):
            raise CellFault(f"holds the unseen character U+{ord(unseen.group()):04X}", "remove it")
        if "enum" in limits and text not in limits["enum"]:
            hint = did_you_mean(text, limits["enum"])
            raise CellFault("is not allowed here", f"{hint}choose one of {', '.join(limits['enum'])}")
        if pattern is not None and not pattern.fullmatch(text):
            raise CellFault("does not have the form of this column", example)
        if len(text) > longest:
            raise CellFault(f"has {len(text)} characters", f"shorten it to {longest}")
        return text

    return checked


def _number(in_unit: str, text: str) -> float:
    if PLAIN_NUMBER.fullmatch(text):
        return float(text)
    if PLAIN_NUMBER.fullmatch(re.sub(r"[,'_\s]", "", text)):
        fix = "write a decimal point and no thousands separators, such as 1400.5"
        raise CellFault("is not a plain number", fix)
    raise CellFault("is not a number", f"write the figure alone{in_unit}, such as 22.4, or leave the cell empty")


def _integer(text: str) -> int:
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    raise CellFault("is not a whole number", "write digits alone, such as 12, or leave the cell empty")


def _date(text: str) -> datetime.date:
    try:
        day = iso_day(text)
    except ValueError:
        raise CellFault("is not a day of the calendar", "write an existing day as YYYY-MM-DD") from None
    if day is None:
        raise CellFault("is not a date", "write YYYY-MM-DD, such as 2025-11-07")
    return day


def _boolean(text: str) -> bool:
    if text in ("yes", "no"):
        return text == "yes"
    raise CellFault("is neither yes nor no", "write yes or no")
