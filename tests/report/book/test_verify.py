"""`compute-ledger verify`: every file of a book against its manifest."""

import json
import sys

import pytest

from compute_ledger import cli
from compute_ledger.report.book.layout import PUBLISHED
from compute_ledger.report.book.manifest import write_manifest
from tests.tiny_project import make_project


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p")


@pytest.fixture
def book(project):
    folder = project / PUBLISHED
    (folder / "charts").mkdir(parents=True)
    (folder / "index.html").write_text("<p>1")
    (folder / "charts/a.csv").write_text("1")
    write_manifest(folder, {"title": "T", "editions": []})
    return folder


@pytest.fixture
def verify(monkeypatch, capsys):
    def verified(*words):
        monkeypatch.setattr(sys, "argv", ["compute-ledger", "verify", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return (stopped.value.code, *capsys.readouterr())

    return verified


@pytest.mark.parametrize(
    ("spoil", "problems"),
    [
        (lambda book: (book / "index.html").write_text("<p>2"), ["index.html: is not the file that was published"]),
        (lambda book: (book / "charts/a.csv").unlink(), ["charts/a.csv: is missing"]),
        (lambda book: (book / "b.html").write_text(""), ["b.html: is no part of the book"]),
    ],
    ids=["changed", "missing", "added"],
)
def test_each_file_that_is_not_as_published_is_named(verify, book, spoil, problems):
    spoil(book)
    assert verify(book)[:2] == (1, "\n".join(problems) + "\n")
    code, out, _ = verify(book, "--json")
    assert (code, json.loads(out)) == (1, problems)


def test_a_whole_book(verify, project, book):
    assert verify("--project", project)[:2] == (0, f"{book}: all 2 files are as published\n")


def test_a_folder_that_is_no_book(verify, tmp_path):
    code, _, err = verify(tmp_path)
    assert code == 8
    assert "give the folder of a built book" in err
