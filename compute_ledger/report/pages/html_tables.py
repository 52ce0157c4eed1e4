"""Tables as HTML: one string for all rows, so that thousands of them are quick to make and small to send.

What holds for a column is said once, as a class of the table (`num-3`: the third column holds numbers);
report.css has the rules for the first `MOST_COLUMNS`. An empty cell is empty; the stylesheet draws its dash.
"""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks.output_contract import Block, require, row_ids
from compute_ledger.report.pages.markdown import PrintProse, Prose
from compute_ledger.shared import rounding
from compute_ledger.shared.languages.phrases import spoken

WIDE_TABLE_COLUMNS = 6
WIDE_TABLE_TEXTS = 1
MOST_COLUMNS = 16
COARSE_UNITS = ("%", "points", "pp", "0 to 10,000")
SHORT_TEXT, LONG_TEXT = 18, 40  # characters
CELL_LINK = re.compile(r"https?://.+|(?:(?:\.\./)?[\w-]+\.html)?(?:#[\w.-]+)?", re.ASCII | re.IGNORECASE)
Cell = tuple[str, str | None]  # text, and the address it leads to


def grid(data: Block, prose: Prose, place: str) -> Block:
    """A table's columns, its class, its rows as HTML, as they are `shown`, and their `cells` as plain values.

    Percentages and points of one column share a decimal; any other number has its own decimals, no more than a reader
    can use, unless the column says that it is `mixed` (of several units). The files to take along have them in full.
    `data` is an exhibit or a standing table. NotebookError when its table does not fit the contract.
    """
    table, ids_of_rows = data["table"], row_ids(data, place)
    columns = [require(column, "column", place) for column in table["columns"]]
    if any(len(row) != len(columns) for row in table["rows"]):
        raise NotebookError(f"{place}: a table row has more or fewer cells than the {len(columns)} columns")
    if len(columns) > MOST_COLUMNS:
        raise NotebookError(f"{place}: {data['id']!r} has {len(columns)} columns; at most {MOST_COLUMNS} fit a page")
    decimals = [_most_decimals(column, [row[i] for row in table["rows"]]) for i, column in enumerate(columns)]
    rows = [
        [_cell(value, column, places, prose) for value, column, places in zip(row, columns, decimals, strict=True)]
        for row in table["rows"]
    ]
    kinds = [_kind(column, [row[i][0] for row in rows]) for i, column in enumerate(columns)]
    plain = [
        [_plain(value, column, prose) for value, column in zip(row, columns, strict=True)] for row in table["rows"]
    ]
    ids = table["row_ids"] if ids_of_rows else [None] * len(rows)
    anchors = [row_id and prose.anchor(row_id) for row_id in ids]
    heading = bool(kinds) and kinds[0] != "num"
    wide = len(columns) > WIDE_TABLE_COLUMNS or kinds.count("long") > WIDE_TABLE_TEXTS
    cards = wide and "caption" in data and not isinstance(prose, PrintProse)
    labels = [f' data-label="{escape(_label(column))}"' if cards else "" for column in columns]
    return {
        "columns": columns,
        "cells": plain,
        "shown": rows,
        "row_ids": ids,
        "css": " ".join(
            [f"{kind}-{i}" for i, kind in enumerate(kinds, 1) if kind]
            + ["words"] * (set(kinds) == {"", "long"})
            + ["carded"] * cards
        ),
        "body": Markup(
            "\n".join(_row(row, labels, anchor, heading) for row, anchor in zip(rows, anchors, strict=True))
        ),
        "wide": wide,
    }


def folds(data: Block, prose: Prose, place: str) -> list[Block]:
    """The tables that `data` asks to be folded up by a column's values: `name`, `id` and `grid` of each, without it."""
    table = data["table"]
    if not table.get("fold_by"):
        return []
    (column,) = columns_of("fold_by", [table["fold_by"]], data, place)
    ids = table.get("row_ids") or [None] * len(table["rows"])
    parts: dict[str, Block] = {}
    for row, row_id in zip(table["rows"], ids, strict=True):
        name, _ = _cell(row[column], table["columns"][column], 0, prose)
        part = parts.setdefault(name, {"rows": [], "row_ids": []})
        part["rows"].append(row[:column] + row[column + 1 :])
        part["row_ids"].append(row_id)
    columns = table["columns"][:column] + table["columns"][column + 1 :]
    return [
        {
            "name": name,
            "id": prose.new_id(f"{data['id']} {name}"),
            "grid": grid({**data, "table": {**part, "columns": columns}}, prose, place),
        }
        for name, part in parts.items()
    ]


