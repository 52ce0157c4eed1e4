"""The unnamed tail bounded by neighbouring quarters, worked on paper."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.measures.market import carried_tail as m
from compute_ledger.measures.market.market_estimates import one_estimate
from compute_ledger.measures.market.market_hhi import hhi_of_quarter
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import shares

LEADERS = {"Alpha": 28, "Beta": 21, "Gamma": 14}
MARKET = shares(q2025Q2={**LEADERS, "Delta": 4, "Epsilon": 3}, q2025Q4={**LEADERS, "Zeta": 2}, q2026Q1=LEADERS)


def test_the_nearest_print_and_a_whole_point():
    """Delta had 4, at most 4.5: 5.5 with the margin. Zeta is nearer, and smaller."""
    assert m.carried_cap(MARKET, "2026Q1") == (5.5, "Delta", "2025Q2")
    tail = m.tail_shares(MARKET, "2026Q1").set_index("provider")
    assert tail[["low_pct", "high_pct", "quarter"]].to_numpy().tolist() == [
        [2.5, 5.5, "2025Q2"],
        [1.5, 4.5, "2025Q2"],
        [0.5, 3.5, "2025Q4"],
    ]


def test_the_upper_end():
    """28.5, 21.5 and 14.5 leave 35.5: six of 5.5 and one of 2.5."""
    low, high = m.carried_hhi(MARKET, "2026Q1")
    assert low == 27.5**2 + 20.5**2 + 13.5**2
    assert high == pytest.approx(28.5**2 + 21.5**2 + 14.5**2 + 6 * 5.5**2 + 2.5**2)
    assert hhi_of_quarter(MARKET, "2026Q1")[1] == pytest.approx(28.5**2 + 21.5**2 + 3 * 14.5**2 + 6.5**2)


def test_of_two_equally_near_quarters_the_earlier():
    market = shares(q2025Q1={**LEADERS, "Delta": 6}, q2025Q2=LEADERS, q2025Q3={**LEADERS, "Delta": 9})
    assert m.carried_cap(market, "2025Q2") == (7.5, "Delta", "2025Q1")


def test_what_is_named_years_later_says_nothing():
    market = shares(q2020Q1=LEADERS, q2025Q2={**LEADERS, "Delta": 1})
    cap, provider, quarter = m.carried_cap(market, "2020Q1")
    assert pd.isna(cap)
    assert (provider, quarter) == ("", "")
    assert m.carried_hhi(market, "2020Q1") == hhi_of_quarter(market, "2020Q1")


def test_the_logical_bound_is_never_passed():
    """A neighbour's 20 would allow more than Gamma's 14, which bounds what is not named."""
    market = shares(q2025Q2={**LEADERS, "Delta": 13}, q2025Q3=LEADERS)
    assert m.carried_hhi(market, "2025Q3")[1] == pytest.approx(hhi_of_quarter(market, "2025Q3")[1])


def test_by_quarter():
    table = m.carried_hhi_by_quarter(MARKET)
    assert table["quarter"].tolist() == ["2025Q2", "2025Q4", "2026Q1"]
    assert (table["hhi_high"] <= table["outer_high"]).all()
    assert m.carried_hhi_by_quarter(MARKET[:0]).empty
    assert m.carried_hhi_by_quarter(shares(q2026Q1={"Alpha": 30})).empty


@given(st.lists(st.integers(1, 12), min_size=1, max_size=4), st.floats(0, 3))
@settings(deadline=None, max_examples=30)
def test_a_wider_margin_never_narrows(tail, margin):
    names = {f"T{i}": share for i, share in enumerate(tail)}
    market = shares(q2025Q2={**LEADERS, **names}, q2025Q3=LEADERS)
    narrow, wide = (m.carried_hhi(market, "2025Q3", points) for points in (margin, margin + 1))
    assert narrow[0] == wide[0] <= narrow[1] <= wide[1] + 1e-9
    assert wide[1] <= hhi_of_quarter(market, "2025Q3")[1] + 1e-9


def test_the_ledger_of_a_day():
    """Since the break of 2024 every quarter is below 1,800 for any tail like those that were printed."""
    table = m.carried_hhi_by_quarter(one_estimate(load(as_of=WORKED_OUT_ON).market_shares, "synergy"))
    since = table[table["quarter"] >= "2024Q3"]
    assert len(since) >= 7
    assert (since["hhi_high"] < 1800).all()
    assert (since["outer_high"] > 1800).any()
