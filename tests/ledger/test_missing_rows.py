"""The rows to paste that a check offers: from a bare deal to a sound ledger, and harmless for every fault there is."""

import csv
import io

import pytest

from compute_ledger.ledger import load
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.ledger.tables.problems import Paste, Problem
from tests.ledger_copy import EXAMPLE, add_row, copy_ledger, read_rows, remove_row, set_cells, spoil, write_rows
from tests.ledger_faults import CELLS, FILES, NEARLY, RECORD_ONLY, SPELLINGS

BARE_DEAL = {
    "deal_id": "basalt-2026-01", "buyer": "Exemplar AI (invented)", "counterparty": "Basalt",
    "counterparty_group": "Basalt", "layer": "cloud", "kind": "contract", "title": "Cloud contract",
    "announced_on": "2026-01-20", "date_precision": "day", "known_on": "2026-01-20", "amount_usd_bn": "7.5",
    "direction": "buyer_pays", "status": "in_force",
}  # fmt: skip
# What the article says and no table knows: by the column that a check names as empty.
FROM_THE_ARTICLE = {
    "source_id": "gazette-2026-01-20", "publisher": "Invented Gazette", "title": 'Basalt, "the rock", signs',
    "published_on": "2026-01-20", "date_precision": "day", "language": "en", "grade": "A-",
    "url": "https://example.org/basalt",
}  # fmt: skip


def problems(folder) -> list[Problem]:
    return check_folder(folder, second_opinion=False)


def pastes(folder) -> list[Paste]:
    return list(dict.fromkeys(problem.paste for problem in problems(folder) if problem.paste))


def paste(folder, row: Paste) -> None:
    spoil(folder, row.file.removesuffix(".csv"), lambda data: data + f"{row.line}\n".encode())


def fill(folder, problem: Problem) -> None:
    """Write into an empty cell of a row what the article says; a date that is known is filled in with its precision."""
    table = problem.file.removesuffix(".csv")
    header, rows = read_rows(folder, table)
    cells = rows[problem.row - 2]
    cells |= {column: FROM_THE_ARTICLE[column] for column in (problem.column, "published_on") if column in header}
    write_rows(folder, table, header, rows)


def test_pasting_what_is_offered_leads_from_a_bare_deal_to_a_sound_ledger(tmp_path):
    folder = copy_ledger(tmp_path)
    add_row(folder, "deals", **BARE_DEAL)
    files = []
    for _ in range(20):
        faults = problems(folder)
        empty = [problem for problem in faults if problem.message.startswith("is empty")]
        if not faults:
            break
        if empty:
            fill(folder, empty[0])
        else:
            assert pastes(folder), faults
            for row in pastes(folder):
                files.append(row.file)
                paste(folder, row)
    assert problems(folder) == []
    # The claim is there before its source, which is asked for as soon as the claim names it.
    assert files == ["claims.csv", "sources.csv", "evidence.csv"]
    deals = load(folder).deals.set_index("deal_id")
    assert deals.loc["basalt-2026-01", ["amount_usd_bn", "grade", "source_id"]].tolist() == [
        7.5, "A-", "gazette-2026-01-20",
    ]  # fmt: skip


def test_a_source_added_first_is_the_source_of_the_claim(tmp_path):
    """The order of the recipe: publication, deal, claim, evidence; nothing is left to fill in."""
    folder = copy_ledger(tmp_path)
    add_row(folder, "sources", **FROM_THE_ARTICLE)
    add_row(folder, "deals", **BARE_DEAL)
    (claim,) = pastes(folder)
    assert claim == Paste(
        "claims.csv",
        "basalt-2026-01-amount,gazette-2026-01-20,,basalt-2026-01,amount,7.5,,,usd_bn,,2026-01-20,,,",
    )
    paste(folder, claim)
    (link,) = pastes(folder)
    assert link == Paste("evidence.csv", "deals,basalt-2026-01,basalt-2026-01-amount,headline")
    paste(folder, link)
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("table", "row_id", "line"),
    [
        ("deals", "nimbus-2025-08", "deals,nimbus-2025-08,nimbus-2025-08-amount,headline"),  # the best grade
        ("deals", "forge-2025-09", "deals,forge-2025-09,forge-2025-09-order,headline"),  # a day, no figure
        ("market_shares", "synergy-2025Q3-nimbus", None),
        ("regimes", "nimbus-exclusive", "regimes,nimbus-exclusive,nimbus-exclusive,headline"),
    ],
)
def test_a_lost_link_is_offered_again_with_the_claim_that_fits(tmp_path, table, row_id, line):
    folder = copy_ledger(tmp_path)
    header, rows = read_rows(folder, "evidence")
    write_rows(folder, "evidence", header, [row for row in rows if row["row_id"] != row_id])
    expected = line or f"{table},{row_id},share-{row_id},headline"
    assert Paste("evidence.csv", expected) in pastes(folder)
    paste(folder, Paste("evidence.csv", expected))
    assert problems(folder) == []


