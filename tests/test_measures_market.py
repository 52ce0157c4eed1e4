"""Market measures: rounding, the exact HHI interval with an unnamed tail, gaps, and an entrant."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compute_ledger.measures import market as m


def quarter(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["provider", "share_pct", "low_pct", "high_pct"])
    return frame.assign(quarter="2025Q3", estimate="synergy", series_break=False)


THREE = quarter(("AWS", 29, 28.5, 29.5), ("Microsoft", 20, 19.5, 20.5), ("Google Cloud", 13, 12.5, 13.5))


def test_three_rounded_shares_that_add_to_62_may_be_printed_as_61_62_or_63():
    top = m.top_k(THREE)
    assert (top["share_pct"], top["low_pct"], top["high_pct"]) == (62, 60.5, 63.5)
    assert m.printable_totals(60.5, 63.5) == [61, 62, 63]
    assert m.printable_totals(62, 62.1) == [62]


def test_market_interval_of_2025_q3_worked_on_paper():
    low, high = m.market_hhi_interval(THREE["low_pct"], THREE["high_pct"])
    # Lower end: 28.5, 19.5, 12.5 and a tail of tiny firms.
    assert low == pytest.approx(28.5**2 + 19.5**2 + 12.5**2)
    # Upper end: leaders at 29.5 and 20.5 leave 50. Google at 13.5 caps the tail, so 50 = 13.5 + 13.5 + 13.5 + 9.5,
    # which beats Google at 12.5 with 50 = 4 x 12.5 (637 against 625).
    assert high == pytest.approx(29.5**2 + 20.5**2 + 3 * 13.5**2 + 9.5**2)


boxes = st.lists(st.tuples(st.floats(1, 30), st.floats(0, 6)), min_size=1, max_size=5)


@given(boxes, st.integers(0, 2**32 - 1))
def test_market_interval_contains_every_completion(box, seed):
    random = np.random.default_rng(seed)
    low = np.array([a for a, _ in box])
    high = low + np.array([b for _, b in box])
    assume(low.sum() <= 100)
    smallest, largest = m.market_hhi_interval(low, high)
    for _ in range(10):
        named = np.array([random.uniform(a, b) for a, b in zip(low, high, strict=True)])
        rest = 100 - named.sum()
        if rest < 0:
            continue
        tail = []
        while rest > 1e-9 and len(tail) < 400:
            tail.append(min(rest, random.uniform(0.2, 1) * named.min()))
            rest -= tail[-1]
        index = (named**2).sum() + sum(share**2 for share in tail)
        assert smallest - 1e-6 <= index <= largest + 1e-6


def test_market_interval_upper_end_is_reached():
    # One firm at 60 with 40 unnamed: the tail may be one firm of 40.
    assert m.market_hhi_interval([60], [60]) == pytest.approx((3_600, 3_600 + 1_600))
    # Two named at 30: 40 left, caps of 30, so 30 + 10.
    assert m.market_hhi_interval([30, 30], [30, 30]) == pytest.approx((1_800, 1_800 + 900 + 100))


def test_market_interval_refuses_more_than_the_whole_market():
    with pytest.raises(ValueError, match="at most 100"):
        m.market_hhi_interval([60, 60], [61, 61])


def test_series_starts_a_new_segment_at_a_gap_and_at_a_break():
    quarters = ["2024Q1", "2024Q2", "2024Q4", "2025Q1"]
    frame = pd.DataFrame(
        {
            "provider": "AWS",
            "quarter": quarters,
            "share_pct": 30.0,
            "low_pct": 29.5,
            "high_pct": 30.5,
            "series_break": [False, False, False, True],
        }
    )
    assert m.series(frame)["segment"].tolist() == [1, 1, 2, 3]


def test_latest_quarter_is_the_newest_with_three_named_providers():
    lone = THREE.head(1).assign(quarter="2025Q4")
    shares = pd.concat([THREE, lone])
    assert m.pick_quarter(shares, "latest") == "2025Q3"
    assert m.pick_quarter(shares, "2025Q4") == "2025Q4"
    with pytest.raises(ValueError, match="quarter is '2031Q1'"):
        m.pick_quarter(shares, "2031Q1")


@pytest.mark.parametrize(
    ("rule", "aws", "google"),
    [("proportional", 29 * 0.95, 13 * 0.95), ("from_leader", 24, 13), ("from_tail", 29, 13)],
)
def test_entrant_with_five_percent_takes_it_where_the_rule_says(rule, aws, google):
    after = m.after_entry(THREE, 5, rule).set_index("provider")["share_pct"]
    assert after["AWS"] == pytest.approx(aws)
    assert after["Google Cloud"] == pytest.approx(google)
    assert after["Entrant"] == 5


def test_entry_from_the_tail_eats_the_smallest_once_the_unnamed_rest_is_gone():
    after = m.after_entry(THREE, 40, "from_tail").set_index("provider")["share_pct"]
    # 38 unnamed, so 2 come from Google Cloud.
    assert after["Google Cloud"] == pytest.approx(11)
    assert after["Microsoft"] == 20


@given(st.floats(0, 100), st.sampled_from(m.ENTRY_RULES))
def test_entry_never_makes_a_share_negative_nor_the_market_larger(share, rule):
    after = m.after_entry(THREE, share, rule)["share_pct"]
    assert (after >= -1e-9).all()
    assert after.sum() <= 100 + 1e-6


def test_entry_refuses_a_misspelt_rule_and_an_impossible_share():
    with pytest.raises(ValueError, match="did you mean 'from_leader'"):
        m.after_entry(THREE, 5, "from_leeder")
    with pytest.raises(ValueError, match="between 0 and 100"):
        m.after_entry(THREE, 101, "from_tail")
