"""The codebook of a ledger, written from its schema, and the hashes of its files.

    python -m compute_ledger.ledger.codebook [FOLDER]

refreshes `hash` and `bytes` in FOLDER/datapackage.json and then FOLDER/README.md (default: the nearest data/).
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from compute_ledger.ledger.load import find_folder
from compute_ledger.ledger.tables.problems import LedgerError
from compute_ledger.ledger.tables.required_columns import NAMES
from compute_ledger.ledger.tables.schema import SCHEMA_FILE, Field, Schema, Table, read_schema
from compute_ledger.shared.atomic_files import write_whole

CODEBOOK_FILE = "README.md"
WORDS = {"minimum": "from {}", "maximum": "to {}", "maxLength": "at most {} characters"}


def codebook(schema: Schema) -> str:
    """The codebook in Markdown: licence and citation, then each table with its grain, keys and columns."""
    package = schema.descriptor
    tables = list(schema.tables.values())
    overview = [["file", "one row is"]]
    overview += [[f"[{table.path}](#{table.name})", table.grain] for table in tables]
    parts = [
        f"# {package['title']}\n",
        f"{package['description']}\n",
        "Written from `datapackage.json` by `python -m compute_ledger.ledger.codebook`: "
        "change that file, not this one.\n",
        _markdown_table(overview),
        "The files are CSV: UTF-8, comma, LF, one row a line. An empty cell means unknown, undisclosed or not "
        "applicable. Dates are ISO 8601, figures are plain decimals, and each column has one unit. A text that begins "
        "with `=`, `+`, `-` or `@` has an apostrophe before it in files for others, so that no spreadsheet runs it; "
        "the loader takes it back.\n",
        _names(schema),
        *(_table_section(table, schema) for table in tables),
        _terms(package),
    ]
    return "\n".join(parts)


def refreshed_descriptor(folder: Path, schema: Schema) -> dict[str, Any]:
    """The content of `datapackage.json` with `hash` and `bytes` as the files in `folder` are now."""
    resources = []
    for resource in schema.descriptor["resources"]:
        if resource.get("onlyHistory"):  # whose entries would change this file, which every chapter reads
            resources.append({name: value for name, value in resource.items() if name not in ("hash", "bytes")})
            continue
        data = (folder / resource["path"]).read_bytes()
        resources.append(resource | {"hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)})
    return schema.descriptor | {"resources": resources}


def refresh(folder: Path) -> list[str]:
    """Bring `datapackage.json` and `README.md` of `folder` up to date; the names of the files that changed."""
    schema = read_schema(folder)
    texts = {
        SCHEMA_FILE: json.dumps(refreshed_descriptor(folder, schema), indent=2, ensure_ascii=False) + "\n",
        CODEBOOK_FILE: codebook(schema),
    }
    return [name for name, text in texts.items() if _write_if_changed(folder / name, text)]


def _write_if_changed(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    write_whole(text.encode(), path)
    return True


def _table_section(table: Table, schema: Schema) -> str:
    columns = [["column", "type", "unit", "meaning", "constraints"]]
    columns += [[f"`{f.name}`", f.type, f.unit, f.description, _constraints(f)] for f in table.fields]
    keys = [f"Key: {', '.join(f'`{name}`' for name in table.primary_key)}."]
    keys += [f"`{k.column}` refers to `{k.other}.{k.other_column}`." for k in table.foreign_keys]
    if table.name == "evidence":
        keys.append("`row_id` refers to the key of the table that `table` names.")
    if table.name in schema.tables_with_evidence:
        keys.append("Sources: through `evidence`.")
    return "\n".join(
        [
            f"## {table.name}\n",
            f"One row is {table.grain}. {table.description}\n",
            " ".join(keys) + "\n",
            _markdown_table(columns),
        ]
    )


def _names(schema: Schema) -> str:
    kinds = [
        f"a {kind} ({', '.join(f'`{table}.{column}`' for table, column in declared)})"
        for kind, columns in NAMES.items()
        if (declared := [(t, c) for t in columns for c in columns[t] if c in schema.tables[t].columns])
    ]
    return (
        f"One name has one spelling in all columns that hold it: {', '.join(kinds)}. Spellings that differ only in "
        "case, Unicode form, spaces, hyphens, apostrophes, full stops or what cannot be seen are refused, and the "
        "check warns of names that are nearly alike.\n"
    )


def _constraints(field: Field) -> str:
    limits = field.constraints
    words = ["required"] if field.required else []
    words += ["unique"] if limits.get("unique") else []
    words += [f"one of {', '.join(f'`{value}`' for value in limits['enum'])}"] if "enum" in limits else []
    words += [text.format(limits[word]) for word, text in WORDS.items() if word in limits]
    words += [f"like `{field.example}`"] if field.example else []
    return "; ".join(words)


def _terms(package: dict[str, Any]) -> str:
    licences = [f"[{licence['name']}]({licence['path']}) ({licence['title']})" for licence in package["licenses"]]
    authors = ", ".join(person["title"] for person in package["contributors"])
    address = f" {package['homepage']}" if "homepage" in package else ""
    return "\n".join(
        [
            "## Licence\n",
            f"{', '.join(licences)}. The facts are the sources'; wording, selection and arrangement are ours.\n",
            "## How to cite\n",
            f"> {authors}. *{package['title']}*, version {package['version']}.{address}\n",
            "Name the day the ledger was read for (`as_of`) and, for a single figure, its source as well.\n",
        ]
    )


def _markdown_table(rows: list[list[str]]) -> str:
    escaped = [[cell.replace("|", r"\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in escaped]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def main(arguments: list[str]) -> int:
    try:
        folder = find_folder(arguments[0] if arguments else "")
        changed = refresh(folder)
    except (LedgerError, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"{', '.join(changed)} refreshed\n" if changed else "nothing to refresh\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
