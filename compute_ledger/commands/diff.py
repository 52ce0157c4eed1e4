"""`compute-ledger diff`: what differs between two editions, runs or revisions."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compute_ledger.commands.options import AS_JSON, FOLDER, PROJECT
from compute_ledger.commands.project import project_root
from compute_ledger.report.book.layout import PUBLISHED
from compute_ledger.report.errors import ParameterError
from compute_ledger.terminal import tell_json

if TYPE_CHECKING:
    from compute_ledger.report.diff.comparison import Comparison
    from compute_ledger.report.diff.sides import Side

HERE = "the working tree"


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="[B]", required=False)
@click.option("-o", "--out", metavar="DIR", help="Write a page with the charts side by side into this folder.")
@click.option("--book", type=FOLDER, help=f"The book whose editions are meant [default: {PUBLISHED}].")
@AS_JSON
@click.option("--markdown", "as_markdown", is_flag=True, help="Tables of Markdown, as for a pull request.")
@PROJECT
def diff(
    a: str, b: str | None, out: str | None, book: Path | None, as_json: bool, as_markdown: bool, project: Path | None
) -> int:
    """Compare two editions, runs or revisions: key figures, rows of the ledger, charts, tables and texts.

    \b
    compute-ledger diff 2025-11-07 latest -o book/_build/diff
    compute-ledger diff book/_build/html book/_build/custom
    compute-ledger diff before.ipynb after.ipynb
    compute-ledger diff HEAD
    compute-ledger diff v1.0 origin/main

    A and B are names of editions of the published book; else folders of books or of executed notebooks, or executed
    notebooks; else revisions of git, whose stored notebooks are meant (of a branch that is called as a folder is:
    heads/NAME). Without B, A is compared with what the notebooks of this project have stored. Nothing is run.

    Rows are compared as each side knew them, by the keys that datapackage.json declares; that needs the very ledger
    a side was made from: in its book or revision, in data/ at or above its notebooks, or in this project.

    Exit code 0 when both are alike, 1 when they differ, 2 or more on errors.
    """
    from compute_ledger.report.book.contents import read_contents
    from compute_ledger.report.diff import comparison, diff_page, snapshots
    from compute_ledger.report.files.results_folder import Folder

    if as_json and as_markdown:
        raise ParameterError("give either --json or --markdown, not both")
    root = project_root(project)
    contents = read_contents(root)
    with ExitStack() as files:
        side_a, side_b = (
            snapshots.stored_side(HERE, contents)
            if address is None
            else files.enter_context(snapshots.side(address, contents, book or root / PUBLISHED))
            for address in (a, b)
        )
        changes = comparison.compare(side_a, side_b, *_changed_rows(side_a, side_b, root / "data"))
        folder = Folder(out) if out else None
        if folder:
            diff_page.write(contents, changes, folder)
    _tell(changes, as_json=as_json, as_markdown=as_markdown)
    if folder and not (as_json or as_markdown):
        click.echo(folder.path(diff_page.PAGE))
    return 0 if changes.alike else 1


def _tell(changes: "Comparison", *, as_json: bool, as_markdown: bool) -> None:
    """Print the changes in one of three forms; in text, why rows were not compared goes to stderr."""
    from compute_ledger.report.diff import change_lines, comparison

    if as_json:
        tell_json(comparison.as_json(changes))
    elif as_markdown:
        click.echo(change_lines.markdown(changes))
    else:
        for line in (*change_lines.lines(changes), changes.summary):
            click.echo(line)
        if changes.unread:
            click.echo(changes.unread, err=True)


def _changed_rows(a: "Side", b: "Side", project_ledger: Path) -> tuple[list[Any], str]:
    """Rows that differ between what both sides knew, or why that cannot be said."""
    from compute_ledger.ledger import LedgerError, load
    from compute_ledger.ledger.changed_rows import changed_rows

    if a.provenance and a.provenance == b.provenance:
        return [], ""
    ledgers = []
    for side in (a, b):
        if not side.provenance:
            return [], f"Rows of the ledger were not compared: {side.name} does not say which data it rests on."
        data = side.data or project_ledger
        try:
            ledger = load(data, side.provenance["as_of"], side.provenance["min_grade"])
        except LedgerError as error:  # of an old revision, or one that is just being written
            return [], f"Rows of the ledger were not compared: that of {side.name} cannot be read: {error}"
        # A book brings its own data, whose cells may be guarded against spreadsheets; others must be the very same.
        if not side.of_book and ledger.data_hash != side.provenance["data_hash"]:
            return [], f"Rows of the ledger were not compared: {data} is not what {side.name} was made from."
        ledgers.append(ledger)
    return changed_rows(*ledgers), ""
