"""A full disk, a read-only one, a folder that cannot be replaced: the book stays, the error says where and why."""

import json
import os
import subprocess

import pytest

from tests.programs import command

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
    words = ["unshare", "--mount", *command("publish_on_small_disks", tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    results = json.loads(done.stdout)
    book = tmp_path / "disk/book"
    refused = {name: text.format(book=book) for name, text in REFUSED.items()}
    fine = dict.fromkeys(("room", "room again", "free again"), "")
    assert {name: text for name, text in results.items() if ":" not in name} == refused | fine
    assert not any(result for name, result in results.items() if name.endswith("flaws"))
    left = {name: result for name, result in results.items() if name.endswith("beside it")}
    assert left.pop("full: beside it") == ["book", "filler"]
    assert set(map(tuple, left.values())) == {("book",)}


NO_ROOM_BESIDE = ("kernel", "export", "sweep")


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk (rights of root)")
def test_no_room_for_temporary_files_or_results_is_one_line_that_says_where(tmp_path):
    words = ["unshare", "--mount", *command("build_without_room", tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    results = json.loads(done.stdout)
    disk = tmp_path / "disk"
    point = f"cannot write {disk}/results/point: No space left on device; what was done before is kept"
    assert set(results) == {name + left for name in NO_ROOM_BESIDE for left in ("", ": left")}
    assert results.pop("sweep") == [8, point]
    assert results.pop("sweep: left") == [["made-by-compute-ledger", "point"], "old"]
    for name, result in results.items():
        if name.endswith(": left"):
            assert set(result) <= {"cache"}, name
        else:
            code, error = result
            assert (code, error.count("\n")) == (8, 1), error
            assert f"No space left on device; temporary files go to {disk}" in error
    assert results["kernel"][1].startswith(("error: index.ipynb: ", "error: chapter.ipynb: ")), "the notebook is named"
