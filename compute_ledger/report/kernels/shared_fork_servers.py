"""Warm processes that the runs of this process share, in whatever threads: each is kept while a run needs it.

A warm process belongs to one folder and one set of imports, so that notebooks side by side may need several.
"""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from compute_ledger.report.files import locks
from compute_ledger.report.kernels import forked_kernel

WARM_PROCESS = "COMPUTE_LEDGER_WARM"  # address of the warm process that all kernels of this process come from
MOST_IDLE = 2  # each takes some hundred megabytes


@dataclass(eq=False)
class Server:
    folder: Path
    imports: tuple[str, ...]
    process: forked_kernel.WarmProcess
    held: ExitStack  # ends the process, then removes its scratch folder
    users: int = 0


_lock = threading.Lock()
servers: list[Server] = []  # the one that was longest not asked for comes first
_at_exit: list[Finalize] = []


@contextmanager
def warm_process(notebook: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """The address of a process that has imported in `folder` what `notebook` imports; it serves to the block's end."""
    if WARM_PROCESS in os.environ:
        yield os.environ[WARM_PROCESS]
        return
    server = _taken(folder, forked_kernel.imports([notebook]))
    try:
        yield server.process.address
    finally:
        _give_back(server)


def _taken(folder: Path, imports: tuple[str, ...]) -> Server:
    with _lock:
        if not _at_exit:  # atexit is not heeded in the processes of multiprocessing
            _at_exit.append(Finalize(None, end_all, exitpriority=0))
        fitting = (server for server in servers if (server.folder, server.imports) == (folder, imports))
        server = next((shared for shared in fitting if shared.process.serves()), None)
        if server:
            servers.remove(server)
        else:
            held = ExitStack()
            process = held.enter_context(
                forked_kernel.WarmProcess(imports, folder, held.enter_context(locks.temporary()))
            )
            server = Server(folder, imports, process, held)
        server.users += 1
        servers.append(server)
    return server


def _give_back(server: Server) -> None:
    """End those that nobody uses, but for a few that may be asked for again."""
    with _lock:
        server.users -= 1
        idle = [server for server in servers if not server.users]
        serving = [server for server in idle if server.process.serves()]
        kept_servers = serving[max(0, len(serving) - MOST_IDLE) :]
        ended = [server for server in idle if server not in kept_servers]
        for idle_server in ended:
            servers.remove(idle_server)
    _end(ended)


def end_all() -> None:
    """End them, whoever uses them: nothing of this process runs any more."""
    _end(servers)
    servers.clear()


def _end(ended: Iterable[Server]) -> None:
    for server in ended:
        server.held.close()


def _forget() -> None:
    """In a process forked from this one: what serves the parent is the parent's."""
    global _lock
    _lock = threading.Lock()  # another thread may have held it
    for server in servers:
        server.process.disown()
    servers.clear()
    _at_exit.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
