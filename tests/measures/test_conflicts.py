"""Which claims cannot both hold: small invented cases, then the conflicts that the ledger must find by itself."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.ledger.tables.schema import read_schema
from compute_ledger.ledger.tables.table_reader import read_table
from compute_ledger.measures.bounds.intervals import in_dispute, spans
from compute_ledger.measures.commitments import payables
from compute_ledger.measures.conflicts import COLUMNS, conflicts, positions, quoted_against_sum
from tests.ledger_copy import EXAMPLE, PROJECT_DATA

CELLS = {
    "subject": "x", "metric": "amount", "value": np.nan, "low": np.nan, "high": np.nan, "unit": "usd_bn",
    "as_printed": "", "fact_date": "2025", "value_date": pd.NaT, "value_precision": None, "source_id": "s",
}  # fmt: skip


def claims(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame([{"claim_id": f"c{i}"} | CELLS | row for i, row in enumerate(rows)])
    frame["value_date"] = pd.to_datetime(frame["value_date"])
    return frame


def disputed(*rows: dict) -> list[str]:
    return sorted(in_dispute(spans(claims(*rows)))["claim_id"])


WHOLE_62 = {"value": 62, "low": 61.5, "high": 62.5}
WHOLE_63 = {"value": 63, "low": 62.5, "high": 63.5}


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (WHOLE_62, WHOLE_63, True),
        ({"value": 5, "low": 4.5, "high": 5.5}, {"value": 5.4}, False),
        ({"value": 5}, {"value": 5.4}, True),
        ({"value": 5}, {"value": 5}, False),
        ({"value": 12, "low": 11.5, "high": 12}, {"value": 11.9}, False),
        ({"value": 12, "low": 11.5, "high": 12}, {"value": 12}, True),
        ({"value": 100, "high": 100}, {"value": 100}, False),
        ({"value": 100, "high": 100}, {"value": 138}, True),
        ({"value": 20, "low": 20}, {"value": 500}, False),
        ({"value": 20, "low": 20}, {"value": 10}, True),
        ({"low": 350, "high": 500}, {"value": 500}, False),
        ({"low": 350, "high": 500}, {"value": 501}, True),
        ({}, {"value": 5}, False),
    ],
)
def test_intervals_meet_or_not(one, other, conflict):
    for pair in ((one, other), (other, one)):
        assert disputed(*pair) == (["c0", "c1"] if conflict else [])


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("2025-10", "2025-10-28", True),
        ("2025", "2025-10-28", True),
        ("2025-10", "2025-11", False),
        ("2025-10-27", "2025-10-28", False),
        (None, "2025-10-28", True),
        (None, None, True),
    ],
)
def test_only_compatible_dates_are_compared(one, other, conflict):
    claim_ids = disputed({"value": 1, "fact_date": one}, {"value": 2, "fact_date": other})
    assert claim_ids == (["c0", "c1"] if conflict else [])


@pytest.mark.parametrize(("column", "value"), [("subject", "y"), ("metric", "term"), ("unit", "gw")])
def test_other_things_are_not_compared(column, value):
    assert disputed({"value": 1}, {"value": 2, column: value}) == []


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (("2025-01-01", "month"), ("2025-01-21", None), False),
        (("2025-01-01", None), ("2025-01-21", None), True),
        (("2025-01-01", "year"), ("2025-11-03", "day"), False),
        (("2025-01-01", "month"), ("2025-06-01", "month"), True),
    ],
)
def test_days_are_compared_at_the_precision_given(one, other, conflict):
    rows = [{"unit": "date", "value_date": day, "value_precision": precision} for day, precision in (one, other)]
    assert disputed(*rows) == (["c0", "c1"] if conflict else [])


dates = st.sampled_from([None, "2025", "2025-06", "2025-10", "2025-10-07", "2025-10-28", "2026"])
figures = st.builds(
    lambda subject, date, value, width: {"subject": subject, "fact_date": date, "value": value,
                                         "low": value - width, "high": value + width},
    st.sampled_from(["x", "y"]), dates, st.integers(0, 8), st.sampled_from([np.nan, 1, 2.5]),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(figures, min_size=2, max_size=9))
def test_a_claim_is_in_dispute_exactly_when_another_contradicts_it(rows):
    frame = spans(claims(*rows))
    expected = set()
    for (_, a), (_, b) in itertools.combinations(frame.iterrows(), 2):
        compatible = a["fact_date"].startswith(b["fact_date"]) or b["fact_date"].startswith(a["fact_date"])
        if a["subject"] == b["subject"] and compatible and (a["end"] < b["start"] or b["end"] < a["start"]):
            expected |= {a["claim_id"], b["claim_id"]}
    assert set(in_dispute(frame)["claim_id"]) == expected


def test_an_agreeing_claim_is_not_part_of_a_conflict_and_the_row_says_what_is():
    (row,) = conflicts(claims(WHOLE_62, WHOLE_63, {"low": 60}), None).to_dict("records")
    assert (row["conflict_id"], row["kind"], row["claim_ids"]) == ("x-amount-2025-value", "value", ("c0", "c1"))
    assert (row["low"], row["high"], row["claims"], row["fact_date"]) == (61.5, 63.5, 2, "2025")


def test_no_claims_no_conflicts():
    conflict_rows = conflicts(load(EXAMPLE).claims.iloc[:0], load(EXAMPLE).deals)
    assert conflict_rows.empty
    assert list(conflict_rows) == COLUMNS
    assert positions(conflict_rows, load(EXAMPLE).claims, load(EXAMPLE).sources).empty


def test_the_example_has_one_of_each_kind():
    ledger = load(EXAMPLE)
    conflict_rows = conflicts(ledger.claims, ledger.deals, ledger.resolutions, ledger.sources)
    assert conflict_rows["kind"].tolist() == ["value", "amended", "wording"]
    assert conflict_rows["best_grade"].tolist() == ["A", "A", "A-"]
    assert conflict_rows["reason"].notna().all()
    claim_rows = positions(conflict_rows, ledger.claims, ledger.sources)
    assert claim_rows.loc[claim_rows["kept"], "claim_id"].tolist() == [
        *["nimbus-2025-08-amount"] * 2,
        "stratus-2025-05-amount",
    ]
    total = quoted_against_sum(ledger.claims, 64, ledger.as_of, ledger.resolutions, ledger.sources)
    assert total[["kind", "low", "high", "fact_date"]].to_numpy().tolist() == [["sum", 64, 90, "2026-02-01"]]
    assert total["reason"].notna().all()
    assert quoted_against_sum(ledger.claims, 90, ledger.as_of).empty


def test_a_resolution_of_a_compatible_date_settles_the_nearest_first():
    settled = pd.DataFrame({
        "resolution_id": ["any", "month", "other"], "kind": "value", "subject": "x", "metric": "amount",
        "fact_date": [None, "2025-10", "2024"], "kept_claim_id": None, "reason": "r",
    })  # fmt: skip
    for date, expected in (("2025-10-28", "month"), ("2025-10", "month"), ("2026", "any")):
        rows = claims({"value": 1, "fact_date": date}, {"value": 2, "fact_date": date})
        assert conflicts(rows, None, settled)["resolution_id"].tolist() == [expected]


@pytest.fixture(scope="module")
def everything() -> dict[str, pd.DataFrame]:
    """The tables of the ledger as they are on disk, of all vintages and grades."""
    schema = read_schema(PROJECT_DATA)
    names = ("sources", "claims", "deals", "resolutions")
    return {name: read_table(PROJECT_DATA, schema.tables[name]).frame for name in names}


@pytest.fixture(scope="module")
def conflict_rows(everything) -> pd.DataFrame:
    day = pd.Timestamp("2026-07-01")
    total = payables(everything["deals"], day)["counted"].sum()
    rest = (everything["resolutions"], everything["sources"])
    parts = [conflicts(everything["claims"], everything["deals"], *rest)]
    parts.append(quoted_against_sum(everything["claims"], total, day, *rest))
    return pd.concat(parts, ignore_index=True)


def test_every_conflict_has_one_resolution_and_every_resolution_a_conflict(everything, conflict_rows):
    assert conflict_rows["conflict_id"].is_unique
    unsettled = conflict_rows.loc[conflict_rows["resolution_id"].isna(), "conflict_id"].tolist()
    assert not unsettled, f"add rows to data/resolutions.csv for {unsettled}"
    idle = set(everything["resolutions"]["resolution_id"]) - set(conflict_rows["resolution_id"])
    assert not idle, f"remove from data/resolutions.csv, or fix the claims of {sorted(idle)}"
    settled = conflict_rows[conflict_rows["kept_claim_id"].notna()]
    outside = [row.conflict_id for row in settled.itertuples() if row.kept_claim_id not in row.claim_ids]
    assert not outside, f"the kept claim is not one of those in conflict: {outside}"


NINE = {
    "62 or 63 % for the same three shares": ("value", "synergy-2025q3", "top3_share", {62, 63}),
    "1,400 against nearly 1,000": ("value", "openai", "commitments_quoted", {1000, 1400}),
    "both against the sum of the deals listed": ("sum", "openai", "commitments_quoted", {600, 1000, 1400}),
    "300 inside or beside the 500 of Stargate": ("value", "oracle-2025-09", "counted_inside_stargate", {0, 1}),
    "100 of Nvidia as commitment or money received": ("value", "nvidia-2025-09", "paid_by_buyer", {0, 1}),
    "11.9 or nearly 12": ("wording", "coreweave-2025-03", "amount", {11.9, 12}),
    "5.5 as a year": ("value", "openai", "revenue", {3.7, 5.5}),
    "5.5 as a run rate": ("value", "openai", "run_rate", {5.5, 6}),
    "38 + 100 or 100 for AWS": ("value", "aws-2026-02", "amount", {100, 138}),
    "Cerebras 10 and 20": ("amended", "cerebras-2026-04", "amount", {10, 20}),
}


@pytest.mark.parametrize("name", NINE)
def test_the_report_finds_it_by_itself(everything, conflict_rows, name):
    kind, subject, metric, figures = NINE[name]
    rows = conflict_rows[
        (conflict_rows["kind"] == kind) & (conflict_rows["subject"] == subject) & (conflict_rows["metric"] == metric)
    ]
    claim_rows = positions(rows, everything["claims"], everything["sources"])
    assert set(claim_rows["value"]) == figures
    assert rows["reason"].notna().all()


def test_the_report_finds_two_dates_for_the_end_of_exclusivity(everything, conflict_rows):
    rows = conflict_rows.query("kind == 'date' and metric == 'exclusivity_ended'")
    claim_rows = positions(rows, everything["claims"], everything["sources"])
    assert set(claim_rows["value_date"].dt.strftime("%Y-%m")) == {"2025-01", "2025-06"}
    assert set(claim_rows["source_id"]) >= {"seed-003", "seed-004"}


@pytest.mark.parametrize(("as_of", "min_grade"), [("2025-11-07", "C"), ("2025-03-31", "C"), ("latest", "A-")])
def test_conflicts_of_a_day_and_grade_are_settled_by_what_was_known(as_of, min_grade):
    ledger = load(PROJECT_DATA, as_of, min_grade)
    conflict_rows = conflicts(ledger.claims, ledger.deals, ledger.resolutions, ledger.sources)
    claim_rows = positions(conflict_rows, ledger.claims, ledger.sources)
    assert claim_rows["source_id"].notna().all()
    assert set(conflict_rows["kept_claim_id"].dropna()) <= set(ledger.claims["claim_id"])


def test_half_a_million_claims_in_seconds():
    count = 500_000
    rows = pd.DataFrame({"claim_id": np.arange(count).astype(str)}).assign(**CELLS)
    rows = rows.assign(subject=[f"deal-{i // 3}" for i in range(count)], value=np.arange(count) % 3 // 2 + 1.0)
    rows["value_date"] = pd.to_datetime(rows["value_date"])
    disputed_rows = in_dispute(spans(rows))
    assert len(disputed_rows) == count // 3 * 3


def test_amendments_misprints_and_mixed_labels_are_no_conflicts():
    ledger = load(PROJECT_DATA, "2026-07-01")
    rows = conflicts(ledger.claims, ledger.deals, ledger.resolutions, ledger.sources)
    cause = rows.set_index("conflict_id")["cause"]
    assert cause["cerebras-2026-04-amount-amended"] == "amendment"
    assert cause["amazon-2026-02-amount-2026-02-27-value"] == "misprint"
    assert cause["openai-revenue-2024-value"] == "label"
    assert cause["openai-revenue-share-to-microsoft-2025-value"] == "conflict"
    # Without resolutions only the kinds that are computed as something else are set apart.
    plain = conflicts(ledger.claims, ledger.deals)
    assert set(plain.loc[plain["kind"].isin(["value", "date"]), "cause"]) == {"conflict"}
