"""Which cells of a chapter its key figures need: the rest of the chapter is not run in a sweep.

A cell tagged `key-figures` shows them. Needed are all cells of code up to the last of these.
"""

import ast
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.book.contents import Chapter
from compute_ledger.report.cache import source_imports
from compute_ledger.report.notebooks import code_cells
from compute_ledger.report.notebooks.notebook_file import read_notebook, tags
from compute_ledger.report.notebooks.parameters import declared

TAG = "key-figures"


@dataclass(frozen=True)
class Cell:
    """Source of one cell, which may be the one that declares the parameters."""

    id: str
    source: str
    declares: bool = False


@dataclass(frozen=True)
class Recipe:
    """What it takes to compute the key figures of one chapter: plain text, to be sent to any machine.

    `modules` are the project's own that its cells import, by their path in the project, with their sources;
    `notebook_folder` is the notebook's in it. `defaults` are those of parameters that are texts, which may name files.
    """

    slug: str
    notebook: str
    cells: tuple[Cell, ...]
    notebook_folder: str = "."
    modules: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()


def read_recipe(chapter: Chapter, root: Path) -> Recipe | None:
    """The recipe of a chapter of the project at `root`; None when no cell of it is tagged as showing key figures."""
    notebook = read_notebook(chapter.notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    last = max((number for number, cell in enumerate(code) if TAG in tags(cell)), default=None)
    if last is None:
        return None
    folder = chapter.notebook.parent
    declared_texts = (
        parameter for parameter in declared(notebook, chapter.notebook.name) if isinstance(parameter.default, str)
    )
    return Recipe(
        chapter.slug,
        chapter.notebook.name,
        tuple(Cell(cell.id, cell.source, "parameters" in tags(cell)) for cell in code[: last + 1]),
        os.path.relpath(folder, root),
        tuple(_modules(notebook, root, folder)),
        tuple((parameter.name, str(parameter.default)) for parameter in declared_texts),
    )


def _modules(notebook: Mapping[str, Any], root: Path, notebook_folder: Path) -> Iterator[tuple[str, str]]:
    """Path and source of the project's own modules that the cells lead to; this package is on every machine."""
    for name, (path, source) in sorted(
        source_imports.sources(source_imports.of_notebook(notebook), [root, notebook_folder]).items()
    ):
        if name.partition(".")[0] != source_imports.PACKAGE and path.is_relative_to(root) and path.suffix == ".py":
            yield path.relative_to(root).as_posix(), source.decode("utf-8", "replace")


def imports_only(source: str) -> bool:
    """Whether a cell does nothing but import: what a warm process may do ahead for all runs."""
    try:
        tree = code_cells.cell(source)
    except SyntaxError:  # for whoever runs it to tell
        return False
    return all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
