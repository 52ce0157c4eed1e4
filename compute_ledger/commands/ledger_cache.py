"""The ledger that a command reads: checked before anything runs, exported for its readers, each once.

What was found sound, and what was exported, is kept by the contents of the folder and of the code that looked at it.
"""

import io
import json
import os
import zipfile
from pathlib import Path

from compute_ledger.commands.project import show_problems
from compute_ledger.report.cache import fingerprints, source_imports
from compute_ledger.report.cache.store import keep_bytes, read_bytes
from compute_ledger.report.errors import DataError
from compute_ledger.shared.zip_files import zipped

SCHEMA = "datapackage.json"
SOUND, EXPORT = "sound", "export"  # files in the cache
MOST_SOUND = 20  # ledgers that are known to be


def refuse_faulty(folder: Path, root: Path, cache: Path | None, *, chosen: bool = False) -> None:
    """Stop before anything runs when the ledger has faults, all of them listed; the hashes may be stale.

    A project may have no ledger; a folder that was `chosen` must hold one.
    """
    if chosen and not os.path.isfile(folder / SCHEMA):
        raise DataError(f"no {SCHEMA} in {folder}; --data and data_dir must name a folder that has it")
    if not (folder / SCHEMA).is_file():
        return
    looked_at = _key(folder, root, "compute_ledger.ledger.ledger_check")
    sound_ledgers = json.loads((cache and read_bytes(cache / SOUND)) or b"[]")
    if looked_at in sound_ledgers:
        return
    from compute_ledger.ledger.ledger_check import check_folder

    problems = check_folder(folder, second_opinion=False)
    show_problems([problem for problem in problems if problem.column != "hash"], folder, err=True)
    if cache:
        keep_bytes(json.dumps([*sound_ledgers, looked_at][-MOST_SOUND:]).encode(), cache / SOUND)


def exported(ledger: Path, root: Path, out: Path, cache: Path | None) -> Path | None:
    """`out` with the ledger's tables for others in it; None where there is no ledger."""
    if not (ledger / SCHEMA).is_file():
        return None
    # The project's licence, where it has one, is that of its own data, not of a ledger that somebody else filled.
    licence = root / "LICENSE-DATA" if ledger == root / "data" else None
    licence = licence if licence and licence.is_file() else None
    besides = licence.read_text("utf-8") if licence else None, os.environ.get("SOURCE_DATE_EPOCH")
    made_from = _key(ledger, root, "compute_ledger.ledger.export", *besides)
    head, _, archive = ((cache and read_bytes(cache / EXPORT)) or b"").partition(b"\n")
    if head.decode() == made_from:
        zipfile.ZipFile(io.BytesIO(archive)).extractall(out)
        return out
    from compute_ledger.ledger.export import export
    from compute_ledger.ledger.tables.problems import LedgerError

    try:
        export(ledger, out, licence)
    except LedgerError as error:
        raise DataError(str(error)) from error
    if cache:
        keep_bytes(f"{made_from}\n".encode() + _packed(out), cache / EXPORT)
    return out


def _key(folder: Path, root: Path, module: str, *besides: str | None) -> str:
    files, code = fingerprints.files_in([folder.resolve()], root), source_imports.files([module, __name__], root)
    links = sorted(path.name for path in folder.iterdir() if path.is_symlink())  # which may lead out of the folder
    return fingerprints.digest([files, links, code, fingerprints.installed(), besides])


def _packed(folder: Path) -> bytes:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return zipped({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}, level=1)
