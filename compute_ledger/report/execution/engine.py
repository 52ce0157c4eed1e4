"""The papermill engine `compute-ledger`: papermill --engine compute-ledger in.ipynb out.ipynb -p name value.

Before any cell runs, names and values are checked against the notebook's parameters cell, and the cell that papermill
made of them is made anew from what was checked. The output appears under its name only when all cells have run, in
one step; a run that fails is saved beside it, as <name>.failed.ipynb. Kernels are forked from a warm process, which
other runs in the same Python process share, and see no profile or start-up file of the user's.

Runs may go on in several threads of one process. papermill's `cwd` is not for them: it changes the folder of the whole
process. `resources={"metadata": {"path": FOLDER}}` is what nbclient has instead, for the kernel alone.

What papermill does before it calls an engine stays papermill's: it reads `-p top 1_0` as the number 10 (`-r` gives
text as it is), and it fills {name} in output paths.
"""

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import nbformat

from compute_ledger.report.cache import kernel_extension
from compute_ledger.report.errors import ExecutionError, NotebookError
from compute_ledger.report.execution.failure_messages import Cells, early_end, explained
from compute_ledger.report.execution.injected_parameters import set_parameters
from compute_ledger.report.files import locks
from compute_ledger.report.kernels.shared_fork_servers import warm_process
from compute_ledger.report.notebooks.notebook_file import RAISES, tags

NAME, KERNEL = "compute-ledger", "python3"
logger = logging.getLogger("papermill")


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
        to_the_end: bool = False,
        recorded: kernel_extension.Settings | None = None,
        expected_errors: dict[str, list[Any]] | None = None,
        **settings: Any,
    ) -> nbformat.NotebookNode:
        """Run `nb`, which papermill has prepared; every failure is a ReportError of one line.

        `notebook_name` stands in messages for the file's name; a failed run is saved to `failed_path`, or else
        beside papermill's output path. A cell that calls sys.exit(0) ends the run well, as in papermill, unless it has
        to go `to_the_end`. Cells import modules that lie beside the notebook; `recorded` says where it lies when
        papermill does not know, and where to write down what is read. Other `settings` are those of papermill's own
        engine and of nbclient.

        A cell tagged raises-exception lets those below it run, but papermill takes its traceback for a failure of the
        run, later. Whoever gives `expected_errors` gets the outputs of such cells in it, by id, and not in the result.
        """
        source = settings.get("input_path")
        name = notebook_name or _name(source)
        if kernel_name != KERNEL:
            raise NotebookError(f"{name} wants kernel {kernel_name!r}, which this engine has not; use -k {KERNEL}")
        from compute_ledger.report.execution import papermill_files

        set_parameters(nb, name, source)
        folder, output = papermill_files.started_in(), None
        path = output_path or nb.metadata.papermill.get("output_path")
        if path and path != "-":
            is_local = papermill_files.is_local(path)
            if not is_local or papermill_files.refuse_unwritable(path, folder):
                failed_path = failed_path or f"{path.removesuffix('.ipynb')}.failed.ipynb"
            output = papermill_files.Output(path, folder) if is_local else None
        try:
            settings["recorded"] = recorded or kernel_extension.Settings(_folder_of(source, folder))
            executed = _execute(nb, name, to_the_end, failed_path, folder, expected_errors, settings)
        except BaseException:
            if output:
                output.withdraw()
            raise
        if failed_path:
            papermill_files.remove(failed_path, folder)
        return executed

    @classmethod
    def nb_kernel_name(cls, nb: nbformat.NotebookNode, name: str | None = None) -> str:
        """The kernel that was asked for, or else the notebook's."""
        return str(name or nb.metadata.get("kernelspec", {}).get("name", KERNEL))

    @classmethod
    def nb_language(cls, nb: nbformat.NotebookNode, language: str | None = None) -> str:
        """The language of the cells."""
        return str(language or nb.metadata.get("language_info", {}).get("name", "python"))


def _name(source: Any) -> str:
    """What to call a notebook: papermill takes a path, a notebook, the text of one, and - for the standard input."""
    if not isinstance(source, str) or source.lstrip().startswith("{"):
        return "the notebook"
    return "the notebook on the standard input" if source == "-" else Path(source).name


def _folder_of(source: Any, folder: Path) -> Path | None:
    """The folder that a notebook lies in, where it is a file: `source` as papermill has it, relative to `folder`."""
    path = folder / source if isinstance(source, str) and not source.lstrip().startswith("{") else None
    return path.resolve().parent if path and path.is_file() else None


def _execute(
    nb: nbformat.NotebookNode,
    name: str,
    to_the_end: bool,
    failed_path: str | None,
    folder: Path,
    expected_errors: dict[str, list[Any]] | None,
    settings: dict[str, Any],
) -> nbformat.NotebookNode:
    """Run the cells in a kernel of their own; a failure is explained, and saved to `failed_path` in `folder`."""
    from papermill.engines import NBClientEngine
    from papermill.execute import raise_for_execution_errors

    from compute_ledger.report.execution import papermill_files
    from compute_ledger.report.kernels.kernel_manager import Watch, watched

    cells, resources = Cells(nb, name), settings.pop("resources", {})
    # Settled now: another thread may change the folder of the process before the kernel starts.
    cwd = Path(resources.get("metadata", {}).get("path") or Path.cwd()).resolve()
    resources = {**resources, "metadata": {**resources.get("metadata", {}), "path": str(cwd)}}
    arguments = settings.get("extra_arguments", ["--IPKernelApp.log_level=50"])
    settings["extra_arguments"] = [*arguments, kernel_extension.ARGUMENT]
    settings |= {"resources": resources, **cells.hooks(settings)}
    with ExitStack() as held:
        watch = Watch(recording=settings.pop("recorded"))
        try:
            watch.scratch = held.enter_context(locks.temporary())
            watch.warm = held.enter_context(warm_process(nb, cwd))
            executed = NBClientEngine.execute_notebook(nb, KERNEL, kernel_manager_class=watched(watch), **settings)
            if expected_errors is not None:
                _set_aside(executed, expected_errors)
            raise_for_execution_errors(executed, None)  # which marks the cell
            _tell_exit(cells, to_the_end)
        except Exception as error:
            where = ""
            if failed_path:
                papermill_files.save(nb, failed_path, folder)
                where = f"; what ran is in {failed_path}"
            raise explained(error, cells, settings.get("execution_timeout"), watch, where) from error
    return executed


def _set_aside(executed: nbformat.NotebookNode, expected_errors: dict[str, list[Any]]) -> None:
    for cell in executed.cells:
        if RAISES in tags(cell) and cell.outputs:
            expected_errors[cell.id], cell.outputs = cell.outputs, []


def _tell_exit(cells: Cells, to_the_end: bool) -> None:
    """papermill takes a cell that calls sys.exit(0) for a success, and runs none of those below it."""
    number = early_end(cells.cells)
    if number is None:
        return
    if to_the_end:
        raise ExecutionError(f"{cells.place(number)}: it ends the run, so that no cell below it was run; let it go on")
    logger.warning(f"{cells.place(number)}: it ended the run with sys.exit(0); no cell below it was run")
