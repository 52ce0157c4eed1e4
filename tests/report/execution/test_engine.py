"""papermill --engine compute-ledger, as Airflow, Dagster and people at a terminal call it."""

import datetime
import enum
import os
import shutil
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import papermill
import pytest
from click.testing import CliRunner
from papermill.cli import papermill as command

from compute_ledger.report.errors import ExecutionError, NotebookError, ParameterError, ReportError, TargetError
from compute_ledger.report.kernels import shared_fork_servers
from compute_ledger.report.notebooks.notebook_file import read_notebook, write_notebook
from compute_ledger.report.notebooks.parameters import check, declared
from tests.tiny_project import NOTEBOOKS

CHAPTER = NOTEBOOKS / "chapter.ipynb"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("engine")


@pytest.fixture
def folder(place, monkeypatch):
    """The folder that a test runs in, empty, and the same for all: warm processes belong to a folder."""
    monkeypatch.chdir(place)
    yield place
    for path in place.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


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
        ([NOTEBOOKS / "two-parameters.ipynb", "out.ipynb", "-p", "top", "3"], 4, "tag one"),
    ],
)
def test_what_cannot_be_run_is_told_before_a_cell_runs(folder, words, code, message):
    got, line = run(*words)
    assert got == code
    assert message in line
    assert list(folder.iterdir()) == []


def test_the_cell_holds_what_was_checked_in_the_types_declared(folder):
    parameters = {"top": "4", "entrant_share_pct": 7, "basis": "annualised"}
    executed = papermill.execute_notebook(
        CHAPTER, "out.ipynb", parameters, engine_name="compute-ledger", progress_bar=False
    )
    injected = next(cell for cell in executed.cells if "injected-parameters" in cell.metadata.tags)
    assert injected.source == '# Parameters\ntop = 4\nentrant_share_pct = 7.0\nbasis = "annualised"\n'
    assert executed.metadata.papermill.parameters == {"top": 4, "entrant_share_pct": 7.0, "basis": "annualised"}
    assert nbformat.read("out.ipynb", as_version=4) == executed
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


def rerun(folder, source, *words):
    """A run with top = 3 and basis = annualised, its injected cell made `source`, and run again with `words`."""
    assert run(CHAPTER, "before.ipynb", "-p", "top", 3, "-p", "basis", "annualised")[0] == 0
    notebook = read_notebook(folder / "before.ipynb")
    injected = next(cell for cell in notebook.cells if "injected-parameters" in cell.metadata.tags)
    injected.source = source or injected.source
    write_notebook(notebook, folder / "before.ipynb")
    code, line = run("before.ipynb", "out.ipynb", *words)
    if code:
        return line
    executed = read_notebook(folder / "out.ipynb")
    cell = next(cell for cell in executed.cells if "injected-parameters" in cell.metadata.tags)
    return cell.source, dict(executed.metadata.papermill.parameters)


OLD = '# Parameters\ntop = 3\nbasis = "annualised"\n'


@pytest.mark.parametrize(
    ("edited", "words", "source", "values"),
    [
        ("", [], OLD, {"top": 3, "basis": "annualised"}),
        ("top: int = 7  # by hand", [], "top: int = 7  # by hand", {"top": 7}),
        ("# nothing", [], "# nothing", {}),
        ("top = 7.0", [], "# Parameters\ntop = 7\n", {"top": 7}),
        ("layers = ['cloud', 'chips']", [], '# Parameters\nlayers = "cloud, chips"\n', {"layers": "cloud, chips"}),
        ("top = 7", ["-p", "top", 4], "# Parameters\ntop = 4\n", {"top": 4}),
    ],
)
def test_what_stands_in_the_injected_cell_is_what_runs_and_what_is_recorded(folder, edited, words, source, values):
    assert rerun(folder, edited, *words) == (source, values)


