"""From notebooks to a published book: run, render, check, then swap into place."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import KEY_FIGURES, STATIC
from compute_ledger.report.book.manifest import read_manifest, write_manifest
from compute_ledger.report.cache import fingerprints, source_imports, up_to_date
from compute_ledger.report.cache.store import OUTLINES, Cache, key
from compute_ledger.report.errors import ContentsError, NotebookError, RenderError, TargetError
from compute_ledger.report.execution.jobs import plan
from compute_ledger.report.pages.page_context import way_to_english
from compute_ledger.report.records import record_pages
from compute_ledger.report.site import print_edition, search_index, shared_pages, status_page
from compute_ledger.report.site.build_request import BuildRequest
from compute_ledger.report.site.chapters import TEMPLATES, Frame, Made, make
from compute_ledger.report.site.languages import translated_scripts, used_phrases
from compute_ledger.report.site.page_checks import Outline, Outlines, check_site
from compute_ledger.report.site.reading import chapter_cards, previews
from compute_ledger.report.site.staging import staging, swap
from compute_ledger.report.site.take_along import epub_file, whole_book
from compute_ledger.shared.languages.catalogues import ENGLISH
from compute_ledger.shared.languages.phrases import speaking


def build_book(request: BuildRequest, extras: Path | None = None, made_from: str = "") -> Path:
    """Make what is requested and put it in its place; returns the folder.

    Files of the folder `extras` go to `data/` at the book's root; a README.md among them also becomes the page
    codebook.html. Editions that a book there already has and that are not rebuilt are kept. Any failure is a
    ReportError and leaves the old book untouched. `made_from` is what `request.made_from` was when all else that goes
    into the book was read, to remember.

    A chapter by itself is a book without others; a run of it that fails is saved beside it, as <folder>.failed.ipynb.
    """
    contents = request.contents
    _refuse_bare(request.root)
    target = request.target()
    try:
        with staging(target) as book:
            kept_editions = [] if request.is_own else _kept(contents, request.chosen, target)
            final = tuple(
                edition for edition in contents.versions if edition in request.chosen or edition in kept_editions
            )
            if not request.chapter:  # of which a book by itself says part of the phrases alone
                used_phrases.check(contents)
            frame = Frame(contents, final, bool(request.changes), shared_pages.has_codebook(extras))
            cache = Cache(request.cache, target.name) if request.cache else None
            outlines = _Outlines(cache, request.root)
            result = _made(request, frame, book.with_name("runs"), target, cache)
            _tell_problems(request, result)
            for edition in request.chosen:
                _write_edition(book, frame, edition, result.pages)
            _copy_kept(target, book, kept_editions, final)
            shared_pages.write(
                book, contents, [each for each in final if each.language == ENGLISH], extras, KEY_FIGURES
            )
            for edition in final:
                translated_scripts.write(book, contents.root, edition.language)
            if request.chapter:
                _unlink(book)
            _finish(book, contents, final, outlines, packed=not request.chapter)
            swap(book, target)
            _remember(request, made_from, target, result)
    except OSError as error:
        reason = error.strerror or error
        raise TargetError(f"cannot build into {request.folder}: {reason}; the book there is as it was") from error
    return target


def _refuse_bare(root: Path) -> None:
    """Stop when the project has no templates or nothing to put beside the pages."""
    for needed in (TEMPLATES / "report", shared_pages.STATIC):
        if not (root / needed).is_dir():
            raise ContentsError(f"no folder {root / needed}; a project has that of a clone of The Compute Ledger")


def _made(request: BuildRequest, frame: Frame, runs: Path, target: Path, cache: Cache | None) -> Made:
    """All chapters run, with their notebooks in the folder `runs`, and rendered."""
    runs.mkdir()
    jobs = plan(request.contents, request.chosen, request.changes, runs, request.timeout_s, request.sources)
    if request.chapter:
        jobs = [replace(job, failed=target.with_name(f"{target.name}.failed.ipynb")) for job in jobs]
    return make(jobs, frame, request.jobs, cache, request.tell)


def _tell_problems(request: BuildRequest, result: Made) -> None:
    """Name the cells whose output is not shown as it was meant; NotebookError where the request is strict."""
    problems = list(dict.fromkeys(problem for page in result.pages for problem in page.problems))
    if problems and request.strict:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise NotebookError(f"{problems[0]}{more}; mend it, or build without --strict")
    if request.warn:
        for problem in problems:
            request.warn(problem)


def _write_edition(book: Path, frame: Frame, edition: Edition, pages: Sequence[Any]) -> None:
    """All that lies in the folder of one edition."""
    folder, own_pages = book / edition.path, [page for page in pages if page.edition == edition.name]
    is_english = edition.language == ENGLISH
    contents = frame.contents if is_english else replace(frame.contents, glossary=())
    with speaking(edition.language, contents.root):
        write_chapters(folder, contents, edition, own_pages)
    if is_english:
        _write_english(folder, frame, edition, own_pages)
    else:
        english = [page for page in pages if page.edition == contents.editions[0].name]
        record_pages.lead(folder, own_pages, english, way_to_english(edition))


def _write_english(folder: Path, frame: Frame, edition: Edition, own_pages: Sequence[Any]) -> None:
    """What an edition in another language leads to and has not."""
    epub_file.write(folder, frame.contents, edition, own_pages)
    record_pages.write(folder, frame.contents, edition, frame.final, own_pages, codebook=frame.codebook)
    status_page.write(folder, frame.contents, edition, frame.final, own_pages, codebook=frame.codebook)


def _remember(request: BuildRequest, made_from: str, target: Path, result: Made) -> None:
    """Let the next build know what the book was made from, unless that has changed under the build."""
    if request.cache and made_from and made_from == request.made_from():
        up_to_date.remember(target, made_from, request.cache, result.read.values())


def write_chapters(folder: Path, contents: Contents, edition: Edition, pages: Sequence[Any]) -> None:
    """One edition's pages, the files beside them and what is made of all pages together."""
    folder.mkdir(parents=True, exist_ok=True)
    taken_names: set[str] = set()
    for page in pages:
        html = chapter_cards.with_cards(page.html, contents, pages, edition) if page.slug == "index" else page.html
        (folder / f"{page.slug}.html").write_text(html, encoding="utf-8")
        for name, content in page.files.items():
            if name.casefold() in taken_names:  # not every file system tells A from a
                raise RenderError(f"{name!r} of chapter {page.slug!r} is the file of another chart too; rename one")
            taken_names.add(name.casefold())
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    figures = _merged([figure for page in pages for figure in page.key_figures], edition)
    text = json.dumps(figures, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / KEY_FIGURES).write_text(text + "\n", encoding="utf-8")
    search_index.write(folder, contents, pages)
    print_edition.write(folder, contents, edition, pages)
    previews.write(folder, contents, pages)


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
    paths = {edition.get("name"): edition.get("path") for edition in manifest.get("editions", [])}
    unpublished = manifest.get("unpublished", False)
    return [e for e in contents.versions if e not in chosen and paths.get(e.name) == e.path and not unpublished]


