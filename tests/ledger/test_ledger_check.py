"""What `check_folder` reports and `load` refuses, fault by fault and all at once."""

import contextlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import LedgerError, load
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.ledger.rules import name_rules
from compute_ledger.ledger.tables.schema import read_schema
from compute_ledger.ledger.tables.table_reader import read_table
from tests.ledger_copy import EXAMPLE, add_row, copy_ledger, remove_row, set_cells, spoil
from tests.ledger_faults import CELLS, DIFFERENT, FILES, NEARLY, RECORD_ONLY, SPELLINGS

DATA = Path(__file__).parents[2] / "data"


def lines(folder: Path, *, second_opinion: bool = True) -> list[str]:
    reports = [str(problem) for problem in check_folder(folder, second_opinion=second_opinion)]
    assert not [line for line in reports if len(line.splitlines()) != 1 or "; " not in line]
    return reports


def refused(folder: Path) -> str:
    """What `load` says of a folder that it must not read."""
    with pytest.raises(LedgerError) as caught:
        load(folder)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def named(case: tuple) -> str:
    return "-".join(map(str, case[:4]))[:60]


def test_the_example_is_sound():
    assert lines(EXAMPLE) == []


@pytest.mark.skipif(not (DATA / "deals.csv").exists(), reason="the ledger's data is not there yet")
def test_the_ledger_is_sound():
    assert lines(DATA) == []


@pytest.mark.parametrize(("table", "key", "column", "cell", "expected"), CELLS, ids=map(named, CELLS))
def test_a_faulty_cell_is_refused_and_reported(tmp_path, table, key, column, cell, expected):
    folder = copy_ledger(tmp_path)
    set_cells(folder, table, key, **{column: cell})
    reports = lines(folder, second_opinion=False)
    assert any(expected in line for line in reports), reports
    assert refused(folder) in reports


@pytest.mark.parametrize(("table", "key", "column", "cell", "expected"), RECORD_ONLY, ids=map(named, RECORD_ONLY))
def test_a_gap_in_the_record_is_reported(tmp_path, table, key, column, cell, expected):
    folder = copy_ledger(tmp_path)
    set_cells(folder, table, key, **{column: cell})
    reports = lines(folder, second_opinion=False)
    assert any(expected in line for line in reports), reports


@pytest.mark.parametrize(("cells", "expected"), [case[1:] for case in SPELLINGS], ids=[case[0] for case in SPELLINGS])
def test_one_name_spelled_two_ways_is_refused_and_reported(tmp_path, cells, expected):
    folder = copy_ledger(tmp_path)
    for table, key, column, text in cells:
        set_cells(folder, table, key, **{column: text})
    reports = lines(folder, second_opinion=False)
    assert any(expected in line and not line.startswith("warning") for line in reports), reports
    assert refused(folder) in reports


@pytest.mark.parametrize(("cells", "expected"), [case[1:] for case in NEARLY], ids=[case[0] for case in NEARLY])
def test_a_name_that_may_be_misspelt_is_a_warning(tmp_path, cells, expected):
    folder = copy_ledger(tmp_path)
    for table, key, column, text in cells:
        set_cells(folder, table, key, **{column: text})
    (problem,) = check_folder(folder, second_opinion=False)
    assert problem.severity == "warning"
    assert str(problem).startswith("warning: ")
    assert expected in str(problem)
    load(folder)


@pytest.mark.parametrize("cells", DIFFERENT, ids=[cells[1][3] for cells in DIFFERENT])
def test_names_that_differ_in_more_than_a_slip_are_two(tmp_path, cells):
    folder = copy_ledger(tmp_path)
    for table, key, column, text in cells:
        set_cells(folder, table, key, **{column: text})
    assert lines(folder, second_opinion=False) == []