@pytest.mark.parametrize(
    ("edited", "losses"),
    [
        ("", ["basis (was 'annualised')"]),
        ("top = 9\nlayers = 'cloud'", ["layers (was 'cloud')"]),
        ("import os", ["whatever else it said"]),
        ("top = 9", []),
    ],
)
def test_what_new_values_replace_is_in_the_log(folder, caplog, edited, losses):
    assert rerun(folder, edited, "-p", "top", 4) == ("# Parameters\ntop = 4\n", {"top": 4})
    lost = [record.getMessage() for record in caplog.records if "replace the cell" in record.getMessage()]
    begins = "before.ipynb: the values given replace the cell 'injected-parameters' of before; gone are: "
    assert lost == [begins + loss for loss in losses]


@pytest.mark.parametrize(
    ("edited", "message"),
    [
        ("top = 99", "99 is out of range for parameter 'top' in before.ipynb"),
        ("tpo = 3", "unknown parameter 'tpo' in before.ipynb; did you mean 'top'?"),
        ("top = basis = 3", "sets more than plain values: top = basis = 3"),
        ("top = 3; print()", "sets more than plain values: print()"),
        ("top = (", "sets more than plain values"),
    ],
)
def test_an_edit_by_hand_is_checked_like_any_value(folder, edited, message):
    assert message in rerun(folder, edited)
    assert not (folder / "out.ipynb").exists()


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (["injected", "parameters"], "stands above the parameters cell, whose defaults would win"),
        (["parameters", "code", "injected"], "stands below cells that run without it"),
        (["parameters", "injected", "injected"], "has 2 cells tagged 'injected-parameters'; keep one"),
        (["parameters", "words", "injected"], None),
    ],
)
def test_an_injected_cell_where_it_would_not_hold_is_refused(folder, order, message):
    cells = {
        "parameters": ("code", "n: int = 1", ["parameters"]),
        "injected": ("code", "n = 2", ["injected-parameters"]),
        "code": ("code", "print(n)", []),
        "words": ("markdown", "Words.", []),
    }
    all_cells = [getattr(nbformat.v4, f"new_{cells[name][0]}_cell")(cells[name][1]) for name in [*order, "code"]]
    for cell, name in zip(all_cells, [*order, "code"], strict=True):
        cell.metadata["tags"] = cells[name][2]
    notebook = nbformat.v4.new_notebook(
        cells=all_cells, metadata={"kernelspec": {"name": "python3", "display_name": ""}}
    )
    write_notebook(notebook, folder / "in.ipynb")
    code, line = run("in.ipynb", "out.ipynb")
    if message:
        assert (code, message in line) == (4, True)
    else:
        assert code == 0
        assert read_notebook(folder / "out.ipynb").cells[-1].outputs[0].text == "2\n"


def test_a_record_without_its_cell_is_none(folder):
    assert run(CHAPTER, "before.ipynb", "-p", "top", 3)[0] == 0
    notebook = read_notebook(folder / "before.ipynb")
    notebook.cells = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.tags]
    write_notebook(notebook, folder / "before.ipynb")
    assert run("before.ipynb", "out.ipynb")[0] == 0
    assert read_notebook(folder / "out.ipynb").metadata.papermill.parameters == {}


def test_a_parameters_cell_that_was_edited_gives_its_new_defaults(folder):
    assert run(CHAPTER, "before.ipynb", "-p", "top", 3)[0] == 0
    notebook = read_notebook(folder / "before.ipynb")
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.tags)
    cell.source = cell.source.replace("1 to 10", "1 to 2").replace("top: int = 3", "top: int = 2")
    write_notebook(notebook, folder / "before.ipynb")
    assert "3 is out of range for parameter 'top' in before.ipynb: 1 to 2" in run("before.ipynb", "out.ipynb")[1]


class Layer(enum.StrEnum):
    CLOUD = "cloud"


