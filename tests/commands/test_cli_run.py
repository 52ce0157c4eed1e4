"""compute-ledger run, and what build and params print: the command line as it is typed."""

import json
import re
import shutil

import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.manifest import read_manifest, write_manifest
from compute_ledger.report.cache import up_to_date
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.site.page_checks import check_site
from tests.commands.test_cli import project, run  # noqa: F401
from tests.tiny_project import NOTEBOOKS


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_chapter_is_a_folder_that_opens_from_disk(run, project):  # noqa: F811
    code, out, _ = run("run", "chapter", "-p", "top=4", "-o", "mine", "--json")
    record = json.loads(out)
    folder = project / "mine"
    assert (code, record["chapter"], record["parameters"], record["folder"]) == (0, "chapter", {"top": 4}, str(folder))
    page = BeautifulSoup((folder / "chapter.html").read_text(encoding="utf-8"), "html.parser")
    assert record["page"] == str(folder / "chapter.html")
    assert page.select("figure svg")
    assert check_site(folder) == [], "no link leads to a page that is not there"
    assert {path.name for path in folder.glob("charts/*.csv")} == {"chapter-ranked.csv", "chapter-all-rows.csv"}
    assert (folder / "static/report.css").is_file()
    injected = next(cell for cell in read_notebook(folder / "notebooks/chapter.ipynb").cells if "injected" in cell.id)
    assert injected.source == "# Parameters\ntop = 4\n"
    assert read_manifest(folder)
    before = everything(folder)
    assert run("run", "chapter.ipynb", "-p", "top=5", "-p", "entrant_share_pct=5", "-o", "mine")[0] == 0
    assert before != everything(folder), "its own folder may be replaced"


def test_each_set_of_changed_parameters_has_its_folder(run, project):  # noqa: F811
    folder = project / "book/_build/runs"
    code, out, _ = run("run", "index", "--json")
    assert (code, json.loads(out)["folder"]) == (0, str(folder / "index"))
    assert [(figure["id"], figure["value"]) for figure in json.loads(out)["key_figures"]] == [("total_usd_bn", 338)]
    assert run("run", "index", "-p", "as_of=latest")[1].splitlines()[0] == "Total: USD 338 bn", (
        "the default is no change"
    )
    run("run", "index", "-p", "as_of=2025-11-07")
    names = sorted(path.name for path in folder.iterdir())
    assert (len(names), names[0], names[1].startswith("index-")) == (2, "index", True)


