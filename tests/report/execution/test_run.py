import contextlib
import errno
import json
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from compute_ledger.report.book.contents import Chapter, Edition, read_contents
from compute_ledger.report.errors import ExecutionError, NotebookError, ParameterError
from compute_ledger.report.execution import worker_pools
from compute_ledger.report.execution.chapter_source import read_source
from compute_ledger.report.execution.jobs import Job, plan
from compute_ledger.report.execution.parallel_calls import in_parallel
from compute_ledger.report.execution.runner import run_job
from compute_ledger.report.execution.worker_pools import this_process, worker_pool
from compute_ledger.report.kernels import kernel_manager
from compute_ledger.report.notebooks.notebook_file import read_notebook, scrub, write_notebook
from tests.tiny_project import CONTENTS, make_project


@pytest.fixture
def contents(tmp_path):
    return read_contents(make_project(tmp_path / "p"))


def test_parameters_go_to_the_chapters_that_declare_them(contents, tmp_path):
    jobs = plan(contents, contents.editions, {"top": "4"}, tmp_path)
    assert {job.label: job.parameters for job in jobs} == {
        "latest/index": {},
        "latest/chapter": {"top": 4},
        "2025-11-07/index": {"as_of": "2025-11-07"},
        "2025-11-07/chapter": {"as_of": "2025-11-07", "top": 4},
    }
    assert len({job.output for job in jobs}) == 4


def test_what_was_given_wins_over_the_edition(contents, tmp_path):
    jobs = plan(contents, contents.editions[1:], {"as_of": "2024-01-01"}, tmp_path)
    assert {job.parameters["as_of"] for job in jobs} == {"2024-01-01"}


def test_a_name_that_no_chapter_declares_is_refused_before_anything_runs(contents, tmp_path):
    with pytest.raises(ParameterError, match=r"unknown parameter 'asof' in any chapter; did you mean 'as_of'\?"):
        plan(contents, contents.editions, {"asof": "2025-11-07"}, tmp_path)


def test_a_typing_mistake_in_an_edition_names_the_edition(tmp_path):
    project = make_project(tmp_path / "p", CONTENTS.replace('as_of = "2025', 'as_off = "2025'))
    contents = read_contents(project)
    with pytest.raises(ParameterError, match=r"'as_off' in any chapter, but edition '2025-11-07' sets it"):
        plan(contents, contents.editions, {}, tmp_path)


# What a cell does, and what is said of it; the chapter goes by the name of the case.
FAULTS = {
    "raises": ("raise ValueError('deals.csv, row 7: amount 12x')", "ValueError: deals.csv, row 7: amount 12x"),
    "hangs": ("while True: pass", "still running after 2 s; the kernel was stopped"),
    "stops": ("import os; os.kill(os.getpid(), 19)", "still running after 2 s; the kernel was stopped"),
    "dies": ("import os; os.kill(os.getpid(), 9)", "the kernel died of signal 9; is there enough memory?"),
    "exits": ("import os; os._exit(0)", "the kernel ended with exit code 0; no cell may end it"),
    "leaves": (
        "import sys; sys.exit(0)",
        "it ends the run, so that no cell below it was run; let it go on",
    ),
    "floods": (
        "while True: display('x' * 1_000_000)",
        "more than 64,000,000 bytes of output; the kernel was stopped; show or print less",
    ),
    "closes": ("import sys; sys.stdout.close(); print('x')", "ValueError: I/O operation on closed file"),
    "shuts": ("import os; os.close(1); os.close(2); print('heard')", ""),
}


def faulty(project, name):
    """A job whose chapter is a cell of FAULTS."""
    chapter = new_notebook(cells=[new_code_cell("n: int = 1", id="parameters", metadata={"tags": ["parameters"]})])
    chapter.cells.append(new_code_cell(FAULTS[name][0], id="last"))
    write_notebook(chapter, project / f"{name}.ipynb")
    edition = Edition("latest", "Latest", {}, "")
    timeout_s = 2 if "still running" in FAULTS[name][1] else 120
    source = read_source(Chapter(name, project / f"{name}.ipynb", name))
    return Job(source, edition, {}, project, project / "out" / name, timeout_s)


@pytest.mark.parametrize("warm", [True, False], ids=["forked", "cold"])
def test_every_way_to_fail_is_one_line_and_leaves_no_notebook(tmp_path, warm):
    names = [name for name in FAULTS if name != "floods"] if warm else ["dies", "floods"]
    jobs = [faulty(tmp_path, name) for name in names]
    with worker_pool(2, jobs=jobs if warm else ()) as pool:
        futures = [pool.submit(run_job, job) for job in jobs]
        errors = {name: future.exception() for name, future in zip(names, futures, strict=True)}
    messages = {name: f"{name}.ipynb, cell 'last': {FAULTS[name][1]}" for name in names if FAULTS[name][1]}
    assert {name: str(error) for name, error in errors.items() if error} == messages
    assert {type(error) for error in errors.values() if error} == {ExecutionError}
    assert [job.output.name for job in jobs if job.output.exists()] == ["shuts"] * warm
    assert not list(tmp_path.rglob("*.part"))


