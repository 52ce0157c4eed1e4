"""What `compute-ledger refresh` says in its last lines, of a project whose notebooks are run."""

import subprocess
import sys

import nbformat
import pytest


def refresh(project):
    command = [sys.executable, "-m", "compute_ledger", "refresh", "--project", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


@pytest.fixture
def stored(project):
    refresh(project)
    return project


def test_refresh_ends_with_what_has_changed_old_and_new(stored):
    assert refresh(stored)[-2:] == ["0 of the notebooks changed", "No number, row or word has changed."]
    path = stored / "notebooks/chapter.ipynb"
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        if cell.id in ("chart", "finding"):
            cell.source = cell.source.replace("300", "310").replace('["Beta", 38.0]', '["Beta", 38.0], ["Delta", 1.0]')
    nbformat.write(notebook, path)
    lines = refresh(stored)
    assert lines[:2] == ["stored new outputs in notebooks/chapter.ipynb", "1 of the notebooks changed"]
    assert "chart chapter-ranked Alpha holds most of it 1 cell; 1 row only in the new outputs" in lines
    assert "chart Alpha <b>: Amount (USD bn) 300 → 310 +10 (+3.3%)" in lines
    assert "chart Delta only in the new outputs" in lines
    assert "text chapter-finding Alpha has **300** of it, says → Alpha has **310** of it, says" in lines
    assert lines[-1] == "The old outputs and the new outputs differ in 2 exhibits, 1 text."
