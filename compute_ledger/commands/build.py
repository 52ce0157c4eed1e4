"""`compute-ledger build`: all chapters of some editions, published as a book."""

from functools import partial
from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import (
    available_cores,
    end_on_sigterm,
    given_parameters,
    project_root,
    show_in_browser,
)
from compute_ledger.report.book.layout import CACHE, PUBLISHED


@click.command()
@click.option("--edition", "editions", multiple=True, metavar="NAME", help="This edition only (repeatable).")
@click.option("--out", type=options.FOLDER, help=f"Folder of the book [default: {PUBLISHED}].")
@options.JOBS
@options.FORCE
@options.PARAMETERS
@options.LEDGER
@click.option("--explain", is_flag=True, help="Say of each chapter why it was run again, or was not.")
@options.TIMEOUT
@options.STRICT
@options.NO_CACHE
@options.OPEN
@options.PROJECT
def build(
    editions: tuple[str, ...],
    out: Path | None,
    jobs: int | None,
    force: bool,
    assignments: tuple[str, ...],
    data: Path | None,
    explain: bool,
    timeout: int,
    strict: bool,
    no_cache: bool,
    in_browser: bool,
    project: Path | None,
) -> None:
    """Run all chapters and publish the book.

    \b
    compute-ledger build
    compute-ledger build --edition latest --explain
    compute-ledger build -p as_of=2025-11-07 -p min_grade=A- --out my-book

    The book that was there stays as it is until the new one is finished and checked. With -p or --data
    the book is your own: the default edition only, into book/_build/custom unless --out says otherwise.

    A chapter is run again only if its notebook, its parameters, the data, what its last run has read (files, modules,
    variables) or the versions installed have changed, by content; see --explain.

    What a cell prints as a warning, and what no page can show (a widget, a script), is named on stderr and on the
    page; with --strict nothing is published then.
    """
    from compute_ledger import __version__
    from compute_ledger.commands import ledger_cache
    from compute_ledger.report.cache import up_to_date
    from compute_ledger.report.site.build_request import BuildRequest

    end_on_sigterm()
    root = project_root(project)
    cache = None if no_cache else root / CACHE
    request = BuildRequest(
        root,
        out,
        editions,
        parameters=given_parameters(assignments, data),
        jobs=jobs or available_cores(),
        force=force,
        timeout_s=timeout,
        cache=cache,
        tell=click.echo if explain else None,
        warn=partial(click.echo, err=True),
        strict=strict,
        version=__version__,
    )
    made_from = request.made_from()
    if cache and not strict and up_to_date.is_built(request.folder, made_from, cache, root):
        _tell("Nothing has changed; the book is in", request.folder.resolve(), in_browser)
        return
    ledger_cache.refuse_faulty(request.ledger, root, cache, chosen=request.has_own_ledger)
    from compute_ledger.report.files import locks
    from compute_ledger.report.site import book_build

    with locks.temporary() as scratch:
        extras = ledger_cache.exported(request.ledger, root, scratch / "data", cache)
        folder = book_build.build_book(request, extras, made_from)
    _tell("The book is in", folder, in_browser)


def _tell(words: str, book: Path, in_browser: bool) -> None:
    page = book / "index.html"
    click.echo(f"{words} {page}")
    if in_browser:
        show_in_browser(page)
