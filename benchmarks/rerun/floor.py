"""The floor: all cells in one warm process, then the drawings and pages; nothing is isolated, checked or kept.

python -m benchmarks.rerun.floor PROJECT OUT [CHAPTER NAME=VALUE …]
"""

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_output

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.execution.jobs import plan
from compute_ledger.report.notebooks.notebook_file import read_notebook, tags, write_notebook
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob


def run_cells(shell: InteractiveShell, notebook: nbformat.NotebookNode, parameters: dict[str, Any]) -> None:
    """Run the code cells in this process and put what they show into the notebook; RuntimeError when one fails."""
    shell.reset()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        with capture_output() as captured:
            result = shell.run_cell(cell.source)
        if not result.success:
            raise RuntimeError(f"cell {cell.id!r} failed: {result.error_in_exec or result.error_before_exec}")
        if "parameters" in tags(cell):
            shell.user_ns.update(parameters)
        bundles = [output.data for output in captured.outputs]
        if result.result is not None:  # the last expression goes another way than display()
            bundles.append(shell.display_formatter.format(result.result)[0])
        cell.outputs = [new_output("display_data", data=data) for data in bundles]


def main() -> None:
    """Run and render every chapter of every edition, or one chapter with parameters."""
    root, out, chapters = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    contents, shell = read_contents(root), InteractiveShell.instance()
    editions = contents.editions[:1] if chapters else contents.editions
    values = dict(word.split("=") for word in chapters[1:])
    os.environ["COMPUTE_LEDGER_PICTURES"] = "0"
    os.chdir(root)
    for job in plan(contents, editions, {}, out):
        if chapters and job.chapter.slug != chapters[0]:
            continue
        notebook = read_notebook(job.chapter.notebook)
        run_cells(shell, notebook, {**job.parameters, **values})
        write_notebook(notebook, job.output)
        page = render_page(PageJob(contents, job.edition, contents.editions, job.chapter.slug, job.output))
        for name, content in {f"{page.slug}.html": page.html.encode(), **page.files}.items():
            (job.output.parent / name).parent.mkdir(parents=True, exist_ok=True)
            (job.output.parent / name).write_bytes(content)


if __name__ == "__main__":
    main()
