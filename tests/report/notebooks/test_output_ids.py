"""What libraries draw anew in each run is the same in the notebooks that we write, and of no matter to nbval."""

import subprocess
import sys

import altair as alt
import nbformat
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from compute_ledger.new_project.project_files import HERE
from compute_ledger.report.notebooks import output_ids
from tests import every_output
from tests.tiny_project import make_project

ROWS = pd.DataFrame({"city": ["T_abcde", "Lima"], "mm": [2250, 6]})
SHOWS = {
    "chart": lambda: alt.Chart(ROWS).mark_bar().encode(x="mm", y="city"),
    "styler": lambda: ROWS.style.highlight_max("mm", color="red"),
    "object": object,
}


def executed(*shown):
    outputs = [new_output("display_data", DisplayFormatter().format(each)[0]) for each in shown]
    return new_notebook(cells=[new_code_cell("x", id="shows", outputs=outputs)])


@pytest.mark.parametrize("kind", SHOWS)
def test_two_runs_show_the_same(kind):
    objects = [SHOWS[kind]() for _ in range(4)]  # all alive at once: an address may be used again
    runs = [executed(*objects[:2]), executed(*objects[2:])]
    assert runs[0] != runs[1]
    for run in runs:
        output_ids.settle(run)
    assert runs[0] == runs[1]


def test_of_two_charts_each_has_its_own_id_and_words_that_look_like_one_stay():
    run = executed(SHOWS["chart"](), SHOWS["chart"](), SHOWS["styler"]())
    output_ids.settle(run)
    html = [output.data["text/html"] for output in run.cells[0].outputs]
    divs = [text.partition('<div id="')[2].partition('"')[0] for text in html[:2]]
    assert divs[0] != divs[1]
    assert html[0].count(divs[0]) > 1, "the script below finds it by that id"
    assert "T_abcde" in html[2]


def test_stored_outputs_of_every_kind_hold_in_nbval(tmp_path):
    project = make_project(tmp_path / "p")
    path = project / "notebooks/chapter.ipynb"
    notebook = every_output.notebook()
    chart = 'import altair as alt\nalt.Chart(rows.head()).mark_bar().encode(x="usd_bn", y="supplier")'
    notebook.cells += [new_code_cell(chart), new_code_cell('rows.head().style.highlight_max("usd_bn", color="red")')]
    nbformat.write(notebook, path)
    store = [sys.executable, "-m", "compute_ledger", "refresh"]
    assert subprocess.run(store, cwd=project, capture_output=True).returncode == 0
    stored = path.read_bytes()
    again = subprocess.run(store, cwd=project, capture_output=True, text=True)
    assert (again.returncode, path.read_bytes() == stored) == (0, True), again.stdout
    nbval = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--nbval", path]
    strict = [*nbval, "--nbval-sanitize-with", HERE / "report/notebooks/nbval.cfg"]
    done = subprocess.run(strict, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
