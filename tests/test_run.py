import json
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext

import nbformat
import pytest

from compute_ledger.report import kernel
from compute_ledger.report.contents import read_contents
from compute_ledger.report.errors import ExecutionError, NotebookError, ParameterError
from compute_ledger.report.notebooks import read_notebook, scrub, write_notebook
from compute_ledger.report.pools import this_process, worker_pool
from compute_ledger.report.run import Job, in_parallel, plan, run_job

from .tiny_project import CONTENTS, make_project


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


def failing(project, notebook, tmp_path, timeout_s=300):
    contents = read_contents(make_project(project, chapter=notebook))
    (_, job) = plan(contents, contents.editions[:1], {}, tmp_path / "out")
    return Job(job.chapter, job.edition, job.parameters, job.root, job.output, timeout_s)


def test_every_way_to_fail_is_one_line_and_leaves_no_notebook(tmp_path):
    jobs = [
        failing(tmp_path / "a", "raises", tmp_path / "a"),
        failing(tmp_path / "c", "hangs", tmp_path / "c", timeout_s=1),
        failing(tmp_path / "b", "kernel-dies", tmp_path / "b"),
    ]
    with worker_pool(2, jobs=jobs[-1:]) as pool:  # the last is forked, the others start cold
        errors = [future.exception() for future in [pool.submit(run_job, job) for job in jobs]]
    assert [type(error) for error in errors] == [ExecutionError] * 3
    assert [str(error) for error in errors] == [
        "chapter.ipynb, cell 'load-ledger': ValueError: deals.csv, row 7: amount 12x is no number; write 12",
        "chapter.ipynb, cell 'wait': still running after 1 s; the kernel was stopped",
        "chapter.ipynb, cell 'last': the kernel died; is there enough memory?",
    ]
    assert not any(job.output.exists() for job in jobs)
    assert not list(tmp_path.rglob("*.part"))


def test_a_run_leaves_no_trace_of_when_and_where(contents, tmp_path):
    """In a worker and in this process, with a folder of one's own as a parameter: equal bytes, no path of either."""
    given = {"data_dir": str(tmp_path / "own-data"), "as_of": "2025-11-07"}
    first = plan(contents, contents.editions[:1], given, tmp_path / "one")[1]
    second = plan(contents, contents.editions[:1], given, tmp_path / "two")[1]
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
    values = {each["name"]: each["value"] for each in record.parameters}
    assert (values["data_dir"], values["as_of"], values["top"]) == ("own-data", "2025-11-07", 3)
    assert set(record.versions) == {"pandas", "altair", "papermill", "nbconvert"}


@pytest.mark.parametrize("forked", [True, False])
def test_whoever_interrupts_a_run_in_this_process_waits_for_no_cell(tmp_path, monkeypatch, forked):
    job = failing(tmp_path / "p", "hangs", tmp_path)
    if not forked:
        monkeypatch.setattr("compute_ledger.report.pools.WarmProcess", lambda *_: nullcontext())
    ended = []

    def interrupted():
        with this_process([job]) as pool:
            ended.append(pool.submit(run_job, job))
            while not (started := [each.process for each in list(kernel._running) if each.process]):
                time.sleep(0.05)
            ended.append(started[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert isinstance(ended[0].exception(), ExecutionError), "the cell would wait for minutes"
    assert ended[1].poll() is not None
    with this_process([]) as pool:
        assert pool.submit(os.getpid).result() == os.getpid()


def test_a_worker_that_dies_is_reported_with_the_page():
    with worker_pool(1) as pool, pytest.raises(ExecutionError, match="latest/x"):
        in_parallel("Running", {"latest/x": (os._exit, 1)}, pool)


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
