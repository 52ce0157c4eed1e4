"""`compute-ledger pdf`: the book on paper."""

from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import end_on_sigterm, project_root
from compute_ledger.report.book.layout import PUBLISHED

PDFS = Path("book/_build")


@click.command()
@click.option("--edition", metavar="NAME", help="Print this edition [default: the first].")
@click.option("--out", type=options.FOLDER, help="File to write [default: book/_build/<edition>.pdf].")
@click.option("--book", type=options.FOLDER, help=f"Folder of the built book [default: {PUBLISHED}].")
@options.PROJECT
def pdf(edition: str | None, out: Path | None, book: Path | None, project: Path | None) -> None:
    """Make one PDF of the whole book, from the print edition of the built book.

    WeasyPrint sets it if it is installed (pip install 'compute-ledger[pdf]'), else a Chromium, Chrome or
    Edge found on the PATH.
    """
    from compute_ledger.report.book.contents import read_contents
    from compute_ledger.report.site.pdf_file import write_pdf

    end_on_sigterm()
    root = project_root(project)
    contents = read_contents(root)
    chosen_edition = contents.edition(edition) if edition else contents.editions[0]
    target = out or root / PDFS / f"{chosen_edition.name}.pdf"
    program = write_pdf(book or root / PUBLISHED, chosen_edition, target)
    click.echo(f"The book is in {target} (set by {program})")
