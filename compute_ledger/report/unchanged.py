"""Whether a book would come out just as it lies there, so that nothing needs to be run, drawn or checked again.

Everything that a build reads is hashed, and so is every file of the book: no clock and no size is trusted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compute_ledger.report import inputs
from compute_ledger.report.cache import keep_bytes, read_bytes
from compute_ledger.report.publish import MANIFEST, flaws, read_manifest

BOOKS = "books"
READ = ("notebooks", "book/templates", "book/static", "compute_ledger")


def key(root: Path, ledger: Path, editions: Sequence[str], given: Mapping[str, Any]) -> str:
    """The hash of all that a build of these `editions` with these `given` parameters reads."""
    files = sorted(path for path in [*root.iterdir(), *(root / "book").iterdir()] if path.is_file())
    parts = {
        "asked for": inputs.digest([list(editions), {name: repr(value) for name, value in given.items()}]),
        "files": {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "folders": inputs.files_in([ledger, *map(Path, READ)], root),
        "package": inputs.files_in([Path(__file__).parents[1]], root),
        **inputs.installed(),
    }
    return inputs.digest(parts)


def is_current(target: Path, cache: Path, wanted: str) -> bool:
    """Whether the book in `target` was made from what has the key `wanted`, and is whole."""
    told = read_bytes(_record(target, cache))
    manifest = read_manifest(target)
    return told == _state(target, wanted) and manifest is not None and not flaws(target, manifest)


def remember(target: Path, cache: Path, made_from: str) -> None:
    """Keep for `is_current` what the book that was just published in `target` was made from."""
    keep_bytes(_state(target, made_from), _record(target, cache))


def _record(target: Path, cache: Path) -> Path:
    return cache / BOOKS / hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]


def _state(target: Path, made_from: str) -> bytes:
    try:
        manifest = (target / MANIFEST).read_bytes()
    except OSError:
        return b""
    return f"{made_from} {hashlib.sha256(manifest).hexdigest()}".encode()
