"""What `load` gives: the ledger of a day and of a grade. The example ledger is invented, see tests/ledger_example."""

import datetime
import os
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import LedgerError, load
from compute_ledger.ledger.ledger_check import check_folder
from tests.ledger_copy import EXAMPLE, PROJECT_DATA, add_row, copy_ledger, remove_row, set_cells, spoil

FACT_TABLES = ("deals", "capacities", "regimes", "market_shares", "market_size", "financials", "ties")
GRADES = ["A", "A-", "B", "C"]


def row(frame: pd.DataFrame, key: str) -> pd.Series:
    return frame.set_index(frame.columns[0]).loc[key]


def test_latest_is_the_day_of_the_newest_fact():
    ledger = load(EXAMPLE)
    assert ledger.as_of == pd.Timestamp("2026-02-01")
    assert len(ledger.deals) == 10
    assert set(ledger.deals["status"]) == {
        "in_force", "completed", "conditional", "not_finalised", "paused", "superseded", "cancelled", "talks"
    }  # fmt: skip


def test_an_end_counts_as_the_newest_fact(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "deals", "cumulus-2025-06", ended_on="2026-03-01")
    assert load(folder).as_of == pd.Timestamp("2026-03-01")


@pytest.mark.parametrize(
    ("as_of", "status", "ended", "standing"),
    [
        ("2025-08-19", "in_force", False, True),
        ("2025-08-20", "superseded", True, False),
        ("latest", "superseded", True, False),
    ],
)
def test_a_deal_has_the_status_of_the_day(as_of, status, ended, standing):
    deal = row(load(EXAMPLE, as_of).deals, "nimbus-2025-02")
    assert (deal["status"], pd.notna(deal["ended_on"]), bool(deal["standing"])) == (status, ended, standing)
    assert pd.notna(deal["status_before"]) == ended


def test_a_cancelled_deal_stood_until_its_end():
    assert row(load(EXAMPLE, "2026-01-14").deals, "cumulus-2025-06")["standing"]
    assert not row(load(EXAMPLE, "2026-01-15").deals, "cumulus-2025-06")["standing"]


def test_a_replaced_deal_does_not_stand_even_without_an_end(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "deals", "nimbus-2025-02", ended_on="", status_before="", status="in_force")
    assert not row(load(folder).deals, "nimbus-2025-02")["standing"]
    assert row(load(folder, "2025-08-19").deals, "nimbus-2025-02")["standing"]


@pytest.mark.parametrize(("until", "as_of"), [("2025-05-01", "2025-06-01"), ("missing", "2025-04-30")])
def test_a_regime_has_no_end_before_it_ends(until, as_of):
    end = row(load(EXAMPLE, as_of).regimes, "nimbus-exclusive")["until"]
    assert pd.isna(end) if until == "missing" else end == pd.Timestamp(until)


@pytest.mark.parametrize(("until", "as_of"), [("2025-08-20", "2025-08-20"), ("missing", "2025-08-19")])
def test_a_tie_has_no_end_before_it_ends(until, as_of):
    end = row(load(EXAMPLE, as_of).ties, "exemplar-pays-nimbus-2025-02")["until"]
    assert pd.isna(end) if until == "missing" else end == pd.Timestamp(until)


def test_a_tie_is_there_from_the_day_it_was_known_and_names_its_sources():
    assert "exemplar-owns-anvil" not in set(load(EXAMPLE, "2025-10-05").ties["tie_id"])
    tie = row(load(EXAMPLE).ties, "exemplar-owns-anvil")
    assert (tie["binding"], tie["grade"], tie["source_ids"]) == (False, "A", ("exemplar-report-2025",))


def test_a_resolution_that_keeps_an_unknown_claim_is_left_out():
    resolution_ids = set(load(EXAMPLE).resolutions["resolution_id"]) - set(
        load(EXAMPLE, "2025-08-19").resolutions["resolution_id"]
    )
    assert resolution_ids == {"nimbus-2025-08-amount", "nimbus-2025-08-amount-amended"}


def test_nothing_is_there_before_it_was_known():
    ledger = load(EXAMPLE, "2025-08-04")
    for name in FACT_TABLES:
        frame = getattr(ledger, name)
        assert len(frame) > 0
        assert (frame["known_on"] <= ledger.as_of).all()
    assert "synergy-2025Q2-nimbus" not in set(ledger.market_shares["share_id"])


def test_the_newest_vintage_known_by_the_day_is_given():
    before, after = (load(EXAMPLE, day).market_shares for day in ("2025-11-19", "2025-11-20"))
    for shares, share, vintage in ((before, 39, "first_published"), (after, 37, "revised_2024")):
        newest = shares.query("estimate == 'synergy' and quarter == '2025Q2' and provider == 'Nimbus'")
        assert newest[["share_pct", "vintage"]].to_numpy().tolist() == [[share, vintage]]
        assert not shares.duplicated(["estimate", "quarter", "provider"]).any()


