"""From notebooks to a published book: run, render, check, then swap into place."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from compute_ledger.report.checks import check_site
from compute_ledger.report.contents import Contents, Edition, read_contents
from compute_ledger.report.errors import RenderError, TargetError
from compute_ledger.report.publish import guard, read_manifest, staging, swap, write_manifest
from compute_ledger.report.run import in_parallel, plan, run_all, worker_pool

STATIC = Path("book/static")
KEY_FIGURES = "key-figures.json"
DATA, README, CODEBOOK = "data", "README.md", "codebook.html"


def build(
    root: Path,
    editions: Sequence[str],
    out: Path,
    *,
    jobs: int,
    force: bool = False,
    given: Mapping[str, Any] | None = None,
    extras: Path | None = None,
) -> Path:
    """Publish the named `editions` (all when none is named) of the project at `root` into `out`.

    `given` parameters win over those of the editions and mark the pages as unpublished. Files of the folder
    `extras` go to `data/` at the book's root; a README.md among them also becomes the page codebook.html.
    Editions that a book in `out` already has and that are not rebuilt are kept. Any failure is a ReportError
    and leaves the old book untouched. Returns the folder.
    """
    contents = read_contents(root)
    chosen = [contents.edition(name) for name in editions] or list(contents.editions)
    target = guard(out, root, force)
    kept = [] if given else _kept(contents, chosen, target)
    final = tuple(edition for edition in contents.editions if edition in chosen or edition in kept)
    try:
        with tempfile.TemporaryDirectory(prefix="compute-ledger-") as scratch, staging(target) as book:
            codebook = extras is not None and (extras / README).is_file()
            pages = _make_pages(contents, chosen, final, Path(scratch), jobs, given or {}, codebook)
            _write(book, contents, chosen, pages)
            _copy_kept(target, book, kept, final)
            if extras is not None:
                _add_extras(book, contents, final[0], extras)
            _finish(book, contents, final)
            swap(book, target)
    except OSError as error:
        raise TargetError(f"cannot build into {out}: {error.strerror or error}; the book there is as it was") from error
    return target


def _make_pages(
    contents: Contents,
    chosen: Sequence[Edition],
    final: tuple[Edition, ...],
    scratch: Path,
    workers: int,
    given: Mapping[str, Any],
    codebook: bool,
) -> list[Any]:
    """Execute and render every chapter of the `chosen` editions; the rendered pages."""
    from compute_ledger.report.render import PageJob, render_page

    jobs = plan(contents, chosen, given, scratch)
    with worker_pool(min(workers, len(jobs))) as pool:
        run_all(jobs, pool)
        tasks = {
            job.label: (
                render_page,
                PageJob(contents, job.edition, final, job.chapter.slug, job.output, bool(given), codebook),
            )
            for job in jobs
        }
        return list(in_parallel("Rendering", tasks, pool).values())


def _write(book: Path, contents: Contents, chosen: Sequence[Edition], pages: Sequence[Any]) -> None:
    for edition in chosen:
        folder = book / edition.path
        folder.mkdir(parents=True, exist_ok=True)
        own = [page for page in pages if page.edition == edition.name]
        for page in own:
            (folder / f"{page.slug}.html").write_text(page.html, encoding="utf-8")
            for name, content in page.files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
        figures = _merged([figure for page in own for figure in page.key_figures], edition)
        text = json.dumps(figures, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / KEY_FIGURES).write_text(text + "\n", encoding="utf-8")
    static = contents.root / STATIC
    shutil.copytree(static, book / "static", ignore=shutil.ignore_patterns(".*"), copy_function=shutil.copyfile)


def _merged(figures: Sequence[dict[str, Any]], edition: Edition) -> list[dict[str, Any]]:
    """Key figures with one entry an id; two chapters that disagree are a RenderError."""
    merged: dict[str, dict[str, Any]] = {}
    for figure in figures:
        value = figure["value"]
        if isinstance(value, float) and value - value != 0:
            raise RenderError(
                f"key figure {figure['id']!r} of edition {edition.name!r} is {value}, not a finite number"
            )
        if merged.setdefault(figure["id"], figure)["value"] != value:
            first = merged[figure["id"]]["value"]
            raise RenderError(f"key figure {figure['id']!r} of edition {edition.name!r} is {first!r} and {value!r}")
    return list(merged.values())


def _kept(contents: Contents, chosen: Sequence[Edition], target: Path) -> list[Edition]:
    """Editions that the book in `target` has, that contents.toml still has and that are not rebuilt now."""
    manifest = read_manifest(target) or {}
    there = {each.get("name"): each.get("path") for each in manifest.get("editions", [])}
    unpublished = manifest.get("unpublished", False)
    return [e for e in contents.editions if e not in chosen and there.get(e.name) == e.path and not unpublished]


def _copy_kept(target: Path, book: Path, kept: Sequence[Edition], final: Sequence[Edition]) -> None:
    paths = [edition.path for edition in final if edition.path]
    for edition in kept:
        for name in (read_manifest(target) or {}).get("files", {}):
            inside = next((path for path in paths if name.startswith(f"{path}/")), "")
            if inside == edition.path and not name.startswith("static/"):
                (book / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(target / name, book / name)


def _add_extras(book: Path, contents: Contents, edition: Edition, extras: Path) -> None:
    """The files for download, and the codebook; those that a kept edition brought along give way."""
    from compute_ledger.report.render import render_codebook

    shutil.rmtree(book / DATA, ignore_errors=True)
    shutil.copytree(extras, book / DATA, copy_function=shutil.copyfile)
    if (extras / README).is_file():
        html = render_codebook(contents, edition, (extras / README).read_text(encoding="utf-8"))
        (book / CODEBOOK).write_text(html, encoding="utf-8")


def _finish(book: Path, contents: Contents, final: Sequence[Edition]) -> None:
    """Landing page where no edition has the root, manifest, and the checks that must hold."""
    if all(edition.path for edition in final):
        (book / "index.html").write_text(_landing(contents, final), encoding="utf-8")
    problems = [*check_site(book), *_leaks(book, contents.root)]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise RenderError(f"the book failed its checks: {problems[0]}{more}; nothing was published")
    named = [{"name": edition.name, "label": edition.label, "path": edition.path} for edition in final]
    write_manifest(book, {"title": contents.title, "editions": named})


def _leaks(book: Path, root: Path) -> list[str]:
    """Pages that name the folder they were made in."""
    if len(root.parts) <= 2:
        return []  # too short to tell from a word of the text
    pages = sorted(book.rglob("*.html"))
    return [
        f"{page.relative_to(book)}: names {root}" for page in pages if str(root) in page.read_text(encoding="utf-8")
    ]


def _landing(contents: Contents, final: Sequence[Edition]) -> str:
    links = "\n".join(f'<li><a href="{e.path}/index.html">{escape(e.label)}</a></li>' for e in final)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'">
<meta http-equiv="refresh" content="0; url={final[0].path}/index.html">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(contents.title)}</title>
<link rel="stylesheet" href="static/report.css">
</head>
<body>
<main>
<h1>{escape(contents.title)}</h1>
<ul>
{links}
</ul>
</main>
</body>
</html>
"""
