"""What a red cell of nbval says: the project's own conftest, in a project of a test."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from compute_ledger.report.diff import red_cells
from compute_ledger.shared.mime_types import EXHIBIT, KEY_FIGURES, PNG, PROVENANCE
from tests.report.diff.written_notebooks import chart, figures
from tests.tiny_project import REPO

ROWS = [["Alpha", 300.0], ["Beta", 38.0]]


@pytest.fixture(scope="module", params=[{}, {"CI": "true", "BUILD_NUMBER": "7"}], ids=["at home", "in CI"])
def failures(request, tmp_path_factory):
    """What pytest prints for a notebook of which every cell shows something else than it has stored."""
    folder = tmp_path_factory.mktemp("nbval")
    shutil.copy(REPO / "notebooks/conftest.py", folder)
    now = [figures(total=338.0), chart("Alpha has most", ROWS), {"text/markdown": "Alpha **leads** by far."}]
    stored = [
        figures(total=300.0),
        chart("Alpha has most", [["Alpha", 262.0], *ROWS[1:]]),
        {"text/markdown": "Beta **leads** by far."},
    ]
    cells = [new_code_cell("from IPython.display import display", id="setup", execution_count=1)]
    for number, (bundle, old) in enumerate(zip(now, stored, strict=True)):
        output = new_output("display_data", data=old)
        source = f"display({bundle!r}, raw=True)"
        cells.append(new_code_cell(source, id=f"cell-{number}", execution_count=1, outputs=[output]))
    cells.append(new_code_cell("1 / 0", id="raises", execution_count=1))
    nbformat.write(new_notebook(cells=cells), folder / "chapter.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--color=no", "--nbval", "chapter.ipynb"]
    surroundings = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    surroundings |= request.param
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def test_a_red_cell_says_what_a_reader_would_see_changed(failures):
    lines = [" ".join(line.split()) for line in failures.splitlines()]
    assert "chapter.ipynb, cell 'cell-0': what it shows is not what is stored (old → new)" in lines
    assert "figure TOTAL 300.0 → 338.0 +38 (+12.7%)" in lines
    assert "chart ranked Alpha has most 1 cell" in lines
    assert "chart Alpha: Amount (USD bn) 262 → 300 +38 (+14.5%)" in lines
    assert "text cell-2 Beta **leads** by far. → Alpha **leads** by far." in lines
    assert sum("`make refresh`" in line for line in lines) == 3


def test_no_dictionary_is_printed_but_in_the_source_of_a_cell(failures):
    lines = [line for line in failures.splitlines() if not line.startswith("    display(")]
    assert [line for line in lines if "{" in line or "mismatch" in line or "assert" in line] == []


def test_a_cell_that_raises_is_told_as_nbval_does(failures):
    assert "Cell execution caused an exception" in failures
    assert "ZeroDivisionError" in failures


def story(old, new):
    """What is said of a cell that had `old` stored and now shows `new`: bundles of MIME types, or whole outputs."""
    outputs = [
        [output if "output_type" in output else {"output_type": "display_data", "data": output} for output in outputs]
        for outputs in (old, new)
    ]
    cell = {"id": "a", "cell_type": "code", "source": "show()", "outputs": outputs[0]}
    lines = red_cells.story("a.ipynb", cell, outputs[1]).split("\n\n")
    return [" ".join(line.split()) for line in lines[1].splitlines()]


def test_what_no_reader_sees_is_told_by_its_place():
    new_figures = json.loads(json.dumps(figures(total=1.0)))
    new_figures[KEY_FIGURES]["figures"][0]["unit"] = "EUR bn"
    assert story([figures(total=1.0)], [new_figures]) == [f"1/{KEY_FIGURES}/figures/1/unit: 'USD bn' → 'EUR bn'"]
    assert story([{"a/b": 1}], [{"a/b": 1, "c/d": 2}]) == ["1/c/d is only in this run"]
    assert story([{"a/b": 1}], [{"a/b": 1}, {"a/b": 1}]) == ["the outputs: 1 → 2 of them"]
    assert story([{PNG: "a", "a/b": [1, 2]}], [{PNG: "b", "a/b": [1, 3]}]) == ["1/a/b/2: 2 → 3"], (
        "nbval looks at no PNG"
    )
    assert len(story([{"a/b": "x" * 999}], [{"a/b": "y" * 999}])[0]) < 300


def test_the_data_a_cell_rests_on_and_what_it_prints():
    about = {"data_hash": "1", "as_of": "2025-01-01", "min_grade": "C"}
    lines = story([{PROVENANCE: about}], [{PROVENANCE: about | {"as_of": "2025-02-01"}}])
    assert lines[0] == "data as_of 2025-01-01 → 2025-02-01"
    printed = [{"output_type": "stream", "name": "stdout", "text": f"done in {number} steps\n"} for number in (3, 4)]
    assert story(printed[:1], printed[1:])[0] == "text a done in 3 steps → done in 4 steps"


def test_an_output_that_cannot_be_read_is_named():
    broken = {EXHIBIT: {"id": "x"}}
    assert story([chart("One", ROWS)], [broken]) == [
        "a.ipynb, cell 'a': an exhibit lacks its id or its table; run the notebook again"
    ]
    for malformed in ({"columns": 1, "rows": []}, {"columns": [], "rows": [1]}, {"columns": [], "rows": [[1]]}):
        broken[EXHIBIT]["table"] = malformed
        assert story([], [broken])[0].startswith("a.ipynb, cell 'a': ")
