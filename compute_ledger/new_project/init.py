"""`compute-ledger init`: a ledger of one's own, with a report of it if wanted."""

import os
import shlex
import shutil
from contextlib import ExitStack
from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import counted, end_on_sigterm
from compute_ledger.report.errors import TargetError
from compute_ledger.report.files.locks import scratch

ADVICE = "give the name of a new folder, or an empty one"
MAY_BE_THERE = {".git"}  # a repository without a file is as good as empty
PREFIX = ".compute-ledger-init-"


@click.command()
@click.argument("folder", type=options.FOLDER, metavar="DIR")
@click.option("--report", is_flag=True, help="With a small report of it: notebooks, book, Makefile.")
def init(folder: Path, report: bool) -> None:
    """Begin a ledger of your own in the new or empty folder DIR.

    It holds all tables with one worked deal, the schema, and a README that says what to type next. Nothing that is
    there is overwritten.

    \b
    compute-ledger init my-ledger
    compute-ledger init my-ledger --report
    """
    from compute_ledger.new_project.project_files import DATA, project_files

    end_on_sigterm()
    files = project_files(report=report)
    try:
        _write(files, folder)
    except OSError as error:
        raise TargetError(f"cannot write into {folder}: {error.strerror or error}; {ADVICE}") from error
    tables = sum(path.startswith(f"{DATA}/") and path.endswith(".csv") for path in files)
    names = sorted({path.partition("/")[0] + "/" * ("/" in path) for path in files} - {f"{DATA}/"})
    click.echo(f"{folder}: wrote {DATA}/ ({counted(tables, 'table')}, one worked deal), {', '.join(names)}")
    click.echo("Type next:")
    if folder.resolve() != Path.cwd().resolve():
        click.echo(f"  cd {shlex.quote(str(folder))}")
    click.echo("  compute-ledger build --open" if report else f"  compute-ledger check {DATA}")


def _write(files: dict[str, bytes], folder: Path) -> None:
    """Write the files into `folder`, all or none of them; TargetError when something is in the way."""
    _refuse_full(folder)
    new = not folder.is_dir()
    place = folder.parent if new else folder
    with ExitStack() as undo:
        for missing in reversed([above for above in (place, *place.parents) if not above.exists()]):
            missing.mkdir()
            undo.callback(missing.rmdir)
        with scratch(place, PREFIX) as staging:
            project = staging / "project"
            for path, content in files.items():
                (project / path).parent.mkdir(parents=True, exist_ok=True)
                (project / path).write_bytes(content)
            if new:
                project.rename(folder)
            else:  # it may be the folder that a shell is in: it stays, what it is to hold moves
                for entry in sorted(project.iterdir()):
                    entry.rename(folder / entry.name)
                    undo.callback(_remove, folder / entry.name)
        undo.pop_all()


def _refuse_full(folder: Path) -> None:
    if os.path.lexists(folder) and not folder.is_dir():
        raise TargetError(f"will not write into {folder}: it is no folder; {ADVICE}")
    names = sorted({*os.listdir(folder)} - MAY_BE_THERE) if folder.is_dir() else []
    if names:
        raise TargetError(f"will not write into {folder}: {names[0]} is there already; {ADVICE}")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
