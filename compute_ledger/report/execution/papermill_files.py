"""Local files that papermill writes, each under its name in one step: a reader finds the old file or the whole new one.

Paths are those that papermill was given, relative to the folder in which it was started.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

import nbformat
from papermill.iorw import LocalHandler, papermill_io, write_ipynb

from compute_ledger.report.errors import TargetError
from compute_ledger.shared.atomic_files import replaceable, write_whole


def started_in() -> Path:
    """The folder in which papermill was started: cells may run in another, into which it has changed by now."""
    return Path(papermill_io.get_handler("local")._cwd or Path.cwd())


class Output:
    """A local file that papermill is to write, once, when all is done.

    Until then, or until `withdraw` is called, it stands in front of papermill's own handlers of paths.
    """

    def __init__(self, path: str, folder: Path) -> None:
        self.path, self.folder = path, folder
        self._local = papermill_io.get_handler("local")
        papermill_io.register(path, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._local, name)

    def write(self, text: str, path: str) -> None:
        """Write `text` to `path`: papermill asks for every path that begins with this one."""
        if path != self.path:
            self._local.write(text, path)
            return
        self.withdraw()
        try:
            write_whole(text.encode(), self.folder / path)
        except OSError as error:
            raise TargetError(f"cannot write {path}: {error.strerror or error}; what was there is kept") from error

    def withdraw(self) -> None:
        """Leave papermill's handlers as they were."""
        with contextlib.suppress(ValueError):  # it was written
            papermill_io._handlers.remove((self.path, self))


def is_local(path: str) -> bool:
    """Whether papermill takes `path` for a file of this machine."""
    return isinstance(papermill_io.get_handler(path), LocalHandler | Output)


def refuse_unwritable(path: str, folder: Path) -> bool:
    """Whether writing the local `path` makes or replaces a file; TargetError when it cannot be written at all."""
    target = folder / path
    if not target.parent.is_dir():
        raise TargetError(f"cannot write {path}: there is no folder {Path(path).parent}; make it first")
    if target.is_dir():
        raise TargetError(f"cannot write {path}: it is a folder; give the name of a file in it")
    try:
        file = replaceable(target)
    except OSError as error:
        raise TargetError(f"cannot write {path}: {error.strerror}; give another file") from error
    if file and not os.access(file.parent, os.W_OK):
        raise TargetError(f"cannot write {path}: no file can be made in {file.parent}; give another folder")
    return file is not None


def save(notebook: nbformat.NotebookNode, path: str, folder: Path) -> None:
    """Write the `notebook` of a run that failed."""
    if is_local(path):
        write_whole(nbformat.writes(notebook).encode(), folder / path)
    else:
        write_ipynb(notebook, path)


def remove(path: str, folder: Path) -> None:
    """Remove the file that an earlier run left at `path`, if it is a local one."""
    if is_local(path) and (folder / path).is_file():
        (folder / path).unlink(missing_ok=True)
