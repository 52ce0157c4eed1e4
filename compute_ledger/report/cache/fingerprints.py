"""What a chapter's result hangs on, each part as hashes of contents: never a time or an order.

A path of this machine is in it only where a parameter leads out of the project. A part maps names (a parameter, a file,
a package) to what each is, so that a change can be named.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from compute_ledger.report.cache import source_imports

Part = dict[str, str]
Parts = dict[str, Part]
DATA = Path("data")  # what notebooks read that name no folder of data
PACKAGE = "datapackage.json"
RUNNER = (
    "compute_ledger.report.execution.runner",
    "compute_ledger.report.execution.worker_pools",
    "compute_ledger.report.kernels.fork_server",
)
RENDERER = (
    "compute_ledger.report.site.chapters",
    "compute_ledger.report.pages.exporter",
    "compute_ledger.report.records.record_blocks",
    "compute_ledger.report.site.search_index",
    "compute_ledger.report.site.print_edition",
    "compute_ledger.report.site.reading.chapter_cards",
    "compute_ledger.report.site.reading.previews",
)


def digest(value: Any) -> str:
    """SHA-256 of a value that JSON can hold."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def of_run(
    notebook: Mapping[str, Any], defaults: Mapping[str, Any], parameters: Mapping[str, Any], edition: str, root: Path
) -> Parts:
    """Everything that the executed notebook depends on; a parameter that is given is seen in it, default or not."""
    texts = {**defaults, **parameters}.values()
    texts_of_values = {name: f"{value!r} by default" for name, value in defaults.items()}
    texts_of_values |= {name: repr(value) for name, value in parameters.items()} | {"the edition": edition}
    return {
        "notebook": _cells(notebook),
        "parameters": texts_of_values,
        # Also what a library opens in a way that no record shows.
        "data": _without_history(files_in([DATA, *folders(texts, root)], root), root) | named_files(texts, root),
        "package": source_imports.files([*source_imports.of_notebook(notebook), *RUNNER], root),
        **installed(),
    }


def installed() -> Parts:
    """The Python that runs, and the name and version of every package that is installed for it."""
    infos = {path.stem for folder in sys.path if folder for path in Path(folder).glob("*.dist-info")}
    split = (name.partition("-") for name in infos)
    python = {"Python": sys.version, "system": f"{sys.platform} {platform.machine()}"}
    return {"versions": {name: version for name, _, version in split}, "python": python}


def files_in(folders: Iterable[Path], root: Path) -> Part:
    """Every file in `folders` (absolute, or below `root`) by its path, as in `named_files`.

    A folder from elsewhere is looked through to its depth only when it is a data package: it may be a whole disk.
    """
    hashes = {}
    for folder in folders:
        to_its_depth = not folder.is_absolute() or folder.is_relative_to(root) or (folder / PACKAGE).is_file()
        for path in sorted((root / folder).rglob("*") if to_its_depth else folder.glob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                hashes[_name(path, root)] = _hashed(path)
    return hashes


def history_files(folder: Path) -> set[str]:
    """Names of the tables in a data package that only tell what others held before (`onlyHistory`); none elsewhere."""
    try:
        package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
        return {table["path"] for table in package["resources"] if table.get("onlyHistory") is True}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set()


def _without_history(files: Part, root: Path) -> Part:
    """A run that does read such a table is known by its record."""
    unread = {
        _name(folder / name, root)
        for folder in {(root / path).parent for path in files if Path(path).name == PACKAGE}
        for name in history_files(folder)
    }
    return {path: content for path, content in files.items() if path not in unread}


def _cells(notebook: Mapping[str, Any]) -> Part:
    """Of code only: no run looks at the text between."""
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cells = {cell["id"]: digest([cell["source"], cell["metadata"]]) for cell in code}
    return {**cells, "the order of cells": digest(list(cells)), "metadata": digest(notebook["metadata"])}


def folders(values: Iterable[Any], root: Path) -> list[Path]:
    """Folders that the `values` of parameters name: what is in them is read."""
    return [folder for folder in _named(values, root) if os.path.isdir(folder) and not root.is_relative_to(folder)]


def named_files(values: Iterable[Any], root: Path) -> Part:
    """Files that the `values` of parameters name, by their paths: in the project, or else on this machine."""
    return {_name(path, root): _hashed(path) for path in _named(values, root) if os.path.isfile(path)}


def _named(values: Iterable[Any], root: Path) -> list[Path]:
    texts = [value for value in values if isinstance(value, str) and value]
    return [(root / text).resolve() for text in texts if len(text) < 4096 and "\0" not in text]


def _name(path: Path, root: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
