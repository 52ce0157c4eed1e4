"""Many notebooks in one process through the engine: threads, an event loop that runs, a fork."""

import gc
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import papermill
import pytest
from jupyter_core.utils import ensure_event_loop
from nbformat.v4 import new_code_cell, new_notebook
from papermill.iorw import papermill_io

from compute_ledger.report.errors import ExecutionError
from compute_ledger.report.kernels import shared_fork_servers
from compute_ledger.report.notebooks.notebook_file import write_notebook

PYTHON = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
# Their imports differ, so that each needs a warm process of its own.
CELLS = {
    "plain": ("import json", "print(n)"),
    "slow": ("import csv", "import time; time.sleep(1)\nprint(n)"),
    "fails": ("import ast", "raise ValueError(n)"),
}

# Python 3.12 warns of any fork beside threads: that is what is tried.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@contextmanager
def threads(number):
    """Threads whose event loops, which nbclient makes for each, are closed."""
    loops = []
    with ThreadPoolExecutor(number, initializer=lambda: loops.append(ensure_event_loop())) as executor:
        yield executor
    for loop in loops:
        loop.close()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(shared_fork_servers.WARM_PROCESS, raising=False)
    for name, (imports, body) in CELLS.items():
        parameters = new_code_cell("n: int = 0", metadata={"tags": ["parameters"]})
        cells = [parameters, new_code_cell(imports, id="imports"), new_code_cell(body, id="last")]
        write_notebook(new_notebook(metadata=PYTHON, cells=cells), tmp_path / f"{name}.ipynb")
    yield tmp_path
    shared_fork_servers.end_all()


def open_files():
    gc.collect()  # event loops of threads that have ended
    return len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0


def run(name, n=0, **settings):
    """What the notebook prints; its output is <name>-<n>.ipynb."""
    executed = papermill.execute_notebook(
        f"{name}.ipynb",
        f"{name}-{n}.ipynb",
        {"n": n},
        engine_name="compute-ledger",
        progress_bar=False,
        **settings,
    )
    return executed.cells[-1].outputs[0].text


def test_twelve_runs_in_four_threads_end_as_they_would_alone(folder):
    handlers, opened = list(papermill_io._handlers), []
    for _ in range(2):
        with threads(4) as pool:
            runs = {(name, n): pool.submit(run, name, n) for n in range(4) for name in CELLS}
        for (name, n), done in runs.items():
            if name == "fails":
                message = rf"fails\.ipynb, cell 'last': ValueError: {n}; what ran is in fails-{n}\.failed\.ipynb"
                with pytest.raises(ExecutionError, match=message):
                    done.result()
            else:
                assert done.result() == f"{n}\n"
        outputs = {f"{name}-{n}{'.failed' * (name == 'fails')}.ipynb" for name, n in runs}
        assert {path.name for path in folder.iterdir()} == outputs | {f"{name}.ipynb" for name in CELLS}
        assert papermill_io._handlers == handlers, "papermill is as it was"
        assert len(shared_fork_servers.servers) == shared_fork_servers.MOST_IDLE, "what is idle is bounded"
        opened.append(open_files())
    assert opened[1] <= opened[0]


def test_threads_may_run_in_folders_of_their_own(folder):
    """papermill's own `cwd` changes the folder of the whole process; this does not."""
    source = "import os; print(os.path.basename(os.getcwd()))"
    write_notebook(new_notebook(metadata=PYTHON, cells=[new_code_cell(source)]), folder / "where.ipynb")

    def in_folder(name):
        (folder / name).mkdir()
        executed = papermill.execute_notebook(
            "where.ipynb",
            f"{name}.ipynb",
            engine_name="compute-ledger",
            progress_bar=False,
            resources={"metadata": {"path": str(folder / name)}},
        )
        assert Path(f"{name}.ipynb").is_file()
        return executed.cells[0].outputs[0].text.strip()

    with threads(4) as pool:
        names = ["one", "two", "three", "four"]
        assert list(pool.map(in_folder, names)) == names
    assert Path.cwd() == folder


