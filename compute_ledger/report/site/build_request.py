"""What a build or a run is asked for, checked as soon as it is said: before any data is read and anything is run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from compute_ledger.report.book import layout, published_sources
from compute_ledger.report.book.contents import Contents, Edition, read_contents
from compute_ledger.report.cache import fingerprints, up_to_date
from compute_ledger.report.execution.jobs import CELL_TIMEOUT_S, Sources, checked_values, read_sources
from compute_ledger.report.notebooks.parameters import check
from compute_ledger.report.site.staging import guard

Tell = Callable[[str], None]


@dataclass(frozen=True)
class BuildRequest:
    """What to make of the project at `root`: a book of the `editions` named, or one `chapter` by itself.

    All editions are meant when none is named, or the first, when there is a chapter or there are parameters. The
    `parameters` (text of a command line, or typed values) win over those of the editions and mark the pages as
    unpublished. A cell that runs for longer than `timeout_s` seconds is a failure. What the folder `cache` has is not
    made again; `tell` is given a line a chapter that says why it was run or not. With `force` a folder is replaced
    that is no book. `version` is that of the project, for references. `warn` is given a line for each cell whose output
    no page can show as it was meant; of a `strict` request such a cell is a failure.

    A ReportError when there is no such edition, chapter or parameter, when a notebook would not take a value that is
    given, or when nothing may be written to `out` (which has a default).
    """

    root: Path
    out: Path | None = None
    editions: Sequence[str] = ()
    chapter: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    jobs: int = 1
    force: bool = False
    timeout_s: int = CELL_TIMEOUT_S
    cache: Path | None = None
    tell: Tell | None = None
    warn: Tell | None = None
    strict: bool = False
    version: str = ""

    def __post_init__(self) -> None:
        # Reading the notebooks takes longer than finding that nothing has changed: where nothing is given, it waits.
        for edition in self.chosen:
            if self.is_own:
                checked_values(self.contents, edition, self.changes, self.sources)
        self.target()

    @property
    def is_own(self) -> bool:
        """Whether this is for whoever asks, not to be published: what they gave is in it, or the rest is not."""
        return bool(self.chapter or self.parameters)

    @cached_property
    def contents(self) -> Contents:
        """The book: of the one chapter, if one is asked for, and at no address where it is not to be published."""
        contents = read_contents(self.root)
        sources = published_sources.of_commit(contents.sources.address, self.root)
        contents = replace(contents, version=self.version, sources=sources)
        if self.chapter:
            contents = replace(contents, chapters=(contents.chapter(self.chapter),))
        return replace(contents, base_url="") if self.is_own else contents

    @cached_property
    def chosen(self) -> tuple[Edition, ...]:
        """The editions to be made, the first in all languages."""
        if self.editions:
            editions = tuple(self.contents.edition(name) for name in self.editions)
        else:
            editions = self.contents.editions[:1] if self.is_own else self.contents.editions
        has_languages = not self.is_own and self.contents.editions[0] in editions
        return (*editions, *self.contents.languages) if has_languages else editions

    @cached_property
    def sources(self) -> Sources:
        """The notebooks of the book, each read once for the whole build."""
        return read_sources(self.contents)

    @cached_property
    def changes(self) -> Mapping[str, Any]:
        """The parameters that count as given: of one chapter, those that are not as its notebook has them."""
        if not self.chapter:
            return self.parameters
        [chapter] = self.contents.chapters
        declared = self.sources[chapter.slug].parameters
        values = check(declared, self.parameters, chapter.notebook.name)
        return {
            parameter.name: values[parameter.name]
            for parameter in declared
            if values.get(parameter.name, parameter.default) != parameter.default
        }

    @property
    def ledger(self) -> Path:
        """The folder of the ledger that the chapters read."""
        return self.root / str(self.parameters.get("data_dir") or layout.DATA)

    @property
    def has_own_ledger(self) -> bool:
        """Whether that folder was given, and so must hold a ledger."""
        return bool(self.parameters.get("data_dir"))

    @cached_property
    def folder(self) -> Path:
        """Where it goes: `out`, or the place that the project has for it, never that of the published book."""
        if self.out is not None:
            return self.out
        if not self.chapter:
            return self.root / (layout.CUSTOM if self.parameters else layout.PUBLISHED)
        slug, changes = self.contents.chapters[0].slug, dict(self.changes)
        return self.root / layout.RUNS / (f"{slug}-{fingerprints.digest(changes)[:8]}" if changes else slug)

    def target(self) -> Path:
        """The same, resolved; TargetError when it may not be replaced as it is now."""
        return guard(self.folder, self.root, self.force)

    def made_from(self) -> str:
        """The hash of all that the book is made from, as it is now; empty where no cache could keep it."""
        if self.cache is None or self.chapter:
            return ""
        names = [edition.name for edition in self.chosen]
        return up_to_date.fingerprint(self.contents, names, self.parameters, self.cache)
