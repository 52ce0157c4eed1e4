"""Run chapters and render their pages, as far as the cache does not have what would come out."""

import base64
import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field, replace
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.cache import fingerprints, source_imports
from compute_ledger.report.cache.dependencies import Dependencies, States
from compute_ledger.report.cache.store import PAGES, RUNS, Cache, key
from compute_ledger.report.execution.jobs import Job
from compute_ledger.report.execution.parallel_calls import in_parallel
from compute_ledger.report.execution.runner import run_all
from compute_ledger.report.execution.worker_pools import pool_for
from compute_ledger.report.site.build_request import Tell
from compute_ledger.shared.languages.catalogues import FOLDER
from compute_ledger.shared.languages.phrases import speaking

if TYPE_CHECKING:
    from compute_ledger.report.pages.exporter import Page

TEMPLATES = Path("book/templates")
EDITED = "something that was edited under the run"


@dataclass
class Made:
    """The pages of a build in the order of its jobs, and what the run of each, by its label, has really read."""

    pages: "list[Page]" = field(default_factory=list)
    read: dict[str, Dependencies] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """What the pages of one build have in common; `final` are the editions that the finished book will have."""

    contents: Contents
    final: tuple[Edition, ...]
    changed: bool = False
    codebook: bool = False


def make(jobs: Sequence[Job], frame: Frame, workers: int, cache: Cache | None = None, tell: Tell | None = None) -> Made:
    """Execute and render every job; `tell` is given a line for each about what the cache had and why not more.

    Nothing is kept of a chapter that fails, all of those that were finished before it is.
    """
    if cache is None:
        with pool_for(min(workers, len(jobs)), jobs) as pool:
            run_all(jobs, pool)
            rendered = in_parallel("Rendering", {job.label: (_render, (job, frame)) for job in jobs}, pool)
        return Made([page for page, _ in rendered.values()])
    return _Build(jobs, frame, workers, cache).make(tell or (lambda _: None))


class _Build:
    def __init__(self, jobs: Sequence[Job], frame: Frame, workers: int, cache: Cache) -> None:
        self.frame, self.workers, self.cache = frame, workers, cache
        self.parts = {job.label: _parts(job) for job in jobs}
        self.jobs = [replace(job, known_modules=tuple(self.parts[job.label]["package"])) for job in jobs]
        self.states = States(frame.contents.root)
        self.read: dict[str, Dependencies] = {}
        self.page_keys: dict[str, str] = {}
        self.pages: dict[str, Any] = {}
        self.seconds: dict[str, float] = {}

    def make(self, tell: Tell) -> Made:
        to_run = [job for job in self.jobs if not self._found_run(job)]
        to_render = [job for job in self.jobs if job not in to_run and not self._found_page(job)]
        if to_run or to_render:
            workers = min(self.workers, len(to_run) + len(to_render))
            with pool_for(workers, to_run, self.cache.folder) as pool:
                self._run(to_run, pool)
                to_render += [job for job in to_run if not self._found_page(job)]
                self._render(to_render, pool)
        for job in self.jobs:
            tell(self._told(job, job in to_run, job in to_render))
        self.cache.finish({label: parts | self.read[label].parts for label, parts in self.parts.items()})
        return Made([self.pages[job.label] for job in self.jobs], self.read)

    def _found_run(self, job: Job) -> bool:
        job.output.parent.mkdir(parents=True, exist_ok=True)
        entry = self.cache.get(RUNS, key(self.parts[job.label]))
        if entry is None:
            return False
        read = Dependencies.of(entry["read"])
        if read.beyond or self.states.now(read) != read:
            return False
        self.read[job.label] = read
        job.output.write_text(entry["notebook"], encoding="utf-8")
        if entry["text"] != job.source.text_hash:
            _renew_text(job)
        return True

    def _found_page(self, job: Job) -> bool:
        self.page_keys[job.label] = _page_key(job, self.frame, self.parts[job.label]["package"])
        entry = self.cache.get(PAGES, self.page_keys[job.label])
        if entry is not None:
            self.pages[job.label] = _unpacked(entry["page"])
            self.cache.used.update(entry["drawings"])
        return entry is not None

    def _run(self, jobs: Sequence[Job], pool: Executor) -> None:
        def keep(label: str, seconds: float) -> None:
            job = next(job for job in jobs if job.label == label)
            self.seconds[label] = seconds
            parts = self.parts[label]
            read = States(job.root).recorded(job.record, parts["package"])  # as all that is now, after the run
            if not job.source.is_current() or _parts(job) != parts:
                read = replace(read, beyond=(*read.beyond, EDITED))
            self.read[label] = read
            if not read.beyond:
                executed = job.output.read_text(encoding="utf-8")
                entry = {"notebook": executed, "text": job.source.text_hash, "read": read.plain()}
                self.cache.put(RUNS, key(parts), entry)

        run_all(jobs, pool, keep)

    def _render(self, jobs: Sequence[Job], pool: Executor) -> None:
        tasks = {job.label: (_render, (job, self.frame)) for job in jobs}
        for label, (page, drawings) in in_parallel("Rendering", tasks, pool).items():
            entry = {"page": _packed(page), "drawings": drawings}
            self.cache.put(PAGES, self.page_keys[label], entry)
            self.cache.used.update(drawings)
            self.pages[label] = page

    def _told(self, job: Job, ran: bool, rendered: bool) -> str:
        if not ran:
            return f"{job.label}: not run, nothing it depends on has changed{'; page made anew' if rendered else ''}"
        read = self.read[job.label]
        changes = self.cache.changes(job.label, self.parts[job.label] | read.parts)
        changes += [f"it depends on {dependency}, which cannot be recorded" for dependency in read.beyond]
        why = "; ".join(changes) or "nothing has changed, but the cache has lost it"
        return f"{job.label}: run in {self.seconds[job.label]:.1f} s; {why}"


