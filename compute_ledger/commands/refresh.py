"""`compute-ledger refresh`: the stored outputs of all notebooks."""

from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import available_cores, end_on_sigterm, project_root


@click.command()
@options.JOBS
@options.PROJECT
def refresh(jobs: int | None, project: Path | None) -> None:
    """Run all chapters and store their outputs in the notebooks.

    CI compares later runs with the stored outputs, strictly.
    """
    from compute_ledger.report.execution.stored_outputs import refresh as store

    end_on_sigterm()
    root = project_root(project)
    changed = store(root, jobs=jobs or available_cores())
    for notebook in changed:
        click.echo(f"stored new outputs in {notebook.relative_to(root)}")
    click.echo(f"{len(changed)} of the notebooks changed")
