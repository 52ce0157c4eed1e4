"""`compute-ledger diff REV`: stored notebooks of revisions of git, in repositories of the tests."""

import copy
import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from compute_ledger.shared.mime_types import EXHIBIT, MARKDOWN, PLAIN
from tests.ledger_copy import copy_ledger, set_cells
from tests.report.diff.written_notebooks import chart, figures, known, write
from tests.test_clone import git
from tests.tiny_project import executed, make_project

ROWS = [["Alpha", 300.0], ["Beta", 38.0], ["Gamma", None]]
WORDS = {MARKDOWN: "**Alpha leads.** It has 300 of 338, and Beta the rest.", PLAIN: "<Markdown object>"}


def words_of(run, *words):
    """Exit code, stdout as lines with single spaces, stderr."""
    code, out, err = run(*words)
    return code, [" ".join(line.split()) for line in out.splitlines()], err


def commit(folder, message="A change"):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


@pytest.fixture
def repository(project):
    """The project as one commit on the branch main."""
    if not shutil.which("git"):
        pytest.skip("no git on this machine; .ci/run installs it")
    write(project / "notebooks/index.ipynb", figures(total=338.0))
    write(project / "notebooks/chapter.ipynb", chart("Alpha has most", ROWS), WORDS)
    git(project, "init", "-q")
    commit(project, "First")
    return project


def change(project):
    write(project / "notebooks/index.ipynb", figures(total=340.0))
    words = {**WORDS, MARKDOWN: WORDS[MARKDOWN].replace("300 of 338", "302 of 340")}
    write(project / "notebooks/chapter.ipynb", chart("Alpha has most", [["Alpha", 302.0], *ROWS[1:]]), words)


CHANGED = [
    "figure TOTAL 338.0 → 340.0 +2 (+0.6%)",
    "chart chapter-ranked Alpha has most 1 cell",
    "chart Alpha: Amount (USD bn) 300 → 302 +2 (+0.7%)",
    "text chapter-shown leads.** It has 300 of 338, and Beta the → leads.** It has 302 of 340, and Beta the",
]


def test_a_revision_is_compared_with_the_working_tree(run, repository):
    assert run("HEAD")[:2] == (0, "HEAD and the working tree are alike.\n")
    change(repository)
    code, lines, err = words_of(run, "HEAD")
    assert (code, lines[:-1]) == (1, CHANGED)
    assert lines[-1] == "HEAD and the working tree differ in 1 key figure, 1 exhibit, 1 text."
    assert err == "Rows of the ledger were not compared: HEAD does not say which data it rests on.\n"


def test_two_revisions_are_compared_from_any_folder_of_the_project(run, repository, monkeypatch):
    change(repository)
    commit(repository)
    monkeypatch.chdir(repository / "book")
    assert words_of(run, "HEAD~1", "main")[1][:-1] == CHANGED
    assert run("HEAD")[0] == 0


def test_a_project_may_be_a_folder_of_a_repository_or_a_worktree(run, repository, monkeypatch, tmp_path):
    make_project(tmp_path / "whole/inner")
    write(tmp_path / "whole/inner/notebooks/index.ipynb", figures(total=1.0))
    git(tmp_path / "whole", "init", "-q")
    commit(tmp_path / "whole")
    monkeypatch.chdir(tmp_path / "whole/inner")
    assert run("HEAD")[0] == 0
    git(repository, "worktree", "add", "-q", "../tree", "-b", "other")
    monkeypatch.chdir(tmp_path / "tree")
    change(tmp_path / "tree")
    assert words_of(run, "main")[1][:-1] == CHANGED


def test_notebooks_that_are_no_chapters_do_not_count(run, repository):
    write(repository / "notebooks/sketch.ipynb", figures(total=1.0))
    (repository / "notebooks/broken.ipynb").write_text("{")
    commit(repository)
    (repository / "notebooks/broken.ipynb").unlink()
    assert run("HEAD")[0] == run("HEAD~1")[0] == 0


def test_a_renamed_chapter_is_the_same_under_its_new_name(run, repository):
    change(repository)
    (repository / "notebooks/chapter.ipynb").rename(repository / "notebooks/suppliers.ipynb")
    listed = repository / "book/contents.toml"
    listed.write_text(
        listed.read_text().replace('"chapter"', '"suppliers"').replace("chapter.ipynb", "suppliers.ipynb")
    )
    code, lines, _ = words_of(run, "HEAD")
    assert lines[0] == "chapter chapter chapter → suppliers renamed"
    assert lines[1:-1] == [line.replace("chapter-", "suppliers-") for line in CHANGED]
    assert code == 1
    assert json.loads(run("HEAD", "--json")[1])["chapters"] == [{"a": "chapter", "b": "suppliers"}]


