"""Local files that papermill writes, each under its name in one step: a reader finds the old file or the whole new one.

Paths are those that papermill was given, relative to the folder in which it was started.
"""

from pathlib import Path
from typing import Any

from papermill.iorw import LocalHandler, papermill_io
from papermill.utils import chdir

from compute_ledger.report.errors import TargetError
from compute_ledger.report.writing import write_whole


class WholeFileHandler:
    """papermill's handler of local files in all but how it writes."""

    def __init__(self, local: LocalHandler) -> None:
        self.local = local

    def __getattr__(self, name: str) -> Any:
        return getattr(self.local, name)

    def write(self, text: str, path: str) -> None:
        """Write `text` to `path`."""
        with _started_in(self.local):
            write_whole(text.encode(), Path(path))


def take_over(path: str) -> None:
    """Let papermill write to `path` in one step, if it is a local one; TargetError when it cannot be written."""
    local = papermill_io.get_handler(path)
    if isinstance(local, LocalHandler):
        papermill_io.register(path, WholeFileHandler(local))
    elif not isinstance(local, WholeFileHandler):
        return
    with _started_in(local):
        if not Path(path).parent.is_dir():
            raise TargetError(f"cannot write {path}: there is no folder {Path(path).parent}; make it first")
        if Path(path).is_dir():
            raise TargetError(f"cannot write {path}: it is a folder; give the name of a file in it")


def remove(path: str) -> None:
    """Remove what an earlier run left at `path`, if it is a local one."""
    local = papermill_io.get_handler(path)
    if isinstance(local, LocalHandler | WholeFileHandler):
        with _started_in(local):
            Path(path).unlink(missing_ok=True)


def _started_in(local: LocalHandler | WholeFileHandler) -> Any:
    folder = local.cwd(None)  # which returns the one it has, and forgets it
    local.cwd(folder)
    return chdir(folder)
