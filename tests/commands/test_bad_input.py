"""Every case of bad_input: one clear line, the exit code of its class, and no file of the project touched."""

import shutil
import sys

import pytest
from click.testing import CliRunner

from compute_ledger import cli
from compute_ledger.report.book.manifest import write_manifest
from compute_ledger.report.notebooks.notebook_file import write_notebook
from tests.bad_input import CASES
from tests.ledger_copy import copy_ledger
from tests.pretended_runs import forget_templates, pretend_runs
from tests.tiny_project import NOTEBOOKS, executed, make_project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with a published book, runs of its chapter and a folder that is not ours."""
    folder = make_project(tmp_path_factory.mktemp("bad") / "p")
    shutil.copy(NOTEBOOKS / "key-figures.ipynb", folder / "notebooks")
    write_notebook(executed(title="# Start\n\nNo link to what a run would show."), folder / "notebooks/index.ipynb")
    with (folder / "book/contents.toml").open("a") as file:
        file.write('[[chapters]]\nslug = "figures"\nnotebook = "notebooks/key-figures.ipynb"\ntitle = "Figures"\n')
    for name in ("html", "runs/chapter", "runs/index", "custom"):
        (folder / "book/_build" / name).mkdir(parents=True)
        (folder / "book/_build" / name / "index.html").write_text(f"the {name} of yesterday")
        write_manifest(folder / "book/_build" / name, {"editions": []})
    copy_ledger(folder)
    (folder / "out.ipynb").write_text("a run of yesterday")
    (folder / "mine").mkdir()
    (folder / "mine/notes.txt").write_text("dear")
    (folder / "link").symlink_to("notebooks")
    (folder / "dangling").symlink_to("data/new")
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command line in this process; the runs of notebooks are only pretended. Exit code and stderr."""
    forget_templates()
    pretend_runs(monkeypatch)

    def ran(words):
        if words[0] == "papermill":
            from papermill.cli import papermill

            done = CliRunner().invoke(papermill, ["--engine", "compute-ledger", "--no-progress-bar", *words[1:]])
            return done.exit_code, done.output.splitlines()[-1].replace("Error: ", "error: ") + "\n"
        monkeypatch.setattr(sys, "argv", ["compute-ledger", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return stopped.value.code, capsys.readouterr().err

    return ran


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts}


@pytest.fixture
def spoiled(project, monkeypatch):
    """Make the changes of a case in the project; all is put back afterwards."""
    before = {}

    def spoil(case):
        for name, change in case.changes.items():
            path = project / name
            before[path] = path.read_bytes() if path.is_file() else None
            put(path, change(before[path] or b""))

    monkeypatch.chdir(project)
    yield spoil
    for path, content in before.items():
        put(path, content)


def put(path, content):
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mistake_is_one_line_of_its_class_and_touches_nothing(case, project, spoiled, run):
    spoiled(case)
    before = everything(project)
    code, err = run(case.words)
    *faults, line = err.splitlines()
    assert line.startswith("error: "), err[:500]
    assert not faults or case.kind == "data", "of a ledger all faults are told at once, of all else the first"
    assert not [fault for fault in faults if "; " not in fault], err[:500]
    assert case.message in err, err[:500]
    assert len(line) < 1000
    assert code == case.code, err[:500]
    assert everything(project) == before
