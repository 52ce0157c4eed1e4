"""What a notebook may hand over to the book: the MIME types, the fields of each, and the names that become ids.

`MIME_TYPES` are the types with a meaning of our own; what is none of them is `FOREIGN`, and is published as far as a
page can hold it (see report/outputs/display.py).
"""

import re
from collections.abc import Mapping
from typing import Any

from compute_ledger.report.errors import NotebookError
from compute_ledger.shared.mime_types import (
    DESK,
    DOWNLOADS,
    EXHIBIT,
    EXPLORER,
    FINDING,
    JSON_LD,
    KEY_FIGURES,
    MARKDOWN,
    PROVENANCE,
    RECORDS,
    SOURCES,
    TABLE,
    VEGA_LITE,
)
from compute_ledger.shared.text import first_unseen, visible

MIME_TYPES = (
    EXHIBIT,
    EXPLORER,
    TABLE,
    FINDING,
    KEY_FIGURES,
    DESK,
    RECORDS,
    SOURCES,
    DOWNLOADS,
    PROVENANCE,
    JSON_LD,
    MARKDOWN,
)
FOREIGN = ""

STANDING = ("id", "caption", "note", "source_ids", "as_of", "table")
FIELDS: dict[str, tuple[str, ...]] = {
    EXHIBIT: ("id", "title", "subtitle", "description", "note", "source_ids", "as_of", "table"),
    TABLE: STANDING,
    EXPLORER: (*STANDING, "filters"),
    FINDING: ("name", "claim", "text", "evidence"),
    KEY_FIGURES: ("figures",),
    DESK: ("module", "chapter", "as_of", "inputs", "labels", "answer", "words", "data"),
    RECORDS: ("table", "columns", "as_of", "records"),
    SOURCES: ("sources",),
    DOWNLOADS: ("items",),
    PROVENANCE: ("data_hash", "as_of", "min_grade"),
    JSON_LD: ("@context", "@type"),
    "figure": ("id", "label", "value", "unit", "as_of", "text"),
    "source": ("source_id", "publisher", "title", "published_on", "language", "url", "grade", "document"),
    "download": ("href", "text"),
    "table": ("columns", "rows"),
    "choice": ("id", "name", "remark", "steps"),
    "record": ("path", "title", "text"),
    "amounts": ("unit", "low", "high", "value", "title", "claims"),
    "column": ("name", "label", "unit", "type"),
}
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
Block = dict[str, Any]


def payload(output: Mapping[str, Any], place: str, *, may_raise: bool = False) -> tuple[str, Any]:
    """The type of our own that `output` has and its data, or FOREIGN and nothing.

    NotebookError names `place` and the flaw: fields that are missing, characters that nobody sees, and a traceback of
    a cell that `may_raise` none.
    """
    if output["output_type"] == "error" and not may_raise:
        raise NotebookError(
            f"{place}: holds a traceback ({output['ename']}); run the notebook again, or tag the cell raises-exception"
        )
    data = output.get("data", {})
    chosen = next((kind for kind in MIME_TYPES if kind in data), FOREIGN)
    if chosen == MARKDOWN:
        return chosen, visible(data[chosen])
    if chosen == FOREIGN:
        return chosen, None
    if unseen := first_unseen([data[chosen], data.get(VEGA_LITE)]):
        raise NotebookError(f"{place}: {chosen} holds the unseen character {unseen}; remove it")
    return chosen, require(data[chosen], chosen, place)


def require(data: Any, kind: str, place: str) -> Block:
    """`data` when it is an object with every field of its kind; else NotebookError."""
    if not isinstance(data, dict):
        raise NotebookError(f"{place}: {kind} must be an object, not {type(data).__name__}")
    missing = [name for name in FIELDS[kind] if name not in data]
    if missing:
        raise NotebookError(f"{place}: {kind} lacks {', '.join(missing)}")
    return data


def checked_id(value: Any, place: str) -> str:
    """`value` when it can be an id in a page and part of an address; else NotebookError."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise NotebookError(f"{place}: {value!r} cannot be an id; use letters, digits, _ or -, a letter first")
    return value


def source_anchor(source_id: str, place: str) -> str:
    """The id of a source in the page."""
    return checked_id(f"source-{source_id}", place)


def finding_anchor(name: str, place: str) -> str:
    """The id of a finding in the page."""
    return checked_id(f"finding-{name}", place)


def sentence_id(output: Mapping[str, Any], place: str) -> str:
    """The id that a sentence asks for which stands where an exhibit has nothing to show, or ''."""
    about = output["metadata"].get(MARKDOWN) or {}
    return checked_id(about["id"], place) if isinstance(about, dict) and "id" in about else ""


def row_ids(data: Block, place: str) -> list[str]:
    """The ids that rows of an exhibit or table ask for."""
    table = require(data["table"], "table", place)
    ids = table.get("row_ids") or []
    if ids and len(ids) != len(table["rows"]):
        raise NotebookError(f"{place}: {data['id']!r} has {len(table['rows'])} rows and {len(ids)} row_ids")
    return [checked_id(row_id, place) for row_id in ids if row_id is not None]
