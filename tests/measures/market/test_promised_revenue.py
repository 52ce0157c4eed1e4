"""What if promises became revenue, worked on paper."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.measures.commitments import payables
from compute_ledger.measures.market import promised_revenue as m
from compute_ledger.measures.market.market_estimates import latest_shares
from tests.measures.hand_made import contracts, shares

DAY = pd.Timestamp("2026-06-30")
MARKET = latest_shares(shares(q2026Q1={"Alpha": 30, "Beta": 20, "Gamma": 10}), "2026Q1")


def promises(**amounts: tuple[float, float, float]) -> pd.DataFrame:
    columns = ["provider", "promised_usd_bn", "promised_low_usd_bn", "promised_high_usd_bn"]
    return pd.DataFrame([(name, *ends) for name, ends in amounts.items()], columns=columns)


def test_promises_a_year():
    """100 over five years is 20 a year, of which 12 may be paid already; 'more than 100' has no upper end."""
    deals = contracts(
        {}, {"counterparty": "Beta", "amount_low_usd_bn": 100}, {"counterparty": "Gamma", "amount_high_usd_bn": 100}
    )
    rows = m.promises_a_year(payables(deals, DAY, basis="annualised"), pd.Series({"Alpha": 12.0, "Nobody": 1.0}))
    ends = rows.set_index("provider")[["promised_low_usd_bn", "promised_usd_bn", "promised_high_usd_bn"]]
    assert ends.to_numpy().tolist() == [[8, 20, 20], [20, 20, float("inf")], [0, 20, 20]]
    assert m.promises_a_year(payables(deals[:0], DAY, basis="annualised")).empty


def test_shares_after():
    """A market of 400 a year and 100 to Beta: Alpha goes from 30 % to 24, Beta from 20 to 36."""
    table = m.shares_with_promises(MARKET, promises(Beta=(100, 100, 100)), 100, 100).set_index("provider")
    assert table["after_pct"].to_dict() == pytest.approx({"Beta": 36, "Alpha": 24, "Gamma": 8})
    assert table.loc["Alpha", ["after_low_pct", "after_high_pct"]].tolist() == pytest.approx([23.6, 24.4])
    assert table.loc["Beta", ["after_low_pct", "after_high_pct"]].tolist() == pytest.approx([35.6, 36.4])


def test_ends_of_promises_and_of_the_market():
    """Alpha is least where Beta gets 100 and the market is 400, most where Beta gets 0 and it is anything."""
    table = m.shares_with_promises(MARKET, promises(Beta=(50, 0, 100)), 100, 110).set_index("provider")
    assert table.loc["Alpha", "after_low_pct"] == pytest.approx(29.5 * 400 / 500)
    assert table.loc["Alpha", "after_high_pct"] == pytest.approx(30.5)


def test_a_supplier_that_is_not_named_has_at_most_the_cap():
    table = m.shares_with_promises(MARKET, promises(Delta=(100, 100, 100)), 100, 100, cap_pct=5).set_index("provider")
    assert pd.isna(table.loc["Delta", "before_pct"])
    assert table.loc["Delta", ["before_low_pct", "before_high_pct"]].tolist() == [0, 5]
    assert table.loc["Delta", ["after_low_pct", "after_pct", "after_high_pct"]].tolist() == pytest.approx([20, 20, 24])


def test_a_promise_without_an_end_may_be_the_whole_market():
    table = m.shares_with_promises(MARKET, promises(Beta=(100, 100, float("inf"))), 100, 100).set_index("provider")
    assert table.loc["Beta", "after_high_pct"] == 100
    assert table.loc["Alpha", "after_low_pct"] == 0


def test_ranks():
    """Beta passes Alpha; printed shares half a point apart leave the order open."""
    order = m.ranks(m.shares_with_promises(MARKET, promises(Beta=(100, 100, 100)), 100, 100)).set_index("provider")
    assert order.loc["Beta"].tolist() == [2, 2, 2, 1, 1, 1]
    assert order.loc["Alpha"].tolist() == [1, 1, 1, 2, 2, 2]
    close = latest_shares(shares(q2026Q1={"Alpha": 21, "Beta": 20}), "2026Q1")
    tied = m.ranks(m.shares_with_promises(close, promises(), 100, 100)).set_index("provider")
    assert tied.loc["Beta", ["before_rank", "before_best_rank", "before_worst_rank"]].tolist() == [2, 1, 2]


def test_concentration():
    """30, 20 and 10 are 1,400; with 100 to Beta 24, 36 and 8 are 1,936."""
    table = m.shares_with_promises(MARKET, promises(Beta=(100, 100, 100)), 100, 100)
    change = m.concentration_change(table, cap_pct=5)
    assert (change["before"], change["after"]) == pytest.approx((1400, 1936))
    assert change["before_low"] == pytest.approx(29.5**2 + 19.5**2 + 9.5**2)
    # 30.5, 20.5 and 10.5 leave 38.5, which at most 5 each make seven of 5 and one of 3.5.
    assert change["before_high"] == pytest.approx(30.5**2 + 20.5**2 + 10.5**2 + 7 * 25 + 3.5**2)
    assert change["after_low"] < change["after"] < change["after_high"]


def test_nothing_known():
    nothing = m.shares_with_promises(MARKET[:0], promises(), 100, 100)
    assert nothing.empty
    assert m.ranks(nothing).empty
    assert all(pd.isna(value) for value in m.concentration_change(nothing, 5).values())


@given(
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 60)), min_size=3, max_size=3),
    st.integers(50, 150),
    st.integers(0, 20),
)
@settings(deadline=None, max_examples=30)
def test_the_share_as_worded_is_within_its_ends(drawn, quarter, more):
    amounts = {
        name: (float(low + width / 2), float(low), float(low + width))
        for name, (low, width) in zip(["Alpha", "Beta", "Delta"], drawn, strict=True)
    }
    table = m.shares_with_promises(MARKET, promises(**amounts), quarter, quarter + more)
    assert (table["after_low_pct"] <= table["after_pct"] + 1e-9).all()
    assert (table["after_pct"] <= table["after_high_pct"] + 1e-9).all()
    assert table["after_pct"].sum() <= 100 + 1e-9
    order = m.ranks(table)
    assert (order["after_best_rank"] <= order["after_rank"]).all()
    assert (order["after_rank"] <= order["after_worst_rank"]).all()
