"""What is to be run: one job for each chapter of each edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.book.contents import Chapter, Contents, Edition
from compute_ledger.report.errors import ParameterError
from compute_ledger.report.notebooks.parameters import Parameter, Value, check, declared
from compute_ledger.shared.text import did_you_mean

CELL_TIMEOUT_S = 300
Declarations = Mapping[str, tuple[Parameter, ...]]


@dataclass(frozen=True)
class Job:
    """One chapter of one edition: `parameters` holds only what differs from the notebook's defaults.

    A run that fails is saved as `failed`, if that is given, and never as `output`. What it reads is written to
    `record` when the modules that are known to count are given, which may be none.
    """

    chapter: Chapter
    edition: Edition
    parameters: dict[str, Value]
    root: Path
    output: Path
    timeout_s: int = CELL_TIMEOUT_S
    failed: Path | None = None
    known_modules: tuple[str, ...] | None = None

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
    given: Mapping[str, Any],
    folder: Path,
    timeout_s: int = CELL_TIMEOUT_S,
    declared: Declarations | None = None,
) -> list[Job]:
    """Jobs for every chapter of the `editions`, outputs under `folder`/<edition>/<slug>.ipynb.

    Their parameters are those of `checked_values`. What the notebooks declare is read where it was not before.
    """
    declared = declarations(contents) if declared is None else declared
    jobs = []
    for edition in editions:
        values = checked_values(contents, edition, given, declared)
        for chapter in contents.chapters:
            output = folder / edition.name / f"{chapter.slug}.ipynb"
            jobs.append(Job(chapter, edition, values[chapter.slug], contents.root, output, timeout_s))
    return jobs


def checked_values(
    contents: Contents, edition: Edition, given: Mapping[str, Any], declared: Declarations
) -> dict[str, dict[str, Value]]:
    """The typed values given to each chapter of the `edition`, by slug.

    The edition's parameters and those `given` (which win) go to the chapters that declare them; a name
    that no chapter declares, or a value one of them refuses, is a ParameterError.
    """
    known = sorted({parameter.name for each in declared.values() for parameter in each})
    wanted = {**edition.parameters, **given}
    for name in wanted:
        if name not in known:
            place = "any chapter" if len(contents.chapters) > 1 else contents.chapters[0].notebook.name
            place += "" if name in given else f", but edition {edition.name!r} sets it"
            raise ParameterError(f"unknown parameter {name!r} in {place}{did_you_mean(name, known)}")
    values = {}
    for chapter in contents.chapters:
        names = {parameter.name for parameter in declared[chapter.slug]}
        own = {name: value for name, value in wanted.items() if name in names}
        values[chapter.slug] = check(declared[chapter.slug], own, chapter.notebook.name)
    return values


def declarations(contents: Contents) -> Declarations:
    """What the notebooks of all chapters declare, by slug."""
    return {chapter.slug: chapter_parameters(chapter) for chapter in contents.chapters}


def chapter_parameters(chapter: Chapter) -> tuple[Parameter, ...]:
    """What the chapter's notebook declares."""
    from compute_ledger.report.notebooks.notebook_file import read_notebook, refuse_foreign

    notebook = read_notebook(chapter.notebook)
    refuse_foreign(notebook, chapter.notebook.name)
    return declared(notebook, chapter.notebook.name)
