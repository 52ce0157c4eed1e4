"""`compute-ledger init`: a ledger from nothing and a report of it, at the command line."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from compute_ledger.ledger import codebook, load
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.new_project import init
from compute_ledger.new_project.project_files import HERE, project_files
from compute_ledger.report.errors import TargetError
from compute_ledger.report.site.page_checks import check_site
from tests.tiny_project import REPO

OURS = [sys.executable, "-m", "compute_ledger"]
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def ran(folder, *words):
    """Exit code and output of a command line in `folder`."""
    environment = os.environ | {"PATH": PATH}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def files_below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def headers(folder):
    return {path.name: path.read_text(encoding="utf-8").partition("\n")[0] for path in folder.glob("*.csv")}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A new ledger in a folder whose name has a space and an accent."""
    folder = tmp_path_factory.mktemp("ledger") / "mon registre é"
    code, printed = ran(folder.parent, *OURS, "init", folder.name)
    tables = len(json.loads((HERE / "datapackage.json").read_text(encoding="utf-8"))["resources"])
    wrote = f"data/ ({tables} tables, one worked deal), README.md"
    next_lines = "Type next:\n  cd 'mon registre é'\n  compute-ledger check data\n"
    assert (code, printed) == (0, f"{folder.name}: wrote {wrote}\n{next_lines}")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A new project with its book built, and the book's folder."""
    folder = tmp_path_factory.mktemp("report") / "mine"
    assert ran(folder.parent, *OURS, "init", "mine", "--report")[0] == 0
    code, printed = ran(folder, *OURS, "build")
    assert code == 0, printed
    return folder


def words_of(page):
    return " ".join(BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").main.get_text(" ").split())


def test_tables_and_schema_are_those_of_the_project(ledger):
    """But for name and title, which tables may be empty, and the sums of files."""
    assert headers(ledger / "data") == headers(REPO / "data")
    ours, theirs = (json.loads((at / "data/datapackage.json").read_text(encoding="utf-8")) for at in (REPO, ledger))
    for own_table, new_table in zip(ours["resources"], theirs["resources"], strict=True):
        assert own_table["schema"] == new_table["schema"]
        assert not {"hash", "bytes"} & new_table.keys()
        rows = (ledger / "data" / new_table["path"]).read_text(encoding="utf-8").count("\n") - 1
        # The deal and its capacity have a claim and a link each.
        filled = 2 if own_table["name"] in ("claims", "evidence") else 1
        assert rows == filled or (rows, new_table["mayBeEmpty"]) == (0, True)
    assert (theirs["name"], theirs["title"]) == ("my-ledger", "A ledger of my own")
    assert "OpenAI" not in theirs["description"] + str(theirs["keywords"])


def test_the_worked_deal_is_sound_and_marked_as_invented(ledger):
    assert check_folder(ledger / "data") == []
    (deal,) = csv.DictReader((ledger / "data/deals.csv").read_text(encoding="utf-8").splitlines())
    assert (deal["buyer"], deal["amount_usd_bn"]) == ("Example AI", "12")
    assert "invented" in deal["title"]
    (power,) = csv.DictReader((ledger / "data/capacities.csv").read_text(encoding="utf-8").splitlines())
    assert (power["deal_id"], power["basis"], power["capacity_gw"]) == (deal["deal_id"], "it_load", "0.5")
    assert load(ledger / "data").capacities["source_id"].tolist() == ["example-gazette-2026-01-15"]
    assert files_below(ledger) == {"README.md", *(f"data/{name}" for name in os.listdir(ledger / "data"))}


def test_the_codebook_of_a_new_ledger_is_written_and_it_stays_sound(tmp_path):
    assert ran(tmp_path, *OURS, "init", ".")[1].endswith("Type next:\n  compute-ledger check data\n")
    assert codebook.refresh(tmp_path / "data") == ["datapackage.json", "README.md"]
    assert "# A ledger of my own\n" in (tmp_path / "data/README.md").read_text(encoding="utf-8")
    assert check_folder(tmp_path / "data") == []


def test_a_second_deal_is_added_as_the_readme_says_and_computed_with(tmp_path):
    ledger = tmp_path / "mine"
    assert ran(tmp_path, *OURS, "init", "mine")[0] == 0
    readme = (ledger / "README.md").read_text(encoding="utf-8")
    (commands,) = [block for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL) if "cat >>" in block]
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert ran(ledger, "sh", "-ec", commands) == (0, "data: no problem found\n")
    assert check_folder(ledger / "data") == []
    code_and_text = ran(
        ledger, sys.executable, "-c", code.replace("commitments.by", "table = commitments.by") + "print(table)"
    )
    # 12 of 20 are 60 %, 8 of 20 are 40 %.
    amounts = re.findall(r"(Example Cloud|Sample Chips) +([\d.]+).* ([\d.]+)$", code_and_text[1], re.MULTILINE)
    assert amounts == [("Example Cloud", "12.0", "60.0"), ("Sample Chips", "8.0", "40.0")]


