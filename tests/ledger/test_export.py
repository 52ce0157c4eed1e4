"""The ledger for others: what comes out is what went in, safe to open, and the same bytes each time."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
import zipfile

import pandas as pd
import pytest
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.ledger.export import ARCHIVE, DATABASE, export
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.ledger.tables.problems import LedgerError
from compute_ledger.ledger.tables.schema import read_schema
from compute_ledger.shared.spreadsheets import guarded, safe_cell, unguarded
from tests.ledger_copy import copy_ledger, set_cells, spoil
from tests.tiny_project import REPO

DATA = REPO / "data"
FORMULA = "=1+1"
JOIN = """
    SELECT sources.url FROM deals
    JOIN evidence ON evidence."table" = 'deals' AND evidence.row_id = deals.deal_id
        AND evidence.role IN ('headline', 'derived')
    JOIN claims USING (claim_id) JOIN sources ON sources.source_id = claims.source_id
    WHERE deals.deal_id = ?
"""


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "data"
    export(DATA, folder, REPO / "LICENSE-DATA")
    return folder


@pytest.fixture
def database(out):
    base = sqlite3.connect(out / DATABASE)
    yield base
    base.close()


@pytest.fixture
def guarded_export(tmp_path):
    """An exported copy of the example ledger with a formula in a note of its first deal."""
    ledger = copy_ledger(tmp_path)
    first = rows_of(ledger / "deals.csv")[0]["deal_id"]
    set_cells(ledger, "deals", first, note=FORMULA)
    export(ledger, tmp_path / "out")
    return tmp_path / "out"


def test_every_table_is_there_in_every_form(out):
    written = {path.name for path in out.iterdir()}
    tables = set(read_schema(DATA).tables)
    assert written == (
        {f"{table}.{form}" for table in tables for form in ("csv", "json")}
        | {"README.md", "LICENSE-DATA", "datapackage.json", ARCHIVE, DATABASE}
    )


def test_json_has_the_values_of_the_ledger(out):
    for table in read_schema(DATA).tables.values():
        printed = rows_of(DATA / table.path)
        records = json.loads((out / f"{table.name}.json").read_text(encoding="utf-8"))
        assert len(records) == len(printed)
        for row, record in zip(printed, records, strict=True):
            assert list(record) == list(row)
            for field in table.fields:
                text, value = row[field.name], record[field.name]
                if not text:
                    assert value is None
                elif field.type in ("number", "integer"):
                    assert not isinstance(value, (str, bool))
                    assert value == float(text)
                elif field.type == "boolean":
                    assert value is (text == "yes")
                else:
                    assert value == text


def test_the_database_has_the_same_rows_and_types(out, database):
    for table in read_schema(DATA).tables.values():
        records = json.loads((out / f"{table.name}.json").read_text(encoding="utf-8"))
        stored_rows = database.execute(f'SELECT * FROM "{table.name}" ORDER BY rowid').fetchall()
        assert [tuple(record.values()) for record in records] == stored_rows
    kinds = {name: kind for _, name, kind, *_ in database.execute("PRAGMA table_info(deals)")}
    assert (kinds["deal_id"], kinds["amount_usd_bn"], kinds["announced_on"]) == ("TEXT", "REAL", "TEXT")


def test_the_database_leads_from_a_deal_to_its_source_and_keeps_its_keys(database):
    for (deal,) in database.execute("SELECT deal_id FROM deals").fetchall():
        addresses = database.execute(JOIN, [deal]).fetchall()
        assert addresses, deal
        assert all(url is None or url.startswith("http") for (url,) in addresses)
    database.execute("PRAGMA foreign_keys = ON")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("UPDATE claims SET source_id = 'nobody'")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        database.execute("INSERT INTO deals SELECT * FROM deals LIMIT 1")


def test_the_zip_is_the_ledger_and_a_valid_package(out, tmp_path):
    with zipfile.ZipFile(out / ARCHIVE) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for table in read_schema(DATA).tables.values():
        assert (tmp_path / table.path).read_bytes() == (DATA / table.path).read_bytes()
    assert (tmp_path / "LICENSE-DATA").read_bytes() == (REPO / "LICENSE-DATA").read_bytes()
    report = Package(tmp_path / "datapackage.json").validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_what_a_spreadsheet_would_run_is_guarded_and_read_back(guarded_export, tmp_path):
    assert rows_of(guarded_export / "deals.csv")[0]["note"] == f"'{FORMULA}"
    assert json.loads((guarded_export / "deals.json").read_text())[0]["note"] == FORMULA
    with sqlite3.connect(guarded_export / DATABASE) as database:
        assert database.execute("SELECT note FROM deals").fetchone() == (FORMULA,)
    with zipfile.ZipFile(guarded_export / ARCHIVE) as archive:
        archive.extractall(tmp_path / "unzipped")
    assert rows_of(tmp_path / "unzipped/deals.csv")[0]["note"] == f"'{FORMULA}"
    assert [str(problem) for problem in check_folder(tmp_path / "unzipped")] == []
    before, after = load(tmp_path / "ledger"), load(tmp_path / "unzipped")
    for name, frame in before.tables.items():
        pd.testing.assert_frame_equal(frame, after.tables[name])
    assert Package(guarded_export / "datapackage.json").validate().valid


def test_figures_are_never_guarded(tmp_path):
    ledger = copy_ledger(tmp_path)
    set_cells(ledger, "financials", "exemplar-net_loss-2025", value="-1.4")
    spoil(ledger, "claims", lambda text: text.replace(b",1.4,", b",-1.4,"))
    export(ledger, tmp_path / "out")
    row = next(row for row in rows_of(tmp_path / "out/financials.csv") if row["metric"] == "net_loss")
    assert row["value"] == "-1.4"


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@\t\r\n \uff1d0.3a"), st.characters()), max_size=8))
def test_guarding_a_text_is_safe_and_can_be_taken_back(text):
    safe = guarded(text)
    assert unguarded(safe) == text
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))
    assert safe.removeprefix("'") in (text, text.removeprefix("'"))
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow([1.5, safe_cell(text)])
    assert list(csv.reader(io.StringIO(written.getvalue(), newline=""))) == [
        ["1.5", guarded(text.replace("\r\n", "\n").replace("\r", "\n"))]
    ]


def test_another_process_gives_the_same_bytes(out, tmp_path):
    code = """
import sys
from pathlib import Path
from compute_ledger.ledger.export import export
export(*map(Path, sys.argv[1:]))
"""
    arguments = [str(DATA), str(tmp_path / "again"), str(REPO / "LICENSE-DATA")]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, cwd=tmp_path)
    for path in out.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_times_in_the_zip_come_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1762473600")
    export(REPO / "tests/ledger_example", tmp_path)
    with zipfile.ZipFile(tmp_path / ARCHIVE) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2025, 11, 7, 0, 0, 0)}
        assert "LICENSE-DATA" not in archive.namelist()


def test_a_faulty_ledger_is_refused_before_anything_is_written(tmp_path):
    ledger = copy_ledger(tmp_path)
    spoil(ledger, "sources", lambda data: data + b"too,few\n")
    with pytest.raises(LedgerError, match=r"^sources\.csv, row \d+: has 2 cells"):
        export(ledger, tmp_path / "out")
    assert not (tmp_path / "out").exists()
