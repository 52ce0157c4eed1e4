"""Execute notebooks with papermill, each in a kernel of its own, several side by side."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.book.contents import Chapter, Contents, Edition
from compute_ledger.report.cache import read_recorder
from compute_ledger.report.errors import ExecutionError, ParameterError
from compute_ledger.report.execution import engine
from compute_ledger.report.notebooks.parameters import Parameter, Value, check, declared
from compute_ledger.shared.text import did_you_mean

CELL_TIMEOUT_S = 300
Done = Callable[[str, Any], None]
VERSIONED = ("pandas", "altair", "papermill", "nbconvert")


@dataclass(frozen=True)
class Job:
    """One chapter of one edition: `parameters` holds only what differs from the notebook's defaults.

    A run that fails is saved as `failed`, if that is given, and never as `output`. What it reads is written to
    `record` when the modules that are known to count are given, which may be none.
    """

    chapter: Chapter
    edition: Edition
    parameters: dict[str, Value]
    root: Path
    output: Path
    timeout_s: int = CELL_TIMEOUT_S
    failed: Path | None = None
    known_modules: tuple[str, ...] | None = None

    @property
    def record(self) -> Path:
        """The file that says what the run has read."""
        return self.output.with_suffix(".reads.json")

    @property
    def label(self) -> str:
        """`edition/chapter`, for progress lines."""
        return f"{self.edition.name}/{self.chapter.slug}"


def plan(
    contents: Contents,
    editions: Sequence[Edition],
    given: Mapping[str, Any],
    folder: Path,
    timeout_s: int = CELL_TIMEOUT_S,
) -> list[Job]:
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
            jobs.append(Job(chapter, edition, values, contents.root, output, timeout_s))
    return jobs


def chapter_parameters(chapter: Chapter) -> tuple[Parameter, ...]:
    """What the chapter's notebook declares."""
    from compute_ledger.report.notebooks.notebook_file import read_notebook, refuse_foreign

    notebook = read_notebook(chapter.notebook)
    refuse_foreign(notebook, chapter.notebook.name)
    return declared(notebook, chapter.notebook.name)


def run_job(job: Job) -> float:
    """Execute one notebook, its kernel in the project's folder, and save it; seconds taken."""
    import papermill

    from compute_ledger.report.notebooks.notebook_file import read_notebook, scrub, write_notebook

    began = time.monotonic()
    source = read_notebook(job.chapter.notebook)
    record = None if job.known_modules is None else job.record
    executed = papermill.execute_notebook(
        source,
        None,
        parameters=job.parameters,
        engine_name=engine.NAME,
        notebook_name=job.chapter.notebook.name,
        failed_path=str(job.failed) if job.failed else None,
        to_the_end=True,  # a page would miss what no cell has shown
        kernel_name=engine.KERNEL,
        resources={"metadata": {"path": str(job.root)}},
        recorded=read_recorder.Settings(job.chapter.notebook.parent.resolve(), record, job.known_modules or ()),
        progress_bar=False,
        execution_timeout=job.timeout_s,
        shutdown_kernel="immediate",
    )
    private = _private_paths(job)
    scrub(executed, _record(job, source, private), private)
    write_notebook(executed, job.output)
    return time.monotonic() - began


def run_all(jobs: Sequence[Job], pool: Executor, done: Done | None = None) -> dict[str, float]:
    """Run every job, with a progress bar on a terminal; seconds by label. The first failure is raised."""
    return in_parallel("Running", {job.label: (run_job, job) for job in jobs}, pool, done)


def in_parallel(
    what: str,
    tasks: Mapping[str, tuple[Callable[[Any], Any], Any]],
    pool: Executor,
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