def test_a_change_of_vintage_is_a_series_break():
    shares = load(EXAMPLE).market_shares.query("estimate == 'synergy' and provider == 'Nimbus'")
    assert shares.set_index("quarter")["series_break"].to_dict() == {
        "2025Q1": False, "2025Q2": True, "2025Q3": False
    }  # fmt: skip
    sizes = load(EXAMPLE).market_size.query("estimate == 'synergy'").set_index("quarter")["series_break"]
    assert sizes.to_dict() == {"2025Q1": False, "2025Q2": True, "2025Q3": True, "2025FY": False}


def test_a_printed_series_break_stays():
    sizes = load(EXAMPLE).market_size.set_index("size_id")["series_break"]
    assert sizes[["omdia_canalys-2025Q1", "omdia_canalys-2025Q2"]].tolist() == [False, True]


def test_a_row_names_its_sources_best_first():
    deals = load(EXAMPLE).deals.set_index("deal_id")
    assert deals.loc["nimbus-2025-08", ["grade", "source_id"]].tolist() == ["A", "exemplar-2025-08-20"]
    assert deals.loc["nimbus-2025-08", "source_ids"] == ("exemplar-2025-08-20", "article-000")
    # The grade is that of the page with the figure, whatever a better one supports.
    assert deals.loc["cumulus-2025-06", ["grade", "source_id"]].tolist() == ["B", "relay-2025-06"]


def test_a_conflicting_source_supports_nothing():
    assert "rumour-2025" not in row(load(EXAMPLE).deals, "nimbus-2025-08")["source_ids"]


@pytest.mark.parametrize(("min_grade", "deals"), [("A", 4), ("A-", 7), ("B", 9), ("C", 10)])
def test_rows_below_the_grade_are_left_out(min_grade, deals):
    ledger = load(EXAMPLE, min_grade=min_grade)
    assert len(ledger.deals) == deals
    admitted = GRADES[: GRADES.index(min_grade) + 1]
    assert set(ledger.sources["grade"]) <= set(admitted)
    for name in FACT_TABLES:
        assert set(getattr(ledger, name)["grade"]) <= set(admitted)


def test_a_figure_of_a_weak_page_is_not_admitted_for_what_a_better_one_says_of_something_else():
    assert "cumulus-2025-06" not in set(load(EXAMPLE, min_grade="A-").deals["deal_id"])


def test_when_the_page_that_leads_is_younger_than_the_day_the_best_page_left_leads(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "sources", "exemplar-2025-08-20", published_on="2026-01-02")
    deal = row(load(folder, "2025-12-31").deals, "nimbus-2025-08")
    assert (deal["grade"], deal["source_id"]) == ("B", "article-000")


def test_a_deal_superseded_only_by_one_that_is_not_admitted_stands(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "sources", "exemplar-2025-08-20", grade="C")
    assert row(load(folder, min_grade="B").deals, "nimbus-2025-02")["standing"] == False  # noqa: E712, article-000 is B
    deals = load(folder, min_grade="A").deals
    assert "nimbus-2025-08" not in set(deals["deal_id"])
    deal = row(deals, "nimbus-2025-02")
    assert (deal["status"], bool(deal["standing"])) == ("in_force", True)
    assert pd.isna(deal["ended_on"])


def test_a_chain_is_counted_once_when_its_middle_is_not_admitted(tmp_path):
    folder = copy_ledger(tmp_path)
    set_cells(folder, "sources", "exemplar-2025-08-20", grade="C")
    set_cells(folder, "sources", "article-000", grade="C")
    set_cells(
        folder,
        "deals",
        "nimbus-2025-08",
        status="superseded",
        ended_on="2026-01-10",
        status_before="in_force",
    )
    add_row(folder, "deals", deal_id="nimbus-2026-01", buyer="Exemplar AI (invented)", counterparty="Nimbus",
            counterparty_group="Nimbus", layer="cloud", kind="amendment", title="Third", announced_on="2026-01-10",
            date_precision="day", known_on="2026-01-10", amount_usd_bn="30", direction="buyer_pays",
            status="in_force", replaces="nimbus-2025-08")  # fmt: skip
    add_row(
        folder,
        "evidence",
        table="deals",
        row_id="nimbus-2026-01",
        claim_id="granite-2025-04-amount",
        role="headline",
    )
    deals = load(folder, min_grade="A").deals.set_index("deal_id")
    assert "nimbus-2025-08" not in deals.index
    assert not deals.loc["nimbus-2025-02", "standing"]
    assert deals.loc["nimbus-2026-01", "standing"]


