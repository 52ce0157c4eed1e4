"""Has the imports done and forks a process for each point: `python -m compute_ledger.report.sweep.point_server FD`.

It has one thread and never starts V8, so that a fork is safe; it ends when the other side of the connection does.
"""

import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from compute_ledger.report.errors import ReportError
from compute_ledger.report.files import locks
from compute_ledger.report.kernels import fork_server, isolation
from compute_ledger.report.notebooks.output_contract import KEY_FIGURES, checked_id, require
from compute_ledger.report.notebooks.parameters import Value
from compute_ledger.report.sweep.figure_cells import Recipe, imports_only
from compute_ledger.report.sweep.points import Outcome

Tell = Callable[[str], None]
Task = tuple[Recipe, dict[str, Value], str, int]  # recipe, parameters, folder to run in, seconds allowed


def serve(connection: Connection) -> None:
    """Answer every task with an Outcome until the connection is closed.

    Or with None, as its last word, when what it has imported is not what the task would import: other modules come
    with it, or a file was edited.
    """
    warmed: set[Recipe] = set()
    files: dict[str, tuple[int, int]] = {}
    while True:
        try:
            task: Task = connection.recv()
        except EOFError:
            return
        needs_other_modules = any(recipe.modules != task[0].modules for recipe in warmed)
        if needs_other_modules or not files.items() <= fork_server.imported_files().items():
            connection.send(None)
            return
        if task[0] not in warmed:
            _import_ahead(task)
            warmed.add(task[0])
            files = fork_server.imported_files()
        connection.send(_forked(task, connection))


def run_cells(recipe: Recipe, parameters: dict[str, Value], begins: Tell) -> tuple[dict[str, Any], ...]:
    """Run the cells in this process, as IPython does; the key figures that they show.

    `begins` is told where each cell is before it is run. ReportError when a cell raises, or when none of them shows
    key figures.
    """
    from IPython.utils.capture import capture_output

    shell = _shell()
    figures: dict[str, dict[str, Any]] = {}
    for cell in recipe.cells:
        place = f"{recipe.notebook}, cell {cell.id!r}"
        begins(place)
        with capture_output() as captured:
            result = shell.run_cell(cell.source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            message = " ".join(str(error).split())[:500]
            raise ReportError(f"{place}: {type(error).__name__}: {message}")
        if cell.declares:
            shell.user_ns.update(parameters)
        bundles = [output.data for output in captured.outputs]
        if result.result is not None:  # the last expression goes another way than display()
            bundles.append(shell.display_formatter.format(result.result)[0])
        for data in bundles:
            if KEY_FIGURES in data:
                for figure in require(data[KEY_FIGURES], KEY_FIGURES, place)["figures"]:
                    figures[checked_id(require(figure, "figure", place)["id"], place)] = figure
    if not figures:
        raise ReportError(f"{recipe.notebook}: no cell tagged 'key-figures' shows any")
    try:
        plain: list[dict[str, Any]] = json.loads(json.dumps(list(figures.values()), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ReportError(f"{recipe.notebook}: its key figures are no plain finite values: {error}") from error
    return tuple(plain)


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False  # no database, no thread
    return InteractiveShell.instance(config=config)


def _find_modules(recipe: Recipe, folder: str) -> None:
    """Let cells import modules of the project and beside the notebook; where it is not, copies that came along."""
    folders_here = [os.path.normpath(os.path.join(folder, recipe.notebook_folder)), folder]
    along = os.path.join(tempfile.gettempdir(), hashlib.sha256(repr(recipe.modules).encode()).hexdigest()[:16])
    for path, source in recipe.modules:
        if not os.path.isfile(os.path.join(folder, path)):
            os.makedirs(os.path.dirname(os.path.join(along, path)), exist_ok=True)
            with open(os.path.join(along, path), "w", encoding="utf-8") as file:
                file.write(source)
    for place in (os.path.normpath(os.path.join(along, recipe.notebook_folder)), along, *folders_here):
        if place in sys.path:
            sys.path.remove(place)
        sys.path.insert(0, place)


def _import_ahead(task: Task) -> None:
    """Do here what every run would do again: import what the notebook's cells of imports import."""
    os.chdir(task[2])
    _find_modules(task[0], task[2])
    _shell()
    for cell in task[0].cells:
        if imports_only(cell.source):
            try:
                exec(cell.source, {})
            except Exception:
                return  # each run meets the same error in its own process, and reports it with its cell


def _forked(task: Task, connection: Connection) -> Outcome:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _child(task, connection, Connection(writer, readable=False))
    os.close(writer)
    place, end = task[0].notebook, time.monotonic() + task[3]
    with Connection(reader, writable=False) as results:
        try:
            while ready := wait([results, connection], max(0, end - time.monotonic())):
                if results not in ready:
                    return Outcome()  # the other side is gone: nobody waits for it
                answer: Outcome | str = results.recv()
                if isinstance(answer, Outcome):
                    return answer
                place = answer
        except EOFError:
            return Outcome(error=f"ExecutionError: {place}: the process died; is there enough memory?")
        finally:
            fork_server.signal_group(child, signal.SIGKILL)  # and what it may have started
            os.waitpid(child, 0)
    return Outcome(error=f"ExecutionError: {place}: still running after {task[3]} s; stopped")


def _child(task: Task, connection: Connection, results: Connection) -> None:
    """Everything that happens in the forked process; it never returns."""
    try:
        os.setpgid(0, 0)
        connection.close()
        recipe, parameters, folder, _ = task
        os.chdir(folder)
        _find_modules(recipe, folder)
        try:
            outcome = Outcome(run_cells(recipe, parameters, results.send))
        except ReportError as error:
            kind = "ExecutionError" if type(error) is ReportError else type(error).__name__
            outcome = Outcome(error=f"{kind}: {error}")
        results.send(outcome)
    finally:
        os._exit(0)


def main() -> None:
    """Entry point of the process: its argument is the number of an inherited socket."""
    connection = Connection(int(sys.argv[1]))
    with locks.temporary() as scratch:
        os.environ.update(isolation.folders(scratch), COMPUTE_LEDGER_PICTURES="0")
        tempfile.tempdir = str(scratch)
        serve(connection)


if __name__ == "__main__":
    main()
