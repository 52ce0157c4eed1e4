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
def side(given: str, contents: Contents, book: Path) -> Iterator[Side]:
    """What `given` names: an edition of the published `book`, else a folder or notebook, else a revision of git.

    The files of a revision are there until the block ends. ParameterError when it is none of these, NotebookError
    when a notebook cannot be read or was never run.
    """
    editions = {each["name"]: each["path"] for each in (read_manifest(book) or {}).get("editions", [])}
    place = book / editions[given] if given in editions else Path(given)
    if os.path.exists(place):  # which takes a text of any length
        yield _ran(_side_of_files(given, place))
        return
    hint = "" if editions else f"; no book in {book}: run compute-ledger build"
    with revisions.stored(contents.root, given, list(editions), hint) as (folder, notebooks):
        yield _ran(_read(given, notebooks, folder))


def stored_side(name: str, contents: Contents) -> Side:
    """What the notebooks of the project have stored, under that name; they need not all have been run."""
    return _read(name, {chapter.slug: chapter.notebook for chapter in contents.chapters}, contents.root)


def side_of_cell(name: str, file: str, cell: Mapping[str, Any], outputs: Sequence[Any]) -> Side:
    """What one cell of the notebook `file` shows, with these outputs."""
    made = Side(name, lone=True)
    cell_outputs.add_cell(made, "", {"id": cell["id"], "cell_type": "code", "outputs": outputs}, file)
    return made


def _side_of_files(given: str, place: Path) -> Side:
    if place.is_file():
        return _read(given, {"": place}, place.resolve().parent, lone=True)
    folder = place / NOTEBOOKS if (place / NOTEBOOKS).is_dir() else place
    notebooks = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not notebooks:
        raise ParameterError(f"no notebooks in {folder}; give a book, or a folder of executed notebooks")
    return _read(given, notebooks, folder.resolve())


def _read(name: str, notebooks: Mapping[str, Path], start: Path, *, lone: bool = False) -> Side:
    """The notebooks by chapter; the ledger is that in data/ at or above the folder `start`."""
    near = next((folder for folder in (start, *start.parents) if (folder / SCHEMA).is_file()), None)
    made = Side(
        name,
        data=near and near / SCHEMA.parent,
        of_book=bool(near and read_manifest(near)),
        charts=start.parent / CHARTS,
        lone=lone,
    )
    for chapter, path in notebooks.items():
        made.cells[chapter] = set()
        try:
            notebook = read_notebook(path)
            plain_chart.admit(notebook, path.name)
            for cell in notebook.cells:
                cell_outputs.add_cell(made, chapter, cell, path.name)
        except NotebookError as error:
            raise NotebookError(str(error) if path.name in name else f"{name}: {error}") from error
    return made


def _ran(made: Side) -> Side:
    if not made.outputs.total():
        raise NotebookError(f"{made.name} shows nothing; run it first: compute-ledger run, or papermill")
    return made