def test_a_run_leaves_no_trace_of_when_and_where(contents, tmp_path):
    """In a worker and in this process, with a folder of one's own as a parameter: equal bytes, no path of either."""
    parameters = {"data_dir": str(tmp_path / "own-data"), "as_of": "2025-11-07"}
    first = plan(contents, contents.editions[:1], parameters, tmp_path / "one")[1]
    second = plan(contents, contents.editions[:1], parameters, tmp_path / "two")[1]
    before = dict(os.environ), tempfile.gettempdir(), os.getcwd()
    with worker_pool(1, jobs=[first]) as pool:
        pool.submit(run_job, first).result()
    with this_process([second]) as pool:
        pool.submit(run_job, second).result()
    assert (dict(os.environ), tempfile.gettempdir(), os.getcwd()) == before
    text = first.output.read_text()
    assert text == second.output.read_text()
    assert str(tmp_path) not in text
    notebook = nbformat.reads(text, as_version=4)
    injected = next(cell for cell in notebook.cells if cell.id == "injected-parameters")
    assert 'data_dir = "own-data"' in injected.source
    record = notebook.metadata.compute_ledger
    values = {parameter["name"]: parameter["value"] for parameter in record.parameters}
    assert (values["data_dir"], values["as_of"], values["top"]) == ("own-data", "2025-11-07", 3)
    assert set(record.versions) == {"pandas", "altair", "papermill", "nbconvert"}


@pytest.mark.parametrize("forked", [True, False])
def test_whoever_interrupts_a_run_in_this_process_waits_for_no_cell(tmp_path, monkeypatch, forked):
    job = replace(faulty(tmp_path, "hangs"), timeout_s=300)
    if not forked:
        monkeypatch.setattr("compute_ledger.report.execution.worker_pools.WarmProcess", lambda *_: nullcontext())
    ended = []

    def alive():
        return [
            manager.process
            for manager in list(kernel_manager.running_kernels)
            if manager.process and manager.process.poll() is None
        ]

    def interrupted():
        with this_process([job]) as pool:
            ended.append(pool.submit(run_job, job))
            while not (started := alive()):
                time.sleep(0.05)
            ended.append(started[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert isinstance(ended[0].exception(), ExecutionError), "the cell would wait for minutes"
    assert ended[1].poll() is not None
    with this_process([]) as pool:
        assert pool.submit(os.getpid).result() == os.getpid()


def test_where_there_are_no_semaphores_everything_is_done_in_this_process(contents, tmp_path, monkeypatch):
    """As in a container without /dev/shm."""

    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refuse)
    job = plan(contents, contents.editions[:1], {}, tmp_path / "out")[0]
    with worker_pool(2, jobs=[job]) as pool:
        pool.submit(run_job, job).result()
        assert pool.submit(os.getpid).result() == os.getpid()
        assert pool.submit(os.environ.get, "COMPUTE_LEDGER_PICTURES").result() == "0"
    assert job.output.is_file()


def test_a_worker_that_dies_is_reported_with_the_page():
    with worker_pool(1) as pool, pytest.raises(ExecutionError, match="latest/x"):
        in_parallel("Running", {"latest/x": (os._exit, 1)}, pool)


def go_on_whatever_it_is_told(ended: str) -> None:
    """As a library does that catches what a signal raises in it."""
    Path(ended).with_suffix(".begun").touch()
    with contextlib.suppress(SystemExit):
        time.sleep(60)
    time.sleep(60)
    Path(ended).touch()


def interrupted_under_way(pool: ProcessPoolExecutor, ended: Path) -> None:
    pool.submit(go_on_whatever_it_is_told, str(ended))
    while not ended.with_suffix(".begun").exists():
        time.sleep(0.05)
    raise KeyboardInterrupt


def test_a_worker_that_does_not_stop_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_pools, "STOP_S", 0.2)
    ended = tmp_path / "a.ended"
    with pytest.raises(KeyboardInterrupt), worker_pool(1) as pool:
        interrupted_under_way(pool, ended)
    assert multiprocessing.active_children() == []
    assert not ended.exists()


def test_workers_are_fresh_processes():
    with worker_pool(1) as pool:
        assert isinstance(pool, ProcessPoolExecutor)
        assert pool._mp_context.get_start_method() == "spawn", "V8 does not survive a fork"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no valid notebook"),
        ("{}", "is no valid notebook"),
        ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}', "without cell ids"),
        ('{"worksheets": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}', "n.ipynb"),
    ],
)
def test_a_file_that_is_no_current_notebook(tmp_path, text, message):
    (tmp_path / "n.ipynb").write_text(text)
    with pytest.raises(NotebookError) as caught:
        read_notebook(tmp_path / "n.ipynb")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_cells_with_one_id(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("a", id="same")])
    notebook.cells *= 2
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    with pytest.raises(NotebookError, match="two cells with the id 'same'"):
        read_notebook(tmp_path / "n.ipynb")


def test_a_notebook_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "n.ipynb"
    write_notebook(nbformat.v4.new_notebook(), target)
    before = target.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_notebook(nbformat.v4.new_notebook(), target)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_scrub_keeps_ids_and_tags():
    cell = nbformat.v4.new_code_cell("1", id="word", metadata={"tags": ["a"], "papermill": {"duration": 1}})
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"papermill": {"input_path": "/home/me"}})
    scrub(notebook, {"edition": "latest"}, {})
    assert notebook.cells[0].id == "word"
    assert notebook.cells[0].metadata == {"tags": ["a"]}
    assert notebook.metadata == {"compute_ledger": {"edition": "latest"}}


def test_what_a_kernel_says_that_cannot_start_is_in_the_one_line(tmp_path, monkeypatch, capfd):
    """And nowhere else: a build that is stopped while one starts takes its folder from it."""
    monkeypatch.setenv("COMPUTE_LEDGER_WARM", "")  # none is forked
    cell = nbformat.v4.new_code_cell("1")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "in.ipynb")
    with pytest.raises(ExecutionError, match=r"in\.ipynb: .* it said: .*no-such-transport"):
        papermill.execute_notebook(
            tmp_path / "in.ipynb",
            None,
            engine_name="compute-ledger",
            kernel_name="python3",
            progress_bar=False,
            extra_arguments=["--IPKernelApp.transport=no-such-transport"],
        )
    assert "no-such-transport" not in capfd.readouterr().err
