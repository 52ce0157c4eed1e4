"""The manifest of a published book: what it holds, each file by its hash."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compute_ledger.report.book.layout import MANIFEST

GENERATOR = "compute-ledger"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a book made by us, or None when `folder` holds no such book."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("generator") == GENERATOR else None


def write_manifest(folder: Path, about: dict[str, Any]) -> None:
    """Write manifest.json: `about`, and the SHA-256 of every other file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    sums = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    text = json.dumps({"generator": GENERATOR, **about, "files": sums}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def flaws(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """What differs between the files in `folder` and its `manifest`, a line each, sorted by file name."""
    checksums = manifest.get("files", {})
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    problems = {name: "is missing" for name in checksums if name not in paths}
    for name, path in paths.items():
        if name in checksums:
            if hashlib.sha256(path.read_bytes()).hexdigest() != checksums[name]:
                problems[name] = "is not the file that was published"
        elif path.name != MANIFEST:
            problems[name] = "is no part of the book"
    return [f"{name}: {flaw}" for name, flaw in sorted(problems.items())]
