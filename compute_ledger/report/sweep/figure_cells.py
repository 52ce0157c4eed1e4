"""Which cells of a chapter its key figures need: the rest of the chapter is not run in a sweep.

A cell tagged `key-figures` shows them. Needed are these cells and, before the last of them, every cell of code but
those that only show something: a cell of one expression that names a variable (`figures`) or calls something
imported (`charts.ranked(deals)`, `say(…)`). A cell that changes something in such a call carries the tag as well.
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
    """Source of one cell; `declares` the parameters, or is `tagged` as one that shows key figures."""

    id: str
    source: str
    declares: bool = False
    tagged: bool = False


@dataclass(frozen=True)
class Recipe:
    """What it takes to compute the key figures of one chapter: plain text, to be sent to any machine.

    `modules` are the project's own that its cells import, by their path in the project, with their sources; `beside`
    is the notebook's folder in it. `defaults` are those of parameters that are texts, which may name files.
    """

    slug: str
    notebook: str
    cells: tuple[Cell, ...]
    beside: str = "."
    modules: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()


def read_recipe(chapter: Chapter, root: Path) -> Recipe | None:
    """The recipe of a chapter of the project at `root`; None when no cell of it is tagged as showing key figures."""
    notebook = read_notebook(chapter.notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells = [Cell(cell.id, cell.source, "parameters" in tags(cell), TAG in tags(cell)) for cell in code]
    last = max((number for number, cell in enumerate(cells) if cell.tagged), default=None)
    if last is None:
        return None
    imported = {name for cell in cells for name in _imports(cell.source)}
    needed = (
        cell for cell in cells[: last + 1] if cell.declares or cell.tagged or not only_shows(cell.source, imported)
    )
    folder = chapter.notebook.parent
    declared_texts = (each for each in declared(notebook, chapter.notebook.name) if isinstance(each.default, str))
    return Recipe(
        chapter.slug,
        chapter.notebook.name,
        tuple(needed),
        os.path.relpath(folder, root),
        tuple(_modules(notebook, root, folder)),
        tuple((each.name, str(each.default)) for each in declared_texts),
    )


def _modules(notebook: Mapping[str, Any], root: Path, beside: Path) -> Iterator[tuple[str, str]]:
    """Path and source of the project's own modules that the cells lead to; this package is on every machine."""
    for name, (path, source) in sorted(
        source_imports.sources(source_imports.of_notebook(notebook), [root, beside]).items()
    ):
        if name.partition(".")[0] != source_imports.PACKAGE and path.is_relative_to(root) and path.suffix == ".py":
            yield path.relative_to(root).as_posix(), source.decode("utf-8", "replace")


def only_shows(source: str, imported: set[str]) -> bool:
    """Whether a cell is one expression that names a variable or calls something of the `imported` names."""
    tree = _parsed(source)
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return False
    shown = tree.body[0].value
    if any(isinstance(node, ast.NamedExpr | ast.Await) for node in ast.walk(shown)):
        return False
    root: ast.AST = shown.func if isinstance(shown, ast.Call) else shown
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and (root.id in imported or not isinstance(shown, ast.Call))


def imports_only(source: str) -> bool:
    """Whether a cell does nothing but import: what a warm process may do ahead for all runs."""
    tree = _parsed(source)
    return tree is not None and all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)


def _imports(source: str) -> Iterator[str]:
    tree = _parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _parsed(source: str) -> ast.Module | None:
    try:
        return code_cells.cell(source)
    except SyntaxError:  # for whoever runs it to tell
        return None