def test_a_chapter_that_is_new_is_one_line(run, repository):
    path = repository / "notebooks/new.ipynb"
    notebook = executed(chart("Another", ROWS))
    notebook.cells = [new_markdown_cell("# New", id="new-title"), notebook.cells[2]]
    notebook.cells[1].id = "new-shown"
    nbformat.write(notebook, path)
    listed = repository / "book/contents.toml"
    entry = '[[chapters]]\nslug = "new"\nnotebook = "notebooks/new.ipynb"\ntitle = "New"\n\n[[editions]]'
    listed.write_text(listed.read_text().replace("[[editions]]", entry, 1))
    assert words_of(run, "HEAD")[1] == [
        "chapter new only in the working tree",
        "HEAD and the working tree differ in 1 chapter.",
    ]


def test_exhibits_and_texts_that_are_new_or_gone(run, repository):
    path = repository / "notebooks/chapter.ipynb"
    notebook = nbformat.read(path, 4)
    del notebook.cells[-1].outputs[0]
    notebook.cells.append(new_markdown_cell("A *new* remark", id="remark"))
    nbformat.write(notebook, path)
    assert words_of(run, "HEAD")[1][:-1] == [
        "chart chapter-ranked Alpha has most only in HEAD",
        "text chapter-remark – → A *new* remark only in the working tree",
    ]


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda data: data[EXHIBIT].update(note="Other"), "only its note"),
        (lambda data: data[EXHIBIT].update(title="Alpha has more"), ""),
        (lambda data: data[EXHIBIT]["table"]["columns"][1].update(unit="EUR bn"), "only its columns"),
    ],
)
def test_what_differs_beside_the_rows_is_named(run, repository, edit, what):
    exhibit = copy.deepcopy(chart("Alpha has most", ROWS))
    edit(exhibit)
    write(repository / "notebooks/chapter.ipynb", exhibit, WORDS)
    code, lines, _ = words_of(run, "HEAD")
    titles = "Alpha has most" + ("" if what else " → Alpha has more")
    assert (code, lines[:-1]) == (1, [f"chart chapter-ranked {titles} {what}".rstrip()])


def test_numbers_that_a_page_prints_alike_are_told_in_full(run, repository):
    exhibit = chart("Alpha has most", [["Alpha", 300.0001], *ROWS[1:]])
    write(repository / "notebooks/chapter.ipynb", exhibit, WORDS)
    assert "chart Alpha: Amount (USD bn) 300.0 → 300.0001 +0.0001" in words_of(run, "HEAD")[1]


def test_of_many_rows_those_that_moved_furthest_are_told_and_how_many_more(run, repository):
    rows = [[f"S{number}", 100.0] for number in range(9)]
    write(repository / "notebooks/chapter.ipynb", chart("All", rows))
    commit(repository)
    write(repository / "notebooks/chapter.ipynb", chart("All", [[name, 100.0 + int(name[1])] for name, _ in rows]))
    assert words_of(run, "HEAD")[1][:-1] == [
        "chart chapter-ranked All 8 cells",
        *(f"chart S{number}: Amount (USD bn) 100 → 10{number} +{number} (+{number}%)" for number in (8, 7, 6)),
        "chart … and 5 more",
    ]


def test_an_older_revision_may_show_what_the_book_publishes_no_more(run, repository):
    """A frame is compared by its words, a plain chart of any Vega-Lite by its data, a picture by whether it is one."""

    def notebook_of(amount):
        spec = {
            "title": {"text": "Plain"},
            "datasets": {f"data-{amount}": [{"s": "Alpha", "a": amount}]},
            "data": {"name": f"data-{amount}"},
            "mark": "bar",
            "encoding": {"y": {"field": "s", "type": "nominal"}, "x": {"field": "a", "type": "quantitative"}},
        }
        kinds = (
            {"text/html": f"<b>{amount}</b>", PLAIN: f"   a\n0  {amount}"},
            {"application/vnd.vegalite.v5+json": spec, PLAIN: "alt.Chart(...)"},
            {"image/png": "aGVsbG8=" if amount == 1 else "aGVsbA==", PLAIN: "<Figure>"},
            {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, PLAIN: "Slider()"},
        )
        cells = [
            new_code_cell("show()", id=f"kind-{number}", outputs=[new_output("display_data", data=data)])
            for number, data in enumerate(kinds)
        ]
        cells.append(new_code_cell("fail()", id="failed", outputs=[new_output("error", ename="E", evalue=str(amount))]))
        notebook = executed(figures(total=338.0))
        notebook.cells += cells
        return notebook

    path = repository / "notebooks/chapter.ipynb"
    nbformat.write(notebook_of(1), path)
    commit(repository)
    nbformat.write(notebook_of(2), path)
    code, lines, _ = words_of(run, "HEAD")
    assert (code, lines[:-1]) == (
        1,
        [
            "chart chapter-chart-kind-1 Plain 1 cell",
            "chart Alpha: a 1 → 2 +1 (+100%)",
            "text chapter-kind-0 a 0 1 → a 0 2",
            "text chapter-kind-2 picture 333d6b3a → picture 6aa3f860",
            "text chapter-failed E: 1 → E: 2",
        ],
    )


