"""Put a finished folder in the place of the old one: readers see the whole old book or the whole new one."""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from compute_ledger.report.book.manifest import read_manifest
from compute_ledger.report.errors import TargetError
from compute_ledger.report.files.locks import OLD, only_one, restore, scratch

SOURCES = ["compute_ledger", "notebooks", "data", "tests", "benchmarks", ".ci", ".git", ".github", ".venv"]
SOURCES += ["book/templates", "book/static", "book/pictures"]
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def guard(target: Path, project: Path, force: bool) -> Path:
    """`target` resolved, when it may be replaced; TargetError when it is not a book or holds the project.

    With `force` a folder that is no book may be replaced too, but never one that holds project or home.
    """
    try:
        resolved = target.resolve()
        exists = resolved.exists()
    except OSError as error:
        raise TargetError(f"cannot publish into {target}: {error.strerror}; give another --out") from error
    for protected, what in ((project, "the project"), (Path(os.path.expanduser("~")), "a home folder")):
        if protected.resolve().is_relative_to(resolved):
            raise TargetError(f"will not replace {target}: it is or holds {what}; give another --out")
    for folder in SOURCES:
        if resolved.is_relative_to(project.resolve() / folder):
            raise TargetError(f"will not publish into {target}: it is part of the project; give another --out")
    if not exists:
        return resolved
    if not resolved.is_dir():
        raise TargetError(f"will not replace {target}: it is a file; give a folder as --out")
    if any(resolved.iterdir()) and read_manifest(resolved) is None and not force:
        raise TargetError(f"will not replace {target}: it is not a book of ours; give another --out or --force")
    return resolved


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """A new folder beside `target` to build in; whatever is left of it goes when the block ends.

    What builds left there that were killed goes before. TargetError when another process builds into `target`.
    """
    prefix = f".{target.name}."
    with ExitStack() as held:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(only_one(target))
            restore(target.parent, prefix, target)
            folder = held.enter_context(scratch(target.parent, prefix)) / "book"
            folder.mkdir()
        except OSError as error:
            raise TargetError(f"cannot write beside {target}: {error.strerror}; give another --out") from error
        yield folder


def swap(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`, in one step where the system can exchange two folders.

    What was there is left where `new` was. TargetError, and the old folder in place, when it fails.
    """
    try:
        if not target.exists():
            new.rename(target)
            return
        rights = target.stat().st_mode & 0o7777
        if rights != new.stat().st_mode & 0o7777:
            new.chmod(rights)  # who may read a book goes with its place
        if not exchange(new, target):
            old = new.with_name(OLD)
            target.rename(old)
            try:
                new.rename(target)
            except OSError:
                old.rename(target)
                raise
    except OSError as error:
        raise TargetError(f"cannot replace {target}: {error.strerror}; the book there is as it was") from error


def exchange(first: Path, second: Path) -> bool:
    """Exchange two folders atomically; False where the system or file system has no such call."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    if rename(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(code, os.strerror(code))
