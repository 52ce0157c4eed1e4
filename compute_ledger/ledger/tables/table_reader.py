"""One CSV file into one typed frame, with every fault found on the way."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from compute_ledger.ledger.tables.cells import CellFault, all_sound, converter
from compute_ledger.ledger.tables.csv_text import FIRST_ROW, columns_of_text, decoded
from compute_ledger.ledger.tables.problems import Paste, Problem
from compute_ledger.ledger.tables.schema import Field, Table
from compute_ledger.shared.spreadsheets import unguarded

DTYPES = {
    "string": "str",
    "number": "float64",
    "integer": "Int64",
    "date": "datetime64[us]",
    "boolean": "boolean",
}
# Each row to paste is sought among all claims: of a file with thousands of faults that would take hours.
MOST_PASTES = 100


@dataclass
class TableRead:
    """What came of reading one file. `frame` has every column of the schema, unreadable cells being empty.

    `lost` are the columns that could not be read at all, `ragged` the positions of rows of which only the key could,
    `faulty` the single figures and dates that could not: rules about them would only repeat the fault.
    """

    table: Table
    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    ragged: set[int] = field(default_factory=set)
    faulty: set[tuple[int, str]] = field(default_factory=set)
    sha256: str = ""

    def report(self, row: int, column: str, value: object, message: str, fix: str, paste: Paste | None = None) -> None:
        """A problem at line `row` of the file; 0 means the file as a whole."""
        self.problems.append(Problem(self.table.path, row, column, str(value), message, fix, paste=paste))

    def report_cells(
        self,
        rows: Iterable[int],
        column: str,
        message: str,
        fix: str,
        missing_row: Callable[[int], Paste | None] | None = None,
    ) -> None:
        """One problem for each row position of the frame, with the cell's value in it; `missing_row` makes the row to
        paste for a position."""
        cells = self.frame[column]
        for place, row in enumerate(rows):
            if row not in self.ragged and (row, column) not in self.faulty:
                paste = missing_row(int(row)) if missing_row and place < MOST_PASTES else None
                self.report(int(row) + FIRST_ROW, column, as_written(cells.iloc[row]), message, fix, paste)


def as_written(cell: Any) -> str:
    """The value of a cell as a ledger's CSV has it, "" for an empty one."""
    if pd.isna(cell):
        return ""
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}"
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell)


def read_table(folder: Path, table: Table) -> TableRead:
    """Read `table` from `folder`. Never raises for what the file holds: faults are in `problems`, by row."""
    read = TableRead(table, pd.DataFrame(), lost=set(table.columns))
    data = _bytes(folder, read)
    if data:
        read.sha256 = hashlib.sha256(data).hexdigest()
        raw, read.ragged = columns_of_text(decoded(data, read.report), table, read.report)
        read.lost -= set(raw.columns)
        if len(raw.columns):
            read.frame = pd.DataFrame({field.name: _typed(raw, field, read) for field in table.fields})
            _report_duplicates(read)
            if raw.empty and not table.may_be_empty:
                read.report(0, "", "", "has no row below the header", "add at least one")
    if read.lost == set(table.columns):
        read.frame = pd.DataFrame({field.name: pd.Series(dtype=DTYPES[field.type]) for field in table.fields})
    read.problems.sort(key=lambda problem: problem.row)
    return read


def _bytes(folder: Path, read: TableRead) -> bytes:
    path = folder / read.table.path
    try:
        if path.resolve().parent != folder.resolve():
            read.report(0, "", "", "is a link out of the ledger's folder", "put the file itself there")
            return b""
        data = path.read_bytes()
    except FileNotFoundError:
        fix = "put it beside datapackage.json, with a header row even if it has no rows"
        read.report(0, "", "", "no such file", fix)
        return b""
    except OSError as fault:
        read.report(0, "", "", f"cannot be read ({fault.strerror})", "make it a readable file")
        return b""
    if not data.strip():
        fix = f"write the header row: {','.join(read.table.columns[:3])},…"
        read.report(0, "", "", "the file is empty", fix)
        return b""
    return data


def _typed(raw: pd.DataFrame, field: Field, read: TableRead) -> ExtensionArray | np.ndarray:
    """The column with its type. Each distinct text is looked at once. Faulty text stays (it may be a key that
    others refer to), a faulty number or date becomes empty."""
    if field.name not in raw:
        return _array([None], field.type, np.full(len(raw), -1))
    codes, distinct = pd.factorize(raw[field.name].to_numpy())
    texts = distinct.tolist()
    values, faults = _converted(texts, field)
    for row in np.flatnonzero(np.isin(codes, list(faults))) if faults else ():
        fault = faults[codes[row]]
        if field.type != "string":
            read.faulty.add((int(row), field.name))
        read.report(int(row) + FIRST_ROW, field.name, texts[codes[row]], fault.message, fault.fix)
    for row in np.flatnonzero(codes < 0) if field.required else ():
        if row not in read.ragged:
            fix = "this column needs a value in each row"
            read.report(int(row) + FIRST_ROW, field.name, "", "is empty", fix)
    return _array([*values, None], field.type, codes)


def _converted(texts: list[str], field: Field) -> tuple[list[Any], dict[int, CellFault]]:
    """The value of each text, and the faults by position; an apostrophe against spreadsheets is none of the text."""
    if field.type == "string":
        texts = [unguarded(text) if text.startswith("'") else text for text in texts]
    if field.type == "string" and all_sound(texts, field):
        return texts, {}
    convert = converter(field)
    values, faults = [], {}
    for place, text in enumerate(texts):
        try:
            values.append(convert(text))
        except CellFault as fault:
            faults[place] = fault
            values.append(text if field.type == "string" else None)
    return values, faults


def _array(values: list[Any], type_: str, codes: np.ndarray) -> ExtensionArray | np.ndarray:
    """`values` taken by `codes`; the last value, None, stands for an empty cell (code -1)."""
    if type_ == "number":
        return np.array(values, dtype="float64")[codes]
    if type_ == "date":
        return np.array(values, dtype="datetime64[us]")[codes]
    if type_ == "boolean" and len(codes) and None not in values[:-1] and (codes >= 0).all():
        return np.array(values, dtype="bool")[codes]
    return pd.array(np.array(values, dtype="object")[codes], dtype=DTYPES[type_])


def _report_duplicates(read: TableRead) -> None:
    keys = [read.table.primary_key]
    keys += [(field.name,) for field in read.table.fields if field.constraints.get("unique")]
    for columns in dict.fromkeys(keys):
        cells = read.frame[list(columns)]
        twice = cells.duplicated() & cells.notna().all(axis=1)
        if not columns or not twice.any():
            continue
        rows = list(cells.itertuples(index=False, name=None))
        first = {row: place for place, row in reversed(list(enumerate(rows)))}
        for place in np.flatnonzero(twice):
            message = f"is already the key of row {first[rows[place]] + FIRST_ROW}"
            value = ", ".join(map(str, rows[place]))
            read.report(int(place) + FIRST_ROW, columns[-1], value, message, "remove the row or rename it")
