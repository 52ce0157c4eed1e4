"""Publish a book on a disk that is full, read-only or busy; on stdout what became of each attempt, as JSON.

    publish_on_small_disks.py FOLDER

Only root can, in a namespace of its own (`unshare --mount`), so that what is mounted is gone with the process.
Chapters are published alone, without kernels.
"""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.manifest import flaws, read_manifest
from compute_ledger.report.errors import ReportError
from compute_ledger.report.site.book_build import build_book
from compute_ledger.report.site.build_request import BuildRequest
from tests.pretended_runs import pretend_runs
from tests.tiny_project import executed, make_project


def main(folder: Path) -> None:
    project, book = make_project(folder / "p"), folder / "disk/book"
    edition = read_contents(project).editions[0].name
    told = {}

    def publish(name: str) -> None:
        try:
            build_book(BuildRequest(project, book, [edition]))
            told[name] = ""
        except ReportError as error:
            told[name] = f"{error.exit_code} {error}"
        told[f"{name}: flaws"] = flaws(book, read_manifest(book))
        told[f"{name}: beside it"] = sorted(path.name for path in book.parent.iterdir())

    book.parent.mkdir()
    mount("-t", "tmpfs", "-o", "size=1500k", "tmpfs", book.parent)
    publish("room")
    filler = book.parent / "filler"
    fill(filler)
    publish("full")
    filler.unlink()
    publish("room again")
    mount("-o", "remount,ro", book.parent)
    publish("read-only")
    mount("-o", "remount,rw", book.parent)
    mount("--bind", book, book)
    publish("busy")
    subprocess.run(["umount", book], check=True)
    publish("free again")
    json.dump(told, sys.stdout)


def mount(*words: str | Path) -> None:
    subprocess.run(["mount", *words], check=True)


def fill(path: Path) -> None:
    """Write into the file until its disk takes no more."""
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        pretend_runs(patch, lambda job: executed(title=f"# {job.chapter.title}\n\nWords."))
        main(Path(sys.argv[1]))
