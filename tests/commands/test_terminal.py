"""What the command line prints reaches a terminal of any encoding, and exit codes keep their meaning when it can't."""

import io
import json
import re
import subprocess
import sys

import nbformat
import pytest

from compute_ledger import cli
from compute_ledger.report.book.manifest import write_manifest
from compute_ledger.report.errors import ReportError
from compute_ledger.shared.mime_types import KEY_FIGURES
from compute_ledger.terminal import tell_json
from tests.ledger_copy import copy_ledger, set_cells
from tests.tiny_project import CONTENTS, executed, make_project

HOSTILE = "Société “−5…” 東京 😀 \ufffd ½"
MAIN = "from compute_ledger.cli import main; main()"
ENCODINGS = ("ascii", "latin-1", "cp1252", "utf-8")
RUNS = {
    "params": (["params"], 0),
    "params --json": (["params", "--json"], 0),
    "run": (["run", "chapter", "-o", f"run {HOSTILE}"], 0),
    "run --json": (["run", "chapter", "-o", f"run {HOSTILE}", "--json"], 0),
    "build": (["build", "--explain", "--project", f"../of two {HOSTILE}"], 0),
    "refresh": (["refresh"], 0),
    "sweep": (["sweep", "--fresh", "-p", "size=1,2", "-o", HOSTILE], 0),
    "sweep, all points fail": (["sweep", "--fresh", "-p", "kind=raises", "-o", HOSTILE], 5),
    "diff": (["diff", "a.ipynb", f"{HOSTILE}.ipynb"], 1),
    "diff --json": (["diff", "a.ipynb", f"{HOSTILE}.ipynb", "--json"], 1),
    "diff, alike": (["diff", f"{HOSTILE}.ipynb", f"{HOSTILE}.ipynb"], 0),
    "verify": (["verify", "whole"], 1),
    "verify --json": (["verify", "whole", "--json"], 1),
    "check": (["check", "ledger"], 7),
    "check --json": (["check", "ledger", "--json"], 7),
    "pdf": (["pdf", "--book", HOSTILE], 6),
    "a name that is none": (["run", HOSTILE], 3),
    "an option that is none": (["build", f"--{HOSTILE}"], 2),
}
STARTS_KERNELS = re.compile("run|build|refresh|sweep").match


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project, a ledger, a book and two runs; all names in them are hostile."""
    base = tmp_path_factory.mktemp("terminal")
    contents = CONTENTS.replace("Tiny & <small>", HOSTILE)
    make_project(base / f"of two {HOSTILE}", contents)
    project = make_project(base / HOSTILE, contents.replace("chapter.ipynb", f"{HOSTILE}.ipynb"), chapter="key-figures")
    text = (project / "notebooks/chapter.ipynb").read_text(encoding="utf-8")
    text = text.replace("what is measured", HOSTILE).replace("no size", f"no {HOSTILE} size")
    # as it is, only a sweep can run it
    text = text.replace("1 / 0", "1").replace("raise RuntimeError(", "str(")
    (project / f"notebooks/{HOSTILE}.ipynb").write_text(text, encoding="utf-8")
    for name, value in (("a", 1), (HOSTILE, HOSTILE)):
        row = {"id": "x", "label": HOSTILE, "value": value, "unit": HOSTILE, "as_of": "", "text": str(value)}
        nbformat.write(executed({KEY_FIGURES: {"figures": [row]}}), project / f"{name}.ipynb")
    set_cells(copy_ledger(project), "deals", "nimbus-2025-02", amount_usd_bn=HOSTILE)
    sound_book = project / "whole"
    sound_book.mkdir()
    write_manifest(sound_book, {"title": HOSTILE, "editions": []})
    (sound_book / HOSTILE).touch()
    (sound_book / "not UTF-8 \udce9").touch()
    return project


def readable(printed, encoding):
    """click writes UTF-8 where Python says ASCII, which is what a system without a locale says."""
    return printed.decode("utf-8" if encoding == "ascii" else encoding)


@pytest.fixture
def run(folder, monkeypatch):
    """Run a command line in this process on streams of an encoding, as a terminal has them; exit code, both outputs."""

    def ran(words, encoding, errors="strict"):
        streams = []
        for name in ("stdout", "stderr"):
            stream = io.TextIOWrapper(io.BytesIO(), encoding, errors if name == "stdout" else "backslashreplace")
            stream.isatty = lambda: True  # so that bars are drawn
            monkeypatch.setattr(sys, name, stream)
            streams.append(stream)
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["compute-ledger", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return stopped.value.code, *(stream.buffer.getvalue() for stream in streams)

    return ran


@pytest.mark.parametrize(
    ("name", "encoding"),
    # What starts kernels takes seconds, and prints through the same door.
    [(name, encoding) for name in RUNS for encoding in ENCODINGS if encoding == "latin-1" or not STARTS_KERNELS(name)],
)
def test_every_name_can_be_printed_and_the_exit_code_is_that_of_the_result(run, name, encoding):
    words, code = RUNS[name]
    exit_code, out, err = run(words, encoding)
    assert (exit_code, b"Traceback" in err) == (code, False), readable(err, encoding)
    if "--json" in words:
        assert "Soci" in str(json.loads(out.decode("ascii")))
    else:
        assert "Soci" in readable(out + err, encoding)


def test_signs_of_ours_have_a_plain_twin_and_nothing_of_a_name_is_lost(run):
    out = run(RUNS["params"][0], "latin-1")[1].decode("latin-1")
    assert r'Société "-5..." \u6771\u4eac \U0001f600 \ufffd ½' in out


def test_json_is_the_same_in_every_encoding(run):
    assert len({run(RUNS["diff --json"][0], encoding)[1] for encoding in ENCODINGS}) == 1


def test_json_keeps_what_is_no_text(capsys):
    tell_json("not UTF-8 \udce9")
    assert json.loads(capsys.readouterr().out) == "not UTF-8 \udce9"


def shell(folder, command, code=MAIN):
    """Run `command` in bash, where "$@" is a compute-ledger that is `code`."""
    words = ["bash", "-c", command, "bash", sys.executable, "-c", code]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ('"$@" diff a.ipynb a.ipynb >&-', 0),
        ('"$@" diff a.ipynb "$0".ipynb <&- >&- 2>&-', 2),
        ('"$@" refresh <&- >&- 2>&-', 0),
        ('"$@" check nowhere 2> /dev/full', 7),
        ('"$@" params <&- > /dev/full 2> /dev/full', 8),
        ('"$@" --help > /dev/full', 8),
    ],
)
def test_streams_that_are_closed_or_full_do_not_change_the_exit_code(folder, command, code):
    done = shell(folder, command)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr


@pytest.mark.parametrize("words", ["params", "--help", "diff a.ipynb a.ipynb"])
def test_a_reader_that_goes_away_is_no_difference_and_no_error(folder, words):
    done = shell(
        folder,
        '"$@" WORDS | true; echo ${PIPESTATUS[0]}'.replace("WORDS", words),
        f"import time; time.sleep(0.2); {MAIN}",
    )
    assert (done.stdout, done.stderr) == ("141\n", "")


FAULTS = {
    "of ours": "ValueError('of ours')",
    "of a pipe to a process": "BrokenPipeError(32, 'of a pipe to a process')",
    "of memory": "MemoryError('of memory')",
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("words", ["diff a.ipynb a.ipynb", "verify whole", "params"])
def test_a_fault_of_ours_is_a_traceback_and_never_a_difference(folder, fault, words):
    code = "from compute_ledger import cli\nfrom compute_ledger.report.book import contents\n"
    code += "from compute_ledger.report.book import manifest\n"
    code += f"def fault(*_): raise {FAULTS[fault]}\ncontents.read_contents = manifest.read_manifest = fault\ncli.main()"
    done = shell(folder, f'"$@" {words}', code)
    assert (done.returncode, done.stdout) == (70, "\n" if "pipe" in fault else "")
    assert done.stderr.startswith("Traceback")
    assert fault in done.stderr.splitlines()[-1]


def test_no_error_of_a_class_of_ours_has_the_exit_code_of_a_difference():
    classes = [ReportError, *ReportError.__subclasses__()]
    assert len(classes) > 7
    assert not {error_class.exit_code for error_class in classes} & {0, 1}


def test_help_names_the_exit_codes(run):
    help_text = " ".join(run(["--help"], "utf-8")[1].decode().split())
    for word in ("1 differs", f"{cli.CRASHED} a fault of this program", "141 the reader"):
        assert word in help_text


def test_streams_that_are_no_files_are_left_alone(monkeypatch, folder):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["compute-ledger", "--version"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert (stopped.value.code, sys.stdout.getvalue()) == (0, f"{cli.__version__}\n")
