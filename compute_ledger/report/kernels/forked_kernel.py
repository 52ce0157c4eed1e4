"""One warm process from which kernels are forked: it has imported what the notebooks import, and started nothing.

A kernel forked from it is a process of its own (memory, folder, environment, session) that starts in a tenth of the
time. The warm process ends, and every kernel with it, when the process that started it ends, however it ends. It
serves nobody when it could not be forked safely: imports that print or start threads, or a module changed since.
"""

import ast
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from compute_ledger.report.kernels.isolation import isolated
from compute_ledger.report.notebooks import code_cells

KERNEL = ("import ipykernel.kernelapp", "import ipykernel.ipkernel", "import ipykernel.zmqshell")
PATIENCE_S = 60
# A numerical library's own threads would not survive the fork; notebooks run side by side on all cores anyway.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
NURSERY = "compute_ledger.report.kernels.fork_server"


def can_fork() -> bool:
    """Whether this system has a fork that its own libraries survive; Apple's do not."""
    return hasattr(os, "fork") and sys.platform != "darwin"


def imports(notebooks: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The import statements of all code cells of the `notebooks`, each once; cells that are no Python have none."""
    statements: dict[str, None] = {}
    for notebook in notebooks:
        for cell in notebook["cells"]:
            with contextlib.suppress(SyntaxError):
                tree = code_cells.cell(cell["source"] if cell["cell_type"] == "code" else "")
                nodes = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
                statements |= dict.fromkeys(map(ast.unparse, nodes))
    return tuple(statements)


class WarmProcess:
    """A warm process with `statements` imported in the folder `cwd`; use as a context manager, or call `stop`.

    Its socket lies in a folder of its own, in `scratch` or where temporary files go. `address` is what `fork` wants;
    it is empty where the system cannot fork, so that kernels start cold.
    """

    def __init__(self, statements: Iterable[str], cwd: Path, scratch: Path | None = None) -> None:
        self.address, self._process = "", None
        if not can_fork():
            return
        folder = tempfile.mkdtemp(prefix="warm-", dir=scratch)
        with socket.socket(socket.AF_UNIX) as listener:
            try:
                listener.bind(f"{folder}/s")
            except OSError:  # the path is too long for a socket
                os.rmdir(folder)
                return
            listener.listen(64)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", NURSERY, str(listener.fileno()), *KERNEL, *statements],
                stdin=subprocess.PIPE,
                cwd=cwd,
                env=isolated({**ONE_THREAD, **os.environ}, Path(folder)),
                pass_fds=[listener.fileno()],
                start_new_session=True,  # Ctrl-C is for whoever started it
            )
        self.address = f"{folder}/s"

    def __enter__(self) -> "WarmProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Its process id; None where it was not started or has ended."""
        return None if self._process is None else self._process.pid

    def serves(self) -> bool:
        """Whether it may still fork kernels: it stops for good when a module of its own was edited."""
        if self._process is None:
            return not can_fork()
        return self._process.poll() is None and Path(self.address).exists()

    def stop(self) -> None:
        """End it and every kernel that still runs."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def disown(self) -> None:
        """Let go of it in a process forked from the one that started it: it goes on, and ends with that one."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.returncode = 0  # no child of this process, which nothing need wait for
            self._process = None


class ForkedKernel:
    """A running kernel, with what jupyter_client asks of a subprocess."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._ended(block=False)

    def wait(self) -> int | None:
        """The exit code once it has ended."""
        return self._ended(block=True)

    def send_signal(self, number: int) -> None:
        """Send it to the kernel and the processes it has started."""
        if self.poll() is None:
            with contextlib.suppress(OSError):  # it has just ended, which the next poll tells
                self._connection.sendall(bytes([number]))

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _ended(self, block: bool) -> int | None:
        if self.returncode is None:
            self._connection.setblocking(block)
            try:
                status_text = self._connection.recv(64)
            except BlockingIOError:
                return None
            except OSError:
                status_text = b""
            self._connection.close()
            # No word: the warm process is gone, and takes all along.
            self.returncode = int(status_text or -signal.SIGKILL)
        return self.returncode


def fork(address: str, arguments: list[str], cwd: str, env: Mapping[str, str]) -> ForkedKernel | None:
    """A kernel with the command-line `arguments` of ipykernel; None when it has to be started cold."""
    if not address:
        return None
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(PATIENCE_S)
        connection.connect(address)
        request = {"arguments": arguments, "cwd": cwd, "env": dict(env)}
        connection.sendall(json.dumps(request).encode() + b"\n")
        answer = connection.recv(64)
    except OSError:
        answer = b""
    if not answer:
        connection.close()
        return None
    return ForkedKernel(connection, int(answer))