def test_a_claim_without_its_source_and_a_link_without_its_claim_are_offered(tmp_path):
    folder = copy_ledger(tmp_path)
    remove_row(folder, "sources", "census-2025")
    assert pastes(folder) == [Paste("sources.csv", "census-2025,,,,,,,,,invented")]
    folder = copy_ledger(tmp_path / "other")
    remove_row(folder, "claims", "granite-2025-04-amount")
    line = "granite-2025-04-amount,,,granite-2025-04-round,amount,3,,,usd_bn,,2025-04-01,,,"
    assert Paste("claims.csv", line) in pastes(folder)


def test_of_a_name_nearly_like_another_both_ways_out_are_offered(tmp_path):
    """Two pages of one outlet have nearly one name: only the writer knows which it is."""
    folder = copy_ledger(tmp_path)
    set_cells(folder, "evidence", "deals,forge-2025-09", claim_id="forge-2025-09-orders")
    problem = next(problem for problem in problems(folder) if problem.paste)
    assert problem.fix == "did you mean 'forge-2025-09-order'? correct the name or add the row"
    assert problem.paste.line.startswith("forge-2025-09-orders,,,forge-2025-09,announced,,,,date,,2025-09-15,")


@pytest.mark.parametrize("role", ["headline", "derived"])
def test_a_figure_led_by_any_kind_of_claim_wants_one_that_prints_it(tmp_path, role):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "evidence", "deals,forge-2025-09", role=role)
    set_cells(folder, "deals", "forge-2025-09", amount_usd_bn="4")
    assert any("is printed by none of the claims" in str(problem) for problem in problems(folder))


def test_an_amount_that_no_claim_prints_is_named_and_its_claim_offered(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "deals", "forge-2025-09", amount_usd_bn="4")
    (problem,) = problems(folder)
    assert "amount_usd_bn: '4' is printed by none of the claims that the row rests on; add the claim" in str(problem)
    line = "forge-2025-09-amount,,,forge-2025-09,amount,4,,,usd_bn,,2025-09-15,,,"
    assert problem.paste == Paste("claims.csv", line)
    paste(folder, Paste("claims.csv", line.replace("-amount,,", "-amount,gazette-2026-01-15,", 1)))
    (link,) = pastes(folder)
    assert link == Paste("evidence.csv", "deals,forge-2025-09,forge-2025-09-amount,supports")
    paste(folder, link)
    assert problems(folder) == []


def test_what_a_spreadsheet_would_run_and_what_holds_a_comma_is_quoted(tmp_path):
    folder = copy_ledger(tmp_path)
    header, rows = read_rows(folder, "sources")
    write_rows(folder, "sources", header, [row | {"licence_note": '=1+1, "facts"'} for row in rows])
    remove_row(folder, "sources", "census-2025")
    (row,) = pastes(folder)
    assert row.line == 'census-2025,,,,,,,,,"\'=1+1, ""facts"""'


def test_cells_that_a_terminal_would_show_otherwise_are_not_offered(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "claims", "anvil-2025-07-amount", source_id="pay\u202eyap")
    assert pastes(folder) == []


FAULTS = [
    *[((table, key, {column: cell}),) for table, key, column, cell, _ in [*CELLS, *RECORD_ONLY]],
    *[tuple((table, key, {column: text}) for table, key, column, text in case[1]) for case in [*SPELLINGS, *NEARLY]],
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{case[0][1]}-{case[0][2]}"[:60] for case in FAULTS])
def test_no_row_that_is_offered_for_a_fault_makes_a_check_crash(tmp_path, fault):
    folder = copy_ledger(tmp_path)
    for table, key, cells in fault:
        set_cells(folder, table, key, **cells)
    paste_all(folder)


@pytest.mark.parametrize(("table", "change"), [case[:2] for case in FILES], ids=[case[2][:50] for case in FILES])
def test_no_row_that_is_offered_for_a_faulty_file_makes_a_check_crash(tmp_path, table, change):
    folder = copy_ledger(tmp_path)
    spoil(folder, table, change)
    paste_all(folder)


def paste_all(folder) -> None:
    """Every row offered is a whole row of its table; pasted, each is read, and none is asked for again."""
    rows = pastes(folder)
    for row in rows:
        header, _ = read_rows(EXAMPLE, row.file.removesuffix(".csv"))
        (cells,) = csv.reader(io.StringIO(row.line))
        assert len(cells) == len(header)
        paste(folder, row)
    assert not set(rows) & set(pastes(folder))
