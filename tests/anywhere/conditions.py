"""The machines that `make anywhere` tries: what is other than here, and how much is run there.

In settings {outside} is a folder of the condition's own beside its clone; a setting of None is not there at all.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import machine

Settings = dict[str, str | None]


@dataclass(frozen=True)
class Maker:
    """What makes the files of a condition in a folder, and returns settings: always those of these names."""

    names: tuple[str, ...]
    make: Callable[[Path, Path], dict[str, str]]


DEAD = "http://127.0.0.1:9"
SHADOWS = ("book", "charts", "conftest", "ledger", "measures", "notebooks", "report", "tests", "benchmarks")
SMALL_SHM = "mount -t tmpfs -o size=64k none /dev/shm"
# The command of papermill asks for its own before it reads anything of ours, and so does pytest of a kernel of nbval.
CLOSED = 'case "$*" in *papermill*|*nbval*|*"make notebooks"*) exec "$@" ;; *) exec "$@" <&- ;; esac'
NO_SHM = "mount -t tmpfs -o mode=000,ro none /dev/shm"


@dataclass(frozen=True)
class Condition:
    """One machine; what is left out is as it is here."""

    name: str
    runs: str = "chapter"  # how much, see commands.steps
    settings: Settings = field(default_factory=dict)
    only_path: bool = False  # nothing of this machine's environment but PATH and where packages come from
    made: tuple[Maker, ...] = ()  # of settings that need files, or the Python of the tests
    words: tuple[str, ...] = ()  # before each command
    around: Callable[[], list[str]] | None = None  # the same, where it has to be found out whether that can be done
    limit_mb: int = 0
    form: str = "clone"  # or worktree, archive
    git: tuple[str, ...] = ()  # its settings when it clones
    clone: str = "clone"  # name of the folder
    spoil: Callable[[Path], None] | None = None  # what is done to the clone with its environment
    set_up: bool = False  # whether its environment is installed under the condition
    offline: bool = False  # whether nothing can be installed
    chapter_only: bool = False  # a whole book under it would take too long, or its checks would say less
    python: str = ""


def _write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def _no_fonts(work: Path, _: Path) -> dict[str, str]:
    return machine.fonts(work / "none", one=False)


def _one_font(work: Path, _: Path) -> dict[str, str]:
    return machine.fonts(work / "one", one=True)


def _oldest_cpu(_: Path, python: Path) -> dict[str, str]:
    return machine.oldest_cpu(python)


def _lived_in_home(work: Path, _: Path) -> dict[str, str]:
    """A home where somebody has set up IPython, Jupyter, Matplotlib and Python as they like it."""
    startup = "import pandas as pd\npd.options.display.max_rows = 3\npd.options.display.precision = 1\nprint('hello')\n"
    _write(work / "home/.ipython/profile_default/startup/00-mine.py", startup)
    settings = "c.InteractiveShell.ast_node_interactivity = 'all'\nc.InteractiveShell.colors = 'NoColor'\n"
    _write(work / "home/.ipython/profile_default/ipython_config.py", settings)
    _write(work / "home/.jupyter/jupyter_config.py", "raise SystemExit('the configuration of Jupyter was read')\n")
    kernel = '{"argv": ["false"], "display_name": "Mine", "language": "python"}'
    _write(work / "home/.local/share/jupyter/kernels/python3/kernel.json", kernel)
    _write(work / "home/.config/matplotlib/matplotlibrc", "backend: nothing\n")
    return {"HOME": str(work / "home")}


def _shadows(work: Path, _: Path) -> dict[str, str]:
    for name in SHADOWS:
        _write(work / f"shadows/{name}.py", f"raise SystemExit('a module {name} of somebody else was imported')\n")
    return {"PYTHONPATH": str(work / "shadows")}


def _startup(work: Path, _: Path) -> dict[str, str]:
    return {"PYTHONSTARTUP": _write(work / "startup.py", "raise SystemExit('the startup file was run')\n")}


def _without_git(work: Path, _: Path) -> dict[str, str]:
    """Every program of PATH but git."""
    programs = work / "programs"
    programs.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        for program in Path(folder).iterdir() if Path(folder).is_dir() else ():
            link = programs / program.name
            if not program.name.startswith("git") and not link.is_symlink():
                link.symlink_to(program)
    return {"PATH": str(programs)}


def _read_only(clone: Path) -> None:
    for path in [clone, *clone.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)


def _no_rights_to_run(clone: Path) -> None:
    for path in clone.rglob("*"):
        if path.is_file() and ".venv" not in path.parts:
            path.chmod(0o644)


LATIN_1: Settings = {
    "LC_ALL": None,
    "LANG": "en_US.ISO-8859-1",
    "PYTHONUTF8": "0",
    "PYTHONIOENCODING": "latin-1",
}
ONE_FONT = Maker(("FONTCONFIG_FILE",), _one_font)
NOTHING: Settings = {"HOME": "{outside}/empty", **machine.NO_LOCALE}
CONDITIONS = (
    Condition("bare", "book", NOTHING, made=(ONE_FONT,), set_up=True, only_path=True),
    Condition("space-and-accent", "book", clone="Ma thèse – 2 (copie)", set_up=True),
    Condition("deep-folder", clone="/".join(["a-rather-long-name-of-a-folder"] * 8), set_up=True),
    Condition("oldest-cpu", "book", made=(Maker(("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE"), _oldest_cpu),)),
    Condition("no-fonts", "book", made=(Maker(("FONTCONFIG_FILE",), _no_fonts),)),
    Condition("another-user", "book", {"HOME": "/proc/nonexistent"}, around=machine.another_user),
    Condition("2-gb-of-memory", "book", limit_mb=2048),
    Condition("python-3.11", "book", python="3.11"),
    Condition("python-3.12", "book", python="3.12"),
    Condition("python-3.13", "book", python="3.13"),
    Condition("python-3.14", "book", python="3.14"),
    Condition("read-only-clone", "elsewhere", around=machine.another_user, spoil=_read_only),
    Condition("empty-home", settings={"HOME": "{outside}/empty"}),
    Condition("home-unset", settings={"HOME": None}),
    Condition("lived-in-home", made=(Maker(("HOME",), _lived_in_home),)),
    Condition("no-locale", settings=machine.NO_LOCALE),
    Condition("latin-1", settings=LATIN_1),
    Condition("no-terminal", settings={"TERM": None, "COLUMNS": None}, words=("setsid", "--wait")),
    Condition("dumb-terminal", settings={"TERM": "dumb", "COLUMNS": "5", "LINES": "1"}),
    Condition("colours", settings={"FORCE_COLOR": "1", "PY_COLORS": "1", "CLICOLOR_FORCE": "1"}),
    Condition("closed-stdin", words=("bash", "-c", CLOSED, "bash")),
    Condition("time-zone", settings={"TZ": "Pacific/Kiritimati"}),
    Condition("time-zone-that-is-none", settings={"TZ": "Nowhere/At_All"}),
    Condition("umask-077", words=("bash", "-c", 'umask 077 && exec "$@"', "bash")),
    Condition("256-open-files", words=("bash", "-c", 'ulimit -n 256 && exec "$@"', "bash")),
    Condition("one-core", words=("taskset", "-c", "0"), chapter_only=True),
    Condition("full-shared-memory", around=lambda: machine.mounted(SMALL_SHM, "head -c 64k /dev/zero > /dev/shm/full")),
    Condition("no-shared-memory", around=lambda: machine.mounted(NO_SHM)),
    Condition("long-tmpdir", settings={"TMPDIR": "{outside}/" + "a long place for témporary files/" * 4}),
    Condition("no-git-a-download", made=(Maker(("PATH",), _without_git),), form="archive"),
    Condition("a-worktree", form="worktree"),
    Condition("autocrlf", git=("-c", "core.autocrlf=true", "-c", "core.eol=crlf")),
    Condition("no-rights-to-run", spoil=_no_rights_to_run),
    Condition("other-modules-on-pythonpath", made=(Maker(("PYTHONPATH",), _shadows),)),
    Condition("pythonstartup", made=(Maker(("PYTHONSTARTUP",), _startup),)),
    Condition("settings-of-python", settings={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "7"}),
    Condition("pythonoptimize", settings={"PYTHONOPTIMIZE": "2"}, chapter_only=True),
    Condition("dead-proxy", settings=dict.fromkeys(machine.PROXIES, DEAD), offline=True),
    Condition("ci", settings={"CI": "true", "GITHUB_ACTIONS": "true", "BUILD_NUMBER": "7"}),
    Condition("source-date-epoch", settings={"SOURCE_DATE_EPOCH": "1700000000"}, chapter_only=True),
    Condition("another-environment-active", settings={"VIRTUAL_ENV": "/nowhere", "CONDA_PREFIX": "/nowhere"}),
    Condition("make-j4", "side by side"),
    Condition(
        "settings-of-pip-and-uv",
        settings={
            "PIP_USER": "1",
            "PIP_TARGET": "{outside}/target",
            "PIP_REQUIRE_VIRTUALENV": "1",
            "UV_SYSTEM_PYTHON": "1",
            "UV_PYTHON": "/nowhere/python",
            "UV_LINK_MODE": "copy",
        },
        set_up=True,
    ),
)
