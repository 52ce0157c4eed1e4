"""The list of changed values: every entry is borne out by the ledger, and none is missing since the first edition."""

import csv
import io
import json
import subprocess

import pytest

from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.ledger.tables.schema import read_schema
from tests.ledger_copy import PROJECT_DATA, add_row, copy_ledger, set_cells
from tests.structure import ROOT

FIRST_EDITION = "ec97ebf6e7e77edaca2ce672864715ddbaa987b0"  # from which on changes are listed
OUR_WORDS = {"note", "reason", "licence_note", "label"}  # and the titles of deals
ENTRY = {"changed_on": "2026-03-01", "table": "deals", "row_id": "anvil-2025-07", "reason": "Because"}


def reports(folder) -> list[str]:
    return [str(problem) for problem in check_folder(folder, second_opinion=False)]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"column": "amount_usd_bn", "old": "14", "new": "15"}, ""),
        ({"column": "amount_usd_bn", "old": "14", "new": "15.0"}, ""),
        ({"column": "ended_on", "old": "2026-01-01", "new": ""}, ""),
        ({"column": "announced_on", "new": "2025-07-01"}, ""),
        ({"table": "ties", "row_id": "granite-owns-exemplar", "column": "binding", "old": "no", "new": "yes"}, ""),
        ({"row_id": "anvil-2025-06", "column": "deal_id", "old": "anvil-2025-06"}, ""),
        (
            {"table": "evidence", "row_id": "deals / anvil-2025-07 / anvil-2025-07-amount", "column": "role",
             "new": "headline"},
            "",
        ),
        ({"column": "amount_usd_bn", "new": "16"}, "'16' is not what amount_usd_bn of 'anvil-2025-07' holds, '15'"),
        ({"column": "amount_usd_bn", "new": "much"}, "'much' is not what amount_usd_bn of 'anvil-2025-07' holds, '15'"),
        ({"column": "ended_on", "new": "2026-01-01"}, "is not what ended_on of 'anvil-2025-07' holds, ''"),
        ({"column": "amount"}, "column: 'amount' is not a column of deals; name a column of that table"),
        ({"table": "deal", "column": "amount"}, "table: 'deal' is not a table whose changes are listed"),
        ({"table": "changes", "column": "new"}, "table: 'changes' is not a table whose changes are listed"),
        ({"row_id": "anvil-2025-06", "column": "status"}, "row_id: 'anvil-2025-06' is not a row of deals.csv; correct"),
        ({"column": "deal_id", "old": "anvil-2025-07"}, "is still a row of deals.csv, though its key is said to have"),
        ({"column": "status", "new": "not_finalised", "reason": ""}, "column reason: is empty; this column needs"),
    ],
)  # fmt: skip
def test_an_entry_is_borne_out_by_the_ledger_or_reported(tmp_path, entry, message):
    folder = copy_ledger(tmp_path)
    add_row(folder, "changes", **ENTRY | entry)
    lines = reports(folder)
    assert len(lines) == bool(message), lines
    assert message in "".join(lines)


def test_of_several_changes_of_a_cell_the_last_day_counts(tmp_path):
    folder = copy_ledger(tmp_path)
    cell = ENTRY | {"column": "amount_usd_bn"}
    add_row(folder, "changes", **cell | {"changed_on": "2026-04-01", "old": "14", "new": "15"})
    add_row(folder, "changes", **cell | {"old": "13", "new": "14"})
    assert reports(folder) == []
    set_cells(folder, "changes", "2026-04-01,deals,anvil-2025-07", new="17")
    (line,) = reports(folder)
    assert "'17' is not what" in line


def test_a_ledger_needs_no_such_list(tmp_path):
    folder = copy_ledger(tmp_path)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [resource for resource in package["resources"] if resource["name"] != "changes"]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "changes.csv").unlink()
    assert reports(folder) == []


def rows_of(text: str, key: tuple[str, ...]) -> dict[str, dict[str, str]]:
    return {" / ".join(row[column] for column in key): row for row in csv.DictReader(io.StringIO(text))}


def missing_entries(table: str, key: tuple[str, ...], before: str, now: str, listed: set[tuple]) -> list[str]:
    """Cells that changed, and rows that went, between two states of a table and are not listed; as lines to paste."""
    old_rows, new_rows = rows_of(before, key), rows_of(now, key)
    lines = []
    for row_id, old in old_rows.items():
        new = new_rows.get(row_id)
        cells = [(key[-1], "")] if new is None else [(column, new[column]) for column in old if column in new]
        for column, value in cells:
            ours = column in OUR_WORDS or (table, column) == ("deals", "title")
            if value != old[column] and not ours and (table, row_id, column, value) not in listed:
                text = io.StringIO()
                csv.writer(text, lineterminator="").writerow(
                    ["DAY", table, row_id, column, old[column], value, "WHY", ""]
                )
                lines.append(text.getvalue())
    return lines


def test_missing_entries_are_seen():
    before, now = "id,a,note\nx,1,n\ny,2,n\nz,3,n\n", "id,a,note\nx,1,m\ny,4,n\nnew,1,\n"
    lines = ["DAY,t,y,a,2,4,WHY,", "DAY,t,z,id,z,,WHY,"]
    assert missing_entries("t", ("id",), before, now, set()) == lines
    assert missing_entries("t", ("id",), before, now, {("t", "y", "a", "4"), ("t", "z", "id", "")}) == []


def test_every_value_that_changed_since_the_first_edition_is_listed():
    """Against git: a line of the failure, with day and reason, belongs into data/changes.csv."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
        if done.returncode:
            pytest.skip("no history: this is a download, or a clone of the newest commit alone")
        return done.stdout

    paths = git("ls-tree", "--name-only", FIRST_EDITION, "data/").split()
    with open(PROJECT_DATA / "changes.csv", newline="", encoding="utf-8") as file:
        listed = {(row["table"], row["row_id"], row["column"], row["new"]) for row in csv.DictReader(file)}
    lines = []
    for table in read_schema(PROJECT_DATA).tables.values():
        if f"data/{table.path}" in paths and table.name != "changes":
            before = git("show", f"{FIRST_EDITION}:data/{table.path}")
            now = (PROJECT_DATA / table.path).read_text(encoding="utf-8")
            lines += missing_entries(table.name, table.primary_key, before, now, listed)
    assert lines == [], "\n".join(["add to data/changes.csv, with day and reason:", *lines])
