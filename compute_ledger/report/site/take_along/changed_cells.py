"""What a data package tells of its own past: the cells that held another value before, by day, table and reason."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from compute_ledger.report.cache.fingerprints import history_files
from compute_ledger.shared.spreadsheets import unguarded

COLUMNS = ("changed_on", "table", "row_id", "column", "old", "new", "reason")


@dataclass(frozen=True)
class Cell:
    """One cell of a table whose value changed on the day `changed_on` (ISO); an empty value is one not known."""

    changed_on: str
    table: str
    row_id: str
    column: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class Change:
    """Cells of one table that changed on one day for one reason, at least one."""

    table: str
    reason: str
    cells: tuple[Cell, ...]

    @property
    def columns(self) -> list[str]:
        """Names of the columns that it touches, in the order in which they are met."""
        return list(dict.fromkeys(cell.column for cell in self.cells))


@dataclass(frozen=True)
class Day:
    """All changes of the day `date` (ISO), the tables by name, of one table the largest change first."""

    date: str
    changes: tuple[Change, ...]

    @property
    def cells(self) -> int:
        return sum(len(change.cells) for change in self.changes)

    @property
    def tables(self) -> dict[str, int]:
        """How many cells changed in each table."""
        counts = dict.fromkeys((change.table for change in self.changes), 0)
        for change in self.changes:
            counts[change.table] += len(change.cells)
        return counts


def days(folder: Path) -> list[Day]:
    """The days on which values of the package in `folder` changed, the newest first; none where no table tells.

    A table does that its datapackage.json calls `onlyHistory` and that has all of COLUMNS.
    """
    cells = [cell for name in sorted(history_files(folder)) for cell in _cells(folder / name)]
    by_day = attrgetter("changed_on")
    dated_cells = groupby(sorted(cells, key=by_day, reverse=True), key=by_day)
    return [Day(date, tuple(_changes(list(of_day)))) for date, of_day in dated_cells]


def _cells(path: Path) -> Iterator[Cell]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines)
        if set(COLUMNS) <= set(table.fieldnames or ()):
            for row in table:
                yield Cell(*(unguarded(row[column] or "") for column in COLUMNS))


def _changes(cells: Sequence[Cell]) -> list[Change]:
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.table, cell.reason), []).append(cell)
    changes = [Change(table, reason, tuple(of_reason)) for (table, reason), of_reason in groups.items()]
    return sorted(changes, key=lambda change: (change.table, -len(change.cells)))
