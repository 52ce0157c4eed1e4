"""The tidy table of a sweep: parameters x key figures, as CSV and, where pyarrow is installed, as Parquet."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from typing import Any

from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.sweep.grid import COLUMNS, Grid
from compute_ledger.report.sweep.sweep_run import Done
from compute_ledger.shared.spreadsheets import safe_cell

CSV, PARQUET = "results.csv", "results.parquet"
OK, FAILED = "ok", "failed"
Row = dict[str, Any]


def rows(done: Done) -> Iterator[Row]:
    """One row a figure, or one with the error of a point that failed.

    Columns: the swept parameters; chapter; figure (its id), label, unit; value (a number, or empty where the figure
    is none), text (as people read it); status (ok, failed); error (class and message).
    """
    point = {**done.parameters, "chapter": done.chapter}
    empty = dict.fromkeys(COLUMNS[1:])
    if done.outcome.error:
        yield {**point, **empty, "status": FAILED, "error": done.outcome.error}
    for figure in done.outcome.figures:
        number = isinstance(figure["value"], int | float) and not isinstance(figure["value"], bool)
        outcome = {
            "figure": figure["id"],
            "label": figure["label"],
            "unit": figure["unit"],
            "value": float(figure["value"]) if number else None,
            "text": figure["text"],
            "status": OK,
        }
        yield {**point, **empty, **outcome}


def write(grid: Grid, results: Iterable[Done], folder: Folder) -> list[str]:
    """Write the table a point at a time; the names of the files. Parquet is left out where pyarrow is missing."""
    columns = [*grid.values, *COLUMNS]
    with ExitStack() as files:
        stream = io.TextIOWrapper(files.enter_context(folder.open(CSV)), encoding="utf-8", newline="")
        text = csv.DictWriter(stream, columns, lineterminator="\n")
        text.writeheader()
        table = _Parquet(grid, files.enter_context(folder.open(PARQUET))) if has_parquet() else None
        for done in results:
            point_rows = list(rows(done))
            text.writerows({name: safe_cell(value) for name, value in row.items()} for row in point_rows)
            if table:
                table.add(point_rows)
        stream.flush()
        stream.detach()
        if table:
            table.close()
    if table:
        return [CSV, PARQUET]
    folder.remove(PARQUET)  # one from before would tell of another run
    return [CSV]


def has_parquet() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


class _Parquet:
    """Writes rows in groups, so that a large table never lies in memory as a whole."""

    GROUP = 10_000

    def __init__(self, grid: Grid, stream: Any) -> None:
        import pyarrow
        import pyarrow.parquet

        types = {"str": "string", "int": "int64", "float": "float64", "bool": "bool"}
        kinds = {name: types[grid.annotations[name].removesuffix(" | None")] for name in grid.values}
        kinds |= {name: "float64" if name == "value" else "string" for name in COLUMNS}
        self._schema = pyarrow.schema([(name, pyarrow.type_for_alias(kind)) for name, kind in kinds.items()])
        self._writer = pyarrow.parquet.ParquetWriter(stream, self._schema)
        self._rows: list[Row] = []

    def add(self, rows: list[Row]) -> None:
        self._rows += rows
        if len(self._rows) >= self.GROUP:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow

        self._writer.write_table(pyarrow.Table.from_pylist(self._rows, self._schema))
        self._rows = []
