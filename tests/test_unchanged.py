"""A book is left alone only when all that it was made from, and all that it consists of, is as it was."""

import json
import sys
from pathlib import Path

import pytest

from compute_ledger import cli
from compute_ledger.report import inputs, unchanged
from compute_ledger.report.publish import write_manifest

from .tiny_project import make_project


@pytest.fixture
def project(tmp_path):
    folder = make_project(tmp_path / "p")
    (folder / "data").mkdir()
    (folder / "data/deals.csv").write_text("a,b\n1,2\n")
    return folder


@pytest.fixture
def book(project):
    folder = project / "book/_build/html"
    (folder / "charts").mkdir(parents=True)
    (folder / "index.html").write_text("<p>1")
    (folder / "charts/a.csv").write_text("1")
    write_manifest(folder, {"title": "T", "editions": []})
    return folder


def key(project, editions=(), given=None, data="data"):
    return unchanged.key(project, project / data, editions, given or {})


@pytest.mark.parametrize(
    "name", ["notebooks/chapter.ipynb", "book/contents.toml", "book/static/report.css", "data/deals.csv", "LICENSE"]
)
def test_any_file_that_is_read_makes_the_book_stale(project, name):
    before = key(project)
    (project / name).write_text((project / name).read_text() + " " if (project / name).exists() else "x")
    assert key(project) != before


def test_what_is_asked_for_and_what_is_installed_make_it_stale(project, monkeypatch):
    keys = [key(project), key(project, ("latest",)), key(project, given={"top": 3}), key(project, given={"top": "3"})]
    (project / "own").mkdir()
    keys.append(key(project, data="own"))
    monkeypatch.setattr(inputs, "installed", lambda: {"versions": {"pandas": "0"}})
    keys.append(key(project))
    assert len(set(keys)) == len(keys)


def test_neither_a_clock_nor_another_folder_does(project, tmp_path):
    before = key(project)
    (project / "data/deals.csv").touch()
    (project / "book/_build").mkdir(exist_ok=True)
    (project / "book/_build/x").write_text("x")
    assert key(project) == before
    assert key(project.rename(tmp_path / "elsewhere")) == before


def test_a_book_is_current_until_one_of_its_files_changes(project, book):
    cache = project / "cache"
    assert not unchanged.is_current(book, cache, "k")
    unchanged.remember(book, cache, "k")
    assert unchanged.is_current(book, cache, "k")
    assert not unchanged.is_current(book, cache, "other")
    (book / "charts/a.csv").write_text("2")
    assert not unchanged.is_current(book, cache, "k")
    write_manifest(book, {"title": "T", "editions": []})
    assert not unchanged.is_current(book, cache, "k"), "somebody else made it"
    (book / "manifest.json").unlink()
    assert not unchanged.is_current(book, cache, "k")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda book: None, []),
        (lambda book: (book / "index.html").write_text("<p>2"), ["index.html: is not the file that was published"]),
        (lambda book: (book / "charts/a.csv").unlink(), ["charts/a.csv: is missing"]),
        (lambda book: (book / "b.html").write_text(""), ["b.html: is no part of the book"]),
        (lambda book: (book / "status.html").write_text(""), []),
    ],
    ids=["whole", "changed", "missing", "added", "status"],
)
def test_verify_names_each_file_that_is_not_as_published(project, book, monkeypatch, capsys, spoil, told):
    spoil(book)
    for words in (["verify", str(book), "--json"], ["verify", "--project", str(project)]):
        monkeypatch.setattr(sys, "argv", ["compute-ledger", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out = capsys.readouterr().out
        assert stopped.value.code == (1 if told else 0)
        if "--json" in words:
            assert json.loads(out) == told
        else:
            assert out.splitlines() == (told or [f"{book}: all 2 files are as published"])


def test_verify_wants_a_book(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["compute-ledger", "verify", str(Path(tmp_path))])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 8
    assert "give the folder of a built book" in capsys.readouterr().err