@pytest.mark.usefixtures("folder")
def test_the_warm_process_of_a_run_outlives_those_that_end_beside_it(monkeypatch):
    monkeypatch.setattr(shared_fork_servers, "MOST_IDLE", 0)
    with threads(1) as thread:
        slow = thread.submit(run, "slow", 1)
        assert run("plain", 2) == "2\n"
        assert slow.result() == "1\n"
    assert shared_fork_servers.servers == []


def test_an_event_loop_that_runs_is_no_hindrance(folder):
    """As in a cell of a notebook: papermill is called while the kernel's own loop runs."""
    code = "import asyncio, papermill\nasync def cell():\n    return papermill.execute_notebook('plain.ipynb', None, "
    code += "{'n': 3}, engine_name='compute-ledger', progress_bar=False)\n"
    code += "print(asyncio.run(cell()).cells[-1].outputs[0].text)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder)
    assert (done.stdout.split(), done.stderr) == (["3"], "")


def test_a_cell_may_call_papermill(folder):
    call = "import papermill\nmade = papermill.execute_notebook('plain.ipynb', None, {'n': 4}, "
    call += "engine_name='compute-ledger', progress_bar=False)\nprint(made.cells[-1].outputs[0].text)"
    write_notebook(new_notebook(metadata=PYTHON, cells=[new_code_cell(call)]), folder / "outer.ipynb")
    executed = papermill.execute_notebook("outer.ipynb", None, engine_name="compute-ledger", progress_bar=False)
    assert executed.cells[0].outputs[0].text.split() == ["4"]


@pytest.mark.usefixtures("folder")
def test_a_fork_leaves_the_kernels_of_its_parent_alone():
    assert run("plain", 5) == "5\n"
    processes = [server.process for server in shared_fork_servers.servers]
    fork = multiprocessing.get_context("fork")
    with threads(1) as thread:
        slow = thread.submit(run, "slow", 6)
        child = fork.Process(target=os.getpid)
        child.start()
        child.join(60)
        assert (child.exitcode, slow.result()) == (0, "6\n")
    pid = os.fork()
    if pid == 0:
        number = len(shared_fork_servers.servers)
        shared_fork_servers.end_all()  # as at the end of an interpreter
        os._exit(number)
    assert os.waitpid(pid, 0) == (pid, 0)
    assert all(process.serves() for process in processes)
    assert run("plain", 7) == "7\n"


@pytest.mark.usefixtures("folder")
def test_a_forked_process_has_kernels_of_its_own():
    assert run("plain", 8) == "8\n"
    answers = multiprocessing.get_context("fork").SimpleQueue()
    child = multiprocessing.get_context("fork").Process(target=lambda: answers.put(run("plain", 9)))
    child.start()
    assert answers.get() == "9\n"
    child.join(60)
    assert child.exitcode == 0


def test_the_warm_process_ends_with_its_owner_though_a_fork_lives_on(folder, monkeypatch):
    """The fork has a copy of the pipe whose end the warm process waits for."""
    monkeypatch.setattr(tempfile, "tempdir", tempfile.mkdtemp())
    reading, writing = os.pipe()
    owner = os.fork()
    if owner == 0:
        with shared_fork_servers.warm_process(new_notebook(), folder):
            os.write(writing, str(shared_fork_servers.servers[0].process.pid).encode() + b"\n")
            if os.fork() == 0:
                os.write(writing, f"{os.getpid()}\n".encode())
                threading.Event().wait(60)
                os._exit(0)
            os._exit(0)
    os.waitpid(owner, 0)
    os.close(writing)
    with open(reading) as pipe:
        warm, fork = (int(pipe.readline()) for _ in range(2))
        try:
            for _ in range(600):
                if not Path(f"/proc/{warm}").exists() or " Z " in Path(f"/proc/{warm}/stat").read_text():
                    return
                threading.Event().wait(0.1)
            pytest.fail("the warm process waits for ever")
        finally:
            os.kill(fork, 9)
            shutil.rmtree(tempfile.tempdir)