def test_the_commoner_spelling_is_right_and_every_row_with_another_is_named(tmp_path):
    folder = copy_ledger(tmp_path)
    for deal in ("nimbus-2025-02", "stratus-2025-05", "cumulus-2025-06"):
        set_cells(folder, "deals", deal, counterparty_group="Big Forge")
    for deal in ("anvil-2025-07", "forge-2025-09"):
        set_cells(folder, "deals", deal, counterparty_group="BIG FORGE")
    reports = lines(folder, second_opinion=False)
    assert [line.partition(":")[0] for line in reports] == [
        f"deals.csv, row {row}, column counterparty_group" for row in (7, 9)
    ]
    assert all("'BIG FORGE' differs from 'Big Forge' (deals.csv, row 2)" in line for line in reports)


def test_keys_that_differ_in_case_only_are_named(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "market_shares", "synergy-2025Q3-stratus", share_id="SYNERGY-2025Q3-nimbus")
    reports = lines(folder, second_opinion=False)
    assert any(
        "'SYNERGY-2025Q3-nimbus' differs from 'synergy-2025Q3-nimbus' in case only; rename one" in line
        for line in reports
    )


def test_comparing_names_grows_with_the_names_and_not_with_their_pairs(tmp_path, monkeypatch):
    """Comparisons of two names, for names that all share their keys with many others."""
    schema = copy_ledger(tmp_path)
    tables = {name: read_table(schema, table) for name, table in read_schema(schema).tables.items()}
    calls = []
    monkeypatch.setattr(name_rules, "misspelt", lambda *pair: calls.append(pair) or False)

    def comparisons(names: int) -> int:
        letters = [chr(ord("\u4e00") + number) for number in range(names)]
        read = tables["sources"]
        read.frame = pd.DataFrame({"publisher": [f"Gazette {letter}news" for letter in letters]})
        calls.clear()
        name_rules.names_are_not_misspelt({**tables, "sources": read})
        return len(calls)

    few, many = comparisons(100), comparisons(800)
    assert 99 <= few < many <= 8.5 * few


@pytest.mark.parametrize(("table", "change", "expected"), FILES, ids=[case[2][:50] for case in FILES])
def test_a_faulty_file_is_refused_and_reported(tmp_path, table, change, expected):
    folder = copy_ledger(tmp_path)
    spoil(folder, table, change)
    reports = lines(folder, second_opinion=False)
    assert any(expected in line for line in reports), reports
    assert refused(folder) in reports


def test_frictionless_repeats_nothing_that_was_said(tmp_path):
    """One cell of each kind of schema fault: what both find is there once, in our words."""
    folder = copy_ledger(tmp_path)
    cells = {
        "deals": ("status", "forge-2025-09"),
        "sources": ("url", "rumour-2025"),
        "claims": ("value", "exemplar-staff"),
    }
    for table, (column, key) in cells.items():
        set_cells(folder, table, key, **{column: "x y"})
    set_cells(folder, "deals", "anvil-2025-07", counterparty="")
    set_cells(folder, "deals", "granite-2025-04-round", part_of="nobody", term_years="-1", announced_on="2025-4-1")
    set_cells(folder, "evidence", "deals,forge-2025-09", claim_id="no-claim")
    spoil(folder, "evidence", lambda data: data + data.splitlines(keepends=True)[1])
    reports = lines(folder)
    assert reports == lines(folder, second_opinion=False)
    assert len(reports) == 10, reports


def test_frictionless_has_a_say_of_its_own(tmp_path):
    """Something that only frictionless looks at still comes out as one line."""
    folder = copy_ledger(tmp_path)
    package = json.loads((folder / "datapackage.json").read_text())
    package["resources"][2]["schema"]["fields"][0]["format"] = 3
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert lines(folder, second_opinion=False) == []
    assert lines(folder)[0].startswith("datapackage.json: ")


