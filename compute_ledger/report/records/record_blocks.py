"""The records that a notebook hands over, joined with its list of claims: plain data that any cache can keep."""

from collections.abc import Sequence
from typing import Any

from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages.apart import long_tables

RowsBehind = dict[str, list[list[str]]]


def of_page(blocks: Sequence[Block]) -> dict[str, Any] | None:
    """`records` and the labels of their `columns`; None for a page that has neither records nor a table apart.

    `places` are the pages of rows and sources that stand apart from the page, by id. Each record has its text as HTML
    and its `claims`: rows of (text, address), those of its row in the list of claims and of the rows below it without
    a name, a source followed by its day.
    """
    places = long_tables.places(blocks)
    block = next((block for block in blocks if block["kind"] == "records"), None)
    if block is None:
        return {"places": places, "records": []} if places else None
    table = next((other for other in blocks if other["kind"] == "explorer" and other["id"] == block["table"]), None)
    claims = _claims(table, block["columns"], _days(blocks)) if table else {}
    columns = {column["name"]: column["label"] for column in table["table"]["columns"]} if table else {}
    return {
        "as_of": block["as_of"],
        "columns": [columns[name] for name in block["columns"]] if columns else [],
        "places": places,
        "records": [{**record, "claims": claims.get(record["anchor"], [])} for record in block["records"]],
    }


def rests(blocks: Sequence[Block]) -> RowsBehind:
    """By the address of a row of evidence the (id, name) of each chart and table of a page that rests on it."""
    behind: RowsBehind = {}
    for block in blocks:
        if block["kind"] not in ("exhibit", "table"):
            continue
        hrefs = [link["href"] for link in block["evidence"]]
        hrefs += [href for row in block["table"]["shown"] for _, href in row if href]
        for href in dict.fromkeys(hrefs):
            if "#" in href and not href.startswith("#"):
                behind.setdefault(href, []).append([block["id"], block["name"]])
    return behind


def _days(blocks: Sequence[Block]) -> dict[str, str]:
    return {
        source["href"]: source["published_on"]
        for block in blocks
        if block["kind"] == "sources"
        for source in block["sources"]
        if source["href"] and source["published_on"]
    }


def _claims(table: Block, columns: Sequence[str], days: dict[str, str]) -> dict[str, list[list[list[str | None]]]]:
    """By the id of a named row of the list, what it and the rows below it say in these columns."""
    grid = table["table"]
    places = [[column["name"] for column in grid["columns"]].index(name) for name in columns]
    claims: dict[str, list[list[list[str | None]]]] = {}
    name = ""
    for row, row_id in zip(grid["shown"], grid["row_ids"], strict=True):
        name = row_id or name
        cells = [row[place] for place in places]
        dated = [[f"{text}, {days[href]}" if href in days else text, href] for text, href in cells]
        claims.setdefault(name, []).append(dated)
    return claims
