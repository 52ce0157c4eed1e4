"""A fault in a ledger: where it is, what it is, how to fix it. One line each, whatever the cell holds."""

from collections.abc import Collection
from dataclasses import dataclass

from compute_ledger.shared.text import nearest

LONGEST_VALUE_SHOWN = 60
MOST_NAMES_COMPARED = 2_000
IDS_ALIKE = 0.7  # least likeness: ids of one table have their month in common
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Paste:
    """A row that a ledger lacks: the name of its `file` and its `line` of CSV. Unknown cells are empty."""

    file: str
    line: str


@dataclass(frozen=True)
class Problem:
    """One fault. `row` is the line of the file, the header being line 1; 0 and "" mean the whole file or row.

    `severity` is "error", or "warning" for what may be meant: a ledger with warnings alone is sound. `paste` is the
    row to add where a missing row is the fault, as far as the ledger knows its cells.
    """

    file: str
    row: int
    column: str
    value: str
    message: str
    fix: str
    severity: str = ERROR
    paste: Paste | None = None

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        value = f"{shown(self.value)} " if self.value else ""
        warning = "warning: " if self.severity == WARNING else ""
        return f"{warning}{self.file}{row}{column}: {value}{self.message}; {self.fix}"


class LedgerError(ValueError):
    """The ledger cannot be loaded as asked. The message is one line with the place, the value and the fix."""


def shown(value: str) -> str:
    """The value in quotes, safe for a terminal: control characters escaped, long text cut."""
    cut = value if len(value) <= LONGEST_VALUE_SHOWN else value[: LONGEST_VALUE_SHOWN - 1] + "…"
    return "'" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut) + "'"


def did_you_mean(value: str, names: Collection[str]) -> str:
    """`did you mean 'x'? ` or nothing. Comparing with very many names would take minutes, so it is left out then."""
    if len(names) > MOST_NAMES_COMPARED or len(value) > LONGEST_VALUE_SHOWN:
        return ""
    near = nearest(value, names, IDS_ALIKE)
    return f"did you mean {near!r}? " if near else ""
