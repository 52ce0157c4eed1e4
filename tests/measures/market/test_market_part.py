"""One customer's part of the market and of a supplier, worked on paper."""

import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.market import market_part as m
from compute_ledger.measures.market.market_estimates import one_estimate
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import shares, sizes

SHARES = shares(q2025Q1={"Alpha": 20, "Beta": 30}, q2025Q2={"Alpha": 20, "Beta": 30})
SIZES = sizes(q2025Q1=(100, None), q2025Q2=(110.5, None))


def test_the_print_of_a_quarter():
    """100 is 99.5 to 100.5, of which 19.5 to 20.5 % are 19.4 to 20.6."""
    row = m.market_of_quarters(SHARES, SIZES, "Alpha").iloc[0]
    assert row[["market_low_usd_bn", "market_high_usd_bn"]].tolist() == [99.5, 100.5]
    assert row[["supplier_low_usd_bn", "supplier_high_usd_bn"]].tolist() == pytest.approx([19.4025, 20.6025])


def test_a_customer():
    """10 to 20 of a market of 209.95 to 211.05, and of 40.94 to 43.26 for the supplier."""
    (row,) = m.customer_part(SHARES, SIZES, "Alpha", ["2025Q1", "2025Q2"], 10, 20).to_dict("records")
    assert row["of_market_low_pct"] == pytest.approx(1000 / (100.5 + 110.55))
    assert row["of_market_high_pct"] == pytest.approx(2000 / (99.5 + 110.45))
    assert row["of_supplier_low_pct"] == pytest.approx(1000 / (0.205 * 211.05))
    assert row["of_supplier_high_pct"] == pytest.approx(2000 / (0.195 * 209.95))
    assert row["size_ids"] == ("2025Q1", "2025Q2")


@pytest.mark.parametrize(
    ("supplier", "quarters"), [("Alpha", ["2025Q1", "2025Q3"]), ("Gamma", ["2025Q1"]), ("Alpha", [])]
)
def test_no_row_where_a_quarter_is_missing(supplier, quarters):
    part = m.customer_part(SHARES, SIZES, supplier, quarters, 1, 2)
    assert part.empty


def test_the_ledger_of_a_day():
    ledger = load(as_of=WORKED_OUT_ON)
    estimates = (one_estimate(frame, "synergy") for frame in (ledger.market_shares, ledger.market_size))
    quarters = ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    (row,) = m.customer_part(*estimates, "Microsoft", quarters, 10.59, 17.2).to_dict("records")
    assert 2 < row["of_market_low_pct"] < row["of_market_high_pct"] < 5
    assert 11 < row["of_supplier_low_pct"] < row["of_supplier_high_pct"] < 21
