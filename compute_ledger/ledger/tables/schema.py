"""The ledger's schema as `datapackage.json` declares it: the one place where tables and columns are described.

Reads JSON only. Importing frictionless takes longer than loading the ledger does, so it stays in `check`.
"""

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.ledger.tables.problems import LedgerError, shown
from compute_ledger.ledger.tables.required_columns import COLUMNS_NEEDED

SCHEMA_FILE = "datapackage.json"
LONGEST_MESSAGE = 300
FIELD_TYPES = ("string", "number", "integer", "date", "boolean")
CONSTRAINTS = ("required", "unique", "enum", "pattern", "minimum", "maximum", "maxLength")
PLAIN_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.csv")


@dataclass(frozen=True)
class Field:
    """One column. `unit` and `example` are "" where the schema gives none; `constraints` are frictionless ones."""

    name: str
    type: str
    description: str = ""
    unit: str = ""
    example: str = ""
    constraints: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class ForeignKey:
    """`column` holds values of `other_column` in the table `other`."""

    column: str
    other: str
    other_column: str


@dataclass(frozen=True)
class Table:
    """One CSV file of the ledger. `only_history`: it tells what other tables held before, and no figure rests on it."""

    name: str
    path: str
    title: str
    grain: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    may_be_empty: bool
    only_history: bool
    hash: str
    bytes: int | None

    @property
    def columns(self) -> list[str]:
        return [field.name for field in self.fields]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class Schema:
    """All tables in the order of `datapackage.json`, and that file's content as `descriptor`."""

    tables: dict[str, Table]
    descriptor: dict[str, Any]

    @property
    def tables_with_evidence(self) -> list[str]:
        """Tables each row of which needs a headline claim: what the column `table` of `evidence` may say."""
        return list(self.tables["evidence"].field("table").constraints.get("enum", []))


def read_schema(folder: Path) -> Schema:
    """The schema in `folder`. `LedgerError` when it is missing, not JSON, or lacks what the ledger's code reads."""
    try:
        descriptor = json.loads((folder / SCHEMA_FILE).read_text(encoding="utf-8"))
    except OSError:
        raise LedgerError(f"{SCHEMA_FILE}: no such file; a ledger needs one beside its CSV files") from None
    except (ValueError, RecursionError) as fault:
        raise LedgerError(f"{SCHEMA_FILE}: not JSON ({one_line(fault)}); correct the file or copy it afresh") from None
    try:
        tables = {table.name: table for table in map(_table, descriptor["resources"])}
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise LedgerError(
            f"{SCHEMA_FILE}: not a data package with table schemas ({one_line(fault)}); "
            "copy the one of this project and change what differs"
        ) from None
    _require(tables)
    return Schema(tables, descriptor)


def one_line(fault: BaseException) -> str:
    """The message of an exception of somebody else's, on one line that a terminal can show."""
    words = " ".join(f"{type(fault).__name__} {fault}".split())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words[:LONGEST_MESSAGE])


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    keys = schema.get("primaryKey", [])
    return Table(
        name=resource["name"],
        path=resource["path"],
        title=resource.get("title", resource["name"]),
        grain=resource.get("grain", ""),
        description=resource.get("description", ""),
        fields=tuple(_field(field) for field in schema["fields"]),
        primary_key=(keys,) if isinstance(keys, str) else tuple(keys),
        foreign_keys=tuple(_foreign_key(key, resource["name"]) for key in schema.get("foreignKeys", [])),
        may_be_empty=bool(resource.get("mayBeEmpty")),
        only_history=bool(resource.get("onlyHistory")),
        hash=resource.get("hash", ""),
        bytes=resource.get("bytes"),
    )


def _field(field: dict[str, Any]) -> Field:
    return Field(
        name=field["name"],
        type=field["type"],
        description=field.get("description", ""),
        unit=field.get("unit", ""),
        example=field.get("example", ""),
        constraints=dict(field.get("constraints", {})),
    )


def _foreign_key(key: dict[str, Any], own_name: str) -> ForeignKey:
    (column,) = [key["fields"]] if isinstance(key["fields"], str) else key["fields"]
    reference = key["reference"]
    (other,) = [reference["fields"]] if isinstance(reference["fields"], str) else reference["fields"]
    return ForeignKey(column, reference["resource"] or own_name, other)


def _require(tables: dict[str, Table]) -> None:
    for name, columns in COLUMNS_NEEDED.items():
        if name not in tables:
            raise LedgerError(
                f"{SCHEMA_FILE}: table {shown(str(name))} is not declared; copy its resource from this project"
            )
        for column in columns:
            if column not in tables[name].columns:
                raise LedgerError(
                    f"{SCHEMA_FILE}: table {shown(str(name))} does not declare the column {shown(str(column))}; add it"
                )
    for table in tables.values():
        _require_known_words(table)


def _require_known_words(table: Table) -> None:
    """A word this reader does not know would be a rule that nobody applies; a path elsewhere, somebody else's file."""
    if not PLAIN_FILE_NAME.fullmatch(str(table.path)):
        raise LedgerError(
            f"{SCHEMA_FILE}: path {shown(str(table.path))} of table {shown(str(table.name))} is not the plain name "
            f"of a CSV file in the same folder; write '{table.name}.csv'"
        )
    for column in table.primary_key:
        if column not in table.columns:
            raise LedgerError(
                f"{SCHEMA_FILE}: primary key {shown(str(column))} of table {shown(str(table.name))} "
                "is not one of its columns"
            )
    for field in table.fields:
        if field.type not in FIELD_TYPES:
            raise LedgerError(
                f"{SCHEMA_FILE}: column {table.name}.{field.name} has the type {shown(str(field.type))}; "
                f"use one of {', '.join(FIELD_TYPES)}"
            )
        try:
            re.compile(field.constraints.get("pattern", ""))
        except re.error as fault:
            raise LedgerError(
                f"{SCHEMA_FILE}: column {table.name}.{field.name} has a pattern that cannot be read ({fault}); fix it"
            ) from None
        for word in field.constraints:
            if word not in CONSTRAINTS:
                raise LedgerError(
                    f"{SCHEMA_FILE}: column {table.name}.{field.name} has the constraint {shown(str(word))}; "
                    f"use only {', '.join(CONSTRAINTS)}"
                )
