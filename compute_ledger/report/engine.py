"""The papermill engine `compute-ledger`: papermill --engine compute-ledger in.ipynb out.ipynb -p name value.

Before any cell runs, names and values are checked against the notebook's parameters cell, and the cell that papermill
made of them is made anew from what was checked. The output appears under its name only when all cells have run, in
one step; a run that fails is saved beside it, as <name>.failed.ipynb. Kernels are forked from a warm process, which
later runs in the same Python process share.

What papermill does before it calls an engine stays papermill's: it reads `-p top 1_0` as the number 10 (`-r` gives
text as it is), and it fills {name} in output paths.
"""

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from compute_ledger.report.errors import NO_ROOM, ExecutionError, NotebookError, ReportError, TargetError, no_room
from compute_ledger.report.given import python
from compute_ledger.report.notebooks import INJECTED, tags
from compute_ledger.report.parameters import Value, check, declared

if TYPE_CHECKING:
    from compute_ledger.report.kernel import Watch

NAME, KERNEL = "compute-ledger", "python3"


class ComputeLedgerEngine:
    """What papermill calls; it is loaded with papermill itself, so that nothing of papermill is imported up here."""

    @classmethod
    def execute_notebook(
        cls,
        nb: nbformat.NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        *,
        notebook_name: str = "",
        failed_path: str | None = None,
        **settings: Any,
    ) -> nbformat.NotebookNode:
        """Run `nb`, which papermill has prepared; every failure is a ReportError of one line.

        `notebook_name` stands in messages for the file's name; a failed run is saved to `failed_path`, or else
        beside papermill's output path. Other `settings` are those of papermill's own engine.
        """
        name = notebook_name or Path(str(settings.get("input_path"))).name
        if kernel_name != KERNEL:
            raise NotebookError(f"{name} wants kernel {kernel_name!r}, which this engine has not; use -k {KERNEL}")
        from compute_ledger.report import whole_files

        _set_parameters(nb, name)
        output = output_path or nb.metadata.papermill.get("output_path")
        if output and output != "-":
            failed_path = failed_path or f"{output.removesuffix('.ipynb')}.failed.ipynb"
            whole_files.take_over(output)
        executed = _execute(nb, name, failed_path, **settings)
        if failed_path:
            whole_files.remove(failed_path)
        return executed

    @classmethod
    def nb_kernel_name(cls, nb: nbformat.NotebookNode, name: str | None = None) -> str:
        """The kernel that was asked for, or else the notebook's."""
        return str(name or nb.metadata.get("kernelspec", {}).get("name", KERNEL))

    @classmethod
    def nb_language(cls, nb: nbformat.NotebookNode, language: str | None = None) -> str:
        """The language of the cells."""
        return str(language or nb.metadata.get("language_info", {}).get("name", "python"))


def _set_parameters(nb: nbformat.NotebookNode, name: str) -> None:
    """Check what was given, and write the injected cell anew; ParameterError when the notebook would not take it."""
    from papermill.parameterize import translate_parameters

    cells = [cell for cell in nb.cells if INJECTED in tags(cell)]
    if not cells:
        return
    if len(cells) > 1:
        raise NotebookError(f"{name} has {len(cells)} cells tagged {INJECTED!r}; keep one")
    given = nb.metadata.papermill.get("parameters") or _assigned(cells[0].source, name)
    values = check(declared(nb, name), given, name)
    nb.metadata.papermill["parameters"] = values
    cells[0].source = translate_parameters(KERNEL, "python", values, "Parameters")


def _assigned(source: str, name: str) -> dict[str, Value]:
    """The values in the injected cell of a notebook that has been run before."""
    given = {}
    try:
        for node in python(source).body:
            if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
                raise ValueError(ast.unparse(node))
            given[node.targets[0].id] = ast.literal_eval(node.value)
    except (SyntaxError, ValueError) as error:
        raise NotebookError(f"{name}: the cell tagged {INJECTED!r} sets more than plain values: {error}") from error
    return given


def _execute(nb: nbformat.NotebookNode, name: str, failed_path: str | None, **settings: Any) -> nbformat.NotebookNode:
    from papermill.engines import NBClientEngine
    from papermill.execute import raise_for_execution_errors
    from papermill.iorw import write_ipynb

    from compute_ledger.report.kernel import Watch, warm_up, watched

    warm_up(nb)
    watch = Watch()
    started: list[str] = []
    settings.setdefault("extra_arguments", ["--IPKernelApp.log_level=50"])
    try:
        executed = NBClientEngine.execute_notebook(
            nb,
            KERNEL,
            kernel_manager_class=watched(watch),
            on_cell_start=lambda cell, **_: started.append(cell.id),
            **settings,
        )
        raise_for_execution_errors(executed, None)  # which marks the cell
        _refuse_exit(executed)
    except Exception as error:
        if failed_path:
            write_ipynb(nb, failed_path)
        where = f"; what ran is in {failed_path}" if failed_path else ""
        timeout_s = settings.get("execution_timeout")
        raise _explained(error, name, started[-1] if started else "", timeout_s, watch, where) from error
    return executed


def _refuse_exit(nb: nbformat.NotebookNode) -> None:
    """papermill takes a cell that calls sys.exit(0) for a success, and runs none of those below it."""
    for cell in nb.cells:
        if any(output.output_type == "error" for output in cell.get("outputs", ())):
            raise RuntimeError("it ends the run, so that no cell below it was run; let it go on")


def _explained(
    error: Exception, notebook: str, cell: str, timeout_s: int | None, watch: "Watch", where: str
) -> ReportError:
    """One line for what papermill or nbclient raised."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    place = f"{notebook}, cell {cell!r}" if cell else notebook
    if isinstance(error, PapermillExecutionError):
        message = " ".join(str(error.evalue).split())
        return ExecutionError(f"{place}: {error.ename}: {message}{where}")
    if isinstance(error, CellTimeoutError):
        return ExecutionError(f"{place}: still running after {timeout_s} s; the kernel was stopped{where}")
    if isinstance(error, DeadKernelError):
        return ExecutionError(f"{place}: {_end(watch)}{where}")
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return TargetError(f"{place}: {no_room(error)}{where}")
    return ExecutionError(f"{place}: {type(error).__name__}: {' '.join(str(error).split())[:300]}{where}")


def _end(watch: "Watch") -> str:
    """How a kernel ended that was to go on."""
    if watch.flooded:
        return f"more than {watch.most_bytes:,} bytes of output; the kernel was stopped; show or print less"
    code = watch.exit_code() or 0
    if code < 0:
        return f"the kernel died of signal {-code}; is there enough memory?"
    return f"the kernel ended with exit code {code}; no cell may end it"
