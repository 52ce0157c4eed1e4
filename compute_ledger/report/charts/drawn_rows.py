"""The rows that a chart draws, as a table of the book: columns with labels, units and types."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from compute_ledger.report.charts.chart_parts import Field, Row, View
from compute_ledger.shared.text import ISO_DAY

Table = dict[str, Any]
MOST_COLUMNS = 16  # what a page has room for
LABELLED_UNIT = re.compile(r"(.*\S)\s*\(([^()]+)\)")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")
MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?")
NO_DATA = "The data of this chart are made as it is drawn, so that there is no table of them."
NO_ROWS = "The data of this chart have no rows."
EMPTY: Table = {"columns": [], "rows": []}


def table(views: Sequence[View]) -> tuple[Table, str]:
    """The largest of the tables that the views draw from, and what a reader should know of it ('' if nothing).

    Columns that are drawn come first, with their titles and units; the others follow as they are called.
    """
    sets = _sets(views)
    if not sets:
        return EMPTY, NO_ROWS if any(view.rows == [] for view in views) else NO_DATA
    rows = max(sets, key=len)
    fields = [field for view in views if view.rows == rows for field in view.fields]
    names = _names(rows, fields)
    remarks = []
    if len(sets) > 1:
        remarks.append(f"The table holds the largest of the {len(sets)} data sets of this chart.")
    if len(names) > MOST_COLUMNS:
        remarks.append(f"It holds the first {MOST_COLUMNS} of {len(names)} columns.")
        names = names[:MOST_COLUMNS]
    columns, cells = [], []
    for name in names:
        column, values = _column(name, [row.get(name) for row in rows], fields)
        columns.append(column)
        cells.append(values)
    return {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)]}, " ".join(remarks)


def _sets(views: Sequence[View]) -> list[list[Row]]:
    """The tables of the views, each once: layers and parts often draw the same one."""
    row_sets: list[list[Row]] = []
    for view in views:
        if view.rows and view.rows not in row_sets:
            row_sets.append(view.rows)
    return row_sets


def _names(rows: Sequence[Row], fields: Sequence[Field]) -> list[str]:
    row_names = list(dict.fromkeys(name for row in rows for name in row))
    drawn_names = [field.name for field in fields if field.name in row_names]
    return list(dict.fromkeys([*drawn_names, *row_names]))


def _column(name: str, values: list[Any], drawn_fields: Sequence[Field]) -> tuple[dict[str, Any], list[Any]]:
    fields = [field for field in drawn_fields if field.name == name]
    title = next((field.title for field in fields if field.titled and not field.is_aggregate), name)
    label, unit = labelled(title)
    kind, cells = _typed(values, temporal=any(field.kind == "temporal" for field in fields))
    return {"name": name, "label": label, "unit": unit, "type": kind}, cells


def labelled(title: str) -> tuple[str, str]:
    """Label and unit of such a title as "Amount (USD bn)"; the unit may be empty."""
    label_and_unit = LABELLED_UNIT.fullmatch(title)
    return (label_and_unit[1], label_and_unit[2]) if label_and_unit else (title, "")


def _typed(values: list[Any], *, temporal: bool) -> tuple[str, list[Any]]:
    filled_values = [value for value in values if value not in (None, "")]
    if filled_values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in filled_values):
        return "number", [None if value == "" else value for value in values]
    texts = list(map(_text, values))
    days = [text for text in texts if text]
    if days and all(INSTANT.fullmatch(text) for text in days) and (temporal or all(map(_is_day, days))):
        return "date", [text and day(text) for text in texts]
    return "string", texts


def day(text: str) -> str:
    """A moment at midnight as its day, any other as it is."""
    return text[:10] if MIDNIGHT.fullmatch(text[10:]) else text


def _is_day(text: str) -> bool:
    return bool(ISO_DAY.fullmatch(day(text)))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def values_of(view: View, name: str) -> Iterator[Any]:
    """The known values of one column of a view, in the order of its rows."""
    return (row[name] for row in view.rows or () if row.get(name) not in (None, ""))
