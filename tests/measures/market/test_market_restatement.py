"""Silent revisions of a market's size, worked on paper."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.measures.market import market_restatement as m
from compute_ledger.measures.market.market_estimates import one_estimate
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import sizes


def test_a_base_that_was_raised():
    """128.5/1.355 to 129.5/1.345 is 94.8 to 96.3, above the 93.85 to 93.95 of the year before."""
    (row,) = m.implied_bases(sizes(q2025Q1=(93.9, None), q2026Q1=(129, 35))).to_dict("records")
    assert (row["implied_low_usd_bn"], row["implied_high_usd_bn"]) == pytest.approx((128.5 / 1.355, 129.5 / 1.345))
    assert (row["printed_low_usd_bn"], row["printed_high_usd_bn"]) == pytest.approx((93.85, 93.95))
    assert row["verdict"] == "above"
    assert row["off_low_pct"] == pytest.approx(100 * (128.5 / 1.355 / 93.95 - 1))
    assert row["off_high_pct"] == pytest.approx(100 * (129.5 / 1.345 / 93.85 - 1))
    assert row["growth_by_print_pct"] == pytest.approx(37.38, abs=0.01)


@pytest.mark.parametrize(("base", "verdict"), [(95.0, "agrees"), (94.8, "agrees"), (90.0, "above"), (97.0, "below")])
def test_verdicts(base, verdict):
    (row,) = m.implied_bases(sizes(q2025Q1=(base, None), q2026Q1=(129, 35))).to_dict("records")
    assert row["verdict"] == verdict
    assert (row["off_low_pct"] < 0) == (verdict == "below")
    assert (row["off_high_pct"] > 0) == (verdict == "above")


def test_quarters_without_size_growth_or_base_have_no_row():
    rows = m.implied_bases(sizes(q2024Q4=(90, 20), q2025Q4=(119, None), q2026Q1=(129, 35)))
    assert rows.empty
    assert list(rows.columns) == m.BASE_COLUMNS


@given(st.integers(500, 3000), st.integers(0, 60))
@settings(deadline=None, max_examples=30)
def test_sizes_that_follow_from_each_other_agree(base_tenths, growth):
    """A size that is what growth makes of the base, both rounded as printed, never looks revised."""
    base = base_tenths / 10
    size = round(base * (1 + growth / 100), 1)
    (row,) = m.implied_bases(sizes(q2025Q1=(base, None), q2026Q1=(size, growth))).to_dict("records")
    assert row["verdict"] == "agrees"


def test_the_ledger_of_a_day():
    rows = m.implied_bases(one_estimate(load(as_of=WORKED_OUT_ON).market_size, "synergy"))
    by_quarter = rows.set_index("quarter")["verdict"]
    assert by_quarter["2026Q1"] == "above"
    assert (rows["verdict"] == "agrees").mean() > 0.5
    assert (rows["verdict"] == "above").sum() > (rows["verdict"] == "below").sum()
