"""`compute-ledger run`: one chapter with parameters of one's own."""

import json
from functools import partial
from pathlib import Path

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import end_on_sigterm, given_parameters, project_root
from compute_ledger.report.book import layout
from compute_ledger.terminal import tell_json


@click.command()
@click.argument("chapter")
@options.PARAMETERS
@click.option("-o", "--out", type=options.FOLDER, metavar="DIR", help=f"Folder to write [default: in {layout.RUNS}].")
@options.LEDGER
@options.FORCE
@options.TIMEOUT
@options.STRICT
@options.NO_CACHE
@options.AS_JSON
@options.PROJECT
def run(
    chapter: str,
    assignments: tuple[str, ...],
    out: Path | None,
    data: Path | None,
    force: bool,
    timeout: int,
    strict: bool,
    no_cache: bool,
    as_json: bool,
    project: Path | None,
) -> None:
    """Run one chapter, and write its notebook, its page and the data behind its charts.

    \b
    compute-ledger run commitment-concentration -p basis=annualised
    compute-ledger run funding-gap -p ramp=linear -p default_term_years=7 -o my-run --json

    `compute-ledger params CHAPTER` lists what can be set. The folder is written whole: what was there stays as
    it is until the run has succeeded. A run that fails is saved beside it, as DIR.failed.ipynb.
    """
    from compute_ledger import __version__
    from compute_ledger.commands import ledger_cache
    from compute_ledger.report.site import book_build
    from compute_ledger.report.site.build_request import BuildRequest

    end_on_sigterm()
    root = project_root(project)
    cache = None if no_cache else root / layout.CACHE
    request = BuildRequest(
        root,
        out,
        chapter=chapter,
        parameters=given_parameters(assignments, data),
        force=force,
        timeout_s=timeout,
        cache=cache,
        warn=partial(click.echo, err=True),
        strict=strict,
        version=__version__,
    )
    ledger_cache.refuse_faulty(request.ledger, root, cache, chosen=request.has_own_ledger)
    folder = book_build.build_book(request)
    slug = request.contents.chapters[0].slug
    page, notebook = folder / f"{slug}.html", folder / f"notebooks/{slug}.ipynb"
    figures = json.loads((folder / layout.KEY_FIGURES).read_text(encoding="utf-8"))
    if as_json:
        record = {"chapter": slug, "folder": str(folder), "page": str(page), "notebook": str(notebook)}
        tell_json({**record, "parameters": request.changes, "key_figures": figures})
        return
    for figure in figures:
        click.echo(f"{figure['label']}: {figure['text']}")
    click.echo(f"The page is {page}, the notebook {notebook}")
