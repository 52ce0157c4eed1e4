"""Folders that belong to one process while it lives, by locks that the system releases however it ends."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from compute_ledger.report.errors import TargetError

MARK = "held"  # in a scratch folder: says that it is ours, and is locked as long as somebody needs it
PREFIX = "compute-ledger-"  # of scratch folders where temporary files go
OLD = "old"  # where a swap in two steps puts what was there


@contextmanager
def only_one(target: Path) -> Iterator[None]:
    """Nobody else builds into the folder `target` meanwhile; TargetError says who does, and since when."""
    path = target.with_name(f".{target.name}.lock")
    handle = _taken(path)
    if handle is None:
        raise TargetError(
            f"will not build into {target}: {_holder(path)} is doing so; wait for it, or give another --out"
        )
    try:
        yield
    finally:
        path.unlink(missing_ok=True)  # before it is let go: who waits for it sees that it is another file
        os.close(handle)


@contextmanager
def scratch(folder: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `folder`, gone when the block ends; what a killed process left of that prefix goes first."""
    for mark in folder.glob(f"{prefix}*/{MARK}"):
        with contextlib.suppress(OSError):  # of another user, or just going
            _remove_dead(mark)
    made = Path(tempfile.mkdtemp(dir=folder, prefix=prefix))
    try:
        # Locked before it has its name, so that nobody sees it unlocked.
        with open(made / f"{MARK}.part", "wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            os.rename(held.name, made / MARK)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def restore(folder: Path, prefix: str, target: Path) -> None:
    """Put back what a process that was killed between the two steps of a swap had moved out of its way."""
    for mark in folder.glob(f"{prefix}*/{MARK}"):
        if not target.exists() and (mark.parent / OLD).is_dir():
            (mark.parent / OLD).rename(target)


def _remove_dead(mark: Path) -> None:
    """Remove the folder of `mark` unless a living process holds it."""
    handle = os.open(mark, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(mark.parent, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(handle)


def _taken(path: Path) -> int | None:
    """The open and locked file `path`, made where there is none; None while another process has it locked."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with contextlib.suppress(OSError):  # a full disk: who it is would only be told to others
                os.ftruncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:
            os.close(handle)
            raise
        os.close(handle)  # its last holder has just removed it


def _holder(path: Path) -> str:
    try:
        since = datetime.fromtimestamp(path.stat().st_mtime)
        return f"process {path.read_text() or '?'} (since {since:%Y-%m-%d %H:%M:%S})"
    except OSError:  # it has just ended
        return "another process"
