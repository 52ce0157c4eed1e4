"""The sweep on a real dask scheduler with two workers, and results at an address of fsspec."""

import csv
import importlib.util
import io
import json
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future
from dataclasses import replace

import pytest

from compute_ledger import cli
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.errors import DataError
from compute_ledger.report.execution.worker_pools import worker_pool
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.sweep import executors, sweep_run
from compute_ledger.report.sweep.grid import plan
from compute_ledger.report.sweep.points import Outcome, Point, hash_of, packed, run_point
from compute_ledger.report.sweep.sweep_run import Sweep
from tests.tiny_project import make_project

DASK = importlib.util.find_spec("distributed") is not None
needs_dask = pytest.mark.skipif(not DASK, reason="distributed is not installed (extra cluster)")
SWEEP = [sys.executable, "-c", "from compute_ledger.cli import main; main()", "sweep", "--json"]


@pytest.fixture
def project(tmp_path):
    root = make_project(tmp_path / "p", chapter="key-figures")
    (root / "data").mkdir()
    (root / "data/deals.csv").write_text("deal_id\none\n")
    return root


@pytest.fixture
def scheduler(tmp_path):
    """Address of a scheduler, and its two workers as processes; they run in a folder without the project."""
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "scheduler.json"
    module = [sys.executable, "-m"]
    quiet = {"cwd": tmp_path / "elsewhere", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    where = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [
        subprocess.Popen(
            [*module, "distributed.cli.dask_scheduler", *where, "--port", "0", "--scheduler-file", str(file)], **quiet
        )
    ]
    while not (file.exists() and file.read_text()):
        assert started[0].poll() is None
        time.sleep(0.05)
    address = json.loads(file.read_text())["address"]
    worker = [*module, "distributed.cli.dask_worker", address, *where, "--no-nanny", "--nthreads", "1"]
    started += [subprocess.Popen([*worker, "--name", str(number)], **quiet) for number in (1, 2)]
    try:
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def values(text):
    return [float(row["value"]) for row in csv.DictReader(io.StringIO(text)) if row["figure"] == "size"]


@needs_dask
def test_a_worker_that_is_killed_in_the_middle_costs_no_point(scheduler, project):
    address, workers = scheduler
    numbers = ",".join(map(str, range(60)))
    words = ["--scheduler", address, "-p", f"size={numbers}", "-o", "out"]
    running = subprocess.Popen([*SWEEP, *words], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while len(list(project.glob("out/points/*.json"))) < 10:
        assert running.poll() is None, running.stderr.read()
        time.sleep(0.01)
    done = len(list(project.glob("out/points/*.json")))
    workers[0].send_signal(signal.SIGKILL)
    out, err = running.communicate()
    assert (running.returncode, json.loads(out)["failed"]) == (0, []), err
    assert done < 60, "the worker was to be killed in the middle"
    assert values((project / "out/results.csv").read_text()) == list(range(60))


@needs_dask
def test_a_scheduler_that_does_not_answer(project):
    words = ["--scheduler", "tcp://127.0.0.1:9", "-p", "size=1,2", "-o", "out"]
    done = subprocess.run([*SWEEP, *words], cwd=project, capture_output=True, text=True)
    assert done.returncode == 5
    assert done.stderr.startswith("error: no scheduler answers at tcp://127.0.0.1:9")
    assert done.stderr.count("\n") == 1


def test_without_dask_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(executors.ExecutionError, match=r"pip install 'compute-ledger\[cluster\]'"):
        executors.distributed("tcp://x").__enter__()


@pytest.fixture
def point(project):
    """A point as it goes to a machine that does not see the project: there is no such folder."""
    (recipe,) = plan(read_contents(project), {"size": [1]}, [], 1).recipes
    data = project / "data"
    return Point(recipe, {"size": 1.0}, project / "nowhere", hash_of(data), 60, packed(data))


def test_a_point_brings_its_data_along(point, project):
    own_point = replace(point, packed=None, parameters={"data_dir": str(project / "data")})
    other_point = replace(own_point, data_hash="0" * 64)
    with worker_pool(1) as pool:
        sent, seen, wrong = pool.map(run_point, [point, own_point, other_point])
    for outcome in (sent, seen):
        assert outcome.error == ""
        assert {figure["id"]: figure["value"] for figure in outcome.figures}["rows"] == 2
    assert wrong.error.startswith(f"DataError: {project / 'data'} on ")
    assert wrong.error.endswith("does not hold the data that the sweep began with")


def test_data_too_large_to_send(project, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep_run, "MOST_PACKED", 10)
    grid = plan(read_contents(project), {"size": [1]}, [], 1)
    with pytest.raises(DataError, match="where all workers see it under one path and give -p data_dir=PATH"):
        Sweep(grid, project, Folder(str(tmp_path / "out")), send_data=True).run(Counting(), 2, resume=True)


class Counting(Executor):
    """An executor that computes nothing, a little later, and knows how many points it ever had at once."""

    def __init__(self):
        self.given, self.most = [], 0

    def submit(self, *_, **__):
        self.given.append(Future())
        self.most = max(self.most, sum(not future.done() for future in self.given))
        threading.Timer(0.02, self.given[-1].set_result, [Outcome()]).start()
        return self.given[-1]


def test_any_executor_will_do_and_is_never_given_the_whole_grid(project, tmp_path):
    grid = plan(read_contents(project), {"size": list(range(50))}, [], 1000)
    executor = Counting()
    Sweep(grid, project, Folder(str(tmp_path / "out"))).run(executor, 2, resume=True)
    assert len(executor.given) == 50
    assert executor.most == 2
    assert len(list((tmp_path / "out/points").glob("*.json"))) == 50


def test_results_at_an_address(project, monkeypatch, capsys):
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed (extra cluster)")
    monkeypatch.chdir(project)
    monkeypatch.setattr(
        sys, "argv", ["compute-ledger", "sweep", "-p", "size=1,2", "-o", "memory://bucket/run", "--json"]
    )
    for kept_points in (0, 2):
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == 0
        summary = json.loads(capsys.readouterr().out)
        assert summary["kept"] == kept_points
        assert summary["page"] == "memory://bucket/run/sweep.html"
    stored = fsspec.filesystem("memory")
    assert values(stored.cat_file("/bucket/run/results.csv").decode()) == [1.0, 2.0]
    assert stored.cat_file("/bucket/run/sweep.html").startswith(b"<!DOCTYPE html>")
