import subprocess

import pytest

from compute_ledger.report.book import published_sources
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.published_sources import PublishedSources
from compute_ledger.report.errors import ContentsError
from tests.tiny_project import CONTENTS, make_project

ADDRESS = "https://example.org/us/it/blob/{commit}/{path}#L{first}-L{last}"


def git(folder, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path):
    """A project in the folder `sub` of a repository with one commit."""
    folder = tmp_path / "repository" / "sub"
    folder.mkdir(parents=True)
    (folder / "kept.py").write_text("1\n")
    (folder / "edited.py").write_text("1\n")
    git(folder.parent, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "all")
    return folder


def test_the_address_is_that_of_the_commit_and_of_the_lines(project):
    commit = git(project, "rev-parse", "HEAD")
    sources = published_sources.of_commit(ADDRESS, project)
    assert sources.href("kept.py", 2, 5) == f"https://example.org/us/it/blob/{commit}/sub/kept.py#L2-L5"
    assert sources == published_sources.of_commit(ADDRESS, project)


def test_what_is_not_as_committed_has_no_address(project):
    (project / "edited.py").write_text("2\n")
    (project / "new ä.py").write_text("1\n")
    (project / "note.txt").write_text("no module")
    sources = published_sources.of_commit(ADDRESS, project)
    assert sources.changed == ("sub/edited.py", "sub/new ä.py")
    assert [sources.is_changed(name) for name in ("kept.py", "edited.py", "new ä.py")] == [False, True, True]
    assert sources.href("edited.py", 1, 1) == sources.href("new ä.py", 1, 1) == ""
    assert sources.href("kept.py", 1, 1)


def test_without_a_commit_or_git_there_is_no_address(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "bare").mkdir()
    assert published_sources.of_commit(ADDRESS, tmp_path / "bare") == PublishedSources(ADDRESS)
    assert PublishedSources(ADDRESS).href("kept.py", 1, 1) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert published_sources.of_commit(ADDRESS, tmp_path / "bare") == PublishedSources(ADDRESS)


def test_git_is_asked_only_where_sources_are_published(project, monkeypatch):
    monkeypatch.setattr(published_sources.subprocess, "run", None)
    assert published_sources.of_commit("", project) == PublishedSources()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//{commit}{path}",
        "https://example.org/{path}",
        "https://example.org/{commit}",
        "https://example.org/{commit}/{path}#{line}",
        "https://example.org/{commit}/{path.x}",
        'https://example.org/"{commit}/{path}',
    ],
)
def test_an_address_that_leads_to_no_file_is_refused(tmp_path, address):
    project = make_project(tmp_path / "p", f"source_url = '{address}'\n{CONTENTS}")
    with pytest.raises(ContentsError, match=r"contents.toml: source_url .* is no address of a file; write it as"):
        read_contents(project)


def test_the_book_has_its_address(tmp_path):
    project = make_project(tmp_path / "p", f'source_url = "{ADDRESS}"\n{CONTENTS}')
    assert read_contents(project).sources == PublishedSources(ADDRESS)
    assert read_contents(make_project(tmp_path / "q")).sources == PublishedSources()
