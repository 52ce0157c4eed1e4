"""The warm process at work: imports what it is told, then forks a kernel for each that asks.

    python -P -m compute_ledger.report.kernels.fork_server SOCKET_FD IMPORT_STATEMENT…

It ends, with all its kernels, when its standard input does. It serves nobody when a fork would not be the same as a
new process: an import that prints or starts threads, a module that was edited since, another folder.
"""

import contextlib
import gc
import io
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PATIENCE_S = 60
Request = dict[str, Any]


class _Nursery:
    """One connection a kernel, through which its end is told and signals come."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener, self.files = listener, imported_files()
        self.kernels: dict[int, socket.socket] = {}
        self.cwd = os.getcwd()
        self.woken, wake = socket.socketpair()
        self.woken.setblocking(False)
        wake.setblocking(False)
        self.inherited = [listener, self.woken, wake]
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)

    def serve(self) -> Request | None:
        """Fork kernels until stdin ends. Returns in each of them too, with what it was asked for."""
        selector = selectors.DefaultSelector()
        for source in (self.listener, self.woken, sys.stdin.buffer):
            selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin.buffer:
                    self._end_all()
                    return None
                if key.fileobj is self.woken:
                    self._reap(selector)
                elif key.fileobj is self.listener:
                    request = self._fork(selector)
                    if request:
                        selector.close()
                        return request
                else:
                    self._pass_on(key.fileobj, selector)  # type: ignore[arg-type]

    def _fork(self, selector: selectors.BaseSelector) -> Request | None:
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE_S)
        try:
            request: Request = json.loads(connection.makefile().readline())
        except (OSError, ValueError):
            connection.close()
            return None
        edited = self.files != imported_files()
        if edited:
            Path(self.listener.getsockname()).unlink(missing_ok=True)
        if edited or request["cwd"] != self.cwd:
            connection.close()
            return None
        pid = os.fork()
        if pid == 0:
            for channel in (connection, *self.kernels.values(), *self.inherited):
                channel.close()
            return request
        self.kernels[pid] = connection
        selector.register(connection, selectors.EVENT_READ)
        connection.sendall(str(pid).encode())
        return None

    def _pass_on(self, connection: socket.socket, selector: selectors.BaseSelector) -> None:
        """Signals for a kernel; its end, when whoever wanted it has gone."""
        pid = next((pid for pid, channel in self.kernels.items() if channel is connection), None)
        if pid is None:  # its end was seen a moment ago
            return
        try:
            numbers = connection.recv(16)
        except OSError:
            numbers = b""
        if not numbers:
            selector.unregister(connection)
        for number in numbers or [signal.SIGKILL]:
            signal_group(pid, number)

    def _reap(self, selector: selectors.BaseSelector) -> None:
        self.woken.recv(4096)
        while self.kernels:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            connection = self.kernels.pop(pid)
            with contextlib.suppress(KeyError):
                selector.unregister(connection)
            with contextlib.suppress(OSError):
                connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            connection.close()

    def _end_all(self) -> None:
        for pid in self.kernels:
            signal_group(pid, signal.SIGKILL)
        for pid in self.kernels:
            os.waitpid(pid, 0)


def signal_group(pid: int, number: int) -> None:
    """Send the signal to the group that a forked process leads, or to it alone while it has made none yet."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        os.kill(pid, number)  # not reaped yet, so the number is still its own


def imported_files() -> dict[str, tuple[int, int]]:
    """Time and size of the file of every module that is imported: whether a new process would import the same."""
    times_and_sizes = {}
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        with contextlib.suppress(OSError, TypeError):
            status = os.stat(path)  # type: ignore[arg-type]
            times_and_sizes[str(path)] = (status.st_mtime_ns, status.st_size)
    return times_and_sizes


def _warm_up(statements: Iterable[str]) -> bool:
    """Import; whether the process can be forked and no notebook would miss what its imports do."""
    output = io.StringIO()
    sys.path.insert(0, "")  # as in a kernel
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        for statement in statements:
            # What cannot be imported is for the notebook to tell, in its own cell.
            with contextlib.suppress(Exception):
                exec(statement, {})
    sys.path.remove("")
    tasks = Path("/proc/self/task")
    threads = len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()
    return threads == 1 and not output.getvalue()


def _become_kernel(request: Request) -> None:
    """Turn this process, just forked, into the kernel that was asked for, and run it to its end."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    parent = os.getppid()
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = ["ipykernel_launcher", *request["arguments"]]
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # else all kernels would draw the same numbers
    from ipykernel.kernelapp import launch_new_instance

    # It ends with its parent, also when that is killed.
    launch_new_instance(argv=[*sys.argv[1:], f"--IPKernelApp.parent_handle={parent}"])


def main() -> None:
    """Serve until the owner's end of stdin is closed."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    address = listener.getsockname()
    request = None
    if _warm_up(sys.argv[2:]):
        gc.collect()
        gc.freeze()  # what a collection in a kernel would touch, it would have to copy
        request = _Nursery(listener).serve()
    if request is None:
        shutil.rmtree(Path(address).parent, ignore_errors=True)
    else:
        _become_kernel(request)


if __name__ == "__main__":
    main()