def test_rows_of_the_ledger_are_those_of_the_revision(run, repository, tmp_path):
    data = repository / "data"
    shutil.move(copy_ledger(tmp_path), data)
    write(repository / "notebooks/index.ipynb", figures(total=338.0), known(data, "latest"))
    commit(repository)
    set_cells(data, "deals", "nimbus-2025-02", title="Another title")
    err = run("HEAD")[2]
    assert err == "", "nothing was stored anew: both rest on the old ledger"
    write(repository / "notebooks/index.ipynb", figures(total=338.0), known(data, "latest"))
    code, lines, err = words_of(run, "HEAD")
    assert (code, err) == (1, "")
    assert lines[0].startswith("data data_hash ")
    assert lines[1].startswith("row deals nimbus-2025-02, title ")
    assert lines[1].endswith(" → Another title")
    (data / "deals.csv").write_text("not,a,ledger\n")
    commit(repository)
    write(repository / "notebooks/index.ipynb", figures(total=1.0))
    err = run("HEAD~1")[2]
    assert "Rows of the ledger were not compared: the working tree does not say which data it rests on." in err
    write(repository / "notebooks/index.ipynb", known(copy_ledger(tmp_path / "other"), "2025-07-31"))
    code, _, err = run("HEAD")
    assert code == 1
    assert err.startswith("Rows of the ledger were not compared: that of HEAD cannot be read: ")


def test_a_table_for_a_pull_request_shows_what_notebooks_say_as_text(run, repository):
    change(repository)
    write(repository / "notebooks/chapter.ipynb", chart("<img src=x> | [a](b) `c` *d*", [["Alpha", 302.0], *ROWS[1:]]))
    code, out, err = run("HEAD", "--markdown")
    assert (code, err) == (1, "")
    assert out.startswith("### What changed\n\nHEAD and the working tree differ in 1 key figure, ")
    assert "#### Key figures\n\n| What | HEAD | the working tree | Change |\n| --- | --- | --- | --- |\n" in out
    assert "\n| TOTAL | 338.0 | 340.0 | +2 (+0.6%) |\n" in out
    assert "| \\<img src=x\\> \\| \\[a\\](b) \\`c\\` \\*d\\* |" in out
    assert "\n| &emsp;Alpha: Amount (USD bn) | 300 | 302 | +2 (+0.7%) |\n" in out
    tables = [line for line in out.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in tables} == {5}
    assert out.endswith("does not say which data it rests on.\n")
    git(repository, "checkout", "-q", ".")
    alike = run("HEAD", "--markdown")[1]
    assert alike.startswith("### What changed\n\nHEAD and the working tree are alike.\n")
    assert "|" not in alike


def test_a_folder_comes_before_a_branch_of_its_name(run, repository):
    git(repository, "branch", "notebooks")
    change(repository)
    assert run("notebooks", "HEAD")[2].startswith("Rows of the ledger were not compared: notebooks does not say")
    assert words_of(run, "heads/notebooks")[1][:-1] == CHANGED
    assert run("notebooks")[0] == 0


def test_a_page_can_be_made_of_a_revision(run, repository):
    change(repository)
    code, out, _ = run("HEAD", "-o", "out")
    assert code == 1
    assert out.endswith(f"{repository / 'out/diff.html'}\n")
    page = (repository / "out/diff.html").read_text(encoding="utf-8")
    assert "It has 302 of 340" in page
    assert (repository / "out/charts/chapter-ranked-a.svg").is_file()


CONFLICT = '<<<<<<< HEAD\n "cells": [],\n=======\n "cells": [1],\n>>>>>>> other\n'


def broken(project, content, message):
    (project / "notebooks/chapter.ipynb").write_text(content)
    commit(project, message)


