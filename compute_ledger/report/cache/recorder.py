"""A record of what a process reads while cells run.

A hook of Python's audit events sees each file that is opened, each folder that is listed, each program that is started
and each address that is asked for; variables, the presence of files, attached databases and modules that are nowhere,
of which there are no events, are seen by what stands in for `os.environ`, `os.stat` and their like. Left out is what is
known otherwise or matters to no result: files of Python and of installed packages (their versions count), what the
import system looks at (the modules that are there in the end count), what the run itself has written, variables that
installed packages ask for (see askers).

Not seen are files that a library opens in C code without asking Python, as pyarrow does; the time, the time zone, the
language and the hash seed where no code asks for their variables (TZ, LANG and LC_…, PYTHONHASHSEED), as C code and the
interpreter do; what is attached to a database by a connection with an authorizer of its own; and the hardware.
"""

import _posixsubprocess
import contextlib
import hashlib
import importlib.util
import json
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit

from compute_ledger.report.cache import askers

NOT_LISTED = ("__pycache__", ".ipynb_checkpoints")
NOT_FILES = ("/proc/", "/sys/", "/dev/")
WRITES = os.O_WRONLY | os.O_RDWR
ATTACHED, NOWHERE = "a database is attached", "a module is nowhere"  # events that Python does not have
ATTACH = 24  # SQLite's number of that action
# Events of programs and addresses, whose answers cannot be recorded -> what they are called.
BEYOND: dict[str, Callable[..., str]] = {
    "subprocess.Popen": lambda executable, *_: f"another program ({_base(executable)})",
    "os.system": lambda command, *_: f"another program ({_base(command)})",
    "os.exec": lambda path, *_: f"another program ({_base(path)})",
    "os.posix_spawn": lambda path, *_: f"another program ({_base(path)})",
    "os.spawn": lambda _, path, *__: f"another program ({_base(path)})",
    "os.fork": lambda *_: "a process of its own (fork)",
    "os.forkpty": lambda *_: "a process of its own (fork)",
    "socket.connect": lambda _, address, *__: f"the network ({_text(address) or address[0]})",
    "socket.getaddrinfo": lambda host, *_: f"the network ({_text(host)})",
    "socket.gethostbyname": lambda host, *_: f"the network ({_text(host)})",
    "socket.gethostbyaddr": lambda host, *_: f"the network ({_text(host)})",
    "socket.sendto": lambda _, address, *__: f"the network ({_text(address) or address[0]})",
}
OF_TERMINAL = ("COLUMNS", "LINES", "TERM", "TMPDIR", "TEMP", "TMP")  # which count only when cells ask themselves
SET_BY_US = ("COMPUTE_LEDGER_", "IPYTHONDIR", "JUPYTER_", "PYDEVD_")
_stat, _lstat, _access = os.stat, os.lstat, os.access


def time_and_size(path: str) -> list[int] | None:
    """Of a file; nothing of what is none, None where nothing is."""
    try:
        status = _stat(path)
    except (OSError, ValueError):
        return None
    return [status.st_mtime_ns, status.st_size] if stat.S_ISREG(status.st_mode) else []


def names_in(folder: str) -> str:
    """A hash of the names in a folder, '' where there is none."""
    try:
        names = sorted(os.fsencode(name) for name in os.listdir(folder) if name not in NOT_LISTED)
    except OSError:
        return ""
    return hashlib.sha256(b"\0".join(names)).hexdigest()


