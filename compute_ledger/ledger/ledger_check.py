"""Check a ledger: everything that is wrong with it, in one run."""

import copy
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from compute_ledger.ledger.rules.integrity_rules import FIGURE_RULES
from compute_ledger.ledger.rules.leading_rules import LEADING_RULES
from compute_ledger.ledger.rules.record_rules import RECORD_RULES
from compute_ledger.ledger.tables.problems import ERROR, LedgerError, Problem
from compute_ledger.ledger.tables.schema import SCHEMA_FILE, Schema, Table, read_schema
from compute_ledger.ledger.tables.table_reader import TableRead, read_table
from compute_ledger.shared.spreadsheets import unguarded

__all__ = ["Problem", "check_folder"]

HASH_ERRORS = ("hash-count", "byte-count")
REFRESH = "if the change is meant, refresh it with: python -m compute_ledger.ledger.codebook FOLDER"


def check_folder(path: str | Path, *, second_opinion: bool = True) -> list[Problem]:
    """All problems of the ledger in the folder `path`, by file and row; no error among them means that it is sound.

    The schema is validated by the reader that `load` uses and, as a second opinion, by frictionless where that is
    installed (where both find the same, the reader's wording is kept); then come the rules across rows and tables.
    Frictionless takes most of the time, minutes for hundreds of thousands of rows: `second_opinion=False` leaves it
    out.
    """
    folder = Path(path)
    if not folder.is_dir():
        return [Problem(str(path), 0, "", "", "no such folder", "give the folder of a ledger")]
    try:
        schema = read_schema(folder)
        tables = {name: read_table(folder, table) for name, table in schema.tables.items()}
    except LedgerError as fault:
        return [_schema_problem(str(fault))]
    for rule in (*FIGURE_RULES, *RECORD_RULES, *LEADING_RULES):
        rule(tables)
    problems = [problem for read in tables.values() for problem in read.problems]
    errors = [problem for problem in problems if problem.severity == ERROR]
    if second_opinion and (frictionless := installed_frictionless()):
        new_problems = _new_ones(_frictionless_problems(frictionless, folder, schema, tables), errors)
        errors, problems = errors + new_problems, problems + new_problems
    problems += _stale_hashes(tables.values(), {problem.file for problem in errors})
    order = {table.path: place for place, table in enumerate(schema.tables.values())}
    return sorted(problems, key=lambda problem: (order.get(problem.file, -1), problem.row))


def installed_frictionless() -> ModuleType | None:
    """The package that gives the second opinion, None where it cannot be imported: it is in the extra `check`."""
    # Imported here: it takes longer than loading the whole ledger, and only a check needs it.
    try:
        import frictionless
    except ImportError:
        return None
    return frictionless


def _schema_problem(line: str) -> Problem:
    file, _, rest = line.partition(": ")
    message, _, fix = rest.rpartition("; ")
    return Problem(file, 0, "", "", message or rest, fix if message else "see datapackage.org")


def _new_ones(problems: Iterable[Problem], reported: list[Problem]) -> list[Problem]:
    """What is about a cell, or a row as a whole, of which we have reported nothing."""
    cells = {(problem.file, problem.row, problem.column) for problem in reported}
    rows = {(problem.file, problem.row) for problem in reported}
    return [
        problem
        for problem in problems
        if (problem.file, problem.row, problem.column) not in cells
        and (problem.file, problem.row, "") not in cells
        and (problem.column or (problem.file, problem.row) not in rows)
    ]


def _stale_hashes(reads: Iterable[TableRead], faulty: set[str]) -> list[Problem]:
    """Files that differ from the hash in the schema. Where a file has other faults, they come first."""
    return [
        Problem(SCHEMA_FILE, 0, "hash", "", f"{read.table.path} has changed since its hash was written", REFRESH)
        for read in reads
        if read.table.hash and read.table.hash != f"sha256:{read.sha256}" and read.table.path not in faulty
    ]


def _frictionless_problems(
    frictionless: Any, folder: Path, schema: Schema, tables: dict[str, TableRead]
) -> list[Problem]:
    """What frictionless finds in the files that could be read as CSV; of the others it would only say so again."""
    readable = {name for name, read in tables.items() if all(problem.row > 1 for problem in read.problems)}
    try:
        package = frictionless.Package.from_descriptor(_part(schema, readable), basepath=str(folder))
    except frictionless.FrictionlessException as fault:
        errors = fault.reasons or [fault.error]
        return [Problem(SCHEMA_FILE, 0, "", "", _line(error.note), "see datapackage.org") for error in errors]
    cells = sum(read.frame.size + 2 * len(read.frame) + 1 for read in tables.values())
    return [
        _translated(error, schema.tables[task.name])
        for task in package.validate(limit_errors=cells).tasks
        for error in task.errors
        if error.type not in HASH_ERRORS and not _is_guarded(error)
    ]


def _is_guarded(error: Any) -> bool:
    """Whether it is about a text with an apostrophe against spreadsheets, which only our reader takes back."""
    cell = str(getattr(error, "cell", "") or "")
    return unguarded(cell) != cell


def _part(schema: Schema, names: set[str]) -> dict[str, Any]:
    """The descriptor with the tables `names` only, and without their references to others."""
    part = copy.deepcopy(schema.descriptor)
    part["resources"] = [resource for resource in part["resources"] if resource["name"] in names]
    for resource in part["resources"]:
        keys = resource["schema"].pop("foreignKeys", [])
        if inner_keys := [key for key in keys if key["reference"]["resource"] in {"", *names}]:
            resource["schema"]["foreignKeys"] = inner_keys
    return part


def _translated(error: Any, table: Table) -> Problem:
    row = getattr(error, "row_number", 0) or 0
    cell = getattr(error, "cell", "") or ""
    column = getattr(error, "field_name", "") or getattr(error, "label", "") or ""
    return Problem(table.path, row, column, str(cell), _line(error.note), f"see {table.name} in the codebook")


def _line(text: str) -> str:
    return " ".join(text.split())