def test_only_what_is_still_linked_stays():
    ledger = load(EXAMPLE, "2025-03-01", min_grade="B")
    assert ledger.deals["deal_id"].tolist() == ["nimbus-2025-02"]
    rows = {"nimbus-2025-02", "nimbus-exclusive", "exemplar-pays-nimbus-2025-02"}
    assert set(ledger.evidence["row_id"]) == rows
    assert set(ledger.claims["claim_id"]) == set(ledger.evidence["claim_id"])
    assert set(ledger.sources["source_id"]) == set(ledger.claims["source_id"])


def test_a_claim_that_never_had_a_row_stays_from_its_publication_on():
    assert "exemplar-staff" in set(load(EXAMPLE).claims["claim_id"])
    assert "exemplar-staff" not in set(load(EXAMPLE, "2025-08-31").claims["claim_id"])
    assert "exemplar-staff" not in set(load(EXAMPLE, min_grade="A").claims["claim_id"])


def test_a_source_published_after_the_day_supports_nothing_that_an_earlier_one_supports():
    then, now = load(EXAMPLE, "2025-05-31"), load(EXAMPLE)
    assert then.deals.set_index("deal_id").loc["nimbus-2025-02", "source_ids"] == ("exemplar-2025-02-10",)
    assert "relay-2025-06" in now.deals.set_index("deal_id").loc["nimbus-2025-02", "source_ids"]
    assert "relay-2025-06" not in set(then.sources["source_id"])
    assert not now.sources["published_later"].any()


def test_a_row_that_only_later_pages_support_stays_and_they_are_marked():
    ledger = load(PROJECT_DATA, "2025-09-30")
    (page,) = ledger.deals.set_index("deal_id").loc["meta-coreweave-2025-09", "source_ids"][:1]
    assert ledger.sources.set_index("source_id").loc[page, "published_later"]


@pytest.mark.parametrize("as_of", ["2025-04-15", "2025-09-30", "2025-11-07"])
def test_no_page_tells_of_a_day_that_was_still_to_come(as_of):
    ledger = load(PROJECT_DATA, as_of)
    linked = ledger.claims[ledger.claims["claim_id"].isin(ledger.evidence["claim_id"])]
    later = ledger.sources.loc[ledger.sources["published_later"], "source_id"]
    assert not (linked["source_id"].isin(later) & (linked["value_date"] > ledger.as_of)).any()
    assert ledger.deals["source_ids"].map(len).all()


def test_types_are_those_of_the_schema():
    ledger = load(EXAMPLE)
    assert ledger.deals["amount_usd_bn"].dtype == "float64"
    assert ledger.deals["known_on"].dtype.kind == "M"
    assert ledger.claims["paragraph"].dtype == "Int64"
    assert ledger.market_shares["series_break"].dtype == bool
    assert ledger.financials["is_projection"].dtype == bool
    assert ledger.deals["amount_usd_bn"].isna().sum() == 2
    assert ledger.deals["part_of"].isna().sum() == 9
    assert list(ledger.tables)[:3] == ["sources", "claims", "deals"]
    assert str(EXAMPLE) not in repr(ledger)


def test_dates_may_be_dates():
    assert load(EXAMPLE, datetime.date(2025, 8, 20)).as_of == load(EXAMPLE, "2025-08-20").as_of
    assert load(EXAMPLE, pd.Timestamp("2025-08-20")).as_of == pd.Timestamp("2025-08-20")


@pytest.mark.parametrize(
    ("as_of", "message"),
    [
        (
            "2025-02-30",
            "as_of '2025-02-30' is not a day of the calendar (day is out of range for month); write",
        ),
        ("2025-13-01", "as_of '2025-13-01' is not a day of the calendar (month must be in 1..12); write an"),
        ("7 Nov 2025", "as_of '7 Nov 2025' is not a date; write YYYY-MM-DD, such as 2025-11-07, or 'latest'"),
        ("20251107", "as_of '20251107' is not a date"),
        ("２０２５-11-07", "is not a date"),
        ("2025-11-07\n", "is not a date"),
        ("Latest", "as_of 'Latest' is not a date; write YYYY-MM-DD, such as 2025-11-07, or 'latest'"),
        ("", "as_of '' is not a date"),
        (20251107, "as_of 20251107 is not a date"),
        (None, "as_of None is not a date"),
        (pd.NaT, "as_of NaT is not a date"),
        (
            datetime.datetime(2025, 11, 7, 12),
            "as_of 2025-11-07T12:00:00 is a moment; give a day, such as 2025-11-07",
        ),
    ],
)
def test_a_bad_day_is_refused_in_one_line(as_of, message):
    with pytest.raises(LedgerError) as caught:
        load(EXAMPLE, as_of)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("as_of", ["2019-01-01", "0001-01-01"])
