"""The two sides of a comparison: what executed notebooks hand over, wherever they lie.

A side is an edition of a book (by name, or its folder), a folder of executed notebooks, one such notebook, or the
outputs stored in the notebooks of a project, as they are or as they were in a revision of git.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from compute_ledger.report.book.contents import Contents
from compute_ledger.report.book.layout import CHARTS, NOTEBOOKS
from compute_ledger.report.book.manifest import read_manifest
from compute_ledger.report.charts import plain_chart
from compute_ledger.report.diff import cell_outputs, revisions
from compute_ledger.report.diff.sides import Side
from compute_ledger.report.errors import NotebookError, ParameterError
from compute_ledger.report.notebooks.notebook_file import read_notebook

SCHEMA = Path("data/datapackage.json")


@contextmanager
def side(address: str, contents: Contents, book: Path) -> Iterator[Side]:
    """What `address` names: an edition of the published `book`, else a folder or notebook, else a revision of git.

    The files of a revision are there until the block ends. ParameterError when it is none of these, NotebookError
    when a notebook cannot be read or was never run.
    """
    editions = {edition["name"]: edition["path"] for edition in (read_manifest(book) or {}).get("editions", [])}
    place = book / editions[address] if address in editions else Path(address)
    if os.path.exists(place):  # which takes a text of any length
        yield _ran(_side_of_files(address, place))
        return
    hint = "" if editions else f"; no book in {book}: run compute-ledger build"
    with revisions.stored(contents.root, address, list(editions), hint) as (folder, notebooks):
        yield _ran(_read(address, notebooks, folder))


def stored_side(name: str, contents: Contents) -> Side:
    """What the notebooks of the project have stored, under that name; they need not all have been run."""
    return _read(name, {chapter.slug: chapter.notebook for chapter in contents.chapters}, contents.root)


def side_of_cell(name: str, file: str, cell: Mapping[str, Any], outputs: Sequence[Any]) -> Side:
    """What one cell of the notebook `file` shows, with these outputs."""
    snapshot = Side(name, is_single=True)
    cell_outputs.add_cell(snapshot, "", {"id": cell["id"], "cell_type": "code", "outputs": outputs}, file)
    return snapshot


def _side_of_files(name: str, place: Path) -> Side:
    if place.is_file():
        return _read(name, {"": place}, place.resolve().parent, is_single=True)
    folder = place / NOTEBOOKS if (place / NOTEBOOKS).is_dir() else place
    notebooks = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not notebooks:
        raise ParameterError(f"no notebooks in {folder}; give a book, or a folder of executed notebooks")
    return _read(name, notebooks, folder.resolve())


def _read(name: str, notebooks: Mapping[str, Path], start: Path, *, is_single: bool = False) -> Side:
    """The notebooks by chapter; the ledger is that in data/ at or above the folder `start`."""
    near = next((folder for folder in (start, *start.parents) if (folder / SCHEMA).is_file()), None)
    snapshot = Side(
        name,
        data=near and near / SCHEMA.parent,
        of_book=bool(near and read_manifest(near)),
        charts=start.parent / CHARTS,
        is_single=is_single,
    )
    for chapter, path in notebooks.items():
        snapshot.cells[chapter] = set()
        try:
            notebook = read_notebook(path)
            plain_chart.admit(notebook, path.name)
            for cell in notebook.cells:
                cell_outputs.add_cell(snapshot, chapter, cell, path.name)
        except NotebookError as error:
            raise NotebookError(str(error) if path.name in name else f"{name}: {error}") from error
    return snapshot


def _ran(snapshot: Side) -> Side:
    if not snapshot.outputs.total():
        raise NotebookError(f"{snapshot.name} shows nothing; run it first: compute-ledger run, or papermill")
    return snapshot
