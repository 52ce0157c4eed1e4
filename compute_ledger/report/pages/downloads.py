"""Charts and tables to take along: CSV, JSON, SVG and PNG of each, and a zip of these of a whole page.

Beside them lie the pictures of each chart in 16:9 and square, for slides and posts.

Addresses are stable: charts/<chapter>-<chart>.csv and so on, below the folder of the edition.
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from compute_ledger.report.book.layout import CHARTS
from compute_ledger.report.charts import standalone_pictures
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages import citations
from compute_ledger.report.pages.page_context import PageContext
from compute_ledger.shared.languages.phrases import phrase
from compute_ledger.shared.spreadsheets import safe_cell
from compute_ledger.shared.zip_files import zipped

SOURCE_COLUMNS = ("source_id", "publisher", "title", "published_on", "grade", "url")
MOST_NAMED = 3  # publishers in the line below a picture


def files(page: PageContext) -> dict[str, bytes]:
    """Every file of the charts and tables of a composed page, by its path below the edition's folder."""
    contents: dict[str, bytes] = {}
    for block in page.standing:
        stem = f"{CHARTS}/{page.frame.slug}-{block['id']}"
        reference = page.references[block["id"]]
        if block["table"]["columns"]:
            contents[f"{stem}.csv"] = as_csv(block["table"])
        contents[f"{stem}.json"] = as_json(block, page, reference)
        if block["kind"] == "exhibit":
            svg = _picture(block, page, reference)
            contents[f"{stem}.svg"] = standalone_pictures.as_file(svg)
            contents[f"{stem}.png"] = standalone_pictures.png(svg, standalone_pictures.PNG_SCALE)
    for block in page.frames:
        contents[f"{CHARTS}/{page.frame.slug}-{block['id']}.csv"] = lines_as_csv(block["lines"])
    for block in page.blocks:
        if block["kind"] == "sources" and block["summary"]:
            contents[f"{CHARTS}/{page.frame.slug}.sources.csv"] = _listed(block["sources"])
    if contents:
        inside = {path.removeprefix(f"{CHARTS}/"): content for path, content in contents.items()}
        contents[f"{CHARTS}/{page.frame.slug}.zip"] = zipped(inside)
    return contents | _shaped(page)


def _shaped(page: PageContext) -> dict[str, bytes]:
    """The pictures for slides and posts, with the best sources by their original publishers."""
    contents = {}
    for block in (block for block in page.standing if block["kind"] == "exhibit"):
        words = block["title"], block["subtitle"], block["key"], best_sources(block, page), block["description"]
        for shape, scale in standalone_pictures.SHAPE_SCALE.items():
            svg = standalone_pictures.shaped(shape, _drawings(block, shape), *words)
            name = f"{CHARTS}/{page.frame.slug}-{block['id']}.{shape}.png"
            contents[name] = standalone_pictures.png(svg, scale)
    return contents


def _listed(sources: Sequence[Block]) -> bytes:
    """The sources of a page, the best grade first."""
    return lines_as_csv([SOURCE_COLUMNS, *([source[name] for name in SOURCE_COLUMNS] for source in sources)])


def _drawings(block: Block, shape: str) -> list[str]:
    """Those of a chart that may stand in a picture of this shape: a wide one has no use for that of a phone."""
    return [block["svg"]["wide"]] if shape == "16x9" else list(block["svg"].values())


def best_sources(block: Block, page: PageContext) -> str:
    """The line below a chart that stands alone: the best sources, the day, the book and where it is."""
    names, more = [source["text"] for source in block["basis"]["best"]], block["basis"]["more"]
    parts = [_listed_in_words(", ".join(names), len(names), more), *_day_and_book(block, page), page.frame.address]
    return " ".join(filter(None, parts))


def _listed_in_words(names: str, number: int, more: int) -> str:
    if not number:
        return str(phrase("No source given."))
    links = phrase("{publishers} and {number} more", publishers=names, number=more) if more else names
    if number + more == 1:
        return str(phrase("Source: {links}.", links=links))
    return str(phrase("Sources: {links}.", links=links))


def _day_and_book(block: Block, page: PageContext) -> list[str]:
    day = block["as_of"] or page.as_of
    return [day and phrase("As of {day}.", day=day), f"{page.frame.book.title}."]


def as_csv(table: Block) -> bytes:
    """The table in UTF-8: labels with units in the first line, numbers as they are, text that no spreadsheet runs.

    A column of links is two, the words and the address.
    """
    lines: list[list[Any]] = [[]]
    for column in table["columns"]:
        name = column["label"] or column["name"]
        lines[0].append(f"{name} ({column['unit']})" if column["unit"] else name)
        if column.get("link"):
            lines[0].append(f"{name}: address")
    for row in table["cells"]:
        cells: list[Any] = []
        for value, column in zip(row, table["columns"], strict=True):
            link = value if isinstance(value, dict) else {"text": value, "href": None}
            cells.append(link["text"])
            if column.get("link"):
                cells.append(link["href"])
        lines.append(cells)
    return lines_as_csv(lines)


def lines_as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """Lines of cells in UTF-8, text that no spreadsheet runs."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def as_json(block: Block, page: PageContext, reference: citations.Reference) -> bytes:
    """Everything that the page says of the chart, and its rows; one row a line, so that a changed figure is one."""
    about = {
        "id": block["id"],
        "title": block["name"],
        "subtitle": block.get("subtitle", ""),
        "key": [{part: entry[part] for part in ("form", "colours", "words")} for entry in block.get("key", [])],
        "description": block.get("description", ""),
        "note": block["note"].striptags(),
        "as_of": block["as_of"] or page.as_of,
        "sources": [{key: source[key] for key in SOURCE_COLUMNS} for source in block["sources"]],
        "chapter": page.title,
        "citation": reference.plain,
        "licence": page.frame.book.licence,
        "columns": [
            {key: column[key] for key in ("name", "label", "unit", "type")} for column in block["table"]["columns"]
        ],
    }
    head = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False).removesuffix("\n}")
    rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=False, allow_nan=False)}" for row in block["table"]["cells"])
    return f'{head},\n "rows": [\n{rows}\n ]\n}}\n'.encode()


def _picture(block: Block, page: PageContext, reference: citations.Reference) -> str:
    parts = [
        _named(block["sources"]),
        *_day_and_book(block, page),
        page.frame.book.licence["name"],
        reference.url,
    ]
    return standalone_pictures.standalone(
        block["svg"]["wide"],
        block["title"],
        block["subtitle"],
        block["key"],
        block["note"].striptags(),
        " ".join(filter(None, parts)),
        block["description"],
    )


def _named(sources: Sequence[Block]) -> str:
    publishers = list(dict.fromkeys(source["publisher"] for source in sources))
    named, rest = publishers[:MOST_NAMED], publishers[MOST_NAMED:]
    return _listed_in_words("; ".join(named), len(named), len(rest))
