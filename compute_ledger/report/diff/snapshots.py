"""The two sides of a comparison: what executed notebooks hand over, wherever they lie.

A side is an edition of a book (by name, or its folder), a folder of executed notebooks, or one such notebook.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compute_ledger.report.book.layout import CHARTS, NOTEBOOKS
from compute_ledger.report.book.manifest import read_manifest
from compute_ledger.report.charts import plain_chart
from compute_ledger.report.errors import NotebookError, ParameterError
from compute_ledger.report.notebooks import output_contract
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.shared import mime_types
from compute_ledger.shared.text import did_you_mean

Cell = str | float | bool | None
SCHEMA = Path("data/datapackage.json")


@dataclass(frozen=True)
class Shown:
    """A chart or table: its `title`, `labels` of the columns by name, `keys` (those that hold no numbers), `rows`.

    `spec` is the drawing in Vega-Lite, `picture` the SVG that a book has of it.
    """

    chapter: str
    id: str
    title: str
    subtitle: str
    description: str
    labels: dict[str, str]
    keys: tuple[str, ...]
    rows: list[dict[str, Cell]]
    spec: dict[str, Any] | None
    picture: Path | None


@dataclass(frozen=True)
class Side:
    """Key figures by id, charts and tables by chapter and id, and which data they rest on.

    `data` is the folder of the ledger near the notebooks, or None; `of_book` says that a book brought it along.
    `lone` marks a single notebook, whose name says nothing of the chapter it was.
    """

    name: str
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: dict[tuple[str, str], Shown] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)
    data: Path | None = None
    of_book: bool = False
    lone: bool = False


def read_side(given: str, book: Path) -> Side:
    """What `given` names: an edition of the published `book`, a folder or a notebook.

    ParameterError when it is none of these, NotebookError when a notebook cannot be read or was never run.
    """
    editions = {each["name"]: each["path"] for each in (read_manifest(book) or {}).get("editions", [])}
    place = book / editions[given] if given in editions else Path(given)
    if place.is_file():
        return _read(given, [place], lone=True)
    if not place.is_dir():
        hint = did_you_mean(given, editions) if editions else f"; no book in {book}: run compute-ledger build"
        raise ParameterError(f"{given!r} is no edition, folder or notebook{hint}")
    folder = place / NOTEBOOKS if (place / NOTEBOOKS).is_dir() else place
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise ParameterError(f"no notebooks in {folder}; give a book, or a folder of executed notebooks")
    return _read(given, notebooks, lone=False)


def _read(given: str, notebooks: Sequence[Path], *, lone: bool) -> Side:
    start = notebooks[0].resolve().parent
    near = next((folder for folder in (start, *start.parents) if (folder / SCHEMA).is_file()), None)
    side = Side(given, data=near and near / SCHEMA.parent, of_book=bool(near and read_manifest(near)), lone=lone)
    for path in notebooks:
        outputs = list(_outputs(path))
        if not outputs:
            raise NotebookError(f"{path} shows nothing; run it first: compute-ledger run, or papermill")
        for place, kind, data, output in outputs:
            if kind == mime_types.KEY_FIGURES:
                side.figures.update(
                    {output_contract.require(each, "figure", place)["id"]: each for each in data["figures"]}
                )
            elif kind == mime_types.PROVENANCE:
                side.provenance.update({key: str(data[key]) for key in output_contract.FIELDS[kind]})
            elif kind in (mime_types.EXHIBIT, mime_types.TABLE, mime_types.EXPLORER):
                chapter = "" if lone else path.stem
                side.shown[chapter, data["id"]] = _shown(chapter, data, output, path.parent.parent / CHARTS, place)
    return side


def _outputs(path: Path) -> Iterator[tuple[str, str, Any, Any]]:
    notebook = read_notebook(path)
    plain_chart.admit(notebook, path.name)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            place = f"{path.name}, cell {cell.id!r}"
            kind, data = output_contract.payload(output, place)
            yield place, kind, data, output


def _shown(chapter: str, data: dict[str, Any], output: Any, charts: Path, place: str) -> Shown:
    table = output_contract.require(data["table"], "table", place)
    columns = [output_contract.require(column, "column", place) for column in table["columns"]]
    names = [column["name"] for column in columns]
    units = {c["name"]: f"{c['label'] or c['name']} ({c['unit']})" if c["unit"] else c["label"] for c in columns}
    picture = charts / f"{chapter}-{data['id']}.svg"
    return Shown(
        chapter,
        output_contract.checked_id(data["id"], place),  # part of the name of a file
        str(data.get("title") or data.get("caption")),
        str(data.get("subtitle", "")),
        str(data.get("description", "")),
        units,
        tuple(column["name"] for column in columns if column["type"] != "number"),
        [dict(zip(names, map(_plain, row), strict=True)) for row in table["rows"]],
        output["data"].get(mime_types.VEGA_LITE),
        picture if picture.is_file() else None,
    )


def _plain(cell: Any) -> Cell:
    """A link by its text, a whole number as any other, nothing as None."""
    if isinstance(cell, dict):
        cell = cell.get("text")
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return None if cell == "" else cell