class Recorder:
    """What is read between `begin` and `end`, written to the file `record` after each cell."""

    def __init__(self, record: Path, ours: str = "") -> None:
        self.record, self.ours, self.on = record, ours and f"{ours}/", False
        self.asking = threading.local()  # what is asked here is not the run's; other threads go on
        self.files: dict[str, list[int] | None] = {}  # see time_and_size, when each was first read
        self.folders: dict[str, str] = {}  # see names_in, when each was first listed
        self.variables: dict[str, None] = {}
        self.beyond: dict[str, None] = {}
        self.written: set[str] = set()

    def watch(self) -> None:
        """See, from now on and for as long as the process lives, what it reads while a cell runs."""
        import sqlite3.dbapi2  # which a build that runs nothing does not need

        sys.addaudithook(self._event)
        sys.meta_path.append(self)
        sqlite: tuple[Any, ...] = (sqlite3, sqlite3.dbapi2)
        for module in sqlite:
            module.connect = self._connecting(module.connect)
        _posixsubprocess.fork_exec = self._starting(_posixsubprocess.fork_exec)
        os.stat, os.lstat, os.access = self._asking(_stat), self._asking(_lstat), self._asking(_access)
        for environment in (os.environ, os.environb):
            environment.__class__ = _watched(self)

    def find_spec(self, name: str, path: Iterable[str] | None = None, _: Any = None) -> None:
        """As the last of the finders of modules: what comes here is nowhere, whoever wants to import it."""
        self._event(NOWHERE, (name, path))

    def authorized(self, action: int, name: str | None, *_: Any) -> int:
        """As what allows each action to a connection of SQLite."""
        if action == ATTACH:
            self._event(ATTACHED, (name,))
        return 0

    def begin(self, *_: Any) -> None:
        """A cell begins."""
        self.on = True

    def end(self, *_: Any) -> None:
        """A cell has ended: write down what was read so far."""
        self.on = False
        reads = {"files": self.files, "folders": self.folders, "variables": list(self.variables)}
        text = json.dumps({**reads, "beyond": list(self.beyond), "modules": askers.own_modules()})
        part = self.record.with_name(f"{self.record.name}.part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, self.record)

    def _event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._listens() or not (event in BEYOND or event in EVENTS):
            return
        self.asking.here = True
        try:
            if event in BEYOND:
                self.beyond[BEYOND[event](*arguments)] = None
            elif event in ("open", NOWHERE) or not askers.is_importing(_asker()):
                EVENTS[event](self, *arguments)
        except Exception as error:  # never the run's; but what was not seen cannot be vouched for
            self.beyond[f"what could not be recorded ({event}: {type(error).__name__})"] = None
        finally:
            self.asking.here = False

    def _listens(self) -> bool:
        return self.on and not getattr(self.asking, "here", False)

    def opened(self, path: Any, mode: Any = None, flags: int = 0, *_: Any) -> None:
        """A file is opened, to be read or written or both."""
        name = self._name(_source(_text(path)))
        anew = any(sign in mode for sign in "wx") if isinstance(mode, str) else bool(flags & os.O_TRUNC)
        writes = any(sign in mode for sign in "wax+") if isinstance(mode, str) else bool(flags & WRITES)
        if name and (anew or (writes and time_and_size(name) is None)):
            self.changed(name)
        elif name:  # to write into what is there is to read it; if it is written, it differs at the end
            self.asked(name)

    def listed(self, path: Any = None, *_: Any) -> None:
        """A folder is listed, by its path or by a handle."""
        if isinstance(path, int):
            with contextlib.suppress(OSError):
                path = os.readlink(f"/proc/self/fd/{path}")
        name = self._name("." if path is None else path)
        if name and name not in self.written:
            self.folders.setdefault(name, names_in(name))

    def connected(self, database: Any, *_: Any) -> None:
        """A database of SQLite is opened."""
        text = _text(database)
        if text and ":memory:" not in text:
            self.opened(unquote(urlsplit(text).path) if text.startswith("file:") else text)

    def attached(self, database: str | None) -> None:
        """A database is attached to another; by a value, which SQLite does not tell, when there is no name."""
        if database is None:
            self.beyond["a database that is attached by a value"] = None
        else:
            self.connected(database)

    def missed(self, module: str, places: Iterable[str] | None) -> None:
        """A module is in none of the `places`, or those of all modules, and would be found if it came to be there."""
        last = module.rpartition(".")[2]
        for folder in filter(os.path.isdir, (entry or "." for entry in (sys.path if places is None else places))):
            for name in filter(None, map(self._name, (f"{folder}/{last}.py", f"{folder}/{last}"))):
                self.asked(name)

    def made(self, path: Any, *_: Any) -> None:
        """A folder is made, unless it is there."""
        if time_and_size(self._name(path)) is None:
            self.changed(path)

    def changed(self, *paths: Any) -> None:
        """Files or folders are written, moved or removed; what was read before cannot be known any more."""
        for name in filter(None, map(self._name, paths)):
            if name in self.files and self.files[name] is not None:
                self.beyond[f"a file that it writes itself ({_base(name)})"] = None
            self.written.add(name)

    def asked(self, name: str) -> None:
        """Whether a file is there, and what is in it, matters."""
        if name not in self.written and name not in self.files:
            self.files[name] = time_and_size(name)

    def variable(self, name: Any) -> None:
        """A variable is asked for; None for all of them."""
        if self._listens() and askers.is_of_run(_asker(), itself=_text(name) in OF_TERMINAL):
            if name is None:
                self.beyond["all variables of the environment"] = None
            elif not _text(name).startswith(SET_BY_US):
                self.variables[_text(name)] = None

    def _asking(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def asking(path: Any, *args: Any, **kwargs: Any) -> Any:
            if self._listens():
                self.asking.here = True
                try:
                    name = "" if kwargs.get("dir_fd") is not None or askers.is_importing(_asker()) else self._name(path)
                    # Packages look for many a file that is not there, IPython for one named like a sentence.
                    if name and (time_and_size(name) is not None or askers.is_of_run(_asker())):
                        self.asked(name)
                finally:
                    self.asking.here = False
            return function(path, *args, **kwargs)

        return asking

    def _connecting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """For SQLite, which opens attached databases without an event; a connection cannot be told so in its own."""

        def connecting(*args: Any, **kwargs: Any) -> Any:
            connection = function(*args, **kwargs)
            if self._listens():
                connection.set_authorizer(self.authorized)
            return connection

        return connecting

    def _starting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """For multiprocessing, which starts processes without an event."""

        def starting(*args: Any) -> Any:
            if self._listens():
                self.beyond["a process of its own (multiprocessing)"] = None
            return function(*args)

        return starting

    def _name(self, path: Any) -> str:
        """The absolute path, '' for what is no file of the run's."""
        text = _text(path)
        if not text or "\0" in text:
            return ""
        name = os.path.abspath(text)
        if name.startswith(NOT_FILES) or askers.is_managed(name) or "__pycache__" in name:
            return ""
        return "" if self.ours and f"{name}/".startswith(self.ours) else name


EVENTS: dict[str, Callable[..., None]] = {
    "open": Recorder.opened,
    "os.listdir": Recorder.listed,
    "os.scandir": Recorder.listed,
    "sqlite3.connect": Recorder.connected,
    ATTACHED: Recorder.attached,
    NOWHERE: Recorder.missed,
    "os.remove": Recorder.changed,
    "os.mkdir": Recorder.made,
    "os.rmdir": Recorder.changed,
    "os.rename": lambda recorder, old, new, *_: recorder.changed(old, new),
}


def _watched(recorder: Recorder) -> type:
    class Watched(type(os.environ)):  # type: ignore[misc]
        """The variables of this process; whoever asks for one is seen."""

        def __getitem__(self, key: Any) -> Any:
            recorder.variable(key)
            return super().__getitem__(key)

        def __iter__(self) -> Any:
            recorder.variable(None)
            return super().__iter__()

        def copy(self) -> Any:
            recorder.variable(None)
            return super().copy()

    return Watched


def _text(path: Any) -> str:
    """A path as text; '' for a handle, and for None."""
    with contextlib.suppress(TypeError, ValueError):
        return os.fsdecode(path)
    return ""


def _source(path: str) -> str:
    """The file that a compiled module was made from, any other path as it is."""
    if path.endswith(".pyc"):
        with contextlib.suppress(ValueError, NotImplementedError):
            return importlib.util.source_from_cache(path)
    return path


def _base(command: Any) -> str:
    words = command if isinstance(command, list | tuple) else _text(command).split()
    return os.path.basename(_text(words[0])) if words else "?"


def _asker() -> FrameType | None:
    """The frame of the code that asks: the first that is none of this module."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame
