"""A folder is built by one process at a time, and what a killed one leaves is gone with the next."""

import os
import subprocess

import pytest

from compute_ledger.report.errors import TargetError
from compute_ledger.report.files.locks import HELD, OLD, OURS, scratch
from compute_ledger.report.site.staging import staging
from tests.programs import command


@pytest.fixture
def target(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html/index.html").write_text("old")
    return tmp_path / "html"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def killed_while_building(target, *how):
    done = subprocess.run(command("die_while_building", target, *how), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (-9, "")


def test_the_second_is_told_who_builds_and_since_when(target):
    with staging(target):
        with pytest.raises(TargetError) as caught, staging(target):
            pass
        with staging(target.with_name("other")):
            pass
    assert str(caught.value).startswith(f"will not build into {target}: process {os.getpid()} (since 20")
    assert str(caught.value).endswith("is doing so; wait for it, or give another --out")
    with staging(target):
        pass
    assert names(target.parent) == ["html"]


def test_what_a_killed_build_leaves_stops_nobody_and_goes_with_the_next(target):
    killed_while_building(target)
    folder = target.parent
    assert len(names(folder)) == 6, "lock, two scratch folders and their marks, the book"
    with scratch(folder, "compute-ledger-") as scratch_folder:
        assert len(list(folder.glob("compute-ledger-*"))) == 2
        with scratch(folder, "compute-ledger-") as second_folder, staging(target):
            assert scratch_folder.is_dir(), "those in use stay"
            assert second_folder.is_dir()
    assert names(folder) == ["html"]


def test_a_book_that_a_killed_build_had_moved_away_comes_back(target):
    killed_while_building(target, "move")
    assert not target.exists()
    with staging(target):
        assert (target / "index.html").read_text() == "old", "at once, not only when the new one is finished"
    assert not list(target.parent.glob(".*"))


def test_nothing_that_is_not_ours_is_removed_or_put_back(target):
    folder = target.parent
    for name in (".html.mine", ".html.bak"):
        (folder / name / OLD).mkdir(parents=True)
    (folder / f".html.mine{HELD}").write_text("a file of mine")
    (folder / "dear").write_text(OURS)
    (folder / f".html.bak{HELD}").symlink_to(folder / "dear")
    before = names(folder)
    with staging(target):
        pass
    assert names(folder) == before
