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
) -> list[Job]:
    """Jobs for every chapter of the `editions`, outputs under `folder`/<edition>/<slug>.ipynb.

    An edition's parameters and those `given` (which win) go to the chapters that declare them; a name
    that no chapter declares, or a value one of them refuses, is a ParameterError before anything runs.
    """
    declarations = {chapter.slug: chapter_parameters(chapter) for chapter in contents.chapters}
    known = sorted({parameter.name for each in declarations.values() for parameter in each})
    jobs = []
    for edition in editions:
        wanted = {**edition.parameters, **given}
        for name in wanted:
            if name not in known:
                place = "any chapter" if len(contents.chapters) > 1 else contents.chapters[0].notebook.name
                place += "" if name in given else f", but edition {edition.name!r} sets it"
                raise ParameterError(f"unknown parameter {name!r} in {place}{did_you_mean(name, known)}")
        for chapter in contents.chapters:
            own = {parameter.name for parameter in declarations[chapter.slug]}
            mine = {name: value for name, value in wanted.items() if name in own}
            values = check(declarations[chapter.slug], mine, chapter.notebook.name)
            output = folder / edition.name / f"{chapter.slug}.ipynb"
            jobs.append(Job(chapter, edition, values, contents.root, output, timeout_s))
    return jobs


def chapter_parameters(chapter: Chapter) -> tuple[Parameter, ...]:
    """What the chapter's notebook declares."""
    from compute_ledger.report.notebooks.notebook_file import read_notebook, refuse_foreign

    notebook = read_notebook(chapter.notebook)
    refuse_foreign(notebook, chapter.notebook.name)
    return declared(notebook, chapter.notebook.name)
