"""The package as a wheel, installed where no clone is, run in the folder of another project."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.tiny_project import REPO, make_project

BUILD = "import sys; from flit_core.buildapi import build_wheel; print(build_wheel(sys.argv[1]))"
WORDS = (
    (["build", "--edition", "latest"], "The book is in"),
    (["build", "--edition", "latest"], "Nothing has changed"),
    (["run", "chapter", "-p", "top=2", "-o", "mine"], "mine/chapter.html"),
    (["check", REPO / "tests/ledger_example"], "no problem found"),
    (["params", "chapter"], "top: int"),
    (["verify", "book/_build/html"], "files are as published"),
)


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An interpreter that has the wheel of this clone installed, and sees what else this one has, without the clone."""
    pytest.importorskip("flit_core", reason="nothing to make a wheel with (extra of requirements.lock: flit_core)")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    # The package has links to what new projects take along: as links, with what they lead to.
    for name in ("compute_ledger", "book/templates", "book/static"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPO / name, source / name, symlinks=True, ignore=ignored)
    (source / "data").mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "data/datapackage.json"):
        shutil.copy(REPO / name, source / name)
    subprocess.run([sys.executable, "-c", BUILD, folder], cwd=source, check=True, capture_output=True)
    venv.create(folder / "environment", with_pip=False)
    python = folder / "environment/bin/python"
    words = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*words, "--ignore-installed", *folder.glob("*.whl")], check=True)
    # A folder named in a .pth file is looked into, but its own .pth files, which name the clone, are not.
    packages = next((folder / "environment/lib").glob("python*/site-packages"))
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    return python


def run(python, folder, *words):
    """Exit code and output of a command line in `folder`."""
    network_variables = {name: text for name, text in os.environ.items() if name.startswith("COMPUTE_LEDGER_NETWORK")}
    environment = {**network_variables, "PATH": os.defpath, "PYTHONPATH": os.environ["PYTHONPATH"], "HOME": str(folder)}
    done = subprocess.run([python, *words], capture_output=True, text=True, cwd=folder, env=environment)
    return done.returncode, done.stdout + done.stderr


def test_the_wheel_does_in_another_project_what_a_clone_does(python, tmp_path):
    project = make_project(tmp_path / "p")
    where = run(python, project, "-c", "import compute_ledger; print(compute_ledger.__file__)")[1].strip()
    assert Path(where).is_relative_to(python.parents[1]), "not the clone"
    for words, text in WORDS:
        code, out = run(python, project, "-m", "compute_ledger", *words)
        assert (code, text in out) == (0, True), out
    engine = ["-m", "papermill", "--engine", "compute-ledger", "--no-progress-bar", "--log-level", "ERROR"]
    assert run(python, project, *engine, "notebooks/chapter.ipynb", "out.ipynb", "-p", "top", "2") == (0, "")
    assert run(python.parent / "compute-ledger", project, "--version") == run(
        python, project, "-m", "compute_ledger", "--version"
    )

    # A wheel made anew may have the version of the old one: what it holds counts for the cache, unlike other packages.
    seen = "from pathlib import Path; from compute_ledger.report.cache import source_imports; "
    seen += "runner = 'compute_ledger.report.execution.runner'; "
    seen += "found = source_imports.files([runner, 'papermill', '__main__'], Path.cwd()); "
    seen += "print(runner in found, {name.partition('.')[0] for name in found})"
    assert run(python, project, "-c", seen) == (0, "True {'compute_ledger'}\n")

    shutil.rmtree(project / "book/templates")
    code, out = run(python, project, "-m", "compute_ledger", "build", "--no-cache")
    assert (code, out) == (
        3,
        f"error: no folder {project}/book/templates/report; a project has that of a clone of The Compute Ledger\n",
    )


def test_the_wheel_begins_a_project_that_builds(python, tmp_path):
    assert run(python, tmp_path, "-m", "compute_ledger", "init", "mine", "--report")[0] == 0
    code, out = run(python, tmp_path / "mine", "-m", "compute_ledger", "build")
    assert (code, "The book is in" in out) == (0, True), out
    assert [path for path in (tmp_path / "mine").rglob("*") if path.is_symlink()] == []
    assert "$12 billion" in (tmp_path / "mine/book/_build/html/index.html").read_text(encoding="utf-8")