def filter_columns(data: Block, place: str) -> list[int]:
    """Positions, counted from 0, of the columns that an explorer offers as filters."""
    return columns_of("filter", data["filters"], data, place)


def columns_of(what: str, chosen: Sequence[str], data: Block, place: str) -> list[int]:
    """Positions of the `chosen` columns, counted from 0; NotebookError names one that is none."""
    names = [column.get("name") for column in data["table"]["columns"]]
    for name in chosen:
        if name not in names:
            raise NotebookError(f"{place}: {what} {name!r} is none of the columns {', '.join(map(str, names))}")
    return [names.index(name) for name in chosen]


def _label(column: Mapping[str, Any]) -> str:
    """What stands beside a value where a row is a card."""
    return f"{column['label']} ({column['unit']})" if column["unit"] else str(column["label"])


def _row(cells: Sequence[Cell], labels: Sequence[str], row_id: str | None, heading: bool) -> str:
    """The HTML of a row; `labels` are attributes of its cells, by which the style sheet makes it a card on a phone."""
    texts = [f'<a href="{escape(href)}">{escape(text)}</a>' if href else str(escape(text)) for text, href in cells]
    first = f'<th scope="row">{texts[0]}</th>' if heading else ""
    rest = [f"<td{label}>{text}</td>" for label, text in zip(labels, texts, strict=True)][heading:]
    opened = f'<tr id="{row_id}">' if row_id else "<tr>"
    return f"{opened}{first}{''.join(rest)}</tr>"


def _kind(column: Mapping[str, Any], texts: list[str]) -> str:
    """A column of numbers, of words that stay on one line, or of text that needs room."""
    if column["type"] == "number":
        return "num"
    longest = max(map(len, texts), default=0)
    return "short" if longest <= SHORT_TEXT else "long" if longest > LONG_TEXT else ""


def _most_decimals(column: Mapping[str, Any], values: list[Any]) -> int:
    """Decimals of a column at most: one for percentages and points, two otherwise, three where all are below 1."""
    largest = max((abs(value) for value in values if isinstance(value, (int, float))), default=0.0)
    most = 1 if column["unit"] in COARSE_UNITS else 3 if largest < 1 else 2
    return min(most, _decimals(values))


def _decimals(values: list[Any]) -> int:
    """Decimals that show every number, four at most."""
    floats = {value for value in values if isinstance(value, float) and math.isfinite(value)}
    digits = [Decimal(repr(value)).normalize().as_tuple().exponent for value in floats]
    return max(0, min(4, max((-int(exponent) for exponent in digits), default=0)))


def _number(value: float, column: Mapping[str, Any], most: int) -> str:
    """The number with the decimals that it has, `most` at most and none that nobody measured; a small one is not 0."""
    if column["name"] == "year" or column["name"].endswith("_year"):
        return rounding.text(value, 0).replace(",", "")
    if column.get("mixed"):
        return rounding.text(value, _decimals([value]))
    if column["unit"] in COARSE_UNITS:
        return rounding.text(value, most)
    shown = next((n for n in range(most, rounding.FINEST) if rounding.rounded(value, n)), most)
    text = rounding.text(value, shown)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _cell(value: Any, column: Mapping[str, Any], most: int, prose: Prose) -> Cell:
    if isinstance(value, dict):
        return _link(value, column, prose)
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return "", None
    if column["type"] == "number" and isinstance(value, (int, float)):
        return spoken().digits(_number(value, column, most)).replace("-", "−"), None
    return str(value), None


def _link(value: Mapping[str, Any], column: Mapping[str, Any], prose: Prose) -> Cell:
    text, href = str(value.get("text") or ""), str(value.get("href") or "")
    linked = prose.href(href) if text and href and column.get("link") else None
    return text, linked if linked and CELL_LINK.fullmatch(linked) else None


def _plain(value: Any, column: Mapping[str, Any], prose: Prose) -> Any:
    """A cell for programs: a number, text, a link as {"text", "href"}, or None where nothing is known."""
    if isinstance(value, dict):
        return dict(zip(("text", "href"), _link(value, column, prose), strict=True))
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    return None if value == "" else value
