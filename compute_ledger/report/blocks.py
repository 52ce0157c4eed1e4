"""Outputs of a notebook to blocks of a page: charts, tables, cards, sources, prose.

`MIME_TYPES` is the whole list of what is published; any other output is an error that names its cell.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from compute_ledger.report import svg
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.prose import Prose

EXHIBIT = "application/vnd.compute-ledger.exhibit+json"
TABLE = "application/vnd.compute-ledger.table+json"
KEY_FIGURES = "application/vnd.compute-ledger.key-figures+json"
SOURCES = "application/vnd.compute-ledger.sources+json"
VEGA_LITE = "application/vnd.vegalite.v6+json"
MARKDOWN, PNG, PLAIN = "text/markdown", "image/png", "text/plain"
MIME_TYPES = (EXHIBIT, TABLE, KEY_FIGURES, SOURCES, MARKDOWN, PNG, PLAIN)

FIELDS: dict[str, tuple[str, ...]] = {
    EXHIBIT: ("id", "title", "subtitle", "description", "note", "source_ids", "as_of", "table"),
    TABLE: ("id", "caption", "note", "source_ids", "as_of", "table"),
    KEY_FIGURES: ("figures",),
    SOURCES: ("sources",),
    "figure": ("id", "label", "value", "unit", "as_of", "text"),
    "source": ("source_id", "publisher", "title", "published_on", "language", "url", "grade", "document"),
    "table": ("columns", "rows"),
    "column": ("name", "label", "unit", "type"),
}
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
WIDE_TABLE_COLUMNS = 6
SHORT_TEXT, LONG_TEXT = 18, 40  # characters
Block = dict[str, Any]


def payload(output: Mapping[str, Any], place: str) -> tuple[str, Any]:
    """The one MIME type of `output` to publish and its data; NotebookError names `place` and the types."""
    if output["output_type"] == "stream":
        if output["name"] == "stderr":
            said = " ".join(output["text"].split())[:200]
            raise NotebookError(f"{place}: prints a warning or error: {said!r}; mend its cause")
        return PLAIN, output["text"]
    if output["output_type"] == "error":
        raise NotebookError(f"{place}: holds a traceback ({output['ename']}); run the notebook again")
    data = output["data"]
    chosen = next((kind for kind in MIME_TYPES if kind in data), None)
    foreign = sorted(set(data) - set(MIME_TYPES) - {VEGA_LITE})
    if chosen in (None, PLAIN, PNG) and (foreign or VEGA_LITE in data):
        shown = ", ".join(foreign or [VEGA_LITE])
        raise NotebookError(f"{place}: shows {shown}, which the book does not publish; show an exhibit, table or text")
    if chosen is None:
        raise NotebookError(f"{place}: has an output without data")
    return chosen, _require(data[chosen], chosen, place) if chosen in FIELDS else data[chosen]


def exhibit(data: Block, spec: Any, sources: Mapping[str, Block], prose: Prose, place: str) -> Block:
    """A figure: both SVG variants, words, sources and the table of its numbers."""
    if not isinstance(spec, dict):
        raise NotebookError(f"{place}: exhibit {data['id']!r} comes without a {VEGA_LITE} chart")
    for key in ("title", "description", "source_ids"):
        if not data[key]:
            raise NotebookError(f"{place}: exhibit {data['id']!r} has an empty {key}; every chart needs one")
    pictures = svg.draw(spec, data["id"], data["title"], data["description"])
    return {
        **_shared(data, sources, prose, place),
        "kind": "exhibit",
        "title": data["title"],
        "subtitle": data["subtitle"],
        "description": data["description"],
        "svg": {name: Markup(text) for name, text in pictures.items()},
    }


def table(data: Block, sources: Mapping[str, Block], prose: Prose, place: str) -> Block:
    """A table that stands on its own."""
    return {**_shared(data, sources, prose, place), "kind": "table", "caption": prose.inline(data["caption"])}


def cards(data: Block, prose: Prose, place: str) -> Block:
    """Key figures; `href` leads to the chapter that explains each."""
    figures = [_require(figure, "figure", place) for figure in data["figures"]]
    shown = [
        {
            "id": f"figure-{checked_id(figure['id'], place)}",
            "label": figure["label"],
            "text": figure["text"],
            "note": prose.inline(figure.get("note") or ""),
            "href": prose.href(figure.get("href") or ""),
        }
        for figure in figures
    ]
    return {"kind": "cards", "figures": shown, "as_of": [figure["as_of"] for figure in figures]}


def source_list(data: Block, prose: Prose, place: str) -> Block:
    """The chapter's sources, each with the anchor `source-<id>`."""
    shown = []
    for each in data["sources"]:
        source = _require(each, "source", place)
        href = prose.href(source["url"] or "") if source["url"] else None
        host = urlsplit(href).hostname if href else ""
        shown.append({**source, "id": source_anchor(source["source_id"], place), "href": href, "host": host})
    return {"kind": "sources", "sources": shown}


