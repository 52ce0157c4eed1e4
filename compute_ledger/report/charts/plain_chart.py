"""Charts that a cell shows as Altair makes them, turned into what an exhibit hands over.

What the page, the files beside it, the search and a comparison do with exhibits they then do with these. They have no
sources and no day of their own.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import nbformat

from compute_ledger.report.charts import chart_words, drawn_rows, plain_look
from compute_ledger.report.charts.chart_parts import Spec, views
from compute_ledger.report.notebooks.altair_outputs import chart_spec
from compute_ledger.report.notebooks.notebook_file import tags
from compute_ledger.report.notebooks.output_contract import MIME_TYPES
from compute_ledger.shared.mime_types import EXHIBIT, EXPLORER, MARKDOWN, PLAIN, PNG, TABLE, VEGA_LITE

OURS = frozenset(MIME_TYPES) - {MARKDOWN, PLAIN, PNG}
HOST = re.compile(r"(?:[A-Za-z][\w+.-]*:)?//(?:[^/?#@]*@)?([\w.-]+)", re.ASCII)
ELSEWHERE = "a chart that would load its data from {}; pages load nothing, so give it the values"
Node = nbformat.NotebookNode
HIDDEN = frozenset({"remove-cell", "remove-output"})


def admit(notebook: Node, name: str) -> list[str]:
    """Give every output of Altair in an executed notebook what an exhibit has, in place.

    One whose data lie elsewhere becomes a line that says so; these are returned as well, with the place in the notebook
    that messages call `name`.
    """
    taken_ids, refused = set(_ids(notebook)), []
    for cell, output, spec in _plain_charts(notebook):
        host = address(spec)
        if not host:
            output["data"] = nbformat.from_dict(_bundle(spec, _free_id(cell.id, taken_ids)))
            continue
        what = ELSEWHERE.format(host)
        output["data"] = nbformat.from_dict({MARKDOWN: f"*Not shown: {what}.*"})
        if HIDDEN.isdisjoint(tags(cell)):
            refused.append(f"{name}, cell {cell.id!r}: shows {what}")
    return refused


def _plain_charts(notebook: Node) -> Iterator[tuple[Node, Node, Spec]]:
    """Cell, output and specification of each chart that is not an exhibit's."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data") or {}
            spec = chart_spec(data) if OURS.isdisjoint(data) else None
            if spec is not None:
                yield cell, output, spec


def payload(spec: Spec, chart_id: str) -> dict[str, Any]:
    """What an exhibit says of itself, from the specification of a chart alone."""
    table, note = drawn_rows.table(views(spec))
    return {
        "id": chart_id,
        "title": chart_words.title(spec),
        "subtitle": chart_words.subtitle(spec),
        "description": chart_words.description(spec),
        "note": note,
        "source_ids": [],
        "unsourced": True,
        "as_of": "",
        "table": table,
    }


def address(part: Any) -> str:
    """Where a chart would load data from (a host, or "a file"); '' when it has all of them."""
    if isinstance(part, list):
        return next(filter(None, map(address, part)), "")
    if not isinstance(part, dict):
        return ""
    data = part.get("data")
    url = data.get("url") if isinstance(data, dict) else None
    if isinstance(url, str):
        host = HOST.match(url)
        return host[1] if host else "a file"
    inner = (value for key, value in part.items() if key not in ("values", "datasets", "usermeta"))
    return next(filter(None, map(address, inner)), "")


def _bundle(spec: Spec, chart_id: str) -> dict[str, Any]:
    exhibit = payload(spec, chart_id)
    words = filter(None, (exhibit["title"], exhibit["subtitle"], exhibit["description"]))
    return {EXHIBIT: exhibit, VEGA_LITE: plain_look.dressed(spec), PLAIN: ". ".join(words)}


def _ids(notebook: Node) -> Iterator[str]:
    """The ids that exhibits and tables of the notebook have, with those of their rows."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            for kind in (EXHIBIT, TABLE, EXPLORER):
                exhibit = (output.get("data") or {}).get(kind)
                if isinstance(exhibit, dict):
                    rows = exhibit.get("table")
                    ids = rows.get("row_ids") if isinstance(rows, dict) else None
                    yield from map(str, [exhibit.get("id"), *(ids or ())])


def _free_id(cell_id: str, taken_ids: set[str]) -> str:
    """`chart-` and the id of the cell; for the second chart of a cell with -2, and so on."""
    stem = f"chart-{cell_id}"
    free_id = next(name for n in itertools.count(1) if (name := stem if n == 1 else f"{stem}-{n}") not in taken_ids)
    taken_ids.update((free_id, f"{free_id}-caption", f"{free_id}-wide", f"{free_id}-narrow"))
    return free_id
