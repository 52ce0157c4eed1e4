"""A clone, a worktree or a download has the same bytes as this folder, whatever git is set to do."""

import re
import shutil
import subprocess
import tarfile
import unicodedata
from pathlib import Path

import pytest

from tests.tiny_project import REPO

IGNORED = [line.strip("/") for line in (REPO / ".gitignore").read_text(encoding="utf-8").splitlines()]
# git's own settings, as people have them; none is that of who runs the tests
WINDOWS = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf", "-c", "core.safecrlf=false")
FORMS = {
    "a clone": ["clone", "-q", ".", "../made"],
    "a worktree": ["worktree", "add", "-q", "../made"],
    "a download": ["archive", "--format=tar", "--output=../made.tar", "HEAD"],
}


def git(folder, *words):
    environment = {"PATH": str(Path(shutil.which("git")).parent), "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *words], cwd=folder, env=environment, check=True, capture_output=True)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != ".git"
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """This folder as one commit; made anew, since a download has no history."""
    if not shutil.which("git"):
        pytest.skip("no git on this machine; .ci/run installs it")
    folder = tmp_path_factory.mktemp("git") / "repository"
    left_out = shutil.ignore_patterns(".git", *IGNORED, "_build")
    shutil.copytree(REPO, folder, ignore=left_out)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "All")
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_ends_of_lines_are_those_of_the_repository(repository, form):
    folder = repository.parent / "made"
    git(repository, *WINDOWS, *FORMS[form])
    if form == "a download":
        with tarfile.open(repository.parent / "made.tar") as archive:
            # Python 3.11.2, which Debian has, knows no filters yet; without one 3.12 warns.
            archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    archived, expected = contents(folder), contents(repository)
    shutil.rmtree(folder)
    assert len(expected) > 300
    assert archived.keys() == expected.keys()
    assert [name for name in expected if archived[name] != expected[name]] == []


def test_no_text_has_other_ends_of_lines_than_ours(repository):
    marked = re.findall(r"^\*(\.\w+) binary$", (REPO / ".gitattributes").read_text(encoding="utf-8"), re.MULTILINE)
    for name, text in contents(repository).items():
        assert b"\r\n" not in text or Path(name).suffix in marked, name


def test_names_differ_where_a_file_system_tells_no_case_and_no_form_of_letters(repository):
    names = list(contents(repository))
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(names)


def test_no_file_of_ours_needs_the_right_to_be_run():
    """A clone with core.fileMode=false, or a download, may not have it: programs are given to bash and Python."""
    called = re.compile(r"(?:^|\s)\./[\w.]|(?<![\w/] )(?<!bash )\.ci/run$", re.MULTILINE)
    for path in (REPO / "Makefile", *(REPO / ".github").rglob("*.yml"), REPO / "README.md"):
        assert not called.findall(path.read_text(encoding="utf-8")), path
