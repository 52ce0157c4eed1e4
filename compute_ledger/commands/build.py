"""`compute-ledger build`: all chapters of some editions, published as a book."""

import signal
import tempfile
from pathlib import Path

import click

from compute_ledger.commands import options


@click.command()
@click.option("--edition", "editions", multiple=True, metavar="NAME", help="This edition only (repeatable).")
@click.option("--out", type=options.FOLDER, help=f"Folder of the book [default: {options.PUBLISHED}].")
@options.JOBS
@options.FORCE
@options.PARAMETERS
@options.LEDGER
@click.option("--explain", is_flag=True, help="Say of each chapter why it was run again, or was not.")
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

    A chapter is run again only if its notebook, its parameters, the data, the modules it imports or the versions
    installed have changed, by content; see --explain.
    """
    from compute_ledger import __version__, cli
    from compute_ledger.report import contents, unchanged

    signal.signal(signal.SIGTERM, cli._interrupt)
    root = cli._root(project)
    given = cli._given(assignments, data)
    ledger = root / (given.get("data_dir") or "data")
    if given and not editions:
        editions = (contents.read_contents(root).editions[0].name,)
    target, cache = out or root / (options.CUSTOM if given else options.PUBLISHED), root / options.CACHE
    made_from = unchanged.key(root, ledger, editions, given)
    if not (no_cache or explain) and unchanged.is_current(target, cache, made_from):
        click.echo(f"Nothing has changed: the book is in {target / 'index.html'}")
        return
    from compute_ledger.report import site

    cli._refuse_faulty(ledger)
    with tempfile.TemporaryDirectory(prefix="compute-ledger-") as scratch:
        folder = site.build(
            root,
            editions,
            target,
            jobs=jobs or cli._cores(),
            force=force,
            given=given,
            extras=cli._exported(ledger, root, Path(scratch) / "data"),
            version=__version__,
            cache=None if no_cache else cache,
            tell=click.echo if explain else None,
        )
    if not no_cache:
        unchanged.remember(folder, cache, made_from)
    click.echo(f"The book is in {folder / 'index.html'}")