@pytest.mark.parametrize("change", [FILES[2][1], FILES[4][1], FILES[5][1]], ids=["bom", "crlf", "semicolons"])
def test_a_file_saved_another_way_is_one_fault(tmp_path, change):
    """What a spreadsheet does to a file is said once, and the rest of the file is still checked."""
    folder = copy_ledger(tmp_path)
    spoil(folder, "sources", change)
    assert len(lines(folder)) == 1
    set_cells(folder, "deals", "forge-2025-09", status="on")
    spoil(folder, "deals", change)
    assert len(lines(folder)) == 3


def test_a_broken_row_does_not_break_what_refers_to_it(tmp_path):
    folder = copy_ledger(tmp_path)
    spoil(folder, "deals", lambda data: data.replace(b"Forge,Forge", b"Forge"))
    spoil(folder, "sources", lambda data: data.replace(b"rumour-2025,", b"rumour-2025,x,y,"))
    assert [line.split(":")[0] for line in lines(folder)] == ["sources.csv, row 10", "deals.csv, row 9"]


def test_a_missing_file_is_one_fault(tmp_path):
    folder = copy_ledger(tmp_path)
    (folder / "claims.csv").unlink()
    assert lines(folder) == [
        "claims.csv: no such file; put it beside datapackage.json, with a header row even if it has no rows"
    ]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    folder = copy_ledger(tmp_path)
    shutil.move(folder / "claims.csv", tmp_path / "elsewhere.csv")
    (folder / "claims.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert lines(folder) == ["claims.csv: is a link out of the ledger's folder; put the file itself there"]


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    assert "no such folder" in lines(tmp_path / "nowhere")[0]
    assert "datapackage.json: no such file" in lines(tmp_path)[0]


def test_removing_a_claim_names_what_rested_on_it(tmp_path):
    folder = copy_ledger(tmp_path)
    remove_row(folder, "claims", "granite-2025-04-amount")
    reports = lines(folder)
    assert len(reports) == 2
    for row, line in zip((11, 68), reports, strict=True):
        assert f"evidence.csv, row {row}, column claim_id: 'granite-2025-04-amount' is not a claim_id" in line


def test_an_unused_source_and_a_row_without_evidence_are_named(tmp_path):
    folder = copy_ledger(tmp_path)
    remove_row(folder, "evidence", "deals,granite-2025-04-round")
    add_row(folder, "sources", source_id="zed", publisher="Zed", title="Zed", date_precision="unknown",
            language="en", url="https://example.org/zed", grade="C")  # fmt: skip
    reports = lines(folder)
    assert len(reports) == 2
    assert "column source_id: 'zed' is not used by any claim; remove it or add its claims" in reports[0]
    assert "'granite-2025-04-round' has no headline claim" in reports[1]


def test_two_resolutions_of_one_conflict_are_named(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "resolutions", "nimbus-2025-08-amount-amended", kind="value", fact_date="2025-08-20")
    (report,) = lines(folder, second_opinion=False)
    assert "'nimbus-2025-08-amount-amended' settles what another row settles; remove one" in report


@pytest.mark.parametrize(
    "table", ["deals", "capacities", "regimes", "market_shares", "market_size", "financials", "ties"]
)
def test_a_row_of_any_table_without_a_claim_is_named(tmp_path, table):
    """Each table that rests on evidence, of the ledger itself: its first row loses its headline."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    header, *rows = (folder / "evidence.csv").read_text(encoding="utf-8").splitlines()
    (lost, *_) = [row for row in rows if row.startswith(f"{table},") and row.endswith(",headline")]
    (folder / "evidence.csv").write_text("\n".join([header, *(row for row in rows if row != lost)]) + "\n")
    reports = lines(folder, second_opinion=False)
    assert any(f"'{lost.split(',')[1]}' has no headline claim; link one to it" in line for line in reports), reports


def test_a_second_figure_of_one_deal_on_one_basis_must_say_how_the_two_go_together(tmp_path):
    folder = copy_ledger(tmp_path)
    key = "stratus-2025-05-it-load-site"
    set_cells(folder, "capacities", key, deal_id="stratus-2025-05", part_of="")
    (report,) = lines(folder, second_opinion=False)
    assert "'stratus-2025-05-it-load' is a second figure of the same deal on the same basis" in report
    set_cells(folder, "capacities", key, basis="site_load")
    assert lines(folder, second_opinion=False) == []
    set_cells(folder, "capacities", key, basis="it_load", replaces="stratus-2025-05-it-load")
    assert lines(folder, second_opinion=False) == []


def test_shares_of_a_quarter_may_exceed_100_by_rounding_only(tmp_path):
    folder = copy_ledger(tmp_path)
    key = "synergy-2025Q3-others"

    def total_faults(share: str, low: str, high: str) -> list[str]:
        set_cells(folder, "market_shares", key, share_pct=share, low_pct=low, high_pct=high)
        return [line for line in lines(folder) if "headline claim" not in line]

    assert total_faults("24.5", "24", "25") == []
    (report,) = total_faults("26", "25.5", "26.5")
    assert "column low_pct: '101' is the least that the 4 shares of synergy first_published 2025Q3 add up to" in report


def test_a_long_circle_is_found(tmp_path):
    folder = copy_ledger(tmp_path)
    circle = ["anvil-2025-07", "forge-2025-09", "granite-2025-04-round"]
    for deal, parent in zip(circle, [*circle[1:], circle[0]], strict=True):
        set_cells(folder, "deals", deal, replaces=parent)
    set_cells(folder, "deals", "anvil-2026-01-talks", replaces=circle[0])
    deal_ids = [line.split("'")[1] for line in lines(folder) if "leads back" in line]
    assert sorted(deal_ids) == sorted(circle)


def test_a_changed_value_is_named_with_the_claim_that_it_no_longer_follows(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "deals", "nimbus-2025-08", amount_usd_bn="25")
    assert lines(folder) == [
        "deals.csv, row 8, column amount_usd_bn: '25' is not what the headline claim of 'nimbus-2025-08' prints, 24; "
        "correct the figure, or link another headline"
    ]


def test_a_changed_note_makes_the_hash_stale(tmp_path):
    folder = tmp_path / "ledger"
    shutil.copytree(EXAMPLE, folder)
    set_cells(folder, "deals", "nimbus-2025-08", note="Another note")
    assert lines(folder) == [
        "datapackage.json, column hash: deals.csv has changed since its hash was written; "
        "if the change is meant, refresh it with: python -m compute_ledger.ledger.codebook FOLDER"
    ]
    assert len(load(folder).deals) == 10


def test_thirty_faults_are_all_reported_in_one_run(tmp_path):
    """All cases that touch different cells, and whole-file faults on top."""
    folder = copy_ledger(tmp_path)
    used: set[tuple[str, str]] = set()
    expected = []
    for table, key, column, cell, message in [*CELLS, *RECORD_ONLY]:
        hides_others = column.endswith("_id") or column in ("table", "buyer") or table == "evidence"
        if (table, key) in used or hides_others:
            continue
        set_cells(folder, table, key, **{column: cell})
        used.add((table, key))
        expected.append(message)
    add_row(folder, "sources", source_id="zed", publisher="", title="Zed", published_on="soon", date_precision="none",
            language="english", url="ftp://example.org", grade="E", document="a/b")  # fmt: skip
    expected += ["'soon'", "'none'", "'english'", "'ftp://example.org'", "'E'", "'a/b'", "'zed' is not used"]
    add_row(folder, "deals", deal_id="Zed!", buyer="Zed", counterparty="Zed", counterparty_group="Zed", layer="roof",
            kind="promise", title="Zed", announced_on="2025", date_precision="hour", known_on="never",
            start_on="2025-00-01", term_years="five", amount_usd_bn="-1", direction="up", status="good",
            status_before="bad", part_of="nobody")  # fmt: skip
    expected += [
        "'Zed!'",
        "'roof'",
        "'promise'",
        "'2025' is not a date",
        "'hour'",
        "'never'",
        "'2025-00-01'",
        "'five'",
    ]
    expected += ["'-1'", "'up'", "'good'", "'bad'", "'nobody'", "'Zed!' has no headline claim"]
    spoil(
        folder,
        "regimes",
        lambda data: b"\xef\xbb\xbf" + data.replace(b"First", b"F\xefrst").replace(b"\n", b"\r\n"),
    )
    expected += [
        "regimes.csv, row 1: begins with",
        "regimes.csv, row 1: lines end",
        "regimes.csv, row 3: the byte 0xEF",
    ]
    spoil(folder, "market_size", lambda data: data.replace(b"vintage", b"vintages", 1) + b"only,three,cells\n")
    expected += [
        "column vintage: column is missing",
        "did you mean 'vintage'?",
        "has 3 cells where the header has 13",
    ]
    reports = lines(folder)
    assert len(expected) >= 40
    missing = [message for message in expected if not any(message in line for line in reports)]
    assert not missing, "\n".join([*missing, "--- found:", *reports])
    assert len(reports) < 2 * len(expected), "\n".join(reports)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda package: package["resources"].pop(0), "table 'sources' is not declared; copy its resource"),
        (
            lambda package: package["resources"][2]["schema"]["fields"].pop(0),
            "'deals' does not declare the column",
        ),
        (lambda package: package["resources"][2].pop("schema"), "not a data package with table schemas"),
        (
            lambda package: package["resources"][2].update(path="../deals.csv"),
            "'../deals.csv' of table 'deals' is not",
        ),
        (
            lambda package: package["resources"][2].update(path="https://example.org/x.csv"),
            "is not the plain name",
        ),
        (
            lambda package: package["resources"][2]["schema"]["fields"][0].update(type="money"),
            "has the type 'money'",
        ),
        (
            lambda package: package["resources"][2]["schema"]["fields"][0]["constraints"].update(patern="x"),
            "has the constraint 'patern'; use only required, unique",
        ),
        (
            lambda package: package["resources"][2]["schema"]["fields"][0]["constraints"].update(pattern="("),
            "has a pattern that cannot be read",
        ),
        (
            lambda package: package["resources"][2]["schema"]["fields"][12]["constraints"].update(minimum="none"),
            "minimum of column term_years: 'none' is not a number; write the figure alone",
        ),
    ],
)
def test_a_faulty_schema_is_refused_and_reported(tmp_path, change, expected):
    folder = copy_ledger(tmp_path)
    package = json.loads((folder / "datapackage.json").read_text())
    change(package)
    (folder / "datapackage.json").write_text(json.dumps(package))
    (report,) = lines(folder)
    assert report.startswith("datapackage.json: ")
    assert expected in report
    assert refused(folder) == report


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"resources": 3}', "[" * 100_000])
def test_a_schema_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "datapackage.json").write_text(text)
    assert len(lines(tmp_path)) == 1
    with pytest.raises(LedgerError):
        load(tmp_path)


cells = st.text(max_size=20) | st.sampled_from(["=1+1", "</script>", '"', "1e400", "-0", "NULL", "0x1F", "\x1b[31m"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([case[:3] for case in CELLS]), cells)
def test_any_cell_is_read_or_reported_in_one_line(tmp_path_factory, place, cell):
    folder = copy_ledger(tmp_path_factory.mktemp("any"))
    set_cells(folder, *place[:2], **{place[2]: cell.replace("\udcff", "")})
    with contextlib.suppress(LedgerError):
        load(folder)
    lines(folder, second_opinion=False)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["deals", "evidence", "market_size"]),
    st.binary(max_size=6),
    st.integers(0, 2000),
    st.integers(0, 5),
)
def test_any_bytes_are_read_or_reported_in_one_line(tmp_path_factory, table, inserted, place, cut):
    folder = copy_ledger(tmp_path_factory.mktemp("bytes"))
    spoil(folder, table, lambda data: data[:place] + inserted + data[place + cut :])
    with contextlib.suppress(LedgerError):
        load(folder)
    lines(folder, second_opinion=False)
