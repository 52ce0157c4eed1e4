"""What is said of a run that failed: one line with the notebook, the cell that failed and the cause."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from compute_ledger.report.errors import NO_ROOM, ExecutionError, ReportError, TargetError, no_room
from compute_ledger.report.notebooks.notebook_file import INJECTED, tags

if TYPE_CHECKING:
    from compute_ledger.report.kernels.kernel_manager import Watch

Hook = Callable[..., Any]
OLDEST_WITH_IDS = 5  # minor number of nbformat 4


class Cells:
    """The cells of a notebook under way, and which of them runs, as nbclient tells through `hooks`."""

    def __init__(self, notebook: Mapping[str, Any], name: str) -> None:
        self.name = name
        self.cells = list(notebook["cells"])
        # Ids that were made up when the file was read are no help to whoever looks for the cell in it.
        self.has_ids = notebook["metadata"].get("orig_nbformat_minor", OLDEST_WITH_IDS) >= OLDEST_WITH_IDS
        self.running: int | None = None
        self.last: int | None = None

    def hooks(self, settings: MutableMapping[str, Any]) -> dict[str, Hook]:
        """Hooks for nbclient, which call those that are in `settings`, and take them out."""
        return {
            "on_cell_execute": self._then(self._begins, settings.pop("on_cell_execute", None)),
            "on_cell_executed": self._then(self._ends, settings.pop("on_cell_executed", None)),
        }

    def place(self, number: int | None) -> str:
        """The notebook and one of its cells, for messages."""
        if number is None:
            return self.name
        if self.has_ids:
            return f"{self.name}, cell {self.cells[number].id!r}"
        before = sum(INJECTED not in tags(cell) for cell in self.cells[:number])
        return f"{self.name}, cell {before + 1}"

    def stopped(self) -> str:
        """Where a run stopped that no cell ended: in a cell, after one, or before the first."""
        if self.running is None and self.last is not None:
            return self.place(self.last).replace(", cell ", ", after cell ", 1)
        return self.place(self.running)

    def _begins(self, number: int) -> None:
        self.running = self.last = number

    def _ends(self, _: int) -> None:
        self.running = None

    def _then(self, ours: Callable[[int], None], theirs: Hook | None) -> Hook:
        def hook(**event: Any) -> Any:
            ours(event["cell_index"])
            return theirs(**event) if theirs else None

        return hook


def explained(error: Exception, cells: Cells, timeout_s: int | None, watch: "Watch", where: str) -> ReportError:
    """One line for what papermill or nbclient raised; `where` says what became of the notebook."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, ReportError):
        return type(error)(f"{error.message}{where}")
    if isinstance(error, PapermillExecutionError):
        message = " ".join(str(error.evalue).split())
        return ExecutionError(f"{cells.place(error.cell_index)}: {error.ename}: {message}{where}")
    place = cells.stopped()
    if isinstance(error, CellTimeoutError):
        return ExecutionError(f"{place}: still running after {timeout_s} s; the kernel was stopped{where}")
    if isinstance(error, DeadKernelError):
        return ExecutionError(f"{place}: {_end(watch)}{where}")
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return TargetError(f"{place}: {no_room(error)}{where}")
    last_output = f"; {_said(watch)}" if _said(watch) else ""
    return ExecutionError(f"{place}: {type(error).__name__}: {' '.join(str(error).split())[:300]}{last_output}{where}")


def early_end(cells: Sequence[Mapping[str, Any]]) -> int | None:
    """The number of the cell that ended a run which papermill takes for a success: by sys.exit(0)."""
    return next((number for number, cell in enumerate(cells) if cell["metadata"]["papermill"]["exception"]), None)


def _end(watch: "Watch") -> str:
    """How a kernel ended that was to go on."""
    if watch.flooded:
        return f"more than {watch.most_bytes:,} bytes of output; the kernel was stopped; show or print less"
    code = watch.exit_code() or 0
    if code < 0:
        return f"the kernel died of signal {-code}; is there enough memory?"
    return f"the kernel ended with exit code {code}; {_said(watch) or 'no cell may end it'}"


def _said(watch: "Watch") -> str:
    """The last line that a kernel which was started cold has written to its standard error."""
    path = watch.last_words
    lines = path.read_text("utf-8", "replace").split("\n") if path.is_file() else []
    line = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"it said: {line[:300]}" if line else ""
