"""Whether a book is there already, whole, and made from just what a build would make it from."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from compute_ledger.report.book.contents import Contents
from compute_ledger.report.book.layout import MANIFEST
from compute_ledger.report.book.manifest import flaws, read_manifest
from compute_ledger.report.cache import fingerprints, source_imports
from compute_ledger.report.cache.dependencies import Dependencies, States
from compute_ledger.report.cache.store import keep_bytes, read_bytes
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks.parameters import declared

BOOKS, IMPORTS = "books", "imports"
MOST_SOURCES = 5_000  # whose imports are kept; beyond that they are read anew
COMMAND = "compute_ledger.cli"  # which leads to all that a build may run
BESIDE = ("LICENSE-DATA", "pyproject.toml")


def fingerprint(contents: Contents, editions: Sequence[str], parameters: Mapping[str, Any], cache: Path) -> str:
    """One hash of all that a build of the `editions` with the given `parameters` is known to read before it runs.

    What the sources import is taken from the `cache` and kept in it.
    """
    root = contents.root
    known_sources = json.loads(read_bytes(cache / IMPORTS) or b"{}")
    source_imports.READ.update(known_sources)
    texts = {chapter.slug: chapter.notebook.read_bytes() for chapter in contents.chapters}
    imported = [name for text in texts.values() for name in source_imports.of_notebook_file(text)]
    values = [value for edition in contents.editions for value in edition.parameters.values()]
    values += [*parameters.values(), *(text for content in texts.values() for text in _defaults(content))]
    parts = {
        "notebooks": {slug: hashlib.sha256(text).hexdigest() for slug, text in texts.items()},
        "book": fingerprints.files_in(
            sorted(path for path in (root / "book").iterdir() if path.name != "_build"), root
        ),
        "files": {path.name: path.read_text(encoding="utf-8") for path in _flat(root)},
        "data": fingerprints.files_in([fingerprints.DATA, *fingerprints.folders(values, root)], root)
        | fingerprints.named_files(values, root),
        "package": source_imports.files([*imported, *fingerprints.RUNNER, *fingerprints.RENDERER, COMMAND], root),
        "build": {"editions": repr(sorted(editions)), "given": repr(sorted(parameters.items()))},
        "commit": {"sources": repr(contents.sources)},
        "environment": {"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "")},
        **fingerprints.installed(),
    }
    new = {name: source_imports.READ[name] for name in source_imports.READ.keys() - known_sources.keys()}
    if new:
        keep_bytes(
            json.dumps(new if len(known_sources) > MOST_SOURCES else known_sources | new).encode(), cache / IMPORTS
        )
    return fingerprints.digest(parts)


def _defaults(content: bytes) -> list[str]:
    """Texts that a notebook's parameters are by default; none of one that cannot be read, which the build tells."""

    def read() -> list[str]:
        try:
            parameters = declared(json.loads(content), "")
        except NotebookError:
            return []
        return [parameter.default for parameter in parameters if isinstance(parameter.default, str)]

    return source_imports.read_once(content, "the defaults of a notebook", read)


def is_built(target: Path, made_from: str, cache: Path, root: Path) -> bool:
    """Whether the book in `target` was made from that, and every file of it is as it was then.

    And whatever the runs of its chapters have really read, in the project at `root` and elsewhere.
    """
    record = read_bytes(_record(target, cache))
    manifest = read_manifest(target)
    if record is None or manifest is None:
        return False
    build = json.loads(record)
    if build != {**build, "made_from": made_from, "manifest": _hashed(target / MANIFEST)}:
        return False
    states = States(root)
    return all(states.now(read) == read for read in map(Dependencies.of, build["read"])) and not flaws(target, manifest)


def remember(target: Path, made_from: str, cache: Path, read: Iterable[Dependencies]) -> None:
    """Keep what the book in `target` was made from, and what its runs have `read`, if that could be recorded."""
    dependencies = list(read)
    if not any(run.beyond for run in dependencies):
        record = {"made_from": made_from, "manifest": _hashed(target / MANIFEST)}
        plain = [run.plain() for run in dependencies]
        keep_bytes(json.dumps({**record, "read": plain}).encode(), _record(target, cache))


def _record(target: Path, cache: Path) -> Path:
    return cache / BOOKS / fingerprints.digest(os.path.relpath(target.resolve(), cache.resolve()))


def _flat(root: Path) -> list[Path]:
    """Files of the project and of its book that lie in no folder of sources."""
    return [path for path in (*(root / name for name in BESIDE), *sorted((root / "book").glob("*"))) if path.is_file()]


def _hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