@pytest.mark.parametrize(
    ("prepare", "words", "code", "message"),
    [
        (None, ["mian"], 2, "'mian' is no edition, folder, notebook or git revision; did you mean 'main'?"),
        (None, ["0badcafe"], 2, "'0badcafe' is no edition, folder, notebook or git revision; no book in"),
        (None, ["--", "-x"], 2, "'-x' is no edition, folder, notebook or git revision"),
        (None, ["HEAD:book"], 2, "'HEAD:book' is no edition, folder, notebook or git revision"),
        (None, ["x" * 5000], 2, "is no edition, folder, notebook or git revision"),
        (lambda p: (p / "notebooks/chapter.ipynb").write_text("{\n" + CONFLICT), ["HEAD"], 4,
         "the working tree: chapter.ipynb, line 2: a merge that is not settled; take one side whole"),
        (lambda p: broken(p, "{\n" + CONFLICT, "Merged"), ["HEAD", "HEAD~1"], 4,
         "HEAD: chapter.ipynb, line 2: a merge that is not settled"),
        (lambda p: broken(p, '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}', "Old"),
         ["HEAD", "HEAD~1"], 4, "HEAD: chapter.ipynb is of an old format without cell ids"),
        (lambda p: git(p, "mv", "notebooks/chapter.ipynb", "notebooks/chapters.ipynb") or commit(p)
         or write(p / "notebooks/chapter.ipynb", figures(x=1.0)),
         ["HEAD", "HEAD~1"], 4, "HEAD has no notebooks/chapter.ipynb, which its book/contents.toml names; "
         "did you mean 'notebooks/chapters.ipynb'?"),
        (lambda p: git(p, "rm", "-q", "--cached", "book/contents.toml") or git(p, "commit", "-q", "-m", "None"),
         ["HEAD"], 3, "HEAD has no book/contents.toml in the folder of this project"),
    ],
)  # fmt: skip
def test_what_a_revision_lacks_is_one_clear_line(run, repository, prepare, words, code, message):
    if prepare:
        prepare(repository)
    exit_code, out, err = run(*words)
    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert message in err


def test_contents_of_a_revision_that_names_no_chapters(run, repository):
    listed = repository / "book/contents.toml"
    good = listed.read_text()
    for bad in ("chapters = 1", '[[chapters]]\nslug = "../../out"\nnotebook = "a.ipynb"', "[[chapters]]\nslug = 1"):
        listed.write_text(bad)
        commit(repository)
        listed.write_text(good)
        exit_code, _, err = run("HEAD")
        assert (exit_code, err) == (
            3,
            "error: book/contents.toml of HEAD does not name the slug and notebook of each of its chapters\n",
        )


def test_without_commits_repository_or_git_the_error_says_so(run, project, monkeypatch):
    write(project / "notebooks/index.ipynb", figures(total=1.0))
    write(project / "notebooks/chapter.ipynb", chart("One", ROWS))
    code, _, err = run("HEAD")
    assert (code, f"'HEAD' is no edition, folder or notebook, and {project} is in no git repository" in err) == (
        2,
        True,
    )
    git(project, "init", "-q")
    code, _, err = run("HEAD")
    assert (code, "git revision: the repository has no commits yet; no book in" in err) == (2, True)
    monkeypatch.setenv("PATH", str(project))
    code, _, err = run("HEAD")
    assert (code, "and git, which knows revisions, is not installed" in err) == (2, True)


def test_a_shallow_clone_is_told_how_to_get_the_rest(run, repository, monkeypatch, tmp_path):
    change(repository)
    commit(repository)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    code, _, err = run("HEAD~1")
    assert (code, "this clone has not all of them: git fetch --unshallow" in err) == (2, True)


def test_nothing_is_left_and_nothing_is_run(run, repository, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "scratch").mkdir()
    before = {path: path.stat().st_mtime_ns for path in repository.rglob("*") if ".git" not in path.parts}
    assert run("HEAD")[0] == 0
    assert list((tmp_path / "scratch").iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in repository.rglob("*") if ".git" not in path.parts} == before


def test_rows_are_named_by_what_tells_them_apart_and_paired_by_their_first_column(run, repository):
    def ranked(*rows):
        exhibit = copy.deepcopy(chart("Ranked", []))
        exhibit[EXHIBIT]["table"]["rows"] = list(rows)
        for name in ("rank", "evidence"):
            exhibit[EXHIBIT]["table"]["columns"].append({"name": name, "label": name, "unit": "", "type": "string"})
        return exhibit

    link = {"text": "claims", "href": "evidence.html"}
    path = repository / "notebooks/chapter.ipynb"
    write(path, ranked(["Alpha", 3.0, "first", link], ["Beta", 2.0, "second", link], ["Beta", 1.0, "third", link]))
    commit(repository)
    write(path, ranked(["Alpha", 3.0, "second", link], ["Beta", 4.0, "first", link], ["Beta", 1.0, "third", link]))
    assert words_of(run, "HEAD")[1][:-1] == [
        "chart chapter-ranked Ranked 3 cells",
        "chart Alpha: rank first → second",
        "chart Beta: rank second → first",
        "chart Beta: Amount (USD bn) 2 → 4 +2 (+100%)",
    ]
