"""Rows that differ between two ledgers, or between one ledger as known on two days."""

from dataclasses import dataclass

import pandas as pd

from compute_ledger.ledger.load import Ledger
from compute_ledger.ledger.tables.schema import Table, read_schema


@dataclass(frozen=True)
class RowChange:
    """A row by its primary key that only one ledger has (`column` is ""), or one cell of a row that both have.

    `a` and `b` are the cells as in the CSV file, "" for an empty one; of a row that one ledger has alone, `only`
    says which ("a" or "b").
    """

    table: str
    key: str
    column: str = ""
    a: str = ""
    b: str = ""
    only: str = ""


def changed_rows(a: Ledger, b: Ledger) -> list[RowChange]:
    """All changes of the tables that both ledgers declare, in the order of the schema and its keys."""
    tables, other_tables = read_schema(a.folder).tables, read_schema(b.folder).tables
    changes: list[RowChange] = []
    for name, table in tables.items():
        if name in other_tables and name in a.tables and table.primary_key == other_tables[name].primary_key:
            columns = [column for column in table.columns if column in other_tables[name].columns]
            changes += _changed(table, columns, a.tables[name], b.tables[name])
    return changes


def _changed(table: Table, columns: list[str], a: pd.DataFrame, b: pd.DataFrame) -> list[RowChange]:
    a_rows, b_rows = _texts(table, columns, a), _texts(table, columns, b)
    changes = [RowChange(table.name, key, only="a") for key in a_rows if key not in b_rows]
    changes += [RowChange(table.name, key, only="b") for key in b_rows if key not in a_rows]
    changes += [
        RowChange(table.name, key, column, old, new)
        for key in a_rows
        if key in b_rows and a_rows[key] != b_rows[key]
        for column, old, new in zip(columns, a_rows[key], b_rows[key], strict=True)
        if old != new
    ]
    return changes


def _texts(table: Table, columns: list[str], frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The cells of each row as text, by its primary key."""
    texts = {column: [_text(value) for value in frame[column].tolist()] for column in columns}
    keys = zip(*(texts[column] for column in table.primary_key), strict=True)
    rows = zip(*(texts[column] for column in columns), strict=True)
    return {" / ".join(key): row for key, row in zip(keys, rows, strict=True)}


def _text(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
