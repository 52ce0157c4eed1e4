"""What a link leads to, in short: the terms of the glossary and the named rows of tables, as one script an edition.

A page on disk may load a script and nothing else, so it is one; book/static/previews.js asks for it when a reader
first points at such a link. Sources are listed in the page itself.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.book.contents import Contents
from compute_ledger.report.book.layout import PREVIEWS
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages.markdown import Prose

if TYPE_CHECKING:
    from compute_ledger.report.pages.exporter import Page

Rows = dict[str, list[str]]


def of_rows(blocks: Sequence[Block]) -> dict[str, Any]:
    """`rows`: by the id of each named row of a table with a `preview` its cells, and how many rows follow it; `labels`.

    A cell that leads to a source of the page has its day behind it; rows without a name belong to the one above them.
    """
    published = {
        source["href"]: source["published_on"]
        for block in blocks
        if block["kind"] == "sources"
        for source in block["sources"]
        if source["href"] and source["published_on"]
    }
    tables = [block for block in blocks if block.get("preview")]
    labels = [table["table"]["columns"][column]["label"] for table in tables[:1] for column in table["preview"]]
    return {"labels": labels, "rows": {row_id: row for table in tables for row_id, row in _rows(table, published)}}


def _rows(block: Block, published: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    table, chosen = block["table"], block["preview"]
    starts = [number for number, row_id in enumerate(table["row_ids"]) if row_id]
    for start, end in zip(starts, [*starts[1:], len(table["row_ids"])], strict=True):
        cells = [table["shown"][start][column] for column in chosen]
        texts = [f"{text}, {published[href]}" if href in published else text for text, href in cells]
        yield table["row_ids"][start], [*texts, str(end - start - 1)]


def write(folder: Path, contents: Contents, pages: "Sequence[Page]") -> None:
    """Write the script of one edition into its folder."""
    labels: list[str] = []
    rows: Rows = {}
    for page in pages:
        of_page = page.previews or of_rows(page.blocks)
        labels, rows = labels or of_page["labels"], rows | of_page["rows"]
    terms = {term.id: [term.term, str(Prose({}).blocks(term.definition).striptags())] for term in contents.glossary}
    held = {"terms": terms, "labels": labels, "rows": rows}
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    (folder / PREVIEWS).write_text(f"window.reportPreviews={text};\n", encoding="utf-8")
