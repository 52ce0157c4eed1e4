"""Frames as the tables of the book: plain JSON for the page, Markdown for notebooks, and a first look at one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from compute_ledger.exhibits import code_labels, evidence_links, formatting
from compute_ledger.shared import markdown_escape, rounding
from compute_ledger.shared.languages.phrases import phrase
from compute_ledger.shared.mime_types import HTML, PLAIN

LOOK_ROWS = 10
Columns = dict[str, tuple[str, str]]
Rows = tuple[str, str]


def payload(frame: pd.DataFrame, columns: Columns, evidence: Rows | None = None) -> dict[str, Any]:
    """Columns (name -> label, unit) and rows as plain JSON; dates as ISO days, missing values as null.

    A cell may be a link, {"text", "href"}. `evidence` (table of the ledger, column with its keys) adds a last
    column that leads to the claims behind each row; a row whose figure no page prints (`derived`) says so there.
    """
    if evidence:
        derived = frame["derived"].eq(True) if "derived" in frame else pd.Series(False, index=frame.index)
        links = [
            {
                "text": phrase("derived from claims" if computed else "claims"),
                "href": evidence_links.address(evidence[0], key),
            }
            for key, computed in zip(frame[evidence[1]], derived, strict=True)
        ]
        frame = frame.assign(evidence=pd.Series(links, index=frame.index, dtype=object))
        columns = columns | {"evidence": (phrase("Evidence"), "")}
    described, cells = [], []
    for name, (label, unit) in columns.items():
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            kind, plain = "date", values.dt.strftime("%Y-%m-%d")
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            kind, plain = "number", rounding.column(values.astype(float))
        else:
            kind, plain = "string", values
        linked = any(isinstance(value, dict) for value in plain)
        described.append(
            {"name": name, "label": label, "unit": unit, "type": kind} | ({"link": True} if linked else {})
        )
        cells.append([_cell(value, kind) for value in plain.tolist()])
    return {"columns": described, "rows": [list(row) for row in zip(*cells, strict=True)]}


def _cell(value: Any, kind: str) -> Any:
    if isinstance(value, dict):
        return value
    if pd.isna(value):
        return None
    return value if kind == "number" else str(value)


def markdown(table: dict[str, Any], caption: str) -> str:
    """The same table for Jupyter and for notebook viewers."""
    heads = [
        markdown_escape.plain(column["label"]) + (f" ({column['unit']})" if column["unit"] else "")
        for column in table["columns"]
    ]
    lines = [
        f"**{markdown_escape.escaped(caption)}**",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + " --- |" * len(heads),
    ]
    for row in table["rows"]:
        lines.append("| " + " | ".join(map(_in_markdown, row)) + " |")
    return "\n".join(lines)


def _in_markdown(cell: Any) -> str:
    if isinstance(cell, float):
        return formatting.number(cell, 4)
    return markdown_escape.plain(str(cell["text"] if isinstance(cell, dict) else cell or ""))


@dataclass(frozen=True)
class Look:
    """A frame as pandas writes it: beyond `LOOK_ROWS` the first and the last rows, and how many there are."""

    table: pd.DataFrame

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        with pd.option_context("display.max_colwidth", None):
            return {
                HTML: self.table.to_html(index=False, max_rows=LOOK_ROWS, show_dimensions=True),
                PLAIN: self.table.to_string(index=False, max_rows=LOOK_ROWS, show_dimensions=True),
            }


def look(frame: pd.DataFrame, decimals: Mapping[str, int] | None = None, /, **columns: str) -> Look:
    """The `columns` of a frame (name -> label with its unit) for a first look at it, at the end of a cell.

    Numbers have one decimal, or as many `decimals` as their column is given; codes are words; several values in a
    place are a list of words.
    """
    places = decimals or {}
    if frame.empty:  # not every measure names the columns of nothing
        return Look(pd.DataFrame(columns=list(columns.values())))
    made = {label: _readable(frame[name], places.get(name, 1)) for name, label in columns.items()}
    return Look(pd.DataFrame(made))


def _readable(values: pd.Series, decimals: int) -> pd.Series:
    if values.dtype.kind == "f":
        numbers = rounding.column(values, decimals)
        return numbers if decimals else numbers.convert_dtypes()
    if values.dtype.kind == "b":
        return values.map({True: "yes", False: "no"})
    if values.dtype.kind != "O":
        return values
    words: Mapping[str, str] = code_labels.OF_COLUMN.get(str(values.name), {})
    return values.map(lambda value: ", ".join(value) if isinstance(value, tuple) else words.get(value, value))
