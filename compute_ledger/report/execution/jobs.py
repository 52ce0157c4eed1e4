"""What is to be run: one job for each chapter of each edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.book.contents import Chapter, Contents, Edition
from compute_ledger.report.execution.chapter_source import ChapterSource, read_source
from compute_ledger.report.notebooks.parameters import Value, check, unknown_parameter

CELL_TIMEOUT_S = 300
Sources = Mapping[str, ChapterSource]  # by the slug of the chapter


@dataclass(frozen=True)
class Job:
    """One chapter of one edition: `parameters` holds only what differs from the notebook's defaults.

    A run that fails is saved as `failed`, if that is given, and never as `output`. What it reads is written to
    `record` when the modules that are known to count are given, which may be none.
    """

    source: ChapterSource
    edition: Edition
    parameters: dict[str, Value]
    root: Path
    output: Path
    timeout_s: int = CELL_TIMEOUT_S
    failed: Path | None = None
    known_modules: tuple[str, ...] | None = None

    @property
    def chapter(self) -> Chapter:
        """The chapter that is run."""
        return self.source.chapter

    @property
    def record(self) -> Path:
        """The file that says what the run has read."""
        return self.output.with_suffix(".reads.json")

    @property
    def label(self) -> str:
        """`edition/chapter`, for progress lines."""
        return f"{self.edition.name}/{self.chapter.slug}"


def plan(
    contents: Contents,
    editions: Sequence[Edition],
    parameters: Mapping[str, Any],
    folder: Path,
    timeout_s: int = CELL_TIMEOUT_S,
    sources: Sources | None = None,
) -> list[Job]:
    """Jobs for every chapter of the `editions`, outputs under `folder`/<edition>/<slug>.ipynb.

    Their parameters are those of `checked_values`. The `sources` of the chapters are read if they were not before.
    """
    sources = read_sources(contents) if sources is None else sources
    jobs = []
    for edition in editions:
        values = checked_values(contents, edition, parameters, sources)
        for chapter in contents.chapters_of(edition):
            output = folder / edition.name / f"{chapter.slug}.ipynb"
            jobs.append(Job(sources[chapter.slug], edition, values[chapter.slug], contents.root, output, timeout_s))
    return jobs


def checked_values(
    contents: Contents, edition: Edition, parameters: Mapping[str, Any], sources: Sources
) -> dict[str, dict[str, Value]]:
    """The typed values given to each chapter of the `edition`, by slug.

    The edition's parameters and the given `parameters` (which win) go to the chapters that declare them; a name
    that no chapter declares, or a value one of them refuses, is a ParameterError.
    """
    known_names = sorted({parameter.name for source in sources.values() for parameter in source.parameters})
    edition_values = {**edition.parameters, **parameters}
    for name in edition_values:
        if name not in known_names:
            place = "any chapter" if len(contents.chapters) > 1 else contents.chapters[0].notebook.name
            place += "" if name in parameters else f", but edition {edition.name!r} sets it"
            raise unknown_parameter(name, known_names, place)
    values = {}
    for chapter in contents.chapters:
        declared = sources[chapter.slug].parameters
        names = {parameter.name for parameter in declared}
        chapter_values = {name: value for name, value in edition_values.items() if name in names}
        values[chapter.slug] = check(declared, chapter_values, chapter.notebook.name)
    return values


def read_sources(contents: Contents) -> Sources:
    """The notebooks of all chapters, each read once."""
    return {chapter.slug: read_source(chapter) for chapter in contents.chapters}
