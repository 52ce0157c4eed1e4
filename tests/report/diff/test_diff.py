"""The command `diff`, at the command line, on small notebooks that are written as if they had been run."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from compute_ledger.shared.mime_types import EXHIBIT, TABLE
from compute_ledger.shared.typeface import faces
from tests.ledger_copy import copy_ledger, set_cells
from tests.report.diff.written_notebooks import chart, figures, known, write

ROWS = [["Alpha", 300.0], ["Beta", 38.0], ["Gamma", None]]


@pytest.fixture
def book(project, tmp_path):
    """A book of two editions, and the ledger beside it."""
    folder = project / "book/_build/html"
    data = folder / "data"
    folder.mkdir(parents=True)
    shutil.copytree(copy_ledger(tmp_path), data)
    editions = [
        {"name": "latest", "label": "", "path": ""},
        {"name": "2025-07-31", "label": "", "path": "editions/2025-07-31"},
    ]
    (folder / "manifest.json").write_text(
        json.dumps({"generator": "compute-ledger", "editions": editions, "files": {}})
    )
    write(folder / "notebooks/index.ipynb", figures(total=338.0, leader="Alpha"), known(data, "latest"))
    write(folder / "notebooks/chapter.ipynb", chart("Alpha has most", ROWS))
    old = folder / "editions/2025-07-31/notebooks"
    write(old / "index.ipynb", figures(total=300.0, leader="Alpha"), known(data, "2025-07-31"))
    write(old / "chapter.ipynb", chart("Alpha had most", [["Alpha", 262.0], ["Delta", 1.0], ["Gamma", None]]))
    return SimpleNamespace(folder=folder, data=data)


@pytest.mark.usefixtures("book")
def test_two_editions(run):
    code, out, err = run("2025-07-31", "latest")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert lines[:2] == ["data as_of 2025-07-31 → 2026-02-01", "figure TOTAL 300.0 → 338.0 +38 (+12.7%)"]
    assert "row deals forge-2025-09 only in latest" in lines
    assert "row deals nimbus-2025-02, ended_on – → 2025-08-20" in lines
    assert "row deals nimbus-2025-02, status in_force → superseded" in lines
    assert lines[-5:-1] == [
        "chart chapter-ranked Alpha had most → Alpha has most 1 cell; 1 row only in 2025-07-31; 1 row only in latest",
        "chart Alpha: Amount (USD bn) 262 → 300 +38 (+14.5%)",
        "chart Delta only in 2025-07-31",
        "chart Beta only in latest",
    ]
    assert lines[-1].startswith("2025-07-31 and latest differ in 1 fact about their data, 1 key figure, ")


@pytest.mark.usefixtures("book")
def test_lines_of_one_kind_are_aligned(run):
    rows = [line for line in run("2025-07-31", "latest")[1].splitlines() if line.startswith("row") and "→" not in line]
    assert len({line.index("only in") for line in rows if "only in" in line}) == 1


def test_an_edition_is_alike_itself_however_it_is_named(run, book):
    for address in ("latest", book.folder, book.folder / "notebooks", "book/_build/html"):
        assert run("latest", address) == (0, f"latest and {address} are alike.\n", ""), address


@pytest.mark.usefixtures("book")
def test_json_has_everything(run):
    code, out, _ = run("latest", "2025-07-31", "--json")
    changes = json.loads(out)
    assert (code, changes["alike"]) == (1, False)
    (figure,) = changes["figures"]
    assert (figure["a"], figure["b"], figure["change"], round(figure["change_pct"], 2)) == (338.0, 300.0, -38.0, -11.24)
    (chart_change,) = changes["charts"]
    assert chart_change["cells"] == [{"row": "Alpha", "column": "Amount (USD bn)", "a": 300.0, "b": 262.0}]
    assert (chart_change["only_a"], chart_change["only_b"]) == (["Beta"], ["Delta"])
    ended = [row for row in changes["rows"] if row["key"] == "nimbus-2025-02" and row["column"] == "ended_on"]
    assert ended == [
        {"table": "deals", "key": "nimbus-2025-02", "column": "ended_on", "a": "2025-08-20", "b": "", "only": ""}
    ]


@pytest.mark.usefixtures("book")
def test_the_page_has_the_charts_side_by_side(run, project):
    code, out, _ = run("2025-07-31", "latest", "-o", "out")
    assert code == 1
    assert out.endswith(f"{project / 'out/diff.html'}\n")
    page = BeautifulSoup((project / "out/diff.html").read_text(encoding="utf-8"), "html.parser")
    assert [cell.get_text() for cell in page.select("#figures ~ tbody th, #figures ~ tbody td")] == [
        "TOTAL", "300.0", "338.0", "+38 (+12.7%)", "USD bn",
    ]  # fmt: skip
    pictures = page.select(".pair img")
    assert [picture["alt"] for picture in pictures] == ["Alpha had most", "Alpha has most"]
    for picture in pictures:
        assert picture["alt"] in (project / "out" / picture["src"]).read_text()
        assert faces() in (project / "out" / picture["src"]).read_text(), "it sees no font of the page"
    assert "only in latest" in page.select_one("#rows-deals").parent.get_text()
    assert (project / "out/report.css").is_file()
    assert "script" not in page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert not page.find_all("script")


def test_a_picture_that_the_book_has_is_taken_from_there(run, book, project):
    (book.folder / "charts").mkdir()
    (book.folder / "charts/chapter-ranked.svg").write_text("<svg>of the book</svg>")
    run("2025-07-31", "latest", "-o", "out")
    assert (project / "out/charts/chapter-ranked-b.svg").read_text() == "<svg>of the book</svg>"


def test_two_notebooks_of_any_name(run, project):
    a = write(project / "a.ipynb", figures(total=1.0, gone=2.0), chart("One", ROWS))
    b = write(project / "b.ipynb", figures(total=1.0, new="x"), chart("One", [*ROWS, ["Alpha", 5.0]]))
    code, out, err = run(a.name, b.name)
    assert code == 1
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "figure GONE 2.0 → –",
        "figure NEW – → x",
        "chart ranked One 1 row only in b.ipynb",
        "chart Alpha (2) only in b.ipynb",
        "a.ipynb and b.ipynb differ in 2 key figures, 1 exhibit.",
    ]
    assert err == "Rows of the ledger were not compared: a.ipynb does not say which data it rests on.\n"


def test_a_lone_notebook_is_compared_with_its_chapter_only(run, book, project):
    write(project / "out.ipynb", chart("Alpha has most", [["Alpha", 301.0], *ROWS[1:]]))
    write(
        book.folder / "notebooks/other.ipynb",
        chart("Another", ROWS) | {EXHIBIT: chart("x", ROWS)[EXHIBIT] | {"id": "other"}},
    )
    changes = json.loads(run("latest", "out.ipynb", "--json")[1])
    assert [(chart_change["chapter"], chart_change["id"]) for chart_change in changes["charts"]] == [
        ("chapter", "ranked")
    ]
    assert changes["figures"] == []


def test_tables_are_compared_as_charts_are(run, project):
    write(project / "a.ipynb", chart("Every row", ROWS, TABLE))
    write(project / "b.ipynb", chart("Every row", ROWS[:2], TABLE))
    assert "chart  ranked   Every row  1 row only in a.ipynb\n" in run("a.ipynb", "b.ipynb")[1]


def test_a_ledger_that_has_changed_since_is_not_taken_for_what_was_known(run, project, tmp_path):
    data = copy_ledger(tmp_path)
    shutil.move(data, project / "data")
    a = write(project / "a.ipynb", figures(total=1.0), known(project / "data", "2025-07-31"))
    b = write(project / "b.ipynb", figures(total=1.0), known(project / "data", "latest"))
    assert "row  deals forge-2025-09" in run(a.name, b.name)[1]
    set_cells(project / "data", "deals", "nimbus-2025-02", title="Another title")
    code, out, err = run(a.name, b.name)
    assert (code, out.splitlines()[-1]) == (1, "a.ipynb and b.ipynb differ in 1 fact about their data.")
    assert err == f"Rows of the ledger were not compared: {project / 'data'} is not what a.ipynb was made from.\n"


def test_a_notebook_from_anywhere_may_rest_on_the_ledger_of_the_project(run, project, tmp_path):
    shutil.move(copy_ledger(tmp_path), project / "data")
    a = write(tmp_path / "far/a.ipynb", figures(total=1.0), known(project / "data", "2025-07-31"))
    b = write(tmp_path / "far/b.ipynb", figures(total=1.0), known(project / "data", "latest"))
    assert "row  deals forge-2025-09" in run(a, b)[1]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["lates", "latest"], 2, "'lates' is no edition, folder or notebook; did you mean 'latest'?"),
        (["latest", "data"], 2, "'data' is no edition, folder or notebook"),
        (["latest", "book"], 2, "no notebooks in book; give a book, or a folder of executed notebooks"),
        (["latest", "book/contents.toml"], 4, "contents.toml is no valid notebook"),
        (["latest", "empty.ipynb"], 4, "empty.ipynb shows nothing; run it first"),
        ([], 2, "Missing argument 'A'"),
        (["latest", "latest", "--json", "--markdown"], 2, "give either --json or --markdown, not both"),
        (["2025-07-31", "latest", "-o", "notebooks"], 8, "it holds other files"),
    ],
)
@pytest.mark.usefixtures("book")
def test_a_mistake_is_one_clear_line_and_no_code_of_a_difference(run, project, words, code, message):
    write(project / "empty.ipynb")
    exit_code, out, err = run(*words)
    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert message in err


@pytest.mark.usefixtures("project")
def test_an_id_that_leads_out_of_the_folder_is_refused(run):
    exhibit = chart("One", ROWS)
    exhibit[EXHIBIT]["id"] = "../../out"
    write(Path("a.ipynb"), exhibit)
    code, _, err = run("a.ipynb", "a.ipynb", "-o", "out")
    assert code == 4
    assert "'../../out' cannot be an id" in err


@pytest.mark.usefixtures("project")
def test_without_a_book_the_error_says_how_to_make_one(run):
    assert "run compute-ledger build" in run("latest", "2025-07-31")[2]
