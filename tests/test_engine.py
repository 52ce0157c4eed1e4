"""papermill --engine compute-ledger, as Airflow, Dagster and people at a terminal call it."""

import os
import subprocess
import sys

import nbformat
import papermill
import pytest
from click.testing import CliRunner
from papermill.cli import papermill as command

from compute_ledger.report import shared_warm
from compute_ledger.report.errors import ExecutionError, NotebookError, ParameterError, ReportError, TargetError
from compute_ledger.report.notebooks import read_notebook, write_notebook

from .tiny_project import NOTEBOOKS

CHAPTER = NOTEBOOKS / "chapter.ipynb"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words):
    """Exit code and last line of a papermill command line."""
    done = CliRunner().invoke(command, ["--engine", "compute-ledger", "--no-progress-bar", *map(str, words)])
    return done.exit_code, done.output.splitlines()[-1] if done.output else ""


def in_python(path, output, parameters=None):
    return papermill.execute_notebook(path, output, parameters, engine_name="compute-ledger", progress_bar=False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-p", "asof", "2025-11-07"], "unknown parameter 'asof' in chapter.ipynb; did you mean 'as_of'?"),
        (["-p", "as_of", "2025-02-30"], "'2025-02-30' is not a day of the calendar"),
        (["-p", "basis", "Headline"], "did you mean 'headline'?"),
        (["-p", "entrant_share_pct", "inf"], "inf is not a finite number"),
        (["-p", "entrant_share_pct", "21"], "21 is out of range"),
        (["-p", "entrant_share_pct", "None"], "None is not a finite number"),
        (["-p", "top", "2.5"], "2.5 is not a whole number"),
        (["-r", "top", "1_0"], "'1_0' is not a whole number"),
        (["-y", "strict: 1"], "1 is not true or false"),
        (["-y", "layers: [cloud, 1]"], "['cloud', 1] is not text"),
        (["-p", "import os; os.mkdir('taken'); top", "3"], "unknown parameter"),
        (["-p", "top = os.mkdir('taken') #", "3"], "unknown parameter"),
        (["--inject-paths"], "unknown parameter 'PAPERMILL_INPUT_PATH'"),
    ],
)
def test_what_the_notebook_does_not_promise_is_refused_before_a_cell_runs(folder, words, message):
    code, line = run(CHAPTER, "out.ipynb", *words)
    assert (code, line.startswith("Error: ")) == (ParameterError.exit_code, True)
    assert message in line
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([CHAPTER, "no/out.ipynb"], 8, "cannot write no/out.ipynb: there is no folder no"),
        ([CHAPTER, "."], 8, "cannot write .: it is a folder"),
        ([CHAPTER, "out.ipynb", "-k", "ir"], 4, "chapter.ipynb wants kernel 'ir'"),
        ([NOTEBOOKS / "two-parameters.ipynb", "out.ipynb", "-p", "top", "3"], 4, "tag exactly one"),
    ],
)
def test_what_cannot_be_run_is_told_before_a_cell_runs(folder, words, code, message):
    got, line = run(*words)
    assert got == code
    assert message in line
    assert list(folder.iterdir()) == []


def test_the_cell_holds_what_was_checked_in_the_types_declared(folder):
    parameters = {"top": "4", "entrant_share_pct": 7, "basis": "annualised"}
    made = papermill.execute_notebook(
        CHAPTER, "out.ipynb", parameters, engine_name="compute-ledger", progress_bar=False
    )
    injected = next(cell for cell in made.cells if "injected-parameters" in cell.metadata.tags)
    assert injected.source == '# Parameters\ntop = 4\nentrant_share_pct = 7.0\nbasis = "annualised"\n'
    assert made.metadata.papermill.parameters == {"top": 4, "entrant_share_pct": 7.0, "basis": "annualised"}
    assert nbformat.read("out.ipynb", as_version=4) == made
    assert [path.name for path in folder.iterdir()] == ["out.ipynb"]


def test_a_notebook_that_was_run_before_is_checked_as_well(folder):
    notebook = read_notebook(CHAPTER)
    cell = nbformat.v4.new_code_cell("top = 99", metadata={"tags": ["injected-parameters"]}, id="injected")
    notebook.cells.insert(2, cell)
    write_notebook(notebook, folder / "before.ipynb")
    assert run("before.ipynb", "out.ipynb") == (
        2,
        "Error: 99 is out of range for parameter 'top' in before.ipynb: 1 to 10",
    )
    cell.source = "import os"
    write_notebook(notebook, folder / "before.ipynb")
    code, line = run("before.ipynb", "out.ipynb")
    assert (code, "sets more than plain values: import os" in line) == (4, True)


def test_a_failed_run_lies_beside_and_never_under_the_final_name(folder):
    (folder / "out.ipynb").write_text("a good run of yesterday")
    code, line = run(NOTEBOOKS / "raises.ipynb", "out.ipynb", "--cwd", "/")
    assert code == ExecutionError.exit_code
    assert "raises.ipynb, cell 'load-ledger': ValueError: deals.csv, row 7" in line
    assert line.endswith("; what ran is in out.failed.ipynb")
    assert (folder / "out.ipynb").read_text() == "a good run of yesterday"
    failed = nbformat.read("out.failed.ipynb", as_version=4)
    assert [out.ename for cell in failed.cells for out in cell.get("outputs", []) if out.output_type == "error"]
    assert run(CHAPTER, "out.ipynb", "-p", "top", 3) == (0, "")
    assert [path.name for path in folder.iterdir()] == ["out.ipynb"], "what failed once is gone"


def test_an_output_is_whole_or_not_there(folder, monkeypatch):
    (folder / "out.ipynb").write_text("old")

    def full(*_):
        assert (folder / "out.ipynb").read_text() == "old"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(TargetError, match=r"cannot write out\.ipynb: No space left on device"):
        in_python(CHAPTER, "out.ipynb")
    assert [path.name for path in folder.iterdir()] == ["out.ipynb"]


def test_runs_in_one_process_share_a_warm_process_until_a_module_changes(folder, monkeypatch):
    monkeypatch.delenv(shared_warm.WARM_PROCESS, raising=False)
    (folder / "mine.py").write_text("word = 'old'")
    cell = nbformat.v4.new_code_cell("import mine, os\nprint(mine.word, os.getppid())")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    write_notebook(notebook, folder / "in.ipynb")

    def said():
        made = in_python("in.ipynb", None)
        return made.cells[0].outputs[0].text.split()

    first, second = said(), said()
    assert first == second
    assert first[1] != str(os.getpid())
    (folder / "mine.py").write_text("word = 'new'")
    assert said() == ["new", str(os.getpid())], "cold, rather than with the old module"
    assert said()[0] == "new"
    assert said()[1] not in (first[1], str(os.getpid()))


def test_at_a_terminal_a_failure_is_one_line_without_a_traceback(folder):
    words = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "compute-ledger",
        "--log-level",
        "ERROR",
        "--no-progress-bar",
    ]
    done = subprocess.run([*words, CHAPTER, "out.ipynb", "-p", "topp", "3"], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 2
    assert done.stderr == "Error: unknown parameter 'topp' in chapter.ipynb; did you mean 'top'?\n"


def test_to_python_every_failure_is_one_class_with_its_cause(folder):
    with pytest.raises(ReportError) as caught:
        in_python(NOTEBOOKS / "raises.ipynb", None)
    assert isinstance(caught.value.__cause__, papermill.PapermillExecutionError)
    assert list(folder.iterdir()) == []
    with pytest.raises(NotebookError):
        papermill.execute_notebook(CHAPTER, None, engine_name="compute-ledger", kernel_name="other")
