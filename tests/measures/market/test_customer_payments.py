"""What a customer paid in a year, worked on paper."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.market import customer_payments as m
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import figures

YEAR = {"period_start": "2025-01-01", "period_end": "2025-12-31"}
HALF = {"period_start": "2025-01-01", "period_end": "2025-06-30"}
NEXT = {"period_start": "2026-01-01", "period_end": "2026-06-30"}
REVENUE = figures(
    {**YEAR, "value": 10, "low": 9, "high": 11}, {**HALF, "value": 3}, {**NEXT, "value": 8}, {**NEXT, "entity": "Other"}
)


def between(start, end):
    return m.revenue_between(REVENUE, "Exemplar", pd.Timestamp(start), pd.Timestamp(end))


def test_a_year_across_two():
    """July 2025 to June 2026: 10 less 3, and 8."""
    assert between("2025-07-01", "2026-06-30") == pytest.approx((9 - 3 + 8, 11 - 3 + 8))
    assert between("2025-01-01", "2025-12-31") == (9, 11)
    assert between("2025-04-01", "2026-03-31") is None


def test_a_period_that_is_open_leaves_the_sum_open():
    """A year of more than 10 less a half of 3: at least 7, and no upper end; a half of nearly 3: 7 to 10."""
    more, half = {**YEAR, "value": 10, "low": 10}, {**HALF, "value": 3}
    days = pd.Timestamp("2025-07-01"), pd.Timestamp("2025-12-31")
    assert m.revenue_between(figures(more, half), "Exemplar", *days) == (7, float("inf"))
    nearly = figures({**YEAR, "value": 10}, {**HALF, "value": 3, "high": 3})
    assert m.revenue_between(nearly, "Exemplar", *days) == (7, 10)


def test_a_payment_that_is_open_downwards_may_be_nothing():
    """Nearly 5 may be none; a share of revenue without an upper end may have been all of 5."""
    nearly = figures({**YEAR, "metric": "payments_to_alpha", "value": 5, "high": 5})
    (row,) = m.payments_of_years(nearly, "Exemplar", ["Alpha"]).to_dict("records")
    assert (row["paid_low_usd_bn"], row["paid_usd_bn"]) == (0, 5)
    shared = figures(
        {**YEAR, "value": 10, "low": 10},
        {**YEAR, "metric": "payments_to_alpha", "value": 5},
        {**YEAR, "metric": "revenue_share_to_alpha", "value": 20, "unit": "pct"},
    )
    (row,) = m.payments_of_years(shared, "Exemplar", ["Alpha"]).to_dict("records")
    assert (row["paid_low_usd_bn"], row["revenue_shared_usd_bn"]) == (0, 5)


def test_payments_and_the_share_of_revenue_in_them():
    """5 paid to Alpha, of which at most 21 % of 11 are a share of revenue; 4 that Beta earned, with no share known."""
    rows = figures(
        {**YEAR, "value": 10, "low": 9, "high": 11},
        {**YEAR, "metric": "payments_to_alpha", "value": 5},
        {**YEAR, "metric": "revenue_share_to_alpha", "value": 20, "high": 21, "unit": "pct"},
        {**YEAR, "metric": "revenue_from_exemplar", "entity": "Beta", "value": 4},
        {**HALF, "metric": "payments_to_alpha", "value": 2},
        {**YEAR, "metric": "payments_to_alpha_cap", "value": 50},
    )
    alpha, beta = m.payments_of_years(rows, "Exemplar", ["Alpha", "Beta"]).to_dict("records")
    assert alpha["paid_low_usd_bn"] == pytest.approx(5 - 0.21 * 11)
    assert alpha["quarters"] == ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
    assert (beta["paid_low_usd_bn"], beta["paid_usd_bn"]) == (4, 4)
    assert pd.isna(beta["revenue_shared_usd_bn"])


def test_nothing_known():
    assert m.payments_of_years(REVENUE[:0], "Exemplar", ["Alpha"]).empty
    assert m.payments_of_years(REVENUE, "Exemplar", []).empty


def test_the_ledger_of_a_day():
    ledger = load(as_of=WORKED_OUT_ON)
    (row,) = m.payments_of_years(ledger.financials, "OpenAI", ["Microsoft"]).to_dict("records")
    assert row["paid_usd_bn"] == 17.2
    assert row["paid_low_usd_bn"] == pytest.approx(17.2 - 0.205 * 13.5)