VALUES = [
    ("entrant_share_pct", np.float64(2.5), 2.5),
    ("entrant_share_pct", np.float32(0.1), 0.10000000149011612),
    ("entrant_share_pct", np.int64(3), 3.0),
    ("entrant_share_pct", Decimal("0.1"), 0.1),
    ("entrant_share_pct", Fraction(1, 2), 0.5),
    ("top", np.int8(3), 3),
    ("top", 3.0, 3),
    ("top", np.float64(3), 3),
    ("top", Decimal("3.0"), 3),
    ("strict", np.bool_(True), True),
    ("basis", np.str_("annualised"), "annualised"),
    ("as_of", pd.Timestamp("2025-11-07"), "2025-11-07"),
    ("as_of", datetime.datetime(2025, 11, 7), "2025-11-07"),
    ("as_of", datetime.date(2025, 11, 7), "2025-11-07"),
    ("as_of", np.datetime64("2025-11-07T00:00", "ns"), "2025-11-07"),
    ("data_dir", Path("a/b"), "a/b"),
    ("layers", ["cloud", "chips"], "cloud, chips"),
    ("layers", ("cloud",), "cloud"),
    ("layers", {"cloud", "chips"}, "chips, cloud"),
    ("layers", np.array(["cloud", "chips"]), "cloud, chips"),
    ("layers", pd.Series(["cloud", "chips"]), "cloud, chips"),
    ("layers", [Layer.CLOUD], "cloud"),
    ("layers", ["all"], "all"),
]


@pytest.mark.usefixtures("folder")
def test_values_as_programs_have_them():
    """All through execute_notebook: papermill writes them into a cell and a record before the engine sees them."""
    for name, argument, value in VALUES:
        assert check(declared(read_notebook(CHAPTER), "c"), {name: argument}, "c") == {name: value}
    once = {name: (argument, value) for name, argument, value in reversed(VALUES)}
    executed = in_python(CHAPTER, "out.ipynb", {name: argument for name, (argument, _) in once.items()})
    assert executed.metadata.papermill.parameters == {name: value for name, (_, value) in once.items()}
    assert nbformat.read("out.ipynb", as_version=4) == executed
    assert {type(value) for value in executed.metadata.papermill.parameters.values()} == {str, int, float, bool}


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("entrant_share_pct", np.float64("nan"), "nan is not a finite number"),
        ("entrant_share_pct", Decimal("0.10000000000000000001"), "that a float can hold without loss"),
        ("entrant_share_pct", Decimal("Infinity"), "is not a finite number"),
        ("entrant_share_pct", Decimal("1e999999999"), "that a float can hold without loss"),
        ("entrant_share_pct", Fraction(1, 3), "that a float can hold without loss"),
        ("entrant_share_pct", 2**53 + 1, "9007199254740993 is not a finite number that a float can hold without loss"),
        ("entrant_share_pct", np.complex128(1), "(1+0j) is not a finite number"),
        ("top", 3.5, "3.5 is not a whole number"),
        ("top", 1e300, "1e+300 is not a whole number"),
        ("top", np.bool_(True), "True is not a whole number"),
        ("top", np.timedelta64(3, "D"), "is not a whole number"),
        ("top", np.array([1, 2]), "[1, 2] is not a whole number"),
        ("top", pd.NA, "None is not a whole number"),
        ("strict", np.int64(1), "1 is not true or false"),
        ("as_of", pd.Timestamp("2025-11-07 12:00"), "'2025-11-07T12:00:00' is not an ISO date"),
        ("as_of", pd.Timestamp("2025-11-07", tz="UTC"), "'2025-11-07T00:00:00+00:00' is not an ISO date"),
        ("as_of", np.datetime64("2025-11"), "'2025-11' is not an ISO date"),
        ("as_of", pd.NaT, "None is not text"),
        ("basis", ["annualised"], "['annualised'] is not text"),
        ("layers", [], "'' is not a choice"),
        ("layers", ["cloud", "all"], "'all' is not a choice"),
        ("layers", ["cloud", 1], "['cloud', 1] is not text"),
        ("layers", {"cloud": 1}, "{'cloud': 1} is not text"),
        ("data_dir", b"a", "b'a' is not text"),
        ("data_dir", pd.DataFrame({"a": [1]}), "is not text"),
    ],
)
def test_a_value_that_would_lose_something_is_refused_in_one_line(folder, name, argument, message):
    with pytest.raises(ParameterError) as caught:
        in_python(CHAPTER, "out.ipynb", {name: argument})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(folder.iterdir()) == []


