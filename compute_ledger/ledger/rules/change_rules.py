"""The list of changed values speaks of rows and columns that are there, and ends at the values that they hold now."""

from typing import Any, NamedTuple

import pandas as pd

from compute_ledger.ledger.tables.csv_text import FIRST_ROW
from compute_ledger.ledger.tables.problems import shown
from compute_ledger.ledger.tables.schema import Field
from compute_ledger.ledger.tables.table_reader import TableRead, as_written

Tables = dict[str, TableRead]
CHANGES = "changes"
KEY_SEPARATOR = " / "  # between the cells of a key that has several


class Entry(NamedTuple):
    """One changed cell and its value since, at a line of changes.csv."""

    line: int
    table: str
    row_id: str
    column: str
    new: str


def changes_are_true(tables: Tables) -> None:
    """Each entry names a cell; the last one of a cell gives the value that it has, or says that its row is gone.

    A ledger need not have the table. Faulty rows of other tables have been reported, so their entries pass.
    """
    if CHANGES not in tables or tables[CHANGES].lost or tables[CHANGES].frame.empty:
        return
    read = tables[CHANGES]
    entries = _entries(read)
    last_entries = {(entry.table, entry.row_id, entry.column): entry for entry in entries}
    rows_by_table = {name: _rows_by_key(tables[name]) for name in {entry.table for entry in entries} & set(tables)}
    removed = {
        (entry.table, entry.row_id)
        for entry in entries
        if entry.table in tables and entry.column in tables[entry.table].table.primary_key
    }
    for entry in entries:
        name, column = entry.table, entry.column
        if name not in tables or name == CHANGES:
            read.report(entry.line, "table", name, "is not a table whose changes are listed", "name the table")
        elif column not in tables[name].table.columns:
            read.report(entry.line, "column", column, f"is not a column of {name}", "name a column of that table")
        elif not tables[name].lost and last_entries[name, entry.row_id, column] is entry:
            row = rows_by_table[name].get(entry.row_id)
            _report_untrue(read, entry, tables[name], row, (name, entry.row_id) in removed)


def _entries(read: TableRead) -> list[Entry]:
    """The entries that name a cell, in the order of their days."""
    frame = read.frame.assign(line=range(FIRST_ROW, len(read.frame) + FIRST_ROW))
    frame = frame.dropna(subset=["table", "row_id", "column"]).sort_values("changed_on", kind="stable")
    columns = (frame["line"], frame["table"], frame["row_id"], frame["column"], frame["new"].fillna(""))
    return [Entry(*cells) for cells in zip(*(column.tolist() for column in columns), strict=True)]


def _rows_by_key(read: TableRead) -> dict[str, int]:
    """The position of each row by its key."""
    keys = zip(*(read.frame[column].map(as_written) for column in read.table.primary_key), strict=True)
    return {KEY_SEPARATOR.join(key): row for row, key in enumerate(keys)}


def _report_untrue(read: TableRead, entry: Entry, other: TableRead, row: int | None, is_removed: bool) -> None:
    """Report the last entry of a cell where the row at the position `row` (None: no such row) does not bear it out."""
    file = other.table.path
    if entry.column in other.table.primary_key:
        if row is not None:
            message = f"is still a row of {file}, though its key is said to have changed"
            read.report(entry.line, "row_id", entry.row_id, message, "remove the entry, or the row")
    elif row is None:
        if not is_removed:
            message = f"is not a row of {file}"
            read.report(entry.line, "row_id", entry.row_id, message, "correct the key, or add that the row was removed")
    elif row not in other.ragged and (row, entry.column) not in other.faulty:
        cell = other.frame[entry.column].iloc[row]
        if not _holds(cell, entry.new, other.table.field(entry.column)):
            message = f"is not what {entry.column} of {shown(entry.row_id)} holds, {shown(_text(cell))}"
            read.report(entry.line, "new", entry.new, message, "correct the entry, or add the later change")


def _holds(cell: Any, text: str, field: Field) -> bool:
    if field.type in ("number", "integer") and text and not pd.isna(cell):
        try:
            return float(text) == float(cell)
        except ValueError:
            return False
    return _text(cell) == text


def _text(cell: Any) -> str:
    return {"True": "yes", "False": "no"}.get(written := as_written(cell), written)
