"""The bytes of a CSV file as columns of text, and what is wrong with the file as a file.

A ledger's CSV is UTF-8 without BOM, LF, comma, one row a line: so row `n` of a frame is line `n + 2` of its file in
any editor. Where a file departs from that, this says so and reads on as well as it can, so that one run can report
all faults.
"""

import csv
import io
import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from compute_ledger.ledger.tables.cells import LONGEST_TEXT
from compute_ledger.ledger.tables.problems import did_you_mean
from compute_ledger.ledger.tables.schema import Table

BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
FIRST_ROW = 2

# row, column, value, message, fix
Report = Callable[[int, str, object, str, str], None]


def decoded(data: bytes, report: Report) -> str:
    """The text with LF line ends and nothing before the header."""
    if data.startswith(UTF_16):
        report(1, "", "", "is UTF-16", "save it as UTF-8 without BOM")
        data = data.decode("utf-16", errors="replace").encode()
    if data.startswith(BOM):
        report(1, "", "", "begins with a byte order mark", "save it as UTF-8 without BOM")
        data = data[len(BOM) :]
    if (place := data.find(b"\r")) >= 0:
        ends = "CRLF" if data[place : place + 2] == b"\r\n" else "CR"
        report(_line_of(data, place), "", "", f"lines end in {ends}", "save it with LF line ends")
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if (place := data.find(b"\0")) >= 0:
        # pandas ends a cell at NUL and would drop what follows in silence.
        report(_line_of(data, place), "", "", "holds a NUL byte", "remove it")
        data = data.replace(b"\0", b" ")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        byte = f"0x{data[fault.start]:02X}"
        report(_line_of(data, fault.start), "", "", f"the byte {byte} is not UTF-8", "save it as UTF-8")
        return data.decode("cp1252", errors="replace")


def _line_of(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def columns_of_text(text: str, table: Table, report: Report) -> tuple[pd.DataFrame, set[int]]:
    """All cells as text, empty ones as missing, and the positions of ragged rows, of which only the key is kept.

    No column at all when the header is not that of `table`.
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    delimiter = _delimiter(lines[0], report)
    names = _cells(lines[0], delimiter) or []
    if not _is_header(names, table, report):
        return pd.DataFrame(), set()
    keys = len(table.primary_key) if names == table.columns else 0
    ragged = set()
    for row, cells in _ragged_rows(lines, len(names), delimiter):
        report(row + FIRST_ROW, "", "", *_what_is_ragged(lines[row + 1], cells, len(names)))
        # Cells under the wrong column would only make more faults; the key keeps references to the row alive.
        key = [cell for cell in (cells or [])[:keys] if cell.isprintable() and not set(cell) & {'"', delimiter}]
        lines[row + 1] = delimiter.join([*key, *[""] * (len(names) - len(key))])
        ragged.add(row)
    rows = "\n".join(lines[1:]) if ragged else text[len(lines[0]) + 1 :]
    return _read_columns(rows, names, delimiter), ragged


def _delimiter(header: str, report: Report) -> str:
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs")):
        if "," not in header and delimiter in header:
            report(1, "", "", f"columns are separated by {name}", "separate them by commas")
            return delimiter
    return ","


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line, or None where its quotes do not match."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _is_header(names: list[str], table: Table, report: Report) -> bool:
    """Report what differs from the schema. Whether any column of the table is there."""
    expected = table.columns
    if not set(names) & set(expected):
        fix = f"begin the file with {','.join(expected[:3])},…"
        report(1, "", ",".join(names), "is not the header of this table", fix)
        return False
    missing = [name for name in expected if name not in names]
    for name in missing:
        report(1, name, "", "column is missing", "add it, in the order of datapackage.json")
    for place, name in enumerate(names):
        if name not in expected:
            fix = f"{did_you_mean(name, missing)}rename or remove it"
            report(1, "", name, "is not a column of this table", fix)
        elif name in names[:place]:
            report(1, name, "", "column is there twice", "remove one")
    if sorted(names) == sorted(expected) and names != expected:
        place = next(i for i, name in enumerate(names) if name != expected[i])
        message = f"columns are in another order, {expected[place]} belongs here"
        report(1, names[place], "", message, "put them in the order of datapackage.json")
    return True


def _ragged_rows(lines: list[str], width: int, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Positions of rows with more or fewer cells than `width`, and their cells (None: quotes do not match).

    Lines without quotes are only counted, in C, as there may be millions.
    """
    counts = np.fromiter(map(str.count, lines, itertools.repeat(delimiter)), dtype=np.int64, count=len(lines))
    quoted = np.fromiter(map(str.__contains__, lines, itertools.repeat('"')), dtype=bool, count=len(lines))
    for place in np.flatnonzero(quoted | (counts != width - 1)).tolist():
        cells = _cells(lines[place], delimiter) if place else None
        if place and (cells is None or len(cells) != width):
            yield place - 1, cells


def _what_is_ragged(line: str, cells: list[str] | None, width: int) -> tuple[str, str]:
    if not line:
        return "is blank", "remove the line"
    if cells is None:
        fix = f"quote whole cells, on one line, of at most {LONGEST_TEXT} characters"
        return "has quotes that do not match", fix
    fix = "give each column one cell, and quote a text that holds a comma"
    return f"has {len(cells)} cells where the header has {width}", fix


def _read_columns(rows: str, names: list[str], delimiter: str) -> pd.DataFrame:
    """The rows below the header; of columns with one name the first."""
    if not rows:
        return pd.DataFrame(columns=pd.Index(names).drop_duplicates(), dtype="object")
    raw = pd.read_csv(
        io.StringIO(rows),
        sep=delimiter,
        header=None,
        names=list(range(len(names))),
        dtype="object",
        keep_default_na=False,
        na_values=[""],
        skip_blank_lines=False,
        index_col=False,
    )
    raw.columns = pd.Index(names)
    return raw.loc[:, ~raw.columns.duplicated()]
