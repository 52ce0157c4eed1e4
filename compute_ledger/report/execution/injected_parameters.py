"""The cell of values that papermill puts below the parameters cell: checked, and in line with what is recorded.

What stands in the cell is what runs. papermill makes it anew when values are given, and keeps that of an earlier run
when none are, edited by hand or not.
"""

import ast
from collections.abc import Mapping
from typing import Any

import nbformat

from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks.code_cells import python
from compute_ledger.report.notebooks.notebook_file import INJECTED, PARAMETERS, tags
from compute_ledger.report.notebooks.parameters import Value, check, declared

LANGUAGE = ("python3", "python")  # a kernel and its language, for papermill's translation of values


def set_parameters(nb: nbformat.NotebookNode, name: str, source: Any = None) -> None:
    """Check what the injected cell says, and write cell and record anew where they say it otherwise.

    `nb` is called `name` in messages, and was read by papermill from `source`. ParameterError when the notebook would
    not take a value, NotebookError when the cell is none that could be checked.
    """
    from papermill.parameterize import translate_parameters

    injected_cells = [number for number, cell in enumerate(nb.cells) if INJECTED in tags(cell)]
    if not injected_cells:
        nb.metadata.papermill["parameters"] = {}  # those of an earlier run, whose cell was removed since
        return
    if len(injected_cells) > 1:
        raise NotebookError(f"{name} has {len(injected_cells)} cells tagged {INJECTED!r}; keep one")
    cell = nb.cells[injected_cells[0]]
    is_new = "papermill" not in cell.metadata  # which papermill gives to every cell that it reads
    injected = nb.metadata.papermill.get("parameters", {}) if is_new else _assigned(cell.source, name)
    values = check(declared(nb, name), injected, name)
    _refuse_misplaced(nb, injected_cells[0], name)
    nb.metadata.papermill["parameters"] = values
    if is_new:
        _tell_lost(source, values, name)
    # An edited cell may have comments, which stay where it says what was checked: 3.0 is not 3 here.
    if is_new or repr(dict(injected)) != repr(values):
        cell.source = translate_parameters(*LANGUAGE, values, "Parameters")


def _assigned(source: str, name: str) -> dict[str, Value]:
    """The values in the injected cell of a notebook that has been run before."""
    assigned = {}
    try:
        for node in python(source).body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=key)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=key), value=ast.expr() as value)
                ):
                    assigned[key] = ast.literal_eval(value)
                case _:
                    raise ValueError(ast.unparse(node))
    except (SyntaxError, ValueError, TypeError) as error:
        raise NotebookError(f"{name}: the cell tagged {INJECTED!r} sets more than plain values: {error}") from error
    return assigned


def _refuse_misplaced(nb: nbformat.NotebookNode, number: int, name: str) -> None:
    """Cells between the defaults and the values would use the one, those below the other."""
    first = next((place for place, cell in enumerate(nb.cells) if PARAMETERS in tags(cell)), None)
    if first is None:
        return  # it sets nothing, since nothing could be set
    between = [cell for cell in nb.cells[first + 1 : number] if cell.cell_type == "code" and cell.source.strip()]
    if number < first or between:
        where = "below cells that run without it" if between else "above the parameters cell, whose defaults would win"
        raise NotebookError(f"{name}: the cell tagged {INJECTED!r} stands {where}; move it below the parameters cell")


def _tell_lost(source: Any, values: Mapping[str, Value], name: str) -> None:
    """Warn of values of an earlier run, or of an edit by hand, that papermill drops because others were given."""
    from papermill.log import logger

    for cell in _cells_before(source):
        if INJECTED in tags(cell):
            try:
                lost = {key: value for key, value in _assigned(cell.source, name).items() if key not in values}
                losses = ", ".join(f"{key} (was {value!r})" for key, value in lost.items())
            except NotebookError:
                losses = "whatever else it said"
            if losses:
                logger.warning(f"{name}: the values given replace the cell {INJECTED!r} of before; gone are: {losses}")


def _cells_before(source: Any) -> list[nbformat.NotebookNode]:
    """The cells of the notebook as it was, where it can be read a second time: in memory or on this machine."""
    from papermill.iorw import papermill_io

    from compute_ledger.report.execution.papermill_files import is_local

    if isinstance(source, nbformat.NotebookNode):
        return list(source.cells)
    if not isinstance(source, str) or not is_local(source):
        return []
    text = papermill_io.get_handler(source).read(source)
    return list(nbformat.reads(text, as_version=4).cells) if INJECTED in text else []
