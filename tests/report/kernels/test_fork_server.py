"""Kernels forked from one warm process: as separate as kernels started cold, and gone with whoever wanted them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from compute_ledger.report.files import locks
from compute_ledger.report.kernels.forked_kernel import WarmProcess, fork, imports
from compute_ledger.report.kernels.kernel_manager import Watch, watched

ASKED = ["-f", "kernel.json"]  # ipykernel writes that file itself where there is none


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that notebooks run in, with a module of theirs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("words = []\n")
    return tmp_path


@pytest.fixture
def warm(folder):
    with WarmProcess(["import mine", "import numpy", "import no_such_module"], folder) as process:
        yield process


def ask(address, folder):
    return fork(address, ASKED, str(folder), os.environ)


def ended(kernel):
    assert kernel.poll() is None
    kernel.kill()
    assert kernel.wait() == -signal.SIGKILL


def said(address, *cells):
    """What the kernel of a notebook with these cells prints."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    with locks.temporary() as scratch:
        manager = watched(Watch(scratch, address))
        NotebookClient(notebook, kernel_name="python3", kernel_manager_class=manager).execute()
    return "".join(output.text for cell in notebook.cells for output in cell.outputs).split()


def wait_until(condition, seconds=60):
    for _ in range(seconds * 20):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_each_kernel_is_a_process_of_its_own(warm, monkeypatch):
    state = "import os, sys, mine, numpy; mine.words.append('x'); print(len(mine.words), os.getppid(), os.getsid(0))"
    state += "; print(os.getpid(), numpy.random.random(), os.environ['WHOSE'], sys.stdin.read() or 'none', os.getcwd())"
    monkeypatch.setenv("WHOSE", "first")
    first = said(warm.address, state)
    monkeypatch.setenv("WHOSE", "second")
    second = said(warm.address, state)
    parent = str(warm.pid)
    assert first[:2] == second[:2] == ["1", parent], "a module changed by one kernel is as new in the next"
    assert first[2] == first[3] != second[2] == second[3], "each leads a session"
    assert first[4] != second[4], "they do not draw the same random numbers"
    assert (first[5], second[5]) == ("first", "second")
    assert first[6:] == ["none", os.getcwd()]


def test_what_is_imported_before_the_fork_is_what_the_notebooks_import():
    cells = [
        new_markdown_cell("import this"),
        new_code_cell("import os, json\nfrom pathlib import Path as P\nprint(1)\nif x: import never"),
        new_code_cell("%magic\nimport after_a_magic"),
        new_code_cell("import unseen\nno Python"),
        new_code_cell("import json"),
    ]
    assert imports([new_notebook(cells=cells), new_notebook(cells=cells[1:])]) == (
        "import os, json",
        "from pathlib import Path as P",
        "import after_a_magic",
        "import json",
    )


@pytest.mark.parametrize(
    "unsafe",
    [
        "print('hello')",
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    ],
)
def test_a_process_that_should_not_be_forked_is_not(folder, unsafe):
    (folder / "unsafe.py").write_text(unsafe)
    with WarmProcess(["import unsafe"], folder) as process:
        assert ask(process.address, folder) is None


def test_a_module_that_was_edited_is_never_the_old_one(warm, folder):
    ended(ask(warm.address, folder))
    (folder / "mine.py").write_text("words = ['new']\n")
    assert ask(warm.address, folder) is None
    assert said(warm.address, "import mine, os; print(mine.words, os.getppid())") == ["['new']", str(os.getpid())]


def test_another_folder_has_other_modules(warm, tmp_path_factory):
    assert ask(warm.address, tmp_path_factory.mktemp("other")) is None


def test_a_system_without_fork_starts_kernels_cold(folder, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    with WarmProcess([], folder) as process:
        assert process.address == ""
        assert ask(process.address, folder) is None


def test_the_end_of_a_kernel_is_told(warm, folder):
    first, second = ask(warm.address, folder), ask(warm.address, folder)
    assert first.poll() is None
    first.kill()
    assert first.wait() == first.poll() == -signal.SIGKILL
    os.kill(second.pid, signal.SIGSEGV)
    assert second.wait() == -signal.SIGSEGV
    second.terminate()  # too late, which is no error
    assert not runs(first.pid)


def test_a_kernel_ends_with_whoever_wanted_it(warm, folder):
    code = "import os, sys; from compute_ledger.report.kernels.forked_kernel import fork\n"
    code += f"print(fork(sys.argv[1], {ASKED}, os.getcwd(), os.environ).pid, flush=True); os.kill(os.getpid(), 9)"
    words = [sys.executable, "-c", code, warm.address]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    pid = int(done.stdout)
    wait_until(lambda: not runs(pid))
    ended(ask(warm.address, folder))  # the warm process serves on


def test_all_end_when_the_owner_is_killed(folder):
    code = "import os, sys; from compute_ledger.report.kernels.forked_kernel import *\n"
    code += f"warm = WarmProcess([], os.getcwd()); kernel = fork(warm.address, {ASKED}, os.getcwd(), os.environ)\n"
    code += "print(warm.address, warm.pid, kernel.pid, flush=True); os.kill(os.getpid(), 9)"
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder, env={**os.environ, "TMPDIR": str(folder)})
    address, *pids = done.stdout.split()
    wait_until(lambda: not any(map(runs, pids)))
    wait_until(lambda: not Path(address).parent.exists())


def test_a_request_that_is_none_is_survived(warm, folder):
    for nonsense in (b"", b"{]\n"):
        with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
            connection.connect(warm.address)
            connection.sendall(nonsense)
    ended(ask(warm.address, folder))