def test_before_the_first_deal_the_ledger_is_empty(as_of):
    ledger = load(EXAMPLE, as_of)
    assert all(ledger.tables[name].empty for name in ("deals", "evidence", "financials", "market_shares", "ties"))
    assert ledger.deals["amount_usd_bn"].dtype == "float64"


@pytest.mark.parametrize(
    ("min_grade", "message"),
    [
        ("a", "unknown min_grade 'a': did you mean 'A'? Choose one of A, A-, B, C"),
        ("C+", "unknown min_grade 'C+': did you mean 'C'? Choose one of A, A-, B, C"),
        ("Z", "unknown min_grade 'Z': Choose one of A, A-, B, C"),
        (None, "unknown min_grade None: Choose one of"),
    ],
)
def test_an_unknown_grade_is_refused_with_the_nearest(min_grade, message):
    with pytest.raises(LedgerError) as caught:
        load(EXAMPLE, min_grade=min_grade)
    assert str(caught.value).startswith(message)


def test_the_data_folder_is_found_from_any_folder_of_a_clone(tmp_path, monkeypatch):
    copy_ledger(tmp_path).rename(tmp_path / "data")
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "deep")
    assert load().folder == tmp_path / "data"
    assert load("../../data").folder == tmp_path / "data"


def test_a_missing_ledger_is_said_to_be_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LedgerError, match=r"no data/datapackage.json at or above the working directory; start"):
        load()
    with pytest.raises(LedgerError, match=r"data_dir 'nowhere' holds no datapackage.json; give the folder of"):
        load("nowhere")


def test_the_data_hash_is_that_of_the_content(tmp_path):
    folder = copy_ledger(tmp_path)
    assert load(folder).data_hash == load(EXAMPLE, "2025-08-20", "A").data_hash
    set_cells(folder, "deals", "nimbus-2025-08", amount_usd_bn="25")
    assert load(folder).data_hash != load(EXAMPLE).data_hash


def test_an_entry_in_the_list_of_changes_is_no_other_ledger(tmp_path):
    folder = copy_ledger(tmp_path)
    before = load(folder).data_hash
    spoil(folder, "changes", lambda content: content + b"no,row,of,any,table")
    assert load(folder).data_hash == before
    assert any("changes.csv" in str(problem) for problem in check_folder(folder, second_opinion=False))


def test_a_ledger_may_have_no_regimes(tmp_path):
    folder = copy_ledger(tmp_path)
    for key in ("nimbus-exclusive", "nimbus-first-refusal"):
        remove_row(folder, "regimes", key)
        remove_row(folder, "evidence", f"regimes,{key}")
    assert load(folder).regimes.empty


def test_loading_imports_neither_frictionless_nor_another_wing():
    code = (
        "import sys; from compute_ledger.ledger import load; load(sys.argv[1]);"
        "print([m for m in sys.modules if m.split('.')[0] in ('frictionless', 'altair', 'papermill', 'IPython')"
        " or m.startswith(('compute_ledger.measures', 'compute_ledger.exhibits', 'compute_ledger.report'))])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(EXAMPLE)], capture_output=True, text=True, env=os.environ)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


days = st.dates(datetime.date(2025, 2, 10), datetime.date(2026, 6, 1))


@settings(max_examples=10, deadline=None)
@given(days, days, st.sampled_from(GRADES))
def test_what_is_known_only_grows(one, other, min_grade):
    earlier, later = sorted([one, other])
    before, after = load(EXAMPLE, earlier, min_grade), load(EXAMPLE, later, min_grade)
    for name in ("deals", "capacities", "regimes", "financials", "ties"):
        key = getattr(before, name).columns[0]
        assert set(getattr(before, name)[key]) <= set(getattr(after, name)[key])
    for name, keys in (
        ("market_shares", ["estimate", "provider", "quarter"]),
        ("market_size", ["estimate", "quarter"]),
    ):
        series = [set(getattr(ledger, name)[keys].itertuples(index=False)) for ledger in (before, after)]
        assert series[0] <= series[1]


@settings(max_examples=10, deadline=None)
@given(days, st.sampled_from(GRADES))
def test_no_day_knows_more_than_it_could(day, min_grade):
    ledger = load(EXAMPLE, day, min_grade)
    assert not (ledger.deals["ended_on"] > ledger.as_of).any()
    assert not (ledger.regimes["until"] > ledger.as_of).any()
    assert not (ledger.ties["until"] > ledger.as_of).any()
    assert set(ledger.resolutions["kept_claim_id"].dropna()) <= set(ledger.claims["claim_id"])
    assert (ledger.deals["status_before"].notna() == ledger.deals["ended_on"].notna()).all()
    assert ledger.deals["source_ids"].map(len).gt(0).all()
    assert set(ledger.evidence["claim_id"]) <= set(ledger.claims["claim_id"])
    assert set(ledger.claims["source_id"]) == set(ledger.sources["source_id"])