def test_the_report_says_what_the_example_says(project):
    book = project / "book/_build/html"
    assert check_site(book) == []
    page = words_of(book / "index.html")
    assert "Example Cloud holds 100% of what Example AI has promised." in page
    assert "On 15 January 2026 its firm deals with a published amount came to $12 billion." in page
    assert "Example Cloud Cloud contract (invented example) 2026-01-15 12.0 4.0 1 row" in page
    assert page.count("No source given.") == 1
    assert "Example Gazette" in page
    assert {figure["id"]: figure["value"] for figure in json.loads((book / "key-figures.json").read_text())} == {
        "promised_usd_bn": 12,
        "suppliers": 1,
    }
    assert "$12 billion" in words_of(book / "evidence.html")


def test_the_report_follows_its_parameters_and_says_so_where_nothing_is_known(project):
    code, printed = ran(project, *OURS, "run", "index", "-p", "as_of=2026-01-14", "-o", "early")
    assert code == 0, printed
    page = words_of(project / "early/index.html")
    assert "On 14 January 2026 no firm deal with a published amount was known." in page
    assert "Without a published amount there is nothing to draw." in page


def test_stored_outputs_hold_in_the_new_project(project):
    code, printed = ran(project, *OURS, "refresh")
    assert (code, "2 of the notebooks changed" in printed) == (0, True), printed
    pytest.importorskip("nbval")
    code, printed = ran(project, "make", "test")
    assert (code, "19 passed" in printed) == (0, True), printed


def test_templates_and_style_sheet_are_those_of_the_project():
    """A file that is added there needs its link in new_project, or a new project lacks it."""
    for folder in ("book/templates", "book/static"):
        ours = files_below(REPO / folder)
        assert files_below(HERE / "report" / folder) == ours
        new = project_files(report=True)
        assert all(new[f"{folder}/{name}"] == (REPO / folder / name).read_bytes() for name in ours)


def test_the_notebooks_come_without_outputs():
    for path in (HERE / "report/notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


def test_nothing_heavy_is_imported(tmp_path):
    """Writing 30 files takes a quarter of a second; pandas alone would take twice that to import."""
    code = "import sys; from compute_ledger import cli; sys.argv = ['compute-ledger', 'init', 'new', '--report']\n"
    code += "try: cli.main()\nexcept SystemExit: print(*{'pandas', 'altair', 'nbformat', 'jinja2'} & {*sys.modules})"
    assert ran(tmp_path, sys.executable, "-c", code)[1].endswith("--open\n\n")


@pytest.mark.parametrize(
    ("files", "name", "message"),
    [
        (["mine/notes.txt"], "mine", "will not write into mine: notes.txt is there already;"),
        (["mine"], "mine", "will not write into mine: it is no folder;"),
        (["mine"], "mine/new", "cannot write into mine/new: Not a directory;"),
        (["README.md"], ".", "will not write into .: README.md is there already;"),
    ],
)
def test_what_is_there_is_not_touched(tmp_path, files, name, message):
    for path in files:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("mine")
    code, printed = ran(tmp_path, *OURS, "init", name, "--report")
    assert (code, printed) == (8, f"error: {message} give the name of a new folder, or an empty one\n")
    assert files_below(tmp_path) == set(files)
    assert (tmp_path / files[0]).read_text() == "mine"


def test_a_link_that_leads_nowhere_stays(tmp_path):
    (tmp_path / "mine").symlink_to("nowhere")
    assert ran(tmp_path, *OURS, "init", "mine")[0] == 8
    assert os.listdir(tmp_path) == ["mine"]


def test_a_repository_without_files_is_as_good_as_empty_and_folders_above_are_made(tmp_path):
    (tmp_path / "repository/.git").mkdir(parents=True)
    assert ran(tmp_path, *OURS, "init", "repository")[0] == 0
    assert set(os.listdir(tmp_path / "repository")) == {".git", "README.md", "data"}
    assert ran(tmp_path, *OURS, "init", "a/b/c")[0] == 0
    assert set(os.listdir(tmp_path / "a/b")) == {"c"}


@pytest.mark.parametrize("name", ["new", "above/new", "empty"])
def test_a_failure_half_way_leaves_nothing(tmp_path, monkeypatch, name):
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(init, "PREFIX", ".staging-")
    files = {"README.md": b"", "data/deals.csv": b"", f"data/{'x' * 300}": b""}
    monkeypatch.setattr("compute_ledger.new_project.project_files.project_files", lambda **_: files)
    with pytest.raises(TargetError, match="File name too long"):
        init.init.callback(tmp_path / name, report=False)
    assert os.listdir(tmp_path) == ["empty"]
    assert os.listdir(tmp_path / "empty") == []


def test_what_was_moved_into_an_empty_folder_goes_when_the_rest_cannot_follow(tmp_path, monkeypatch):
    rename = Path.rename

    def fails_for_the_tables(path, target):
        if path.name == "data":
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_tables)
    with pytest.raises(TargetError, match="Input/output error"):
        init.init.callback(tmp_path, report=True)
    assert os.listdir(tmp_path) == []


def test_the_real_chapters_make_a_book_of_one_deal(tmp_path):
    assert ran(tmp_path, *OURS, "init", "mine")[0] == 0
    words = ["build", "--project", REPO, "--data", "mine/data", "--out", "book", "--no-cache"]
    code, printed = ran(tmp_path, *OURS, *words)
    assert code == 0, printed
    assert "$12 billion" in words_of(tmp_path / "book/index.html")
    assert "No closed loop was known on 15 January 2026." in words_of(tmp_path / "book/capital-loops.html")