def _copy_kept(target: Path, book: Path, kept_editions: Sequence[Edition], final: Sequence[Edition]) -> None:
    paths = [edition.path for edition in final if edition.path]
    for edition in kept_editions:
        for name in (read_manifest(target) or {}).get("files", {}):
            inside = next((path for path in paths if name.startswith(f"{path}/")), "")
            if inside == edition.path and not name.startswith(f"{STATIC}/"):
                (book / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(target / name, book / name)


def _unlink(book: Path) -> None:
    """Let the pages name what the book has not without leading there."""
    for page in book.rglob("*.html"):

        def without_dead_end(link: re.Match[str], folder: Path = page.parent) -> str:
            scheme, _, path, _, _ = urlsplit(link[2])
            return link[0] if scheme or not path or (folder / unquote(path)).exists() else link[1]

        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r'(<a\b[^>]*?) href="([^"]*)"', without_dead_end, text), encoding="utf-8")


class _Outlines:
    """The outlines of the pages that the last build of this name left in the cache, if there is one."""

    def __init__(self, cache: Cache | None, root: Path) -> None:
        self.cache, self.known = cache, Outlines()
        if cache:
            reader = source_imports.files([check_site.__module__], root)
            self.name = key({"book": {"build": cache.build}, "reader": reader, **fingerprints.installed()})
            self.known = {page: Outline(*parts) for page, parts in (cache.get(OUTLINES, self.name) or {}).items()}

    def keep(self) -> None:
        if self.cache:
            self.cache.put(OUTLINES, self.name, self.known)


def _finish(book: Path, contents: Contents, final: Sequence[Edition], outlines: _Outlines, *, packed: bool) -> None:
    """The checks that must hold, the manifest, and where the book is to be `packed`, all of it as one file."""
    if packed:
        whole_book.announce(book)
    problems = [*check_site(book, outlines.known), *_leaks(book, contents.root)]
    outlines.keep()
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise RenderError(f"the book failed its checks: {problems[0]}{more}; nothing was published")
    entries = [{"name": edition.name, "label": edition.label, "path": edition.path} for edition in final]
    about = {"title": contents.title, "editions": entries}
    write_manifest(book, about)
    if packed:
        whole_book.pack(book, contents.title)
        write_manifest(book, about)


def _leaks(book: Path, root: Path) -> list[str]:
    """Files that name the folder they were made in."""
    if len(root.parts) <= 2:
        return []  # too short to tell from a word of the text
    files, name = sorted(path for path in book.rglob("*") if path.is_file()), os.fsencode(root)
    return [f"{path.relative_to(book)}: names {root}" for path in files if name in path.read_bytes()]
