"""The command `sweep`, at the command line; what its points run is tests/notebooks/key-figures.ipynb."""

import csv
import json
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import psutil
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell

from compute_ledger import cli
from compute_ledger.report.book import stylesheet
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.notebooks.notebook_file import read_notebook, write_notebook
from compute_ledger.report.notebooks.output_contract import KEY_FIGURES
from compute_ledger.report.sweep import grid, points, response_chart, results_table, sweep_run
from compute_ledger.report.sweep.figure_cells import TAG, Cell, Recipe, read_recipe
from compute_ledger.report.sweep.points import Outcome
from compute_ledger.report.sweep.sweep_run import Done
from compute_ledger.shared.typeface import TYPEFACE, page_faces
from tests.tiny_project import REPO, make_project

PID = "process"
FIGURES = """
from IPython.display import display
figure = {"id": "sum", "label": "Sum", "value": beside.ONE + TWO, "unit": "", "as_of": "2025-11-03", "text": ""}
display({"application/vnd.compute-ledger.key-figures+json": {"figures": [figure]}}, raw=True)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(make_project(tmp_path / "p", chapter="key-figures"))
    return tmp_path / "p"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `compute-ledger sweep` in this process; returns exit code, stdout, stderr."""

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["compute-ledger", "sweep", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return stopped.value.code, out, err

    return ran


def table(folder):
    with (folder / "results.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def values(folder, figure="size"):
    return [float(row["value"]) for row in table(folder) if row["figure"] == figure]


def test_each_point_gives_a_row_a_figure_in_the_order_of_the_grid(run, project):
    code, out, _ = run("-p", "size=3,1.5", "-p", "kind=plain,squared", "-o", "out")
    assert code == 0
    assert out.startswith("4 points in chapter")
    rows = table(project / "out")
    assert list(rows[0]) == ["size", "kind", "chapter", "figure", "label", "unit", "value", "text", "status", "error"]
    assert [(r["size"], r["kind"], r["value"]) for r in rows if r["figure"] == "size"] == [
        ("3.0", "plain", "3.0"),
        ("3.0", "squared", "9.0"),
        ("1.5", "plain", "1.5"),
        ("1.5", "squared", "2.25"),
    ]
    assert [(r["value"], r["text"]) for r in rows if r["figure"] == "layers"] == [("", "all")] * 4


def test_each_point_is_a_process_of_its_own(run, project):
    assert run("-p", "size=1,2,3,4", "-o", "out", "--jobs", "1")[0] == 0
    assert len(set(values(project / "out", PID))) == 4


def test_parquet_has_the_same_rows_with_types(run, project):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (extra sweep)")
    assert run("-p", "size=1,2", "-p", "kind=plain,mute", "-o", "out")[0] == 5
    read = parquet.read_table(project / "out/results.parquet")
    assert {name: str(read.schema.field(name).type) for name in ("size", "kind", "value", "error")} == {
        "size": "double",
        "kind": "string",
        "value": "double",
        "error": "string",
    }
    plain = [{name: "" if v is None else str(v) for name, v in row.items()} for row in read.to_pylist()]
    assert plain == table(project / "out")


def test_without_pyarrow_there_is_the_csv_and_a_word_about_it(run, project, monkeypatch):
    monkeypatch.setattr("compute_ledger.report.sweep.results_table.find_spec", lambda _: None)
    (project / "out").mkdir()
    for old in ("made-by-compute-ledger", "results.parquet"):
        (project / "out" / old).write_text("of a run before")
    code, out, err = run("-p", "size=1", "-o", "out")
    assert code == 0
    assert "results.parquet" not in out
    assert "pip install 'compute-ledger[sweep]'" in err
    assert table(project / "out")
    assert not (project / "out/results.parquet").exists()


FAILURES = {
    "raises": "ExecutionError: chapter.ipynb, cell 'compute': ValueError: no size 2.0",
    "leaves": "ExecutionError: chapter.ipynb, cell 'compute': SystemExit: 0",
    "dies": "ExecutionError: chapter.ipynb, cell 'compute': the process died; is there enough memory?",
    "hangs": "ExecutionError: chapter.ipynb, cell 'compute': still running after 2 s; stopped",
    "mute": "ExecutionError: chapter.ipynb: no cell tagged 'key-figures' shows any",
    "infinite": "ExecutionError: chapter.ipynb: its key figures are no plain finite values",
}


def test_failed_points_are_listed_and_stop_no_other(run, project):
    kinds = ",".join([*FAILURES, "plain"])
    code, out, err = run("-p", f"kind={kinds}", "-p", "size=2", "-o", "out", "--timeout", "2", "--json")
    assert code == 5
    assert err.startswith("error: 6 of 7 points failed, listed in ")
    assert err.count("\n") == 1
    failed = [row for row in table(project / "out") if row["status"] == "failed"]
    assert [(row["kind"], row["figure"], row["value"]) for row in failed] == [(kind, "", "") for kind in FAILURES]
    page = (project / "out/sweep.html").read_text(encoding="utf-8")
    assert "6 of 7 points failed" in page
    for row, failure in zip(failed, json.loads(out)["failed"], strict=True):
        assert row["error"].startswith(FAILURES[row["kind"]])
        assert failure == {"point": f"chapter with kind={row['kind']}, size=2.0", "error": row["error"]}
        assert BeautifulSoup(page, "html.parser").find("td", string=row["error"])
    assert values(project / "out") == [2.0]


def test_what_is_done_is_not_computed_again_but_what_failed_is(run, project):
    words = ["-p", "size=1,2", "-p", "kind=plain,raises", "-o", "out"]
    assert run(*words)[0] == 5
    first = values(project / "out", PID)
    code, out, _ = run(*words, "--json")
    assert (code, json.loads(out)["kept"]) == (5, 2)
    assert values(project / "out", PID) == first
    assert json.loads(run(*words, "--json", "--fresh")[1])["kept"] == 0
    assert not set(values(project / "out", PID)) & set(first)


def edit(project, cell_id, old, new):
    path = project / "notebooks/chapter.ipynb"
    notebook = nbformat.read(path, 4)
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, path)


@pytest.mark.parametrize("changed", ["a cell", "the data", "nothing"])
def test_a_point_is_computed_again_when_what_it_depends_on_changed(run, project, changed):
    (project / "data").mkdir()
    (project / "data/deals.csv").write_text("deal_id\n")
    words = ["-p", "size=1,2", "-o", "out", "--json"]
    run(*words)
    if changed == "a cell":
        edit(project, "key-figures", "sum(seen)\n", "sum(seen) * 10\n")
    if changed == "the data":
        (project / "data/deals.csv").write_text("deal_id\none\n")
    if changed == "nothing":
        edit(project, "after", "nothing", "no cell")
    assert json.loads(run(*words)[1])["kept"] == (2 if changed == "nothing" else 0)
    assert values(project / "out") == ([10.0, 20.0] if changed == "a cell" else [1.0, 2.0])


def test_killed_half_way_the_same_command_goes_on(project):
    command = [sys.executable, "-c", "from compute_ledger.cli import main; main()", "sweep"]
    command += ["-p", f"size={','.join(map(str, range(100)))}", "-o", "out", "--jobs", "1", "--json"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(project.glob("out/points/*.json"))) < 3:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.01)
    started = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    running.wait()
    assert psutil.wait_procs(started, timeout=30)[1] == [], "workers outlive the sweep"
    done = len(list(project.glob("out/points/*.json")))
    assert 3 <= done < 100
    assert not (project / "out/results.csv").exists()
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(again.stdout)["kept"] == done
    assert values(project / "out") == list(range(100))


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["-p", "sise=1,2"], 2, "unknown parameter 'sise' in any chapter; did you mean 'size'?"),
        (["-p", "size=1,inf"], 2, "'inf' is not a finite number for parameter 'size'"),
        (["-p", "size=1,200000"], 2, "out of range"),
        (["-p", "kind=Plain"], 2, "did you mean 'plain'?"),
        (["-p", "as_of=2025-02-30", "--chapter", "index"], 2, "is not a day of the calendar"),
        (["-p", "kind=x,y", "-p", "sise=1"], 2, "error: 3 mistakes in the grid: "),
        (["-p", "size=1,1.0"], 2, "value 1.0 of parameter 'size' is given twice"),
        (["-p", "import os; x=1"], 2, "is no parameter name"),
        (["-p", "as_of=latest", "-p", "size=1"], 2, "no chapter has all of these parameters: 'as_of' is in index"),
        (["-p", "as_of=latest"], 2, "no cell of chapter index is tagged 'key-figures'"),
        (["-p", "as_of=latest", "--chapter", "chapter"], 2, "unknown parameter 'as_of' in chapter"),
        (["-p", "size=1", "--chapter", "chaptr"], 3, "did you mean 'chapter'?"),
        ([], 2, "nothing to sweep; give a grid file, or -p name=a,b"),
        (["-p", "size=1,2,3", "--max-points", "2"], 2, "the grid has 3 points (3 size), more than 2"),
        (["nowhere.toml"], 2, "cannot read the grid nowhere.toml: No such file"),
        (["-p", "size=1", "-o", "notebooks"], 8, "it holds other files"),
        (["-p", "size=1", "-o", "book/contents.toml"], 8, "Not a directory"),
        (["-p", "size=1", "-o", "gibberish://x"], 8, "cannot reach gibberish://x"),
    ],
)
def test_a_mistake_is_one_clear_line_before_anything_runs(run, project, words, code, message):
    if any("://" in word for word in words):
        pytest.importorskip("fsspec", reason="fsspec is not installed (extra cluster)")
    exit_code, out, err = run("-o", "out", *words)
    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert message in err
    assert not list(project.rglob("points"))


