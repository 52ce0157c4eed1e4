"""`compute-ledger sweep`: the key figures under every combination of parameters."""

import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from compute_ledger.commands.options import AS_JSON, FOLDER, PROJECT
from compute_ledger.commands.project import available_cores, end_on_sigterm, project_root
from compute_ledger.terminal import tell_json

DEFAULT_OUT = Path("book/_build/sweep")
MOST_POINTS = 1000


@click.command()
@click.argument("file", required=False, type=FOLDER, metavar="[GRID.toml]")
@click.option("-p", "assignments", multiple=True, metavar="NAME=A,B,C", help="Values of a parameter (repeatable).")
@click.option("--chapter", "chapters", multiple=True, metavar="SLUG", help="This chapter only (repeatable).")
@click.option("-o", "--out", metavar="DIR", help=f"Folder, or fsspec address, of the results [default: {DEFAULT_OUT}].")
@click.option("--jobs", type=click.IntRange(1, 256), help="Points at a time [default: one a core].")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the workers of this dask scheduler (tcp://host:port).")
@click.option("--max-points", type=click.IntRange(1), default=MOST_POINTS, show_default=True, help="Refuse more.")
@click.option("--resume/--fresh", default=True, help="Keep points that are done [default], or compute all again.")
@click.option("--timeout", type=click.IntRange(1), default=300, show_default=True, help="Seconds for one point.")
@AS_JSON
@PROJECT
def sweep(
    file: Path | None,
    assignments: tuple[str, ...],
    chapters: tuple[str, ...],
    out: str | None,
    jobs: int | None,
    scheduler: str | None,
    max_points: int,
    resume: bool,
    timeout: int,
    as_json: bool,
    project: Path | None,
) -> None:
    """Compute the key figures for every combination of parameters.

    \b
    compute-ledger sweep -p as_of=2025-01-01,2025-11-07,latest -p min_grade=A,C
    compute-ledger sweep grid.toml --jobs 8 -o my-sweep

    Values are separated by commas, and -p NAME=… may come again to add more. A parameter that takes a list
    itself (compute-ledger params says "any of") gets one value for each -p, commas and all. A grid file says
    the same, and keeps commas in any value:

    \b
    chapters = ["index"]              # optional
    [grid]
    as_of = ["2025-11-07", "latest"]
    min_grade = ["A", "C"]

    Run are the chapters that have all of these parameters and a cell tagged key-figures, with all their cells
    of code up to the last tagged one.

    Results are in DIR: results.csv and results.parquet (pip install 'compute-ledger[sweep]') with one row for
    each figure of each point, and sweep.html, a page with the response of each figure to each parameter.
    Points that failed are listed with their error and give exit code 5; the others are kept, and the same
    command goes on where the last one stopped.
    """
    from compute_ledger.report.book.contents import read_contents
    from compute_ledger.report.errors import ExecutionError, ParameterError
    from compute_ledger.report.files.results_folder import Folder
    from compute_ledger.report.sweep import executors, grid, response_page, results_table
    from compute_ledger.report.sweep.sweep_run import Sweep

    end_on_sigterm()
    root = project_root(project)
    contents = read_contents(root)
    levels: dict[str, Any] = {}
    listed_chapters: list[str] = []
    if file is not None:
        levels, listed_chapters = grid.read_file(file)
    for name, values in grid.read_assignments(assignments, contents).items():
        if name in levels:
            raise ParameterError(f"parameter {name!r} is given in {file} and with -p; give it once")
        levels[name] = values
    planned = grid.plan(contents, levels, chapters or listed_chapters, max_points)
    folder = Folder(out or str(root / DEFAULT_OUT))
    run = Sweep(planned, root, folder, send_data=scheduler is not None, timeout_s=timeout)
    place: AbstractContextManager[Any] = (
        executors.distributed(scheduler) if scheduler else executors.local(min(jobs or available_cores(), len(planned)))
    )
    began = time.monotonic()
    try:
        with place as (executor, at_once):
            run.run(executor, at_once, resume=resume)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("the points that were done are kept; the same command goes on from there") from None
    files = results_table.write(planned, run.results(), folder)
    failed = response_page.write(contents, planned, run.results(), files, folder)
    summary = {
        "points": len(planned),
        "chapters": [recipe.slug for recipe in planned.recipes],
        "kept": run.kept,
        "failed": [{"point": done.label, "error": done.outcome.error} for done in failed],
        "seconds": round(time.monotonic() - began, 1),
        "results": [folder.path(name) for name in files],
        "page": folder.path(response_page.PAGE),
    }
    if as_json:
        tell_json(summary)
    else:
        click.echo(_told(summary))
        if not results_table.has_parquet():
            click.echo("no results.parquet: pyarrow is missing; pip install 'compute-ledger[sweep]'", err=True)
    if failed:
        first = failed[0]
        raise ExecutionError(
            f"{len(failed)} of {len(planned)} points failed, listed in {folder.path(results_table.CSV)}; "
            f"the first: {first.label}: {first.outcome.error}"
        )


def _told(summary: dict[str, Any]) -> str:
    kept_points = f", {summary['kept']} of them from before" if summary["kept"] else ""
    lines = [f"{summary['points']} points in {', '.join(summary['chapters'])}{kept_points}, {summary['seconds']} s"]
    lines += [f"failed: {failure['point']}: {failure['error']}" for failure in summary["failed"]]
    return "\n".join([*lines, *summary["results"], summary["page"]])
