"""What may be replaced by writing to it: a file, or nothing; never a device, a pipe or a link."""

import os
import stat
import subprocess
import tempfile
import threading
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from papermill.cli import papermill

from compute_ledger.cli import cli
from compute_ledger.report.book.contents import Edition
from compute_ledger.report.errors import ExecutionError, ReportError, TargetError
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.notebooks.notebook_file import read_notebook, write_notebook
from compute_ledger.report.site import pdf_file
from compute_ledger.report.site.staging import guard, staging, swap
from compute_ledger.shared.atomic_files import write_whole
from tests.programs import command
from tests.tiny_project import NOTEBOOKS, make_project

SMALL = NOTEBOOKS / "no-parameters.ipynb"
NULL = os.makedev(1, 3)


def through_papermill(out):
    """Run a notebook through the engine in this process; papermill.cli is what a terminal starts."""
    words = ["--engine", "compute-ledger", "--no-progress-bar", "--log-level", "ERROR", str(SMALL), str(out)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # papermill's of names that do not end in .ipynb
        done = CliRunner().invoke(papermill, words)
    if done.exit_code:
        raise TargetError(done.output.splitlines()[-1] if done.output else repr(done.exception))


def as_pdf(out):
    """What `compute-ledger pdf` does once a program has made the file."""
    book = Path(__file__).parent
    pdf_file.write_pdf(book, Edition("latest", "Latest", {}, ""), Path(out))


def into_results(out):
    """A file of a sweep's or comparison's results; its folder is known by its mark."""
    out = Path(out)
    Folder(str(out.parent)).write(out.name, b"results")


WRITERS = {
    "bytes": lambda out: write_whole(b"bytes", Path(out)),
    "notebook": lambda out: write_notebook(read_notebook(SMALL), Path(out)),
    "engine": through_papermill,
    "results": into_results,
    "pdf": as_pdf,
}
EVERY = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder that results may be written to as well, and a program that makes a PDF of anything."""
    (tmp_path / "place").mkdir()
    (tmp_path / "place/made-by-compute-ledger").touch()
    monkeypatch.setattr(pdf_file, "PRINT", Path(__file__).name)
    monkeypatch.setattr(pdf_file, "importlib", SimpleNamespace(util=SimpleNamespace(find_spec=lambda name: name)))
    monkeypatch.setattr(pdf_file, "print_by_weasyprint", lambda _, made: made.write_bytes(b"%PDF-1"))
    return tmp_path / "place"


def other_files(folder, *known_names):
    return sorted({path.name for path in folder.iterdir()} - {"made-by-compute-ledger", *known_names})


@EVERY
def test_a_device_is_written_to_and_stays_one(place, write):
    device = place / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, NULL)
        device.write_bytes(b"")
    except OSError:
        pytest.skip("no device may be made here (rights of root)")
    write(device)
    assert stat.S_ISCHR(device.stat().st_mode)
    assert other_files(place) == ["null"], "nor is a failed run looked for or left beside it"


def test_a_run_that_fails_leaves_nothing_beside_a_device_or_pipe(place):
    """Beside /dev/null and /dev/fd/63 is no place for it."""
    os.mkfifo(place / "pipe.ipynb")
    reading = os.open(place / "pipe.ipynb", os.O_RDONLY | os.O_NONBLOCK)
    words = ["--engine", "compute-ledger", "--no-progress-bar", NOTEBOOKS / "raises.ipynb", place / "pipe.ipynb"]
    done = CliRunner().invoke(papermill, list(map(str, words)))
    assert done.exit_code == ExecutionError.exit_code
    assert "what ran is in" not in done.output
    assert (other_files(place), os.read(reading, 1)) == (["pipe.ipynb"], b"")
    os.close(reading)


@EVERY
def test_a_pipe_gets_all_of_it(place, write):
    os.mkfifo(place / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((place / "pipe").read_bytes()), daemon=True)
    reader.start()
    write(place / "pipe")
    reader.join()
    assert stat.S_ISFIFO((place / "pipe").stat().st_mode)
    assert len(read[0]) > 4
    assert other_files(place) == ["pipe"]


@pytest.mark.parametrize("write", [WRITERS[name] for name in WRITERS if name != "results"])
def test_what_a_process_holds_open_is_not_replaced(place, write):
    """`> >(…)` of a shell is /dev/fd/63; what /dev/stdout leads to may be a file that a shell will write on to."""
    reading, writing = os.pipe()
    with open(reading, "rb") as pipe:
        write(f"/dev/fd/{writing}")
        os.close(writing)
        assert len(pipe.read()) > 4
    with open(place / "file", "wb") as file:
        (place / "standard").symlink_to(f"/proc/self/fd/{file.fileno()}")
        before = (place / "file").stat().st_ino
        write(place / "standard")
    assert (place / "file").stat().st_ino == before
    assert (place / "file").stat().st_size > 4
    assert other_files(place) == ["file", "standard"]


@EVERY
def test_links_are_kept_and_what_they_lead_to_is_replaced(place, write):
    (place / "far").mkdir()
    (place / "far/file").write_text("old")
    (place / "link").symlink_to("far/file")
    (place / "dangling").symlink_to("far/new")
    for name in ("link", "dangling"):
        write(place / name)
        assert (place / name).is_symlink()
        assert (place / name).stat().st_size > 4
    assert other_files(place / "far") == ["file", "new"]
    assert other_files(place) == ["dangling", "far", "link"]


@EVERY
def test_another_name_of_the_same_file_keeps_what_it_had(place, write):
    """What is whole at every moment cannot be written into the file; copies by hard link rely on it."""
    (place / "snapshot").write_text("old")
    os.link(place / "snapshot", place / "file")
    write(place / "file")
    assert (place / "snapshot").read_text() == "old"
    assert (place / "file").read_bytes() != b"old"


@EVERY
def test_rights_are_those_of_before_or_what_the_umask_leaves(place, write):
    (place / "old").touch(0o640)
    (place / "old").chmod(0o640)
    umask = os.umask(0o027)
    try:
        write(place / "new")
        write(place / "old")
        os.umask(0)
        write(place / "open")
    finally:
        os.umask(umask)
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()}
    assert (rights["new"], rights["old"], rights["open"]) == (0o640, 0o640, 0o666)


@EVERY
def test_a_loop_of_links_and_a_folder_are_refused_in_one_line(place, write):
    (place / "loop").symlink_to("loop")
    (place / "folder").mkdir()
    for name in ("loop", "folder"):
        with pytest.raises((OSError, ReportError)) as caught:
            write(place / name)
        assert str(place / name) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert (place / "loop").is_symlink()
    assert other_files(place) == ["folder", "loop"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else (rights of root)")
def test_a_write_protected_file_or_folder_is_told_before_a_cell_runs():
    with tempfile.TemporaryDirectory() as name:  # pytest's own are closed to others
        folder = Path(name)
        folder.chmod(0o755)
        for owner, protected in (("mine", "protected"), ("theirs", "file")):
            (folder / owner).mkdir()
            for file, rights in (("file", 0o666), (protected, 0o444 if owner == "mine" else 0o666)):
                (folder / owner / file).write_text("old")
                (folder / owner / file).chmod(rights)
        for path in (folder / "mine", folder / "mine/protected"):
            os.chown(path, 65534, 65534)
        words = ["mine/file", "mine/protected", "theirs/file"]
        done = subprocess.run(command("write_as_nobody", *words), capture_output=True, text=True, cwd=folder)
        assert done.stderr == ""
        assert done.stdout.splitlines() == [
            "written",
            "cannot write mine/protected: Permission denied; give another file",
            "PermissionError",
            f"cannot write theirs/file: no file can be made in {folder / 'theirs'}; give another folder",
            "PermissionError",
        ]
        assert (folder / "mine/protected").read_text() == (folder / "theirs/file").read_text() == "old"


def test_a_reader_that_has_gone_is_told_in_one_line():
    """The far end of `>(head -c 1)` closes before all is written."""
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(TargetError, match=rf"cannot write /dev/fd/{writing}: Broken pipe"):
        through_papermill(f"/dev/fd/{writing}")
    os.close(writing)


def test_a_link_as_folder_of_the_book_is_kept_and_so_are_its_rights(tmp_path):
    project = make_project(tmp_path / "p")
    (tmp_path / "real").mkdir()
    (tmp_path / "real").chmod(0o750)
    for name, leads_to in (("link", "real"), ("dangling", "new")):
        (tmp_path / name).symlink_to(leads_to)
        target = guard(tmp_path / name, project, force=False)
        with staging(target) as book:
            (book / "index.html").touch()
            swap(book, target)
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / leads_to / "index.html").is_file()
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o750


@pytest.mark.parametrize("words", [("build", "--out"), ("run", "chapter", "-o"), ("sweep", "-p", "size=1", "-o")])
def test_no_device_or_pipe_is_taken_for_a_folder(tmp_path, words):
    project = make_project(tmp_path / "p", chapter="key-figures")
    os.mkfifo(tmp_path / "pipe")
    done = CliRunner().invoke(cli, [*words, str(tmp_path / "pipe"), "--project", str(project)], standalone_mode=False)
    assert isinstance(done.exception, ReportError)
    assert str(tmp_path / "pipe") in str(done.exception)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
