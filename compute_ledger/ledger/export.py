"""A ledger for others: spreadsheets, programs and databases, in files whose bytes depend on the ledger alone."""

import csv
import datetime
import errno
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compute_ledger.ledger.codebook import CODEBOOK_FILE, refreshed_descriptor
from compute_ledger.ledger.tables.problems import LedgerError
from compute_ledger.ledger.tables.schema import SCHEMA_FILE, Field, Schema, Table, read_schema
from compute_ledger.ledger.tables.table_reader import read_table
from compute_ledger.shared.spreadsheets import guarded, unguarded
from compute_ledger.shared.zip_files import Moment, zipped

ARCHIVE, DATABASE, LICENCE = "compute-ledger-data.zip", "compute-ledger.sqlite", "LICENSE-DATA"
SQL_TYPES = {"string": "TEXT", "number": "REAL", "integer": "INTEGER", "date": "TEXT", "boolean": "INTEGER"}
ZIP_EPOCH = 315532800  # 1980-01-01, the first day that a zip can hold
Row = list[Any]


def export(folder: Path, out: Path, licence: Path | None = None) -> list[Path]:
    """Write the ledger in `folder` for others into `out`; the files written, by name.

    Each table as `<table>.csv` (text that a spreadsheet would run as a formula gets a leading apostrophe, which `load`
    takes back; figures stay as they are) and `<table>.json` (records; figures as numbers, dates as ISO text, yes/no as
    booleans, an empty cell as null), with `datapackage.json` and, where the ledger has them, `README.md` and
    `LICENSE-DATA` (or the file `licence`). `compute-ledger-data.zip` holds the same package, without the JSON.
    `compute-ledger.sqlite` holds the tables with types and keys, yes/no as 1 and 0.

    The same ledger gives the same bytes; times inside the zip are SOURCE_DATE_EPOCH or 1980-01-01. Raises
    `LedgerError` for the first fault of the ledger, before anything is written.
    """
    schema = read_schema(folder)
    rows = {table.name: _rows(folder, table) for table in schema.tables.values()}
    out.mkdir(parents=True, exist_ok=True)
    for table in schema.tables.values():
        (out / table.path).write_bytes(_safe_csv(folder, table))
        (out / table.path).with_suffix(".json").write_text(_json(table, rows[table.name]), encoding="utf-8")
    papers = {CODEBOOK_FILE: folder / CODEBOOK_FILE, LICENCE: licence or folder / LICENCE}
    papers = {name: path for name, path in papers.items() if path.is_file()}
    for name, path in papers.items():
        shutil.copyfile(path, out / name)
    # The hashes are those of the files beside it, guarded cells and all.
    (out / SCHEMA_FILE).write_text(_descriptor(out, schema), encoding="utf-8")
    packed = [SCHEMA_FILE, *papers, *(table.path for table in schema.tables.values())]
    (out / ARCHIVE).write_bytes(zipped({name: (out / name).read_bytes() for name in packed}, _moment()))
    _write_database(out / DATABASE, schema, rows)
    return sorted(path for path in out.iterdir() if path.is_file())


def _rows(folder: Path, table: Table) -> list[Row]:
    """The cells of a sound table as values for JSON; `LedgerError` with its first fault."""
    for problem in read_table(folder, table).problems:
        raise LedgerError(str(problem))
    convert = [_converter(field) for field in table.fields]
    return [
        [make(text) if text else None for make, text in zip(convert, cells, strict=True)]
        for cells in _cells(folder, table)[1:]
    ]


def _cells(folder: Path, table: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / table.path).read_text(encoding="utf-8"), newline="")))


def _converter(field: Field) -> Callable[[str], Any]:
    """From the text of a sound cell to its value; whole figures stay whole."""
    converters: dict[str, Callable[[str], Any]] = {
        "number": lambda text: float(text) if "." in text else int(text),
        "integer": int,
        "boolean": lambda text: text == "yes",
    }
    return converters.get(field.type, unguarded)


def _safe_csv(folder: Path, table: Table) -> bytes:
    """The file as it is unless a text in it could be taken for a formula."""
    texts = [i for i, field in enumerate(table.fields) if field.type == "string"]
    rows, changed = _cells(folder, table), False
    for row in rows[1:]:
        for i in texts:
            safe = guarded(unguarded(row[i]))
            row[i], changed = safe, changed or safe != row[i]
    if not changed:
        return (folder / table.path).read_bytes()
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _json(table: Table, rows: list[Row]) -> str:
    """An array of records, one a line, so that a changed figure is a changed line."""
    records = [dict(zip(table.columns, row, strict=True)) for row in rows]
    return "[\n" + ",\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n]\n"


def _descriptor(folder: Path, schema: Schema) -> str:
    return json.dumps(refreshed_descriptor(folder, schema), indent=2, ensure_ascii=False) + "\n"


def _moment() -> Moment:
    """What SOURCE_DATE_EPOCH names, or the first that a zip can hold."""
    epoch = max(int(os.environ.get("SOURCE_DATE_EPOCH", ZIP_EPOCH)), ZIP_EPOCH)
    day = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    return day.year, day.month, day.day, day.hour, day.minute, day.second


def _write_database(path: Path, schema: Schema, rows: dict[str, list[Row]]) -> None:
    """Fill a database in memory, then write it in one go: the file has no trace of how it came about."""
    path.unlink(missing_ok=True)
    base = sqlite3.connect(":memory:", isolation_level=None)
    try:
        base.execute("PRAGMA page_size = 4096")
        base.execute("PRAGMA encoding = 'UTF-8'")
        for table in schema.tables.values():
            base.execute(_create(table))
            for key in table.foreign_keys:
                index = _quoted(f"{table.name}_{key.column}")
                base.execute(f"CREATE INDEX {index} ON {_quoted(table.name)} ({_quoted(key.column)})")
        base.execute("BEGIN")
        for name, records in rows.items():
            marks = ", ".join("?" * len(schema.tables[name].fields))
            base.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", records)
        base.execute("COMMIT")
        for name, number, other, _ in base.execute("PRAGMA foreign_key_check"):
            raise LedgerError(f"{name}, record {number}: refers to no row of {other}; run compute-ledger check")
        base.execute("VACUUM INTO ?", [str(path)])
    except sqlite3.Error as fault:
        if getattr(fault, "sqlite_errorname", "") == "SQLITE_FULL":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from fault
        raise LedgerError(f"{path.name} cannot be made: {fault}; run compute-ledger check") from fault
    finally:
        base.close()
    with path.open("r+b") as file:
        file.seek(96)  # which SQLite wrote it, for information: the one thing that differs between machines
        file.write(bytes(4))


def _create(table: Table) -> str:
    lines = [
        f"{_quoted(field.name)} {SQL_TYPES[field.type]}{' NOT NULL' if field.required else ''}"
        for field in table.fields
    ]
    lines.append(f"PRIMARY KEY ({', '.join(map(_quoted, table.primary_key))})")
    lines += [f"UNIQUE ({_quoted(f.name)})" for f in table.fields if f.constraints.get("unique")]
    lines += [
        f"FOREIGN KEY ({_quoted(key.column)}) REFERENCES {_quoted(key.other)} ({_quoted(key.other_column)})"
        for key in table.foreign_keys
    ]
    return f"CREATE TABLE {_quoted(table.name)} ({', '.join(lines)})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