def test_a_grid_of_a_million_points_is_refused_at_once(run, project):
    numbers = ", ".join(map(str, range(1000)))
    (project / "grid.toml").write_text(f"[grid]\nsize = [{numbers}]\nlayers = [{numbers}]\n")
    code, _, err = run("grid.toml", "-o", "out")
    assert code == 2
    assert "the grid has 1,000,000 points (1000 size x 1000 layers), more than 1,000" in err
    assert "raise --max-points" in err


def test_values_with_commas(run, project):
    """On the command line for parameters that take lists; in a grid file for all."""
    assert run("-p", "layers=cloud, chips", "-p", "layers=all", "-p", "size=1,2", "-o", "out")[0] == 0
    values = [row["layers"] for row in table(project / "out") if row["figure"] == "layers"]
    assert values == ["cloud, chips", "cloud, chips", "all", "all"]
    (project / "grid.toml").write_text('chapters = ["chapter"]\n[grid]\nlayers = ["cloud, chips", "all"]\nsize = 2\n')
    assert run("grid.toml", "-o", "out")[0] == 0
    assert [row["text"] for row in table(project / "out") if row["figure"] == "layers"] == ["cloud, chips", "all"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("size = 1", "unknown key 'size'"),
        ("[grids]\nsize = [1]", "unknown key 'grids'; did you mean 'grid'?"),
        ("[grid]", "has no table [grid] with lines such as"),
        ("[grid", "is not valid TOML"),
        ("[grid]\nsize = []", "parameter 'size' has no values"),
        ('chapters = "chapter"\n[grid]\nsize = [1]', "chapters must be a list of texts"),
    ],
)
def test_a_faulty_grid_file(run, project, text, message):
    (project / "grid.toml").write_text(text)
    code, _, err = run("grid.toml")
    assert code == 2
    assert message in err


