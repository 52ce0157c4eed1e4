"""The only place that talks to a terminal. Nothing heavy is imported before a command needs it."""

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compute_ledger import __version__
from compute_ledger.commands import options, terminal
from compute_ledger.commands.build import build
from compute_ledger.commands.diff import diff
from compute_ledger.commands.params import params
from compute_ledger.commands.run import run
from compute_ledger.commands.sweep import sweep
from compute_ledger.commands.verify import verify
from compute_ledger.report import isolation
from compute_ledger.report.errors import NO_ROOM, DataError, ParameterError, ReportError, TargetError, no_room

PDFS = Path("book/_build")
CRASHED = 70  # EX_SOFTWARE
LONGEST_VALUE = 200  # characters of a faulty cell that --json repeats


@click.group(cls=terminal.Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(version)s")
def cli() -> None:
    """The Compute Ledger: who powers OpenAI, from a sourced ledger to a static book.

    \b
    Exit codes: 0 done, 1 differs (diff, verify), 2 usage or parameter, 3 contents.toml, 4 notebook,
    5 execution, 6 rendering, 7 data, 8 target folder, 70 a fault of this program (with a traceback),
    130 interrupted, 141 the reader of the output went away.
    """


cli.add_command(build)
cli.add_command(run)
cli.add_command(params)
cli.add_command(sweep)
cli.add_command(diff)
cli.add_command(verify)


@cli.command()
@options.JOBS
@options.PROJECT
def refresh(jobs: int | None, project: Path | None) -> None:
    """Run all chapters and store their outputs in the notebooks.

    CI compares later runs with the stored outputs, strictly.
    """
    from compute_ledger.report.refresh import refresh as store

    signal.signal(signal.SIGTERM, _interrupt)
    root = _root(project)
    changed = store(root, jobs=jobs or _cores())
    for notebook in changed:
        click.echo(f"stored new outputs in {notebook.relative_to(root)}")
    click.echo(f"{len(changed)} of the notebooks changed")


@cli.command()
@click.option("--edition", metavar="NAME", help="Print this edition [default: the first].")
@click.option("--out", type=options.FOLDER, help="File to write [default: book/_build/<edition>.pdf].")
@click.option("--book", type=options.FOLDER, help=f"Folder of the built book [default: {options.PUBLISHED}].")
@options.PROJECT
def pdf(edition: str | None, out: Path | None, book: Path | None, project: Path | None) -> None:
    """Make one PDF of the whole book, from the print edition of the built book.

    WeasyPrint sets it if it is installed (pip install 'compute-ledger[pdf]'), else a Chromium, Chrome or
    Edge found on the PATH.
    """
    from compute_ledger.report.contents import read_contents
    from compute_ledger.report.pdf import write_pdf

    signal.signal(signal.SIGTERM, _interrupt)
    root = _root(project)
    contents = read_contents(root)
    chosen = contents.edition(edition) if edition else contents.editions[0]
    target = out or root / PDFS / f"{chosen.name}.pdf"
    program = write_pdf(book or root / options.PUBLISHED, chosen, target)
    click.echo(f"The book is in {target} (set by {program})")


@cli.command()
@click.argument("folder", required=False, type=options.FOLDER, metavar="[DIR]")
@click.option("--json", "as_json", is_flag=True, help="Problems as a JSON array on stdout, for programs.")
@options.PROJECT
def check(folder: Path | None, as_json: bool, project: Path | None) -> None:
    """Check a ledger's tables against their schema [default: data/]."""
    from compute_ledger.ledger.check import check_folder

    folder = folder or _root(project) / "data"
    if not folder.is_dir():
        raise DataError(f"no folder {folder}; give the folder that holds datapackage.json")
    problems = check_folder(folder)
    if as_json:
        records = [asdict(problem) | {"value": problem.value[:LONGEST_VALUE]} for problem in problems]
        terminal.tell_json(records)
    _report(problems, folder, lines=not as_json)
    if not as_json:
        warned = f", {_count(len(problems), 'warning')}" if problems else ""
        click.echo(f"{folder}: no problem found{warned}")


def main() -> None:
    """Entry point: every expected failure is one line on stderr and the exit code of its class.

    Any other is a fault of ours: its traceback, and an exit code that no result has.
    """
    terminal.prepare()
    os.environ.update(isolation.home())
    try:
        code = _code_of_command()
    except Exception:
        _tell(traceback.format_exc())
        code = CRASHED
    sys.exit(code)


def _code_of_command() -> int:
    try:
        code = cli.main(standalone_mode=False)
    except ReportError as error:
        return _failed(str(error), error.exit_code)
    except click.ClickException as error:
        return _failed(error.format_message(), ParameterError.exit_code)
    except (click.Abort, KeyboardInterrupt) as stop:
        # click gives its own exception for ours, and for an end of input, which nothing here reads
        cause = stop.__cause__ or stop.__context__ if isinstance(stop, click.Abort) else None
        if isinstance(cause, EOFError):
            raise cause from None
        return _failed(f"interrupted; {str(cause or '') or str(stop) or 'nothing was published'}", 130)
    except (OSError, terminal.ClosedPipeError) as error:
        if not terminal.is_lost(sys.stdout):
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                return _failed(str(no_room(error)), TargetError.exit_code)
            raise
        terminal.forget(sys.stdout)
        if isinstance(error, terminal.ClosedPipeError):
            return terminal.READER_GONE
        return _failed(f"cannot write to the standard output: {error.strerror}; the work itself is done", 8)
    return code if isinstance(code, int) else 0


def _failed(message: str, code: int) -> int:
    _tell(f"error: {' '.join(message.split())}\n")
    return code


def _tell(text: str) -> None:
    """Print on stderr. Where that cannot be written either, the exit code says it alone."""
    try:
        click.echo(text, err=True, nl=False)
    except OSError:
        terminal.forget(sys.stderr)


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _report(problems: Sequence[Any], folder: Path, *, err: bool = False, lines: bool = True) -> None:
    """Show what was found; warnings alone stop nothing."""
    for problem in problems if lines else ():
        click.echo(problem, err=err)
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise DataError(f"{_count(len(errors), 'problem')} in {folder}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _root(project: Path | None) -> Path:
    from compute_ledger.report.contents import CONTENTS, ContentsError, find_root

    if project is None:
        return find_root(Path.cwd())
    if not (project / CONTENTS).is_file():
        raise ContentsError(f"no {CONTENTS} in {project}; --project must name the project's folder")
    return project.resolve()


def _given(assignments: tuple[str, ...], data: Path | None) -> dict[str, Any]:
    from compute_ledger.report.parameters import split_assignment

    given: dict[str, Any] = {}
    for name, value in map(split_assignment, assignments):
        if name in given:
            raise ParameterError(f"parameter {name!r} is given twice; give it once")
        given[name] = value
    if data is not None:
        if not os.path.isdir(data):
            raise DataError(f"no folder {data}; --data must name a folder with datapackage.json")
        if "data_dir" in given:
            raise ParameterError("give either --data or -p data_dir=…, not both")
        given["data_dir"] = str(data.resolve())
    return given
