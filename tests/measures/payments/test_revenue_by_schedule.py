"""Revenue paths against payment schedules: two of each, worked on paper."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.measures.payments import revenue_by_schedule as m

PATHS = {"steady": pd.Series({2026: 50.0, 2027: 50.0}), "growing": pd.Series({2026: 50.0, 2027: 100.0, 2028: 200.0})}
SCHEDULES = {"even": pd.Series({2026: 80.0, 2027: 80.0}), "late": pd.Series({2026: 20.0, 2027: 140.0})}


def test_every_path_against_every_schedule():
    table = m.revenue_by_schedule(PATHS, SCHEDULES)
    assert table[["revenue_path", "schedule", "short_usd_bn", "years_short"]].to_numpy().tolist() == [
        ["steady", "even", 60, 2],
        ["steady", "late", 90, 1],
        ["growing", "even", 30, 1],
        ["growing", "late", 40, 1],
    ]
    assert set(table["years"]) == {(2026, 2027)}
    assert table["coverage_pct"].tolist() == [62.5, 62.5, 93.75, 93.75]
    assert table["least_covered_year"].tolist() == [2026, 2027, 2026, 2027]
    assert table["first_covered_year"].fillna(0).tolist() == [0, 0, 2027, 0]


def test_how_far_each_choice_moves_the_answer():
    """The path moves it by 30 or 50, the schedule by 30 or 10."""
    spread = m.spread_by_choice(m.revenue_by_schedule(PATHS, SCHEDULES)).set_index("choice")
    assert spread.loc["revenue_path"].tolist() == [30, 50]
    assert spread.loc["schedule"].tolist() == [10, 30]


def test_a_surplus_of_one_year_does_not_pay_another():
    table = m.revenue_by_schedule({"path": pd.Series({2026: 100.0, 2027: 0.0})}, {"even": SCHEDULES["even"]})
    assert table["short_usd_bn"].tolist() == [80]


def test_nothing_due_is_covered_from_the_first_year():
    (row,) = m.revenue_by_schedule({"path": PATHS["steady"]}, {"none": pd.Series({2026: 0.0, 2027: 0.0})}).to_dict(
        "records"
    )
    assert (row["short_usd_bn"], row["first_covered_year"]) == (0, 2026)
    assert pd.isna(row["coverage_pct"])
    assert pd.isna(row["least_covered_year"])


@pytest.mark.parametrize("paths", [{}, {"path": pd.Series({2030: 1.0})}, {"path": pd.Series({2026: float("nan")})}])
def test_no_year_in_common(paths):
    table = m.revenue_by_schedule(paths, SCHEDULES)
    assert list(table.columns) == m.COLUMNS
    assert table.empty
    assert m.spread_by_choice(table).empty


AMOUNTS = st.lists(st.integers(0, 300), min_size=3, max_size=3).map(
    lambda sums: pd.Series(sums, [2026, 2027, 2028], dtype=float)
)


@given(AMOUNTS, AMOUNTS, st.integers(1, 50))
@settings(deadline=None, max_examples=30)
def test_more_revenue_never_leaves_more_uncovered(revenue, due, more):
    table = m.revenue_by_schedule({"less": revenue, "more": revenue + more}, {"due": due})
    less, richer = table["short_usd_bn"]
    assert richer <= less <= due.sum()
    assert less >= due.sum() - revenue.sum()
