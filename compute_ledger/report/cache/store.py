"""What was made before and would come out the same: executed notebooks, pages and drawings, found by their inputs.

An entry is a file whose name is the hash of all that it was made from, so that nothing in it can be out of date. It
appears in one step, holds a hash of its own content, and counts as missing when the two differ.

    <folder>/runs/<hash>      an executed notebook
    <folder>/pages/<hash>     a rendered page with the files beside it, and the drawings in it
    <folder>/drawings/<hash>  an SVG or PNG (see drawings)
    <folder>/outlines/<hash>  what the checks of a book have read in its pages
    <folder>/last             the inputs of each chapter when it was last built, and what the last builds used
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from compute_ledger.report.cache.fingerprints import Parts, digest
from compute_ledger.report.errors import TargetError
from compute_ledger.shared.atomic_files import write_whole

KINDS = RUNS, PAGES, DRAWINGS, OUTLINES = "runs", "pages", "drawings", "outlines"
LAST = "last"
BUILDS_KEPT = 12


class Cache:
    """The cache in `folder`, which need not exist, for the build named `build`."""

    def __init__(self, folder: Path, build: str = "") -> None:
        self.folder, self.build = folder, build
        last = _read(folder / LAST) or {}
        self.inputs: dict[str, Parts] = last.get("inputs", {})
        self.builds: dict[str, list[str]] = last.get("builds", {})
        self.used: set[str] = set()

    def get(self, kind: str, key: str) -> Any:
        """The entry of that kind, or None."""
        self.used.add(f"{kind}/{key}")
        return _read(self.folder / kind / key)

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep `value`, which JSON can hold."""
        self.used.add(f"{kind}/{key}")
        _write(value, self.folder / kind / key)

    def changes(self, label: str, parts: Parts) -> list[str]:
        """What differs from when `label` was last built, in words; nothing when it is the same."""
        return _changes(self.inputs[label], parts) if label in self.inputs else ["it was not built before"]

    def finish(self, inputs: Mapping[str, Parts]) -> None:
        """Remember the `inputs` of this build by label, and drop what no build that is remembered used.

        Of each build that is the last time, and of all the last few builds.
        """
        self.builds = {self.build: sorted(self.used)} | {
            name: used for name, used in self.builds.items() if name != self.build
        }
        self.builds = dict(list(self.builds.items())[:BUILDS_KEPT])
        _write({"inputs": {**self.inputs, **inputs}, "builds": self.builds}, self.folder / LAST)
        used_names = {name for used in self.builds.values() for name in used}
        for kind in KINDS:
            for path in (self.folder / kind).glob("*"):
                if f"{kind}/{path.name}" not in used_names:
                    path.unlink(missing_ok=True)


def key(parts: Parts) -> str:
    """The name of what is made from `parts`."""
    return digest(parts)


def _changes(before: Parts, now: Parts) -> list[str]:
    return [
        f"{part}: {_some(name for name in _by_name({*old, *new}) if old.get(name) != new.get(name))}"
        for part, old, new in ((part, before.get(part, {}), now.get(part, {})) for part in {**now, **before})
        if old != new
    ]


def _by_name(names: Iterable[str]) -> list[str]:
    """In order, those of files that lie elsewhere after the project's."""
    return sorted(names, key=lambda name: (os.path.isabs(name), name))


def _some(names: Iterable[str]) -> str:
    first, rest = (listed := list(names))[:3], len(listed) - 3
    return ", ".join(first) + (f" and {rest} more" if rest > 0 else "")


def read_bytes(path: Path) -> bytes | None:
    """What was written whole to `path`, else None: a file that is not what it says is as good as none."""
    try:
        hashed, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest().encode() == hashed else None


def keep_bytes(content: bytes, path: Path) -> None:
    """Write `content` to `path` for `read_bytes`; TargetError when that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(hashlib.sha256(content).hexdigest().encode() + b"\n" + content, path)
    except OSError as error:
        raise TargetError(f"cannot keep {path}: {error.strerror}; make room there, or give --no-cache") from error


def _read(path: Path) -> Any:
    content = read_bytes(path)
    return None if content is None else json.loads(content)


def _write(value: Any, path: Path) -> None:
    keep_bytes(json.dumps(value, ensure_ascii=False).encode(), path)