def source_anchor(source_id: str, place: str) -> str:
    """The id of a source in the page."""
    return f"source-{checked_id(source_id, place)}"


def checked_id(value: Any, place: str) -> str:
    """`value` when it can be an id in a page and part of an address; else NotebookError."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise NotebookError(f"{place}: {value!r} cannot be an id; use letters, digits, _ or -, a letter first")
    return value


def grid(data: Block, prose: Prose, place: str) -> Block:
    """Columns and formatted cells of a table; numbers of one column share their decimals."""
    _require(data, "table", place)
    columns = [_require(column, "column", place) for column in data["columns"]]
    if any(len(row) != len(columns) for row in data["rows"]):
        raise NotebookError(f"{place}: a table row has more or fewer cells than the {len(columns)} columns")
    decimals = [_decimals([row[i] for row in data["rows"]]) for i in range(len(columns))]
    rows = [
        [_cell(value, column, places, prose) for value, column, places in zip(row, columns, decimals, strict=True)]
        for row in data["rows"]
    ]
    heads = [
        {**column, "css": _column_css(column, [row[i]["text"] for row in rows])} for i, column in enumerate(columns)
    ]
    return {"columns": heads, "rows": rows, "wide": len(columns) > WIDE_TABLE_COLUMNS}


def _shared(data: Block, sources: Mapping[str, Block], prose: Prose, place: str) -> Block:
    missing = [source_id for source_id in data["source_ids"] if source_id not in sources]
    if missing:
        raise NotebookError(
            f"{place}: {data['id']!r} names source {missing[0]!r}, which the page's list of sources lacks"
        )
    return {
        "id": checked_id(data["id"], place),
        "note": prose.inline(data["note"] or ""),
        "sources": [{"href": f"#{source_anchor(s, place)}", **sources[s]} for s in data["source_ids"]],
        "as_of": data["as_of"],
        "table": grid(data["table"], prose, place),
    }


def _require(data: Any, kind: str, place: str) -> Block:
    if not isinstance(data, dict):
        raise NotebookError(f"{place}: {kind} must be an object, not {type(data).__name__}")
    missing = [name for name in FIELDS[kind] if name not in data]
    if missing:
        raise NotebookError(f"{place}: {kind} lacks {', '.join(missing)}")
    return data


def _column_css(column: Block, texts: list[str]) -> str:
    """Class of a column: a number, words that stay on one line, or text that needs room."""
    if column["type"] == "number":
        return "number"
    longest = max(map(len, texts), default=0)
    return "short" if longest <= SHORT_TEXT else "long" if longest > LONG_TEXT else ""


def _decimals(values: list[Any]) -> int:
    """Decimals that show every number of a column, four at most."""
    floats = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    digits = [Decimal(repr(value)).normalize().as_tuple().exponent for value in floats]
    return min(4, max((-int(each) for each in digits), default=0))


def _cell(value: Any, column: Block, decimals: int, prose: Prose) -> Block:
    if isinstance(value, dict):
        href = prose.href(str(value.get("href", "")))
        return {"text": str(value.get("text", "")), "href": href}
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return {"text": "–", "href": None}
    if column["type"] == "number" and isinstance(value, (int, float)):
        plain_year = column["name"] == "year" or column["name"].endswith("_year")
        text = f"{value:.0f}" if plain_year else f"{value:,.{max(0, decimals)}f}"
        return {"text": text.replace("-", "−"), "href": None}
    return {"text": str(value), "href": None}