def _parts(job: Job) -> fingerprints.Parts:
    """What a chapter hangs on as far as files tell."""
    defaults = {parameter.name: parameter.default for parameter in job.source.parameters}
    return fingerprints.of_run(job.source.notebook, defaults, job.parameters, job.edition.name, job.root)


def _renew_text(job: Job) -> None:
    """Put the chapter's text of today into its run of before."""
    from compute_ledger.report.notebooks.notebook_file import read_notebook, with_text_of, write_notebook

    write_notebook(with_text_of(job.source.copy(), read_notebook(job.output)), job.output)


def _page_key(job: Job, frame: Frame, modules: fingerprints.Part) -> str:
    """The name of a page in the cache; `modules` are those that its notebook imports, of which it shows docstrings."""
    contents = asdict(replace(frame.contents, root=Path()))
    for chapter in contents["chapters"]:
        chapter["notebook"] = chapter["notebook"].name
    about = {
        "notebook": hashlib.sha256(job.output.read_bytes()).hexdigest(),
        "contents": fingerprints.digest(json.loads(json.dumps(contents, default=str))),
        "page": fingerprints.digest(
            [job.label, [asdict(edition) for edition in frame.final], frame.changed, frame.codebook]
        ),
    }
    return key({"page": about, "modules": modules, **renderer_parts(job.root)})


@once
def renderer_parts(root: Path) -> fingerprints.Parts:
    return {
        "templates": fingerprints.files_in([TEMPLATES, FOLDER], root),
        "package": source_imports.files(fingerprints.RENDERER, root),
        **fingerprints.installed(),
    }


def _render(job_and_frame: tuple[Job, Frame]) -> "tuple[Page, list[str]]":
    job, frame = job_and_frame
    with speaking(job.edition.language, frame.contents.root):
        return _rendered(job, frame)


def _rendered(job: Job, frame: Frame) -> "tuple[Page, list[str]]":
    from compute_ledger.report.charts import drawing_cache
    from compute_ledger.report.pages.exporter import render_page
    from compute_ledger.report.pages.page_context import PageJob
    from compute_ledger.report.records import record_blocks
    from compute_ledger.report.site import print_edition, search_index
    from compute_ledger.report.site.reading import chapter_cards, previews

    drawing_cache.used()  # of a page that failed
    page = PageJob(
        frame.contents, job.edition, frame.final, job.chapter.slug, job.output, frame.changed, frame.codebook
    )
    rendered = render_page(page)
    return replace(
        rendered,
        blocks=(),
        print_blocks=(),
        entries=[asdict(entry) for entry in search_index.page_entries(rendered.blocks)],
        printed=print_edition.part(frame.contents.root, rendered.print_blocks),
        answer=chapter_cards.answer(rendered.blocks),
        previews=previews.of_rows(rendered.blocks),
        records=record_blocks.of_page(rendered.blocks),
        rests=record_blocks.rests(rendered.blocks),
    ), drawing_cache.used()


def _packed(page: "Page") -> dict[str, Any]:
    files = {name: base64.b64encode(content).decode() for name, content in page.files.items()}
    return {**{name: getattr(page, name) for name in page.__dataclass_fields__}, "files": files}


def _unpacked(entry: dict[str, Any]) -> "Page":
    from compute_ledger.report.pages.exporter import Page

    return Page(**{**entry, "files": {name: base64.b64decode(text) for name, text in entry["files"].items()}})