def test_a_run_that_fails_is_saved_beside_and_what_was_there_stays(run, project):  # noqa: F811
    run("run", "chapter", "-o", "mine")
    before = everything(project / "mine")
    (project / "notebooks/chapter.ipynb").write_bytes((NOTEBOOKS / "raises.ipynb").read_bytes())
    code, out, err = run("run", "chapter", "-o", "mine")
    assert (code, out, err.count("\n")) == (5, "", 1)
    assert "ValueError: deals.csv, row 7" in err
    assert everything(project / "mine") == before
    assert "deals.csv, row 7" in (project / "mine.failed.ipynb").read_text()
    assert str(project / "mine.failed.ipynb") in err
    assert not list(project.glob(".mine*"))


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["chaptr"], 3, "unknown chapter 'chaptr' in book/contents.toml; did you mean 'chapter'?"),
        (["chapter", "-p", "topp=3"], 2, "unknown parameter 'topp' in chapter.ipynb; did you mean 'top'?"),
        (["index", "-p", "top=3"], 2, "unknown parameter 'top' in index.ipynb"),
        (["chapter", "-p", "as_of=2025-02-30"], 2, "not a day of the calendar"),
        (["chapter", "-p", "top=3.5"], 2, "not a whole number"),
        (["chapter", "-p", "import os; top=3"], 2, "is no parameter name"),
        (["chapter", "-o", "."], 8, "will not replace ."),
        (["chapter", "-o", "data/x"], 8, "will not publish into data/x"),
        (["chapter", "-o", "book/static"], 8, "will not publish into book/static"),
        (["chapter", "-o", "book/contents.toml"], 8, "it is a file"),
        (["chapter", "-o", "notebooks/../notebooks/x"], 8, "part of the project"),
        (["chapter", "--data", "nowhere"], 7, "no folder nowhere"),
        ([], 2, "Missing argument 'CHAPTER'"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_run(run, project, words, code, message):  # noqa: F811
    before = everything(project)
    got, out, err = run("run", *words)
    assert (got, out, err.count("\n"), err.startswith("error: ")) == (code, "", 1, True)
    assert message in err
    assert everything(project) == before


def test_a_link_out_of_the_project_is_followed_before_it_is_judged(run, project):  # noqa: F811
    (project / "link").symlink_to(project / "notebooks")
    assert run("run", "chapter", "-o", "link/x")[0] == 8


def test_params_for_programs(run, project):  # noqa: F811, ARG001
    code, out, _ = run("params", "--json")
    parameters = json.loads(out)
    assert (code, list(parameters)) == (0, ["index", "chapter"])
    basis = next(parameter for parameter in parameters["chapter"] if parameter["name"] == "basis")
    assert basis["choices"] == ["headline", "annualised", "remaining"]
    assert {"name", "annotation", "default", "help", "span", "is_date"} <= set(basis)
    assert list(json.loads(run("params", "chapter", "--json")[1])) == ["chapter"]


def test_build_explains_itself(run, project):  # noqa: F811
    first = run("build", "--edition", "latest", "--jobs", "1", "--explain")[1].splitlines()
    run_times = [re.fullmatch(r"latest/(\w+): run in \d+\.\d s; it was not built before", line) for line in first[:2]]
    assert [match and match[1] for match in run_times] == ["index", "chapter"]
    path = project / "notebooks/chapter.ipynb"
    path.write_text(path.read_text().replace("top: int = 3", "top: int = 2"))
    second = run("build", "--edition", "latest", "--jobs", "1", "--explain")[1].splitlines()
    assert second[0] == "latest/index: not run, nothing it depends on has changed"
    assert re.match(r"latest/chapter: run in \d+\.\d s; notebook: parameters; parameters: top", second[1])
    cached = everything(project / "book/_build/cache")
    assert len(run("build", "--edition", "latest", "--jobs", "1", "--no-cache")[1].splitlines()) == 1
    assert everything(project / "book/_build/cache") == cached


NOTHING = "Nothing has changed; the book is in "


def test_a_build_of_what_is_there_does_nothing(run, project):  # noqa: F811
    page = project / "book/_build/html/index.html"
    assert run("build")[1] == f"The book is in {page}\n"
    before = everything(project)
    assert run("build")[1] == f"{NOTHING}{page}\n"
    assert everything(project) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda p: (p / "book/_build/html/chapter.html").write_text("edited"),
        lambda p: (p / "book/_build/html/charts/chapter.zip").unlink(),
        lambda p: (p / "book/_build/html/stray.html").write_text("<p>"),
        lambda p: (p / "book/static/report.css").write_text("p {}"),
        lambda p: (p / "book/contents.toml").write_text((p / "book/contents.toml").read_text() + "\n"),
        lambda p: (p / "LICENSE-DATA").write_text("terms"),
        lambda p: (p / "notebooks/index.ipynb").write_text((p / "notebooks/index.ipynb").read_text() + "\n"),
        lambda p: (p / "book/_build/html/manifest.json").write_text('{"generator": "compute-ledger"}'),
    ],
)
def test_a_build_of_anything_else_is_made(run, project, monkeypatch, change):  # noqa: F811
    built = project / "book/_build/html"
    built.mkdir(parents=True)
    monkeypatch.setattr("compute_ledger.report.site.book_build.build_book", pretended)
    assert run("build")[1].startswith("The book is in")
    assert run("build")[1].startswith(NOTHING)
    change(project)
    assert run("build")[1].startswith("The book is in")
    assert run("build")[1].startswith(NOTHING)
    assert run("build", "--edition", "latest")[1].startswith("The book is in")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert run("build", "--edition", "latest")[1].startswith("The book is in")
    assert run("build", "--edition", "latest", "--no-cache")[1].startswith("The book is in")


def pretended(request, _extras, made_from):
    folder = request.folder
    shutil.rmtree(folder)
    for name in ("index.html", "chapter.html", "charts/chapter.zip"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    write_manifest(folder, {})
    if request.cache:
        up_to_date.remember(folder, made_from, request.cache, [])
    return folder


def test_a_notebook_that_is_none_is_told_as_ever(run, project):  # noqa: F811
    for text in ("{", "{}", '{"cells": [1]}'):
        (project / "notebooks/chapter.ipynb").write_text(text)
        code, _, err = run("build")
        assert (code, "chapter.ipynb is no valid notebook" in err) == (4, True)