def test_the_page_tells_the_move_of_each_figure(run, project):
    assert run("-p", "size=10,20,30", "-p", "kind=plain,squared", "-o", "out")[0] == 0
    page = BeautifulSoup((project / "out/sweep.html").read_text(encoding="utf-8"), "html.parser")
    titles = [title.get_text(strip=True) for title in page.select(".exhibit-title")]
    assert titles[:2] == [
        "Size <b> moves by up to 800 with size, from 100 (size 10.0) to 900 (30.0)",
        "Size <b> moves by up to 870 with kind, from 30 (kind plain) to 900 (squared)",
    ]
    assert titles[2:4] == ["Layers is all, whatever size is", "Layers is all, whatever kind is"]
    first = page.select("figure")[0]
    assert first.svg.title.string == titles[0]
    ends = {text.get_text() for text in first.select("svg text")}
    assert {"plain", "squared"} <= ends
    cells = [[cell.get_text() for cell in row.select("th, td")] for row in first.select("tbody tr")]
    assert cells[0] == ["10.0", "10", "55", "100", "2"]
    assert page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"].startswith("default-src 'none'")
    assert not page.find_all("script")
    assert not page.select("[style]")
    style = (project / "out/report.css").read_text(encoding="utf-8")
    assert stylesheet.compact((REPO / "book/static/report.css").read_text(encoding="utf-8")) in style
    assert style.endswith(page_faces()), "what its charts were measured in"
    assert (project / "out" / TYPEFACE.licence.name).is_file()
    for link in page.select("a[href]:not(.skip)"):
        assert (project / "out" / link["href"]).is_file()


def test_lines_that_end_together_have_one_name():
    lines = {("b", 1.0): {"x": 10.0, "y": 99.9}, ("a", 1.0): {"x": 0.0, "y": 0.0}, ("c" * 30, 1.0): {"y": 100.0}}
    names = response_chart.spec(lines, ["x", "y"], "kind", ["letter", "size"])["layer"][-1]["data"]["values"]
    assert names == [
        {"x": "y", "y": 0.0, "text": "a, 1.0"},
        {"x": "y", "y": pytest.approx(99.95), "text": "b, 1.0 +1"},
    ]


def test_many_settings_are_drawn_as_a_range(run, project):
    assert run("-p", f"size={','.join(map(str, range(1, 15)))}", "-p", "kind=plain,squared", "-o", "out")[0] == 0
    page = BeautifulSoup((project / "out/sweep.html").read_text(encoding="utf-8"), "html.parser")
    by_kind = page.select("figure")[1]
    assert "range and median over size" in by_kind.select_one(".exhibit-subtitle").get_text()
    assert any(path.get("fill-opacity") or path.get("opacity") for path in by_kind.select("svg path"))


def test_every_chapter_that_shows_key_figures_has_the_tag():
    for chapter in read_contents(REPO).chapters:
        notebook = nbformat.read(chapter.notebook, 4)
        showing = {
            cell.id
            for cell in notebook.cells
            for output in cell.get("outputs", ())
            if KEY_FIGURES in output.get("data", {})
        }
        tagged = {cell.id for cell in notebook.cells if TAG in cell.metadata.get("tags", [])}
        assert showing == tagged, chapter.slug


def test_every_cell_up_to_the_last_tagged_one_is_run():
    """Also one that looks as if it only showed something: what it calls may change a frame."""
    recipe = read_recipe(read_contents(REPO).chapter("index"), REPO)
    assert [cell.id for cell in recipe.cells] == ["setup", "parameters", "load", "payables", "headline", "key-figures"]


def test_every_part_of_the_key_counts(monkeypatch):
    recipe = Recipe("chapter", "chapter.ipynb", (Cell("a", "1"), Cell("b", "2")))
    changed = [
        (replace(recipe, slug="other"), {"size": 1}, "data"),
        (replace(recipe, cells=recipe.cells[1:]), {"size": 1}, "data"),
        (replace(recipe, cells=(Cell("a", "1 "), recipe.cells[1])), {"size": 1}, "data"),
        (recipe, {"size": 2}, "data"),
        (recipe, {"sise": 1}, "data"),
        (recipe, {"size": 1}, "other data"),
    ]
    keys = [sweep_run.key(*parts) for parts in [(recipe, {"size": 1}, "data"), *changed]]
    monkeypatch.setattr(sweep_run, "code_versions", lambda: ["another version"])
    keys.append(sweep_run.key(recipe, {"size": 1}, "data"))
    assert len(set(keys)) == len(keys)
    assert sweep_run.key(recipe, {"size": 1}, "data") == keys[-1]


def test_the_results_hold_no_formula_and_numbers_stay_numbers(tmp_path):
    figure = {"id": "f", "label": "=1+1", "unit": "@x", "value": -3.5, "text": "-3.5 bn"}
    done = [
        Done("chapter", {"size": -2.0, "kind": "+cmd|' /C calc'!A0"}, Outcome((figure,))),
        Done("chapter", {"size": 1.0, "kind": "x"}, Outcome(error="\t=2\r=3")),
    ]
    grid = SimpleNamespace(values={"size": (), "kind": ()}, annotations={"size": "float", "kind": "str"})
    results_table.write(grid, done, Folder(str(tmp_path / "out")))
    first, failed = table(tmp_path / "out")
    assert (first["size"], first["value"]) == ("-2.0", "-3.5")
    assert (first["kind"], first["label"]) == ("'+cmd|' /C calc'!A0", "'=1+1")
    assert (first["unit"], first["text"]) == ("'@x", "'-3.5 bn")
    assert failed["error"] == "'\t=2\n=3"


@pytest.fixture
def of_modules(tmp_path):
    """A project whose one sweepable chapter imports modules of its own, and the first point of a sweep of it now."""
    project = make_project(tmp_path / "p")
    path = project / "notebooks/chapter.ipynb"
    notebook = read_notebook(path)
    notebook.cells = [
        new_code_cell('as_of: str = "latest"\nwanted: str = "table.csv"', metadata={"tags": ["parameters"]}, id="p"),
        new_code_cell("from root_module import TWO", id="import"),
        new_code_cell("%%time\n%load_ext extension\nimport beside", id="with-magics"),
        new_code_cell(FIGURES, metadata={"tags": [TAG]}, id="figures"),
    ]
    write_notebook(notebook, path)
    (project / "notebooks/beside.py").write_text("ONE = 1\n")
    (project / "extension.py").write_text("def load_ipython_extension(shell):\n    pass\n")
    (project / "root_module.py").write_text("import deeper\n\nTWO = deeper.TWO\n")
    (project / "deeper.py").write_text("TWO = 2\n")
    (project / "table.csv").write_text("1")

    def planned():
        contents = read_contents(project)
        grid_of = grid.plan(contents, grid.read_assignments(["as_of=latest"], contents), ["chapter"], 10)
        return next(iter(sweep_run.Sweep(grid_of, project, Folder(str(tmp_path / "out")))._points()))

    return project, planned


def computed(planned):
    outcome = points.run_point(planned)
    return [figure["value"] for figure in outcome.figures] or outcome.error


def test_modules_beside_the_notebook_come_along_and_count(of_modules, tmp_path):
    """Those of cells with magics too, and also to a machine that has nothing of the project; so do files that
    parameters name by default."""
    project, planned = of_modules
    name, point = planned()
    assert [path for path, _ in point.recipe.modules] == [
        "notebooks/beside.py",
        "deeper.py",
        "extension.py",
        "root_module.py",
    ]
    away = replace(point, folder=tmp_path / "away", data_hash=points.hash_of(tmp_path / "away/data"))
    away.folder.mkdir()
    assert computed(point) == computed(away) == [3]
    names = {name}
    for changed in ("notebooks/beside.py", "deeper.py", "table.csv"):
        (project / changed).write_text((project / changed).read_text() + "\n")
        names.add(planned()[0])
    assert len(names) == 4


def test_a_kept_worker_keeps_no_module_that_was_edited(of_modules, tmp_path):
    """Here, and where modules come along; a point that was planned before the edit is refused."""
    project, planned = of_modules
    (tmp_path / "away").mkdir()

    def at_both():
        point = planned()[1]
        away = replace(point, folder=tmp_path / "away", data_hash=points.hash_of(tmp_path / "away/data"))
        return [computed(point), computed(away)]

    before = planned()[1]
    assert at_both() == [[3], [3]]
    (project / "deeper.py").write_text("TWO = 20\n")
    assert at_both() == [[21], [21]]
    assert "deeper.py was edited since the sweep began" in computed(before)
    (project / "deeper.py").write_text("import unplanned\n\nTWO = unplanned.TWO\n")
    (project / "unplanned.py").write_text("TWO = 200\n")
    assert at_both() == [[201], [201]]


def test_every_version_that_is_installed_counts(monkeypatch, tmp_path):
    """As in the cache of a build."""
    recipe = Recipe("chapter", "chapter.ipynb", (Cell("a", "1"),))
    before = sweep_run.key(recipe, {}, "data")
    (tmp_path / "new_thing-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    sweep_run.code_versions.cache_clear()
    assert sweep_run.key(recipe, {}, "data") != before
    monkeypatch.undo()
    sweep_run.code_versions.cache_clear()
    assert sweep_run.key(recipe, {}, "data") == before
