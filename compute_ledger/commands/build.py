"""`compute-ledger build`: all chapters of some editions, published as a book."""

from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import available_cores, end_on_sigterm, given_parameters, project_root


@click.command()
@click.option("--edition", "editions", multiple=True, metavar="NAME", help="This edition only (repeatable).")
@click.option("--out", type=options.FOLDER, help=f"Folder of the book [default: {options.PUBLISHED}].")
@options.JOBS
@options.FORCE
@options.PARAMETERS
@options.LEDGER
@click.option("--explain", is_flag=True, help="Say of each chapter why it was run again, or was not.")
@options.TIMEOUT
@options.NO_CACHE
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
    no_cache: bool,
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
    """
    from compute_ledger import __version__
    from compute_ledger.commands import ledger_cache
    from compute_ledger.report.book.contents import read_contents
    from compute_ledger.report.cache import up_to_date

    end_on_sigterm()
    root = project_root(project)
    contents, given = read_contents(root), given_parameters(assignments, data)
    if given and not editions:
        editions = (contents.editions[0].name,)
    target, cache = out or root / (options.CUSTOM if given else options.PUBLISHED), root / options.CACHE
    made_from = "" if no_cache else up_to_date.fingerprint(contents, editions, given, cache)
    if made_from and up_to_date.is_built(target, made_from, cache, root):
        click.echo(f"Nothing has changed; the book is in {target.resolve() / 'index.html'}")
        return
    ledger = root / (given.get("data_dir") or "data")
    kept = None if no_cache else cache
    ledger_cache.refuse_faulty(ledger, root, kept, chosen=bool(given.get("data_dir")))
    from compute_ledger.report.files import locks
    from compute_ledger.report.site import book_build

    with locks.temporary() as scratch:
        folder = book_build.build(
            root,
            editions,
            target,
            jobs=jobs or available_cores(),
            force=force,
            given=given,
            extras=ledger_cache.exported(ledger, root, scratch / "data", kept),
            version=__version__,
            timeout_s=timeout,
            cache=kept,
            tell=click.echo if explain else None,
            made_from=made_from,
        )
    click.echo(f"The book is in {folder / 'index.html'}")
