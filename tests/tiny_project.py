"""A project with two tiny chapters, built from tests/notebooks, for the tests of the publishing wing."""

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

REPO = Path(__file__).parents[1]
NOTEBOOKS = Path(__file__).parent / "notebooks"
CONTENTS = """\
title = "Tiny & <small>"
authors = ["A. Writer"]

[[chapters]]
slug = "index"
notebook = "notebooks/index.ipynb"
title = "Start"

[[chapters]]
slug = "chapter"
notebook = "notebooks/chapter.ipynb"
title = "Chapter"

[[editions]]
name = "latest"
label = "Latest"

[[editions]]
name = "2025-11-07"
label = "As known on 7 November 2025"
path = "editions/2025-11-07"
parameters = { as_of = "2025-11-07" }
"""


def make_project(folder: Path, contents: str = CONTENTS, **notebooks: str) -> Path:
    """A project in `folder`; `chapter="raises"` puts tests/notebooks/raises.ipynb in place of that chapter."""
    (folder / "notebooks").mkdir(parents=True)
    for slug in ("index", "chapter"):
        shutil.copy(NOTEBOOKS / f"{notebooks.get(slug, slug)}.ipynb", folder / "notebooks" / f"{slug}.ipynb")
    shutil.copytree(REPO / "book/templates", folder / "book/templates")
    shutil.copytree(REPO / "book/static", folder / "book/static")
    (folder / "book/contents.toml").write_text(contents, encoding="utf-8")
    return folder


def executed(*outputs: dict, source: str = "show()", title: str = "# Title\n\nAbstract.") -> nbformat.NotebookNode:
    """A notebook as papermill leaves it: a title, a parameters cell and one cell with these MIME bundles."""
    parameters = new_code_cell('as_of: str = "latest"', metadata={"tags": ["parameters"]}, id="parameters")
    displayed = [new_output("display_data", data=data) for data in outputs]
    cells = [new_markdown_cell(title, id="title"), parameters, new_code_cell(source, id="shown", outputs=displayed)]
    return new_notebook(cells=cells, metadata={"language_info": {"name": "python", "version": "3"}})