def test_what_a_table_has_for_no_value_is_none_where_that_is_allowed():
    source = "cap: float | None = None"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})])
    no_day = np.datetime64("NaT", "D")
    for missing in (None, float("nan"), np.float32("nan"), pd.NA, pd.NaT, no_day, Decimal("NaN"), "none"):
        assert check(declared(notebook, "n"), {"cap": missing}, "n") == {"cap": None}


def cells(*sources, **tags):
    """A notebook in the folder, its cells called by their numbers; `tags` by number, as in c1="raises-exception"."""
    code_cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    for name, tag in tags.items():
        code_cells[int(name[1:])].metadata["tags"] = [tag]
    metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    return nbformat.v4.new_notebook(cells=code_cells, metadata=metadata)


LATE = "import os, threading; threading.Timer(0.3, os._exit, [3]).start()"


@pytest.mark.parametrize(
    ("notebook", "settings", "message"),
    [
        (cells("1/0", "1", c0="raises-exception"), {}, "cell 'c0': ZeroDivisionError"),
        (cells("1", "1/0", "1"), {"allow_errors": True}, "cell 'c1': ZeroDivisionError"),
        (cells("1/0", "1", "x"), {"allow_errors": True}, "cell 'c2': NameError"),
        (
            cells("1", "import time; time.sleep(60)", "1"),
            {"execution_timeout": 1},
            "cell 'c1': still running after 1 s",
        ),
        (cells("1", "import os; os._exit(3)", "1"), {}, "cell 'c1': the kernel ended with exit code 3"),
        (cells("1", LATE), {}, "after cell 'c1': the kernel ended with exit code 3"),
        (cells("1", "import sys; sys.exit(2)"), {}, "cell 'c1': SystemExit: 2"),
        (cells("1", "print("), {}, "cell 'c1': "),
    ],
)
def test_an_error_names_the_cell_that_failed(monkeypatch, notebook, settings, message):
    if "after" in message:  # papermill asks the kernel a last question when all cells have run
        answered = papermill.clientwrap.PapermillNotebookClient.papermill_execute_cells
        late = lambda client: (answered(client), time.sleep(1))  # noqa: E731
        monkeypatch.setattr("papermill.clientwrap.PapermillNotebookClient.papermill_execute_cells", late)
    seen = []
    with pytest.raises(ExecutionError) as caught:
        papermill.execute_notebook(
            notebook,
            None,
            engine_name="compute-ledger",
            progress_bar=False,
            notebook_name="n.ipynb",
            on_cell_execute=lambda cell, **_: seen.append(cell.id),
            **settings,
        )
    assert str(caught.value).startswith(f"n.ipynb, {message}")
    assert seen == [cell.id for cell in notebook.cells][: len(seen)] != [], "hooks of one's own are called as well"


@pytest.mark.filterwarnings("ignore:[Tt]he (specified )?file:UserWarning")  # whose path has no extension
def test_a_notebook_without_a_name_is_not_called_by_its_content():
    text = nbformat.writes(cells("1/0")).replace("{", "{{").replace("}", "}}")  # which papermill fills in paths
    for source in (cells("1/0"), text):
        with pytest.raises(ExecutionError, match=r"^the notebook, cell 'c0': ZeroDivisionError"):
            papermill.execute_notebook(source, None, engine_name="compute-ledger", progress_bar=False)


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
    monkeypatch.delenv(shared_fork_servers.WARM_PROCESS, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")  # where TMPDIR is too long for a socket, kernels start cold
    (folder / "mine.py").write_text("word = 'old'")
    cell = nbformat.v4.new_code_cell("import mine, os\nprint(mine.word, os.getppid())")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    write_notebook(notebook, folder / "in.ipynb")

    def start_and_pid():
        executed = in_python("in.ipynb", None)
        return executed.cells[0].outputs[0].text.split()

    first, second = start_and_pid(), start_and_pid()
    assert first == second
    assert first[1] != str(os.getpid())
    (folder / "mine.py").write_text("word = 'new'")
    assert start_and_pid() == ["new", str(os.getpid())], "cold, rather than with the old module"
    assert start_and_pid()[0] == "new"
    assert start_and_pid()[1] not in (first[1], str(os.getpid()))


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
