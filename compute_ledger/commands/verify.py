"""`compute-ledger verify`: whether a book is the one that was published."""

from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import project_root
from compute_ledger.report.book.layout import PUBLISHED
from compute_ledger.terminal import tell_json


@click.command()
@click.argument("folder", required=False, type=options.FOLDER, metavar="[DIR]")
@options.AS_JSON
@options.PROJECT
def verify(folder: Path | None, as_json: bool, project: Path | None) -> int:
    """Compare every file of a book with its manifest [default: the published book].

    Exit code 0 when the book is whole; 1 when a file is missing, changed or added, a line for each.
    """
    from compute_ledger.report.book.layout import MANIFEST
    from compute_ledger.report.book.manifest import flaws, read_manifest
    from compute_ledger.report.errors import TargetError

    folder = folder or project_root(project) / PUBLISHED
    manifest = read_manifest(folder)
    if manifest is None:
        raise TargetError(f"no {MANIFEST} of a book in {folder}; give the folder of a built book")
    problems = flaws(folder, manifest)
    if as_json:
        tell_json(problems)
    else:
        click.echo("\n".join(problems) or f"{folder}: all {len(manifest['files'])} files are as published")
    return 1 if problems else 0
