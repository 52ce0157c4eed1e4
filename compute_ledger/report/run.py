"""Execute notebooks with papermill, one process a notebook at a time, several side by side."""

import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report import engine
from compute_ledger.report.contents import Chapter, Contents, Edition, did_you_mean
from compute_ledger.report.errors import ExecutionError, ParameterError
from compute_ledger.report.parameters import Parameter, Value, check, declared
from compute_ledger.report.warm import WarmProcess, imports

CELL_TIMEOUT_S = 300
Done = Callable[[str, Any], None]
VERSIONED = ("pandas", "altair", "papermill", "nbconvert")


@dataclass(frozen=True)
class Job:
    """One chapter of one edition: `parameters` holds only what differs from the notebook's defaults.

    A run that fails is saved as `failed`, if that is given, and never as `output`.
    """

    chapter: Chapter
    edition: Edition
    parameters: dict[str, Value]
    root: Path
    output: Path
    timeout_s: int = CELL_TIMEOUT_S
    failed: Path | None = None

    @property
    def label(self) -> str:
        """`edition/chapter`, for progress lines."""
        return f"{self.edition.name}/{self.chapter.slug}"


def plan(contents: Contents, editions: Sequence[Edition], given: Mapping[str, Any], folder: Path) -> list[Job]:
    """Jobs for every chapter of the `editions`, outputs under `folder`/<edition>/<slug>.ipynb.

    An edition's parameters and those `given` (which win) go to the chapters that declare them; a name
    that no chapter declares, or a value one of them refuses, is a ParameterError before anything runs.
    """
    declarations = {chapter.slug: chapter_parameters(chapter) for chapter in contents.chapters}
    known = sorted({parameter.name for each in declarations.values() for parameter in each})
    jobs = []
    for edition in editions:
        wanted = {**edition.parameters, **given}
        for name in wanted:
            if name not in known:
                place = "any chapter" if len(contents.chapters) > 1 else contents.chapters[0].notebook.name
                place += "" if name in given else f", but edition {edition.name!r} sets it"
                raise ParameterError(f"unknown parameter {name!r} in {place}{did_you_mean(name, known)}")
        for chapter in contents.chapters:
            own = {parameter.name for parameter in declarations[chapter.slug]}
            mine = {name: value for name, value in wanted.items() if name in own}
            values = check(declarations[chapter.slug], mine, chapter.notebook.name)
            output = folder / edition.name / f"{chapter.slug}.ipynb"
            jobs.append(Job(chapter, edition, values, contents.root, output))
    return jobs


def chapter_parameters(chapter: Chapter) -> tuple[Parameter, ...]:
    """What the chapter's notebook declares."""
    from compute_ledger.report.notebooks import read_notebook

    return declared(read_notebook(chapter.notebook), chapter.notebook.name)


def run_job(job: Job) -> float:
    """Execute one notebook in this process (papermill changes its folder) and save it; seconds taken."""
    import papermill

    from compute_ledger.report.notebooks import read_notebook, scrub, write_notebook

    began = time.monotonic()
    source = read_notebook(job.chapter.notebook)
    executed = papermill.execute_notebook(
        source,
        None,
        parameters=job.parameters,
        engine_name=engine.NAME,
        notebook_name=job.chapter.notebook.name,
        failed_path=str(job.failed) if job.failed else None,
        kernel_name=engine.KERNEL,
        cwd=str(job.root),
        progress_bar=False,
        execution_timeout=job.timeout_s,
        shutdown_kernel="immediate",
    )
    private = _private_paths(job)
    scrub(executed, _record(job, source, private), private)
    write_notebook(executed, job.output)
    return time.monotonic() - began


