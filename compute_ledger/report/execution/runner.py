"""Execute notebooks with papermill, each in a kernel of its own, several side by side."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from compute_ledger.report.cache import kernel_extension
from compute_ledger.report.execution import engine
from compute_ledger.report.execution.jobs import Job
from compute_ledger.report.execution.parallel_calls import Done, in_parallel
from compute_ledger.report.notebooks.parameters import Value

VERSIONED = ("pandas", "altair", "papermill", "nbconvert")


def run_job(job: Job) -> float:
    """Execute one notebook, its kernel in the project's folder, and save it; seconds taken."""
    import papermill

    from compute_ledger.report.notebooks import output_ids
    from compute_ledger.report.notebooks.notebook_file import scrub, scrub_messages, write_notebook

    began = time.monotonic()
    expected_errors: dict[str, Any] = {}
    record = None if job.known_modules is None else job.record
    executed = papermill.execute_notebook(
        job.source.copy(),
        None,
        parameters=job.parameters,
        engine_name=engine.NAME,
        notebook_name=job.chapter.notebook.name,
        failed_path=str(job.failed) if job.failed else None,
        to_the_end=True,  # a page would miss what no cell has shown
        kernel_name=engine.KERNEL,
        language="python",  # which not every notebook says
        resources={"metadata": {"path": str(job.root)}},
        expected_errors=expected_errors,
        recorded=kernel_extension.Settings(job.chapter.notebook.parent.resolve(), record, job.known_modules or ()),
        progress_bar=False,
        execution_timeout=job.timeout_s,
        shutdown_kernel="immediate",
    )
    for cell in executed.cells:
        if cell.id in expected_errors:
            cell.outputs = expected_errors[cell.id]
    private = _private_paths(job)
    scrub(executed, _record(job, private), private)
    scrub_messages(executed, job.root)
    output_ids.settle(executed)
    write_notebook(executed, job.output)
    return time.monotonic() - began


def run_all(jobs: Sequence[Job], pool: Executor, done: Done | None = None) -> dict[str, float]:
    """Run every job, with a progress bar on a terminal; seconds by label. The first failure is raised."""
    return in_parallel("Running", {job.label: (run_job, job) for job in jobs}, pool, done)


def _private_paths(job: Job) -> dict[str, str]:
    """Folders given as parameters and what stands for them in print, longest first."""
    absolute = [v for v in job.parameters.values() if isinstance(v, str) and Path(v).is_absolute()]
    return {path: Path(path).name or "/" for path in sorted(absolute, key=len, reverse=True)}


def _record(job: Job, private: Mapping[str, str]) -> dict[str, Any]:
    """What the run card says: every parameter with its value and default, and the versions."""
    from importlib.metadata import version

    values: dict[str, Value] = {
        name: private.get(value, value) if isinstance(value, str) else value for name, value in job.parameters.items()
    }
    return {
        "edition": job.edition.name,
        "parameters": [
            {"name": p.name, "value": values.get(p.name, p.default), "default": p.default, "help": p.help}
            for p in job.source.parameters
        ],
        "versions": {package: version(package) for package in VERSIONED},
    }
