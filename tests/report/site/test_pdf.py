"""The whole book as one PDF."""

import os
import re
import shutil
import stat
import sys

import pytest

from compute_ledger import cli
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.layout import PUBLISHED
from compute_ledger.report.errors import RenderError, TargetError
from compute_ledger.report.site import pdf_file
from compute_ledger.report.site.print_edition import write
from compute_ledger.shared.typeface import TYPEFACE
from tests.report.site.test_print_edition import pages
from tests.tiny_project import make_project

BROWSER = pdf_file.chromium_path()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose book is built as far as the print edition needs it."""
    root = make_project(tmp_path / "p")
    contents, book = read_contents(root), root / PUBLISHED
    book.mkdir(parents=True)
    shutil.copytree(root / "book/static", book / "static")
    write(book, contents, contents.editions[0], pages())
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(monkeypatch, capsys):
    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["compute-ledger", "pdf", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return stopped.value.code, *capsys.readouterr()

    return ran


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setattr(pdf_file, "chromium_path", lambda: None)
    monkeypatch.setattr(pdf_file.importlib.util, "find_spec", lambda _: None)


def browser(folder, monkeypatch, script):
    """A program that stands for Chromium: `script` sees the file to write as $out."""
    program = folder / "chromium"
    program.write_text(
        f'#!/bin/sh\nfor word; do case "$word" in --print-to-pdf=*) out="${{word#*=}}";; esac; done\n{script}\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setattr(pdf_file.importlib.util, "find_spec", lambda _: None)


@pytest.mark.usefixtures("no_engine")
def test_without_a_program_the_message_names_both(run, project):
    code, out, err = run()
    assert (code, out, err.count("\n")) == (6, "", 1)
    assert "pip install 'compute-ledger[pdf]'" in err
    assert "Chromium" in err
    assert str(project / PUBLISHED / "print.html") in err
    assert not (project / "book/_build/latest.pdf").exists()


def test_a_book_that_is_not_built_says_how_to_build_it(run, project):
    code, _, err = run("--edition", "2025-11-07")
    assert code == 6
    assert "no edition '2025-11-07' in" in err
    assert "`make book`" in err
    code, _, err = run("--edition", "2025-11-08")
    assert (code, "did you mean '2025-11-07'?" in err) == (3, True)
    assert run("--book", project / "nowhere")[0] == 6


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine; .ci/run installs it")
def test_chromium_prints_the_book(run, project, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_file.importlib.util, "find_spec", lambda _: None)
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><dir>{tmp_path}/none</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    code, out, err = run("--out", project / "new/book.pdf")
    assert (code, out.startswith(f"The book is in {project / 'new/book.pdf'} (set by ")) == (0, True), err
    pdf = (project / "new/book.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    # title page, contents and two chapters, each on a page of its own
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 4
    assert str(project).encode() not in pdf, "no path of this machine"
    assert TYPEFACE.stem.encode() in pdf, "the text is printed, where the machine has no font"
    assert [path.name for path in (project / "new").iterdir()] == ["book.pdf"]


def test_weasyprint_comes_first_where_it_is_installed(run, project, monkeypatch):
    printed_pages = []
    monkeypatch.setattr(pdf_file.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(
        pdf_file, "print_by_weasyprint", lambda page, out: (printed_pages.append(page), out.write_bytes(b"%PDF-1"))
    )
    assert run()[1] == f"The book is in {project / 'book/_build/latest.pdf'} (set by WeasyPrint)\n"
    assert printed_pages == [project / PUBLISHED / "print.html"]
    assert (project / "book/_build/latest.pdf").read_bytes() == b"%PDF-1"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo no display >&2; exit 3", r"failed on .*print\.html \(exit code 3\): no display"),
        ("exit 0", "made no PDF of"),
        ("printf half > $out", "made no PDF of"),
        ("sleep 5", "made no PDF of .* in 1 seconds"),
    ],
)
def test_a_browser_that_fails_leaves_the_old_file(project, tmp_path, monkeypatch, script, message):
    browser(tmp_path, monkeypatch, script)
    monkeypatch.setattr(pdf_file, "LONGEST_SECONDS", 1)
    out, contents = tmp_path / "out/book.pdf", read_contents(project)
    out.parent.mkdir()
    out.write_text("old")
    with pytest.raises(RenderError, match=message):
        pdf_file.write_pdf(project / PUBLISHED, contents.editions[0], out)
    assert out.read_text() == "old"
    assert list(out.parent.iterdir()) == [out]


def test_a_place_that_cannot_be_written_is_named(project, tmp_path, monkeypatch):
    browser(tmp_path, monkeypatch, "printf %%PDF-1 > $out")
    book, edition = project / PUBLISHED, read_contents(project).editions[0]
    assert pdf_file.write_pdf(book, edition, tmp_path / "a.pdf") == "chromium"
    with pytest.raises(TargetError, match="it is a folder"):
        pdf_file.write_pdf(book, edition, tmp_path)
    with pytest.raises(TargetError, match="give another --out"):
        pdf_file.write_pdf(book, edition, tmp_path / "a.pdf/b.pdf")
