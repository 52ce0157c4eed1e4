"""`compute-ledger run`: one chapter with parameters of one's own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from compute_ledger.commands import options
from compute_ledger.commands.project import end_on_sigterm, given_parameters, project_root
from compute_ledger.terminal import tell_json


@click.command()
@click.argument("chapter")
@options.PARAMETERS
@click.option("-o", "--out", type=options.FOLDER, metavar="DIR", help=f"Folder to write [default: in {options.RUNS}].")
@options.LEDGER
@options.FORCE
@options.TIMEOUT
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
    from compute_ledger.report.book import contents, layout
    from compute_ledger.report.execution.jobs import chapter_parameters
    from compute_ledger.report.notebooks.parameters import check
    from compute_ledger.report.site import book_build

    end_on_sigterm()
    root = project_root(project)
    book = contents.read_contents(root)
    chosen = book.chapter(chapter)
    declared = chapter_parameters(chosen)
    given = check(declared, given_parameters(assignments, data), chosen.notebook.name)
    changed = {each.name: given[each.name] for each in declared if given.get(each.name, each.default) != each.default}
    cache = None if no_cache else root / options.CACHE
    ledger = root / str(given.get("data_dir") or "data")
    ledger_cache.refuse_faulty(ledger, root, cache, chosen=bool(given.get("data_dir")))
    folder = book_build.build(
        root,
        (book.editions[0].name,),
        out or root / options.RUNS / _name(chosen.slug, changed),
        jobs=1,
        force=force,
        given=changed,
        version=__version__,
        only=chosen.slug,
        timeout_s=timeout,
        cache=cache,
    )
    page, notebook = folder / f"{chosen.slug}.html", folder / f"notebooks/{chosen.slug}.ipynb"
    figures = json.loads((folder / layout.KEY_FIGURES).read_text(encoding="utf-8"))
    if as_json:
        record = {"chapter": chosen.slug, "folder": str(folder), "page": str(page), "notebook": str(notebook)}
        tell_json({**record, "parameters": changed, "key_figures": figures})
        return
    for figure in figures:
        click.echo(f"{figure['label']}: {figure['text']}")
    click.echo(f"The page is {page}, the notebook {notebook}")


def _name(slug: str, changed: Mapping[str, Any]) -> str:
    from compute_ledger.report.cache.fingerprints import digest

    return f"{slug}-{digest(dict(changed))[:8]}" if changed else slug
