"""A whole book made from the hostile ledger, in this process: chapters, pages, search, print edition, feed, files."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from compute_ledger.ledger.codebook import refresh
from compute_ledger.ledger.export import export
from compute_ledger.report.charts import standalone_pictures
from compute_ledger.report.site import book_build
from compute_ledger.report.site.build_request import BuildRequest
from tests.chapters import run_chapter
from tests.pretended_runs import pretend_runs
from tests.tiny_project import REPO

CONTENTS = 'title = "Hostile"\nauthors = ["A. Writer"]\nbase_url = "https://example.org/book"\n'
EDITION = '[[editions]]\nname = "latest"\nlabel = "Latest"\n'
CHAPTER = '[[chapters]]\nslug = "{0}"\nnotebook = "notebooks/{0}.ipynb"\ntitle = "{0}"\n'
# A PNG takes half a second to draw, and has neither markup nor script.
PICTURE = b"\x89PNG\r\n\x1a\n"


def build(ledger: Path, folder: Path, chapters: Sequence[str]) -> Path:
    """The book of these `chapters` over `ledger`, in `folder`/html."""
    project = folder / "project"
    for name in ("book/templates", "book/static"):
        shutil.copytree(REPO / name, project / name)
    contents = CONTENTS + EDITION + "".join(CHAPTER.format(name) for name in chapters)
    (project / "book/contents.toml").write_text(contents, encoding="utf-8")
    (project / "notebooks").mkdir()
    for name in chapters:
        shutil.copy(REPO / f"notebooks/{name}.ipynb", project / "notebooks")

    refresh(ledger)
    export(ledger, folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        pretend_runs(patch, lambda job: executed(job.chapter.slug, ledger))
        patch.setattr(standalone_pictures, "png", lambda *_: PICTURE)
        patch.setattr(book_build, "check_site", lambda *_: [])  # chapters that are left out are linked all the same
        return book_build.build_book(BuildRequest(project, folder / "html"), folder / "data")


def executed(name: str, ledger: Path) -> nbformat.NotebookNode:
    """The chapter with the outputs that it has over `ledger`."""
    notebook = nbformat.read(REPO / f"notebooks/{name}.ipynb", as_version=4)
    bundles = run_chapter(name, data_dir=str(ledger))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            bundle = json.loads(json.dumps(bundles.get(cell.id, {})))
            cell.outputs = [new_output("display_data", data=bundle)] if bundle else []
    return notebook
