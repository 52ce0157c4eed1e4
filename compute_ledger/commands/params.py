"""`compute-ledger params`: what can be set."""

from dataclasses import asdict
from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import project_root
from compute_ledger.terminal import tell_json


@click.command()
@click.argument("chapter", required=False)
@options.AS_JSON
@options.PROJECT
def params(chapter: str | None, as_json: bool, project: Path | None) -> None:
    """List the parameters of one chapter or of all, with type, default and help."""
    from compute_ledger.report.book.contents import read_contents
    from compute_ledger.report.execution.chapter_source import read_source

    contents = read_contents(project_root(project))
    chapters = [contents.chapter(chapter)] if chapter else list(contents.chapters)
    declared = {entry.slug: read_source(entry).parameters for entry in chapters}
    if as_json:
        records = {slug: [asdict(parameter) for parameter in parameters] for slug, parameters in declared.items()}
        tell_json(records)
        return
    for slug, parameters in declared.items():
        click.echo(slug if parameters else f"{slug}: no parameters")
        for parameter in parameters:
            click.echo(f"  {parameter.name}: {parameter.annotation} = {parameter.default!r}")
            if parameter.help:
                click.echo(f"      {parameter.help}")
