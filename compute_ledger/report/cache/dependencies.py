"""What a run has really read, as its kernel recorded it (see recorder), and whether all that is as it was then."""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from compute_ledger.report.cache.fingerprints import Part, Parts
from compute_ledger.report.cache.recorder import names_in, time_and_size

ABSENT, FOLDER, SPECIAL = "absent", "a folder", "no file"
NO_RECORD = "what it reads was not recorded"


@dataclass(frozen=True)
class Dependencies:
    """What one run has read, each with its state: `files` and `modules` (by file), `folders` listed, `variables`.

    Paths are relative to the project where they lie in it. `beyond` says in words what cannot be recorded: such a run
    is never used again.
    """

    files: Part = field(default_factory=dict)
    modules: Part = field(default_factory=dict)
    folders: Part = field(default_factory=dict)
    variables: Part = field(default_factory=dict)
    beyond: tuple[str, ...] = ()

    @cached_property
    def parts(self) -> Parts:
        """The same, as parts of what the run hangs on: what is called what in `--explain`."""
        named = {"files read": self.files, "modules loaded": self.modules}
        return named | {"folders listed": self.folders, "variables": self.variables}

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Dependencies":
        """From what `plain` gave."""
        return cls(**{**plain, "beyond": tuple(plain["beyond"])})


class States:
    """The state of files, folders and variables at one moment of a build: each is looked at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[str, str] = {}

    def recorded(self, record: Path, imported_ahead: Iterable[str] = ()) -> Dependencies:
        """What the `record` of a run names, as it is now, but for the modules `imported_ahead`, known otherwise.

        A run under which a file was changed cannot be used again, and neither can one that left no record.
        """
        try:
            reads = json.loads(record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Dependencies(beyond=(NO_RECORD,))
        edited = [name for name, seen in reads["files"].items() if seen != time_and_size(name)]
        grown = [name for name, seen in reads["folders"].items() if seen != names_in(name)]
        beyond = [
            *reads["beyond"],
            *(f"a file that was edited meanwhile ({os.path.basename(name)})" for name in edited),
        ]
        beyond += [f"a folder that it changes itself ({os.path.basename(name)})" for name in grown]
        sources = {path for name, path in reads["modules"].items() if name not in set(imported_ahead)}
        return Dependencies(
            # The folders that the project lies in are there, whatever they are called.
            {self._named(name): self.file(name) for name in sorted(reads["files"]) if not self._holds(name)},
            {self._named(name): self.file(name) for name in sorted(sources)},
            {self._named(name): names_in(name) for name in sorted(reads["folders"])},
            {name: variable(name) for name in sorted(reads["variables"])},
            tuple(sorted(beyond)),
        )

    def now(self, before: Dependencies) -> Dependencies:
        """What `before` names, as it is now."""
        return Dependencies(
            {name: self.file(self._path(name)) for name in before.files},
            {name: self.file(self._path(name)) for name in before.modules},
            {name: names_in(self._path(name)) for name in before.folders},
            {name: variable(name) for name in before.variables},
            before.beyond,
        )

    def file(self, path: str) -> str:
        """A hash of what is in the file, or what else is there."""
        if path not in self._files:
            self._files[path] = _content(path)
        return self._files[path]

    def _holds(self, path: str) -> bool:
        return f"{self.root}/".startswith(f"{path.rstrip('/')}/")

    def _named(self, path: str) -> str:
        inside = os.path.relpath(path, self.root)
        return path if inside.startswith("..") else Path(inside).as_posix()

    def _path(self, name: str) -> str:
        return os.path.join(self.root, name)


def variable(name: str) -> str:
    """A hash of the value of a variable, which may be a secret."""
    value = os.environ.get(name)
    return ABSENT if value is None else hashlib.sha256(os.fsencode(value)).hexdigest()


def _content(path: str) -> str:
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            return FOLDER if stat.S_ISDIR(mode) else SPECIAL
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ABSENT
