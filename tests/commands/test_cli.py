import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from compute_ledger import cli
from compute_ledger.ledger.tables.problems import WARNING, Problem
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.site.page_checks import check_site
from tests.ledger_copy import add_row, copy_ledger, remove_row, set_cells
from tests.tiny_project import NOTEBOOKS, REPO, make_project


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command line in this process; returns exit code, stdout, stderr."""

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["compute-ledger", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return stopped.value.code, out, err

    return ran


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(make_project(tmp_path / "p"))
    return tmp_path / "p"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["build", "-p", "asof=2025-11-07"], 2, "unknown parameter 'asof' in any chapter; did you mean 'as_of'?"),
        (["build", "-p", "as_of=2025-02-30"], 2, "'2025-02-30' is not a day of the calendar"),
        (["build", "-p", "entrant_share_pct=inf"], 2, "not a finite number"),
        (["build", "-p", "basis=Headline"], 2, "did you mean 'headline'?"),
        (["build", "-p", "import os; x=1"], 2, "is no parameter name"),
        (["build", "-p", "top"], 2, "write it as name=value"),
        (["build", "-p", "top=3", "-p", "top=4"], 2, "given twice"),
        (["build", "--edition", "lates"], 3, "unknown edition 'lates'"),
        (["build", "--data", "nowhere"], 7, "no folder nowhere"),
        (["build", "--data", ".", "-p", "data_dir=x"], 2, "not both"),
        (["build", "--out", "notebooks"], 8, "will not publish into notebooks"),
        (["build", "--out", "."], 8, "will not replace ."),
        (["build", "--out", "book/contents.toml"], 8, "it is a file"),
        (["build", "--jobs", "0"], 2, "0 is not in the range"),
        (["build", "--editon", "latest"], 2, "No such option"),
        (["bild"], 2, "No such command 'bild'"),
        (["params", "chaptr"], 3, "did you mean 'chapter'?"),
        (["params", "--project", "/"], 3, "--project must name the project's folder"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_mistake_is_one_clear_line_and_the_code_of_its_class(run, words, code, message):
    assert run(*words)[0] == code
    _, out, err = run(*words)
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1
    assert out == ""


WITNESS = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from compute_ledger.cli import main
try:
    main()
finally:
    print(*[name for name in opened if "/data/" in name and "/p/" in name], sep="\\n")
"""


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["build", "-p", "as_fo=2025-11-07"], 2, "unknown parameter 'as_fo' in any chapter; did you mean 'as_of'?"),
        (["build", "-p", "top=many"], 2, "'many' is not a whole number for parameter 'top' in chapter.ipynb"),
        (["build", "--edition", "lates"], 3, "unknown edition 'lates' in book/contents.toml; did you mean 'latest'?"),
        (["build", "--out", "notebooks"], 8, "will not publish into notebooks: it is part of the project"),
        (["run", "chapter", "-p", "as_fo=2025-11-07"], 2, "unknown parameter 'as_fo' in chapter.ipynb; did you mean"),
        (["run", "chapter", "-o", "notebooks"], 8, "will not publish into notebooks: it is part of the project"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_before_the_ledger_is_read(project, words, code, message):
    ledger = copy_ledger(project)
    set_cells(ledger, "deals", "forge-2025-09", amount_usd_bn="12x")
    ledger.rename(project / "data")
    done = subprocess.run([sys.executable, "-c", WITNESS, *words], cwd=project, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert done.stderr.startswith(f"error: {message}")
    assert done.stdout.strip() == "", "no file of the ledger is opened"


def test_a_result_that_cannot_be_told_is_an_error(project):
    with open("/dev/full", "w") as full:
        words = [sys.executable, "-c", "from compute_ledger.cli import main; main()", "params"]
        done = subprocess.run(words, cwd=project, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 8
    assert done.stderr == (
        "error: cannot write to the standard output: No space left on device; the work itself is done\n"
    )


def test_another_error_of_the_system_is_not_taken_for_one_of_the_output(project):
    code = "from compute_ledger import cli\nfrom compute_ledger.report.book import contents\n"
    code += "def full(*_): raise OSError(28, 'No space left on device')\ncontents.read_contents = full\ncli.main()"
    done = subprocess.run([sys.executable, "-c", code, "params"], cwd=project, capture_output=True, text=True)
    assert done.stderr.startswith("error: No space left on device; temporary files go to ")
    assert (done.returncode, done.stderr.count("\n")) == (8, 1)


def test_an_end_of_input_in_a_command_is_no_interruption(project):
    code = "from compute_ledger import cli\nfrom compute_ledger.report.book import contents\n"
    code += "def ends(*_): raise EOFError('cut short')\ncontents.read_contents = ends\ncli.main()"
    done = subprocess.run([sys.executable, "-c", code, "params"], cwd=project, capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (70, "EOFError: cut short")


def test_outside_a_project(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run("build")
    assert (code, err.count("\n")) == (3, 1)
    assert "--project DIR" in err


def test_params_lists_name_type_default_and_help(run, project):
    code, out, _ = run("params", "chapter")
    assert code == 0
    assert "  entrant_share_pct: float = 5.0\n      percent of the market; 0 to 20\n" in out
    assert run("params", "--project", project)[1].startswith("index\n")


def test_check_prints_a_line_a_problem(run, project, monkeypatch):
    problems = [
        Problem("deals.csv", 3, "amount_usd_bn", "12x", "is no number", "write 12"),
        Problem("sources.csv", 0, "", "", "missing", "add it"),
        Problem("deals.csv", 4, "buyer", "Opnai", "is nearly 'OpenAI'", "write it so", WARNING),
    ]
    lines = [
        "deals.csv, row 3, column amount_usd_bn: '12x' is no number; write 12",
        "sources.csv: missing; add it",
        "warning: deals.csv, row 4, column buyer: 'Opnai' is nearly 'OpenAI'; write it so",
    ]
    check_module = SimpleNamespace(check_folder=lambda _: problems, installed_frictionless=lambda: sys)
    monkeypatch.setitem(sys.modules, "compute_ledger.ledger.ledger_check", check_module)
    (project / "data").mkdir()
    code, out, err = run("check")
    assert (code, out.splitlines(), err) == (7, lines, f"error: 2 problems in {project / 'data'}\n")
    del problems[:2]
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert out.splitlines() == [lines[2], f"{project / 'data'}: no problem found, 1 warning"]
    problems.clear()
    assert run("check", project / "data")[:2] == (0, f"{project / 'data'}: no problem found\n")
    assert run("check", "nowhere")[0] == 7


def test_check_without_frictionless_says_what_the_second_opinion_needs(run, tmp_path, monkeypatch):
    ledger = copy_ledger(tmp_path)
    hint = "no second opinion: frictionless is missing; pip install 'compute-ledger[check]'\n"
    sound = f"{ledger}: no problem found\n"
    assert run("check", ledger) == (0, sound, "")
    monkeypatch.setitem(sys.modules, "frictionless", None)  # an import of it raises ModuleNotFoundError
    assert run("check", ledger) == (0, sound, hint)
    assert run("check", "--json", ledger) == (0, "[]\n", hint)
    set_cells(ledger, "deals", "forge-2025-09", status="x")
    code, out, err = run("check", ledger)
    assert (code, out.count("\n")) == (7, 1)
    assert "'x'" in out
    assert err == f"{hint}error: 1 problem in {ledger}\n"


def test_check_tells_programs_in_json(run, tmp_path):
    ledger = copy_ledger(tmp_path)
    assert run("check", "--json", ledger) == (0, "[]\n", "")
    long = "X" * 300
    add_row(ledger, "deals", deal_id=long)
    code, out, err = run("check", "--json", ledger)
    assert code == 7
    assert re.fullmatch(rf"error: \d+ problems in {ledger}\n", err)
    problems = json.loads(out)
    fields = {"file", "row", "column", "value", "message", "fix", "severity", "paste"}
    assert all(set(problem) == fields for problem in problems)
    assert {
        problem["value"] for problem in problems if problem["file"] == "deals.csv" and problem["column"] == "deal_id"
    } == {long[:200]}
    assert {problem["severity"] for problem in problems} == {"error"}


def test_check_offers_the_row_to_paste(run, tmp_path):
    """Below the line of the fault for people, beside `fix` for programs; once pasted, nothing lacks."""
    ledger = copy_ledger(tmp_path)
    remove_row(ledger, "evidence", "deals,forge-2025-09")
    line = "deals,forge-2025-09,forge-2025-09-order,headline"
    code, out, _ = run("check", ledger)
    assert code == 7
    assert out.splitlines()[1:] == ["  paste into evidence.csv:", line]
    (problem,) = json.loads(run("check", "--json", ledger)[1])
    assert problem["paste"] == {"file": "evidence.csv", "line": line}
    with open(ledger / "evidence.csv", "a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    assert run("check", "--json", ledger) == (0, "[]\n", "")


def test_check_lists_what_has_aged_by_a_day(run, tmp_path, monkeypatch):
    """A report, so 0 however long it is; a fault of the ledger, or a day that is none, is an error."""
    ledger = copy_ledger(tmp_path)
    code, out, err = run("check", "--stale", "2026-06-30", ledger)
    assert (code, err) == (0, "")
    assert out.startswith(
        "Newest claim older than 365 days (2): add a claim of a younger page, or the end of the row\n"
        "  deals  stratus-2025-05-site  420 days\n"
        "  regimes  nimbus-first-refusal  420 days\n"
        "Run rates older than 92 days (1): "
    )
    assert out.endswith(f"\n{ledger} on 2026-06-30: 24 rows to look at again\n")
    records = json.loads(run("check", "--stale", "2026-06-30", "--json", ledger)[1])
    assert len(records) == 24
    assert records[0] == {
        "group": "old_claims",
        "table": "deals",
        "row_id": "stratus-2025-05-site",
        "age_days": 420,
        "renewal": "add a claim of a younger page, or the end of the row",
    }
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782820800")  # noon of that day
    assert run("check", "--stale", "today", ledger) == (0, out, "")
    assert run("check", "--stale", "2016-01-01", ledger)[:2] == (
        0,
        f"{ledger} on 2016-01-01: 0 rows to look at again\n",
    )
    for word in ("2026-06-31", "yesterday", "latest"):
        code, _, err = run("check", "--stale", word, ledger)
        assert (code, err) == (
            2,
            f"error: --stale '{word}' is not a day; write YYYY-MM-DD, such as 2026-07-01, or today\n",
        )
    set_cells(ledger, "deals", "forge-2025-09", status="x")
    code, out, err = run("check", "--stale", "2026-06-30", ledger)
    assert (code, out) == (7, "")
    assert err.startswith("error: deals.csv, row 9, column status: 'x' is not allowed here")


def test_a_warning_stops_neither_a_check_for_programs_nor_a_command(run, tmp_path):
    ledger = copy_ledger(tmp_path)
    set_cells(ledger, "deals", "forge-2025-09", counterparty="Nimbsu")
    code, out, err = run("check", "--json", ledger)
    assert (code, err) == (0, "")
    assert [(problem["row"], problem["severity"]) for problem in json.loads(out)] == [(9, "warning")]


def test_the_ledger_that_was_used_is_what_the_book_offers(run, project, monkeypatch):
    offered = []

    def built(request, extras, _made_from):
        offered.append({path.name: path.read_bytes() for path in extras.iterdir()})
        return request.folder

    monkeypatch.setattr("compute_ledger.report.site.book_build.build_book", built)
    shutil.copytree(REPO / "tests/ledger_example", project / "data")
    (project / "LICENSE-DATA").write_text("terms")
    shutil.copytree(REPO / "tests/ledger_example", project / "own")
    for words in ([], ["--data", "own"], ["-p", "data_dir=own"]):
        assert run("build", *words)[0] == 0
    published, own_files, named = offered
    assert published["LICENSE-DATA"] == b"terms"
    assert published["deals.csv"] == (project / "data/deals.csv").read_bytes()
    assert own_files == named
    assert "LICENSE-DATA" not in own_files, "these are the terms of another ledger"


@pytest.mark.parametrize("chapter", ["method", "index"])
def test_a_chapter_of_the_real_book_is_made_by_itself(tmp_path, chapter):
    """What concerns the whole book, such as its languages and its page of formulas, asks nothing of one chapter."""
    words = ["run", chapter, "-p", "as_of=2026-01-31", "--project", REPO, "-o", tmp_path / "alone"]
    main = "from compute_ledger.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", main, *words], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert check_site(tmp_path / "alone") == []


def test_the_whole_book_is_built_from_a_ledger_of_somebody_else(tmp_path):
    """Every chapter of the real book, over an invented buyer: no text may presume whose deals these are."""
    out = tmp_path / "book"
    words = ["build", "--project", REPO, "--data", REPO / "tests/ledger_example", "--out", out]
    main = "from compute_ledger.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", main, *words], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    slugs = {chapter.slug for chapter in read_contents(REPO).chapters}
    assert {page.parent.name for page in out.glob("*/*.html")} >= {"deals", "embed", "rows", "suppliers"}
    assert {page.stem for page in out.glob("*.html")} == {
        *slugs,
        "codebook",
        "download",
        "glossary",
        "print",
        "status",
        "whats-new",
    }
    assert check_site(out) == []
    for page in out.rglob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        assert "OpenAI" not in soup.title.text
        text = soup.main.get_text(" ")
        place = text.find("OpenAI")
        assert place < 0, f"{page.name}: …{text[max(0, place - 100) : place + 100]}…"
    assert (out / "data/deals.csv").read_bytes() == (REPO / "tests/ledger_example/deals.csv").read_bytes()


def test_options_reach_the_builder(run, project, monkeypatch):
    requests, seen = [], []

    def built(request, _extras, made_from):
        requests.append(request)
        seen.append(made_from)
        return request.folder

    monkeypatch.setattr("compute_ledger.report.site.book_build.build_book", built)
    shutil.copytree(REPO / "tests/ledger_example", project / "own")
    assert run("build")[:2] == (0, f"The book is in {project / 'book/_build/html/index.html'}\n")
    run("build", "--edition", "latest", "--out", "x", "--jobs", "3", "--force", "--timeout", "7")
    run("build", "-p", "top=4", "--data", "own")
    run("build", "--no-cache", "--explain")
    everything, chosen, own_request, anew = requests
    assert [edition.name for edition in everything.chosen] == ["latest", "2025-11-07"]
    assert everything.parameters == {}
    assert [edition.name for edition in chosen.chosen] == ["latest"]
    assert (chosen.folder, chosen.jobs, chosen.force, chosen.timeout_s) == (Path("x"), 3, True, 7)
    assert (chosen.cache, chosen.tell, chosen.version) == (project / "book/_build/cache", None, cli.__version__)
    assert own_request.folder == project / "book/_build/custom", "never over the published book"
    assert own_request.parameters == {"top": "4", "data_dir": str(project / "own")}
    assert [edition.name for edition in own_request.chosen] == ["latest"]
    assert (anew.cache, callable(anew.tell)) == (None, True)
    assert (len(set(seen)), seen[3]) == (4, ""), "a hash for each, and none without a cache"


def test_a_book_is_shown_in_the_browser_when_asked_for(run, project, monkeypatch):
    opened = []
    monkeypatch.setattr("compute_ledger.report.site.book_build.build_book", lambda request, *_: request.folder)
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or len(opened) == 1)
    run("build")
    assert opened == []
    run("build", "--open")
    assert opened == [(project / "book/_build/html/index.html").as_uri()]
    code, _, err = run("build", "--open")
    assert (code, err) == (0, "no browser was found to open it in\n")


def test_help_tells_what_to_type(run):
    assert run("--help")[0] == 0
    _, out, _ = run("build", "-h")
    for word in ("--edition", "--out", "--jobs", "--force", "-p NAME=VALUE", "--data"):
        assert word in out


def started(project, tmp_path, *words):
    """A build in a process of its own; it and all that it starts know TMPDIR."""
    # A shell starts what runs in its background with Ctrl-C ignored, and so would the tests and the build.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    return subprocess.Popen(
        [sys.executable, "-c", f"{heard}; from compute_ledger.cli import main; main()", "build", *words],
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_a_build_ends_everything_and_leaves_nothing(tmp_path, stop):
    project = make_project(tmp_path / "p", chapter="hangs")
    build = started(project, tmp_path)
    try:
        wait_until(lambda: len(kernels(project)) > 1)
        (os.killpg if stop == signal.SIGINT else os.kill)(build.pid, stop)
        _, err = build.communicate(timeout=120)
    finally:
        if build.poll() is None:
            os.killpg(build.pid, signal.SIGKILL)
            build.communicate()
    assert (build.returncode, err.strip()) == (130, "error: interrupted; nothing was published")
    wait_until(lambda: not started_with(tmp_path))
    left = {path.name for path in (project / "book/_build").iterdir()}
    assert left <= {"cache"}, "only what was finished is kept"
    assert not [path for path in project.rglob("*") if path.name.startswith(".")]
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_a_killed_build_leaves_no_process_and_the_next_just_works(tmp_path):
    project = make_project(tmp_path / "p", chapter="hangs")
    build = started(project, tmp_path)
    wait_until(lambda: len(kernels(project)) > 1)
    assert started_with(tmp_path)
    build.kill()
    try:
        wait_until(lambda: not started_with(tmp_path), seconds=20)
    finally:
        for left in started_with(tmp_path):
            os.kill(int(left), signal.SIGKILL)
        build.communicate()
    assert not (project / "book/_build/html").exists()
    shutil.copy(NOTEBOOKS / "chapter.ipynb", project / "notebooks")
    build = started(project, tmp_path, "--edition", "latest")
    assert build.communicate()[1] == ""
    assert check_site(project / "book/_build/html") == []
    assert not [path for path in project.rglob("*") if path.name.startswith(".")], "what the killed one left is gone"
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def started_with(tmp_path):
    """Processes that were given this TMPDIR and still run."""
    names = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={tmp_path}\0".encode() in (process / "environ").read_bytes():
                names.append(process.name)
        except OSError:
            continue
    return names


def kernels(project):
    """Processes in `project` that know of kernels: they, and the one that they are forked from."""
    names = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == str(project) and b"ipykernel" in (process / "cmdline").read_bytes():
                names.append(process.name)
        except OSError:
            continue
    return names


def wait_until(condition, seconds=60):
    for _ in range(seconds * 10):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to that")
