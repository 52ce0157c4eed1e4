"""The engine beside papermill's own: the same notebooks end alike, but where the engine refuses on purpose."""

import base64
import copy
import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from papermill.cli import papermill as command

from compute_ledger.report.files import locks
from compute_ledger.report.kernels.forked_kernel import WarmProcess
from compute_ledger.report.kernels.shared_fork_servers import WARM_PROCESS
from compute_ledger.report.notebooks.notebook_file import write_notebook

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PARAMETERS = new_code_cell("word: str = 'none'\ntop: int = 1", metadata={"tags": ["parameters"]}, id="parameters")


def code(source, *tags, **named):
    return new_code_cell(source, metadata={"tags": list(tags)} if tags else {}, **named)


# Notebooks of the kinds that papermill's and nbclient's own tests have.
NOTEBOOKS = {
    "streams": [code("import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')"), code("1 + 1")],
    "outputs": [
        code("from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'), metadata={'text/html': {'a': 1}})"),
        code("display({'text/plain': 'a', 'application/json': {'a': 1}}, raw=True)"),
    ],
    "updates": [code("h = display('one', display_id='x')"), code("h.update('two')")],
    "clears": [code("from IPython.display import clear_output\nprint(1); clear_output(); print(2)")],
    "empty": [],
    "words": [new_markdown_cell("# Title"), new_raw_cell("raw"), code("")],
    "skipped": [code("print(1)", "skip-execution"), code("print(2)")],
    "parameters": [PARAMETERS, code("print(word, top)")],
    "no parameters": [code("print('none')")],
    "magics": [code("%%writefile made.txt\nx"), code("%pwd\n!echo shell")],
    "input": [code("try:\n    input()\nexcept Exception as error:\n    print(type(error).__name__)")],
    "asynchronous": [code("import asyncio\nawait asyncio.sleep(0)\nprint('slept')")],
    "attachment": [new_markdown_cell("![a](attachment:a.txt)", attachments={"a.txt": {"text/plain": "x"}})],
    "exit 0": [code("print(1)"), code("import sys; sys.exit(0)"), code("print(2)")],
    "exit": [code("import sys; sys.exit()"), code("print(2)")],
    "exit of a tagged cell": [code("import sys; sys.exit(0)", "raises-exception"), code("print(2)")],
    "late widgets": [code("from IPython.display import display\nfor n in range(3): display(n)")],
    "unicode": [code("print('é 漢 🎉')")],
}
# The same, but that plain papermill's exit code is 1 with a traceback, and what ran lies under the output's name.
FAILING = {
    "raises": [code("1/0", id="fails"), code("print(2)")],
    "tagged": [code("1/0", "raises-exception", id="fails"), code("print(2)")],
    "syntax": [code("print(1", id="fails"), code("print(2)")],
    "exit 1": [code("import sys; sys.exit(1)", id="fails"), code("print(2)")],
    "exit with words": [code("import sys; sys.exit('no')", id="fails"), code("print(2)")],
    "exit None": [code("raise SystemExit(None)", id="fails"), code("print(2)")],
    "tagged, then another": [code("1/0", "raises-exception"), code("1 + ''", id="fails"), code("print(2)")],
    "interrupted": [code("raise KeyboardInterrupt", id="fails"), code("print(2)")],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder that all run in, with a process to fork kernels from: one for all."""
    folder = tmp_path_factory.mktemp("here").resolve()
    with (
        locks.temporary() as scratch,
        WarmProcess([], folder, scratch) as warm,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setenv(WARM_PROCESS, warm.address)
        patched.chdir(folder)
        yield folder


@pytest.fixture
def both(folder, caplog, monkeypatch):
    """What plain papermill and the engine make of a command line, each in an empty folder: code, last line, log."""
    monkeypatch.delenv("PYDEVD_DISABLE_FILE_VALIDATION", raising=False)

    def run(*words):
        results = []
        for name, engine in (("plain", ()), ("engine", ("--engine", "compute-ledger"))):
            (folder / name).mkdir()
            caplog.clear()
            with caplog.at_level("INFO", logger="papermill"):
                done = CliRunner().invoke(command, [*engine, "--no-progress-bar", *words])
            messages = [record.getMessage() for record in caplog.records if record.name == "papermill"]
            results.append((done.exit_code, done.output.splitlines()[-1:], messages))
            for path in folder.glob("[!i]*.*"):  # what was made, and not what is given: in.ipynb, in.yaml
                path.rename(folder / name / path.name)
        return results

    yield run
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def shown(path):
    """The notebook at `path` without what differs between any two runs."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.papermill = {name: notebook.metadata.papermill[name] for name in ("parameters", "exception")}
    for cell in notebook.cells:
        cell.id = ""
        cell.metadata.pop("execution", None)
        of_papermill = cell.metadata.pop("papermill", {})  # but for a mark of where it failed
        cell.metadata.papermill = {name: of_papermill.get(name) for name in ("exception", "status")}
        for output in cell.get("outputs", ()):
            output.pop("traceback", None)  # which names the cell by the number of its process
    return notebook


def written(folder, cells, metadata=PYTHON):
    write_notebook(new_notebook(cells=copy.deepcopy(cells), metadata=metadata), folder / "in.ipynb")
    return folder / "in.ipynb"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_ends_well_is_the_same_notebook(folder, both, name):
    written(folder, NOTEBOOKS[name])
    plain, ours = both("in.ipynb", "out.ipynb")
    assert (plain[0], ours[0]) == (0, 0)
    assert shown(folder / "engine/out.ipynb") == shown(folder / "plain/out.ipynb")
    early = [line for line in ours[2] if line not in plain[2]]
    if name in ("exit 0", "exit"):
        cell = next(cell for cell in NOTEBOOKS[name] if "sys.exit" in cell.source)
        assert early == [f"in.ipynb, cell '{cell.id}': it ended the run with sys.exit(0); no cell below it was run"]
    else:
        assert early == []


@pytest.mark.parametrize("name", FAILING)
def test_what_fails_for_papermill_fails_here_with_the_same_cells_beside_the_output(folder, both, name):
    written(folder, FAILING[name])
    plain, ours = both("in.ipynb", "out.ipynb")
    assert (plain[0], ours[0]) == (1, 5)
    assert shown(folder / "engine/out.failed.ipynb") == shown(folder / "plain/out.ipynb")
    assert [path.name for path in (folder / "engine").iterdir()] == ["out.failed.ipynb"]
    failed = next(cell for cell in FAILING[name] if "fails" in cell.id)
    assert ours[1][0].startswith(f"Error: in.ipynb, cell '{failed.id}': ")


YAML = "word: two words\ntop: 3"
WORDS = {
    "-p": (("-p", "word", "x", "-p", "top", "2"), "x 2"),
    "-r": (("-r", "word", "1_0"), "1_0 1"),
    "-y": (("-y", YAML), "two words 3"),
    "-b": (("-b", base64.b64encode(YAML.encode()).decode()), "two words 3"),
    "-f": (("-f", "in.yaml"), "two words 3"),
    "log and files": (
        ("-p", "top", "2", "--log-output", "--stdout-file", "out.txt", "--stderr-file", "err.txt"),
        "none 2",
    ),
    "times": (("--start-timeout", "50", "--execution-timeout", "50"), "none 1"),
    "no saves": (("--no-request-save-on-cell-execute", "--autosave-cell-every", "0"), "none 1"),
    "autosave": (("--autosave-cell-every", "1"), "none 1"),
    "report": (("--report-mode",), "none 1"),
    "kernel and language": (("-k", "python3", "-l", "python"), "none 1"),
    "folder": (("--cwd", ".."), "none 1"),
    "prepared": (("--prepare-only", "-p", "top", "2"), None),
}


@pytest.mark.parametrize("name", WORDS)
def test_the_command_line_means_the_same(folder, both, name):
    written(folder, [PARAMETERS, code("print(word, top)")])
    (folder / "in.yaml").write_text(YAML)
    words, basis = WORDS[name]
    plain, ours = both("in.ipynb", "out.ipynb", *words)
    assert ours == plain
    assert plain[0] == 0
    if basis is None:
        sources = [[c.source for c in nbformat.read(path, as_version=4).cells] for path in folder.glob("*/out.ipynb")]
        assert sources[0] == sources[1]
        assert sources[0][1] == "# Parameters\ntop = 2\n"
        return
    notebook = shown(folder / "engine/out.ipynb")
    assert notebook == shown(folder / "plain/out.ipynb")
    assert notebook.cells[-1].outputs[0].text == f"{basis}\n"
    texts = {path.name: path.read_text() for path in (folder / "plain").glob("*.txt")}
    assert {path.name: path.read_text() for path in (folder / "engine").glob("*.txt")} == texts
    assert bool(texts) == ("--stdout-file" in words)


def test_notebooks_come_and_go_through_pipes(folder, both):
    del both
    text = written(folder, [PARAMETERS, code("print(word, top)")]).read_text()
    words = [sys.executable, "-m", "papermill", "--engine", "compute-ledger", "-", "-", "-p"]
    done = subprocess.run([*words, "top", "2"], input=text, capture_output=True, text=True, cwd=folder)
    assert nbformat.reads(done.stdout, as_version=4).cells[-1].outputs[0].text == "none 2\n"
    done = subprocess.run([*words, "topp", "2"], input=text, capture_output=True, text=True, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown parameter 'topp' in the notebook on the standard input; did you mean 'top'?" in done.stderr


def test_a_notebook_of_an_old_format_runs_and_its_cells_are_named_by_number(folder, both):
    old = new_notebook(cells=[PARAMETERS, new_markdown_cell("Words."), code("print(word)\n1 / top")], metadata=PYTHON)
    old = json.loads(json.dumps(old)) | {"nbformat_minor": 4}
    for cell in old["cells"]:
        del cell["id"]
    (folder / "in.ipynb").write_text(json.dumps(old))
    plain, ours = both("in.ipynb", "out.ipynb")
    assert (plain[0], ours[0]) == (0, 0)
    assert shown(folder / "engine/out.ipynb") == shown(folder / "plain/out.ipynb")
    for name in ("plain", "engine"):
        shutil.rmtree(folder / name)
    _, ours = both("in.ipynb", "out.ipynb", "-p", "top", "0")
    assert ours[1][0].startswith("Error: in.ipynb, cell 3: ZeroDivisionError: division by zero"), "as in the file"


# What the engine refuses on purpose, and plain papermill does.
REFUSED = {
    "values below no parameters cell": (
        [code("print(1)")],
        ("-p", "top", "2"),
        "none is declared there: that takes a cell tagged 'parameters'",
    ),
    "an unknown name": ([PARAMETERS], ("-p", "topp", "2"), "unknown parameter 'topp'"),
    "another type": ([PARAMETERS], ("-p", "top", "two"), "'two' is not a whole number"),
    "paths that it has no names for": ([PARAMETERS], ("--inject-paths",), "unknown parameter 'PAPERMILL_INPUT_PATH'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_on_purpose(folder, both, name):
    cells, words, message = REFUSED[name]
    written(folder, cells)
    plain, ours = both("in.ipynb", "out.ipynb", *words)
    assert (plain[0], ours[0]) in ((0, 2), (0, 4))
    assert message in ours[1][0]
    assert list((folder / "engine").iterdir()) == []


@pytest.mark.parametrize(("kernel", "codes"), [("conda-env-x-py", (1, 4)), (None, (1, 0))])
def test_another_kernel_is_refused_and_a_notebook_that_names_none_gets_this_one(folder, both, kernel, codes):
    written(folder, [code("print(1)")], {"kernelspec": {**PYTHON["kernelspec"], "name": kernel}} if kernel else {})
    plain, ours = both("in.ipynb", "out.ipynb")
    assert (plain[0], ours[0]) == codes
    if kernel:
        assert "in.ipynb wants kernel 'conda-env-x-py', which this engine has not; use -k python3" in ours[1][0]


def test_a_dead_kernel_is_an_error_of_both(folder, both):
    written(folder, [code("import os", id="first"), code("os._exit(3)", id="second"), code("1", id="third")])
    plain, ours = both("in.ipynb", "out.ipynb")
    assert (plain[0], ours[0]) == (138, 5)
    assert ours[1][0].startswith("Error: in.ipynb, cell 'second': the kernel ended with exit code 3; no cell may")
