"""The files of a new project: a ledger with one worked deal, and a report of it that builds at once.

Reads JSON and TOML only: pandas would take longer to import than all of this takes to write.
"""

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

from compute_ledger.shared.spreadsheets import safe_cell

HERE = Path(__file__).parent
README, SCHEMA, DATA = "README.md", "datapackage.json", "data"
SECOND_DEAL = "<rows of a second deal>"  # a line of README.md
Rows = list[dict[str, Any]]


def project_files(*, report: bool) -> dict[str, bytes]:
    """Content of every file of a new project, by its path in the project's folder.

    Headers of the tables are those of the schema; ValueError when the worked deal has a column that it lacks.
    """
    example = tomllib.loads((HERE / "example.toml").read_text(encoding="utf-8"))
    schema = json.loads((HERE / SCHEMA).read_text(encoding="utf-8"))
    files = _files_below("ledger")
    if report:
        added = _files_below("report")
        files |= added | {README: files[README] + added[README]}
    columns = {table["path"]: [field["name"] for field in table["schema"]["fields"]] for table in schema["resources"]}
    first, second = ({f"{name}.csv": rows for name, rows in example[deal].items()} for deal in ("first", "second"))
    for path, names in columns.items():
        files[f"{DATA}/{path}"] = (_lines([], names, header=True) + _lines(first.get(path, []), names)).encode()
    commands = "\n".join(_appended(path, _lines(rows, columns[path])) for path, rows in second.items())
    files[README] = files[README].decode().replace(SECOND_DEAL, commands).encode()
    descriptor = _descriptor(schema, example["package"], filled=set(first))
    files[f"{DATA}/{SCHEMA}"] = (json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n").encode()
    return files


def _files_below(folder: str) -> dict[str, bytes]:
    top = HERE / folder
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def _lines(rows: Rows, columns: list[str], *, header: bool = False) -> str:
    """The rows as lines of a ledger's CSV, cells in the order of `columns`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _appended(path: str, lines: str) -> str:
    """The command line that adds lines to a table."""
    return f"cat >> {DATA}/{path} <<'END'\n{lines}END"


def _descriptor(schema: dict[str, Any], package: dict[str, Any], *, filled: set[str]) -> dict[str, Any]:
    """The schema with the name, title and so on of `package`; tables that are not `filled` may stay empty.

    Sums of files are left out: each row that is added would make one stale.
    """
    tables = []
    for table in schema["resources"]:
        fields = {name: value for name, value in table.items() if name not in ("hash", "bytes")}
        tables.append(fields if table["path"] in filled else fields | {"mayBeEmpty": True})
    return {**schema, **package, "resources": tables}
