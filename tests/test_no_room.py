"""A full disk, a read-only one, a folder that cannot be replaced: the book stays, the error says where and why."""

import json
import os
import subprocess
import sys

import pytest

from .tiny_project import REPO

# In a namespace of its own, so that what is mounted is gone with the process; publishing alone, without kernels.
PUBLISH = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from compute_ledger.report.site import book_build
from compute_ledger.report.site.build_request import BuildRequest
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.errors import ReportError
from compute_ledger.report.site.chapters import Made
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.book.manifest import flaws, read_manifest
from compute_ledger.report.pages.exporter import PageJob, render_page
from tests.tiny_project import executed, make_project
import subprocess

folder, book = Path(sys.argv[2]), Path(sys.argv[2]) / "disk/book"
project = make_project(folder / "p")
contents = read_contents(project)
for chapter in contents.chapters:
    write_notebook(executed(title=f"# {chapter.title}\\n\\nWords."), chapter.notebook)
edition = contents.editions[0]
jobs = [PageJob(contents, edition, (edition,), chapter.slug, chapter.notebook) for chapter in contents.chapters]
book_build.make = lambda *_: Made([render_page(job) for job in jobs])
told = {}

def publish(name):
    try:
        book_build.build_book(BuildRequest(project, book, [edition.name]))
        told[name] = ""
    except ReportError as error:
        told[name] = f"{error.exit_code} {error}"
    told[f"{name}: flaws"] = flaws(book, read_manifest(book))
    told[f"{name}: beside it"] = sorted(path.name for path in book.parent.iterdir())

disk = str(book.parent)
book.parent.mkdir()
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk], check=True)
publish("room")
filler = open(book.parent / "filler", "wb", buffering=0)
try:
    while True:
        filler.write(b"x" * 4096)
except OSError:
    filler.close()
publish("full")
(book.parent / "filler").unlink(missing_ok=True)
publish("room again")
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
publish("read-only")
subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
subprocess.run(["mount", "--bind", str(book), str(book)], check=True)
publish("busy")
subprocess.run(["umount", str(book)], check=True)
publish("free again")
print(json.dumps(told))
"""

REFUSED = {
    "full": "8 cannot build into {book}: No space left on device; the book there is as it was",
    "read-only": "8 cannot write beside {book}: Read-only file system; give another --out",
    "busy": "8 cannot replace {book}: Device or resource busy; the book there is as it was",
}


def may_mount():
    tried = (
        subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False) if os.geteuid() == 0 else None
    )
    return tried is not None and tried.returncode == 0


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk (rights of root)")
def test_the_book_outlives_every_disk_that_cannot_take_the_next(tmp_path):
    words = ["unshare", "--mount", sys.executable, "-c", PUBLISH, REPO, tmp_path]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    book = tmp_path / "disk/book"
    refused = {name: text.format(book=book) for name, text in REFUSED.items()}
    fine = dict.fromkeys(("room", "room again", "free again"), "")
    assert {name: text for name, text in told.items() if ":" not in name} == refused | fine
    assert not any(found for name, found in told.items() if name.endswith("flaws"))
    left = {name: found for name, found in told.items() if name.endswith("beside it")}
    assert left.pop("full: beside it") == ["book", "filler"]
    assert set(map(tuple, left.values())) == {("book",)}


NO_ROOM_BESIDE = ("kernel", "export", "sweep")
# The real command line, its temporary files on a disk that is too small: for the export of a ledger, for a kernel.
BESIDE = """
import json, os, shutil, subprocess, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from compute_ledger.report.errors import ReportError
from compute_ledger.report.files.results_folder import Folder
from tests.tiny_project import make_project

folder = Path(sys.argv[2])
disk, project, told = folder / "disk", make_project(folder / "p"), {}
disk.mkdir()
cli = [sys.executable, "-c", "from compute_ledger.cli import main; main()", "build", "--project", project]

def mount(size):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], check=True)

def build(name):
    done = subprocess.run(cli, env={**os.environ, "TMPDIR": str(disk)}, capture_output=True, text=True)
    told[name] = [done.returncode, done.stderr]
    told[f"{name}: left"] = [*os.listdir(disk), *(path.name for path in project.glob("book/_build/*"))]
    subprocess.run(["umount", disk], check=True)

mount("8k")
build("kernel")
shutil.copytree(Path(sys.argv[1]) / "tests/ledger_example", project / "data")
mount("100k")
build("export")
mount("40k")
results = Folder(str(disk / "results"))
results.write("point", b"old")
try:
    results.write("point", b"x" * 100_000)
except ReportError as error:
    told["sweep"] = [error.exit_code, str(error)]
told["sweep: left"] = sorted(os.listdir(disk / "results")), results.read("point").decode()
print(json.dumps(told))
"""


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk (rights of root)")
def test_no_room_for_temporary_files_or_results_is_one_line_that_says_where(tmp_path):
    words = ["unshare", "--mount", sys.executable, "-c", BESIDE, REPO, tmp_path]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    disk = tmp_path / "disk"
    point = f"cannot write {disk}/results/point: No space left on device; what was done before is kept"
    assert set(told) == {name + left for name in NO_ROOM_BESIDE for left in ("", ": left")}
    assert told.pop("sweep") == [8, point]
    assert told.pop("sweep: left") == [["made-by-compute-ledger", "point"], "old"]
    for name, found in told.items():
        if name.endswith(": left"):
            assert set(found) <= {"cache"}, name
        else:
            code, error = found
            assert (code, error.count("\n")) == (8, 1), error
            assert f"No space left on device; temporary files go to {disk}" in error
    assert told["kernel"][1].startswith(("error: index.ipynb: ", "error: chapter.ipynb: ")), "the notebook is named"
