"""What a cell shows, as a comparison takes it: figures, charts, tables, and the words of everything else.

Other than for a page, anything is taken: an older revision may show what the book publishes no more.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compute_ledger.report.diff.sides import Cell, ExhibitSnapshot, Side
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks import output_contract
from compute_ledger.shared import mime_types
from compute_ledger.shared.text import visible

VEGA_LITE = "application/vnd.vegalite."  # of any version
FACETS = {"subtitle": "subtitle", "description": "description", "note": "note", "source_ids": "sources"}
FACETS |= {"evidence": "evidence", "filters": "filters", "key": "key"}


def add_cell(side: Side, chapter: str, cell: Mapping[str, Any], file: str) -> None:
    """Add to `side` what a cell of the notebook `file` shows.

    NotebookError names a cell whose figures or rows cannot be read.
    """
    place = f"{file}, cell {cell['id']!r}"
    side.cells.setdefault(chapter, set()).add(cell["id"])
    side.outputs[chapter] += len(cell.get("outputs", ()))
    words = [] if cell["cell_type"] == "code" else [cell["source"]]
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        kind = next((kind for kind in READERS if kind in data), None)
        if kind:
            try:
                READERS[kind](side, chapter, data, place)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise NotebookError(f"{place}: {kind} cannot be read ({error}); run the notebook again") from error
        elif spec := _spec(data):
            _add_exhibit_snapshot(side, _plain_chart(spec, chapter, cell["id"]))
        else:
            words.append(_words(output))
    if text := visible("\n".join(words)).strip():
        side.texts[chapter, cell["id"]] = text


def _add_figures(side: Side, chapter: str, data: Mapping[str, Any], place: str) -> None:
    key_figures = output_contract.require(data[mime_types.KEY_FIGURES], mime_types.KEY_FIGURES, place)
    for figure in key_figures["figures"]:
        side.figures[chapter, output_contract.require(figure, "figure", place)["id"]] = figure


def _add_provenance(side: Side, _chapter: str, data: Mapping[str, Any], place: str) -> None:
    kind = mime_types.PROVENANCE
    provenance = output_contract.require(data[kind], kind, place)
    side.provenance.update({key: str(provenance[key]) for key in output_contract.FIELDS[kind]})


def _add_sources(side: Side, chapter: str, data: Mapping[str, Any], place: str) -> None:
    sources = output_contract.require(data[mime_types.SOURCES], mime_types.SOURCES, place)
    rows = [
        {name: _plain(source.get(name)) for name in SOURCE}
        for source in (output_contract.require(entry, "source", place) for entry in sources["sources"])
    ]
    side.exhibits[chapter, "sources"] = ExhibitSnapshot(
        chapter, "sources", "Sources", "", "", SOURCE, tuple(SOURCE), rows, None
    )


def _add_exhibit(side: Side, chapter: str, data: Mapping[str, Any], place: str) -> None:
    exhibit = next(data[kind] for kind in EXHIBITS if kind in data)
    if not isinstance(exhibit, dict) or not {"id", "table"} <= exhibit.keys():
        raise NotebookError(f"{place}: an exhibit lacks its id or its table; run the notebook again")
    table = output_contract.require(exhibit["table"], "table", place)
    columns = [output_contract.require(column, "column", place) for column in table["columns"]]
    names = [column["name"] for column in columns]
    if any(len(row) != len(names) for row in table["rows"]):
        raise NotebookError(f"{place}: {exhibit['id']!r} has a row of another length than its {len(names)} columns")
    labels = {c["name"]: f"{c['label'] or c['name']} ({c['unit']})" if c["unit"] else c["label"] for c in columns}
    rows = [dict(zip(names, map(_plain, row), strict=True)) for row in table["rows"]]
    spec = _spec(data)
    facets = {word: exhibit[name] for name, word in FACETS.items() if name in exhibit}
    snapshot = ExhibitSnapshot(
        chapter,
        output_contract.checked_id(exhibit["id"], place),  # part of the name of a file
        visible(str(exhibit.get("title") or exhibit.get("caption") or exhibit["id"])),
        visible(str(exhibit.get("subtitle", ""))),
        visible(str(exhibit.get("description", ""))),
        labels,
        _telling([column["name"] for column in columns if column["type"] != "number"], rows),
        rows,
        spec,
        facets=facets | {"drawing": spec},
    )
    side.exhibits[chapter, snapshot.id] = snapshot


SOURCE = {"source_id": "Id", "publisher": "Publisher", "title": "Title", "published_on": "Published", "grade": "Grade"}
EXHIBITS = (mime_types.EXHIBIT, mime_types.EXPLORER, mime_types.TABLE)
# How each MIME type is taken; any other by its Vega-Lite or its words. A new kind is an entry here.
READERS: dict[str, Callable[[Side, str, Mapping[str, Any], str], None]] = {
    **dict.fromkeys(EXHIBITS, _add_exhibit),
    mime_types.KEY_FIGURES: _add_figures,
    mime_types.PROVENANCE: _add_provenance,
    mime_types.SOURCES: _add_sources,
}


def _spec(data: Mapping[str, Any]) -> dict[str, Any] | None:
    return next((spec for kind, spec in data.items() if kind.startswith(VEGA_LITE) and isinstance(spec, dict)), None)


def _plain_chart(spec: dict[str, Any], chapter: str, cell_id: str) -> ExhibitSnapshot:
    """A chart that is no exhibit, under the id of its cell; its rows are the data in its spec."""
    data = spec.get("data") or {}
    row_lists = [*spec.get("datasets", {}).values(), data.get("values", [])]
    rows = [row for values in row_lists if isinstance(values, list) for row in values if isinstance(row, dict)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [{name: _plain(row.get(name)) for name in names} for row in rows]
    keys = _telling([name for name in names if not any(isinstance(row[name], float) for row in cells)], cells)
    title = spec.get("title", "")
    text = title.get("text", "") if isinstance(title, dict) else title
    written = visible(" ".join(text) if isinstance(text, list) else str(text))
    facets = {"drawing": {name: part for name, part in spec.items() if name not in ("data", "datasets")}}
    return ExhibitSnapshot(
        chapter, cell_id, written, "", "", dict(zip(names, names, strict=True)), keys, cells, spec, facets
    )


def _telling(names: list[str], rows: Sequence[Mapping[str, Cell]]) -> tuple[str, ...]:
    """Of the columns that could name a row those that tell rows apart, else the first: not links with one text."""
    return tuple(name for name in names if len({row[name] for row in rows}) > 1) or tuple(names[:1])


def _add_exhibit_snapshot(side: Side, snapshot: ExhibitSnapshot) -> None:
    """Under its id, or that with a number where the cell shows several."""
    number, name = 1, snapshot.id
    while (snapshot.chapter, name) in side.exhibits:
        number += 1
        name = f"{snapshot.id}-{number}"
    side.exhibits[snapshot.chapter, name] = snapshot


def _words(output: Mapping[str, Any]) -> str:
    """What an output says as text; a picture without words by its hash."""
    if output["output_type"] == "stream":
        return str(output["text"])
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    data = output.get("data", {})
    for kind, content in data.items():
        if kind.startswith("image/"):
            return f"picture {hashlib.sha256(str(content).strip().encode()).hexdigest()[:8]}"
    return str(data.get(mime_types.MARKDOWN, data.get(mime_types.PLAIN, "")))


def _plain(cell: Any) -> Cell:
    """A link by its text, a whole number as any other, nothing as None, what holds more as JSON."""
    if isinstance(cell, dict) and "text" in cell:
        cell = cell["text"]
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, dict | list):
        cell = json.dumps(cell, ensure_ascii=False)
    if isinstance(cell, str):
        cell = visible(cell)
    return None if cell == "" else cell
