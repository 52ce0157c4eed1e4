"""Store the outputs of a run in the notebooks themselves: what nbval compares and what viewers show."""

from pathlib import Path

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.execution.jobs import Job, plan
from compute_ledger.report.execution.runner import run_all
from compute_ledger.report.execution.worker_pools import worker_pool
from compute_ledger.report.files import locks
from compute_ledger.report.notebooks.notebook_file import read_notebook, write_notebook


def refresh(root: Path, *, jobs: int) -> list[Path]:
    """Run every chapter of the default edition and store its outputs; the notebooks that changed.

    Everything else in the files stays. Nothing is stored when a chapter fails.
    """
    contents = read_contents(root)
    with locks.temporary() as scratch:
        planned = plan(contents, contents.editions[:1], {}, scratch)
        with worker_pool(min(jobs, len(planned)), jobs=planned) as pool:
            run_all(planned, pool)
        return [job.chapter.notebook for job in planned if _store(job)]


def _store(job: Job) -> bool:
    """Copy outputs and counts by cell id; whether the file changed."""
    stored, executed = read_notebook(job.chapter.notebook), read_notebook(job.output)
    before = job.chapter.notebook.read_bytes()
    executed_cells = {cell.id: cell for cell in executed.cells}
    for cell in stored.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = (
                executed_cells[cell.id].outputs,
                executed_cells[cell.id].execution_count,
            )
    write_notebook(stored, job.chapter.notebook)
    return before != job.chapter.notebook.read_bytes()
