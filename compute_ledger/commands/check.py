"""`compute-ledger check`: a ledger against its schema."""

from dataclasses import asdict
from pathlib import Path

import click

from compute_ledger import terminal
from compute_ledger.commands import options
from compute_ledger.commands.project import counted, project_root, show_problems
from compute_ledger.report.errors import DataError

LONGEST_VALUE = 200  # characters of a faulty cell that --json repeats


@click.command()
@click.argument("folder", required=False, type=options.FOLDER, metavar="[DIR]")
@click.option("--json", "as_json", is_flag=True, help="Problems as a JSON array on stdout, for programs.")
@options.PROJECT
def check(folder: Path | None, as_json: bool, project: Path | None) -> None:
    """Check a ledger's tables against their schema [default: data/].

    With pip install 'compute-ledger[check]' frictionless looks at them as well.
    """
    from compute_ledger.ledger.ledger_check import check_folder, installed_frictionless

    folder = folder or project_root(project) / "data"
    if not folder.is_dir():
        raise DataError(f"no folder {folder}; give the folder that holds datapackage.json")
    problems = check_folder(folder)
    if installed_frictionless() is None:
        click.echo("no second opinion: frictionless is missing; pip install 'compute-ledger[check]'", err=True)
    if as_json:
        records = [asdict(problem) | {"value": problem.value[:LONGEST_VALUE]} for problem in problems]
        terminal.tell_json(records)
    show_problems(problems, folder, lines=not as_json)
    if not as_json:
        warned = f", {counted(len(problems), 'warning')}" if problems else ""
        click.echo(f"{folder}: no problem found{warned}")
