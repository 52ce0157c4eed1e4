"""Which tables and lists of sources are too long for their page: a phone takes seconds to lay out thousands of rows."""

import re
from collections.abc import Sequence

from compute_ledger.report.notebooks.output_contract import Block

MOST_ROWS, MOST_SOURCES = 300, 100
OWN_SOURCE = re.compile(r'href="#(source-[\w-]+)"', re.ASCII)


def divide(blocks: Sequence[Block], slug: str) -> None:
    """Mark what stands apart from the page `slug`: explorers get `apart`, the name of their page without its ending.

    Beside such a table a long list of sources gets `listed`, those that the page itself names, `apart` and `total`.
    """
    long_tables = [
        block for block in blocks if block["kind"] == "explorer" and len(block["table"]["cells"]) > MOST_ROWS
    ]
    for block in long_tables:
        block["apart"] = f"{slug}-{block['id']}"
    for block in blocks if long_tables else ():
        if block["kind"] == "sources" and len(block["sources"]) > MOST_SOURCES:
            named = _named(blocks)
            block["listed"] = [source for source in block["sources"] if source["id"] in named]
            block["apart"], block["total"] = long_tables[0]["apart"], len(block["sources"])


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


def _named(blocks: Sequence[Block]) -> set[str]:
    """The ids of the sources that charts, tables and sentences of a page name."""
    standing = [block for block in blocks if block["kind"] in ("exhibit", "table")]
    named = {source["href"].removeprefix("#") for block in standing for source in block["sources"]}
    texts = [str(block.get("html", "")) for block in blocks] + [str(block["table"]["body"]) for block in standing]
    return named.union(*(OWN_SOURCE.findall(text) for text in texts))