@contextmanager
def worker_pool(
    workers: int, *, pictures: bool = False, jobs: Sequence[Job] = (), drawings: Path | None = None
) -> Iterator[ProcessPoolExecutor]:
    """Fresh worker processes (never forked: V8 and threads do not survive it), gone when the block ends.

    With `pictures` kernels are told to add a PNG to each chart. Kernels for `jobs`, all of one project, are forked
    from one process that has imported what their notebooks import. Charts drawn before are taken from `drawings`.

    On Ctrl-C or any error the workers are told to stop; each shuts its kernel down on the way out.
    """
    with tempfile.TemporaryDirectory(prefix="compute-ledger-", ignore_cleanup_errors=True) as scratch:
        spawn = multiprocessing.get_context("spawn")
        with _warm_process(jobs) if jobs else nullcontext() as warm:
            given = (scratch, pictures, warm.address if warm else "", str(drawings or ""))
            pool = ProcessPoolExecutor(max(1, workers), spawn, _start_worker, given)
            try:
                yield pool
            except BaseException:
                for process in list((pool._processes or {}).values()):
                    process.terminate()
                raise
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _warm_process(jobs: Sequence[Job]) -> WarmProcess:
    from compute_ledger.report.notebooks import read_notebook

    notebooks = [read_notebook(path) for path in dict.fromkeys(job.chapter.notebook for job in jobs)]
    return WarmProcess(imports(notebooks), jobs[0].root)


def run_all(jobs: Sequence[Job], pool: ProcessPoolExecutor, done: Done | None = None) -> dict[str, float]:
    """Run every job, with a progress bar on a terminal; seconds by label. The first failure is raised."""
    return in_parallel("Running", {job.label: (run_job, job) for job in jobs}, pool, done)


def in_parallel(
    what: str,
    tasks: Mapping[str, tuple[Callable[[Any], Any], Any]],
    pool: ProcessPoolExecutor,
    each: Done | None = None,
) -> dict[str, Any]:
    """Results of `tasks` (label -> function, argument) under their labels, in the order of `tasks`.

    `each` is called with label and result as soon as there is one.
    """
    from tqdm import tqdm

    futures: dict[Future[Any], str] = {pool.submit(task, given): label for label, (task, given) in tasks.items()}
    done: dict[str, Any] = {}
    with tqdm(total=len(futures), desc=what, unit="page", disable=not sys.stderr.isatty(), leave=False) as bar:
        for future in as_completed(futures):
            label = futures[future]
            done[label] = _result(future, label)
            if each:
                each(label, done[label])
            if not bar.disable:
                bar.write(f"{what.lower()} {label}", file=sys.stderr)
            bar.update()
    return {label: done[label] for label in tasks}


def _result(future: "Future[Any]", label: str) -> Any:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool as error:
        raise ExecutionError(f"a worker process died while {label} was under way; is there enough memory?") from error


def _start_worker(scratch: str, pictures: bool, warm: str, drawings: str) -> None:
    # Only the parent reacts to Ctrl-C; it then stops the workers, and SystemExit lets each end its kernel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop_worker)
    logging.disable(logging.CRITICAL)  # what goes wrong arrives as one exception, not as log lines as well
    tempfile.tempdir = scratch  # connection files of kernels that are stopped on the way
    os.environ.update(
        COMPUTE_LEDGER_PICTURES="1" if pictures else "0",
        COMPUTE_LEDGER_WARM=warm,
        COMPUTE_LEDGER_DRAWINGS=drawings,
        IPYTHONDIR=scratch,  # nobody's start-up files or profile
        JUPYTER_CONFIG_DIR=scratch,
        JUPYTER_RUNTIME_DIR=scratch,
        PYDEVD_DISABLE_FILE_VALIDATION="1",
    )


def _stop_worker(*_: Any) -> None:
    # Nobody wants to hear what breaks on the way out.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.exit(143)


def _private_paths(job: Job) -> dict[str, str]:
    """Folders given as parameters and what stands for them in print, longest first."""
    absolute = [v for v in job.parameters.values() if isinstance(v, str) and Path(v).is_absolute()]
    return {path: Path(path).name or "/" for path in sorted(absolute, key=len, reverse=True)}


def _record(job: Job, source: Any, private: Mapping[str, str]) -> dict[str, Any]:
    """What the run card says: every parameter with its value and default, and the versions."""
    from importlib.metadata import version

    values: dict[str, Value] = {
        name: private.get(value, value) if isinstance(value, str) else value for name, value in job.parameters.items()
    }
    return {
        "edition": job.edition.name,
        "parameters": [
            {"name": p.name, "value": values.get(p.name, p.default), "default": p.default, "help": p.help}
            for p in declared(source, job.chapter.notebook.name)
        ],
        "versions": {package: version(package) for package in VERSIONED},
    }
