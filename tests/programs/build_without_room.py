"""The real command line, its temporary files on a disk that is too small: for a kernel, for the export of a ledger.

    build_without_room.py FOLDER

And a sweep's result that does not fit. On stdout what was said and what is left, as JSON. Only root can, in a
namespace of its own (`unshare --mount`), so that what is mounted is gone with the process.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from compute_ledger.report.errors import ReportError
from compute_ledger.report.files.results_folder import Folder
from tests.tiny_project import REPO, make_project


def main(folder: Path) -> None:
    disk, project, told = folder / "disk", make_project(folder / "p"), {}
    disk.mkdir()

    def build(name: str) -> None:
        words = [sys.executable, "-m", "compute_ledger", "build", "--project", project]
        done = subprocess.run(words, env={**os.environ, "TMPDIR": str(disk)}, capture_output=True, text=True)
        told[name] = [done.returncode, done.stderr]
        told[f"{name}: left"] = [*os.listdir(disk), *(path.name for path in project.glob("book/_build/*"))]
        subprocess.run(["umount", disk], check=True)

    mount(disk, "8k")
    build("kernel")
    shutil.copytree(REPO / "tests/ledger_example", project / "data")
    mount(disk, "100k")
    build("export")
    mount(disk, "40k")
    results = Folder(str(disk / "results"))
    results.write("point", b"old")
    try:
        results.write("point", b"x" * 100_000)
    except ReportError as error:
        told["sweep"] = [error.exit_code, str(error)]
    told["sweep: left"] = sorted(os.listdir(disk / "results")), results.read("point").decode()
    json.dump(told, sys.stdout)


def mount(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
