"""Text in CSV that no spreadsheet takes for a formula, and back: the two are exact inverses.

Both wings write CSV, so this belongs to neither.
"""

import re
from typing import Any

# What a spreadsheet may run, or take as the start of another cell; the wide forms are those of East Asian keyboards.
# Apostrophes before it count, so that a text which has one already is told from one that was given it.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def safe_cell(value: Any) -> Any:
    """A cell for csv.writer: text guarded, anything else as it is.

    A carriage return becomes a line feed: only that is quoted, and a bare one would begin a row.
    """
    if not isinstance(value, str):
        return value
    return guarded(value.replace("\r\n", "\n").replace("\r", "\n"))
