"""Notebook files: read strictly, written whole, stripped of what differs between two equal runs."""

import base64
import copy
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from compute_ledger.report.errors import NotebookError
from compute_ledger.shared.atomic_files import write_whole
from compute_ledger.shared.mime_types import EXHIBIT, PNG

RECORD = "compute_ledger"
PARAMETERS, INJECTED = "parameters", "injected-parameters"  # tags of papermill's cells; the second is an id, too
RAISES = "raises-exception"  # a tag of the ecosystem, which nbclient and nbval heed
# Where messages of Python place things: a package by its folder, a cell by a file that is there for one run.
INSTALLED, CELL_FILE = re.compile(r"[^\s\"']*/site-packages/"), re.compile(r"/[^\s:]*/ipykernel_\d+/\d+\.py")
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
MERGE_MARK = re.compile(r"^(?:<{7}|={7}|>{7})(?= |$)", re.MULTILINE)  # no line of JSON begins so
MOST_BYTES = 64_000_000


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path` (nbformat 4.5 or newer, cell ids unique); NotebookError names file and flaw."""
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MOST_BYTES:
            raise NotebookError(f"{path.name} has {size_bytes:,} bytes; clear its outputs: {MOST_BYTES:,} are read")
        text = path.read_text(encoding="utf-8")
        if mark := MERGE_MARK.search(text):
            line = text.count("\n", 0, mark.start()) + 1
            fix = "take one side whole (git checkout --ours or --theirs) and store its outputs anew, or settle each"
            raise NotebookError(f"{path.name}, line {line}: a merge that is not settled; {fix}")
        notebook = nbformat.reader.reads(text)
        if (notebook.nbformat, notebook.get("nbformat_minor", 0)) < (4, 5):
            raise NotebookError(f"{path.name} is of an old format without cell ids; open and save it in Jupyter")
        if SURROGATE.search(text):
            _refuse_half_characters(notebook, path.name)
        _refuse_double_ids(notebook, path.name)
        nbformat.validate(notebook)
    except OSError as error:
        raise NotebookError(f"cannot read {path}: {error.strerror}") from error
    except RecursionError as error:
        raise NotebookError(f"{path.name} is nested too deep to be a notebook; open and save it in Jupyter") from error
    except (ValueError, AttributeError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        flaw = str(error).splitlines()[0][:200]
        raise NotebookError(f"{path.name} is no valid notebook: {flaw}; open and save it in Jupyter") from error
    return notebook


def _refuse_half_characters(notebook: nbformat.NotebookNode, name: str) -> None:
    """JSON can spell half of a surrogate pair, which no file in UTF-8 can hold."""
    try:
        json.dumps(notebook, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = ord(error.object[error.start])
        raise NotebookError(f"{name} holds U+{half:04X}, half of a character; remove it") from error


def _refuse_double_ids(notebook: nbformat.NotebookNode, name: str) -> None:
    seen: set[str] = set()
    for cell in notebook.get("cells", []):
        if cell.get("id") in seen:
            raise NotebookError(f"{name} has two cells with the id {cell.id!r}; rename one")
        seen.add(cell.get("id"))


def refuse_foreign(notebook: nbformat.NotebookNode, name: str) -> None:
    """NotebookError for what no build can use: another language than Python.

    A Python kernel of any name is ours, whatever is installed.
    """
    kernel = notebook.metadata.get("kernelspec", {})
    kernel_name = kernel.get("name", "python3")
    language = notebook.metadata.get("language_info", {}).get("name") or kernel.get("language")
    if (language or kernel_name).lower() not in ("python", "python3", "ipython"):
        raise NotebookError(
            f"{name} wants kernel {kernel_name!r}, language {language or '?'}; only Python notebooks are run"
        )


def tags(cell: Mapping[str, Any]) -> list[str]:
    """A cell's tags."""
    return list(cell["metadata"].get("tags", []))


def scrub(notebook: nbformat.NotebookNode, record: Mapping[str, Any], paths: Mapping[str, str]) -> None:
    """Drop times, random ids and machine paths in place; keep `record` under metadata.compute_ledger.

    Of the version of Python the first two numbers stay: what comes out hangs on no more.
    `paths` maps folders of this machine to what stands for them in the published notebook.
    """
    notebook.metadata.pop("papermill", None)
    language = notebook.metadata.get("language_info", {})
    if "version" in language:
        language["version"] = ".".join(language["version"].split(".")[:2])
    notebook.metadata[RECORD] = dict(record)
    for cell in notebook.cells:
        for key in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(key, None)
        if INJECTED in tags(cell):
            cell.id = INJECTED
            for path, stand_in in paths.items():
                cell.source = cell.source.replace(path, stand_in)


def scrub_messages(notebook: nbformat.NotebookNode, root: Path) -> None:
    """Drop in place what warnings and tracebacks say of this machine: where `root` and packages lie, names of runs."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream" and output.name == "stderr":
                output.text = _without_places(output.text, root)
            elif output.output_type == "error":
                output.traceback = [_without_places(line, root) for line in output.traceback]


def _without_places(text: str, root: Path) -> str:
    return CELL_FILE.sub("this cell", INSTALLED.sub("", text)).replace(f"{root}/", "")


def with_text_of(source: nbformat.NotebookNode, executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What a run of `source` would give, when `executed` is that of a notebook with the same code cells."""
    ran = {cell.id: cell for cell in executed.cells}
    cells = []
    for cell in source.cells:
        if INJECTED in tags(cell):  # of an earlier run; it is where this one's is
            continue
        cells.append(ran[cell.id] if cell.cell_type == "code" else cell)
        if PARAMETERS in tags(cell) and INJECTED in ran:
            cells.append(ran[INJECTED])
        cells[-1].metadata.setdefault("tags", [])  # as papermill does
    return nbformat.from_dict({**executed, "cells": cells})


def taken_along(notebook: nbformat.NotebookNode, pictures: Mapping[str, bytes]) -> bytes:
    """An executed notebook for readers: without our record, and with the PNG of each chart, by its id.

    JupyterLab and the viewers of code hosts draw no Vega-Lite of today; a picture they all show.
    """
    copied = copy.deepcopy(notebook)
    copied.metadata.pop(RECORD, None)
    for cell in copied.cells:
        for output in cell.get("outputs", ()):
            exhibit = output.get("data", {}).get(EXHIBIT, {})
            if exhibit.get("id") in pictures:
                output.data[PNG] = base64.b64encode(pictures[exhibit["id"]]).decode()
    return f"{nbformat.writes(copied).rstrip()}\n".encode()


def write_notebook(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write under the final name in one step, making its folder where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(f"{nbformat.writes(notebook).rstrip()}\n".encode(), path)
