"""`compute-ledger check`: a ledger against its schema, or what of it has aged by a day."""

import datetime
import os
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from compute_ledger import terminal
from compute_ledger.commands import options
from compute_ledger.commands.project import counted, project_root, show_problems
from compute_ledger.report.errors import DataError, ParameterError
from compute_ledger.shared.text import iso_day

LONGEST_VALUE = 200  # characters of a faulty cell that --json repeats


@click.command()
@click.argument("folder", required=False, type=options.FOLDER, metavar="[DIR]")
@click.option("--json", "as_json", is_flag=True, help="Problems as a JSON array on stdout, for programs.")
@click.option("--stale", metavar="DAY", help="List instead what has aged by a day (YYYY-MM-DD, or today).")
@options.PROJECT
def check(folder: Path | None, as_json: bool, stale: str | None, project: Path | None) -> None:
    """Check a ledger's tables against their schema [default: data/].

    Where a row is missing, the line to paste follows the problem. With pip install 'compute-ledger[check]' frictionless
    looks at the tables as well.

    --stale lists rows of a sound ledger that want another look: old claims and run rates, assumed terms and days,
    figures on one weak source. It is a report: exit code 0 however long the list.
    """
    folder = folder or project_root(project) / "data"
    if not folder.is_dir():
        raise DataError(f"no folder {folder}; give the folder that holds datapackage.json")
    if stale is not None:
        _list_stale_rows(folder, _day(stale), as_json=as_json)
    else:
        _check(folder, as_json=as_json)


def _check(folder: Path, *, as_json: bool) -> None:
    from compute_ledger.ledger.ledger_check import check_folder, installed_frictionless

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


def _day(text: str) -> datetime.date:
    """The day that --stale names; today is that of SOURCE_DATE_EPOCH where it is set."""
    if text == "today":
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        moment = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC) if epoch else datetime.datetime.now()
        return moment.date()
    try:
        day = iso_day(text)
    except ValueError:
        day = None
    if day is None:
        raise ParameterError(f"--stale {text!r} is not a day; write YYYY-MM-DD, such as 2026-07-01, or today")
    return day


def _list_stale_rows(folder: Path, day: datetime.date, *, as_json: bool) -> None:
    import pandas as pd

    from compute_ledger.ledger import LedgerError, load
    from compute_ledger.ledger.stale import GROUPS, stale_rows

    try:
        rows = stale_rows(load(folder, as_of=day), pd.Timestamp(day))
    except LedgerError as error:
        raise DataError(str(error)) from error
    if as_json:
        terminal.tell_json([asdict(row) | {"renewal": GROUPS[row.group][1]} for row in rows])
        return
    for group, members in groupby(rows, key=lambda row: row.group):
        members_of_group = list(members)
        title, renewal = GROUPS[group]
        click.echo(f"{title[0].upper()}{title[1:]} ({len(members_of_group)}): {renewal}")
        for row in members_of_group:
            click.echo(f"  {row.table}  {row.row_id}  {counted(row.age_days, 'day')}")
    click.echo(f"{folder} on {day}: {counted(len(rows), 'row')} to look at again")
