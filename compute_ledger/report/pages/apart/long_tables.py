"""Which tables and lists of sources are too long for their page: a phone takes seconds to lay out thousands of rows."""

from collections.abc import Sequence

from compute_ledger.report.notebooks.output_contract import Block

MOST_ROWS, MOST_SOURCES = 300, 100


def divide(blocks: Sequence[Block], slug: str) -> None:
    """Mark what stands apart from the page `slug`: explorers get `apart`, the name of their page without its ending.

    Beside such a table a long list of sources gets `apart` as well.
    """
    long_tables = [
        block for block in blocks if block["kind"] == "explorer" and len(block["table"]["cells"]) > MOST_ROWS
    ]
    for block in long_tables:
        block["apart"] = f"{slug}-{block['id']}"
    for block in blocks if long_tables else ():
        if block["kind"] == "sources" and len(block["sources"]) > MOST_SOURCES:
            block["apart"] = long_tables[0]["apart"]


def places(blocks: Sequence[Block]) -> dict[str, str]:
    """By the id of a row or source that stands apart, the name of the page that has it."""
    apart: dict[str, str] = {}
    for block in blocks:
        if not block.get("apart"):
            continue
        if block["kind"] == "sources":
            listed = {source["id"] for source in block["listed"]}
            names = [source["id"] for source in block["sources"] if source["id"] not in listed]
        else:
            names = [row_id for row_id in block["table"]["row_ids"] if row_id]
        apart |= dict.fromkeys(names, f"{block['apart']}.html")
    return apart
