"""What several commands need of the project they work in: its root, the parameters given, cores, an orderly end."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from compute_ledger.report.errors import DataError, ParameterError


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def show_problems(problems: Sequence[Any], folder: Path, *, err: bool = False, lines: bool = True) -> None:
    """Show what was found; warnings alone stop nothing."""
    for problem in problems if lines else ():
        click.echo(problem, err=err)
        if problem.paste:
            fill = ", and fill the empty cells that you know" if ",," in problem.paste.line else ""
            click.echo(f"  paste into {problem.paste.file}{fill}:", err=err)
            click.echo(problem.paste.line, err=err)
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise DataError(f"{counted(len(errors), 'problem')} in {folder}")


def counted(number: int, word: str) -> str:
    """The number and its word, in the plural where it is not one."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def end_on_sigterm() -> None:
    """Let SIGTERM end the command as Ctrl+C does: what is half made goes, and nothing is published."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def project_root(project: Path | None) -> Path:
    """The folder given as project, which must be one; else the one around the working folder."""
    from compute_ledger.report.book.contents import CONTENTS, ContentsError, find_root

    if project is None:
        return find_root(Path.cwd())
    if not (project / CONTENTS).is_file():
        raise ContentsError(f"no {CONTENTS} in {project}; --project must name the project's folder")
    return project.resolve()


def given_parameters(assignments: tuple[str, ...], data: Path | None) -> dict[str, Any]:
    """Values of -p by name, as typed, with the folder of --data as `data_dir`; not yet checked."""
    from compute_ledger.report.notebooks.parameters import split_assignment

    parameters: dict[str, Any] = {}
    for name, value in map(split_assignment, assignments):
        if name in parameters:
            raise ParameterError(f"parameter {name!r} is given twice; give it once")
        parameters[name] = value
    if data is not None:
        if not os.path.isdir(data):
            raise DataError(f"no folder {data}; --data must name a folder with datapackage.json")
        if "data_dir" in parameters:
            raise ParameterError("give either --data or -p data_dir=…, not both")
        parameters["data_dir"] = str(data.resolve())
    return parameters


def show_in_browser(page: Path) -> None:
    """Open a page that was made; where there is no browser a line says so, and the page is there all the same."""
    import webbrowser

    if not webbrowser.open(page.resolve().as_uri()):
        click.echo("no browser was found to open it in", err=True)
