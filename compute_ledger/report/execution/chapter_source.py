"""The notebook of a chapter, read once for all that a build, a run or a sweep wants to know of it."""

import copy
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compute_ledger.report.book.contents import Chapter
from compute_ledger.report.cache.fingerprints import digest
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks.parameters import Parameter, declared

if TYPE_CHECKING:
    import nbformat

KEPT = ("id", "cell_type", "source", "metadata")  # of a cell of text


@dataclass(frozen=True)
class ChapterSource:
    """What the `chapter` was when it was read: small, so that it can be sent to a worker.

    The `notebook` has no outputs, which no run reads. Whoever changes it takes a `copy`. `file_hash` is that of the
    whole file, `text_hash` that of the text between the code cells, which no run reads either.
    """

    chapter: Chapter
    notebook: "nbformat.NotebookNode" = field(repr=False)
    parameters: tuple[Parameter, ...]
    file_hash: str
    text_hash: str

    def copy(self) -> "nbformat.NotebookNode":
        """The notebook, to be run or changed."""
        return copy.deepcopy(self.notebook)

    def is_current(self) -> bool:
        """Whether the file is still what was read."""
        try:
            return _hashed(self.chapter) == self.file_hash
        except OSError:
            return False


def read_source(chapter: Chapter) -> ChapterSource:
    """Read the chapter's notebook; NotebookError when no build can use it."""
    # Only here: importing nbformat takes longer than finding that a book is up to date.
    from compute_ledger.report.notebooks.notebook_file import read_notebook, refuse_foreign

    name = chapter.notebook.name
    try:
        file_hash = _hashed(chapter)  # before it is read, so that an edit in between is seen afterwards
    except OSError as error:
        raise NotebookError(f"cannot read {chapter.notebook}: {error.strerror}") from error
    notebook = read_notebook(chapter.notebook)
    refuse_foreign(notebook, name)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    text = [cell.id if cell.cell_type == "code" else [cell[key] for key in KEPT] for cell in notebook.cells]
    return ChapterSource(chapter, notebook, declared(notebook, name), file_hash, digest(text))


def _hashed(chapter: Chapter) -> str:
    with open(chapter.notebook, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
