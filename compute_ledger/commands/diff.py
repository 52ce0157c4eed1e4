"""`compute-ledger diff`: what differs between two editions or runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compute_ledger.commands.options import AS_JSON, FOLDER, PROJECT
from compute_ledger.commands.project import project_root
from compute_ledger.report.book.layout import PUBLISHED
from compute_ledger.terminal import tell_json

if TYPE_CHECKING:
    from compute_ledger.report.diff.snapshots import Side


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("-o", "--out", metavar="DIR", help="Write a page with the charts side by side into this folder.")
@click.option("--book", type=FOLDER, help=f"The book whose editions are meant [default: {PUBLISHED}].")
@AS_JSON
@PROJECT
def diff(a: str, b: str, out: str | None, book: Path | None, as_json: bool, project: Path | None) -> int:
    """Compare two editions or runs: key figures, rows of the ledger, charts and tables.

    \b
    compute-ledger diff 2025-11-07 latest -o book/_build/diff
    compute-ledger diff book/_build/html book/_build/custom
    compute-ledger diff before.ipynb after.ipynb

    A and B are names of editions of the published book, folders of books or of executed notebooks, or executed
    notebooks. Rows are compared as each side knew them, by the keys that datapackage.json declares; that needs
    the very ledger a side was made from: in its book, in data/ at or above its notebooks, or in this project.

    Exit code 0 when both are alike, 1 when they differ, 2 or more on errors.
    """
    from compute_ledger.report.book.contents import read_contents
    from compute_ledger.report.diff import diff_page, differences
    from compute_ledger.report.diff.snapshots import read_side
    from compute_ledger.report.files.results_folder import Folder

    root = project_root(project)
    contents = read_contents(root)
    one, other = (read_side(each, book or root / PUBLISHED) for each in (a, b))
    rows, unread = _changed_rows(one, other, root / "data")
    found = diff_page.Comparison(
        one, other, differences.changed_figures(one, other), rows, differences.changed_charts(one, other), unread
    )
    if out:
        folder = Folder(out)
        diff_page.write(contents, found, folder)
    if as_json:
        tell_json(diff_page.as_json(found))
    else:
        for line in diff_page.lines(found):
            click.echo(line)
        click.echo(found.summary)
        if unread:
            click.echo(unread, err=True)
        if out:
            click.echo(folder.path(diff_page.PAGE))
    return 0 if found.alike else 1


def _changed_rows(a: "Side", b: "Side", own: Path) -> tuple[list[Any], str]:
    """Rows that differ between what both sides knew, or why that cannot be said; `own` is the project's ledger."""
    from compute_ledger.ledger import LedgerError, load
    from compute_ledger.ledger.changed_rows import changed_rows
    from compute_ledger.report.errors import DataError

    if a.provenance and a.provenance == b.provenance:
        return [], ""
    ledgers = []
    for side in (a, b):
        if not side.provenance:
            return [], f"Rows of the ledger were not compared: {side.name} does not say which data it rests on."
        data = side.data or own
        try:
            ledger = load(data, side.provenance["as_of"], side.provenance["min_grade"])
        except LedgerError as error:
            raise DataError(f"the ledger of {side.name}, {data}: {error}") from error
        # A book brings its own data, whose cells may be guarded against spreadsheets; others must be the very same.
        if not side.of_book and ledger.data_hash != side.provenance["data_hash"]:
            return [], f"Rows of the ledger were not compared: {data} is not what {side.name} was made from."
        ledgers.append(ledger)
    return changed_rows(*ledgers), ""
