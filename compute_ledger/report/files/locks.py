"""Folders that belong to one process while it lives, by locks that the system releases however it ends."""

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from compute_ledger.report.errors import TargetError

HELD = ".held"  # ends the name of the file beside a scratch folder that is there, and locked, while it is needed
OURS = "compute-ledger"  # begins every such file
PREFIX = "compute-ledger-"  # of scratch folders where temporary files go
OLD = "old"  # where a swap in two steps puts what was there


@contextmanager
def only_one(target: Path) -> Iterator[None]:
    """Nobody else builds into the folder `target` meanwhile; TargetError says who does, and since when."""
    path = target.with_name(f".{target.name}.lock")
    handle = _taken(path)
    if handle is None:
        who = _holder(path)
        raise TargetError(f"will not build into {target}: {who} is doing so; wait for it, or give another --out")
    try:
        yield
    finally:
        _let_go(path, handle)


@contextmanager
def temporary() -> Iterator[Path]:
    """A new folder where temporary files go, gone when the block ends; TargetError when it cannot be made."""
    try:
        place = Path(tempfile.gettempdir())
    except OSError as error:
        raise TargetError(f"no room for temporary files: {error.strerror}; set TMPDIR to a folder of yours") from error
    with scratch(place, PREFIX) as folder:
        yield folder


@contextmanager
def scratch(folder: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `folder`, gone when the block ends; what a killed process left of that prefix goes first."""
    for mark in folder.glob(f"{prefix}*{HELD}"):
        with contextlib.suppress(OSError):  # of another user, or just going
            _remove_dead(mark)
    handle, owner = None, os.getpid()
    while handle is None:
        scratch_folder = folder / f"{prefix}{secrets.token_hex(4)}"
        mark = _mark(scratch_folder)
        handle = None if scratch_folder.exists() else _taken(mark)
    try:
        scratch_folder.mkdir(0o700)
        yield scratch_folder
    finally:
        if os.getpid() == owner:  # a process forked meanwhile has its own end, and not this folder's
            shutil.rmtree(scratch_folder, ignore_errors=True)
            _let_go(mark, handle)


def restore(folder: Path, prefix: str, target: Path) -> None:
    """Put back what a process that was killed between the two steps of a swap had moved out of its way."""
    for mark in folder.glob(f"{prefix}*{HELD}"):
        moved = _marked(mark) / OLD
        if not target.exists() and moved.is_dir():
            moved.rename(target)


def _mark(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{HELD}")


def _marked(mark: Path) -> Path:
    return mark.with_name(mark.name.removesuffix(HELD))


def _remove_dead(mark: Path) -> None:
    """Remove the folder that `mark` is of, and the mark last, if they are ours and no living process holds them."""
    handle = os.open(mark, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        text = os.pread(handle, len(OURS), 0).decode(errors="replace")
        # It is empty when its process was killed before it could make the folder.
        if os.fstat(handle).st_uid == os.geteuid() and (text == OURS or not (text or _marked(mark).exists())):
            shutil.rmtree(_marked(mark), ignore_errors=True)
            mark.unlink(missing_ok=True)
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
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                with contextlib.suppress(OSError):  # a full disk: who it is would only be told to others
                    os.ftruncate(handle, 0)
                    os.write(handle, f"{OURS} {os.getpid()}".encode())
                return handle
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:
            os.close(handle)
            raise
        os.close(handle)  # its last holder has just removed it


def _let_go(path: Path, handle: int) -> None:
    path.unlink(missing_ok=True)  # before it is unlocked: who has it open by then sees that it is gone
    os.close(handle)


def _holder(path: Path) -> str:
    try:
        since = datetime.fromtimestamp(path.stat().st_mtime)
        return f"process {path.read_text().removeprefix(OURS).strip() or '?'} (since {since:%Y-%m-%d %H:%M:%S})"
    except OSError:  # it has just ended
        return "another process"
