"""Builds without kernels: what the run of a chapter would have made is given, all that comes after it is real."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import nbformat
import pytest

from compute_ledger.report.cache.recorder import Recorder
from compute_ledger.report.execution.jobs import Job
from compute_ledger.report.execution.parallel_calls import Done
from compute_ledger.report.notebooks.notebook_file import read_notebook, write_notebook
from compute_ledger.report.pages import exporter
from compute_ledger.report.site import chapters

SECONDS = 1.5


def as_stored(job: Job) -> nbformat.NotebookNode:
    """The notebook of the chapter with the outputs that are stored in it."""
    return read_notebook(job.chapter.notebook)


def pretend_runs(patch: pytest.MonkeyPatch, executed: Callable[[Job], nbformat.NotebookNode] = as_stored) -> None:
    """Until `patch` is undone, a chapter's run yields what `executed` makes of its job, or fails as that does.

    Each takes SECONDS and has read nothing beyond the files of its project; pages are rendered in a thread of this
    process.
    """

    def run_all(jobs: Sequence[Job], _pool: Executor, done: Done | None = None) -> Mapping[str, float]:
        for job in jobs:
            job.output.parent.mkdir(exist_ok=True)
            write_notebook(executed(job), job.output)
            if job.known_modules is not None:
                Recorder(job.record).end()
            if done:
                done(job.label, SECONDS)
        return {job.label: SECONDS for job in jobs}

    patch.setattr(chapters, "run_all", run_all)
    patch.setattr(chapters, "pool_for", lambda *_: ThreadPoolExecutor(1))


def forget_templates() -> None:
    """As in a new process: templates are read, and hashed, once in each."""
    chapters.renderer_parts.cache_clear()
    exporter.report_exporter.cache_clear()
