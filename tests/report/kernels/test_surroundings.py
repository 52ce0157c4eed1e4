"""The ways of running on machines unlike this one: homes, folders for temporary files, umasks, languages, profiles."""

import os
import shutil
import subprocess
import sys
import tempfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.errors import TargetError
from compute_ledger.report.files import locks
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.site import shared_pages
from tests.tiny_project import NOTEBOOKS, REPO, make_project

PYTHON = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
ENGINE = ["-m", "papermill", "--engine", "compute-ledger", "--no-progress-bar", "--log-level", "ERROR"]
# Variables of a whole environment, but for PATH; {} is a new folder.
HOMES = {
    "empty home": {"HOME": "{}"},
    "no home": {},
    "a home that is a file": {"HOME": os.devnull},
    "a home in which nothing can be made": {"HOME": "/proc/home"},
    "no folder for temporary files": {"HOME": "{}", "TMPDIR": "{}/none"},
    "temporary files where none can be": {"HOME": "{}", "TMPDIR": "/proc"},
    "long paths": {"HOME": "{}", "TMPDIR": "{}" + 90 * "x"},
    "no language": {"HOME": "{}", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a time zone": {"HOME": "{}", "TZ": "Pacific/Kiritimati"},
}


class Machine:
    """Starts Python with no more of an environment than it is given."""

    def __init__(self, folder, temporary, variables, umask=-1):
        self.folder, self.home, self.umask = folder, folder / "home", umask
        self.home.mkdir()
        self.variables = {"TMPDIR": temporary} | {name: text.format(self.home) for name, text in variables.items()}
        if "xxx" in self.variables["TMPDIR"]:
            os.mkdir(self.variables["TMPDIR"])

    def python(self, *words, before=()):
        """Exit code and what is said on stderr."""
        environment = {"PATH": os.defpath, "PYTHONPATH": os.environ["PYTHONPATH"], **self.variables}
        environment |= {name: text for name, text in os.environ.items() if name.startswith("COMPUTE_LEDGER_NETWORK")}
        done = subprocess.run(
            [*before, sys.executable, *map(str, words)],
            env=environment,
            capture_output=True,
            text=True,
            cwd=self.folder,
            umask=self.umask,
        )
        return done.returncode, done.stderr

    def left(self):
        """What lies in the home and where temporary files go."""
        places = [self.home, self.variables["TMPDIR"]]
        return [path for place in places if os.path.isdir(place) and place != "/proc" for path in os.listdir(place)]


@pytest.fixture
def temporary():
    """A folder for temporary files whose path is short enough for sockets, as that of pytest is not."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder


@pytest.mark.parametrize("variables", HOMES.values(), ids=HOMES)
def test_the_engine_needs_no_home_and_leaves_nothing(tmp_path, temporary, variables):
    machine = Machine(tmp_path, temporary, variables)
    assert machine.python(*ENGINE, NOTEBOOKS / "chapter.ipynb", "out.ipynb") == (0, "")
    assert machine.left() == []
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs


@pytest.mark.parametrize("umask", [0o077, 0])
def test_sockets_are_nobody_elses_whatever_the_umask(tmp_path, temporary, umask):
    seen = "import os, jupyter_core.paths as paths; f = paths.jupyter_runtime_dir(); "
    seen += "print(oct(os.stat(f).st_mode), [n for n in os.listdir(f) if n.startswith('s-')] != [])"
    write_notebook(new_notebook(metadata=PYTHON, cells=[new_code_cell(seen)]), tmp_path / "in.ipynb")
    machine = Machine(tmp_path, temporary, {"HOME": "{}"}, umask)
    assert machine.python(*ENGINE, "in.ipynb", "out.ipynb") == (0, "")
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    rights, has_sockets = executed.cells[0].outputs[0].text.split()
    assert (int(rights, 8) & 0o777, has_sockets) == (0o700, "True")
    assert (tmp_path / "out.ipynb").stat().st_mode & 0o777 == 0o666 & ~umask
    assert machine.left() == []


def test_a_read_only_project_makes_a_book_that_can_be_written(tmp_path):
    project = make_project(tmp_path / "p")
    folder, extras = project / "book/static/more", tmp_path / "extras"
    for source_folder in (folder, extras):
        source_folder.mkdir()
        (source_folder / "file").write_text("x")
    before = {path: path.stat().st_mode for path in (folder, folder.parent, extras)}
    for read_only in before:
        read_only.chmod(0o555)
    contents = read_contents(project)
    (tmp_path / "book").mkdir()
    shared_pages.write(tmp_path / "book", contents, contents.editions[:1], extras, "key-figures.json")
    for read_only, rights in before.items():
        read_only.chmod(rights)
    folders = [path for path in (tmp_path / "book").rglob("*") if path.is_dir()]
    assert {path.name for path in folders} >= {"static", "more", "data"}
    assert all(path.stat().st_mode & 0o200 for path in folders)


WAYS = {
    "run": ("run", "chapter", "-o", "made"),
    "build": ("build", "--edition", "latest", "--out", "made", "--jobs", "2"),
    "sweep": ("sweep", "-p", "size=1,2", "-o", "made", "--json"),
    "refresh": ("refresh",),
}
AT_ONCE = HOMES["long paths"] | HOMES["no language"] | HOMES["a home that is a file"] | HOMES["a time zone"]


@pytest.mark.parametrize(
    ("way", "variables"),
    [*((way, {**AT_ONCE, "HOME": os.devnull}) for way in WAYS), ("run", {"HOME": "{}"}), ("build", {})],
    ids=[*WAYS, "run in an empty home", "build without a home"],
)
def test_so_do_the_commands(tmp_path, temporary, way, variables):
    project = make_project(tmp_path / "p", chapter="key-figures" if way == "sweep" else "chapter")
    machine = Machine(tmp_path, temporary, variables)
    assert machine.python("-m", "compute_ledger", *WAYS[way], "--project", project) == (0, "")
    assert machine.left() == []


def knows_nobody():
    """Words that make whoever runs what follows a user without a name or home, where that can be."""
    words = ["unshare", "--user", "--map-user=12345", "--"]
    can = shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    return words if can else None


@pytest.mark.skipif(not knows_nobody(), reason="nobody can be made a user without a name here (rights for namespaces)")
@pytest.mark.parametrize(
    "words", [[*ENGINE, NOTEBOOKS / "index.ipynb", "out.ipynb"], ["-m", "compute_ledger", "build"]]
)
def test_a_user_whom_the_system_does_not_know(tmp_path, temporary, words):
    machine = Machine(make_project(tmp_path / "p"), temporary, {})
    assert machine.python(*words, before=knows_nobody()) == (0, "")


def test_no_place_for_temporary_files_at_all_is_one_line(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    with pytest.raises(TargetError, match=r"no room for temporary files: No usable .* set TMPDIR"), locks.temporary():
        pass


# Each leaves a name in the kernel, or changes what cells show, where it is heeded.
STARTUP = "seen = ['{}']\n"
PROFILE = {
    ".ipython/profile_default/startup/00.py": STARTUP,
    ".ipython/profile_default/ipython_config.py": "c.InteractiveShellApp.exec_lines = ['seen = [1]']\n",
    ".ipython/profile_default/ipython_kernel_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'\n",
    ".jupyter/jupyter_config.py": "c.InteractiveShellApp.exec_lines = ['seen = [2]']\n",
    ".jupyter/ipython_kernel_config.py": "c.InteractiveShellApp.exec_lines = ['seen = [3]']\n",
    "pythonstartup.py": STARTUP,
    ".local/share/jupyter/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "", "language": "python"}',
    ".local/share/jupyter/nbconvert/templates/base/null.j2": "taken over",
}


PLAIN_NBVAL = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--nbval"]  # as pyproject.toml has it here


def _write_profile(home):
    for name, text in PROFILE.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)


def test_nobodys_profile_changes_what_nbval_compares(tmp_path, temporary):
    project = make_project(tmp_path / "p")
    shutil.copy(REPO / "notebooks/conftest.py", project / "notebooks")
    chapter = project / "notebooks/chapter.ipynb"
    notebook = nbformat.read(chapter, as_version=4)
    notebook.cells[1:1] = [new_code_cell("assert 'seen' not in globals(), seen\n1\n2", id="isolated")]
    write_notebook(notebook, chapter)
    machine = Machine(tmp_path, temporary, {"HOME": "{}", "PYTHONSTARTUP": "{}/pythonstartup.py"})
    assert machine.python("-m", "compute_ledger", "refresh", "--project", project) == (0, "")
    _write_profile(machine.home)
    assert machine.python("-m", "pytest", *PLAIN_NBVAL, chapter) == (0, "")


@pytest.mark.parametrize("way", ["engine", "run"])
def test_nobody_switches_the_asserts_of_a_notebook_off(tmp_path, temporary, way):
    """Nor the docstrings, without which Altair cannot be imported."""
    project = make_project(tmp_path / "p")
    notebook = nbformat.read(project / "notebooks/chapter.ipynb", as_version=4)
    notebook.cells[1:1] = [new_code_cell("import altair\nif not __debug__:\n    raise ValueError", id="isolated")]
    write_notebook(notebook, project / "notebooks/chapter.ipynb")
    machine = Machine(tmp_path, temporary, {"HOME": "{}", "PYTHONOPTIMIZE": "2"})
    words = [*ENGINE, project / "notebooks/chapter.ipynb", "out.ipynb"]
    if way == "run":
        words = ["-m", "compute_ledger", *WAYS[way], "--project", project]
    assert machine.python(*words) == (0, "")


@pytest.mark.parametrize("way", ["engine", "run", "sweep"])
def test_nobodys_profile_changes_a_result(tmp_path, temporary, way):
    project = make_project(tmp_path / "p", chapter="key-figures" if way == "sweep" else "chapter")
    notebook = nbformat.read(project / "notebooks/chapter.ipynb", as_version=4)
    notebook.cells[1:1] = [new_code_cell("assert 'seen' not in globals(), seen\n1", id="isolated")]
    write_notebook(notebook, project / "notebooks/chapter.ipynb")
    machine = Machine(tmp_path, temporary, {"HOME": "{}", "PYTHONSTARTUP": "{}/pythonstartup.py"})
    _write_profile(machine.home)
    before = sorted(machine.home.rglob("*"))
    if way == "engine":
        assert machine.python(*ENGINE, project / "notebooks/chapter.ipynb", "out.ipynb") == (0, "")
    else:
        assert machine.python("-m", "compute_ledger", *WAYS[way], "--project", project) == (0, "")
    assert sorted(machine.home.rglob("*")) == before
