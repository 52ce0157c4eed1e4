"""One point of a sweep, in a worker: whatever the worker needs comes with the point."""

import atexit
import hashlib
import io
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from compute_ledger.report.cache.fingerprints import history_files
from compute_ledger.report.notebooks.parameters import Value
from compute_ledger.report.sweep.figure_cells import Recipe
from compute_ledger.shared.zip_files import zipped

DATA, DATA_DIR = "data", "data_dir"
_of_thread = threading.local()


@dataclass(frozen=True)
class Point:
    """One chapter with one combination of parameters.

    It runs in `folder`, or, when the data come `packed` (a zip of data/), in a folder that has only these.
    `data_hash` is that of the data folder: a worker that finds other data there refuses to run.
    """

    recipe: Recipe
    parameters: dict[str, Value]
    folder: Path
    data_hash: str
    timeout_s: int
    packed: bytes | None = None


@dataclass(frozen=True)
class Outcome:
    """Key figures as the chapter shows them, or one line that names the class of the error and its message."""

    figures: tuple[dict[str, Any], ...] = ()
    error: str = ""


def data_folder(root: Path, parameters: dict[str, Value]) -> Path:
    """The folder of data that a chapter reads: its parameter `data_dir`, or else data/ of the project."""
    return root / str(parameters.get(DATA_DIR) or DATA)


def hash_of(folder: Path) -> str:
    """SHA-256 over names and contents of the files in `folder`; that of nothing if it is missing.

    Hidden files count for nothing, and tables that only tell what others held before.
    """
    total, unread = hashlib.sha256(), history_files(folder)
    for path in sorted(folder.glob("*")):
        if path.is_file() and not path.name.startswith(".") and path.name not in unread:
            total.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n".encode())
    return total.hexdigest()


def packed(folder: Path) -> bytes:
    """The files of a data folder as one zip."""
    paths = (path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
    return zipped({f"{DATA}/{path.name}": path.read_bytes() for path in paths})


def run_point(point: Point) -> Outcome:
    """Run one point in a fresh process, forked from one of this thread that has the imports done."""
    folder = point.folder if point.folder.is_dir() else Path(tempfile.gettempdir())  # of another machine
    if point.packed is not None:
        folder = _unpacked(point.packed, point.data_hash)
    data = data_folder(folder, point.parameters)
    if hash_of(data) != point.data_hash:
        where = f"{data} on {socket.gethostname()}"
        return Outcome(error=f"DataError: {where} does not hold the data that the sweep began with")
    edited = _edited(point.recipe, folder)
    if edited:
        return Outcome(error=f"ExecutionError: {edited} was edited since the sweep began; run the same command again")
    return _answer((point.recipe, point.parameters, str(folder), point.timeout_s))


def _edited(recipe: Recipe, folder: Path) -> str:
    """A module of the project that has another source here, '' for none; one that is not here comes along."""
    sources_here = ((folder / path, source) for path, source in recipe.modules if (folder / path).is_file())
    return next(
        (str(path) for path, source in sources_here if path.read_bytes().decode("utf-8", "replace") != source), ""
    )


def _answer(task: tuple[Recipe, dict[str, Value], str, int]) -> Outcome:
    process = getattr(_of_thread, "process", None)
    if process is None or process.poll() is not None:
        process = _of_thread.process = _start()
    try:
        process.connection.send(task)
        outcome: Outcome | None = process.connection.recv()
    except (EOFError, OSError):
        process.kill()
        return Outcome(error=f"ExecutionError: {task[0].notebook}: the process that runs the cells died")
    if outcome is None:  # it has imported what is no more; a new one has imported nothing yet
        _stop(process)
        return _answer(task)
    return outcome


class _Warm(subprocess.Popen[bytes]):
    connection: Connection


def _start() -> _Warm:
    """A process of our own to fork from: this one may have threads, which do not survive a fork."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = _Warm(
            [sys.executable, "-m", "compute_ledger.report.sweep.point_server", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the sweep; this process ends when the connection does
        )
    process.connection = Connection(ours.detach())
    atexit.register(_stop, process)
    return process


def _stop(process: _Warm) -> None:
    process.connection.close()
    process.wait()


def _unpacked(content: bytes, data_hash: str) -> Path:
    """A folder with the data in it, unpacked once for all points of this worker."""
    folders: dict[str, Path] = _of_thread.__dict__.setdefault("folders", {})
    if data_hash not in folders:
        folder = Path(tempfile.mkdtemp(prefix="compute-ledger-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
        folders[data_hash] = folder
    return folders[data_hash]
