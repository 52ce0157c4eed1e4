"""What has aged by a day: worked by hand on the example ledger, held to the measures on the real one."""

import time

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.ledger.stale import GROUPS, StaleRow, last_days, stale_rows
from compute_ledger.measures import commitments
from tests.ledger_copy import PROJECT_DATA, WORKED_OUT_ON, copy_ledger, set_cells


def stale(folder, day: str) -> list[StaleRow]:
    return stale_rows(load(folder, as_of=day), pd.Timestamp(day))


def of_group(rows: list[StaleRow], group: str) -> list[tuple[str, str, int]]:
    return [(row.table, row.row_id, row.age_days) for row in rows if row.group == group]


def test_partial_dates_count_from_their_last_day():
    days = last_days(pd.Series(["2025-11-07", "2025-11", "2024-02", "2024", None], dtype="str"))
    assert days.dt.strftime("%Y-%m-%d").tolist()[:4] == ["2025-11-07", "2025-11-30", "2024-02-29", "2024-12-31"]
    assert days.isna().tolist() == [False, False, False, False, True]


def test_the_example_by_hand(tmp_path):
    rows = stale(copy_ledger(tmp_path), "2026-06-30")
    # The Gazette of 6 May 2025: 365 days to 6 May 2026, and 55 to 30 June. The larger contract of Stratus, from the
    # same page, is also in an article of 1 September 2025; regimes and deals that ended are not asked after.
    assert of_group(rows, "old_claims") == [
        ("deals", "stratus-2025-05-site", 420),
        ("regimes", "nimbus-first-refusal", 420),
    ]
    # From 31 December; the run rate of June 2025 has a younger one beside it.
    assert of_group(rows, "old_run_rates") == [("financials", "exemplar-run_rate-2025-12", 181)]
    assert of_group(rows, "assumed_terms") == []
    # The rumour counts from the last day of its year, the relay of June 2025 from the 30th.
    weak = of_group(rows, "weak_amounts")
    assert ("deals", "anvil-2025-07", 181) in weak
    assert ("financials", "exemplar-run_rate-2025-06", 365) in weak
    assert len(weak) == 13
    # First and second quarter of the census, with three shares and one size each: 15 May and 14 August 2025.
    assert [age for *_, age in of_group(rows, "assumed_days")] == [411] * 4 + [320] * 4
    assert [row.group for row in rows] == sorted((row.group for row in rows), key=list(GROUPS).index)


def test_a_row_is_stale_from_the_day_after_the_limit(tmp_path):
    folder = copy_ledger(tmp_path)
    assert of_group(stale(folder, "2026-05-06"), "old_claims") == []
    assert len(of_group(stale(folder, "2026-05-07"), "old_claims")) == 2
    assert of_group(stale(folder, "2026-04-02"), "old_run_rates") == []
    assert len(of_group(stale(folder, "2026-04-03"), "old_run_rates")) == 1


def test_a_younger_claim_renews_a_row_and_an_end_closes_it(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "sources", "gazette-2025-05-06", published_on="2025-12-01")
    assert of_group(stale(folder, "2026-06-30"), "old_claims") == []
    set_cells(folder, "sources", "gazette-2025-05-06", published_on="2025-05-06")
    set_cells(folder, "regimes", "nimbus-first-refusal", until="2026-06-01")
    assert [row_id for _, row_id, _ in of_group(stale(folder, "2026-06-30"), "old_claims")] == ["stratus-2025-05-site"]


def test_a_term_is_assumed_of_what_counts_and_not_of_what_its_parts_stand_for(tmp_path):
    folder = copy_ledger(tmp_path)
    for deal in ("stratus-2025-05", "stratus-2025-05-site", "nimbus-2025-02", "nimbus-2025-08"):
        set_cells(folder, "deals", deal, term_years="")
    # Stratus: the part of 6 counts, not the whole of 40. Nimbus: an amendment is none of the firm kinds.
    assert of_group(stale(folder, "2026-06-30"), "assumed_terms") == [("deals", "stratus-2025-05-site", 420)]


@pytest.mark.parametrize("day", [WORKED_OUT_ON, "2025-11-07", "2024-01-01"])
def test_assumed_terms_are_those_of_the_firm_sum(day):
    """What `payables` counts by default, of every buyer."""
    ledger, moment = load(PROJECT_DATA, as_of=day), pd.Timestamp(day)
    assumed = set()
    for buyer in ledger.deals["buyer"].unique():
        counted = commitments.payables(ledger.deals[ledger.deals["buyer"] == buyer], moment, basis="annualised")
        assumed |= set(counted.loc[counted["term_assumed"] & counted["counted"].notna(), "deal_id"])
    rows = of_group(stale_rows(ledger, moment), "assumed_terms")
    assert {row_id for _, row_id, _ in rows} == assumed


def test_the_real_ledger_is_listed_in_a_moment():
    ledger, day = load(PROJECT_DATA, as_of=WORKED_OUT_ON), pd.Timestamp(WORKED_OUT_ON)
    start = time.process_time()
    rows = stale_rows(ledger, day)
    assert time.process_time() - start < 2
    assert ("deals", "microsoft-2025-10") in {row[:2] for row in of_group(rows, "assumed_terms")}
    assert all(row.row_id in set(ledger.tables[row.table].iloc[:, 0]) for row in rows)
    assert min(row.age_days for row in rows) >= 0


def test_a_day_before_all_rows_has_nothing_stale(tmp_path):
    assert stale(PROJECT_DATA, "2015-12-11") == []
    assert stale(copy_ledger(tmp_path), "2016-01-01") == []
