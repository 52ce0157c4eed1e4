"""Copies of the invented example ledger that tests may spoil."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

EXAMPLE = Path(__file__).parent / "ledger_example"
PROJECT_DATA = Path(__file__).parents[1] / "data"
# Sums of the project's own ledger are worked out by hand for what was known on this day: no later row changes them.
WORKED_OUT_ON = "2026-07-01"


def copy_ledger(tmp_path: Path) -> Path:
    """The example ledger in a folder of its own, without hashes, which every change would make stale."""
    folder = tmp_path / "ledger"
    shutil.copytree(EXAMPLE, folder)
    for path in (folder, *folder.rglob("*")):  # which a read-only clone has without the right to write
        path.chmod(path.stat().st_mode | 0o200)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource.pop("hash", None)
        resource.pop("bytes", None)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


def set_cells(folder: Path, table: str, key: str, /, **cells: str) -> int:
    """Change cells of the row that `key` begins (its first cells, joined by a comma); its line in the file."""
    return _change_row(folder, table, key, lambda row: row | cells)


def remove_row(folder: Path, table: str, key: str) -> int:
    return _change_row(folder, table, key, lambda _: None)


def add_row(folder: Path, table: str, /, **cells: str) -> int:
    """Add a row at the end, other cells being empty; its line in the file."""
    header, rows = read_rows(folder, table)
    write_rows(folder, table, header, [*rows, dict.fromkeys(header, "") | cells])
    return len(rows) + 2


def spoil(folder: Path, table: str, change: Callable[[bytes], bytes]) -> None:
    """Rewrite the bytes of the table's file."""
    path = folder / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))


def _change_row(folder: Path, table: str, key: str, change: Callable[[dict[str, str]], dict[str, str] | None]) -> int:
    header, rows = read_rows(folder, table)
    (place,) = [i for i, row in enumerate(rows) if ",".join(row.values()).startswith(f"{key},")]
    changed = change(rows[place])
    rows[place : place + 1] = [] if changed is None else [changed]
    write_rows(folder, table, header, rows)
    return place + 2


def read_rows(folder: Path, table: str) -> tuple[list[str], list[dict[str, str]]]:
    with open(folder / f"{table}.csv", newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or []), list(reader)


def write_rows(folder: Path, table: str, header: list[str], rows: list[dict[str, str]]) -> None:
    with open(folder / f"{table}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
