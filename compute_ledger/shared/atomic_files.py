"""Files under their final name in one step; what is no file is written to, and never replaced."""

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

HELD_OPEN = re.compile(r"/dev/fd|/proc/(self|thread-self|\d+)(/task/\d+)?/fd")  # folders of what a process has open
MOST_LINKS = 40  # as many as Linux follows


def write_whole(content: bytes, path: Path) -> None:
    """Write `content` to `path` as `whole` does."""
    with whole(path) as stream:
        stream.write(content)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A stream to write `path` with, whose folder exists: a reader finds the old file or the whole new one.

    A symbolic link is kept, and the file that it leads to replaced; a hard link is a name of its own, and other names
    keep the old content. Rights stay as they were, or are what the umask leaves a new file. A device, a pipe or what
    a process holds open is written to as it is. OSError when that cannot be.
    """
    target = replaceable(path)
    if target is None:
        with open(path, "wb") as stream:
            yield stream
        return
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    # Not tempfile's: its files are for nobody else, and asking for the umask would change it under other threads.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            if target.exists():
                before = target.stat()
                with contextlib.suppress(OSError):  # only root can give a file to its old owner
                    os.chown(part, before.st_uid, before.st_gid)
                os.chmod(part, before.st_mode & 0o777)
            yield stream
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def replaceable(path: Path) -> Path | None:
    """The file that is replaced, or made, when `path` is written; None for what is no file.

    OSError for a folder, a file that is write-protected and links that lead nowhere.
    """
    if _held_open(path):
        return None
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return Path(os.path.realpath(path))
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return Path(os.path.realpath(path)) if stat.S_ISREG(mode) else None


def _held_open(path: Path) -> bool:
    """Whether `path` names a file descriptor, as /dev/stdout does by way of two links."""
    for _ in range(MOST_LINKS):
        folder = os.path.realpath(path.parent)
        if HELD_OPEN.fullmatch(folder):
            return True
        if not path.is_symlink():
            return False
        path = Path(folder, os.readlink(path))
    return False
