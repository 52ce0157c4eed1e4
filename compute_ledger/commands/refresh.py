"""`compute-ledger refresh`: the stored outputs of all notebooks."""

from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import available_cores, end_on_sigterm, project_root


@click.command()
@options.JOBS
@options.PROJECT
def refresh(jobs: int | None, project: Path | None) -> None:
    """Run all chapters, store their outputs in the notebooks, and say what has changed in them.

    Where the data tell what changed in them, whats-new.xml at the project's root is a feed of it.

    CI compares later runs with the stored outputs, strictly.
    """
    from compute_ledger.report.book.contents import read_contents
    from compute_ledger.report.book.layout import WHATS_NEW_FEED
    from compute_ledger.report.diff import change_lines, comparison, snapshots
    from compute_ledger.report.execution.stored_outputs import refresh as store
    from compute_ledger.report.site.take_along import whats_new
    from compute_ledger.shared.atomic_files import write_whole

    end_on_sigterm()
    root = project_root(project)
    contents = read_contents(root)
    before = snapshots.stored_side("the old outputs", contents)
    changed = store(root, jobs=jobs or available_cores())
    for notebook in changed:
        click.echo(f"stored new outputs in {notebook.relative_to(root)}")
    click.echo(f"{len(changed)} of the notebooks changed")
    if (news := whats_new.of_project(contents)) is not None:
        write_whole(news, root / WHATS_NEW_FEED)
    changes = comparison.compare(before, snapshots.stored_side("the new outputs", contents))
    for line in change_lines.lines(changes, most=1):
        click.echo(line)
    click.echo("No number, row or word has changed." if changes.alike else changes.summary)
